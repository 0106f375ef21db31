/* import_floor.c - floor captures: one launch a line, its swaps in SOL and tokens, no reserves.
 * Reserves are inferred from each price and the liquidity of migration (206.9 M tokens, 85 SOL): Q
 * = sqrt(k * price), B = k / Q; such trades are marked. A price more than three times off the
 * median of the last 15 is an outlier: marked, and it moves nothing. */
#include <string.h>

#include "common/base/num.h"
#include "ingest/import/import_lines.h"
#include "common/base/json_scan.h"

#define MEDIAN_OF 15
static const u128 K = (u128)UINT64_C(206900000000000) * UINT64_C(85000000000);

struct launch {
    struct key mint, pool;
    uint64_t supply;
    uint64_t price[MEDIAN_OF];
    unsigned prices;
    uint64_t quote, base;
};

static uint64_t isqrt(u128 n)
{
    u128 r = 0;
    for (u128 bit = (u128)1 << 126; bit; bit >>= 2) {
        if (n >= r + bit) {
            n -= r + bit;
            r = (r >> 1) + bit;
        } else
            r >>= 1;
    }
    return (uint64_t)r;
}

static uint64_t median(const struct launch *l)
{
    uint64_t a[MEDIAN_OF];
    unsigned n = l->prices < MEDIAN_OF ? l->prices : MEDIAN_OF;
    for (unsigned i = 0; i < n; i++) {
        unsigned k = i;
        for (; k > 0 && a[k - 1] > l->price[i]; k--) a[k] = a[k - 1];
        a[k] = l->price[i];
    }
    return a[n / 2];
}

/* Price in lamports for 10^9 raw tokens. */
static bool is_outlier(struct launch *l, uint64_t price)
{
    bool off = false;
    if (l->prices >= 5) {
        uint64_t mid = median(l);
        off = price / 3 > mid || price < mid / 3;
    }
    l->price[l->prices++ % MEDIAN_OF] =
        price; /* outliers too: after a true jump the median follows */
    return off;
}

static const char *read_swap(struct slice value, struct launch *l, struct rec_trade *t)
{
    struct scan s = scan_of(value);
    struct slice key, v, text;
    bool has_ts = false, has_sol = false, has_tokens = false;
    uint64_t ms;
    if (!scan_enter(&s, '{')) return "a swap is no object";
    while (scan_member(&s, &key, &v)) {
        if (slice_is(key, "ts")) {
            has_ts = slice_decimal(v, 3, &ms);
        } else if (slice_is(key, "sol"))
            has_sol = slice_decimal(v, 9, &t->quote_raw);
        else if (slice_is(key, "tokens"))
            has_tokens = slice_decimal(v, 6, &t->base_raw);
        else if (slice_is(key, "side") && slice_string(v, &text))
            t->side = slice_is(text, "buy")    ? side_buy
                      : slice_is(text, "sell") ? side_sell
                                               : side_none;
        else if (slice_is(key, "trader") && !slice_base58(v, t->trader.b, 32))
            return "the trader is no address";
        else if (slice_is(key, "sig") && !slice_is(v, "null") &&
                 !slice_base58(v, t->signature.b, 64))
            return "the signature is not base58 of 64 bytes";
    }
    if (s.bad) return "a swap is broken JSON";
    if (!has_ts || !has_sol || !has_tokens || t->side == side_none)
        return "a swap lacks time, amounts or side";
    if (ms < UINT64_C(1577836800000) || ms > UINT64_C(4102444800000)) return "a time out of range";
    if (t->quote_raw == 0 || t->base_raw == 0 || t->base_raw < 1000 ||
        t->base_raw > UINT64_C(1) << 60 || t->quote_raw > UINT64_C(1) << 53)
        return "an amount is zero or absurd";
    t->ts_ns = ms * NS_PER_MS;
    t->slot = ms / 400; /* no slot is recorded: 400 ms each since 1970 */
    t->mint = l->mint;
    t->pool = l->pool;
    t->venue = venue_pumpswap;
    t->flags = TRADE_INFERRED;
    return NULL;
}

static void infer(struct rows *m, struct launch *l, struct rec_trade *t)
{
    uint64_t price;
    if (!muldiv_floor(t->quote_raw, UINT64_C(1000000000), t->base_raw, &price) ||
        is_outlier(l, price)) {
        t->flags |= TRADE_OUTLIER;
        m->outliers++;
    } else {
        uint64_t q = isqrt(K / t->base_raw * t->quote_raw);
        if (q) {
            l->quote = q;
            l->base = K / q > UINT64_MAX ? UINT64_MAX : (uint64_t)(K / q);
        }
    }
    t->quote_reserve_raw = t->quote_real_raw = l->quote;
    t->base_reserve_raw = t->base_real_raw = l->base;
}

static void read_swaps(struct rows *m, struct launch *l, struct slice array)
{
    struct scan s = scan_of(array);
    struct slice v;
    if (!scan_enter(&s, '[')) {
        rows_reject(m, "swaps is no array");
        return;
    }
    while (scan_element(&s, &v)) {
        struct rec_trade t;
        memset(&t, 0, sizeof t);
        m->items++;
        const char *why = read_swap(v, l, &t);
        struct rec_trade *row = why ? NULL : rows_add_trade(m);
        if (why) {
            rows_reject(m, why);
            continue;
        }
        if (!row) return;
        infer(m, l, &t);
        *row = t;
    }
    if (s.bad) rows_reject(m, "broken JSON");
}

void import_floor_line(struct rows *m, const char *line, size_t n)
{
    struct launch l;
    struct slice key, v, swaps = {NULL, 0};
    bool has_mint = false;
    memset(&l, 0, sizeof l);
    l.base = UINT64_C(206900000000000);
    l.quote = UINT64_C(85000000000);
    while (n && (line[n - 1] == '\n' || line[n - 1] == '\r')) n--;
    if (n == 0) return;
    struct scan s = scan_of((struct slice){line, n});
    if (!scan_enter(&s, '{')) {
        rows_reject(m, "a line is no JSON object");
        return;
    }
    while (scan_member(&s, &key, &v)) {
        if (slice_is(key, "mint"))
            has_mint = slice_base58(v, l.mint.b, 32);
        else if (slice_is(key, "pool")) {
            if (!slice_base58(v, l.pool.b, 32)) memset(&l.pool, 0, sizeof l.pool);
        } else if (slice_is(key, "swaps"))
            swaps = v;
    }
    if (s.bad || !has_mint || !swaps.p)
        rows_reject(m, s.bad ? "broken JSON" : "a line lacks mint or swaps");
    else
        read_swaps(m, &l, swaps);
}
