/* live.c - see live.h. What is particular to a venue is in common/venue. */
#include "execute/live.h"

#include <string.h>

#include "common/base/num.h"
#include "common/sol/core.h"
#include "common/sol/pda.h"

void live_init(struct live_state *s, const struct key *wallet, const struct live_rules *rules)
{
    s->wallet = *wallet;
    s->rules = *rules;
}

bool live_knows(const struct live_state *s, uint64_t order_id)
{
    for (size_t i = 0; i < LIVE_SEEN && i < s->seen_next; i++)
        if (s->seen[i] == order_id) return true;
    return false;
}

void live_remember(struct live_state *s, uint64_t order_id) { s->seen[s->seen_next++ % LIVE_SEEN] = order_id; }

void live_forget(struct live_state *s, uint64_t order_id)
{
    for (size_t i = 0; i < LIVE_SEEN && i < s->seen_next; i++)
        if (s->seen[i] == order_id) s->seen[i] = 0; /* no order has the id 0 */
}

struct live_order *live_take(struct live_state *s, const struct rec_order *o, uint32_t cause_src, uint64_t cause_seq, enum failure *why)
{
    *why = failure_none;
    if (o->order_id == 0 || live_knows(s, o->order_id)) *why = failure_duplicate;
    else if (!venue_of(o->venue) || !venue_of(o->venue)->accounts) *why = failure_no_pool;
    else if (o->amount_raw == 0) *why = failure_math;
    if (*why) return NULL;
    for (size_t i = 0; i < LIVE_ORDERS; i++) {
        struct live_order *x = &s->order[i];
        if (x->stage != LIVE_FREE) continue;
        memset(x, 0, sizeof *x);
        x->order = *o, x->cause_src = cause_src, x->cause_seq = cause_seq, x->stage = LIVE_MARKET;
        live_remember(s, o->order_id);
        s->open++;
        return x;
    }
    *why = failure_capacity;
    return NULL;
}

static bool before(const struct live_order *a, const struct live_order *b)
{
    bool exit_a = a->order.side == side_sell, exit_b = b->order.side == side_sell;
    if (exit_a != exit_b) return exit_a;
    uint64_t end_a = a->order.expires_slot ? a->order.expires_slot : UINT64_MAX, end_b = b->order.expires_slot ? b->order.expires_slot : UINT64_MAX;
    return end_a != end_b ? end_a < end_b : a->cause_seq < b->cause_seq;
}

struct live_order *live_first(struct live_state *s)
{
    struct live_order *best = NULL;
    for (size_t i = 0; i < LIVE_ORDERS; i++) {
        struct live_order *o = &s->order[i];
        if (o->stage == LIVE_MARKET && !o->engine && (!best || before(o, best))) best = o;
    }
    return best;
}

void live_free(struct live_state *s, struct live_order *o)
{
    o->stage = LIVE_FREE;
    s->open--;
}

/* ---- the market ---- */

enum { ACC_MINT, ACC_TOKENS, ACC_TOKENS_2022, ACC_WALLET, ACC_HEAD };

static struct live_market *market_of(struct live_state *s, const struct live_order *o) { return &s->market[o - s->order]; }

/* The first round reads the mint, the wallet and its tokens too. */
static bool begin(struct live_state *s, struct live_order *o, struct live_market *m, struct key k[LIVE_ACCOUNTS])
{
    const struct key *mint = &o->order.mint;
    memset(m, 0, sizeof *m);
    venue_begin(&m->venue, o->order.venue, &s->wallet, mint, &o->order.pool);
    if (!pda_token_account(&s->wallet, address_key(address_token), mint, &m->account) || !pda_token_account(&s->wallet, address_key(address_token_2022), mint, &m->account_2022)) return false;
    k[ACC_MINT] = *mint, k[ACC_TOKENS] = m->account, k[ACC_TOKENS_2022] = m->account_2022, k[ACC_WALLET] = s->wallet;
    return true;
}

size_t live_accounts(struct live_state *s, struct live_order *o, struct key k[LIVE_ACCOUNTS])
{
    struct live_market *m = market_of(s, o);
    const struct venue_ops *v = venue_of(o->order.venue);
    size_t head = o->round == 0 ? ACC_HEAD : 0;
    if (head && !begin(s, o, m, k)) return 0;
    size_t n = v->accounts(&m->venue, o->round, k + head);
    return n ? head + n : 0;
}

/* Token program, mint, our own account. */
static enum failure read_head(struct live_market *m, const struct venue_account *a)
{
    struct token_account own;
    bool is_2022 = venue_account_is(&a[ACC_MINT], address_token_2022, TOKEN_MINT_BYTES);
    if ((!is_2022 && !venue_account_is(&a[ACC_MINT], address_token, TOKEN_MINT_BYTES)) || token_mint_read(a[ACC_MINT].data, a[ACC_MINT].n, &m->venue.mint)) return failure_no_pool;
    const struct venue_account *t = &a[is_2022 ? ACC_TOKENS_2022 : ACC_TOKENS];
    if (is_2022) m->account = m->account_2022;
    m->lamports = a[ACC_WALLET].lamports;
    if (t->exists && token_account_read(t->data, t->n, &own) == NULL) m->held_raw = own.amount_raw;
    keyset_set(&m->venue.keys, part_base_program, &a[ACC_MINT].owner);
    keyset_set(&m->venue.keys, part_user_base, &m->account);
    return failure_none;
}

/* ---- the limit at the last moment ---- */

/* The order was decided on reserves that have moved. It keeps its limit, or gets the same room below today's quote where that is
 * tighter. */
static enum failure fresh_limit(const struct live_order *o, struct venue_market *m, uint64_t *limit)
{
    const struct venue_ops *v = venue_of(m->venue);
    struct amm_swap now, then;
    struct amm_pool today = m->pool;
    enum failure bad = v->quote(m, o->order.side, o->order.amount_raw, &now);
    if (bad) return bad;
    *limit = o->order.limit_raw;
    if (now.out_raw < *limit) return failure_slippage;
    if (!o->order.base_reserve_raw || !o->order.quote_reserve_raw) return failure_none;
    m->pool.base_reserve_raw = m->pool.base_real_raw = o->order.base_reserve_raw, m->pool.quote_reserve_raw = m->pool.quote_real_raw = o->order.quote_reserve_raw;
    bad = v->quote(m, o->order.side, o->order.amount_raw, &then);
    m->pool = today;
    uint64_t scaled;
    if (!bad && then.out_raw && muldiv_floor(now.out_raw, o->order.limit_raw, then.out_raw, &scaled) && scaled > *limit && scaled <= now.out_raw) *limit = scaled;
    return failure_none;
}

/* ---- the message ---- */

static void add_tip(struct plan *p, const struct live_state *s, const struct live_order *o)
{
    if (!s->rules.bundle || !o->order.tip_lamports) return;
    core_transfer(p, &s->wallet, address_key((enum address)(address_jito_tip_0 + o->order.order_id % JITO_TIP_ACCOUNTS)), o->order.tip_lamports);
    ix_account(&p->ix[p->count - 1], address_key(address_jito_dont_front), 0);
}

static bool add_trade(struct plan *p, const struct live_state *s, const struct live_order *o, struct live_market *m, uint64_t limit)
{
    const struct venue_ops *v = venue_of(o->order.venue);
    const struct key *base_program = keyset_get(&m->venue.keys, part_base_program, side_buy), *wsol = keyset_get(&m->venue.keys, part_user_quote, side_buy), *token = address_key(address_token);
    bool buy = o->order.side == side_buy;
    if (!v->native) core_create_token_account(p, &s->wallet, wsol, &s->wallet, address_key(address_native_mint), token);
    if (!v->native && buy) core_transfer(p, &s->wallet, wsol, o->order.amount_raw), core_sync_native(p, wsol);
    if (buy) core_create_token_account(p, &s->wallet, &m->account, &s->wallet, &o->order.mint, base_program);
    if (v->build(&m->venue, o->order.side, o->order.amount_raw, limit, p)) return false;
    if (!v->native) core_close_token_account(p, token, wsol, &s->wallet, &s->wallet);
    if (!buy && o->order.amount_raw == m->held_raw) core_close_token_account(p, base_program, &m->account, &s->wallet, &s->wallet); /* its rent comes back */
    return true;
}

static enum failure build_message(struct live_state *s, struct live_order *o, struct live_market *m, uint64_t limit)
{
    static const struct key none;
    struct plan p;
    uint8_t message[TX_V1_BYTES_MAX];
    size_t n;
    uint64_t price;
    p.count = 0;
    p.payer = s->wallet, p.blockhash = s->blockhash;
    if (memcmp(&s->blockhash, &none, 32) == 0) return failure_congestion;
    if (!muldiv_floor(o->order.priority_fee_lamports, 1000000, s->rules.units, &price)) return failure_math;
    core_compute_limit(&p, s->rules.units);
    core_compute_price(&p, price);
    if (!add_trade(&p, s, o, m, limit)) return failure_math;
    add_tip(&p, s, o);
    if (plan_build(&p, BUILD_LEGACY, NULL, 0, message, &n)) return failure_math;
    memset(o->wire, 0, 65);
    o->wire[0] = 1;
    memcpy(o->wire + 65, message, n);
    o->wire_n = (uint16_t)(n + 65);
    o->last_valid_height = s->last_valid_height;
    return failure_none;
}

/* What a buy may cost beyond its amount: tip, fees, rents of two accounts, and what the wallet keeps for exits. */
static bool can_pay(const struct live_state *s, const struct live_order *o, const struct live_market *m)
{
    uint64_t need = SIGNATURE_LAMPORTS + RENT_LAMPORTS(0);
    if (!add_u64(need, o->order.tip_lamports, &need) || !add_u64(need, o->order.priority_fee_lamports, &need)) return false;
    if (o->order.side != side_buy) return m->lamports >= need && m->held_raw >= o->order.amount_raw;
    if (!add_u64(need, o->order.amount_raw, &need) || !add_u64(need, 2 * RENT_LAMPORTS(200), &need) || !add_u64(need, s->rules.fee_reserve_lamports, &need)) return false;
    return m->lamports >= need;
}

static enum failure build(struct live_state *s, struct live_order *o, struct live_market *m)
{
    uint64_t limit = 0;
    enum failure bad = can_pay(s, o, m) ? fresh_limit(o, &m->venue, &limit) : failure_funds;
    if (!bad) bad = build_message(s, o, m, limit);
    if (!bad) o->stage = LIVE_SIGN;
    return bad;
}

enum failure live_read(struct live_state *s, struct live_order *o, const struct venue_account *a, size_t n, uint64_t now_s, bool *more)
{
    struct live_market *m = market_of(s, o);
    const struct venue_ops *v = venue_of(o->order.venue);
    struct key next[VENUE_ACCOUNTS];
    size_t head = o->round == 0 ? ACC_HEAD : 0;
    *more = false;
    if (n < head) return failure_no_pool;
    m->venue.now_s = now_s, m->venue.slot = s->slot, m->venue.epoch = s->slot / 432000;
    enum failure bad = head ? read_head(m, a) : failure_none;
    if (!bad) bad = v->read(&m->venue, o->round, a + head, n - head);
    if (bad) return bad;
    *more = o->round + 1u < VENUE_ROUNDS && v->accounts(&m->venue, o->round + 1u, next) > 0;
    return *more ? (o->round++, failure_none) : build(s, o, m);
}

void live_sign(struct live_order *o, const struct sig *sig)
{
    o->signature = *sig;
    memcpy(o->wire + 1, sig->b, 64);
    o->stage = LIVE_JOURNAL;
}

bool live_may_send(const struct live_state *s, const struct live_order *o)
{
    return o->stage == LIVE_SENT && o->wire_n && s->height <= o->last_valid_height && (o->order.expires_slot == 0 || s->slot <= o->order.expires_slot);
}

bool live_expired(struct live_order *o, uint64_t height)
{
    if (height <= o->last_valid_height) { o->past_end = 0; return false; }
    return ++o->past_end >= 2; /* asked again after the height was seen, so that no node that lags decides */
}

/* ---- what became of it ---- */

static enum failure failure_of(const struct live_order *o, uint32_t custom)
{
    const struct venue_ops *v = venue_of(o->order.venue);
    return custom == 1 ? failure_funds : v && v->failure ? v->failure(custom) : failure_congestion;
}

static void amounts(const struct live_order *o, const struct live_result *r, struct rec_fill *f)
{
    f->base_raw = r->event.base_raw, f->quote_lamports = r->event.quote_raw;
    f->lp_fee_lamports = r->event.lp_fee_raw, f->protocol_fee_lamports = r->event.protocol_fee_raw, f->creator_fee_lamports = r->event.creator_fee_raw;
    f->base_reserve_raw = r->event.base_reserve_raw, f->quote_reserve_raw = r->event.quote_reserve_raw;
    uint64_t naive = 0;
    if (o->order.base_reserve_raw && muldiv_floor(f->base_raw, o->order.quote_reserve_raw, o->order.base_reserve_raw, &naive)) f->naive_lamports = naive;
}

void live_fill(const struct live_state *s, const struct live_order *o, const struct live_result *r, struct rec_fill *f)
{
    const struct rec_order *d = &o->order;
    memset(f, 0, sizeof *f);
    *f = (struct rec_fill){.ts_ns = r->time_s * NS_PER_S, .cause_src = o->cause_src, .cause_seq = o->cause_seq, .slot = r->slot, .sent_slot = d->slot, .order_id = d->order_id, .position_id = d->position_id,
                           .mint = d->mint, .pool = d->pool, .venue = d->venue, .side = d->side, .reason = d->reason, .status = r->failed ? order_status_failed : order_status_landed};
    memcpy(f->strategy, d->strategy, sizeof f->strategy);
    if (s->now_ns > f->ts_ns) f->ts_ns = s->now_ns;
    if (r->failed) f->failure = failure_of(o, r->custom);
    f->network_fee_lamports = r->fee_lamports < SIGNATURE_LAMPORTS ? r->fee_lamports : SIGNATURE_LAMPORTS;
    f->priority_fee_lamports = r->fee_lamports - f->network_fee_lamports;
    if (!r->failed && s->rules.bundle) f->tip_lamports = d->tip_lamports;
    if (!r->failed && r->has_event) amounts(o, r, f);
    f->cash_delta_lamports = (int64_t)(r->post_lamports - r->pre_lamports);
    /* Whatever else the wallet paid or got is rent: of token accounts, of our volume account, of a creator's vault. */
    i128 sign = d->side == side_buy ? -1 : 1, known = sign * (i128)f->quote_lamports - (i128)f->lp_fee_lamports - f->protocol_fee_lamports - f->creator_fee_lamports - f->network_fee_lamports - f->priority_fee_lamports - f->tip_lamports;
    i128 rent = known - f->cash_delta_lamports;
    if (rent > 0 && rent <= INT64_MAX) f->rent_paid_lamports = (uint64_t)rent;
    if (rent < 0 && rent >= -(i128)INT64_MAX) f->rent_refund_lamports = (uint64_t)-rent;
}
