/* cpmm.h - exact maths of Raydium CPMM with the rates of a pool's own configuration. Source:
 * raydium-cp-swap (December 2025), curve/{calculator,fees,constant_product}. Must not: depend on
 * accounts, mints, instructions. Pure. */
#ifndef SLUICE_CPMM_H
#define SLUICE_CPMM_H

#include "common/rec/record.h"

#define CPMM_RATE_ONE 1000000u

/* Rates in millionths. protocol and fund are shares of the trade fee; they leave the priced
 * reserves, as the creator's fee does. creator_on: the creator's fee is of the input (0), or of
 * token 0 (1) or token 1 (2) alone. */
struct cpmm_rates {
    uint64_t trade_rate, protocol_rate, fund_rate, creator_rate;
    uint8_t creator_on;
};

struct cpmm_swap {
    uint64_t out_raw;                       /* what leaves the pool for the trader */
    uint64_t priced_in_raw, priced_out_raw; /* what the curve takes and gives */
    uint64_t trade_fee_raw, leaves_raw;     /* of the input; what of it leaves the reserves */
    uint64_t creator_fee_raw;
    bool creator_of_input;
};

/* Swap of exactly in_raw that reach the pool (the mint's transfer fee already off; that of the
 * output not yet). Returns failure_none, or failure_math where the program fails. */
enum failure cpmm_swap_in(const struct cpmm_rates *r, uint64_t in_reserve_raw,
                          uint64_t out_reserve_raw, uint64_t in_raw, bool in_is_0,
                          struct cpmm_swap *s);

#endif
