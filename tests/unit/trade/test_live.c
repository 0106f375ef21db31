/* test_live.c - the pure parts of live execution: offers, sandwich defence, audit, what the journal
 * remembers, cached markets, the queue. Must not: need files, the network or a clock. */
#include <sodium.h>

#include "common/base/num.h"
#include "common/base/rng.h"
#include "common/rec/codec.h"
#include "execute/trade/live.h"
#include "execute/trade/journal_state.h"
#include "tests/unit/curve_accounts.h"
#include "tests/unit/tap.h"

static struct sig signed_by(uint32_t n)
{
    struct sig s;
    crypto_generichash(s.b, 64, (const uint8_t *)&n, 4, NULL, 0);
    return s;
}

/* ---- fees ---- */

static void check_numbers(void)
{
    static const struct {
        const char *text;
        bool good;
        uint64_t want;
    } cases[] = {{"0", true, 0},
                 {"1", true, 1000000000},
                 {"0.001", true, 1000000},
                 {"1.5e-05", true, 15000},
                 {"1e-9", true, 1},
                 {"1e-10", true, 0},
                 {"0.0000000019", true, 1},
                 {"1E+2", true, UINT64_C(100000000000)},
                 {"0.00001000000000000000000000000001", true, 10000},
                 {"18446744073.709551615", true, UINT64_MAX},
                 {"18446744073.8", false, 0},
                 {"0.12345678901234567890129", true, 123456789},
                 {"", false, 0},
                 {"-1", false, 0},
                 {"1e", false, 0},
                 {".5", false, 0},
                 {"1.", false, 0},
                 {"1x", false, 0},
                 {"99999999999999999999", false, 0},
                 {"1e99999999999", false, 0},
                 {"1e-99999999999", true, 0}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t v = 0;
        bool good = bid_sol(cases[i].text, strlen(cases[i].text), &v);
        ok(good == cases[i].good && (!good || v == cases[i].want), "'%s' is %s lamports",
           cases[i].text, cases[i].good ? "so many" : "no");
    }
}

static void check_offers(void)
{
    static const char floor[] =
        "[{\"time\":\"t\",\"landed_tips_25th_percentile\":1e-06,\"landed_tips_50th_percentile\": "
        "0.00001,\"landed_tips_75th_percentile\":0.0001,\"landed_tips_95th_percentile\":0.001,"
        "\"landed_tips_99th_percentile\":0.01}]";
    struct fee_levels l = {{0}};
    struct fee_rules r = {.tip_percentile = 75,
                          .tip_worth_bps = 100,
                          .tip_max_lamports = 5000000,
                          .priority_percentile = 95,
                          .priority_max_lamports = 300000};
    ok(bid_tip_floor(floor, sizeof floor - 1, &l) && l.tip_lamports[0] == 1000 &&
           l.tip_lamports[2] == 100000 && l.tip_lamports[4] == 10000000,
       "Jito's tip floor is read exactly");
    ok(!bid_tip_floor("[]", 2, &l) &&
           !bid_tip_floor("[{\"landed_tips_25th_percentile\":\"a\"}]", 37, &l),
       "another form is refused and changes nothing");
    is_u64(bid_tip(&r, &l, 20000, UINT64_C(1000000000)), 100000,
           "the level when the order offers less");
    is_u64(bid_tip(&r, &l, 400000, UINT64_C(1000000000)), 400000,
           "the order's own when it offers more");
    is_u64(bid_tip(&r, &l, 400000, 20000000), 200000, "at most its share of what is at stake");
    is_u64(bid_tip(&r, &l, 400000, 1000), TIP_LEAST, "but never less than the auction takes");
    is_u64(bid_tip(&r, &l, UINT64_MAX, UINT64_MAX), 5000000, "and never more than the bound");
    bid_fee_level(&l, &(struct rec_fee_level){
                          .p50_ulamports = 10, .p75_ulamports = 20, .p95_ulamports = 333333});
    is_u64(bid_priority(&r, &l, 1000, 300000), 100000, "price times units, rounded up");
    is_u64(bid_priority(&r, &l, 1000, 1400000), 300000, "within its bound");
    is_u64(bid_priority(&r, &l, 200000, 300000), 200000, "the order's own when it is more");
}

/* ---- sandwich defence ---- */

static struct venue_market market_of(uint64_t quote, uint64_t base)
{
    struct venue_market m;
    memset(&m, 0, sizeof m);
    m.venue = venue_pumpswap;
    m.now_s = 1790000000;
    m.pool = (struct amm_pool){.venue = venue_pumpswap,
                               .base_reserve_raw = base,
                               .quote_reserve_raw = quote,
                               .base_real_raw = base,
                               .quote_real_raw = quote};
    return m;
}

static uint64_t out_of(const struct venue_market *m, uint8_t side, uint64_t in)
{
    struct amm_swap w;
    return venue_of(m->venue)->quote(m, side, in, &w) == failure_none ? w.out_raw : 0;
}

static void check_decisions(uint32_t loss_bps)
{
    static struct sandwich_guard_rules r;
    static struct sandwich_guard_schedule none;
    struct rng g;
    struct sandwich_guard_plan plan;
    unsigned tightened = 0, split = 0, skipped = 0, wrong = 0, loosened = 0, unprotected = 0;
    r = (struct sandwich_guard_rules){.max_loss_bps = loss_bps, .room_bps = 100, .delay_slots = 8};
    rng_seed(&g, 7);
    for (int i = 0; i < 4000; i++) {
        uint64_t quote = UINT64_C(10000000000) + rng_u64(&g) % UINT64_C(500000000000),
                 base = UINT64_C(100000000000000) + rng_u64(&g) % UINT64_C(900000000000000);
        struct venue_market m = market_of(quote, base);
        uint8_t side = i % 2 ? side_sell : side_buy;
        uint64_t in = 1 + (side == side_buy ? quote : base) / (20 + rng_u64(&g) % 400),
                 out = out_of(&m, side, in);
        struct sandwich_guard_order o = {side, false, in,  out - out * (rng_u64(&g) % 2000) / 10000,
                                         1000, 1020,  1000};
        sandwich_guard_decide(&r, &none, &m, &o, &plan);
        uint64_t sent_out = out_of(&m, side, plan.in_raw),
                 loss = sandwich_guard_loss(&m, side, plan.in_raw, plan.limit_raw);
        tightened += plan.action == SANDWICH_GUARD_TIGHTEN;
        split += plan.action == SANDWICH_GUARD_SPLIT;
        skipped += plan.action == SANDWICH_GUARD_SKIP;
        wrong += plan.action == SANDWICH_GUARD_DELAY ||
                 (plan.action == SANDWICH_GUARD_SKIP && side == side_sell);
        if (plan.action == SANDWICH_GUARD_SKIP) continue;
        loosened += plan.in_raw > in || (u128)plan.limit_raw * in < (u128)o.limit_raw * plan.in_raw;
        unprotected += side == side_buy && loss > (uint64_t)((u128)sent_out * loss_bps / 10000);
    }
    ok(loss_bps >= 100 ? tightened > 1000 && split + skipped == 0
                       : tightened > 50 && split > 50 && skipped > 50,
       "orders in the open: %u tightened, %u cut, %u left", tightened, split, skipped);
    is_u64(wrong, 0, "no exit is left, none waits without a reason");
    is_u64(loosened, 0, "no limit is ever loosened, no order grows");
    is_u64(unprotected, 0, "no entry goes out of which a sandwich could take more than allowed");
    struct venue_market m = market_of(UINT64_C(80000000000), UINT64_C(200000000000000));
    struct sandwich_guard_order o = {side_buy, true, UINT64_C(4000000000), 1, 1000, 1020, 1000};
    sandwich_guard_decide(&r, &none, &m, &o, &plan);
    ok(plan.action == SANDWICH_GUARD_SEND && plan.limit_raw == 1,
       "a protected order keeps its limit");
}

static void check_leaders(void)
{
    static struct sandwich_guard_rules r = {.delay_slots = 3};
    static struct sandwich_guard_schedule s = {.first = 100, .count = 12};
    struct venue_market m = market_of(UINT64_C(80000000000), UINT64_C(200000000000000));
    struct sandwich_guard_plan plan;
    struct key bad = numbered(1);
    for (uint32_t i = 0; i < 12; i++) s.leader[i] = numbered(i >= 4 && i < 8 ? 1 : 50 + i / 4);
    ok(sandwich_guard_avoid(&r, &bad) && sandwich_guard_avoid(&r, &bad) && r.leaders == 1,
       "a validator is listed once");
    for (uint32_t i = 0; i < SANDWICH_GUARD_LEADERS; i++) {
        struct key k = numbered(1000 + i);
        if (!sandwich_guard_avoid(&r, &k))
            ok(i == SANDWICH_GUARD_LEADERS - 1, "the list is bounded");
    }
    for (uint32_t i = 1; i < r.leaders; i++)
        if (memcmp(r.leader[i - 1].b, r.leader[i].b, 32) >= 0) ok(false, "sorted");
    ok(!sandwich_guard_bad_leader(&r, &s, 101) && sandwich_guard_bad_leader(&r, &s, 102) &&
           sandwich_guard_bad_leader(&r, &s, 107) && !sandwich_guard_bad_leader(&r, &s, 108) &&
           sandwich_guard_bad_leader(&r, &s, 500),
       "in its slots, and two before; where no leader is known");
    struct sandwich_guard_order o = {side_buy, true, 1000000, 1, 104, 120, 104};
    sandwich_guard_decide(&r, &s, &m, &o, &plan);
    ok(plan.action == SANDWICH_GUARD_DELAY, "an entry waits");
    o.expires_slot = 106;
    sandwich_guard_decide(&r, &s, &m, &o, &plan);
    ok(plan.action == SANDWICH_GUARD_SKIP, "or is left when it would expire");
    o.side = side_sell;
    sandwich_guard_decide(&r, &s, &m, &o, &plan);
    ok(plan.action == SANDWICH_GUARD_SEND, "an exit that would expire goes");
    o.expires_slot = 120;
    sandwich_guard_decide(&r, &s, &m, &o, &plan);
    ok(plan.action == SANDWICH_GUARD_DELAY, "an exit waits too");
    o.waiting_since_slot = 101;
    sandwich_guard_decide(&r, &s, &m, &o, &plan);
    ok(plan.action == SANDWICH_GUARD_SEND, "but not longer than it may");
}

/* ---- audit ---- */

static uint8_t records[1 << 20];
static struct out out = {.buf = records, .cap = sizeof records, .src = 17};

static unsigned took(enum record_id id, struct record *last)
{
    unsigned n = 0;
    size_t at = 0;
    struct record_view v;
    static struct record r;
    while (at < out.len && frame_next(out.buf + at, out.len - at, &v) == FRAME_OK) {
        at += v.wire_len;
        if (v.id == id && record_decode(&v, &r)) {
            *last = r;
            n++;
        }
    }
    return n;
}

static struct rec_trade swap(struct amm_pool *p, uint32_t who, uint8_t side, uint64_t in,
                             uint32_t tx, struct amm_swap *w)
{
    struct amm_fees f = amm_fees_at(p, UINT64_C(1790000000) * NS_PER_S);
    if (side == side_buy)
        (void)!amm_buy_in(p, f, in, w);
    else
        (void)!amm_sell_in(p, f, in, w);
    amm_apply(p, side, w);
    return (struct rec_trade){.src = 1,
                              .seq = tx,
                              .slot = 500,
                              .venue = p->venue,
                              .side = side,
                              .trader = numbered(who),
                              .mint = numbered(7),
                              .pool = numbered(8),
                              .base_raw = w->base_raw,
                              .quote_raw = w->quote_raw,
                              .lp_fee_raw = w->lp_fee_raw,
                              .creator_fee_raw = w->creator_fee_raw,
                              .base_reserve_raw = p->base_reserve_raw,
                              .quote_reserve_raw = p->quote_reserve_raw,
                              .base_real_raw = p->base_real_raw,
                              .quote_real_raw = p->quote_real_raw,
                              .tx_index = tx,
                              .signature = signed_by(tx)};
}

/* front, us, back at these places; who trades them. */
static enum audit judged(uint32_t front_who, uint32_t back_who, uint32_t order, struct record *r)
{
    static struct audit_state a;
    struct amm_pool p = market_of(UINT64_C(80000000000), UINT64_C(200000000000000)).pool, alone = p;
    struct amm_swap w, unharmed, front;
    uint64_t in = UINT64_C(1000000000);
    memset(&a, 0, sizeof a);
    out.len = 0;
    (void)!amm_buy_net(&alone, amm_fees_at(&alone, UINT64_C(1790000000) * NS_PER_S), 1, &unharmed);
    struct rec_trade t1 = swap(&p, front_who, side_buy, 4 * in, 10, &front),
                     t2 = swap(&p, 99, side_buy, in, 11, &w),
                     t3 = swap(&p, back_who, side_sell, front.base_raw, 12, &front);
    if (order) t1.tx_index = 20;
    fill_audit_trade(&a, &t1);
    fill_audit_trade(&a, &t2);
    fill_audit_trade(&a, &t3);
    struct rec_fill f = {.slot = 500,
                         .order_id = 42,
                         .status = order_status_landed,
                         .mint = numbered(7),
                         .pool = numbered(8),
                         .side = side_buy};
    struct sig ours = signed_by(11);
    fill_audit_fill(&a, &f, &ours, &out, 1);
    static const struct sandwich_guard_schedule s = {.first = 490, .count = 20};
    fill_audit_slot(&a, 504, UINT64_C(1790000000) * NS_PER_S, &s, &out);
    if (took(REC_audit, r)) ok(false, "judged before its neighbourhood is complete");
    fill_audit_slot(&a, 505, UINT64_C(1790000000) * NS_PER_S, &s, &out);
    is_u64(took(REC_audit, r), 1, "one audit a fill");
    if (r->u.audit.verdict == audit_sandwiched) {
        struct amm_fees fees = amm_fees_at(&alone, UINT64_C(1790000000) * NS_PER_S);
        (void)!amm_buy_net(&alone, fees, t2.quote_raw, &unharmed);
        is_u64(r->u.audit.loss_raw, unharmed.base_raw - t2.base_raw,
               "the loss is what the pool would have given without the front");
    }
    return (enum audit)r->u.audit.verdict;
}

static void check_audit(void)
{
    struct record r;
    is_u64(judged(5, 5, 0, &r), audit_sandwiched, "one wallet before and after");
    struct key five = numbered(5);
    struct sig front = signed_by(10), back = signed_by(12);
    ok(key_equal(&r.u.audit.attacker, &five) && !memcmp(r.u.audit.front.b, front.b, 64) &&
           !memcmp(r.u.audit.back.b, back.b, 64) && r.u.audit.order_id == 42 &&
           r.u.audit.trades_count == 3,
       "who, and by which transactions");
    struct record s;
    ok(took(REC_sandwich, &s) == 1 && s.u.sandwich.victim_loss_raw == r.u.audit.loss_raw &&
           s.u.sandwich.profit_raw > 0,
       "a sandwich record too");
    is_u64(judged(5, 6, 0, &r), audit_fronted, "two wallets: fronted");
    is_u64(judged(5, 5, 1, &r), audit_clean, "a front that came after us is none");
    is_u64(judged(99, 99, 0, &r), audit_clean, "our own trades are no attack");
    static struct audit_state a;
    out.len = 0;
    for (uint32_t i = 0; i < AUDIT_FILLS + 3; i++) {
        struct rec_fill f = {.slot = 500 + i, .order_id = i + 1, .status = order_status_landed};
        struct sig sig = signed_by(i);
        fill_audit_fill(&a, &f, &sig, &out, 1);
    }
    is_u64(took(REC_audit, &r), 3, "too many at once: the oldest are told as unseen");
    is_u64(r.u.audit.verdict, audit_unseen, "as unseen");
}

/* ---- what the journal remembers ---- */

static void check_recall(void)
{
    static struct journal_state r;
    static struct record rec;
    uint64_t old = 0;
    for (uint32_t i = 1; i <= 3000; i++) {
        rec.id = REC_fill;
        rec.u.fill = (struct rec_fill){.order_id = i,
                                       .position_id = (i + 1) / 2,
                                       .status = order_status_landed,
                                       .side = i % 2 ? side_buy : side_sell,
                                       .base_raw = i % 2 || i > 4 ? 100 : 40,
                                       .mint = numbered((i + 1) / 2),
                                       .cash_delta_lamports = i % 2 ? -10 : 12};
        journal_state_take(&r, &rec);
    }
    is_u64(r.positions, 2, "two positions are still open");
    is_i64(r.cash_delta_lamports, 3000, "all money that moved");
    struct key two = numbered(2);
    const struct journal_state_position *p = journal_state_of(&r, &two);
    ok(p && p->held_raw == 60 && p->id == 2, "with what is left in them");
    for (uint32_t i = 1; i <= 3000; i++) {
        rec.u.fill = (struct rec_fill){.order_id = i, .position_id = (i + 1) / 2};
        bool wanted = journal_state_wanted(&r, &rec, i - 1);
        if (i <= 4) old += wanted;
        if (i > 4 && i <= 3000 - JOURNAL_STATE_LAST && wanted)
            ok(false, "a closed position of long ago is told again");
        if (i > 3000 - JOURNAL_STATE_LAST && !wanted)
            ok(false, "one of the latest ends is not told again");
    }
    is_u64(old, 4, "the fills of open positions are told again however old");
}

/* ---- cached markets, and the queue ---- */

static struct live_state state;

static struct rec_order order_of(uint64_t id, uint8_t side, uint64_t amount, uint64_t expires)
{
    return (struct rec_order){.order_id = id,
                              .venue = venue_pump,
                              .side = side,
                              .amount_raw = amount,
                              .limit_raw = 1,
                              .tip_lamports = 10000,
                              .priority_fee_lamports = 10000,
                              .mint = numbered(100),
                              .expires_slot = expires};
}

static void check_cached(void)
{
    struct live_rules *rules = calloc(1, sizeof *rules);
    struct key wallet = numbered(77);
    struct venue_account a[MARKET_ACCOUNTS];
    enum failure why;
    enum live_next next;
    rules->route = route_bundle;
    rules->units = 300000;
    rules->market_cache_markets = 4;
    rules->fees = (struct fee_rules){.tip_max_lamports = 1000000, .priority_max_lamports = 1000000};
    live_init(&state, &wallet, rules);
    state.blockhash = numbered(1);
    state.last_valid_height = 1000;
    state.lamports = UINT64_C(50000000000);
    struct record r = {.id = REC_trade};
    r.u.trade = (struct rec_trade){.venue = venue_pump,
                                   .side = side_buy,
                                   .mint = numbered(100),
                                   .slot = 10,
                                   .base_raw = 1,
                                   .quote_raw = 1,
                                   .base_reserve_raw = UINT64_C(1000000000000000),
                                   .quote_reserve_raw = UINT64_C(32190000000)};
    struct rec_order o = order_of(1, side_buy, 100000000, 0);
    struct live_order *x = live_take(&state, &o, 1, 1, &why);
    ok(x && !live_build_cached(&state, x, 1790000000, 0, &next),
       "a market that was never seen must be asked for");
    live_record(&state, &r, &out);
    struct market_cache_market *w = market_cache_next(&state.cache, 0);
    struct key keys[MARKET_ACCOUNTS];
    ok(w && live_market_accounts(&w->market, keys) == 7 && !market_cache_next(&state.cache, 0),
       "a token that trades is read, once");
    market_cache_read(&state.cache, w, a, curve_accounts(a), 1790000000, 9, 0);
    x->uncached = false;
    ok(live_build_cached(&state, x, 1790000000, 0, &next) && next == LIVE_BUILT &&
           x->stage == LIVE_SIGN,
       "then an order is built without asking");
    is_u64(live_market(&state, x)->venue.pool.quote_reserve_raw, UINT64_C(32190000000),
           "on the reserves of the trade that came after it was read");
    size_t n;
    static struct tx_message m;
    ok(live_message(x, &n) && message_read(live_message(x, &n), n, &m) == NULL && m.signers == 1 &&
           key_equal(&m.keys[0], &wallet),
       "a well-formed message of the wallet");
    state.lamports = 180000000;
    o = order_of(20, side_buy, 100000000, 0);
    x = live_take(&state, &o, 1, 2, &why);
    ok(!live_build_cached(&state, x, 1790000000, 0, &next),
       "a buy that leaves too little for the one before it is not built");
    state.lamports = 300000000;
    x->uncached = false;
    ok(live_build_cached(&state, x, 1790000000, 0, &next), "with money for both it is");
    x->stage = LIVE_FREE;
    state.lamports = UINT64_C(50000000000);
    o = order_of(2, side_buy, 100000000, 0);
    o.limit_raw = UINT64_MAX / 2;
    x = live_take(&state, &o, 1, 2, &why);
    ok(!live_build_cached(&state, x, 1790000000, 0, &next) && x->uncached,
       "what looks beyond its limit is not refused on that alone");
    for (uint32_t i = 0; i < 5; i++) {
        r.u.trade.mint = numbered(200 + i);
        live_record(&state, &r, &out);
    }
    struct key hundred = numbered(100), none = {{0}};
    ok(!market_cache_get(&state.cache, venue_pump, &hundred, &none), "the oldest is evicted");
    r.id = REC_alert;
    memset(&r.u.alert, 0, sizeof r.u.alert);
    strcpy(r.u.alert.code, "drift.pump");
    live_record(&state, &r, &out);
    o = order_of(3, side_buy, 1, 0);
    ok(!live_take(&state, &o, 1, 3, &why) && why == failure_halted,
       "a venue that drifts takes no entries");
    o = order_of(4, side_sell, 1, 0);
    ok(live_take(&state, &o, 1, 4, &why) != NULL, "but exits");
    strcpy(r.u.alert.code, "drift.pump.cleared");
    live_record(&state, &r, &out);
    o = order_of(5, side_buy, 1, 0);
    ok(live_take(&state, &o, 1, 5, &why) != NULL, "until it is cleared");
    /* Curves of a size that nobody knows: three of them make the venue sell-only. */
    uint64_t was = state.sell_only;
    out.len = 0;
    for (uint32_t i = 0; i < 3; i++) {
        static struct market fresh;
        struct key coin = numbered(900 + i);
        size_t count = curve_accounts(a);
        a[4].n = 133;
        ok(was == state.sell_only && live_market_begin(&fresh, venue_pump, &wallet, &coin, &none),
           "curve %u of 133 bytes", i);
        live_check_accounts(&state, &fresh, a, count, &out);
    }
    ok(state.sell_only >> venue_pump & 1 && took(REC_alert, &r) == 1 &&
           strcmp(r.u.alert.code, "drift.pump") == 0,
       "the third makes it sell-only, with an alert");
    free(rules);
}

static void check_queue(void)
{
    static const struct {
        uint64_t id;
        uint8_t side;
        uint64_t amount, expires;
    } cases[] = {{11, side_buy, 5, 50},  {12, side_buy, 9, 40},  {13, side_buy, 10, 40},
                 {14, side_sell, 1, 60}, {15, side_sell, 1, 55}, {16, side_buy, 1, 0}};
    static const uint64_t want[] = {15, 14, 13, 12, 11, 16};
    enum failure why;
    state.sell_only = 0;
    for (size_t i = 0; i < LIVE_ORDERS; i++)
        if (state.order[i].stage != LIVE_FREE) live_free(&state, &state.order[i]);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct rec_order o =
            order_of(cases[i].id, cases[i].side, cases[i].amount, cases[i].expires);
        live_take(&state, &o, 1, 100 + i, &why);
    }
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        struct live_order *o = live_first(&state, 0);
        is_u64(o ? o->order.order_id : 0, want[i], "exits, then by end, then by worth");
        if (o) live_free(&state, o);
    }
    struct rec_order o = order_of(13, side_buy, 1, 0);
    ok(!live_take(&state, &o, 1, 1, &why) && why == failure_duplicate,
       "an id is taken once for ever");
}

/* An order is given up only when its last valid height has passed, seen twice in a row. */
static void check_end(void)
{
    struct live_order x = {.stage = LIVE_SENT, .wire_n = 1, .last_valid_height = 100};
    state.height = 100;
    ok(live_may_send(&state, &x), "up to its last valid height an order may be sent again");
    state.height = 101;
    ok(!live_may_send(&state, &x), "beyond it no more");
    ok(!live_expired(&x, 101), "one node beyond the height does not end it");
    ok(!live_expired(&x, 100), "another that lags starts the count afresh");
    ok(!live_expired(&x, 101) && live_expired(&x, 102), "two in a row do");
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    check_numbers();
    check_offers();
    check_decisions(100); /* the room is the loss: a tighter limit is always enough */
    check_decisions(20);
    check_leaders();
    check_audit();
    check_recall();
    check_cached();
    check_queue();
    check_end();
    return done();
}
