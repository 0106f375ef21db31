/* series.h - what happened within the last 1 s to 1 h, in constant time and memory. Totals only
 * ever grow; at the first event of each time bucket the totals before it are kept in a ring, so a
 * window is the totals now less the totals at its start. Three rings: 1 s buckets for windows to a
 * minute, 15 s to 15 min, 60 s to an hour. A window of W covers the current bucket and those before
 * it that make up W. Pure, flat. */
#ifndef SLUICE_SERIES_H
#define SLUICE_SERIES_H

#include "common/base/base.h"

enum window { W1S, W5S, W15S, W30S, W60S, W5M, W15M, W1H, WINDOWS };

/* Running totals. In the series of the whole market new_buyers counts launches and big_buys
 * graduations. */
struct totals {
    uint32_t buys, sells, new_buyers, big_buys, big_sells, failed, repeat_buys, posts;
    uint64_t buy_lamports, sell_lamports, fee_lamports, flip_lamports;
    uint64_t square_ppm2; /* sum of squared price changes */
    uint64_t price;       /* last price; not a sum */
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

/* An event is about to change s->now at time t_s (seconds since some origin, never falling):
 * remember what was before. */
void series_open(struct series *s, uint32_t t_s);
/* Totals within the window that ends at t_s: sums are differences, price is that before the window
 * (0: no history). */
void series_window(struct series *s, enum window w, uint32_t t_s, struct totals *out);
/* Length of a window in seconds. */
uint32_t series_window_seconds(enum window w);

#endif
