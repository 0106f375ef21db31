/* rows.c - hold rows, count what was left out, write them. See rows.h; row_order.c orders them. */
#include "ingest/rows.h"

#include <string.h>

#include "common/amm/amm.h"
#include "common/base/num.h"

void rows_reject(struct rows *m, const char *why)
{
    m->rejected++;
    for (int i = 0; i < ROWS_REASONS; i++) {
        if (!m->reason[i].text) m->reason[i].text = why;
        if (strcmp(m->reason[i].text, why) == 0) {
            m->reason[i].count++;
            return;
        }
    }
}

void rows_note(struct rows *m, const char *what)
{
    for (int i = 0; i < ROWS_REASONS; i++) {
        if (!m->note[i].text) m->note[i].text = what;
        if (strcmp(m->note[i].text, what) == 0) {
            m->note[i].count++;
            return;
        }
    }
}

static size_t align64(size_t n) { return (n + 63) & ~(size_t)63; }

size_t rows_size(uint32_t cap)
{
    return align64(table_size(ROWS_MARKETS)) + ROWS_MARKETS * sizeof(struct row_tail) +
           align64(cap * sizeof(uint32_t)) + cap * sizeof(struct row);
}

void rows_init(struct rows *m, void *mem, uint32_t cap)
{
    char *at = mem;
    memset(m, 0, sizeof *m);
    m->cap = cap;
    m->markets = (struct table *)(void *)at;
    at += align64(table_size(ROWS_MARKETS));
    m->tails = (struct row_tail *)(void *)at;
    at += ROWS_MARKETS * sizeof(struct row_tail);
    m->order = (uint32_t *)(void *)at;
    at += align64(cap * sizeof(uint32_t));
    m->rows = (struct row *)(void *)at;
    table_init(m->markets, ROWS_MARKETS);
}

struct row *rows_add(struct rows *m, uint8_t id)
{
    if (m->count == m->cap) {
        m->full = true;
        return NULL;
    }
    struct row *r = &m->rows[m->count];
    memset(r, 0, sizeof *r);
    r->d.id = id;
    r->file_order = m->count;
    m->count++;
    return r;
}

struct rec_trade *rows_add_trade(struct rows *m)
{
    struct row *r = rows_add(m, REC_trade);
    return r ? &r->d.u.trade : NULL;
}

const char *rows_add_legs(struct rows *m, const struct rec_trade *t, const struct row_leg *legs,
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
        struct row *r = &m->rows[first + i];
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

void rows_drop(struct rows *m, uint32_t n)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct row *r = &m->rows[m->order[i]];
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

void rows_put(struct out *o, struct row *r, uint64_t ts_ns)
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
