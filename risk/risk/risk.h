/* risk.h - one portfolio over all strategies: sizes, limits, stops. Pure functions of (state,
 * record) to orders and rejects. Money in lamports, tokens raw. The rules and formulas are in
 * sluice-risk(1). Must not: know how orders are filled; it hears of that by fill and report records
 * at the barrier. */
#ifndef SLUICE_RISK_H
#define SLUICE_RISK_H

#include "common/amm/carry.h"
#include "common/base/seen.h"
#include "common/base/table.h"
#include "common/rec/out.h"

#define RISK_STRATEGIES 17u /* 16 and one for signals of unknown strategies */
#define RISK_POSITIONS  256u
#define RISK_POOLS      8192u
#define RISK_RUNGS      6u
#define RISK_ANSWERED   65536u /* settled order ids kept, the oldest evicted first */

struct risk_rung {
    uint32_t gain_ppm, share_ppm;
}; /* at this gain on cost sell this share of what was bought */

struct risk_rules {
    uint64_t capital, max_trade, min_trade, max_token, max_creator, max_total, tip, priority_fee,
        daily_loss, fee_reserve;
    uint32_t impact_bps, slippage_bps, exit_slippage_bps, exit_step_bps, target_volatility_ppm,
        max_open, expires_slots;
    uint32_t drawdown_ppm, streak;
    uint64_t cooldown_ns, seed;
};

struct risk_strategy {
    char name[33];
    uint64_t capital; /* lamports this strategy may have at risk at once */
    uint32_t stop_ppm, trail_ppm, liquidity_ppm, rungs;
    uint64_t max_hold_ns;
    struct risk_rung rung[RISK_RUNGS];
    uint64_t at_risk; /* in flight and held, at cost */
    uint64_t entries; /* count, for order ids */
};

enum position_state { POSITION_FREE, POSITION_ENTERING, POSITION_OPEN, POSITION_EXITING };

struct risk_position {
    uint64_t id;                                 /* of the entry order; of the position */
    uint64_t order_id, order_amount, order_slot; /* in flight, 0 = none */
    struct key mint, pool, creator;
    uint64_t reserved; /* cash set aside while entering */
    uint64_t bought_raw, held_raw, cost, proceeds;
    uint64_t opened_ns, peak_mark, entry_quote_reserve;
    uint64_t cause_seq;
    uint32_t cause_src, strategy, pool_row, rung, attempt;
    uint8_t state, venue, reason, exit_wanted, pad[4];
};

struct risk_pool {
    struct carry carry;
    uint32_t held, verdict_failed;
};

struct risk_state {
    struct risk_rules rules;
    struct risk_strategy strategy[RISK_STRATEGIES];
    uint32_t strategies, in_flight, waiting;
    uint32_t recovering; /* until the first `done`: live execution tells what is open from before */
    uint32_t live, pad;  /* the stream is the chain: our own trades are in it */
    uint64_t slot, now_ns, orders;
    int64_t cash;                   /* lamports: capital and all fills heard */
    uint64_t rent;                  /* lamports that closing the held token accounts refunds */
    uint64_t reserved;              /* by entries in flight */
    uint64_t cost_held;             /* of open positions */
    int64_t equity_peak, day_start; /* marked equity */
    uint64_t day, blocked_until_ns;
    uint32_t losses_in_row, breaker;
    uint64_t drifted,
        sell_only; /* bit n: venue n takes no entries: it drifted (alerts); the operator says so */
    struct risk_position position[RISK_POSITIONS];
    struct risk_pool pool[RISK_POOLS];
    uint64_t answered[SEEN_WORDS(RISK_ANSWERED)]; /* struct seen of settled order ids */
    uint64_t table_words[(sizeof(struct table) + RISK_POOLS * (32 + 8 + 16) + 4096) / 8];
};

void risk_init(struct risk_state *s);
void risk_step(struct risk_state *s, const struct record *r, struct out *out);
/* What the operator says at a start, over what a checkpoint says: venues (bits) that take no
 * entries now, and drifted ones that are understood again. The latter becomes an alert. Before the
 * first step. */
void risk_operator(struct risk_state *s, uint64_t sell_only, uint64_t venue_ok, struct out *out);
/* Are orders in flight? */
bool risk_awaits(const struct risk_state *s);
/* What selling all of a position would bring now, net of fees. */
uint64_t risk_mark(const struct risk_state *s, const struct risk_position *p);

#endif
