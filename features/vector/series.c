/* series.c - see series.h. */
#include "features/vector/series.h"

static const struct {
    uint8_t ring, cursor;
    uint32_t buckets, seconds;
} windows[WINDOWS] = {[W1S] = {0, 0, 1, 1},     [W5S] = {0, 1, 5, 5},    [W15S] = {0, 2, 15, 15},
                      [W30S] = {0, 3, 30, 30},  [W60S] = {0, 4, 60, 60}, [W5M] = {1, 0, 20, 300},
                      [W15M] = {1, 1, 60, 900}, [W1H] = {2, 0, 60, 3600}};
static const uint32_t bucket_s[3] = {1, 15, 60};

uint32_t series_window_seconds(enum window w) { return windows[w].seconds; }

void series_open(struct series *s, uint32_t t_s)
{
    for (unsigned i = 0; i < 3; i++) {
        struct ring *r = &s->ring[i];
        uint32_t bucket = t_s / bucket_s[i];
        if (r->end != r->first && r->e[(r->end - 1) % RING].bucket >= bucket) continue;
        if (r->end - r->first == RING) r->first++;
        r->e[r->end % RING] = (struct ring_entry){.bucket = bucket, .before = s->now};
        r->end++;
    }
}

void series_window(struct series *s, enum window w, uint32_t t_s, struct totals *out)
{
    struct ring *r = &s->ring[windows[w].ring];
    uint32_t bucket = t_s / bucket_s[windows[w].ring], *c = &r->cursor[windows[w].cursor];
    if ((int32_t)(r->first - *c) > 0) *c = r->first;
    while (*c != r->end && r->e[*c % RING].bucket + windows[w].buckets <= bucket) ++*c;
    const struct totals *now = &s->now, *b = *c == r->end ? now : &r->e[*c % RING].before;
    *out = (struct totals){.buys = now->buys - b->buys,
                           .sells = now->sells - b->sells,
                           .new_buyers = now->new_buyers - b->new_buyers,
                           .big_buys = now->big_buys - b->big_buys,
                           .big_sells = now->big_sells - b->big_sells,
                           .failed = now->failed - b->failed,
                           .repeat_buys = now->repeat_buys - b->repeat_buys,
                           .posts = now->posts - b->posts,
                           .buy_lamports = now->buy_lamports - b->buy_lamports,
                           .sell_lamports = now->sell_lamports - b->sell_lamports,
                           .fee_lamports = now->fee_lamports - b->fee_lamports,
                           .flip_lamports = now->flip_lamports - b->flip_lamports,
                           .square_ppm2 = now->square_ppm2 - b->square_ppm2,
                           .price = b->price};
}
