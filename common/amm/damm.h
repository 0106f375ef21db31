/* damm.h - exact maths of Meteora DAMM v2: liquidity between two square-root prices (or a constant
 * product in compounding pools), base fees that depend on time, amount or price, the dynamic fee,
 * and which side pays it. Pure. Source: MeteoraAg/damm-v2 0.2.1 (state/pool.rs, state/fee.rs,
 * base_fee, liquidity_handler, math) and cp-amm-sdk 1.5.0 (interface 0.2.5). Must not: read
 * accounts, build instructions, read a clock. */
#ifndef SLUICE_DAMM_H
#define SLUICE_DAMM_H

#include "common/rec/record.h"

enum damm_fee_mode {
    DAMM_TIME_LINEAR,
    DAMM_TIME_EXPONENTIAL,
    DAMM_RATE_LIMITER,
    DAMM_CAP_LINEAR,
    DAMM_CAP_EXPONENTIAL,
    DAMM_FEE_MODES
};
enum damm_collect { DAMM_BOTH, DAMM_ONLY_B, DAMM_COMPOUNDING, DAMM_COLLECTS };

/* The part of a pool account that decides a swap. Prices are square roots in Q64.64 of raw b per
 * raw a; liquidity is in units of 2^64. */
struct damm_pool {
    u128 liquidity, sqrt_min, sqrt_max, sqrt_price, init_sqrt_price, volatility;
    uint64_t cliff;          /* base fee of the start, in units of 1e-9 */
    uint64_t third;          /* reduction factor; rate limiter: reference amount */
    uint64_t frequency;      /* time scheduler: points of a period */
    uint32_t step, duration; /* price scheduler: step of the square root in bps, points until it
                                ends; rate limiter: largest fee in bps (step) and duration */
    uint16_t periods;        /* number of periods; rate limiter: increment in bps */
    uint16_t bin_step, compounding_bps;
    uint32_t variable_control;
    uint64_t activation, token_a,
        token_b; /* token_a, token_b: what the pool holds for swaps, valid if counted */
    uint8_t fee_mode, collect, fee_version, protocol_percent, dynamic, by_time, status, flag_a,
        flag_b, counted;
};

/* The output of an exact input. Fees are of the input if on_input, else of the output. */
struct damm_swap {
    uint64_t out, lp_fee, protocol_fee;
    bool on_input;
};

/* The clock of the program for this pool: the slot or the unix time. */
static inline uint64_t damm_point(const struct damm_pool *p, uint64_t slot, uint64_t time_s)
{
    return p->by_time ? time_s : slot;
}
/* Does the rate limiter act on a swap now? Then the instruction needs the instructions sysvar
 * behind its accounts. */
bool damm_limited(const struct damm_pool *p, bool a_to_b, uint64_t point);
/* Swap of exactly in raw units that reach the pool (transfer fees of the token already off; those
 * of the output not yet). failure_none, or failure_math where the program fails. */
enum failure damm_swap_in(const struct damm_pool *p, bool a_to_b, uint64_t in, uint64_t point,
                          struct damm_swap *s);
/* Reserves of a constant product with the price and depth of the pool now, halved together until
 * they fit 64 bits; false when it has no liquidity. */
bool damm_reserves(const struct damm_pool *p, uint64_t *a, uint64_t *b) MUST_USE;
/* What can leave the pool: its counted amounts, or, where it does not count yet, those that make up
 * its liquidity. False when they do not fit. */
bool damm_held(const struct damm_pool *p, uint64_t *a, uint64_t *b) MUST_USE;

#endif
