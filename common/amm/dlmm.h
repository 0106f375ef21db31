/* dlmm.h - exact maths of Meteora DLMM. Each bin has one price; a swap walks through bins as the
 * program does. The variable fee rises with every bin; liquidity providers are filled first, then
 * limit orders. Pure. Source: MeteoraAg/dlmm-sdk commons (July 2026: quote.rs,
 * extensions/{bin,lb_pair,bin_array,bin_array_bitmap}.rs, math), interface 0.12.0. Must not: read
 * accounts, build instructions, read a clock. */
#ifndef SLUICE_DLMM_H
#define SLUICE_DLMM_H

#include "common/rec/record.h"

#define DLMM_BINS    70
#define DLMM_BIN_END 443636 /* bins lie within this */
#define DLMM_ARRAYS  4u     /* bin arrays that are kept in each direction */

/* X is sold for Y downwards, Y for X upwards. */
enum dlmm_way { DLMM_DOWN, DLMM_UP, DLMM_WAYS };

/* The output of a bin in one direction: of providers, of limit orders that are being filled, of
 * open ones. */
struct dlmm_bin {
    uint64_t provided, processed, open;
};
struct dlmm_array {
    int32_t index;
    bool loaded;
    struct dlmm_bin bin[DLMM_BINS];
};

/* The part of a pair that decides a swap, and its bins around the active one, nearest first. */
struct dlmm_pair {
    uint16_t base_factor, filter_period, decay_period, reduction_factor, protocol_share,
        bin_step; /* shares and steps in bps, periods in seconds */
    uint32_t variable_control, max_volatility, volatility, volatility_reference;
    int32_t active, index_reference;
    int64_t updated_s;
    uint64_t activation;
    uint8_t power, collect, pair_type, by_time, status, flag_x, flag_y;
    bool orders;           /* limit orders are filled */
    bool extended;         /* outer bitmaps are known */
    uint64_t bitmap[16];   /* arrays with liquidity, -512 to 511 */
    uint64_t outer[2][96]; /* from 512 upwards; from -513 downwards */
    struct dlmm_array array[DLMM_WAYS][DLMM_ARRAYS];
};

/* The output of an exact input; fees are of the input if on_input, else of the output. arrays: how
 * many the swap walked through. */
struct dlmm_swap {
    uint64_t out, lp_fee, protocol_fee;
    bool on_input;
    unsigned arrays, bins, passed;
}; /* bins that it traded in, and empty ones on the way */

/* The array of a bin. */
int32_t dlmm_array_of(int32_t bin);
/* The next array with liquidity, from this one on; false when the known bitmaps show none. */
bool dlmm_next_array(const struct dlmm_pair *p, enum dlmm_way way, int32_t from,
                     int32_t *index) MUST_USE;
/* Is the pair open to all at this slot and time? */
bool dlmm_open(const struct dlmm_pair *p, uint64_t slot, uint64_t time_s);
/* Price of a bin in Q64.64 raw Y per raw X; false beyond the range. */
bool dlmm_price(uint16_t bin_step, int32_t bin, u128 *price) MUST_USE;
/* Swap of exactly in raw units that reach the pair (transfer fees of the token already off; those
 * of the output not yet). failure_none; failure_math where the program fails, or where bins beyond
 * those kept would be needed. */
enum failure dlmm_swap_in(const struct dlmm_pair *p, enum dlmm_way way, uint64_t in,
                          uint64_t time_s, struct dlmm_swap *s);
/* All that the kept bins hold, as a constant product at the price of the active bin (halved
 * together until it fits 64 bits); false when they are empty. held_x, held_y: what they hold. */
bool dlmm_reserves(const struct dlmm_pair *p, uint64_t *x, uint64_t *y, uint64_t *held_x,
                   uint64_t *held_y) MUST_USE;

#endif
