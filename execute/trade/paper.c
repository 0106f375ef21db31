/* paper.c - records in, fills and equity out. How an order lands is in landing.c. See paper.h. */
#include "execute/trade/paper.h"

#include <string.h>

#include "common/base/num.h"
#include "execute/trade/landing.h"

enum { ORDER_GOOD = 1, ORDER_DUPLICATE = 2 };

static struct table *pools(struct paper_state *s) { return (struct table *)(void *)s->table_words; }

void paper_init(struct paper_state *s)
{
    table_init(pools(s), PAPER_POOLS);
    seen_init(s->seen, PAPER_SEEN);
    s->cash = clamp_i64_from_u64(s->rules.capital);
}

/* The row of a pool. When the table is full, the pool idle for longest is evicted, but never one
 * whose token is held or ordered. */
static uint32_t pool_row(struct paper_state *s, const struct key *pool, const struct key *mint)
{
    bool added;
    struct table *t = pools(s);
    const struct key *k = key_is_none(pool) ? mint : pool;
    uint32_t row = table_add(t, k->b, &added);
    if (row == TABLE_NONE) {
        uint32_t old = table_oldest(t);
        while (old != TABLE_NONE && s->pool[old].held) old = table_newer(t, old);
        if (old == TABLE_NONE) return TABLE_NONE;
        table_remove(t, old);
        row = table_add(t, k->b, &added);
    }
    if (added) memset(&s->pool[row], 0, sizeof s->pool[row]);
    return row;
}

/* ---- holdings ---- */

static struct paper_holding *holding_of(struct paper_state *s, const struct key *mint, bool make)
{
    struct paper_holding *unused = NULL;
    for (uint32_t i = 0; i < PAPER_HOLDINGS; i++) {
        struct paper_holding *h = &s->holding[i];
        if (h->used && key_equal(&h->mint, mint)) return h;
        if (!h->used && !unused) unused = h;
    }
    if (!make || !unused) return NULL;
    *unused = (struct paper_holding){.mint = *mint, .used = 1};
    s->open++;
    return unused;
}

static struct rec_mark mark(const struct paper_state *s, const struct paper_holding *h)
{
    const struct amm_pool *ours = &s->pool[h->pool_row].carry.ours,
                          *market = &s->pool[h->pool_row].carry.market;
    struct rec_mark m = {.ts_ns = s->now_ns,
                         .slot = s->slot,
                         .mint = h->mint,
                         .held_raw = h->held_raw,
                         .rent_lamports = RENT_TOKEN_ACCOUNT};
    struct amm_swap w;
    if (!muldiv_floor(h->held_raw, market->quote_reserve_raw, market->base_reserve_raw,
                      &m.naive_lamports))
        m.naive_lamports = 0;
    if (amm_sell_in(ours, amm_fees_at(ours, s->now_ns), h->held_raw, &w) == failure_none)
        m.marked_lamports = w.out_raw;
    return m;
}

static void put_worth(struct paper_state *s, struct out *out)
{
    struct rec_equity e = {.ts_ns = s->now_ns,
                           .slot = s->slot,
                           .cash_lamports = s->cash,
                           .rent_lamports = s->rent,
                           .open_count = s->open,
                           .reverted_count = s->reverted};
    for (uint32_t i = 0; i < PAPER_HOLDINGS; i++) {
        if (!s->holding[i].used) continue;
        struct rec_mark m = mark(s, &s->holding[i]);
        e.marked_lamports = add_sat_u64(e.marked_lamports, m.marked_lamports);
        e.naive_lamports = add_sat_u64(e.naive_lamports, m.naive_lamports);
        put_mark(out, &m);
    }
    e.equity_lamports = e.cash_lamports + clamp_i64_from_u64(e.marked_lamports) +
                        clamp_i64_from_u64(e.rent_lamports);
    put_equity(out, &e);
}

/* ---- answers ---- */

static void answer(struct paper_state *s, const struct paper_order *o, uint8_t status,
                   uint8_t failure, struct out *out)
{
    struct rec_report r = {.ts_ns = s->now_ns,
                           .cause_src = o->cause_src,
                           .cause_seq = o->cause_seq,
                           .slot = s->slot,
                           .order_id = o->order.order_id,
                           .position_id = o->order.position_id,
                           .mint = o->order.mint,
                           .status = status,
                           .failure = failure};
    put_report(out, &r);
    report_report(out, &r);
}

/* Book the money and tokens of a fill. */
static void book(struct paper_state *s, const struct rec_fill *f, uint32_t row)
{
    s->cash += f->cash_delta_lamports;
    s->rent = sub_sat_u64(s->rent + f->rent_paid_lamports, f->rent_refund_lamports);
    if (f->status != order_status_landed) return;
    struct paper_holding *h = holding_of(s, &f->mint, f->side == side_buy);
    if (!h) return;
    if (f->side == side_buy) {
        if (h->held_raw == 0)
            s->pool[row].held++;
        else if (h->pool_row != row) {
            s->pool[h->pool_row].held -= s->pool[h->pool_row].held > 0;
            s->pool[row].held++;
        }
        h->held_raw += f->base_raw;
        h->pool_row = row;
        return;
    }
    h->held_raw = sub_sat_u64(h->held_raw, f->base_raw);
    if (h->held_raw) return;
    if (s->pool[h->pool_row].held) s->pool[h->pool_row].held--;
    h->used = 0;
    s->open--;
}

/* Settle an order whose slot has closed. False: it still waits. */
static bool try_order(struct paper_state *s, struct paper_order *o, struct out *out)
{
    if (s->slot <= o->due_slot && s->slot <= o->order.expires_slot)
        return false; /* due_slot has not closed yet */
    if (o->used == ORDER_DUPLICATE) {
        answer(s, o, order_status_refused, failure_duplicate, out);
        return true;
    }
    if (o->due_slot > o->order.expires_slot) {
        answer(s, o, order_status_expired, failure_expired, out);
        return true;
    }
    uint32_t row = o->row;
    struct paper_holding *h = holding_of(s, &o->order.mint, false);
    if (row == TABLE_NONE) {
        answer(s, o, order_status_refused, failure_capacity, out);
        return true;
    }
    struct landing in = {.order = &o->order,
                         .rules = &s->rules,
                         .pool = &s->pool[row].carry,
                         .cash = s->cash,
                         .held_raw = h ? h->held_raw : 0,
                         .slot = o->due_slot,
                         .now_ns = s->now_ns,
                         .can_hold = h != NULL || s->open < PAPER_HOLDINGS};
    struct rec_fill f = {.ts_ns = s->now_ns, .cause_src = o->cause_src, .cause_seq = o->cause_seq};
    uint8_t refused = landing_settle(&in, &f);
    if (refused) {
        answer(s, o, f.status == order_status_expired ? order_status_expired : order_status_refused,
               refused, out);
        return true;
    }
    book(s, &f, row);
    put_fill(out, &f);
    report_fill(out, &f);
    return true;
}

/* An order or a holding no longer needs this pool. */
static void release_pool(struct paper_state *s, uint32_t row)
{
    if (row != TABLE_NONE && s->pool[row].held) s->pool[row].held--;
}

/* Everything whose landing slot has closed is settled, in order of arrival. */
static void settle(struct paper_state *s, struct out *out)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->in_flight; i++) {
        if (try_order(s, &s->orders[i], out)) {
            release_pool(s, s->orders[i].row);
            continue;
        }
        if (kept != i) s->orders[kept] = s->orders[i];
        kept++;
    }
    s->in_flight = kept;
}

/* ---- records ---- */

static void step_slot(struct paper_state *s, const struct rec_slot *r, struct out *out)
{
    bool waited = s->in_flight > 0 || s->slot == 0; /* at its first slot risk may wait for open
                                                       positions of an earlier run: none exist */
    uint64_t closed = s->slot;
    s->slot = r->slot;
    if (r->ts_ns > s->now_ns) s->now_ns = r->ts_ns;
    settle(s, out);
    if (waited) {
        struct rec_done d = {.ts_ns = s->now_ns, .src = out->src, .slot = closed};
        report_done(out, &d);
    }
    if (s->now_ns < s->next_equity_ns) return;
    s->next_equity_ns = s->now_ns - s->now_ns % s->rules.equity_every_ns + s->rules.equity_every_ns;
    put_worth(s, out);
}

static void step_order(struct paper_state *s, const struct rec_order *r, struct out *out)
{
    struct paper_order o = {.order = *r,
                            .due_slot = s->slot + landing_latency(&s->rules, r),
                            .cause_src = out->cause_src,
                            .cause_seq = out->cause_seq,
                            .used = ORDER_GOOD};
    /* An order is never filled twice. Its refusal is reported like everything else: at the next
     * slot.
     */
    if (!seen_add(s->seen, r->order_id)) {
        o.used = ORDER_DUPLICATE;
        o.due_slot = s->slot;
    }
    if (s->in_flight == PAPER_ORDERS) {
        answer(s, &o, order_status_refused, failure_capacity, out);
        return;
    }
    o.row = pool_row(s, &r->pool, &r->mint);
    if (o.row != TABLE_NONE) s->pool[o.row].held++; /* an ordered pool is not forgotten */
    s->orders[s->in_flight++] = o;
}

static void step_pool(struct paper_state *s, const struct rec_pool *r)
{
    if (!key_is_none(&r->quote_mint)) return;
    uint32_t row = pool_row(s, &r->pool, &r->mint);
    if (row == TABLE_NONE) return;
    carry_pool(&s->pool[row].carry, r);
    struct paper_holding *h =
        r->event == pool_event_migrated ? holding_of(s, &r->mint, false) : NULL;
    if (!h || h->pool_row == row) return;
    if (s->pool[h->pool_row].held) s->pool[h->pool_row].held--;
    s->pool[row].held++;
    h->pool_row = row;
}

static void step_trade(struct paper_state *s, const struct rec_trade *r)
{
    if (!key_is_none(&r->quote_mint)) return;
    uint32_t row = pool_row(s, &r->pool, &r->mint);
    if (row != TABLE_NONE) s->reverted += carry_trade(&s->pool[row].carry, r);
}

void paper_step(struct paper_state *s, const struct record *r, struct out *out)
{
    switch (r->id) {
    case REC_slot: step_slot(s, &r->u.slot, out); break;
    case REC_trade: step_trade(s, &r->u.trade); break;
    case REC_pool: step_pool(s, &r->u.pool); break;
    case REC_order: step_order(s, &r->u.order, out); break;
    case REC_reserve: {
        uint32_t row = pool_row(s, &r->u.reserve.pool, &r->u.reserve.mint);
        if (row != TABLE_NONE) carry_reserve(&s->pool[row].carry, &r->u.reserve);
        break;
    }
    default: break;
    }
}

void paper_finish(struct paper_state *s, struct out *out)
{
    for (uint32_t i = 0; i < s->in_flight; i++)
        answer(s, &s->orders[i], order_status_expired, failure_expired, out);
    s->in_flight = 0;
    if (s->now_ns) put_worth(s, out);
}
