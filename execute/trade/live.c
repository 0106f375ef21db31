/* live.c - see live.h. What is particular to a venue is in common/venue. */
#include "execute/trade/live.h"

#include <string.h>

#include "common/base/num.h"

#define SLOT_MS 400u
#define AROUND_UNITS                                                                              \
    80000u /* compute units at most of what stands around a swap: budget, token accounts made and \
              closed, wrapping, tip; 69,332 in the worst of 400 */
#define PROTECTED_ROUTE(r) ((r) != route_plain)

void live_init(struct live_state *s, const struct key *wallet, const struct live_rules *rules)
{
    s->wallet = *wallet;
    s->rules = *rules;
    seen_init(s->seen, LIVE_SEEN);
    market_cache_init(&s->cache, wallet, rules->market_cache_markets);
}

/* ---- the stream ---- */

void live_record(struct live_state *s, const struct record *r, struct out *out)
{
    if (r->u.any.ts_ns > s->now_ns) s->now_ns = r->u.any.ts_ns;
    switch (r->id) {
    case REC_trade:
        market_cache_trade(&s->cache, &r->u.trade);
        fill_audit_trade(&s->audit, &r->u.trade);
        break;
    case REC_pool: market_cache_pool(&s->cache, &r->u.pool); break;
    case REC_tip_level: bid_tip_level(&s->levels, &r->u.tip_level); break;
    case REC_fee_level: bid_fee_level(&s->levels, &r->u.fee_level); break;
    case REC_alert: s->sell_only = drift_apply(s->sell_only, &r->u.alert); break;
    case REC_slot:
        if (r->u.slot.slot > s->slot) s->slot = r->u.slot.slot;
        fill_audit_slot(&s->audit, r->u.slot.slot, s->now_ns, &s->schedule, out);
        break;
    default: break;
    }
}

void live_check_accounts(struct live_state *s, struct market *m, const struct venue_account *a,
                         size_t n, struct out *out)
{
    const struct venue_ops *v = venue_of(m->venue.venue);
    struct key keys[MARKET_ACCOUNTS];
    struct rec_alert alert;
    size_t asked = live_market_accounts(m, keys);
    for (size_t i = 0; i < n && i < asked && v; i++) {
        if (!a[i].exists || !address_is(&a[i].owner, v->program) ||
            !drift_account(&s->drift, v->venue, &keys[i], a[i].n, s->slot, s->now_ns, &alert))
            continue;
        s->sell_only |= UINT64_C(1) << v->venue;
        put_alert(out, &alert);
    }
}

/* ---- orders ---- */

void live_forget(struct live_state *s, uint64_t order_id) { seen_remove(s->seen, order_id); }

static enum failure refusal(const struct live_state *s, const struct rec_order *o)
{
    const struct venue_ops *v = venue_of(o->venue);
    if (o->order_id == 0 || seen_has(s->seen, o->order_id)) return failure_duplicate;
    if (!v || !v->accounts) return failure_no_pool;
    if (o->side == side_buy && s->sell_only >> o->venue & 1) return failure_halted;
    return o->amount_raw == 0 ? failure_math : failure_none;
}

struct live_order *live_take(struct live_state *s, const struct rec_order *o, uint32_t cause_src,
                             uint64_t cause_seq, enum failure *why)
{
    *why = refusal(s, o);
    if (*why) return NULL;
    for (size_t i = 0; i < LIVE_ORDERS; i++) {
        struct live_order *x = &s->order[i];
        if (x->stage != LIVE_FREE) continue;
        memset(x, 0, sizeof *x);
        x->order = *o;
        x->cause_src = cause_src;
        x->cause_seq = cause_seq;
        x->stage = LIVE_MARKET;
        x->in_raw = o->amount_raw;
        x->limit_raw = o->limit_raw;
        x->tip_lamports = o->tip_lamports;
        x->priority_lamports = o->priority_fee_lamports;
        seen_add(s->seen, o->order_id);
        s->open++;
        return x;
    }
    *why = failure_capacity;
    return NULL;
}

/* Lamports at stake: what a buy spends, what a sale was worth at the decision. */
static uint64_t worth(const struct live_order *o)
{
    uint64_t v;
    if (o->order.side == side_buy) return o->order.amount_raw;
    return o->order.base_reserve_raw &&
                   muldiv_floor(o->order.amount_raw, o->order.quote_reserve_raw,
                                o->order.base_reserve_raw, &v)
               ? v
               : o->order.limit_raw;
}

static bool before(const struct live_order *a, const struct live_order *b)
{
    bool exit_a = a->order.side == side_sell, exit_b = b->order.side == side_sell;
    if (exit_a != exit_b) return exit_a;
    uint64_t end_a = a->order.expires_slot ? a->order.expires_slot : UINT64_MAX,
             end_b = b->order.expires_slot ? b->order.expires_slot : UINT64_MAX;
    if (end_a != end_b) return end_a < end_b;
    uint64_t worth_a = worth(a), worth_b = worth(b);
    return worth_a != worth_b ? worth_a > worth_b : a->cause_seq < b->cause_seq;
}

struct live_order *live_first(struct live_state *s, uint64_t now_ms)
{
    struct live_order *best = NULL;
    for (size_t i = 0; i < LIVE_ORDERS; i++) {
        struct live_order *o = &s->order[i];
        if (o->stage == LIVE_MARKET && !o->engine && o->next_ms <= now_ms &&
            (!best || before(o, best)))
            best = o;
    }
    return best;
}

void live_free(struct live_state *s, struct live_order *o)
{
    o->stage = LIVE_FREE;
    s->open--;
}

/* ---- the limit at the last moment ---- */

/* A sale of all holdings has no limit of its own: 20 % below the quote, 15 % more with each try. */
static uint64_t halt_limit(const struct live_order *o, uint64_t out_raw)
{
    uint64_t bps = 2000 + 1500 * (uint64_t)o->order.attempt_count;
    uint64_t least = out_raw - (uint64_t)((u128)out_raw * (bps > 9500 ? 9500 : bps) / BPS_ONE);
    return least ? least : 1;
}

/* The reserves moved since the decision. The order keeps its limit, or gets the same distance below
 * the new quote where that is tighter. */
static enum failure fresh_limit(const struct live_order *o, struct venue_market *m, uint64_t *limit,
                                struct amm_swap *now)
{
    const struct venue_ops *v = venue_of(m->venue);
    struct amm_swap then;
    struct amm_pool today = m->pool;
    enum failure bad = v->quote(m, o->order.side, o->order.amount_raw, now);
    if (bad) return bad;
    *limit = o->order.limit_raw;
    if (o->order.reason == order_reason_halt) {
        *limit = halt_limit(o, now->out_raw);
        return failure_none;
    }
    if (now->out_raw < *limit) return failure_slippage;
    if (!o->order.base_reserve_raw || !o->order.quote_reserve_raw) return failure_none;
    m->pool.base_reserve_raw = m->pool.base_real_raw = o->order.base_reserve_raw;
    m->pool.quote_reserve_raw = m->pool.quote_real_raw = o->order.quote_reserve_raw;
    bad = v->quote(m, o->order.side, o->order.amount_raw, &then);
    m->pool = today;
    uint64_t scaled;
    if (!bad && then.out_raw &&
        muldiv_floor(now->out_raw, o->order.limit_raw, then.out_raw, &scaled) && scaled > *limit &&
        scaled <= now->out_raw)
        *limit = scaled;
    return failure_none;
}

/* ---- the message ---- */

static void add_tip(struct plan *p, const struct live_state *s, const struct live_order *o)
{
    if (!PROTECTED_ROUTE(o->route)) return;
    core_transfer(
        p, &s->wallet,
        address_key((enum address)(address_jito_tip_0 + o->order.order_id % JITO_TIP_ACCOUNTS)),
        o->tip_lamports);
    ix_account(&p->ix[p->count - 1], address_key(address_jito_dont_front), 0);
}

/* Does this sale empty the token account? Where a venue trades in lots, a sale of all may not. */
static bool sells_all(const struct live_order *o, const struct market *m)
{
    struct amm_swap s;
    return o->order.side == side_sell && o->in_raw == m->held_raw &&
           !venue_of(o->order.venue)->quote(&m->venue, side_sell, o->in_raw, &s) &&
           s.in_raw == m->held_raw;
}

/* The swap with the accounts around it.
 * by_lot: an order book's ask is in lots, which no message explains to the signer. Closing the
 * wrapped SOL account first makes what is wrapped here the bound of what can be spent. nameless:
 * Raydium v4 and OpenBook name no mint. A restarted signer has lost the wallet's
 * token account and would refuse every exit, so the message creates it (idempotent) in sales too.
 */
static bool add_trade(struct plan *p, const struct live_state *s, const struct live_order *o,
                      struct market *m)
{
    const struct venue_ops *v = venue_of(o->order.venue);
    const struct key *base_program = keyset_get(&m->venue.keys, acct_base_program, side_buy),
                     *wsol = keyset_get(&m->venue.keys, acct_user_quote, side_buy),
                     *token = address_key(address_token);
    bool buy = o->order.side == side_buy;
    if (!v->native)
        core_create_token_account(p, &s->wallet, wsol, &s->wallet, address_key(address_native_mint),
                                  token);
    if (buy && m->venue.by_lot) {
        core_close_token_account(p, token, wsol, &s->wallet, &s->wallet);
        core_create_token_account(p, &s->wallet, wsol, &s->wallet, address_key(address_native_mint),
                                  token);
    }
    if (!v->native && buy) {
        core_transfer(p, &s->wallet, wsol, o->in_raw);
        core_sync_native(p, wsol);
    }
    if (buy || v->nameless)
        core_create_token_account(p, &s->wallet, &m->account, &s->wallet, &o->order.mint,
                                  base_program);
    if (v->build(&m->venue, o->order.side, o->in_raw, o->limit_raw, p)) return false;
    if (!v->native) core_close_token_account(p, token, wsol, &s->wallet, &s->wallet);
    if (sells_all(o, m))
        core_close_token_account(p, base_program, &m->account, &s->wallet,
                                 &s->wallet); /* its rent comes back */
    return true;
}

static enum failure build_message(const struct live_state *s, struct live_order *o,
                                  struct market *m)
{
    struct plan p;
    uint8_t message[TX_V1_BYTES_MAX];
    size_t n;
    uint64_t price;
    p.count = 0;
    p.payer = s->wallet;
    p.blockhash = s->blockhash;
    if (key_is_none(&s->blockhash)) return failure_congestion;
    if (!muldiv_floor(o->priority_lamports, 1000000, o->units, &price)) return failure_math;
    core_compute_limit(&p, o->units);
    core_compute_price(&p, price);
    if (!add_trade(&p, s, o, m)) return failure_math;
    add_tip(&p, s, o);
    if (plan_build(&p, BUILD_LEGACY, NULL, 0, message, &n)) return failure_math;
    memset(o->wire, 0, 65);
    o->wire[0] = 1;
    memcpy(o->wire + 65, message, n);
    o->wire_n = (uint16_t)(n + 65);
    o->last_valid_height = s->last_valid_height;
    return failure_none;
}

/* Can the wallet pay? A buy costs, beyond its amount, tip, fees, the rent of two accounts, and the
 * reserve for exits. The first trade of a coin or pool also pays rents that no document lists: the
 * creator's vault (890,880 lamports on the curve, a wSOL account on PumpSwap), and the wallet's
 * first trade its volume account; venues put them into rent_lamports. */
static bool can_pay(const struct live_state *s, const struct live_order *o, const struct market *m)
{
    uint64_t need = SIGNATURE_LAMPORTS + RENT_LAMPORTS(0);
    if (!add_u64(need, m->venue.rent_lamports, &need) || !add_u64(need, o->tip_lamports, &need) ||
        !add_u64(need, o->priority_lamports, &need))
        return false;
    if (o->order.side != side_buy) return m->lamports >= need && m->held_raw >= o->in_raw;
    if (!add_u64(need, o->in_raw, &need) || !add_u64(need, 2 * RENT_LAMPORTS(200), &need) ||
        !add_u64(need, s->rules.fee_reserve_lamports, &need))
        return false;
    return m->lamports >= need;
}

/* ---- route and build ---- */

/* Where the venue's maths is unknown, assume that a sandwich pays. */
static bool sandwich_pays(const struct live_state *s, const struct live_order *o,
                          const struct market *m, uint64_t limit, uint64_t out_raw)
{
    if (!sandwich_guard_knows(o->order.venue)) return true;
    return sandwich_guard_loss(&m->venue, o->order.side, o->order.amount_raw, limit) >
           (uint64_t)((u128)out_raw * s->rules.mev.max_loss_bps / BPS_ONE);
}

static uint8_t choose_route(const struct live_state *s, const struct live_order *o,
                            const struct market *m, uint64_t limit, uint64_t out_raw)
{
    if (s->rules.route != route_auto) return s->rules.route;
    return s->rules.protect || sandwich_pays(s, o, m, limit, out_raw) ? route_bundle : route_plain;
}

/* Set the compute limit: the configured one, or more where the swap needs more. False: more than a
 * transaction may have. */
static bool set_units(const struct live_rules *r, struct live_order *o, const struct amm_swap *swap)
{
    uint32_t need = swap->compute_units ? swap->compute_units + AROUND_UNITS : 0;
    o->units = need > r->units ? need : r->units;
    return o->units <= TX_COMPUTE_MAX;
}

/* Quote, offer, protect. */
static enum live_next prepare(struct live_state *s, struct live_order *o, struct market *m,
                              uint64_t now_ms, enum failure *why)
{
    uint64_t limit = 0;
    struct sandwich_guard_plan plan;
    struct amm_swap swap;
    if ((*why = fresh_limit(o, &m->venue, &limit, &swap))) return LIVE_REFUSED;
    if (!set_units(&s->rules, o, &swap)) {
        *why = failure_capacity;
        return LIVE_REFUSED;
    }
    o->route = choose_route(s, o, m, limit, swap.out_raw);
    o->tip_lamports = PROTECTED_ROUTE(o->route)
                          ? bid_tip(&s->rules.fees, &s->levels, o->order.tip_lamports,
                                    o->order.side == side_buy ? o->order.amount_raw : swap.out_raw)
                          : 0;
    o->priority_lamports =
        bid_priority(&s->rules.fees, &s->levels, o->order.priority_fee_lamports, o->units);
    sandwich_guard_decide(
        &s->rules.mev, &s->schedule, &m->venue,
        &(struct sandwich_guard_order){o->order.side, PROTECTED_ROUTE(o->route),
                                       o->order.amount_raw, limit, s->slot, o->order.expires_slot,
                                       o->waiting_since_slot ? o->waiting_since_slot : s->slot},
        &plan);
    if (plan.action == SANDWICH_GUARD_SKIP) {
        *why = failure_mev;
        return LIVE_REFUSED;
    }
    if (plan.action == SANDWICH_GUARD_DELAY) {
        if (!o->waiting_since_slot) o->waiting_since_slot = s->slot;
        o->engine = 0;
        o->next_ms = now_ms + SLOT_MS / 2;
        return LIVE_WAIT;
    }
    o->in_raw = plan.in_raw;
    o->limit_raw = plan.limit_raw;
    return LIVE_BUILT;
}

static enum live_next build(struct live_state *s, struct live_order *o, struct market *m,
                            uint64_t now_ms, enum failure *why)
{
    enum live_next next = prepare(s, o, m, now_ms, why);
    if (next != LIVE_BUILT) return next;
    *why = can_pay(s, o, m) ? build_message(s, o, m) : failure_funds;
    if (*why) return LIVE_REFUSED;
    o->stage = LIVE_SIGN;
    return LIVE_BUILT;
}

/* Lamports that buys in flight may still take out of the wallet. */
static uint64_t promised(const struct live_state *s)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < LIVE_ORDERS; i++) {
        const struct live_order *o = &s->order[i];
        if (o->stage >= LIVE_SIGN && o->order.side == side_buy)
            sum = add_sat_u64(sum, add_sat_u64(o->in_raw, o->tip_lamports));
    }
    return sum;
}

bool live_build_cached(struct live_state *s, struct live_order *o, uint64_t now_s, uint64_t now_ms,
                       enum live_next *next)
{
    const struct market *kept =
        o->uncached || !s->lamports
            ? NULL
            : market_cache_get(&s->cache, o->order.venue, &o->order.mint, &o->order.pool);
    struct market *m = live_market(s, o);
    enum failure why;
    if (!kept) return false;
    *m = *kept;
    m->venue.now_s = now_s;
    m->venue.slot = s->slot;
    m->lamports = sub_sat_u64(s->lamports, promised(s));
    *next = build(s, o, m, now_ms, &why);
    if (*next != LIVE_REFUSED) return true;
    o->uncached = true; /* nothing is refused on cached data alone */
    return false;
}

bool live_begin(struct live_state *s, struct live_order *o)
{
    return live_market_begin(live_market(s, o), o->order.venue, &s->wallet, &o->order.mint,
                             &o->order.pool);
}

enum live_next live_read(struct live_state *s, struct live_order *o, const struct venue_account *a,
                         size_t n, uint64_t now_s, uint64_t now_ms, enum failure *why)
{
    struct market *m = live_market(s, o);
    bool more;
    *why = live_market_read(m, a, n, now_s, s->slot, &more);
    if (*why) return LIVE_REFUSED;
    return more ? LIVE_MORE : build(s, o, m, now_ms, why);
}

void live_sign(struct live_order *o, const struct sig *sig)
{
    o->signature = *sig;
    memcpy(o->wire + 1, sig->b, 64);
    o->stage = LIVE_JOURNAL;
}

bool live_may_send(const struct live_state *s, const struct live_order *o)
{
    return o->stage == LIVE_SENT && o->wire_n && s->height <= o->last_valid_height &&
           (o->order.expires_slot == 0 || s->slot <= o->order.expires_slot);
}

bool live_expired(struct live_order *o, uint64_t height)
{
    if (height <= o->last_valid_height) {
        o->past_end = 0;
        return false;
    }
    return ++o->past_end >=
           2; /* the second status was requested after the height: no lagging node decides */
}

/* ---- what became of it ---- */

static enum failure failure_of(const struct live_order *o, uint32_t custom)
{
    const struct venue_ops *v = venue_of(o->order.venue);
    enum failure f = venue_failure(v, custom);
    return f == failure_congestion && custom == 1
               ? failure_funds
               : f; /* 1 is a token or system program's, unless the venue names it */
}

/* The parts of the price, as in the paper venue: a buy's quote is naive + impact + latency, a
 * sale's is naive less these. Impact is the cost of our size on the pool of the decision. Latency
 * is the market's movement until landing, and any transaction before ours. */
static void explain_price(const struct live_order *o, struct rec_fill *f)
{
    struct amm_pool p = {.venue = o->order.venue,
                         .base_reserve_raw = o->order.base_reserve_raw,
                         .quote_reserve_raw = o->order.quote_reserve_raw,
                         .base_real_raw = o->order.base_reserve_raw,
                         .quote_real_raw = o->order.quote_reserve_raw};
    struct amm_swap then;
    bool buy = f->side == side_buy;
    uint64_t naive;
    f->naive_lamports = f->quote_lamports; /* an order without a price: a sale of all holdings */
    if (!p.base_reserve_raw ||
        !muldiv_floor(f->base_raw, p.quote_reserve_raw, p.base_reserve_raw, &naive))
        return;
    f->naive_lamports = naive;
    int64_t actual = clamp_i64_from_u64(f->quote_lamports), first = clamp_i64_from_u64(naive),
            decided = actual;
    struct amm_fees fees = amm_fees_at(&p, f->ts_ns);
    if ((buy ? amm_buy_out(&p, fees, f->base_raw, &then)
             : amm_sell_in(&p, fees, f->base_raw, &then)) == failure_none)
        decided = clamp_i64_from_u64(then.quote_raw);
    f->impact_cost_lamports = buy ? decided - first : first - decided;
    f->latency_cost_lamports = buy ? actual - decided : decided - actual;
}

static void amounts(const struct live_order *o, const struct live_result *r, struct rec_fill *f)
{
    f->base_raw = r->event.base_raw;
    f->quote_lamports = r->event.quote_raw;
    f->lp_fee_lamports = r->event.lp_fee_raw;
    f->protocol_fee_lamports = r->event.protocol_fee_raw;
    f->creator_fee_lamports = r->event.creator_fee_raw;
    f->base_reserve_raw = r->event.base_reserve_raw;
    f->quote_reserve_raw = r->event.quote_reserve_raw;
    explain_price(o, f);
}

void live_fill(const struct live_state *s, const struct live_order *o, const struct live_result *r,
               struct rec_fill *f)
{
    const struct rec_order *d = &o->order;
    memset(f, 0, sizeof *f);
    *f = (struct rec_fill){.ts_ns = r->time_s * NS_PER_S,
                           .cause_src = o->cause_src,
                           .cause_seq = o->cause_seq,
                           .slot = r->slot,
                           .sent_slot = d->slot,
                           .order_id = d->order_id,
                           .position_id = d->position_id,
                           .mint = d->mint,
                           .pool = d->pool,
                           .venue = d->venue,
                           .side = d->side,
                           .reason = d->reason,
                           .status = r->failed ? order_status_failed : order_status_landed};
    memcpy(f->strategy, d->strategy, sizeof f->strategy);
    if (s->now_ns > f->ts_ns) f->ts_ns = s->now_ns;
    if (r->failed) f->failure = failure_of(o, r->custom);
    f->network_fee_lamports =
        r->fee_lamports < SIGNATURE_LAMPORTS ? r->fee_lamports : SIGNATURE_LAMPORTS;
    f->priority_fee_lamports = r->fee_lamports - f->network_fee_lamports;
    if (!r->failed && PROTECTED_ROUTE(o->route)) f->tip_lamports = o->tip_lamports;
    if (!r->failed && r->has_event) amounts(o, r, f);
    f->cash_delta_lamports = (int64_t)(r->post_lamports - r->pre_lamports);
    /* Any other change of the wallet is rent: of token accounts, of our volume account, of a
     * creator's vault. */
    i128 sign = d->side == side_buy ? -1 : 1,
         known = sign * (i128)f->quote_lamports - (i128)f->lp_fee_lamports -
                 f->protocol_fee_lamports - f->creator_fee_lamports - f->network_fee_lamports -
                 f->priority_fee_lamports - f->tip_lamports;
    i128 rent = known - f->cash_delta_lamports;
    if (rent > 0 && rent <= INT64_MAX) f->rent_paid_lamports = (uint64_t)rent;
    if (rent < 0 && rent >= -(i128)INT64_MAX) f->rent_refund_lamports = (uint64_t)-rent;
}
