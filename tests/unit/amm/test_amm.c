/* test_amm.c - market maths: known answers, properties over seeded pools, and every recorded trade
 * of the 4-token tape. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/amm/carry.h"
#include "common/base/num.h"
#include "common/base/rng.h"
#include "tests/unit/tap.h"

#define SEP25 (UINT64_C(1757800000) * NS_PER_S)

static struct amm_pool fresh_curve(void)
{
    return (struct amm_pool){.venue = venue_pump,
                             .has_creator = 1,
                             .base_reserve_raw = UINT64_C(1073000000000000),
                             .quote_reserve_raw = 30 * LAMPORTS_PER_SOL,
                             .base_real_raw = UINT64_C(793100000000000),
                             .quote_real_raw = 0};
}

static void known_answers(void)
{
    struct amm_pool p = fresh_curve();
    struct amm_fees f = amm_fees_at(&p, SEP25);
    struct amm_swap s;
    ok(f.protocol_bps == 95 && f.creator_bps == 30 && f.lp_bps == 0,
       "fees of the curve in September 2025");
    ok(amm_buy_in(&p, f, LAMPORTS_PER_SOL, &s) == failure_none &&
           s.out_raw == UINT64_C(34199203120618),
       "first buy of 1 SOL gives 34,199,203.120618 tokens");
    ok(s.quote_raw == 987654320 && s.protocol_fee_raw == 9382717 && s.creator_fee_raw == 2962963 &&
           s.in_raw == LAMPORTS_PER_SOL,
       "and its fees are to the lamport");
    ok(amm_buy_out(&p, f, p.base_real_raw, &s) == failure_none && s.completes,
       "buying what is left completes the curve");
    ok(s.quote_raw / LAMPORTS_PER_SOL == 85, "a curve completes at 85 SOL");
    amm_apply(&p, side_buy, &s);
    ok(p.complete && amm_buy_in(&p, f, 1000, &s) == failure_completed, "and then sells no more");
    struct amm_pool a = {.venue = venue_pumpswap,
                         .has_creator = 1,
                         .base_reserve_raw = UINT64_C(206900000000000),
                         .quote_reserve_raw = 85 * LAMPORTS_PER_SOL,
                         .base_real_raw = UINT64_C(206900000000000),
                         .quote_real_raw = 85 * LAMPORTS_PER_SOL};
    f = amm_fees_at(&a, SEP25);
    ok(f.lp_bps == 2 && f.protocol_bps == 93, "PumpSwap below 420 SOL of market cap pays 2+93+30");
    a.quote_reserve_raw *= 2;
    f = amm_fees_at(&a, SEP25);
    ok(f.lp_bps == 20 && f.protocol_bps == 5 && f.creator_bps == 95, "and above it 20+5+95");
    f = amm_fees_at(&a, UINT64_C(1745000000) * NS_PER_S);
    ok(f.creator_bps == 0, "before May 2025 no creator fee");
    struct amm_pool empty = {.venue = venue_pump};
    ok(amm_buy_in(&empty, f, 5, &s) == failure_no_pool, "an empty pool is no pool");
}

static struct amm_pool random_pool(struct rng *r, uint8_t venue)
{
    struct amm_pool p = {.venue = venue, .has_creator = (uint8_t)(rng_u64(r) & 1)};
    p.base_reserve_raw = 1000000 + (rng_u64(r) >> (14 + rng_below(r, 24)));
    p.quote_reserve_raw = 1000000 + (rng_u64(r) >> (20 + rng_below(r, 20)));
    p.base_real_raw =
        venue == venue_pump ? p.base_reserve_raw - p.base_reserve_raw / 4 : p.base_reserve_raw;
    p.quote_real_raw = p.quote_reserve_raw;
    return p;
}

static void properties(uint8_t venue, const char *name)
{
    struct rng r;
    rng_seed(&r, venue + 77);
    int money = 0, inverse = 0, least = 0, impact = 0, undo = 0, explain = 0, mono = 0, n = 20000,
        big = 0;
    for (int i = 0; i < n; i++) {
        struct amm_pool p = random_pool(&r, venue), q = p;
        struct amm_fees f = amm_fees_at(&p, SEP25);
        uint64_t in = 10 + rng_below(&r, p.quote_reserve_raw / (1 + rng_below(&r, 1000)) + 10);
        struct amm_swap b, s, x;
        if (amm_buy_in(&p, f, in, &b) != failure_none || b.completes) continue;
        big++;
        money += b.in_raw > in;
        amm_apply(&q, side_buy, &b);
        struct rec_trade t = {.venue = venue,
                              .side = side_buy,
                              .ts_ns = SEP25,
                              .base_raw = b.base_raw,
                              .quote_raw = b.quote_raw,
                              .lp_fee_raw = b.lp_fee_raw,
                              .protocol_fee_raw = b.protocol_fee_raw,
                              .creator_fee_raw = b.creator_fee_raw,
                              .base_reserve_raw = q.base_reserve_raw,
                              .quote_reserve_raw = q.quote_reserve_raw,
                              .base_real_raw = q.base_real_raw,
                              .quote_real_raw = q.quote_real_raw};
        explain += amm_explain(&p, &t) != NULL;
        t.base_raw++;
        explain += amm_explain(&p, &t) == NULL;
        t.base_raw--;
        struct amm_pool before;
        bool exact_undo = amm_before(&t, &before) && before.base_reserve_raw == p.base_reserve_raw;
        undo += !exact_undo ||
                (venue != venue_raydium_cpmm && before.quote_reserve_raw != p.quote_reserve_raw);
        if (amm_sell_in(&q, f, b.out_raw, &s) == failure_none) money += s.out_raw > b.in_raw;
        if (amm_buy_in(&p, f, in + 1 + rng_below(&r, in), &x) == failure_none)
            mono += x.out_raw < b.out_raw;
        if (i % 20 == 0 && s.out_raw && amm_sell_out(&q, f, s.out_raw, &x) == failure_none)
            inverse += x.out_raw < s.out_raw || x.in_raw > b.out_raw;
        uint32_t bps = 1 + (uint32_t)rng_below(&r, 2000);
        uint64_t most = amm_max_buy(&p, f, bps);
        if (most && amm_buy_in(&p, f, most, &x) == failure_none && x.quote_raw > 100000 &&
            x.base_raw > 100000) /* net average price over spot */
            impact += (u128)x.quote_raw * (p.base_reserve_raw / 1000) * BPS_ONE >
                      (u128)x.base_raw * (BPS_ONE + bps + 2) * (p.quote_reserve_raw / 1000 + 1);
    }
    ok(big > n / 2, "%s: %d of %d random swaps are possible", name, big, n);
    for (int i = 0; i < 4000; i++) {
        struct amm_pool p = random_pool(&r, venue), q = p, before;
        struct amm_fees f = amm_fees_at(&p, SEP25);
        struct amm_swap b;
        p.quote_real_raw = q.quote_real_raw = p.quote_reserve_raw / 8;
        uint64_t most = amm_max_sell(&p, f, 2500),
                 in = 1000 + rng_below(&r, p.base_reserve_raw / 50);
        undo += most == 0 || amm_sell_in(&p, f, most, &b) != failure_none;
        if (amm_sell_in(&p, f, in, &b) != failure_none || b.out_raw == 0) continue;
        struct amm_swap x;
        inverse += amm_sell_out(&p, f, b.out_raw, &x) != failure_none || x.out_raw < b.out_raw ||
                   x.in_raw > in;
        amm_apply(&q, side_sell, &b);
        struct rec_trade t = {.venue = venue,
                              .side = side_sell,
                              .ts_ns = SEP25,
                              .base_raw = b.base_raw,
                              .quote_raw = b.quote_raw,
                              .lp_fee_raw = b.lp_fee_raw,
                              .base_reserve_raw = q.base_reserve_raw,
                              .quote_reserve_raw = q.quote_reserve_raw,
                              .base_real_raw = q.base_real_raw,
                              .quote_real_raw = q.quote_real_raw};
        undo += !amm_before(&t, &before) || before.base_reserve_raw != p.base_reserve_raw ||
                before.quote_reserve_raw != p.quote_reserve_raw;
        explain += amm_explain(&p, &t) != NULL;
    }
    ok(money == 0, "%s: no round trip makes money", name);
    ok(mono == 0, "%s: more in, not less out", name);
    ok(inverse == 0, "%s: inverse quotes reach their target and cost no more", name);
    ok(least == 0, "%s: and are the least that does", name);
    ok(undo == 0, "%s: a trade undone gives the state before it", name);
    ok(explain == 0, "%s: a swap explains itself, one unit off does not", name);
    ok(impact == 0, "%s: the largest size keeps its impact limit", name);
}

static void sandwiches(void)
{
    struct amm_pool p = {.venue = venue_pumpswap,
                         .base_reserve_raw = UINT64_C(206900000000000),
                         .quote_reserve_raw = 85 * LAMPORTS_PER_SOL,
                         .base_real_raw = UINT64_C(206900000000000),
                         .quote_real_raw = 85 * LAMPORTS_PER_SOL};
    struct amm_fees none = {0, 0, 0}, f = amm_fees_at(&p, SEP25);
    struct amm_swap s;
    uint64_t front;
    ok(amm_buy_in(&p, none, 5 * LAMPORTS_PER_SOL, &s) == failure_none, "a victim of 5 SOL");
    uint64_t tight = s.out_raw, loose = s.out_raw / 10 * 9;
    ok(amm_sandwich_loss(&p, none, side_buy, 5 * LAMPORTS_PER_SOL, tight, 0, &front) == 0,
       "without slippage there is no sandwich");
    uint64_t loss = amm_sandwich_loss(&p, none, side_buy, 5 * LAMPORTS_PER_SOL, loose, 0, &front);
    ok(loss > 0 && s.out_raw - loss >= loose && front > 0,
       "ten percent of slippage is taken, and not more");
    ok(amm_sandwich_loss(&p, f, side_buy, LAMPORTS_PER_SOL / 100, 1, LAMPORTS_PER_SOL, &front) == 0,
       "fees and tip make a small victim not worth it");
}

/* The searcher's best front, against trying many. */
static void best_front(void)
{
    struct rng r;
    rng_seed(&r, 5);
    int worse = 0, found = 0;
    for (int i = 0; i < 200; i++) {
        struct amm_pool p = {.venue = venue_pumpswap,
                             .base_reserve_raw = UINT64_C(206900000000000),
                             .quote_reserve_raw = 85 * LAMPORTS_PER_SOL,
                             .base_real_raw = UINT64_C(206900000000000),
                             .quote_real_raw = 85 * LAMPORTS_PER_SOL};
        struct amm_fees f = amm_fees_at(&p, SEP25);
        struct amm_swap v;
        uint64_t in = LAMPORTS_PER_SOL / 2 + rng_below(&r, 20 * LAMPORTS_PER_SOL), front;
        if (amm_buy_in(&p, f, in, &v) != failure_none) continue;
        uint64_t limit = v.out_raw - v.out_raw / 100 * (1 + rng_below(&r, 80)),
                 loss = amm_sandwich_loss(&p, f, side_buy, in, limit, 0, &front);
        i128 best = 0, got = 0;
        for (uint64_t x = 0; x <= 400; x++) {
            uint64_t size = x == 400 ? front : LAMPORTS_PER_SOL / 4 * (x + 1);
            struct amm_pool q = p;
            struct amm_swap a, b, c;
            if (size == 0 || amm_buy_in(&q, f, size, &a) != failure_none) continue;
            amm_apply(&q, side_buy, &a);
            if (amm_buy_in(&q, f, in, &b) != failure_none || b.out_raw < limit) continue;
            amm_apply(&q, side_buy, &b);
            if (amm_sell_in(&q, f, a.base_raw, &c) != failure_none) continue;
            i128 gain = (i128)c.out_raw - (i128)a.in_raw;
            if (x == 400)
                got = gain;
            else if (gain > best)
                best = gain;
        }
        if (got < best)
            printf("# in %" PRIu64 " front %" PRIu64 " got %lld best %lld\n", in, front,
                   (long long)got, (long long)best);
        worse += got < best;
        found += loss > 0;
    }
    ok(worse == 0,
       "no front tried pays a searcher better than the one found (%d of 200 victims pay)", found);
}

/* Records that tell what is known, or liquidity, do not wash our impact away. */
static void kept(void)
{
    struct amm_pool m = {.venue = venue_pumpswap,
                         .base_reserve_raw = UINT64_C(206900000000000),
                         .quote_reserve_raw = 85 * LAMPORTS_PER_SOL,
                         .base_real_raw = UINT64_C(206900000000000),
                         .quote_real_raw = 85 * LAMPORTS_PER_SOL};
    struct carry c = {.market = m, .ours = m};
    struct amm_swap s;
    ok(amm_buy_in(&c.ours, amm_fees_at(&m, SEP25), 5 * LAMPORTS_PER_SOL, &s) == failure_none,
       "we buy");
    carry_own(&c, side_buy, &s);
    uint64_t ours = c.ours.quote_reserve_raw;
    struct rec_reserve r = {.venue = venue_pumpswap,
                            .base_reserve_raw = m.base_reserve_raw,
                            .quote_reserve_raw = m.quote_reserve_raw};
    carry_reserve(&c, &r);
    is_u64(c.ours.quote_reserve_raw, ours, "a reserve record with nothing new changes nothing");
    r.quote_reserve_raw += LAMPORTS_PER_SOL;
    carry_reserve(&c, &r);
    is_u64(c.ours.quote_reserve_raw, ours + LAMPORTS_PER_SOL,
           "what comes to the market's reserve comes to ours");
}

static void carried(void)
{
    struct carry c = {.market = fresh_curve(), .ours = fresh_curve()}, clean;
    struct amm_fees f = amm_fees_at(&c.ours, SEP25);
    struct amm_swap own, s;
    struct amm_pool m = fresh_curve();
    ok(amm_buy_in(&c.ours, f, LAMPORTS_PER_SOL, &own) == failure_none, "we buy");
    clean = c;
    carry_own(&c, side_buy, &own);
    amm_buy_in(&m, f, 2 * LAMPORTS_PER_SOL, &s);
    amm_apply(&m, side_buy, &s);
    struct rec_trade t = {.venue = venue_pump,
                          .side = side_buy,
                          .ts_ns = SEP25,
                          .exactness = exactness_in,
                          .limit_raw = s.out_raw,
                          .base_raw = s.base_raw,
                          .quote_raw = s.quote_raw,
                          .creator_fee_raw = 1,
                          .base_reserve_raw = m.base_reserve_raw,
                          .quote_reserve_raw = m.quote_reserve_raw,
                          .base_real_raw = m.base_real_raw,
                          .quote_real_raw = m.quote_real_raw};
    ok(!carry_trade(&clean, &t) && clean.ours.base_reserve_raw == m.base_reserve_raw,
       "without own trades the market is ours");
    ok(carry_trade(&c, &t) && c.reverted_count == 1, "a buyer without slippage fails behind us");
    t.limit_raw = s.out_raw / 2;
    m = c.market;
    ok(!carry_trade(&c, &t) &&
           c.ours.quote_reserve_raw > c.market.quote_reserve_raw - 2 * LAMPORTS_PER_SOL,
       "one with slippage goes through, at a worse price");
}

static void fees_by_date(void)
{
    struct amm_pool p = fresh_curve();
    struct amm_fees f = amm_fees_at(&p, UINT64_C(1745000000) * NS_PER_S);
    ok(f.protocol_bps == 100 && f.creator_bps == 0, "the curve took 1 %% before May 2025");
    p.has_creator = 0;
    f = amm_fees_at(&p, SEP25);
    ok(f.protocol_bps == 95 && f.creator_bps == 0, "a coin without a creator pays none");
}

static void edges(void)
{
    struct amm_pool p = fresh_curve();
    struct amm_fees f = amm_fees_at(&p, SEP25);
    struct amm_swap s;
    ok(amm_buy_out(&p, f, 1, &s) == failure_none && s.quote_raw == 1,
       "the smallest buy on the curve costs one lamport: the program adds one");
    ok(amm_buy_net(&p, f, 200 * LAMPORTS_PER_SOL, &s) == failure_none && s.completes &&
           s.base_raw == p.base_real_raw,
       "a buy beyond the curve gets what is left and completes it");
    is_u64(amm_sell_in(&p, f, UINT64_C(1000000000000), &s), failure_funds,
           "a curve pays out only what was paid in");
    struct amm_pool v4 = {.venue = venue_raydium_v4,
                          .base_reserve_raw = UINT64_C(1000000000000),
                          .quote_reserve_raw = UINT64_C(1000000000000),
                          .base_real_raw = UINT64_C(1000000000000),
                          .quote_real_raw = UINT64_C(1000000000000)};
    ok(amm_sell_in(&v4, amm_fees_at(&v4, SEP25), 1000000, &s) == failure_none &&
           s.out_raw == 997499,
       "Raydium v4 takes 0.25 %% of what is sold: 997,499 of 1,000,000");
}

/* A failed trade, and one that our own broke, leave our pool as it was. */
static void not_carried(void)
{
    struct carry c = {.market = fresh_curve(), .ours = fresh_curve()};
    struct amm_swap own;
    amm_buy_in(&c.ours, amm_fees_at(&c.ours, SEP25), LAMPORTS_PER_SOL, &own);
    carry_own(&c, side_buy, &own);
    struct amm_pool ours = c.ours;
    struct rec_trade t = {.venue = venue_pump,
                          .side = side_buy,
                          .ts_ns = SEP25,
                          .exactness = exactness_in,
                          .limit_raw = UINT64_MAX,
                          .base_raw = 1000000000,
                          .quote_raw = 1000000000,
                          .base_reserve_raw = c.market.base_reserve_raw,
                          .quote_reserve_raw = c.market.quote_reserve_raw,
                          .base_real_raw = c.market.base_real_raw,
                          .flags = TRADE_FAILED};
    ok(!carry_trade(&c, &t) && c.reverted_count == 0, "a failed trade is not ours to revert");
    t.flags = 0;
    ok(carry_trade(&c, &t) && c.reverted_count == 1, "one whose limit we broke is reverted");
    is_u64(c.ours.base_reserve_raw, ours.base_reserve_raw, "and moves no token of our pool");
    is_u64(c.ours.quote_reserve_raw, ours.quote_reserve_raw, "nor a lamport");
}

/* Column of a CSV line, without quoting. */
static const char *column(const char *line, int n, size_t *len)
{
    while (n-- && line) line = strchr(line, ',') ? strchr(line, ',') + 1 : NULL;
    *len = line ? strcspn(line, ",\r\n") : 0;
    return line;
}
static uint64_t number(const char *line, int n)
{
    size_t len;
    const char *p = column(line, n, &len);
    return p ? strtoull(p, NULL, 10) : 0;
}

static void recorded(void)
{
    const char *dir = getenv("SLUICE_DATA");
    char path[1024], line[2048];
    snprintf(path, sizeof path, "%s/pumpfun-4tokens/trades_data.csv", dir ? dir : "");
    FILE *f = dir ? fopen(path, "r") : NULL;
    if (!f) {
        printf("ok %d - recorded trades # SKIP set SLUICE_DATA to the folder of recorded data\n",
               ++tap_count);
        return;
    }
    unsigned rows = 0, exact = 0;
    while (fgets(line, sizeof line, f)) {
        size_t len;
        const char *side = column(line, 7, &len);
        if (rows++ == 0 || !side) continue;
        struct rec_trade t = {.venue = venue_pump,
                              .side = *side == 't' ? side_buy : side_sell,
                              .ts_ns = number(line, 0) * NS_PER_S,
                              .quote_raw = number(line, 8),
                              .base_raw = number(line, 9),
                              .quote_reserve_raw = number(line, 13),
                              .base_reserve_raw = number(line, 14),
                              .quote_real_raw = number(line, 15),
                              .base_real_raw = number(line, 16),
                              .protocol_fee_raw = number(line, 19),
                              .creator_fee_raw = number(line, 22)};
        struct amm_pool before;
        const char *why = amm_before(&t, &before) ? amm_explain(&before, &t) : "cannot be undone";
        if (!why)
            exact++;
        else
            printf("# row %u: %s\n", rows, why);
    }
    fclose(f);
    ok(rows == 2003 && exact == 2002,
       "all 2,002 recorded curve trades are exact, fees included (%u of %u)", exact, rows - 1);
}

int main(void)
{
    known_answers();
    fees_by_date();
    edges();
    not_carried();
    properties(venue_pump, "pump curve");
    properties(venue_pumpswap, "PumpSwap");
    properties(venue_raydium_v4, "Raydium v4");
    properties(venue_raydium_cpmm, "Raydium CPMM");
    sandwiches();
    best_front();
    kept();
    carried();
    recorded();
    return done();
}
