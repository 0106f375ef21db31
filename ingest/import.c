/* import.c - rows into order. Within a slot the file's order is not to be trusted: trades of one
 * token are chained by their reserves, the state after one being the state before the next. */
#include "ingest/import.h"

#include <string.h>

#include "common/amm/amm.h"
#include "common/base/num.h"

#define CHAIN_MAX \
    512u /* rows of one token in one slot that are chained; more keep the file's order */

void import_reject(struct import *m, const char *why)
{
    m->rejected++;
    for (int i = 0; i < IMPORT_REASONS; i++) {
        if (!m->reason[i].text) m->reason[i].text = why;
        if (strcmp(m->reason[i].text, why) == 0) {
            m->reason[i].count++;
            return;
        }
    }
}

void import_note(struct import *m, const char *what)
{
    for (int i = 0; i < IMPORT_REASONS; i++) {
        if (!m->note[i].text) m->note[i].text = what;
        if (strcmp(m->note[i].text, what) == 0) {
            m->note[i].count++;
            return;
        }
    }
}

static size_t align64(size_t n) { return (n + 63) & ~(size_t)63; }

size_t import_size(uint32_t cap)
{
    return align64(table_size(IMPORT_MARKETS)) + IMPORT_MARKETS * sizeof(struct import_tail) +
           align64(cap * sizeof(uint32_t)) + cap * sizeof(struct import_row);
}

void import_init(struct import *m, void *mem, uint32_t cap)
{
    char *at = mem;
    memset(m, 0, sizeof *m);
    m->cap = cap;
    m->markets = (struct table *)(void *)at;
    at += align64(table_size(IMPORT_MARKETS));
    m->tails = (struct import_tail *)(void *)at;
    at += IMPORT_MARKETS * sizeof(struct import_tail);
    m->order = (uint32_t *)(void *)at;
    at += align64(cap * sizeof(uint32_t));
    m->rows = (struct import_row *)(void *)at;
    table_init(m->markets, IMPORT_MARKETS);
}

struct import_row *import_row_of(struct import *m, uint8_t id)
{
    if (m->count == m->cap) {
        m->full = true;
        return NULL;
    }
    struct import_row *r = &m->rows[m->count];
    memset(r, 0, sizeof *r);
    r->d.id = id;
    r->file_order = m->count;
    m->count++;
    return r;
}

struct rec_trade *import_trade(struct import *m)
{
    struct import_row *r = import_row_of(m, REC_trade);
    return r ? &r->d.u.trade : NULL;
}

const char *import_legs(struct import *m, const struct rec_trade *t, const struct import_leg *legs,
                        unsigned n)
{
    struct rec_trade leg = *t;
    uint32_t first = m->count;
    if (m->cap - m->count < n) {
        m->full = true;
        return NULL;
    }
    m->count += n;
    for (unsigned i = n; i-- > 0;) { /* backwards from the reserves that the last one left */
        struct amm_pool before;
        struct import_row *r = &m->rows[first + i];
        leg.side = legs[i].side;
        leg.trader = legs[i].trader;
        leg.base_raw = legs[i].base;
        leg.quote_raw = legs[i].quote;
        leg.ix_index = (uint16_t)i;
        if (!amm_before(&leg, &before)) {
            m->count = first;
            return "the parts of an event do not fit its reserves";
        }
        memset(r, 0, sizeof *r);
        r->d.id = REC_trade;
        r->file_order = first + i;
        r->d.u.trade = leg;
        leg.base_reserve_raw = before.base_reserve_raw;
        leg.quote_reserve_raw = before.quote_reserve_raw;
        leg.base_real_raw = before.base_real_raw;
        leg.quote_real_raw = before.quote_real_raw;
        leg.flags &= ~TRADE_CREATE;
    }
    return NULL;
}

/* ---- order ---- */

static int by_slot(const struct import_row *a, const struct import_row *b)
{
    if (a->slot != b->slot) return a->slot < b->slot ? -1 : 1;
    int k = memcmp(a->d.market.b, b->d.market.b, 32);
    if (k) return k;
    if (a->tx_index != b->tx_index) return a->tx_index < b->tx_index ? -1 : 1;
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

static void heap_sort(struct import *m, uint32_t n)
{
    for (uint32_t i = n / 2; i-- > 0;) sift(m, i, n);
    for (uint32_t k = n; k-- > 1;) {
        uint32_t x = m->order[0];
        m->order[0] = m->order[k];
        m->order[k] = x;
        sift(m, 0, k);
    }
}

#define QUOTE_OFF_MAX \
    4 /* units by which an inferred quote may differ from what the reserves before say */

static bool starts_from(const struct import_tail *after, const struct rec_trade *t,
                        struct amm_pool *b)
{
    return amm_before(t, b) && b->base_reserve_raw == after->base_reserve_raw &&
           b->quote_reserve_raw == after->quote_reserve_raw;
}

/* The same for an inferred quote: is there one near it that starts from there and is exact? */
static bool refine(const struct import_tail *after, struct rec_trade *t, uint16_t lp_bps)
{
    struct amm_pool b;
    uint64_t near = t->quote_raw;
    if (!amm_before(t, &b) || b.base_reserve_raw != after->base_reserve_raw) return false;
    /* An exact-SOL buy may keep a fee one higher than that of its net (see amm.c): tried when
     * nothing else fits. */
    for (uint64_t extra = 0; extra <= (t->side == side_buy); extra++)
        for (uint64_t d = 0; d <= 2 * QUOTE_OFF_MAX; d++) {
            if (near + d <= QUOTE_OFF_MAX) continue;
            t->quote_raw = near + d - QUOTE_OFF_MAX;
            if (!muldiv_ceil(t->quote_raw, lp_bps, BPS_ONE, &t->lp_fee_raw)) continue;
            t->lp_fee_raw += extra;
            if (starts_from(after, t, &b) && !amm_explain(&b, t)) return true;
        }
    return false;
}

/* Does the trade start from these reserves? *as is the trade, refined where its quote was inferred;
 * may be NULL. */
static bool follows(const struct import_tail *after, const struct import_row *r,
                    struct rec_trade *as)
{
    struct amm_pool b;
    if (after->base_reserve_raw == 0 || r->d.id != REC_trade) return false;
    bool plain = starts_from(after, &r->d.u.trade, &b);
    if (plain || !r->lp_bps) {
        if (as) *as = r->d.u.trade;
        return plain;
    }
    struct rec_trade t = r->d.u.trade;
    if (!refine(after, &t, r->lp_bps)) return false;
    if (as) {
        *as = t;
        as->flags &= ~TRADE_INFERRED;
    }
    return true;
}

static struct import_tail left_by(const struct import_row *r)
{
    return (struct import_tail){r->d.base_reserve_raw, r->d.quote_reserve_raw};
}

/* Does any of the rest of the run lead to t? Then t is not where a chain starts. */
static bool has_predecessor(const struct import *m, uint32_t from, uint32_t end, uint32_t t)
{
    for (uint32_t i = from; i < end; i++) {
        struct import_tail left = left_by(&m->rows[m->order[i]]);
        if (i != t && follows(&left, &m->rows[m->order[t]], NULL)) return true;
    }
    return false;
}

static uint32_t next_in_chain(const struct import *m, uint32_t from, uint32_t end,
                              const struct import_tail *last)
{
    if (m->rows[m->order[from]].d.id == REC_token)
        return from; /* a token comes before all else of its market */
    for (uint32_t i = from; i < end; i++)
        if (follows(last, &m->rows[m->order[i]], NULL)) return i;
    for (uint32_t i = from; i < end; i++)
        if (!has_predecessor(m, from, end, i)) return i;
    return from;
}

/* What the last row of the market before this run left; zero when it was not seen. */
static struct import_tail *tail_of(struct import *m, const struct key *market)
{
    bool added;
    uint32_t row = table_claim(m->markets, market->b, &added);
    if (added) m->tails[row] = (struct import_tail){0, 0};
    return &m->tails[row];
}

static void chain(struct import *m, uint32_t from, uint32_t end)
{
    struct import_tail *last = tail_of(m, &m->rows[m->order[from]].d.market);
    for (uint32_t i = from; i < end; i++) {
        uint32_t k = end - from > CHAIN_MAX ? i : next_in_chain(m, i, end, last), x = m->order[k];
        /* Keep the rest in its order. */
        memmove(&m->order[i + 1], &m->order[i], (k - i) * sizeof *m->order);
        m->order[i] = x;
        struct import_row *r = &m->rows[x];
        uint32_t *flags = r->d.id == REC_trade ? &r->d.u.trade.flags : NULL;
        struct rec_trade as;
        if (follows(last, r, &as))
            r->d.u.trade = as;
        else if (flags && last->base_reserve_raw && !(*flags & (TRADE_INFERRED | TRADE_FAILED))) {
            *flags |= TRADE_DISCONTIGUOUS;
            m->breaks++;
        }
        if (r->d.base_reserve_raw && !(flags && *flags & (TRADE_FAILED | TRADE_OUTLIER)))
            *last = left_by(r);
    }
}

/* Do records of this kind follow from each other's reserves? */
static bool is_chained(uint8_t id) { return id == REC_trade || id == REC_pool || id == REC_token; }

/* What a trade says of its place. */
static void place(struct import_row *r)
{
    if (r->d.id != REC_trade) return;
    const struct rec_trade *t = &r->d.u.trade;
    r->slot = t->slot;
    r->tx_index = t->tx_index;
    r->d.market = key_is_none(&t->pool) ? t->mint : t->pool;
    r->d.base_reserve_raw = t->base_reserve_raw;
    r->d.quote_reserve_raw = t->quote_reserve_raw;
}

uint32_t import_sort(struct import *m, uint64_t slot)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        place(&m->rows[i]);
        if (m->rows[i].slot < m->closed_slot) {
            m->rows[i].slot = m->closed_slot;
            m->late++;
        }
        if (m->rows[i].slot <= slot) m->order[n++] = i;
    }
    heap_sort(m, n);
    for (uint32_t i = 0, end; i < n; i = end) {
        const struct import_row *r = &m->rows[m->order[i]];
        for (end = i + 1; end < n && m->rows[m->order[end]].slot == r->slot &&
                          key_equal(&m->rows[m->order[end]].d.market, &r->d.market);)
            end++;
        if (is_chained(r->d.id)) chain(m, i, end);
    }
    return n;
}

void import_drop(struct import *m, uint32_t n)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct import_row *r = &m->rows[m->order[i]];
        m->trades += r->d.id == REC_trade;
        if (r->slot >= m->closed_slot) m->closed_slot = r->slot;
        m->rows[m->order[i]].d.id = 0;
    }
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->rows[i].d.id == 0) continue;
        if (kept != i) m->rows[kept] = m->rows[i];
        m->rows[kept].file_order = kept;
        kept++;
    }
    m->count = kept;
}

/* Where a record holds its slot; NULL for an alert. */
static uint64_t *slot_field(struct decoded *d)
{
    switch (d->id) {
    case REC_trade: return &d->u.trade.slot;
    case REC_pool: return &d->u.pool.slot;
    case REC_token: return &d->u.token.slot;
    case REC_transfer: return &d->u.transfer.slot;
    case REC_slot: return &d->u.slot.slot;
    default: return NULL;
    }
}

void import_put(struct out *o, struct import_row *r, uint64_t ts_ns)
{
    struct decoded *d = &r->d;
    uint64_t *slot = slot_field(d);
    d->u.any.ts_ns = ts_ns;
    if (slot) *slot = r->slot;
    switch (d->id) {
    case REC_trade: put_trade(o, &d->u.trade); break;
    case REC_pool: put_pool(o, &d->u.pool); break;
    case REC_token: put_token(o, &d->u.token); break;
    case REC_transfer: put_transfer(o, &d->u.transfer); break;
    case REC_alert: put_alert(o, &d->u.alert); break;
    case REC_slot: put_slot(o, &d->u.slot); break;
    }
}
