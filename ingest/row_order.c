/* row_order.c - rows into the order in which they are written. Within a slot a file's order proves
 * nothing: trades of one market are chained by their reserves, the state after one being the state
 * before the next. */
#include "ingest/rows.h"

#include <string.h>

#include "common/amm/amm.h"
#include "common/base/num.h"

/* Rows of one market in one slot that are chained; more keep the file's order. */
#define CHAIN_MAX 512u

static int by_slot(const struct row *a, const struct row *b)
{
    if (a->slot != b->slot) return a->slot < b->slot ? -1 : 1;
    int k = memcmp(a->d.market.b, b->d.market.b, 32);
    if (k) return k;
    if (a->tx_index != b->tx_index) return a->tx_index < b->tx_index ? -1 : 1;
    return a->file_order < b->file_order ? -1 : a->file_order > b->file_order;
}

static void sift(struct rows *m, uint32_t i, uint32_t n)
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

static void heap_sort(struct rows *m, uint32_t n)
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

static bool starts_from(const struct row_tail *after, const struct rec_trade *t, struct amm_pool *b)
{
    return amm_before(t, b) && b->base_reserve_raw == after->base_reserve_raw &&
           b->quote_reserve_raw == after->quote_reserve_raw;
}

/* The same for an inferred quote: is there one near it that starts from there and is exact? */
static bool refine(const struct row_tail *after, struct rec_trade *t, uint16_t lp_bps)
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
static bool follows(const struct row_tail *after, const struct row *r, struct rec_trade *as)
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

static struct row_tail left_by(const struct row *r)
{
    return (struct row_tail){r->d.base_reserve_raw, r->d.quote_reserve_raw};
}

/* Does any of the rest of the run lead to t? Then t is not where a chain starts. */
static bool has_predecessor(const struct rows *m, uint32_t from, uint32_t end, uint32_t t)
{
    for (uint32_t i = from; i < end; i++) {
        struct row_tail left = left_by(&m->rows[m->order[i]]);
        if (i != t && follows(&left, &m->rows[m->order[t]], NULL)) return true;
    }
    return false;
}

static uint32_t next_in_chain(const struct rows *m, uint32_t from, uint32_t end,
                              const struct row_tail *last)
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
static struct row_tail *tail_of(struct rows *m, const struct key *market)
{
    bool added;
    uint32_t row = table_claim(m->markets, market->b, &added);
    if (added) m->tails[row] = (struct row_tail){0, 0};
    return &m->tails[row];
}

static void chain(struct rows *m, uint32_t from, uint32_t end)
{
    struct row_tail *last = tail_of(m, &m->rows[m->order[from]].d.market);
    for (uint32_t i = from; i < end; i++) {
        uint32_t k = end - from > CHAIN_MAX ? i : next_in_chain(m, i, end, last), x = m->order[k];
        /* Keep the rest in its order. */
        memmove(&m->order[i + 1], &m->order[i], (k - i) * sizeof *m->order);
        m->order[i] = x;
        struct row *r = &m->rows[x];
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

/* Copy the place of a trade into its row. */
static void place(struct row *r)
{
    if (r->d.id != REC_trade) return;
    const struct rec_trade *t = &r->d.u.trade;
    r->slot = t->slot;
    r->tx_index = t->tx_index;
    r->d.market = key_is_none(&t->pool) ? t->mint : t->pool;
    r->d.base_reserve_raw = t->base_reserve_raw;
    r->d.quote_reserve_raw = t->quote_reserve_raw;
}

uint32_t rows_sort(struct rows *m, uint64_t slot)
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
        const struct row *r = &m->rows[m->order[i]];
        for (end = i + 1; end < n && m->rows[m->order[end]].slot == r->slot &&
                          key_equal(&m->rows[m->order[end]].d.market, &r->d.market);)
            end++;
        if (is_chained(r->d.id)) chain(m, i, end);
    }
    return n;
}
