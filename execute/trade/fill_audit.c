/* fill_audit.c - see fill_audit.h. */
#include "execute/trade/fill_audit.h"

#include <string.h>

#include "common/base/num.h"

void fill_audit_trade(struct audit_state *a, const struct rec_trade *t)
{
    if (t->flags & TRADE_FAILED || !key_is_none(&t->quote_mint)) return;
    struct fill_audit_trade *x = &a->trade[a->trades++ % AUDIT_TRADES];
    *x = (struct fill_audit_trade){.slot = t->slot,
                                   .seq = t->seq,
                                   .base_raw = t->base_raw,
                                   .quote_raw = t->quote_raw,
                                   .base_reserve_raw = t->base_reserve_raw,
                                   .quote_reserve_raw = t->quote_reserve_raw,
                                   .base_real_raw = t->base_real_raw,
                                   .quote_real_raw = t->quote_real_raw,
                                   .lp_fee_raw = t->lp_fee_raw,
                                   .creator_fee_raw = t->creator_fee_raw,
                                   .market = key_is_none(&t->pool) ? t->mint : t->pool,
                                   .trader = t->trader,
                                   .signature = t->signature,
                                   .src = t->src,
                                   .tx_index = t->tx_index,
                                   .ix_index = t->ix_index,
                                   .venue = t->venue,
                                   .side = t->side};
}

static bool before(const struct fill_audit_trade *x, const struct fill_audit_trade *y)
{
    return x->tx_index != y->tx_index ? x->tx_index < y->tx_index : x->ix_index < y->ix_index;
}

static bool same_place(const struct fill_audit_trade *x, const struct fill_audit_trade *y)
{
    return x->slot == y->slot && key_equal(&x->market, &y->market);
}

static const struct fill_audit_trade *ours(const struct audit_state *a,
                                           const struct fill_audit_fill *f)
{
    uint64_t n = a->trades < AUDIT_TRADES ? a->trades : AUDIT_TRADES;
    for (uint64_t i = 0; i < n; i++) {
        const struct fill_audit_trade *t = &a->trade[(a->trades - 1 - i) % AUDIT_TRADES];
        if (t->slot == f->slot && memcmp(t->signature.b, f->signature.b, 64) == 0) return t;
    }
    return NULL;
}

/* The nearest leg before us in our direction, and, of the same wallet, one after us in the other.
 */
static void neighbours(const struct audit_state *a, const struct fill_audit_trade *own,
                       const struct fill_audit_trade **front, const struct fill_audit_trade **back,
                       uint16_t *count)
{
    uint64_t n = a->trades < AUDIT_TRADES ? a->trades : AUDIT_TRADES;
    *front = *back = NULL;
    *count = 0;
    for (uint64_t i = 0; i < n; i++) {
        const struct fill_audit_trade *t = &a->trade[i];
        if (!same_place(t, own)) continue;
        (*count)++;
        if (key_equal(&t->trader, &own->trader) || t->side != own->side || !before(t, own))
            continue;
        const struct fill_audit_trade *way_back = NULL;
        for (uint64_t k = 0; k < n; k++) {
            const struct fill_audit_trade *b = &a->trade[k];
            if (same_place(b, own) && key_equal(&b->trader, &t->trader) && b->side != own->side &&
                before(own, b) && (!way_back || before(b, way_back)))
                way_back = b;
        }
        bool better = !*front || (way_back && !*back) ||
                      ((way_back != NULL) == (*back != NULL) && before(*front, t));
        if (better) {
            *front = t;
            *back = way_back;
        }
    }
}

static struct amm_pool pool_after(const struct fill_audit_trade *t)
{
    struct rec_trade r = {.venue = t->venue,
                          .side = t->side,
                          .base_raw = t->base_raw,
                          .quote_raw = t->quote_raw,
                          .lp_fee_raw = t->lp_fee_raw,
                          .creator_fee_raw = t->creator_fee_raw,
                          .base_reserve_raw = t->base_reserve_raw,
                          .quote_reserve_raw = t->quote_reserve_raw,
                          .base_real_raw = t->base_real_raw,
                          .quote_real_raw = t->quote_real_raw};
    struct amm_pool p;
    memset(&p, 0, sizeof p);
    if (!amm_before(&r, &p)) memset(&p, 0, sizeof p);
    return p;
}

/* What we would have got on the pool as it stood before the front, less what we got; the front's
 * own trade is undone exactly. */
static uint64_t loss(const struct fill_audit_trade *front, const struct fill_audit_trade *own,
                     uint64_t now_ns)
{
    struct amm_pool p = pool_after(front);
    struct amm_swap w;
    bool buy = own->side == side_buy;
    p.has_creator = own->creator_fee_raw != 0;
    struct amm_fees f = amm_fees_at(&p, now_ns);
    if (p.base_reserve_raw == 0) return 0;
    if (buy)
        return amm_buy_net(&p, f, own->quote_raw, &w) == failure_none
                   ? sub_sat_u64(w.base_raw, own->base_raw)
                   : 0;
    return amm_sell_in(&p, f, own->base_raw, &w) == failure_none
               ? sub_sat_u64(w.quote_raw, own->quote_raw)
               : 0;
}

static void tell_sandwich(const struct rec_audit *r, const struct fill_audit_trade *front,
                          const struct fill_audit_trade *back, const struct key *victim,
                          struct out *out)
{
    struct rec_sandwich s = {.ts_ns = r->ts_ns,
                             .cause_src = back->src,
                             .cause_seq = back->seq,
                             .slot = r->slot,
                             .mint = r->mint,
                             .pool = r->pool,
                             .attacker = r->attacker,
                             .victim = *victim,
                             .victim_loss_raw = r->loss_raw};
    int64_t in = clamp_i64_from_u64(front->quote_raw), got = clamp_i64_from_u64(back->quote_raw);
    s.profit_raw = front->side == side_buy ? got - in : in - got;
    put_sandwich(out, &s);
}

static void judge(struct audit_state *a, struct fill_audit_fill *f, uint64_t now_ns,
                  const struct sandwich_guard_schedule *schedule, struct out *out)
{
    const struct fill_audit_trade *own = ours(a, f), *front = NULL, *back = NULL;
    struct rec_audit r = {.ts_ns = now_ns,
                          .cause_src = f->cause_src,
                          .cause_seq = f->cause_seq,
                          .slot = f->slot,
                          .order_id = f->order_id,
                          .mint = f->mint,
                          .pool = f->pool,
                          .verdict = audit_unseen};
    const struct key *leader = sandwich_guard_leader_of(schedule, f->slot);
    if (leader) r.leader = *leader;
    if (own) {
        neighbours(a, own, &front, &back, &r.trades_count);
        r.cause_src = own->src;
        r.cause_seq = own->seq;
        r.verdict = back ? audit_sandwiched : front ? audit_fronted : audit_clean;
    }
    if (front) {
        r.attacker = front->trader;
        r.front = front->signature;
        r.loss_raw = loss(front, own, now_ns);
    }
    if (back) r.back = back->signature;
    a->judged++;
    a->sandwiched += back != NULL;
    put_audit(out, &r);
    if (back) tell_sandwich(&r, front, back, &own->trader, out);
    f->used = 0;
}

static const struct sandwich_guard_schedule no_schedule;

void fill_audit_fill(struct audit_state *a, const struct rec_fill *f, const struct sig *signature,
                     struct out *out, uint64_t now_ns)
{
    struct fill_audit_fill *free_one = NULL, *oldest = &a->fill[0];
    if (f->status != order_status_landed) return;
    for (size_t i = 0; i < AUDIT_FILLS; i++) {
        struct fill_audit_fill *x = &a->fill[i];
        if (!x->used && !free_one) free_one = x;
        if (x->used && x->slot < oldest->slot) oldest = x;
    }
    if (!free_one) {
        judge(a, oldest, now_ns, &no_schedule, out);
        free_one = oldest;
    }
    *free_one = (struct fill_audit_fill){.slot = f->slot,
                                         .order_id = f->order_id,
                                         .cause_src = f->cause_src,
                                         .cause_seq = f->cause_seq,
                                         .mint = f->mint,
                                         .pool = f->pool,
                                         .signature = *signature,
                                         .side = f->side,
                                         .used = 1};
}

void fill_audit_slot(struct audit_state *a, uint64_t slot, uint64_t now_ns,
                     const struct sandwich_guard_schedule *s, struct out *out)
{
    for (size_t i = 0; i < AUDIT_FILLS; i++)
        if (a->fill[i].used && a->fill[i].slot + AUDIT_SLOTS < slot)
            judge(a, &a->fill[i], now_ns, s, out);
}
