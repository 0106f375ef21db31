/* amm.h - exact integer market maths of constant-product venues with virtual reserves. Quotes round
 * as the programs on chain round. Source of every formula: amm.c. Must not: use floating point,
 * I/O, or hold state. */
#ifndef SLUICE_AMM_H
#define SLUICE_AMM_H

#include "common/rec/record.h"

/* Fees in force for one swap, in basis points of the quote amount; each is rounded up by itself
 * (pump family). */
struct amm_fees {
    uint32_t lp_bps, protocol_bps, creator_bps;
};

/* Pricing state of one pool. base = the token, quote = SOL lamports (or another quote's raw units).
 */
struct amm_pool {
    uint8_t venue;             /* enum venue */
    uint8_t has_creator;       /* a creator fee is due */
    uint8_t mayhem;            /* supply fixed at 1e15 in the market-cap formula */
    uint8_t complete;          /* curve sold out: no swap is possible */
    uint64_t base_reserve_raw; /* pricing reserves, virtual parts included */
    uint64_t quote_reserve_raw;
    uint64_t base_real_raw; /* what can leave the pool */
    uint64_t quote_real_raw;
    uint64_t supply_raw; /* token supply, for market-cap tiers; 0 = 1e15 */
};

/* Result of one swap. in/out are what the trader pays and gets, all fees included. */
struct amm_swap {
    uint64_t in_raw, out_raw;
    uint64_t base_raw; /* tokens that move */
    uint64_t
        quote_raw; /* net quote into (buy) or out of (sell) the pricing reserves, before fees */
    uint64_t lp_fee_raw, protocol_fee_raw, creator_fee_raw;
    uint8_t completes;      /* this swap sells the curve out */
    uint32_t compute_units; /* upper bound for the instructions of the swap, where it depends on the
                               swap (ticks, bins, resting orders); else 0 */
};

/* Fees of the venue for this pool at this unix time and market cap, from the dated table (fees.c).
 */
struct amm_fees amm_fees_at(const struct amm_pool *p, uint64_t ts_ns);
/* Market cap in quote units: floor(quote_reserve * supply / base_reserve); 0 on an empty pool. */
u128 amm_market_cap(const struct amm_pool *p);

/* Quotes. Return failure_none, or the failure that the chain would give: failure_completed,
 * failure_no_pool, failure_funds, failure_math. buy_in: spend exactly in_raw quote, fees included.
 * buy_out: get exactly out_raw tokens. sell_in: sell exactly in_raw tokens. sell_out: the least
 * tokens that bring at least out_raw quote after fees (inverse quote). */
enum failure amm_buy_in(const struct amm_pool *p, struct amm_fees f, uint64_t in_raw,
                        struct amm_swap *s);
enum failure amm_buy_out(const struct amm_pool *p, struct amm_fees f, uint64_t out_raw,
                         struct amm_swap *s);
enum failure amm_sell_in(const struct amm_pool *p, struct amm_fees f, uint64_t in_raw,
                         struct amm_swap *s);
enum failure amm_sell_out(const struct amm_pool *p, struct amm_fees f, uint64_t out_raw,
                          struct amm_swap *s);
/* Buy with quote_net lamports that reach the curve; fees come on top. For re-applying recorded
 * swaps. */
enum failure amm_buy_net(const struct amm_pool *p, struct amm_fees f, uint64_t quote_net,
                         struct amm_swap *s);

/* The part of the token fee of a sale that leaves the reserves (Raydium CPMM only). */
uint64_t amm_base_leaves(const struct amm_pool *p, uint64_t base_raw);
/* Apply a swap that was quoted on this very state. side is side_buy or side_sell. */
void amm_apply(struct amm_pool *p, uint8_t side, const struct amm_swap *s);

/* Largest quote spend (fees included) whose price impact is at most impact_bps; 0 when even the
 * smallest exceeds it. Impact: how far the average price before fees is above the price before the
 * swap. */
uint64_t amm_max_buy(const struct amm_pool *p, struct amm_fees f, uint32_t impact_bps);
/* Largest token sale whose average price before fees is at most impact_bps below the price before
 * it. */
uint64_t amm_max_sell(const struct amm_pool *p, struct amm_fees f, uint32_t impact_bps);

/* Does the arithmetic of the venue give this recorded trade from the state before it? Compares the
 * amounts and the reserves after it. Returns NULL when exact, else a static text that names the
 * difference. */
const char *amm_explain(const struct amm_pool *before, const struct rec_trade *t);
/* Pool state after a recorded trade, taken from the record. supply and creator facts are kept from
 * p. */
void amm_observe(struct amm_pool *p, const struct rec_trade *t);
/* Pool state before a recorded trade, by undoing its amounts; false when the amounts do not fit the
 * reserves. */
bool amm_before(const struct rec_trade *t, struct amm_pool *p) MUST_USE;

/* The loss (in output units) that the best sandwich within the limit of the victim takes from a
 * swap of in_raw with limit_raw; 0 when no sandwich pays after two pool fees and tip_raw.
 * *front_raw: the size of the front swap. */
uint64_t amm_sandwich_loss(const struct amm_pool *p, struct amm_fees f, uint8_t side,
                           uint64_t in_raw, uint64_t limit_raw, uint64_t tip_raw,
                           uint64_t *front_raw);

#endif
