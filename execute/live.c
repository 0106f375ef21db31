/* live.c - see live.h. Account layouts: facts of the pump.fun and PumpSwap programs; see common/venue. */
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
    else if (o->venue != venue_pump && o->venue != venue_pumpswap) *why = failure_no_pool;
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

enum { ACC_POOL, ACC_MINT, ACC_CONFIG, ACC_ATA, ACC_ATA_2022, ACC_WALLET, ACC_BASE, ACC_BASE_2022, ACC_QUOTE };

static bool derive_pool(const struct rec_order *o, struct key *pool)
{
    static const struct key none;
    struct key authority;
    struct pda_seed a[] = {{"pool-authority", 14}, {o->mint.b, 32}}, p[] = {{"pool\0\0", 6}, {authority.b, 32}, {o->mint.b, 32}, {address_key(address_native_mint)->b, 32}};
    if (memcmp(&o->pool, &none, 32) != 0) { *pool = o->pool; return true; }
    return pda_find(a, 2, address_key(address_pump), &authority, NULL) && pda_find(p, 4, address_key(address_pump_swap), pool, NULL);
}

size_t live_accounts(const struct live_state *s, const struct live_order *o, struct key k[LIVE_ACCOUNTS])
{
    const struct key *token = address_key(address_token), *token_2022 = address_key(address_token_2022), *mint = &o->order.mint;
    bool good = pda_token_account(&s->wallet, token, mint, &k[ACC_ATA]) && pda_token_account(&s->wallet, token_2022, mint, &k[ACC_ATA_2022]);
    k[ACC_MINT] = *mint, k[ACC_WALLET] = s->wallet;
    if (o->order.venue == venue_pump) {
        struct pda_seed seeds[] = {{"bonding-curve", 13}, {mint->b, 32}};
        k[ACC_CONFIG] = *address_key(address_pump_global);
        return good && pda_find(seeds, 2, address_key(address_pump), &k[ACC_POOL], NULL) ? ACC_WALLET + 1 : 0;
    }
    k[ACC_CONFIG] = *address_key(address_pump_swap_config);
    good = good && derive_pool(&o->order, &k[ACC_POOL]);
    good = good && pda_token_account(&k[ACC_POOL], token, mint, &k[ACC_BASE]) && pda_token_account(&k[ACC_POOL], token_2022, mint, &k[ACC_BASE_2022]) && pda_token_account(&k[ACC_POOL], token, address_key(address_native_mint), &k[ACC_QUOTE]);
    return good ? LIVE_ACCOUNTS : 0;
}

struct market { struct amm_pool pool; struct keyset keys; struct key ata; uint64_t held_raw, lamports; };

static void give(struct market *m, enum part part, const uint8_t *key)
{
    struct key k;
    memcpy(k.b, key, 32);
    keyset_set(&m->keys, part, &k);
}

/* Token program, supply, our own account. */
static enum failure read_mint(const struct live_state *s, const struct live_order *o, const struct live_account *a, struct market *m)
{
    struct token_mint mint;
    struct token_account own;
    bool is_2022 = a[ACC_MINT].exists && address_is(&a[ACC_MINT].owner, address_token_2022);
    if (!a[ACC_MINT].exists || (!is_2022 && !address_is(&a[ACC_MINT].owner, address_token)) || token_mint_read(a[ACC_MINT].data, a[ACC_MINT].n, &mint)) return failure_no_pool;
    const struct live_account *t = &a[is_2022 ? ACC_ATA_2022 : ACC_ATA];
    m->pool.supply_raw = mint.supply_raw;
    m->lamports = a[ACC_WALLET].lamports;
    if (t->exists && token_account_read(t->data, t->n, &own) == NULL) m->held_raw = own.amount_raw;
    keyset_set(&m->keys, part_user, &s->wallet);
    keyset_set(&m->keys, part_base_mint, &o->order.mint);
    keyset_set(&m->keys, part_base_program, &a[ACC_MINT].owner);
    keyset_set(&m->keys, part_quote_mint, address_key(address_native_mint));
    keyset_set(&m->keys, part_quote_program, address_key(address_token));
    m->ata = *keyset_get(&m->keys, part_user_base, side_buy);
    return failure_none;
}

static enum failure read_curve(const struct live_account *a, struct market *m)
{
    const struct live_account *c = &a[ACC_POOL], *g = &a[ACC_CONFIG];
    if (!c->exists || !address_is(&c->owner, address_pump) || c->n < 49 || !g->exists || g->n < 1005) return failure_no_pool;
    m->pool.venue = venue_pump;
    m->pool.base_reserve_raw = load_u64(c->data + 8), m->pool.quote_reserve_raw = load_u64(c->data + 16);
    m->pool.base_real_raw = load_u64(c->data + 24), m->pool.quote_real_raw = load_u64(c->data + 32);
    m->pool.complete = c->data[48] != 0;
    static const uint8_t none[32];
    const uint8_t *creator = c->n >= 81 ? c->data + 49 : none;
    m->pool.has_creator = memcmp(creator, none, 32) != 0;
    m->pool.mayhem = c->n > 81 && c->data[81];
    if (c->n > 82 && c->data[82]) m->keys.pool_is |= POOL_cashback;
    if (c->n >= 115 && memcmp(c->data + 83, none, 32) != 0) return failure_no_pool; /* paid in something else than SOL */
    give(m, part_creator, creator);
    give(m, part_fee_recipient, g->data + (m->pool.mayhem ? 483 : 41));
    give(m, part_buyback_recipient, g->data + 741);
    return m->pool.complete ? failure_completed : failure_none;
}

static enum failure read_pool(const struct live_account *a, struct market *m)
{
    const struct live_account *p = &a[ACC_POOL], *g = &a[ACC_CONFIG];
    if (!p->exists || !address_is(&p->owner, address_pump_swap) || p->n < 211 || !g->exists || g->n < 899) return failure_no_pool;
    bool is_2022 = address_is(keyset_get(&m->keys, part_base_program, side_buy), address_token_2022);
    struct token_account base, quote;
    const struct live_account *b = &a[is_2022 ? ACC_BASE_2022 : ACC_BASE], *q = &a[ACC_QUOTE];
    if (!b->exists || !q->exists || token_account_read(b->data, b->n, &base) || token_account_read(q->data, q->n, &quote)) return failure_no_pool;
    static const uint8_t none[32];
    const uint8_t *creator = p->n >= 243 ? p->data + 211 : none;
    i128 boost = 0;
    if (p->n >= 261) memcpy(&boost, p->data + 245, 16);
    i128 priced = (i128)quote.amount_raw + boost;
    if (priced <= 0 || priced > UINT64_MAX) return failure_math;
    m->pool.venue = venue_pumpswap;
    m->pool.base_reserve_raw = m->pool.base_real_raw = base.amount_raw;
    m->pool.quote_reserve_raw = (uint64_t)priced, m->pool.quote_real_raw = quote.amount_raw;
    m->pool.has_creator = memcmp(creator, none, 32) != 0;
    m->pool.mayhem = p->n > 243 && p->data[243];
    m->keys.pool_is = (uint8_t)((p->n > 244 && p->data[244] ? POOL_cashback : 0) | (m->pool.has_creator ? POOL_has_creator : 0));
    give(m, part_base_vault, p->data + 139), give(m, part_quote_vault, p->data + 171), give(m, part_creator, creator);
    give(m, part_fee_recipient, g->data + (m->pool.mayhem ? 385 : 57)), give(m, part_buyback_recipient, g->data + 643);
    return failure_none;
}

/* ---- the limit at the last moment ---- */

/* The order was decided on reserves that have moved. It keeps its limit, or gets the same room below today's quote where that is
 * tighter. */
static enum failure fresh_limit(const struct live_order *o, const struct market *m, uint64_t *limit)
{
    struct amm_swap now, then;
    struct amm_pool at_decision = m->pool;
    struct amm_fees f = amm_fees_at(&m->pool, o->order.ts_ns);
    bool buy = o->order.side == side_buy;
    enum failure bad = buy ? amm_buy_in(&m->pool, f, o->order.amount_raw, &now) : amm_sell_in(&m->pool, f, o->order.amount_raw, &now);
    if (bad) return bad;
    *limit = o->order.limit_raw;
    if (now.out_raw < *limit) return failure_slippage;
    at_decision.base_reserve_raw = o->order.base_reserve_raw, at_decision.quote_reserve_raw = o->order.quote_reserve_raw;
    at_decision.base_real_raw = at_decision.base_reserve_raw, at_decision.quote_real_raw = at_decision.quote_reserve_raw;
    if (!o->order.base_reserve_raw || !o->order.quote_reserve_raw) return failure_none;
    bad = buy ? amm_buy_in(&at_decision, f, o->order.amount_raw, &then) : amm_sell_in(&at_decision, f, o->order.amount_raw, &then);
    uint64_t scaled;
    if (!bad && then.out_raw && muldiv_floor(now.out_raw, o->order.limit_raw, then.out_raw, &scaled) && scaled > *limit && scaled <= now.out_raw) *limit = scaled;
    return failure_none;
}

/* ---- the message ---- */

static void add_swap(struct plan *p, struct market *m, enum layout_id id, uint8_t side, uint64_t a, uint64_t b, bool *good)
{
    struct ix *x = plan_add(p, address_key(address_system));
    if (layout_write(id, &m->keys, side, a, b, x)) *good = false;
}

static void add_tip(struct plan *p, const struct live_state *s, const struct live_order *o)
{
    if (!s->rules.bundle || !o->order.tip_lamports) return;
    core_transfer(p, &s->wallet, address_key((enum address)(address_jito_tip_0 + o->order.order_id % JITO_TIP_ACCOUNTS)), o->order.tip_lamports);
    ix_account(&p->ix[p->count - 1], address_key(address_jito_dont_front), 0);
}

static bool add_trade(struct plan *p, const struct live_state *s, const struct live_order *o, struct market *m, uint64_t limit)
{
    const struct key *base_program = keyset_get(&m->keys, part_base_program, side_buy), *wsol = keyset_get(&m->keys, part_user_quote, side_buy), *token = address_key(address_token);
    bool good = true, buy = o->order.side == side_buy, curve = m->pool.venue == venue_pump;
    if (!curve) core_create_token_account(p, &s->wallet, wsol, &s->wallet, address_key(address_native_mint), token);
    if (!curve && buy) core_transfer(p, &s->wallet, wsol, o->order.amount_raw), core_sync_native(p, wsol);
    if (buy) core_create_token_account(p, &s->wallet, &m->ata, &s->wallet, &o->order.mint, base_program);
    add_swap(p, m, curve ? (buy ? layout_pump_buy_in : layout_pump_sell) : buy ? layout_pump_swap_buy_in : layout_pump_swap_sell, o->order.side, o->order.amount_raw, limit, &good);
    if (!curve) core_close_token_account(p, token, wsol, &s->wallet, &s->wallet);
    if (!buy && o->order.amount_raw == m->held_raw) core_close_token_account(p, base_program, &m->ata, &s->wallet, &s->wallet); /* its rent comes back */
    return good;
}

static enum failure build_message(struct live_state *s, struct live_order *o, struct market *m, uint64_t limit)
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
static bool can_pay(const struct live_state *s, const struct live_order *o, const struct market *m)
{
    uint64_t need = SIGNATURE_LAMPORTS + RENT_LAMPORTS(0);
    if (!add_u64(need, o->order.tip_lamports, &need) || !add_u64(need, o->order.priority_fee_lamports, &need)) return false;
    if (o->order.side != side_buy) return m->lamports >= need && m->held_raw >= o->order.amount_raw;
    if (!add_u64(need, o->order.amount_raw, &need) || !add_u64(need, 2 * RENT_LAMPORTS(200), &need) || !add_u64(need, s->rules.fee_reserve_lamports, &need)) return false;
    return m->lamports >= need;
}

enum failure live_build(struct live_state *s, struct live_order *o, const struct live_account a[LIVE_ACCOUNTS])
{
    struct market m;
    uint64_t limit = 0;
    memset(&m, 0, sizeof m);
    enum failure bad = read_mint(s, o, a, &m);
    struct key pool;
    if (!bad) bad = o->order.venue == venue_pump ? read_curve(a, &m) : read_pool(a, &m);
    if (!bad && o->order.venue == venue_pumpswap && derive_pool(&o->order, &pool)) keyset_set(&m.keys, part_pool, &pool);
    if (!bad && !can_pay(s, o, &m)) bad = failure_funds;
    if (!bad) bad = fresh_limit(o, &m, &limit);
    if (!bad) bad = build_message(s, o, &m, limit);
    if (!bad) o->stage = LIVE_SIGN;
    return bad;
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
    bool curve = o->order.venue == venue_pump;
    if (curve && (custom == 6002 || custom == 6003 || custom == 6042)) return failure_slippage;
    if (curve && custom == 6005) return failure_completed;
    if (!curve && (custom == 6004 || custom == 6040)) return failure_slippage;
    return custom == 1 ? failure_funds : failure_congestion;
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
