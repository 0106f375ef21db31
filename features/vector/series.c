/* series.c - see series.h. */
#include "features/vector/series.h"

void series_open(struct series *s, uint32_t t_s)
{
    for (unsigned i = 0; i < 3; i++) {
        struct ring *r = &s->ring[i];
        uint32_t bucket = t_s / series_bucket_s[i];
        if (r->end != r->first && r->e[(r->end - 1) % RING].bucket >= bucket) continue;
        if (r->end - r->first == RING) r->first++;
        r->e[r->end % RING] = (struct ring_entry){.bucket = bucket, .before = s->now};
        r->end++;
    }
}

void series_window(struct series *s, enum window w, uint32_t t_s, struct totals *out)
{
    struct ring *r = &s->ring[series_layout[w].ring];
    uint32_t bucket = t_s / series_bucket_s[series_layout[w].ring],
             *c = &r->cursor[series_layout[w].cursor];
    if ((int32_t)(r->first - *c) > 0) *c = r->first;
    while (*c != r->end && r->e[*c % RING].bucket + series_layout[w].buckets <= bucket) ++*c;
    const struct totals *now = &s->now, *b = *c == r->end ? now : &r->e[*c % RING].before;
#define SUM(type, name) out->name = now->name - b->name;
    SERIES_SUMS(SUM)
#undef SUM
    out->price = b->price;
}
