/* test_paper.c - the paper venue: every fill's parts add up, nothing is filled early or twice, the
 * barrier, the money kept. Markets and orders are drawn from printed seeds. Must not: need files,
 * the network or a clock. */
#include "common/base/hash.h"
#include "common/base/rng.h"
#include "common/rec/codec.h"
#include "execute/trade/paper.h"
#include "tests/unit/tap.h"

#define T0        (UINT64_C(1757800000) * NS_PER_S) /* September 2025 */
#define OUT_BYTES (1u << 20)
#define SEEDS     24

/* A venue, the records it made in the last step, and sums over all of them. */
struct bed {
    struct paper_state *s;
    uint64_t why[failure_count]; /* failed fills by cause */
    struct out out;
    uint64_t seq, slot, fills, landed, dones, answers, bad_ladder, bad_cash, early;
    int64_t cash_sum, rent_sum;
    struct rec_fill fill; /* the last */
    struct rec_report report;
    struct rec_equity equity;
    struct rec_mark marks; /* sums since the equity record before */
    uint64_t marked, unmarked;
    struct blake hash;
};

static void bed_open(struct bed *b, struct paper_rules rules)
{
    memset(b, 0, sizeof *b);
    b->s = calloc(1, sizeof *b->s);
    b->out = (struct out){.buf = malloc(OUT_BYTES),
                          .cap = OUT_BYTES,
                          .report_buf = malloc(OUT_BYTES),
                          .report_cap = OUT_BYTES,
                          .src = 17};
    if (!b->s || !b->out.buf || !b->out.report_buf) exit(1);
    b->s->rules = rules;
    paper_init(b->s);
    blake_init(&b->hash);
}

static void bed_close(struct bed *b)
{
    free(b->s);
    free(b->out.buf);
    free(b->out.report_buf);
}

/* The identities of records.def, in 128 bits so that the check itself cannot wrap. */
static void check_fill(struct bed *b, const struct rec_fill *f)
{
    i128 parts = (i128)f->latency_cost_lamports + f->impact_cost_lamports +
                 f->carried_cost_lamports + f->sandwich_cost_lamports;
    i128 quote =
        f->side == side_buy ? (i128)f->naive_lamports + parts : (i128)f->naive_lamports - parts;
    i128 cash = (f->side == side_buy ? -(i128)f->quote_lamports : (i128)f->quote_lamports) -
                f->lp_fee_lamports - f->protocol_fee_lamports - f->creator_fee_lamports -
                f->network_fee_lamports - f->priority_fee_lamports - f->tip_lamports -
                f->rent_paid_lamports + f->rent_refund_lamports;
    b->bad_ladder += quote != (i128)f->quote_lamports;
    b->bad_cash += cash != f->cash_delta_lamports;
    b->early += f->slot <= f->sent_slot;
    b->fills++;
    b->why[f->failure]++;
    b->landed += f->status == order_status_landed;
    b->cash_sum += f->cash_delta_lamports;
    b->rent_sum += (int64_t)f->rent_paid_lamports - (int64_t)f->rent_refund_lamports;
    b->fill = *f;
}

static void add_mark(struct bed *b, const struct rec_mark *m)
{
    b->marks.marked_lamports += m->marked_lamports;
    b->marks.naive_lamports += m->naive_lamports;
    b->marks.rent_lamports += m->rent_lamports;
    b->marked++;
}

/* An equity record is the sum of the marks right before it. */
static void check_equity(struct bed *b, const struct rec_equity *e)
{
    b->unmarked += b->marks.marked_lamports != e->marked_lamports ||
                   b->marks.naive_lamports != e->naive_lamports ||
                   b->marks.rent_lamports != e->rent_lamports;
    memset(&b->marks, 0, sizeof b->marks);
    b->equity = *e;
}

static void take(struct bed *b, const uint8_t *p, size_t n, bool reports)
{
    static struct record r;
    struct record_view v;
    for (; n && frame_next(p, n, &v) == FRAME_OK; p += v.wire_len, n -= v.wire_len) {
        if (!record_decode(&v, &r)) exit(1);
        if (reports)
            b->dones += r.id == REC_done;
        else if (r.id == REC_fill)
            check_fill(b, &r.u.fill);
        else if (r.id == REC_report) {
            b->report = r.u.report;
            b->answers++;
        } else if (r.id == REC_mark)
            add_mark(b, &r.u.mark);
        else if (r.id == REC_equity)
            check_equity(b, &r.u.equity);
    }
}

static void drain(struct bed *b)
{
    blake_add(&b->hash, b->out.buf, b->out.len);
    blake_add(&b->hash, b->out.report_buf, b->out.report_len);
    take(b, b->out.buf, b->out.len, false);
    take(b, b->out.report_buf, b->out.report_len, true);
    b->out.len = b->out.report_len = 0;
}

static void give(struct bed *b, struct record *r)
{
    r->u.any.ts_ns = T0 + b->slot * SLOT_NS;
    r->u.any.src = b->out.cause_src = 2;
    r->u.any.seq = b->out.cause_seq = b->seq++;
    paper_step(b->s, r, &b->out);
    drain(b);
}

static void slot(struct bed *b, uint64_t n)
{
    struct record r = {.id = REC_slot};
    r.u.slot.slot = b->slot = n;
    give(b, &r);
}

static struct key key_of(uint64_t n)
{
    struct key k = {{0}};
    n = hash_u64(n + 1);
    memcpy(k.b, &n, 8);
    return k;
}

static void pool_state(struct bed *b, struct key mint, struct key pool, uint8_t venue,
                       const struct amm_pool *p, uint8_t event)
{
    struct record r = {.id = REC_pool};
    r.u.pool = (struct rec_pool){.slot = b->slot,
                                 .mint = mint,
                                 .pool = pool,
                                 .venue = venue,
                                 .event = event,
                                 .creator = key_of(99),
                                 .base_reserve_raw = p->base_reserve_raw,
                                 .quote_reserve_raw = p->quote_reserve_raw,
                                 .base_real_raw = p->base_real_raw,
                                 .quote_real_raw = p->quote_real_raw,
                                 .supply_raw = UINT64_C(1000000000000000)};
    give(b, &r);
}

/* A recorded swap on p, which moves. */
static void trade(struct bed *b, struct key mint, struct key pool, struct amm_pool *p, uint8_t side,
                  uint64_t amount)
{
    struct amm_swap s;
    struct amm_fees f = amm_fees_at(p, T0 + b->slot * SLOT_NS);
    if ((side == side_buy ? amm_buy_in(p, f, amount, &s) : amm_sell_in(p, f, amount, &s)) !=
        failure_none)
        return;
    amm_apply(p, side, &s);
    struct record r = {.id = REC_trade};
    r.u.trade = (struct rec_trade){.slot = b->slot,
                                   .mint = mint,
                                   .pool = pool,
                                   .venue = p->venue,
                                   .side = side,
                                   .base_raw = s.base_raw,
                                   .quote_raw = s.quote_raw,
                                   .base_reserve_raw = p->base_reserve_raw,
                                   .quote_reserve_raw = p->quote_reserve_raw,
                                   .base_real_raw = p->base_real_raw,
                                   .quote_real_raw = p->quote_real_raw,
                                   .exactness = exactness_in};
    give(b, &r);
}

static struct rec_order order(const struct bed *b, uint64_t id, struct key mint,
                              const struct amm_pool *seen, uint8_t side, uint64_t amount)
{
    return (struct rec_order){.slot = b->slot,
                              .order_id = id,
                              .position_id = id,
                              .strategy = "s",
                              .mint = mint,
                              .venue = seen->venue,
                              .side = side,
                              .reason = order_reason_entry,
                              .amount_raw = amount,
                              .limit_raw = 1,
                              .tip_lamports = 10000000,
                              .priority_fee_lamports = 10000000,
                              .expires_slot = b->slot + 20,
                              .base_reserve_raw = seen->base_reserve_raw,
                              .quote_reserve_raw = seen->quote_reserve_raw};
}

static void send(struct bed *b, struct rec_order o)
{
    struct record r = {.id = REC_order};
    r.u.order = o;
    give(b, &r);
}

static struct amm_pool curve(void)
{
    return (struct amm_pool){.venue = venue_pump,
                             .has_creator = 1,
                             .base_reserve_raw = UINT64_C(1073000000000000),
                             .quote_reserve_raw = 30 * LAMPORTS_PER_SOL,
                             .base_real_raw = UINT64_C(793100000000000),
                             .supply_raw = UINT64_C(1000000000000000)};
}

static const struct paper_rules sure = {.capital = 1000 * LAMPORTS_PER_SOL,
                                        .seed = 1,
                                        .equity_every_ns = 60 * NS_PER_S,
                                        .latency_min = 1,
                                        .latency_max = 1,
                                        .bundle = 1};

/* Send until an order lands (99 % each), with ids from *id on. */
static bool fill_one(struct bed *b, uint64_t *id, struct key mint, struct key pool,
                     const struct amm_pool *seen, uint8_t side, uint64_t amount)
{
    for (int i = 0; i < 20; i++) {
        uint64_t before = b->landed;
        struct rec_order o = order(b, (*id)++, mint, seen, side, amount);
        o.pool = pool;
        send(b, o);
        slot(b, b->slot + 1);
        slot(b, b->slot + 1);
        if (b->landed > before) return true;
    }
    return false;
}

/* A random market of four curves with random orders, on both routes. */
static void random_market(struct bed *b, uint64_t seed)
{
    struct rng g;
    struct amm_pool p[4];
    rng_seed(&g, seed);
    bed_open(b, (struct paper_rules){.capital = 50 * LAMPORTS_PER_SOL,
                                     .seed = seed,
                                     .equity_every_ns = 10 * NS_PER_S,
                                     .latency_min = 1,
                                     .latency_max = 4,
                                     .congestion_ppm = 50000,
                                     .sandwich_ppm = 500000,
                                     .bundle = seed & 1});
    slot(b, 1000);
    for (uint64_t i = 0; i < 4; i++) {
        p[i] = curve();
        pool_state(b, key_of(i), (struct key){{0}}, venue_pump, &p[i], pool_event_created);
    }
    for (uint64_t n = 0; n < 600; n++) {
        uint64_t m = rng_below(&g, 4);
        slot(b, b->slot + 1);
        bool up = rng_below(&g, 2);
        trade(b, key_of(m), (struct key){{0}}, &p[m], up ? side_buy : side_sell,
              up ? rng_below(&g, LAMPORTS_PER_SOL) + 1000
                 : rng_below(&g, UINT64_C(20000000000000)) + 1);
        if (rng_below(&g, 3)) continue;
        bool buy = rng_below(&g, 2);
        struct rec_order o =
            order(b, hash_u64(seed * 100000 + n), key_of(m), &p[m], buy ? side_buy : side_sell,
                  buy ? rng_below(&g, 2 * LAMPORTS_PER_SOL) + 1
                      : rng_below(&g, UINT64_C(30000000000000)) + 1);
        o.tip_lamports = o.priority_fee_lamports = rng_below(&g, 300000);
        /* The limit is 10 % below what the market seen would give. */
        struct amm_swap s;
        struct amm_fees f = amm_fees_at(&p[m], T0);
        if ((buy ? amm_buy_in(&p[m], f, o.amount_raw, &s)
                 : amm_sell_in(&p[m], f, o.amount_raw, &s)) == failure_none)
            o.limit_raw = s.out_raw / 10 * 9;
        send(b, o);
    }
    paper_finish(b->s, &b->out);
    drain(b);
}

static void identities(void)
{
    uint64_t why[failure_count] = {0}, fills = 0, landed = 0, ladder = 0, cash = 0, early = 0,
             drift = 0, marked = 0, unmarked = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct bed b;
        random_market(&b, seed);
        fills += b.fills;
        landed += b.landed;
        ladder += b.bad_ladder;
        cash += b.bad_cash;
        early += b.early;
        marked += b.marked;
        unmarked += b.unmarked;
        for (int i = 0; i < failure_count; i++) why[i] += b.why[i];
        drift += b.equity.cash_lamports != (int64_t)(50 * LAMPORTS_PER_SOL) + b.cash_sum;
        drift += (int64_t)b.equity.rent_lamports != b.rent_sum;
        drift += b.equity.equity_lamports != b.equity.cash_lamports +
                                                 (int64_t)b.equity.marked_lamports +
                                                 (int64_t)b.equity.rent_lamports;
        drift += b.equity.rent_lamports != b.equity.open_count * RENT_TOKEN_ACCOUNT;
        bed_close(&b);
    }
    printf("# seeds 1 to %d: %" PRIu64 " fills, %" PRIu64 " landed\n", SEEDS, fills, landed);
    for (unsigned i = 1; i < failure_count; i++)
        printf("# failed by %s: %" PRIu64 "\n", enum_name("failure", i), why[i]);
    ok(landed > 500 && fills > landed, "the drawn markets gave landed and failed fills");
    is_u64(ladder, 0, "naive, latency, impact, carried and sandwich add up on every fill");
    is_u64(cash, 0, "cash_delta is the sum of all parts of every fill");
    is_u64(early, 0, "nothing lands in the slot of sending");
    is_u64(drift, 0, "wallet, rent and equity are the sums of the fills");
    ok(marked > 50, "%" PRIu64 " holdings were marked", marked);
    is_u64(unmarked, 0, "every equity record is the sum of the marks before it");
}

static void determinism(void)
{
    struct bed a, b;
    uint8_t x[32], y[32];
    random_market(&a, 5);
    random_market(&b, 5);
    blake_end(&a.hash, x);
    blake_end(&b.hash, y);
    ok(memcmp(x, y, 32) == 0, "the same market twice gives the same bytes");
    bed_close(&a);
    bed_close(&b);
}

static void exact_price(void)
{
    struct bed b;
    struct amm_pool p = curve();
    struct amm_swap s;
    uint64_t id = 1;
    bed_open(&b, sure);
    slot(&b, 10);
    pool_state(&b, key_of(1), (struct key){{0}}, venue_pump, &p, pool_event_created);
    slot(&b, 11);
    ok(fill_one(&b, &id, key_of(1), (struct key){{0}}, &p, side_buy, LAMPORTS_PER_SOL),
       "a buy lands");
    ok(amm_buy_in(&p, amm_fees_at(&p, T0), LAMPORTS_PER_SOL, &s) == failure_none,
       "the venue quotes it");
    is_u64(b.fill.base_raw, s.out_raw, "tokens are those of the quote");
    is_u64(b.fill.quote_lamports, s.quote_raw, "lamports are those of the quote");
    is_u64(b.fill.slot, b.fill.sent_slot + 1, "with latency 1 it lands in the next slot");
    is_u64(b.fill.rent_paid_lamports, 2039280, "the first buy pays for the token account");
    is_i64(b.fill.latency_cost_lamports, 0, "a market that stood still costs no latency");
    is_i64(b.fill.carried_cost_lamports, 0, "a first trade carries nothing");
    uint64_t held = b.fill.base_raw;
    int64_t spent = b.fill.cash_delta_lamports;
    ok(fill_one(&b, &id, key_of(1), (struct key){{0}}, &p, side_sell, held), "and sells again");
    is_u64(b.fill.rent_refund_lamports, 2039280, "the rent comes back with the last token");
    ok(spent + b.fill.cash_delta_lamports < 0, "there and back loses money");
    bed_close(&b);
}

static void idempotence(void)
{
    struct bed b;
    struct amm_pool p = curve();
    uint64_t tried[] = {0, 7, UINT64_MAX};
    for (size_t i = 0; i < COUNT_OF(tried); i++) {
        bed_open(&b, sure);
        slot(&b, 10);
        pool_state(&b, key_of(1), (struct key){{0}}, venue_pump, &p, pool_event_created);
        for (int n = 0; n < 5; n++) {
            send(&b, order(&b, tried[i], key_of(1), &p, side_buy, LAMPORTS_PER_SOL / 10));
            slot(&b, b.slot + 1);
            slot(&b, b.slot + 1);
        }
        ok(b.landed <= 1, "order id %" PRIu64 " sent five times is filled at most once", tried[i]);
        bed_close(&b);
    }
}

static void barrier(void)
{
    struct bed b;
    struct amm_pool p = curve();
    bed_open(&b, sure);
    slot(&b, 10);
    pool_state(&b, key_of(1), (struct key){{0}}, venue_pump, &p, pool_event_created);
    slot(&b, 11);
    is_u64(b.dones, 1, "a done at the first slot, none after it without orders in flight");
    send(&b, order(&b, 3, key_of(1), &p, side_buy, 1000000));
    slot(&b, 12);
    is_u64(b.fills + b.answers, 0, "an order is not settled before its slot has closed");
    is_u64(b.dones, 2, "but done is written while it is in flight");
    slot(&b, 13);
    is_u64(b.fills + b.answers, 1, "then it gets exactly one answer");
    is_u64(b.dones, 3, "and done");
    slot(&b, 14);
    is_u64(b.dones, 3, "and no done after it");
    send(&b, order(&b, 4, key_of(1), &p, side_buy, 1000000));
    uint64_t answers = b.answers;
    paper_finish(b.s, &b.out);
    drain(&b);
    ok(b.answers == answers + 1 && b.report.status == order_status_expired,
       "an order in flight at the end expires");
    bed_close(&b);
}

static void funds(void)
{
    struct bed b;
    struct amm_pool p = curve();
    bed_open(&b, (struct paper_rules){.capital = 1000,
                                      .seed = 1,
                                      .equity_every_ns = NS_PER_S,
                                      .latency_min = 1,
                                      .latency_max = 1,
                                      .bundle = 1});
    slot(&b, 10);
    pool_state(&b, key_of(1), (struct key){{0}}, venue_pump, &p, pool_event_created);
    send(&b, order(&b, 3, key_of(1), &p, side_buy, 1000000));
    slot(&b, 11);
    slot(&b, 12);
    ok(b.report.status == order_status_refused && b.report.failure == failure_funds && b.fills == 0,
       "a purchase beyond the wallet is refused");
    is_i64(b.s->cash, 1000, "and costs nothing");
    bed_close(&b);
}

/* Ten orders with one change to each; answers are counted in the bed. */
static void ten_orders(struct bed *b, struct paper_rules rules, uint64_t limit, uint64_t expires)
{
    struct amm_pool p = curve();
    bed_open(b, rules);
    slot(b, 10);
    pool_state(b, key_of(1), (struct key){{0}}, venue_pump, &p, pool_event_created);
    for (uint64_t id = 1; id <= 10; id++) {
        struct rec_order o = order(b, id, key_of(1), &p, side_buy, LAMPORTS_PER_SOL / 10);
        o.limit_raw = limit;
        o.expires_slot = b->slot + expires;
        send(b, o);
        for (int i = 0; i < 8; i++) slot(b, b->slot + 1);
    }
}

static void limits(void)
{
    struct bed b;
    ten_orders(&b, sure, UINT64_MAX, 20);
    ok(b.landed == 0 && b.answers == 10 && b.report.failure == failure_slippage,
       "an order whose limit the market does not give never lands");
    bed_close(&b);
    struct paper_rules late = sure;
    late.latency_min = late.latency_max = 5;
    ten_orders(&b, late, 1, 2);
    ok(b.landed == 0 && b.answers == 10 && b.report.status == order_status_expired,
       "nor one that would land after it expires");
    bed_close(&b);
    ten_orders(&b, sure, 1, 20);
    ok(b.landed >= 8 && b.fill.tip_lamports == 10000000,
       "a bundle that lands (%" PRIu64 " of 10) pays its tip", b.landed);
    bed_close(&b);
}

/* A recorded buyer whose limit our own buy broke counts as reverted. */
static void reverted(void)
{
    struct bed b;
    struct amm_pool p = curve();
    struct amm_swap s;
    uint64_t id = 1;
    bed_open(&b, sure);
    slot(&b, 10);
    pool_state(&b, key_of(1), (struct key){{0}}, venue_pump, &p, pool_event_created);
    ok(fill_one(&b, &id, key_of(1), (struct key){{0}}, &p, side_buy, LAMPORTS_PER_SOL), "we buy");
    amm_buy_in(&p, amm_fees_at(&p, T0), LAMPORTS_PER_SOL, &s);
    amm_apply(&p, side_buy, &s);
    struct record r = {.id = REC_trade};
    r.u.trade = (struct rec_trade){.slot = b.slot,
                                   .mint = key_of(1),
                                   .venue = venue_pump,
                                   .side = side_buy,
                                   .base_raw = s.base_raw,
                                   .quote_raw = s.quote_raw,
                                   .limit_raw = s.out_raw,
                                   .base_reserve_raw = p.base_reserve_raw,
                                   .quote_reserve_raw = p.quote_reserve_raw,
                                   .base_real_raw = p.base_real_raw,
                                   .quote_real_raw = p.quote_real_raw,
                                   .exactness = exactness_in};
    give(&b, &r);
    paper_finish(b.s, &b.out);
    drain(&b);
    is_u64(b.equity.reverted_count, 1, "a buyer without slippage behind us is counted as reverted");
    bed_close(&b);
}

/* A searcher takes money out: after victim and both legs the pool must not be worth more than fees
 * explain (none stay in a curve). */
static void sandwich_leaves_no_gift(void)
{
    uint64_t seen = 0, gifts = 0;
    u128 worst = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct bed b;
        struct amm_pool p = curve();
        struct paper_rules r = sure;
        uint64_t id = 1;
        r.sandwich_ppm = PPM_ONE;
        r.seed = seed;
        bed_open(&b, r);
        slot(&b, 10);
        pool_state(&b, key_of(1), (struct key){{0}}, venue_pump, &p, pool_event_created);
        u128 k = (u128)p.base_reserve_raw * p.quote_reserve_raw;
        if (fill_one(&b, &id, key_of(1), (struct key){{0}}, &p, side_buy, 5 * LAMPORTS_PER_SOL) &&
            b.fill.sandwich_cost_lamports > 0) {
            u128 after = (u128)b.fill.base_reserve_raw * b.fill.quote_reserve_raw;
            u128 excess = after > k ? (after - k) / (k / PPM_ONE) : 0;
            seen++;
            gifts += excess > 1;
            if (excess > worst) worst = excess;
        }
        bed_close(&b);
    }
    printf("# %" PRIu64 " sandwiched buys; largest growth of base * quote: %" PRIu64 " ppm\n", seen,
           (uint64_t)worst);
    ok(seen > 0, "the case occurs");
    is_u64(gifts, 0, "the searcher's profit does not stay in the pool for us to sell into");
}

/* A mint bought in two pools: the pool that marks it must not be evicted. */
static void held_pool_stays(void)
{
    struct bed b;
    struct amm_pool p = curve(), q = {.venue = venue_pumpswap,
                                      .has_creator = 1,
                                      .base_reserve_raw = UINT64_C(206900000000000),
                                      .quote_reserve_raw = 85 * LAMPORTS_PER_SOL,
                                      .base_real_raw = UINT64_C(206900000000000),
                                      .quote_real_raw = 85 * LAMPORTS_PER_SOL};
    uint64_t id = 1;
    bed_open(&b, sure);
    slot(&b, 10);
    pool_state(&b, key_of(1), (struct key){{0}}, venue_pump, &p, pool_event_created);
    pool_state(&b, key_of(1), key_of(2), venue_pumpswap, &q, pool_event_created);
    ok(fill_one(&b, &id, key_of(1), (struct key){{0}}, &p, side_buy, LAMPORTS_PER_SOL) &&
           fill_one(&b, &id, key_of(1), key_of(2), &q, side_buy, LAMPORTS_PER_SOL),
       "bought in two pools");
    for (uint64_t i = 0; i < PAPER_POOLS + 10; i++)
        pool_state(&b, key_of(1000 + i), (struct key){{0}}, venue_pump, &p, pool_event_created);
    paper_finish(b.s, &b.out);
    drain(&b);
    ok(b.equity.marked_lamports > LAMPORTS_PER_SOL,
       "the holding keeps its mark when the table of pools overflows");
    bed_close(&b);
}

/* The pool an order in flight wants must not be evicted either. */
static void ordered_pool_stays(void)
{
    uint64_t lost = 0;
    for (uint64_t id = 1; id <= 10; id++) {
        struct bed b;
        struct amm_pool p = curve();
        bed_open(&b, sure);
        slot(&b, 10);
        pool_state(&b, key_of(1), (struct key){{0}}, venue_pump, &p, pool_event_created);
        send(&b, order(&b, id, key_of(1), &p, side_buy, LAMPORTS_PER_SOL));
        for (uint64_t i = 0; i < PAPER_POOLS + 10; i++)
            pool_state(&b, key_of(1000 + i), (struct key){{0}}, venue_pump, &p, pool_event_created);
        slot(&b, 11);
        slot(&b, 12);
        lost += b.report.failure == failure_no_pool;
        bed_close(&b);
    }
    is_u64(lost, 0, "the pool of an order in flight is not evicted");
}

int main(void)
{
    identities();
    determinism();
    exact_price();
    idempotence();
    barrier();
    funds();
    limits();
    reverted();
    sandwich_leaves_no_gift();
    held_pool_stays();
    ordered_pool_stays();
    return done();
}
