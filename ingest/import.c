/* import.c - rows into order. Within a slot the file's order is not to be trusted: trades of one token are chained by their
 * reserves, the state after one being the state before the next. */
#include "ingest/import.h"

#include <string.h>

#include "common/amm/amm.h"

#define CHAIN_MAX 4096u /* rows of one token in one slot that are chained; more keep the file's order */

void import_reject(struct import *m, const char *why)
{
    m->rejected++;
    for (int i = 0; i < IMPORT_REASONS; i++) {
        if (!m->reason[i].text) m->reason[i].text = why;
        if (strcmp(m->reason[i].text, why) == 0) { m->reason[i].count++; return; }
    }
}

struct rec_trade *import_row(struct import *m)
{
    if (m->count == m->cap) { m->full = true; return NULL; }
    struct import_row *r = &m->rows[m->count];
    memset(r, 0, sizeof *r);
    r->file_order = m->count;
    m->order[m->count] = m->count;
    m->count++;
    return &r->t;
}

static int by_slot(const struct import_row *a, const struct import_row *b)
{
    if (a->t.slot != b->t.slot) return a->t.slot < b->t.slot ? -1 : 1;
    int k = memcmp(a->t.mint.b, b->t.mint.b, 32);
    if (k) return k;
    if (a->t.tx_index != b->t.tx_index) return a->t.tx_index < b->t.tx_index ? -1 : 1;
    return a->file_order < b->file_order ? -1 : a->file_order > b->file_order;
}

static void sift(struct import *m, uint32_t i, uint32_t n)
{
    uint32_t *a = m->order;
    for (uint32_t c; (c = 2 * i + 1) < n; i = c) {
        if (c + 1 < n && by_slot(&m->rows[a[c + 1]], &m->rows[a[c]]) > 0) c++;
        if (by_slot(&m->rows[a[i]], &m->rows[a[c]]) >= 0) return;
        uint32_t x = a[i];
        a[i] = a[c];
        a[c] = x;
    }
}

static void heap_sort(struct import *m)
{
    for (uint32_t i = m->count / 2; i-- > 0;) sift(m, i, m->count);
    for (uint32_t k = m->count; k-- > 1;) {
        uint32_t x = m->order[0];
        m->order[0] = m->order[k];
        m->order[k] = x;
        sift(m, 0, k);
    }
}

static bool follows(const struct rec_trade *after, const struct rec_trade *t)
{
    struct amm_pool b;
    return after && amm_before(t, &b) && b.base_reserve_raw == after->base_reserve_raw && b.quote_reserve_raw == after->quote_reserve_raw;
}

/* Does any of the rest of the run lead to t? Then t is not where a chain starts. */
static bool has_predecessor(const struct import *m, uint32_t from, uint32_t end, uint32_t t)
{
    for (uint32_t i = from; i < end; i++)
        if (i != t && follows(&m->rows[m->order[i]].t, &m->rows[m->order[t]].t)) return true;
    return false;
}

static uint32_t next_in_chain(const struct import *m, uint32_t from, uint32_t end, const struct rec_trade *last)
{
    for (uint32_t i = from; i < end; i++)
        if (follows(last, &m->rows[m->order[i]].t)) return i;
    for (uint32_t i = from; i < end; i++)
        if (!has_predecessor(m, from, end, i)) return i;
    return from;
}

/* The last trade of the token before this run, if there is one. */
static const struct rec_trade *trade_before(const struct import *m, uint32_t from)
{
    const struct key *mint = &m->rows[m->order[from]].t.mint;
    for (uint32_t i = from; i-- > 0 && from - i < 100000;)
        if (key_equal(&m->rows[m->order[i]].t.mint, mint)) return &m->rows[m->order[i]].t;
    return NULL;
}

static void chain(struct import *m, uint32_t from, uint32_t end)
{
    const struct rec_trade *last = trade_before(m, from);
    for (uint32_t i = from; i < end; i++) {
        uint32_t k = end - from > CHAIN_MAX ? i : next_in_chain(m, i, end, last), x = m->order[k];
        /* Keep the rest in its order. */
        memmove(&m->order[i + 1], &m->order[i], (k - i) * sizeof *m->order);
        m->order[i] = x;
        struct rec_trade *t = &m->rows[x].t;
        if (last && !follows(last, t) && !(t->flags & (TRADE_INFERRED | TRADE_FAILED))) t->flags |= TRADE_DISCONTIGUOUS, m->breaks++;
        if (!(t->flags & (TRADE_FAILED | TRADE_OUTLIER))) last = t;
    }
}

void import_sort(struct import *m)
{
    heap_sort(m);
    for (uint32_t i = 0, end; i < m->count; i = end) {
        const struct rec_trade *t = &m->rows[m->order[i]].t;
        for (end = i + 1; end < m->count && m->rows[m->order[end]].t.slot == t->slot && key_equal(&m->rows[m->order[end]].t.mint, &t->mint);) end++;
        chain(m, i, end);
    }
}
