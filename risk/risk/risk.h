/* risk.h - one portfolio over all strategies: sizes, limits, breakers, exits. Pure functions of
 * (state, record) to orders and rejects. Money is in lamports, tokens are raw units. sluice-risk(1)
 * gives the formulas. Must not: depend on how orders are filled; fills and reports come as records
 * of the back channel. */
#ifndef SLUICE_RISK_H
#define SLUICE_RISK_H

#include "common/amm/carry.h"
#include "common/base/seen.h"
#include "common/base/table.h"
#include "common/rec/out.h"

#define RISK_STRATEGIES 16u
#define RISK_POSITIONS  256u
#define RISK_POOLS      8192u
#define RISK_RUNGS      6u
#define RISK_ANSWERED   65536u /* settled order ids kept, the oldest evicted first */

/* Take profit: at this gain over cost sell this share of what was bought. */
struct risk_rung {
    uint32_t gain_ppm, share_ppm;
};

/* The figures of [risk]: lamports, ns, or the unit in the name. */
#define TYPE_LAMPORTS uint64_t
#define TYPE_NS       uint64_t
#define TYPE_U64      uint64_t
#define TYPE_U32      uint32_t
struct risk_rules {
#define RULE(kind, name, key) TYPE_##kind name;
#include "risk/risk/rules.def"
};

struct risk_strategy {
    char name[33];
    uint64_t capital;                                   /* most lamports at risk at once */
    uint32_t stop_ppm, trail_ppm, liquidity_ppm, rungs; /* 0 = off */
    uint64_t max_hold_ns;                               /* 0 = off */
    struct risk_rung rung[RISK_RUNGS];
    uint64_t at_risk; /* lamports held at cost and in flight */
};

enum position_state { POSITION_FREE, POSITION_ENTERING, POSITION_OPEN, POSITION_EXITING };

struct risk_position {
    uint64_t id;                                 /* the id of its entry order */
    uint64_t order_id, order_amount, order_slot; /* of the order in flight; order_id 0 = none */
    struct key mint, pool, creator;
    uint64_t reserved; /* cash set aside for an entry in flight */
    uint64_t bought_raw, held_raw, cost, proceeds;
    uint64_t opened_ns, peak_mark, entry_quote_reserve;
    uint32_t strategy, pool_row, rung, attempt;
    uint8_t state, venue;
    uint8_t reason;      /* enum order_reason of the last order */
    uint8_t exit_wanted; /* enum order_reason of an exit to send at the next slot, 0 = none */
    uint8_t pad[4];
};

struct risk_pool {
    struct carry carry;
    uint32_t held, pad; /* positions in it; a held pool is not evicted */
};

struct risk_state {
    struct risk_rules rules;
    struct risk_strategy strategy[RISK_STRATEGIES];
    uint32_t strategies, in_flight, waiting;
    uint32_t recovering; /* live, until the first `done`: execution reports its journal */
    uint32_t live, pad;  /* the stream is the chain, so it contains our own trades */
    uint64_t slot, now_ns, orders;
    int64_t cash;                   /* lamports: the capital and the cash of all fills */
    uint64_t rent;                  /* lamports that closing the held token accounts refunds */
    uint64_t reserved;              /* by entries in flight */
    int64_t equity_peak, day_start; /* equity: cash, rent and marks */
    uint64_t day, blocked_until_ns;
    uint32_t losses_in_row, breaker;
    uint64_t drifted, sell_only; /* bit n: venue n takes no entries, by alert or by the operator */
    struct risk_position position[RISK_POSITIONS];
    struct risk_pool pool[RISK_POOLS];
    uint64_t answered[SEEN_WORDS(RISK_ANSWERED)]; /* struct seen of settled order ids */
    uint64_t table_words[(sizeof(struct table) + RISK_POOLS * (32 + 8 + 16) + 4096) / 8];
};

/* Prepare a zeroed block in which rules and strategies are set. */
void risk_init(struct risk_state *s);
/* Process one record; orders, rejects, positions and alerts go to out. */
void risk_step(struct risk_state *s, const struct record *r, struct out *out);
/* Apply the operator's options over a checkpoint, before the first step: venues (bits) that take no
 * entries, and drifted venues to trust again. Each of the latter becomes an alert in the stream. */
void risk_operator(struct risk_state *s, uint64_t sell_only, uint64_t venue_ok, struct out *out);
/* Must the stage wait for the back channel before it reads on? */
bool risk_awaits(const struct risk_state *s);
/* Lamports that selling all of a position would return now, net of fees; 0 without a price. */
uint64_t risk_mark(const struct risk_state *s, const struct risk_position *p);

#endif
