/* fee_levels.c - see fee_levels.h. */
#include "ingest/chain/fee_levels.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/num.h"

static void put(struct fee_levels *l, struct fee_levels_kind *k, uint64_t v)
{
    if (k->open_count == FEE_LEVELS_TXS) {
        l->left_out++;
        return;
    }
    k->open[k->open_count++] = v;
}

void fee_levels_add(struct fee_levels *l, uint64_t priority_lamports, uint64_t units,
                    uint64_t tip_lamports)
{
    uint64_t price;
    if (units && muldiv_floor(priority_lamports, PPM_ONE, units, &price))
        put(l, &l->fee, price); /* 10^6 micro-lamports a lamport */
    if (tip_lamports) put(l, &l->tip, tip_lamports);
}

/* ---- percentiles ---- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Keep the middle one of each `weight` in ascending order. */
static void close_kind(struct fee_levels_kind *k, uint64_t closed)
{
    struct fee_levels_slot *s = &k->slot[closed % FEE_LEVELS_SLOTS];
    qsort(k->open, k->open_count, sizeof *k->open, by_value);
    s->weight = (k->open_count + FEE_LEVELS_SAMPLE - 1) / FEE_LEVELS_SAMPLE;
    s->n = 0;
    for (uint32_t i = s->weight / 2; i < k->open_count && s->weight; i += s->weight)
        s->v[s->n++] = k->open[i];
    k->open_count = 0;
}

void fee_levels_close(struct fee_levels *l)
{
    close_kind(&l->fee, l->closed);
    close_kind(&l->tip, l->closed);
    l->closed++;
}

bool fee_levels_full(const struct fee_levels *l) { return l->closed >= FEE_LEVELS_SLOTS; }

static int by_first(const void *a, const void *b)
{
    return by_value(a, b);
} /* the value comes first in an entry */

/* All figures of a kind, ascending; their number in *n, their weight is returned. */
static uint64_t gather(struct fee_levels *l, const struct fee_levels_kind *k, uint32_t *n)
{
    uint64_t total = 0;
    *n = 0;
    for (uint32_t i = 0; i < FEE_LEVELS_SLOTS && i < l->closed; i++)
        for (uint32_t j = 0; j < k->slot[i].n; j++) {
            l->scratch[*n].v = k->slot[i].v[j];
            l->scratch[(*n)++].weight = k->slot[i].weight;
            total += k->slot[i].weight;
        }
    qsort(l->scratch, *n, sizeof *l->scratch, by_first);
    return total;
}

/* The least value that at least `percent` of the weight does not exceed. */
static uint64_t percentile(const struct fee_levels *l, uint32_t n, uint64_t total, uint32_t percent)
{
    uint64_t want = (total * percent + 99) / 100, have = 0;
    for (uint32_t i = 0; i < n; i++)
        if ((have += l->scratch[i].weight) >= want) return l->scratch[i].v;
    return n ? l->scratch[n - 1].v : 0;
}

bool fee_levels_fee(struct fee_levels *l, struct rec_fee_level *r)
{
    uint32_t n;
    uint64_t total = gather(l, &l->fee, &n);
    if (n == 0) return false;
    r->p50_ulamports = percentile(l, n, total, 50);
    r->p75_ulamports = percentile(l, n, total, 75);
    r->p95_ulamports = percentile(l, n, total, 95);
    return true;
}

bool fee_levels_tip(struct fee_levels *l, struct rec_tip_level *r)
{
    uint32_t n;
    uint64_t total = gather(l, &l->tip, &n);
    if (n == 0) return false;
    r->p25_lamports = percentile(l, n, total, 25);
    r->p50_lamports = percentile(l, n, total, 50);
    r->p75_lamports = percentile(l, n, total, 75);
    r->p95_lamports = percentile(l, n, total, 95);
    r->p99_lamports = percentile(l, n, total, 99);
    return true;
}
