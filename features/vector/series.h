/* series.h - sums over the last 1 s to 1 h of one token or of the market, in constant time and
 * memory. Running totals only grow. Three rings keep the totals from before the first event of each
 * time bucket: buckets of 1 s for windows up to a minute, of 15 s up to 15 min, of 60 s up to an
 * hour. A window is the running totals less those from before its first bucket. It covers the
 * current bucket and as many before it as make up its length. Pure, flat. */
#ifndef SLUICE_SERIES_H
#define SLUICE_SERIES_H

#include "common/base/base.h"

/* In the order of FEATURE_WINDOWS (features.def): window w of a feature is its first index + w. */
enum window { W1S, W5S, W15S, W30S, W60S, W5M, W15M, W1H, WINDOWS };

/* The summed quantities: a further one is a row here, and an addition in features.c. In the series
 * of the whole market new_buyers counts launches and big_buys graduations. */
#define SERIES_SUMS(SUM)         \
    SUM(uint32_t, buys)          \
    SUM(uint32_t, sells)         \
    SUM(uint32_t, new_buyers)    \
    SUM(uint32_t, big_buys)      \
    SUM(uint32_t, big_sells)     \
    SUM(uint32_t, failed)        \
    SUM(uint32_t, repeat_buys)   \
    SUM(uint32_t, posts)         \
    SUM(uint64_t, buy_lamports)  \
    SUM(uint64_t, sell_lamports) \
    SUM(uint64_t, fee_lamports)  \
    SUM(uint64_t, flip_lamports) \
    SUM(uint64_t, square_ppm2) /* squared price changes */

struct totals {
#define SUM(type, name) type name;
    SERIES_SUMS(SUM)
#undef SUM
    uint64_t price; /* the last price, not a sum */
};

#define RING 64u
struct ring_entry {
    uint32_t bucket, pad;
    struct totals before;
};
struct ring {
    uint32_t first, end;
    uint32_t cursor[5];
    uint32_t pad;
    struct ring_entry e[RING];
};

struct series {
    struct totals now;
    struct ring ring[3];
};

/* Keep s->now from before the first event of a bucket. Call it before each change of s->now.
 * t_s: seconds since a fixed origin, never falling. */
void series_open(struct series *s, uint32_t t_s);
/* Totals of the window that ends at t_s. price is the price before the window, 0 without history.
 */
void series_window(struct series *s, enum window w, uint32_t t_s, struct totals *out);
/* Which ring a window reads, with which cursor, and how many buckets it covers. */
static const struct {
    uint8_t ring, cursor;
    uint32_t buckets;
} series_layout[WINDOWS] = {
    [W1S] = {0, 0, 1},   [W5S] = {0, 1, 5},  [W15S] = {0, 2, 15}, [W30S] = {0, 3, 30},
    [W60S] = {0, 4, 60}, [W5M] = {1, 0, 20}, [W15M] = {1, 1, 60}, [W1H] = {2, 0, 60}};
static const uint32_t series_bucket_s[3] = {1, 15, 60};

/* The first second of each window that ends at t_s. Inline: the walk over wallets keeps the result
 * in registers, which a call would prevent (250 instructions a vector). */
static inline void series_starts(uint32_t t_s, uint32_t start[WINDOWS])
{
    for (unsigned w = 0; w < WINDOWS; w++) {
        uint32_t length = series_bucket_s[series_layout[w].ring], bucket = t_s / length;
        start[w] = bucket < series_layout[w].buckets
                       ? 0
                       : (bucket - series_layout[w].buckets + 1) * length;
    }
}

#endif
