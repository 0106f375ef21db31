/* whirlpool.h - the swap maths of an Orca Whirlpool: price, ticks, adaptive fee, and the walk of a
 * swap through the ticks as the program walks. The virtual reserves of its market (clmm_virtual)
 * are a price, not a depth; whirlpool_swap() walks the ticks that were read. Must not: read
 * accounts, build instructions, do I/O. Pure. */
#ifndef SLUICE_AMM_WHIRLPOOL_H
#define SLUICE_AMM_WHIRLPOOL_H

#include "common/amm/clmm.h"
#include "common/rec/record.h"

#define WHIRLPOOL_TICKS 88
#define WHIRLPOOL_ARRAYS \
    6u /* tick arrays that are loaded: that of the price, two below and three above */
#define WHIRLPOOL_STEPS_MAX                                                                        \
    2048u /* a swap of more steps is refused: its transaction would run out of compute units first \
           */
#define WHIRLPOOL_SEQUENCE 3u /* tick arrays that one swap may touch, in its direction */

/* The ticks of one array. present: it was read, or does not exist yet and has no ticks. */
struct whirlpool_array {
    bool present;
    u128 initialized;
    i128 net[WHIRLPOOL_TICKS];
};

/* From the Oracle account: how the fee follows the swings of the price. Times are unix seconds. */
struct whirlpool_oracle {
    bool exists;
    uint16_t filter_s, decay_s, reduction, group_ticks;
    uint32_t control, max_accumulator;
    uint64_t reference_s, major_s;
    uint32_t reference, accumulator;
    int32_t group_reference;
};

struct whirlpool {
    u128 sqrt_price, liquidity;
    int32_t tick, first; /* first: start of array 0 */
    uint16_t spacing, fee_rate,
        protocol_rate; /* millionths of the input, basis points of the fee */
    bool base_is_a, moved;
    struct whirlpool_oracle oracle;
    struct key array_key[WHIRLPOOL_ARRAYS], oracle_key;
    struct whirlpool_array array[WHIRLPOOL_ARRAYS];
};

/* Ticks of one array; the start of the array that holds a tick; can an array start there? */
static inline int32_t whirlpool_span(const struct whirlpool *w)
{
    return WHIRLPOOL_TICKS * (int32_t)w->spacing;
}
int32_t whirlpool_start(const struct whirlpool *w, int32_t tick);
bool whirlpool_start_valid(const struct whirlpool *w, int32_t start);
/* The places in array[] that a swap uses, in order; returns how many (0 to WHIRLPOOL_SEQUENCE). */
unsigned whirlpool_sequence(const struct whirlpool *w, bool a_to_b,
                            uint8_t place[WHIRLPOOL_SEQUENCE]);

struct whirlpool_swap {
    uint64_t out_raw, lp_fee_raw, protocol_fee_raw;
    u128 sqrt_price;
    uint32_t fee_rate; /* highest that was applied */
    unsigned steps;
};
/* A swap of exactly in_raw (after the token's own transfer fee) at this time. failure_none;
 * failure_no_pool when the pool has no such direction; failure_math when the amount would leave the
 * tick arrays of the swap or the range of prices, or the program's arithmetic. */
enum failure whirlpool_swap(const struct whirlpool *w, bool a_to_b, uint64_t in_raw, uint64_t now_s,
                            struct whirlpool_swap *s);

#endif
