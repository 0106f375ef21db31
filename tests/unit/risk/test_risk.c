/* test_risk.c - entries (each gate and limit), orders without an answer, exits (each reason),
 * breakers, sell-only venues, recovery after a restart. Must not: need files, the network or a
 * clock. */
#include "common/base/num.h"
#include "common/rec/codec.h"
#include "common/decode/drift.h"
#include "risk/risk/risk.h"
#include "tests/unit/tap.h"

#define T0         (UINT64_C(1790000000) * NS_PER_S)
#define OUT_BYTES  (1u << 20)
#define POOL_QUOTE (80 * LAMPORTS_PER_SOL)

struct bed {
    struct risk_state *s;
    struct out out;
    uint64_t seq, slot, buys, sells, rejects, alerts;
    struct rec_reject reject; /* the last of each */
    struct rec_order order;
    struct rec_alert alert;
};

static void take(struct bed *b)
{
    static struct record r;
    struct record_view v;
    const uint8_t *p = b->out.buf;
    for (size_t n = b->out.len; n && frame_next(p, n, &v) == FRAME_OK;
         p += v.wire_len, n -= v.wire_len) {
        if (!record_decode(&v, &r)) exit(1);
        if (r.id == REC_order) {
            b->order = r.u.order;
            b->order.side == side_buy ? b->buys++ : b->sells++;
        }
        if (r.id == REC_reject) {
            b->reject = r.u.reject;
            b->rejects++;
        }
        if (r.id == REC_alert) {
            b->alert = r.u.alert;
            b->alerts++;
        }
    }
    b->out.len = 0;
}

static void give(struct bed *b, struct record *r)
{
    b->out.cause_src = r->u.any.src = 1;
    b->out.cause_seq = r->u.any.seq = ++b->seq;
    risk_step(b->s, r, &b->out);
    take(b);
}

static void slot(struct bed *b)
{
    struct record r = {.id = REC_slot,
                       .u.slot = {.ts_ns = T0 + ++b->slot * SLOT_NS, .slot = b->slot}};
    give(b, &r);
}

static struct key key_of(uint8_t n)
{
    struct key k = {{n, 1}};
    return k;
}

static void pool(struct bed *b, uint8_t mint, uint8_t venue)
{
    struct record r = {.id = REC_pool,
                       .u.pool = {.ts_ns = T0,
                                  .slot = b->slot,
                                  .mint = key_of(mint),
                                  .pool = key_of((uint8_t)(mint + 100)),
                                  .venue = venue,
                                  .event = pool_event_created,
                                  .base_reserve_raw = UINT64_C(200000000000000),
                                  .quote_reserve_raw = POOL_QUOTE,
                                  .base_real_raw = UINT64_C(200000000000000),
                                  .quote_real_raw = POOL_QUOTE,
                                  .supply_raw = UINT64_C(1000000000000000)}};
    give(b, &r);
}

static void signal_of(struct bed *b, uint8_t mint, uint8_t venue, uint8_t side)
{
    struct record r = {.id = REC_signal,
                       .u.signal = {.ts_ns = T0 + b->slot * SLOT_NS,
                                    .slot = b->slot,
                                    .mint = key_of(mint),
                                    .pool = key_of((uint8_t)(mint + 100)),
                                    .venue = venue,
                                    .strategy = "s",
                                    .side = side}};
    give(b, &r);
}

static void alert(struct bed *b, const char *code)
{
    struct record r = {.id = REC_alert, .u.alert = {.ts_ns = T0, .level = level_critical}};
    snprintf(r.u.alert.code, sizeof r.u.alert.code, "%s", code);
    give(b, &r);
}

static void landed(struct bed *b)
{
    const struct rec_order *o = &b->order;
    struct record r = {.id = REC_fill,
                       .u.fill = {.ts_ns = T0,
                                  .slot = b->slot,
                                  .order_id = o->order_id,
                                  .position_id = o->position_id,
                                  .mint = o->mint,
                                  .pool = o->pool,
                                  .venue = o->venue,
                                  .side = o->side,
                                  .status = order_status_landed,
                                  .base_raw = 1000000000,
                                  .quote_lamports = o->amount_raw,
                                  .cash_delta_lamports = -(int64_t)o->amount_raw,
                                  .base_reserve_raw = UINT64_C(199000000000000),
                                  .quote_reserve_raw = POOL_QUOTE}};
    give(b, &r);
}

static void open_bed(struct bed *b)
{
    *b =
        (struct bed){.s = calloc(1, sizeof *b->s),
                     .out = {.buf = malloc(OUT_BYTES), .cap = OUT_BYTES, .src = 16, .next_seq = 1}};
    if (!b->s || !b->out.buf) exit(1);
    b->s->rules = (struct risk_rules){.capital = 100 * LAMPORTS_PER_SOL,
                                      .max_trade = LAMPORTS_PER_SOL / 2,
                                      .min_trade = LAMPORTS_PER_SOL / 50,
                                      .max_token = LAMPORTS_PER_SOL,
                                      .max_creator = LAMPORTS_PER_SOL,
                                      .max_total = 50 * LAMPORTS_PER_SOL,
                                      .impact_bps = 500,
                                      .slippage_bps = 500,
                                      .exit_slippage_bps = 1000,
                                      .max_open = 100,
                                      .expires_slots = 20,
                                      .drawdown_ppm = PPM_ONE,
                                      .cooldown_ns = NS_PER_S};
    b->s->strategies = 1;
    b->s->strategy[0] = (struct risk_strategy){.name = "s", .capital = 100 * LAMPORTS_PER_SOL};
    risk_init(b->s);
    slot(b);
    for (uint8_t m = 1; m < 40; m++) pool(b, m, m % 2 ? venue_pumpswap : venue_raydium_v4);
}

static void close_bed(struct bed *b)
{
    free(b->s);
    free(b->out.buf);
}

/* One entry on this venue, on a token that was not used yet: 1 = an order came, 0 = a reject by
 * this gate, -1 = anything else. */
static int entry(struct bed *b, uint8_t mint, const char *gate)
{
    uint64_t buys = b->buys, rejects = b->rejects;
    signal_of(b, mint, mint % 2 ? venue_pumpswap : venue_raydium_v4, side_buy);
    if (b->buys == buys + 1 && b->rejects == rejects) return 1;
    const struct rec_reject *r = &b->reject;
    return b->rejects == rejects + 1 && b->buys == buys && strcmp(r->gate, gate) == 0 &&
                   r->threshold == 0 && r->value == 1 && r->margin == -1 &&
                   strcmp(r->unit, "flag") == 0
               ? 0
               : -1;
}

static void test_drift(void)
{
    struct bed b;
    open_bed(&b);
    is_i64(entry(&b, 1, ""), 1, "an entry before");
    landed(&b);
    alert(&b, "drift.pumpswap");
    is_i64(entry(&b, 3, "venue_drift"), 0,
           "after the alert it is rejected: venue_drift, threshold 0, value 1, margin -1, flag");
    is_i64(entry(&b, 2, ""), 1, "on another venue it is not");
    landed(&b);
    uint64_t sells = b.sells;
    signal_of(&b, 1, venue_pumpswap, side_sell);
    slot(&b);
    is_u64(b.sells, sells + 1, "what is held on the venue is sold");
    ok(b.order.venue == venue_pumpswap && b.order.side == side_sell, "there");
    alert(&b, "drift.pumpswap");
    alert(&b, "drift.raydium_v4.cleared");
    is_i64(entry(&b, 5, "venue_drift"), 0, "another venue's end changes nothing");
    alert(&b, "drift.pumpswap.cleared");
    is_i64(entry(&b, 7, ""), 1, "cleared: entries go on");
    is_u64(b.alerts, 0, "risk itself has said nothing");
    close_bed(&b);
}

static void test_codes(void)
{
    struct bed b;
    open_bed(&b);
    static const char *const others[] = {"",
                                         "drift",
                                         "drift.",
                                         "drift..cleared",
                                         "drift.cleared",
                                         "drift.pumpswa",
                                         "drift.pumpswapp",
                                         "drift.pumpswap.",
                                         "drift.pumpswap.clear",
                                         "drift.pumpswap.cleared.",
                                         "drift.PUMPSWAP",
                                         "Drift.pumpswap",
                                         "drawdown",
                                         "pumpswap",
                                         "drift.jupiter",
                                         "drift.0123456789012345678901234"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        alert(&b, others[i]);
        is_i64(b.s->drifted & ~drift_venue_bit("jupiter", 7), 0, "code '%s' shuts neither venue",
               others[i]);
    }
    struct record r = {.id = REC_alert};
    memset(r.u.alert.code, 'x', sizeof r.u.alert.code); /* without an end */
    memcpy(r.u.alert.code, "drift.", 6);
    give(&b, &r);
    is_i64(entry(&b, 1, ""), 1, "and entries go on");
    is_u64(drift_venue_bit("", 0), 0, "no name, no bit");
    is_u64(drift_venue_bit("pump", 4), 1u << venue_pump, "pump is not pumpswap");
    close_bed(&b);
}

/* A checkpoint is the block: what it keeps is what a copy keeps. */
static void test_restart(void)
{
    struct bed b, again;
    open_bed(&b);
    open_bed(&again);
    alert(&b, "drift.pumpswap");
    memcpy(again.s, b.s, sizeof *b.s);
    risk_operator(again.s, 0, 0, &again.out);
    take(&again);
    is_i64(entry(&again, 1, "venue_drift"), 0, "a restart keeps it");
    is_u64(again.alerts, 0, "and says nothing");
    memcpy(again.s, b.s, sizeof *b.s);
    risk_operator(again.s, 0, drift_venue_bit("pumpswap", 8) | drift_venue_bit("pump", 4),
                  &again.out);
    take(&again);
    is_u64(again.alerts, 1, "the operator lifts it: one alert");
    is_str(again.alert.code, "drift.pumpswap.cleared", "of this code");
    is_u64(again.alert.level, level_info, "for the record");
    is_i64(entry(&again, 3, ""), 1, "entries go on");
    landed(&again);
    alert(&again, "drift.pumpswap");
    is_i64(entry(&again, 5, "venue_drift"), 0, "a new alert shuts it again");
    close_bed(&b);
    close_bed(&again);
}

static void test_operator(void)
{
    struct bed b;
    open_bed(&b);
    risk_operator(b.s, drift_venue_bit("raydium_v4", 10), 0, &b.out);
    take(&b);
    is_i64(entry(&b, 2, "sell_only"), 0, "sell-only shuts a venue");
    is_i64(entry(&b, 1, ""), 1, "and no other");
    landed(&b);
    alert(&b, "drift.raydium_v4");
    is_i64(entry(&b, 4, "venue_drift"), 0, "drift is named first");
    alert(&b, "drift.raydium_v4.cleared");
    is_i64(entry(&b, 6, "sell_only"), 0, "its end does not lift the operator's word");
    risk_operator(b.s, 0, 0, &b.out);
    take(&b);
    is_i64(entry(&b, 8, ""), 1, "a start without it does");
    close_bed(&b);
}

/* ---- live: what execution tells from its journal ---- */

static void tell_fill(struct bed *b, uint64_t order, uint64_t position, uint8_t mint, uint8_t side,
                      uint64_t base, int64_t cash, uint8_t reason)
{
    struct record r = {.id = REC_fill,
                       .u.fill = {.ts_ns = T0,
                                  .slot = b->slot,
                                  .order_id = order,
                                  .position_id = position,
                                  .strategy = "s",
                                  .mint = key_of(mint),
                                  .pool = key_of((uint8_t)(mint + 100)),
                                  .venue = venue_pumpswap,
                                  .side = side,
                                  .reason = reason,
                                  .status = order_status_landed,
                                  .base_raw = base,
                                  .cash_delta_lamports = cash,
                                  .base_reserve_raw = UINT64_C(199000000000000),
                                  .quote_reserve_raw = POOL_QUOTE}};
    give(b, &r);
}

static const struct risk_position *position_of(const struct bed *b, uint64_t id)
{
    for (size_t i = 0; i < RISK_POSITIONS; i++)
        if (b->s->position[i].state != POSITION_FREE && b->s->position[i].id == id)
            return &b->s->position[i];
    return NULL;
}

static void end_of_slot(struct bed *b)
{
    struct record r = {.id = REC_done, .u.done = {.slot = b->slot}};
    give(b, &r);
}

static void test_recovery(void)
{
    struct bed b;
    open_bed(&b);
    b.s->live = b.s->recovering = 1;
    slot(&b);
    ok(risk_awaits(b.s), "live, the first slot waits for what is told");
    tell_fill(&b, 21, 21, 1, side_buy, 1000000, -500000000, order_reason_entry);
    tell_fill(&b, 22, 21, 1, side_sell, 400000, 300000000, order_reason_take);
    tell_fill(&b, 22, 21, 1, side_sell, 400000, 300000000, order_reason_take);
    tell_fill(&b, 31, 31, 3, side_buy, 1000000, -500000000, order_reason_entry);
    tell_fill(&b, 32, 31, 3, side_sell, 1000000, 600000000, order_reason_stop);
    struct record order = {.id = REC_order,
                           .u.order = {.ts_ns = T0,
                                       .order_id = 41,
                                       .position_id = 41,
                                       .strategy = "s",
                                       .mint = key_of(5),
                                       .pool = key_of(105),
                                       .venue = venue_pumpswap,
                                       .side = side_buy,
                                       .amount_raw = 200000000}};
    give(&b, &order);
    struct record worth = {.id = REC_equity,
                           .u.equity = {.ts_ns = T0, .cash_lamports = INT64_C(99900000000)}};
    give(&b, &worth);
    end_of_slot(&b);
    const struct risk_position *p = position_of(&b, 21);
    ok(p && p->held_raw == 600000 && p->cost == 500000000 && p->proceeds == 300000000,
       "a position with what is left of it; a fill that is told twice counts once");
    ok(!position_of(&b, 31), "one that is closed is none");
    is_i64(b.s->cash, INT64_C(99900000000), "the cash as it is told");
    ok(!b.s->recovering && position_of(&b, 41) && b.s->in_flight == 1,
       "an order in flight is waited for");
    is_i64(entry(&b, 1, ""), -1, "what is held is not bought again");
    ok(strcmp(b.reject.gate, "already_held") == 0, "by that gate");
    signal_of(&b, 5, venue_pumpswap, side_buy);
    ok(strcmp(b.reject.gate, "already_held") == 0 && b.buys == 0, "nor what is on its way");
    tell_fill(&b, 41, 41, 5, side_buy, 700000, -201000000, order_reason_entry);
    ok(b.s->in_flight == 0 && position_of(&b, 41)->held_raw == 700000, "it lands");
    tell_fill(&b, 99, 41, 5, side_sell, 700000, 190000000, order_reason_halt);
    ok(!position_of(&b, 41) && b.s->cash == INT64_C(99900000000) - 201000000 + 190000000,
       "what the operator sold is gone, its money is there");
    /* The operator sells while an exit of ours is under way. */
    struct record out_of_it = {.id = REC_signal,
                               .u.signal = {.ts_ns = T0,
                                            .slot = b.slot,
                                            .mint = key_of(1),
                                            .pool = key_of(101),
                                            .venue = venue_pumpswap,
                                            .strategy = "s",
                                            .side = side_sell}};
    give(&b, &out_of_it);
    slot(&b);
    ok(b.sells == 1 && b.s->in_flight == 1, "an exit is on its way");
    tell_fill(&b, 100, 21, 1, side_sell, 600000, 100000000, order_reason_halt);
    ok(!position_of(&b, 21) && b.s->in_flight == 0,
       "the operator's sale ends it: nobody waits for ever");
    close_bed(&b);
}

/* An entry whose whole cost is the rent of a new token account: closing the account refunds it, so
 * no loss has occurred. */
static void test_rent(void)
{
    struct bed b;
    open_bed(&b);
    b.s->rules.daily_loss = 1500000;
    entry(&b, 1, "");
    struct record r = {.id = REC_fill,
                       .u.fill = {.ts_ns = T0,
                                  .slot = b.slot,
                                  .order_id = b.order.order_id,
                                  .position_id = b.order.position_id,
                                  .mint = b.order.mint,
                                  .pool = b.order.pool,
                                  .venue = b.order.venue,
                                  .side = side_buy,
                                  .status = order_status_landed,
                                  .base_raw = 1000000,
                                  .quote_lamports = 400,
                                  .cash_delta_lamports = -2039680,
                                  .rent_paid_lamports = 2039280,
                                  .base_reserve_raw = UINT64_C(199999999000000),
                                  .quote_reserve_raw = POOL_QUOTE}};
    slot(&b);
    give(&b, &r);
    end_of_slot(&b);
    is_u64(b.alerts, 0, "refundable rent is no loss: the daily limit of 0.0015 SOL does not trip");
    r.u.fill = (struct rec_fill){.order_id = 7,
                                 .position_id = b.order.position_id,
                                 .side = side_sell,
                                 .status = order_status_landed,
                                 .reason = order_reason_halt,
                                 .base_raw = 1000000,
                                 .cash_delta_lamports = 2039280,
                                 .rent_refund_lamports = 2039280};
    give(&b, &r);
    slot(&b);
    slot(&b);
    is_u64(b.alerts, 0, "nor does its refund count twice");
    is_i64(b.s->rent, 0, "with nothing held no rent is left");
    close_bed(&b);
}

/* Execution repeats a fill from its journal after thousands of others. */
static void test_repeated_fill(void)
{
    struct bed b;
    open_bed(&b);
    b.s->live = b.s->recovering = 1;
    slot(&b);
    tell_fill(&b, 21, 21, 1, side_buy, 1000000, -500000000, order_reason_entry);
    tell_fill(&b, 22, 21, 1, side_sell, 400000, 300000000, order_reason_take);
    for (uint64_t i = 0; i < 60000; i++)
        tell_fill(&b, 1000 + i, 1000 + i, 3, side_sell, 1, 1, order_reason_stop);
    tell_fill(&b, 22, 21, 1, side_sell, 400000, 300000000, order_reason_take);
    is_u64(position_of(&b, 21)->held_raw, 600000,
           "a fill repeated after 60,000 others counts once");
    close_bed(&b);
}

/* ---- entries: each limit binds, and names the reject when it leaves too little ---- */

static void signal_by(struct bed *b, uint8_t mint, const char *strategy, uint8_t creator)
{
    struct record r = {.id = REC_signal,
                       .u.signal = {.ts_ns = T0 + b->slot * SLOT_NS,
                                    .slot = b->slot,
                                    .mint = key_of(mint),
                                    .pool = key_of((uint8_t)(mint + 100)),
                                    .venue = venue_pumpswap,
                                    .side = side_buy}};
    if (creator) r.u.signal.creator = key_of(creator);
    snprintf(r.u.signal.strategy, sizeof r.u.signal.strategy, "%s", strategy);
    give(b, &r);
}

/* A bed in which this much is left by every limit, before a test narrows one. */
static void open_limits(struct bed *b)
{
    open_bed(b);
    b->s->strategies = 2;
    b->s->strategy[1] = (struct risk_strategy){.name = "t", .capital = 100 * LAMPORTS_PER_SOL};
    b->s->rules.max_token = b->s->rules.max_creator = 100 * LAMPORTS_PER_SOL;
}

/* The first entry on a fresh bed after `set` narrowed a limit to `left` lamports. */
static void limit_binds(const char *gate, void (*set)(struct risk_state *s, uint64_t left))
{
    struct bed b;
    open_limits(&b);
    set(b.s, LAMPORTS_PER_SOL / 5);
    signal_by(&b, 1, "s", 77);
    ok(b.buys == 1 && b.order.amount_raw == LAMPORTS_PER_SOL / 5, "%s: an entry of what is left",
       gate);
    close_bed(&b);
    open_limits(&b);
    set(b.s, LAMPORTS_PER_SOL / 100);
    signal_by(&b, 1, "s", 77);
    ok(b.buys == 0 && b.rejects == 1 && strcmp(b.reject.gate, gate) == 0,
       "%s: less than min-trade is rejected by it", gate);
    ok(b.reject.threshold == (int64_t)LAMPORTS_PER_SOL / 50 &&
           b.reject.value == (int64_t)LAMPORTS_PER_SOL / 100 &&
           b.reject.margin == -(int64_t)LAMPORTS_PER_SOL / 100 &&
           strcmp(b.reject.unit, "lamports") == 0,
       "%s: threshold, value and margin in lamports", gate);
    close_bed(&b);
}

static void set_token(struct risk_state *s, uint64_t left) { s->rules.max_token = left; }
static void set_creator(struct risk_state *s, uint64_t left) { s->rules.max_creator = left; }
static void set_total(struct risk_state *s, uint64_t left) { s->rules.max_total = left; }
static void set_strategy(struct risk_state *s, uint64_t left) { s->strategy[0].capital = left; }
static void set_reserve(struct risk_state *s, uint64_t left)
{
    s->rules.fee_reserve = (uint64_t)s->cash - left;
}
static void set_size(struct risk_state *s, uint64_t left) { s->rules.max_trade = left; }

static void test_limits(void)
{
    limit_binds("max_token", set_token);
    limit_binds("max_creator", set_creator);
    limit_binds("max_total", set_total);
    limit_binds("strategy_capital", set_strategy);
    limit_binds("cash", set_reserve);
    limit_binds("size", set_size);
}

/* What is in flight counts as much as what is held. */
static void test_limits_add_up(void)
{
    struct bed b;
    uint64_t overhead = 2039280 + 5000, trade = LAMPORTS_PER_SOL / 2;
    open_limits(&b);
    b.s->rules.max_token = trade + LAMPORTS_PER_SOL / 10;
    signal_by(&b, 1, "s", 0);
    signal_by(&b, 1, "t", 0);
    is_u64(b.order.amount_raw, LAMPORTS_PER_SOL / 10 - overhead,
           "max_token counts the entry of another strategy in flight, with its overhead");
    signal_by(&b, 3, "t", 0);
    is_u64(b.order.amount_raw, trade, "and not that of another token");
    close_bed(&b);
    open_limits(&b);
    b.s->rules.max_creator = trade + LAMPORTS_PER_SOL / 10;
    signal_by(&b, 1, "s", 77);
    signal_by(&b, 3, "s", 77);
    is_u64(b.order.amount_raw, LAMPORTS_PER_SOL / 10 - overhead, "so does max_creator");
    signal_by(&b, 5, "s", 0);
    is_u64(b.order.amount_raw, trade, "an unknown creator has no limit");
    close_bed(&b);
}

static void test_pool_depth(void)
{
    struct bed b;
    open_limits(&b);
    b.s->rules.max_trade = 50 * LAMPORTS_PER_SOL;
    b.s->rules.impact_bps = 100;
    signal_by(&b, 1, "s", 0);
    const struct amm_pool *pool =
        &b.s->pool[position_of(&b, b.order.position_id)->pool_row].carry.ours;
    is_u64(b.order.amount_raw, amm_max_buy(pool, amm_fees_at(pool, b.s->now_ns), 100),
           "pool_depth: an entry moves the price by impact-bps at most");
    ok(b.order.amount_raw > POOL_QUOTE / 400 && b.order.amount_raw < POOL_QUOTE / 50,
       "which is near 1 %% of the pool");
    b.s->rules.impact_bps = 0;
    signal_by(&b, 3, "s", 0);
    ok(b.buys == 1 && strcmp(b.reject.gate, "pool_depth") == 0,
       "none left: rejected by pool_depth");
    close_bed(&b);
}

static void test_overhead(void)
{
    struct bed b;
    open_limits(&b);
    b.s->rules.tip = 500000;
    b.s->rules.priority_fee = 100000;
    uint64_t twice = 2 * (2039280 + 5000 + 500000 + 100000);
    b.s->rules.min_trade = 0;
    b.s->rules.max_trade = twice;
    signal_by(&b, 1, "s", 0);
    ok(b.buys == 0 && strcmp(b.reject.gate, "overhead") == 0 &&
           b.reject.threshold == (int64_t)twice + 1 && b.reject.margin == -1,
       "an entry of twice its rent and fees is rejected by overhead");
    b.s->rules.max_trade = twice + 1;
    signal_by(&b, 1, "s", 0);
    is_u64(b.buys, 1, "one lamport more is not");
    is_u64(b.s->reserved, twice + 1 + twice / 2, "size and overhead are reserved");
    close_bed(&b);
}

static void test_open_count(void)
{
    struct bed b;
    open_limits(&b);
    b.s->rules.max_open = 2;
    signal_by(&b, 1, "s", 0);
    signal_by(&b, 3, "s", 0);
    signal_by(&b, 5, "s", 0);
    ok(b.buys == 2 && strcmp(b.reject.gate, "max_open") == 0 && b.reject.value == 3 &&
           b.reject.threshold == 2,
       "the third position is rejected by max_open = 2");
    signal_by(&b, 7, "unheard", 0);
    ok(b.buys == 2 && strcmp(b.reject.gate, "unknown_strategy") == 0, "an unknown strategy too");
    close_bed(&b);
}

/* ---- orders that get no answer ---- */

static void test_expiry(void)
{
    struct bed b;
    open_limits(&b);
    signal_by(&b, 1, "s", 0);
    is_u64(b.order.expires_slot, b.slot + 20, "an order expires after expires-slots");
    for (unsigned i = 0; i < 21; i++) slot(&b);
    ok(b.s->in_flight == 1 && b.s->reserved > 0, "until then it may land: it is waited for");
    slot(&b);
    ok(b.s->in_flight == 0 && b.s->reserved == 0 && b.s->strategy[0].at_risk == 0,
       "then it is given up: nothing in flight, no cash reserved");
    ok(!position_of(&b, b.order.position_id) && !risk_awaits(b.s) == !b.s->waiting,
       "and its position is free");
    close_bed(&b);
}

/* ---- exits ---- */

/* A bed that holds one position of mint 1, bought for about its mark. */
static void open_held(struct bed *b)
{
    open_limits(b);
    signal_by(b, 1, "s", 0);
    slot(b);
    const struct rec_order *o = &b->order;
    struct record r = {.id = REC_fill,
                       .u.fill = {.ts_ns = T0,
                                  .slot = b->slot,
                                  .order_id = o->order_id,
                                  .position_id = o->position_id,
                                  .mint = o->mint,
                                  .pool = o->pool,
                                  .venue = o->venue,
                                  .side = side_buy,
                                  .status = order_status_landed,
                                  .base_raw = UINT64_C(1200000000000),
                                  .quote_lamports = 490000000,
                                  .cash_delta_lamports = -500000000,
                                  .base_reserve_raw = UINT64_C(198800000000000),
                                  .quote_reserve_raw = POOL_QUOTE}};
    give(b, &r);
    end_of_slot(b);
}

/* The market moves: new reserves of the pool of mint 1. */
static void reserves(struct bed *b, uint64_t base, uint64_t quote)
{
    struct record r = {.id = REC_pool,
                       .u.pool = {.ts_ns = T0,
                                  .slot = b->slot,
                                  .mint = key_of(1),
                                  .pool = key_of(101),
                                  .venue = venue_pumpswap,
                                  .event = pool_event_removed,
                                  .base_reserve_raw = base,
                                  .quote_reserve_raw = quote,
                                  .base_real_raw = base,
                                  .quote_real_raw = quote,
                                  .supply_raw = UINT64_C(1000000000000000)}};
    give(b, &r);
}

static void exits_with(struct bed *b, uint8_t reason, const char *what)
{
    ok(b->sells == 1 && b->order.side == side_sell && b->order.reason == reason &&
           b->order.amount_raw == UINT64_C(1200000000000),
       "%s: all of it is sold, reason %s", what, enum_name("order_reason", reason));
}

static void test_exit_liquidity(void)
{
    struct bed b;
    open_held(&b);
    b.s->strategy[0].liquidity_ppm = 400000;
    reserves(&b, UINT64_C(121000000000000), POOL_QUOTE * 61 / 100);
    slot(&b);
    is_u64(b.sells, 0, "a pool with 61 %% of its SOL left is kept (liquidity-ppm 400,000)");
    reserves(&b, UINT64_C(118000000000000), POOL_QUOTE * 59 / 100);
    slot(&b);
    exits_with(&b, order_reason_liquidity, "59 % of the SOL left, price unchanged");
    close_bed(&b);
}

static void test_exit_time(void)
{
    struct bed b;
    open_held(&b);
    b.s->strategy[0].max_hold_ns = 5 * SLOT_NS;
    for (unsigned i = 0; i < 4; i++) slot(&b);
    is_u64(b.sells, 0, "a position is kept for less than max-hold");
    slot(&b);
    exits_with(&b, order_reason_time, "held for max-hold");
    close_bed(&b);
}

static void test_exit_verdict(void)
{
    struct bed b;
    open_held(&b);
    struct record r = {.id = REC_verdict, .u.verdict = {.ts_ns = T0, .mint = key_of(1)}};
    r.u.verdict.finding = finding_pass;
    give(&b, &r);
    r.u.verdict.finding = finding_fail;
    r.u.verdict.mint = key_of(3);
    give(&b, &r);
    slot(&b);
    is_u64(b.sells, 0, "a verdict of pass, or on another token, sells nothing");
    r.u.verdict.mint = key_of(1);
    give(&b, &r);
    slot(&b);
    exits_with(&b, order_reason_verdict, "a failed verdict");
    close_bed(&b);
}

static void test_exit_stop(void)
{
    struct bed b;
    open_held(&b);
    b.s->strategy[0].stop_ppm = 200000;
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 85 / 100);
    slot(&b);
    is_u64(b.sells, 0, "a fall of 15 to 19 %% is kept (stop-ppm 200,000)");
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 80 / 100);
    slot(&b);
    exits_with(&b, order_reason_stop, "a fall of more than 20 %");
    close_bed(&b);
}

static void test_exit_trail(void)
{
    struct bed b;
    open_held(&b);
    b.s->strategy[0].trail_ppm = 250000;
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 70 / 100);
    slot(&b);
    is_u64(b.sells, 0, "the trailing stop rests below cost");
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 2);
    slot(&b);
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 2 * 76 / 100);
    slot(&b);
    is_u64(b.sells, 0, "24 %% below the peak is kept (trail-ppm 250,000)");
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 2 * 74 / 100);
    slot(&b);
    exits_with(&b, order_reason_trail, "26 % below the peak");
    close_bed(&b);
}

static void test_exit_take(void)
{
    struct bed b;
    open_held(&b);
    b.s->strategy[0].rungs = 1;
    b.s->strategy[0].rung[0] = (struct risk_rung){.gain_ppm = 400000, .share_ppm = 250000};
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 135 / 100);
    slot(&b);
    is_u64(b.sells, 0, "a gain of less than 40 %% is kept");
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 160 / 100);
    slot(&b);
    ok(b.sells == 1 && b.order.reason == order_reason_take &&
           b.order.amount_raw == UINT64_C(300000000000),
       "beyond it a quarter of what was bought is sold");
    close_bed(&b);
}

static void sold(struct bed *b)
{
    const struct rec_order *o = &b->order;
    struct record r = {.id = REC_fill,
                       .u.fill = {.ts_ns = T0,
                                  .slot = b->slot,
                                  .order_id = o->order_id,
                                  .position_id = o->position_id,
                                  .mint = o->mint,
                                  .pool = o->pool,
                                  .venue = o->venue,
                                  .side = side_sell,
                                  .status = order_status_landed,
                                  .base_raw = o->amount_raw,
                                  .cash_delta_lamports = 1,
                                  .base_reserve_raw = UINT64_C(198800000000000),
                                  .quote_reserve_raw = POOL_QUOTE * 160 / 100}};
    slot(b);
    give(b, &r);
    end_of_slot(b);
}

static void test_exit_ladder(void)
{
    struct bed b;
    open_held(&b);
    b.s->strategy[0].rungs = 2;
    b.s->strategy[0].rung[0] = (struct risk_rung){.gain_ppm = 400000, .share_ppm = 250000};
    b.s->strategy[0].rung[1] = (struct risk_rung){.gain_ppm = 1200000, .share_ppm = 500000};
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 160 / 100);
    slot(&b);
    is_u64(b.sells, 1, "the first rung sells");
    sold(&b);
    slot(&b);
    is_u64(b.sells, 1, "once: the second wants a gain of 120 %%");
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 280 / 100);
    slot(&b);
    ok(b.sells == 2 && b.order.amount_raw == UINT64_C(600000000000),
       "and then sells half of what was bought");
    close_bed(&b);
}

/* ---- breakers ---- */

/* Drawdown is measured from the highest equity, not from the start. */
static void test_peak(void)
{
    struct bed b;
    open_held(&b);
    b.s->rules.drawdown_ppm = 2000;
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 2);
    slot(&b);
    is_u64(b.alerts, 0, "equity rises: no breaker");
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 120 / 100);
    slot(&b);
    ok(b.alerts == 1 && strcmp(b.alert.code, "drawdown") == 0,
       "a fall of 0.4 %% from the peak trips 0.2 %%, though equity is above its start");
    close_bed(&b);
}

static void test_breaker(const char *what, const char *code, const char *gate,
                         void (*set)(struct risk_state *s, int64_t loss))
{
    struct bed b;
    open_held(&b);
    b.s->rules.drawdown_ppm = PPM_ONE;
    b.s->rules.cooldown_ns = 3 * SLOT_NS;
    int64_t loss =
        (int64_t)b.s->rules.capital - b.s->cash - (int64_t)risk_mark(b.s, &b.s->position[0]);
    ok(loss > 0, "%s: fees are a loss of %lld lamports", what, (long long)loss);
    set(b.s, loss + 1000000);
    slot(&b);
    is_u64(b.alerts, 0, "%s: below the limit nothing trips", what);
    set(b.s, loss);
    slot(&b);
    ok(b.alerts == 1 && strcmp(b.alert.code, code) == 0 && b.alert.level == level_warning,
       "%s: at the limit an alert %s", what, code);
    signal_by(&b, 3, "s", 0);
    ok(b.buys == 1 && strcmp(b.reject.gate, gate) == 0 && strcmp(b.reject.unit, "ns") == 0 &&
           b.reject.margin == -(int64_t)(3 * SLOT_NS),
       "%s: an entry is rejected by %s with the time left", what, gate);
    set(b.s, INT64_MAX / 4);
    for (unsigned i = 0; i < 3; i++) slot(&b);
    signal_by(&b, 3, "s", 0);
    is_u64(b.buys, 2, "%s: entries resume after the cooldown", what);
    close_bed(&b);
}

static void set_daily(struct risk_state *s, int64_t loss) { s->rules.daily_loss = (uint64_t)loss; }
static void set_drawdown(struct risk_state *s, int64_t loss)
{
    uint32_t ppm = ratio_ppm((uint64_t)loss, (uint64_t)s->equity_peak);
    s->rules.drawdown_ppm = ppm > PPM_ONE ? PPM_ONE : ppm;
}
/* Three losses in a row, against a limit of one more or of as many. */
static void set_streak(struct risk_state *s, int64_t loss)
{
    int64_t paid = (int64_t)s->rules.capital - s->cash - (int64_t)risk_mark(s, &s->position[0]);
    s->losses_in_row = loss > INT64_MAX / 8 ? 0 : 3;
    s->rules.streak = loss > paid ? 4 : 3;
}

static void test_breakers(void)
{
    test_breaker("daily loss", "daily_loss", "breaker_daily_loss", set_daily);
    test_breaker("drawdown", "drawdown", "breaker_drawdown", set_drawdown);
    test_breaker("loss streak", "loss_streak", "breaker_loss_streak", set_streak);
}

/* ---- sizes and limits of what is sent ---- */

static void test_limits_used(void)
{
    struct bed b;
    uint64_t overhead = 2039280 + 5000, trade = LAMPORTS_PER_SOL / 2, rest = LAMPORTS_PER_SOL / 10;
    open_limits(&b);
    b.s->strategy[0].capital = trade + rest;
    signal_by(&b, 1, "s", 0);
    signal_by(&b, 3, "s", 0);
    is_u64(b.order.amount_raw, rest, "strategy_capital counts what the strategy has at risk");
    signal_by(&b, 5, "t", 0);
    is_u64(b.order.amount_raw, trade, "and not what another has");
    close_bed(&b);
    open_limits(&b);
    b.s->rules.max_total = trade + rest;
    signal_by(&b, 1, "s", 0);
    signal_by(&b, 3, "t", 0);
    is_u64(b.order.amount_raw, rest - overhead, "max_total counts all strategies and tokens");
    close_bed(&b);
}

static void test_volatility(void)
{
    struct bed b;
    open_limits(&b);
    b.s->rules.target_volatility_ppm = 100000;
    struct record r = {.id = REC_signal,
                       .u.signal = {.mint = key_of(1),
                                    .pool = key_of(101),
                                    .venue = venue_pumpswap,
                                    .strategy = "s",
                                    .side = side_buy,
                                    .volatility_ppm = 100000}};
    give(&b, &r);
    is_u64(b.order.amount_raw, LAMPORTS_PER_SOL / 2, "at the target volatility an entry is whole");
    r.u.signal.mint = key_of(3);
    r.u.signal.pool = key_of(103);
    r.u.signal.volatility_ppm = 250000;
    give(&b, &r);
    is_u64(b.order.amount_raw, LAMPORTS_PER_SOL / 5, "at 2.5 times the target it is 1 / 2.5");
    close_bed(&b);
}

static void test_entry_limit(void)
{
    struct bed b;
    struct amm_swap w;
    open_limits(&b);
    signal_by(&b, 1, "s", 0);
    const struct amm_pool *pool =
        &b.s->pool[position_of(&b, b.order.position_id)->pool_row].carry.ours;
    ok(amm_buy_in(pool, amm_fees_at(pool, b.s->now_ns), b.order.amount_raw, &w) == failure_none,
       "an entry is quoted");
    is_u64(b.order.limit_raw, w.out_raw - w.out_raw * 500 / 10000,
           "its limit is slippage-bps below the quote");
    close_bed(&b);
}

static void unanswered_exit(struct bed *b)
{
    struct record r = {
        .id = REC_report,
        .u.report = {.ts_ns = T0, .order_id = b->order.order_id, .status = order_status_expired}};
    slot(b);
    give(b, &r);
    end_of_slot(b);
}

/* Each further try of an exit takes a worse price; one is in flight at a time. */
static void test_exit_limit(void)
{
    struct bed b;
    open_held(&b);
    b.s->rules.exit_slippage_bps = 1000;
    b.s->rules.exit_step_bps = 1500;
    b.s->strategy[0].stop_ppm = 200000;
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 70 / 100);
    slot(&b);
    uint64_t mark = risk_mark(b.s, &b.s->position[0]);
    is_u64(b.order.limit_raw, mark - mark * 1000 / 10000, "an exit's limit: exit-slippage-bps");
    slot(&b);
    end_of_slot(&b);
    is_u64(b.sells, 1, "while it is in flight no other is sent");
    unanswered_exit(&b);
    ok(b.sells == 2 && b.order.attempt_count == 1, "it expires: a second try");
    is_u64(b.order.limit_raw, mark - mark * 2500 / 10000, "exit-step-bps further");
    for (unsigned i = 0; i < 8; i++) unanswered_exit(&b);
    is_u64(b.order.limit_raw, mark - mark * 9900 / 10000, "never below 1 %% of the mark");
    close_bed(&b);
}

static void failed_on_chain(struct bed *b, uint64_t fee)
{
    const struct rec_order *o = &b->order;
    struct record r = {.id = REC_fill,
                       .u.fill = {.ts_ns = T0,
                                  .slot = b->slot,
                                  .order_id = o->order_id,
                                  .position_id = o->position_id,
                                  .mint = o->mint,
                                  .pool = o->pool,
                                  .venue = o->venue,
                                  .side = o->side,
                                  .status = order_status_failed,
                                  .failure = failure_slippage,
                                  .cash_delta_lamports = -(int64_t)fee}};
    give(b, &r);
}

/* An exit that fails on chain is sent again, with a wider limit and its fee as a cost. */
static void test_retry(void)
{
    struct bed b;
    struct amm_swap w;
    open_held(&b);
    b.s->rules.exit_step_bps = 1500;
    b.s->strategy[0].max_hold_ns = SLOT_NS;
    const struct risk_position *p = &b.s->position[0];
    const struct amm_pool *pool = &b.s->pool[p->pool_row].carry.ours;
    ok(amm_sell_in(pool, amm_fees_at(pool, b.s->now_ns), p->held_raw, &w) == failure_none,
       "a quote");
    slot(&b);
    is_u64(b.order.limit_raw, w.out_raw - w.out_raw / 10,
           "the first exit: exit-slippage-bps 1,000");
    b.s->strategy[0].max_hold_ns = 0;
    for (unsigned attempt = 1; attempt <= 7; attempt++) {
        uint64_t bps = attempt < 6 ? 1000 + 1500 * attempt : 9900;
        slot(&b);
        failed_on_chain(&b, 5000);
        is_u64(p->cost, 500000000 + 5000 * attempt, "the fee of the failed exit is a cost");
        end_of_slot(&b);
        ok(b.sells == attempt + 1 && b.order.attempt_count == attempt &&
               b.order.reason == order_reason_time &&
               b.order.limit_raw == w.out_raw - (uint64_t)((u128)w.out_raw * bps / BPS_ONE),
           "attempt %u accepts %u bps less", attempt, (unsigned)bps);
    }
    close_bed(&b);
}

static void failed_entry(struct bed *b)
{
    signal_by(b, 1, "s", 0);
    slot(b);
    failed_on_chain(b, 5000);
    end_of_slot(b);
}

static void test_failed_entry(void)
{
    struct bed b;
    open_limits(&b);
    int64_t cash = b.s->cash;
    failed_entry(&b);
    ok(b.s->cash == cash - 5000 && b.s->reserved == 0 && b.s->strategy[0].at_risk == 0 &&
           b.s->position[0].state == POSITION_FREE,
       "a failed entry costs its fee and leaves nothing at risk");
    failed_entry(&b);
    is_u64(b.buys, 2, "the token may be entered again");
    close_bed(&b);
}

/* Cash in flight is not free for the next entry. */
static void test_cash_in_flight(void)
{
    struct bed b;
    open_limits(&b);
    b.s->cash = (int64_t)(LAMPORTS_PER_SOL * 6 / 10 + 2039280 + 5000);
    signal_by(&b, 1, "s", 0);
    signal_by(&b, 3, "s", 0);
    is_u64(b.order.amount_raw, LAMPORTS_PER_SOL / 10, "an entry leaves cash for those in flight");
    close_bed(&b);
}

static void test_volatility_scale(void)
{
    struct bed b;
    open_limits(&b);
    b.s->rules.target_volatility_ppm = 100000;
    struct record r = {.id = REC_signal,
                       .u.signal = {.ts_ns = T0,
                                    .mint = key_of(1),
                                    .pool = key_of(101),
                                    .venue = venue_pumpswap,
                                    .strategy = "s",
                                    .side = side_buy,
                                    .volatility_ppm = 400000}};
    give(&b, &r);
    is_u64(b.order.amount_raw, LAMPORTS_PER_SOL / 8, "four times the target volatility: a quarter");
    const struct amm_pool *pool = &b.s->pool[b.s->position[0].pool_row].carry.ours;
    struct amm_swap w;
    ok(amm_buy_in(pool, amm_fees_at(pool, b.s->now_ns), b.order.amount_raw, &w) == failure_none &&
           b.order.limit_raw == w.out_raw - w.out_raw / 20,
       "its least tokens: the quote less slippage-bps 500");
    close_bed(&b);
}

static void sold_for(struct bed *b, uint64_t base, int64_t cash)
{
    const struct rec_order *o = &b->order;
    struct record r = {.id = REC_fill,
                       .u.fill = {.ts_ns = T0,
                                  .slot = b->slot,
                                  .order_id = o->order_id,
                                  .position_id = o->position_id,
                                  .mint = o->mint,
                                  .pool = o->pool,
                                  .venue = o->venue,
                                  .side = side_sell,
                                  .status = order_status_landed,
                                  .base_raw = base,
                                  .quote_lamports = (uint64_t)cash,
                                  .cash_delta_lamports = cash,
                                  .base_reserve_raw = UINT64_C(200000000000000),
                                  .quote_reserve_raw = POOL_QUOTE}};
    slot(b);
    give(b, &r);
    end_of_slot(b);
}

static void test_streak(void)
{
    struct bed b;
    open_held(&b);
    b.s->rules.streak = 9;
    b.s->losses_in_row = 4;
    b.s->strategy[0].max_hold_ns = SLOT_NS;
    slot(&b);
    sold_for(&b, UINT64_C(1200000000000), 499999999);
    is_u64(b.s->losses_in_row, 5, "proceeds below cost continue the streak of losses");
    is_u64(b.s->strategy[0].at_risk, 0, "a closed position has nothing at risk");
    close_bed(&b);
    open_held(&b);
    b.s->losses_in_row = 4;
    b.s->strategy[0].max_hold_ns = SLOT_NS;
    slot(&b);
    sold_for(&b, UINT64_C(1200000000000), 500000000);
    is_u64(b.s->losses_in_row, 0, "proceeds of at least the cost end it");
    close_bed(&b);
}

/* After a rung the trailing stop starts from the mark of the rest, not from that of the whole. */
static void test_trail_after_take(void)
{
    struct bed b;
    open_held(&b);
    b.s->strategy[0].trail_ppm = 250000;
    b.s->strategy[0].rungs = 1;
    b.s->strategy[0].rung[0] = (struct risk_rung){.gain_ppm = 400000, .share_ppm = 500000};
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 2);
    slot(&b);
    sold_for(&b, UINT64_C(600000000000), 480000000);
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 2);
    slot(&b);
    is_u64(b.sells, 1, "half is sold; the rest is not below its own peak");
    close_bed(&b);
    open_held(&b);
    b.s->strategy[0].rungs = 1;
    b.s->strategy[0].rung[0] = (struct risk_rung){.gain_ppm = 400000, .share_ppm = 999999};
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 2);
    slot(&b);
    is_u64(b.order.amount_raw, UINT64_C(1200000000000),
           "a rest worth less than its fees is sold with the rung");
    close_bed(&b);
}

static void test_peak_and_day(void)
{
    struct bed b;
    open_held(&b);
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE * 4);
    slot(&b);
    int64_t high = b.s->equity_peak;
    ok(high > (int64_t)b.s->rules.capital, "a gain raises the peak of equity");
    reserves(&b, UINT64_C(198800000000000), POOL_QUOTE);
    slot(&b);
    is_i64(b.s->equity_peak, high, "a fall does not lower it");
    int64_t start = b.s->day_start;
    b.slot += 86400 * 10 / 4; /* a day of slots */
    slot(&b);
    ok(b.s->day_start != start && b.s->day_start < high, "a new day measures its loss from here");
    close_bed(&b);
}

static void test_migration(void)
{
    struct bed b;
    open_held(&b);
    struct record r = {.id = REC_pool,
                       .u.pool = {.ts_ns = T0,
                                  .slot = b.slot,
                                  .mint = key_of(1),
                                  .pool = key_of(201),
                                  .venue = venue_raydium_cpmm,
                                  .event = pool_event_migrated,
                                  .base_reserve_raw = UINT64_C(200000000000000),
                                  .quote_reserve_raw = POOL_QUOTE,
                                  .base_real_raw = UINT64_C(200000000000000),
                                  .quote_real_raw = POOL_QUOTE,
                                  .supply_raw = UINT64_C(1000000000000000)}};
    give(&b, &r);
    b.s->strategy[0].max_hold_ns = SLOT_NS;
    slot(&b);
    struct key pool = key_of(201);
    ok(b.sells == 1 && key_equal(&b.order.pool, &pool) && b.order.venue == venue_raydium_cpmm,
       "a position whose token migrated is sold on the new pool");
    close_bed(&b);
}

int main(void)
{
    test_retry();
    test_failed_entry();
    test_cash_in_flight();
    test_volatility_scale();
    test_streak();
    test_trail_after_take();
    test_peak_and_day();
    test_migration();
    test_limits_used();
    test_volatility();
    test_entry_limit();
    test_exit_limit();
    test_limits();
    test_limits_add_up();
    test_pool_depth();
    test_overhead();
    test_open_count();
    test_expiry();
    test_exit_liquidity();
    test_exit_time();
    test_exit_verdict();
    test_exit_stop();
    test_exit_trail();
    test_exit_take();
    test_exit_ladder();
    test_breakers();
    test_peak();
    test_recovery();
    test_repeated_fill();
    test_rent();
    test_drift();
    test_codes();
    test_restart();
    test_operator();
    return done();
}
