/* sandwich_guard.c - see sandwich_guard.h. */
#include "execute/trade/sandwich_guard.h"

#include <string.h>

#include "common/base/num.h"

#define LOOKAHEAD  2u /* a transaction sent now may land in this slot or the next two */
#define PARTS_MOST 8u

static size_t position(const struct sandwich_guard_rules *r, const struct key *k)
{
    size_t lo = 0, hi = r->leaders;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (memcmp(r->leader[mid].b, k->b, 32) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool is_listed(const struct sandwich_guard_rules *r, const struct key *k)
{
    size_t i = position(r, k);
    return i < r->leaders && key_equal(&r->leader[i], k);
}

bool sandwich_guard_avoid(struct sandwich_guard_rules *r, const struct key *k)
{
    size_t i = position(r, k);
    if (i < r->leaders && key_equal(&r->leader[i], k)) return true;
    if (r->leaders == SANDWICH_GUARD_LEADERS) return false;
    memmove(&r->leader[i + 1], &r->leader[i], (r->leaders - i) * sizeof r->leader[0]);
    r->leader[i] = *k;
    r->leaders++;
    return true;
}

const struct key *sandwich_guard_leader_of(const struct sandwich_guard_schedule *s, uint64_t slot)
{
    return slot >= s->first && slot - s->first < s->count ? &s->leader[slot - s->first] : NULL;
}

bool sandwich_guard_bad_leader(const struct sandwich_guard_rules *r,
                               const struct sandwich_guard_schedule *s, uint64_t slot)
{
    for (uint64_t i = 0; i <= LOOKAHEAD && r->leaders; i++) {
        const struct key *k = sandwich_guard_leader_of(s, slot + i);
        if (!k || is_listed(r, k)) return true;
    }
    return false;
}

bool sandwich_guard_knows(uint8_t venue)
{
    return venue >= venue_pump && venue <= venue_raydium_cpmm;
}

static struct amm_fees fees_of(const struct venue_market *m)
{
    return m->fees_known ? m->fees : amm_fees_at(&m->pool, m->now_s * NS_PER_S);
}

uint64_t sandwich_guard_loss(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                             uint64_t limit_raw)
{
    uint64_t front;
    return sandwich_guard_knows(m->venue)
               ? amm_sandwich_loss(&m->pool, fees_of(m), side, in_raw, limit_raw,
                                   SANDWICH_GUARD_SEARCHER_TIP, &front)
               : 0;
}

static uint64_t share(uint64_t v, uint32_t bps) { return (uint64_t)((u128)v * bps / BPS_ONE); }

/* The loosest limit within [limit, out - room] at which a sandwich takes no more than it may; 0
 * when it is absent. */
static uint64_t tightened(const struct sandwich_guard_rules *r, const struct venue_market *m,
                          const struct sandwich_guard_order *o, uint64_t in_raw, uint64_t limit_raw,
                          uint64_t out_raw)
{
    uint64_t most = out_raw - share(out_raw, r->room_bps), bound = share(out_raw, r->max_loss_bps),
             lo = limit_raw, hi = most;
    if (most < limit_raw || sandwich_guard_loss(m, o->side, in_raw, most) > bound) return 0;
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (sandwich_guard_loss(m, o->side, in_raw, mid) <= bound)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

static bool quote(const struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t *out_raw)
{
    struct amm_swap w;
    const struct venue_ops *v = venue_of(m->venue);
    if (!v || v->quote(m, side, in_raw, &w) != failure_none) return false;
    *out_raw = w.out_raw;
    return true;
}

/* Half, a quarter, an eighth: the first part that can be protected. Its limit is the order's, in
 * proportion. */
static bool split(const struct sandwich_guard_rules *r, const struct venue_market *m,
                  const struct sandwich_guard_order *o, struct sandwich_guard_plan *plan)
{
    for (uint64_t parts = 2; parts <= PARTS_MOST; parts *= 2) {
        uint64_t in = o->in_raw / parts, out,
                 limit = o->limit_raw / parts + (o->limit_raw % parts != 0);
        if (in == 0 || !quote(m, o->side, in, &out) || out < limit) return false;
        uint64_t t = sandwich_guard_loss(m, o->side, in, limit) <= share(out, r->max_loss_bps)
                         ? limit
                         : tightened(r, m, o, in, limit, out);
        if (!t) continue;
        *plan = (struct sandwich_guard_plan){SANDWICH_GUARD_SPLIT, in, t,
                                             sandwich_guard_loss(m, o->side, in, t)};
        return true;
    }
    return false;
}

static void protect_by_limit(const struct sandwich_guard_rules *r, const struct venue_market *m,
                             const struct sandwich_guard_order *o, struct sandwich_guard_plan *plan)
{
    uint64_t out, limit;
    plan->loss_raw = sandwich_guard_loss(m, o->side, o->in_raw, o->limit_raw);
    if (!quote(m, o->side, o->in_raw, &out) || plan->loss_raw <= share(out, r->max_loss_bps))
        return;
    limit = tightened(r, m, o, o->in_raw, o->limit_raw, out);
    if (limit) {
        *plan = (struct sandwich_guard_plan){SANDWICH_GUARD_TIGHTEN, o->in_raw, limit,
                                             sandwich_guard_loss(m, o->side, o->in_raw, limit)};
        return;
    }
    if (split(r, m, o, plan)) return;
    /* What must be sold is sold at the tightest limit that makes sense; what need not be bought is
     * not. */
    limit = out - share(out, r->room_bps);
    if (o->side == side_buy)
        plan->action = SANDWICH_GUARD_SKIP;
    else if (limit > o->limit_raw)
        *plan = (struct sandwich_guard_plan){SANDWICH_GUARD_TIGHTEN, o->in_raw, limit,
                                             sandwich_guard_loss(m, o->side, o->in_raw, limit)};
}

void sandwich_guard_decide(const struct sandwich_guard_rules *r,
                           const struct sandwich_guard_schedule *s, const struct venue_market *m,
                           const struct sandwich_guard_order *o, struct sandwich_guard_plan *plan)
{
    *plan = (struct sandwich_guard_plan){SANDWICH_GUARD_SEND, o->in_raw, o->limit_raw, 0};
    if (sandwich_guard_bad_leader(r, s, o->slot)) {
        bool buy = o->side == side_buy,
             out_of_time = o->expires_slot && o->slot + LOOKAHEAD + 1 > o->expires_slot;
        if (!out_of_time && (buy || o->slot - o->waiting_since_slot < r->delay_slots)) {
            plan->action = SANDWICH_GUARD_DELAY;
            return;
        }
        if (buy) {
            plan->action = SANDWICH_GUARD_SKIP;
            return;
        }
    }
    if (!o->protect && r->max_loss_bps) protect_by_limit(r, m, o, plan);
}
