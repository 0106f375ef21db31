/* decode_swap.c - see decode.h: what a swap did, from its event, from Raydium v4's log, or from the
 * transfers. */
#include <string.h>

#include "common/base/num.h"
#include "common/decode/decode_internal.h"

/* ---- the trader's terms ---- */

static bool has_word(const char *name, const char *word) { return strstr(name, word) != NULL; }

/* What the trader fixed and the limit, from the instruction's first two numbers. */
static void read_terms(const struct layout *l, const struct view_ix *x, uint8_t venue,
                       struct rec_trade *t)
{
    if (!l || x->data_len < l->disc_len + 16u || venue == venue_damm_v2 || venue == venue_dbc ||
        venue == venue_openbook || has_word(l->name, "hop") || has_word(l->name, "impact"))
        return;
    uint64_t first = load_u64(x->data + l->disc_len), second = load_u64(x->data + l->disc_len + 8);
    bool buy = strncmp(l->name, "buy", 3) == 0, sell = strncmp(l->name, "sell", 4) == 0,
         out = has_word(l->name, "_out");
    if (venue == venue_whirlpool || venue == venue_raydium_clmm) {
        if (x->data_len < l->disc_len + 33u) return;
        out = !x->data[l->disc_len +
                       32]; /* amount, threshold, price limit, and which of the two the amount is */
        t->exactness = out ? exactness_out : exactness_in;
        t->limit_raw = second;
        return;
    }
    if (buy) out = !has_word(l->name, "_in");
    t->exactness = out ? exactness_out : exactness_in;
    t->limit_raw =
        out && !buy && !sell ? first : second; /* Raydium and DLMM write the most input first,
                                                  pump.fun and LaunchLab the amount */
}

static void dress(struct walk *w, struct rec_trade *t)
{
    t->ts_ns = w->v->ts_ns;
    t->slot = w->v->slot;
    t->tx_index = w->v->index;
    t->ix_index = w->swaps++;
    t->signature = w->v->signature;
    t->priority_fee_lamports = w->priority;
    t->tip_lamports = w->tip;
    if (w->v->failed) t->flags |= TRADE_FAILED;
}

static void put(struct walk *w, struct decoded *d)
{
    struct rec_trade *t = &d->u.trade;
    if (w->swaps == DECODE_SWAPS_MAX) {
        decode_left_out(w, "more than 64 swaps in one transaction");
        return;
    }
    dress(w, t);
    if (!key_is_none(&w->made_mint) && t->side == side_buy && key_equal(&t->mint, &w->made_mint) &&
        key_equal(&t->trader, &w->made_by))
        t->flags |= TRADE_CREATE;
    walk_put(w, d, key_is_none(&t->pool) ? &t->mint : &t->pool, t->base_reserve_raw,
             t->quote_reserve_raw);
}

static void begin(struct decoded *d)
{
    memset(d, 0, sizeof *d);
    d->id = REC_trade;
}

/* ---- events ---- */

/* Mint that a pool holds besides what it is paid in, by the balances. */
static const struct key *mint_of_pool(const struct walk *w, const struct key *pool)
{
    for (unsigned i = 0; i < w->accounts; i++)
        if (w->owner[i] && w->mint[i] && key_equal(w->owner[i], pool) &&
            !address_is(w->mint[i], address_native_mint))
            return w->mint[i];
    return NULL;
}

/* Fill what the event does not say from the instruction; NULL or what is missing. */
static const char *complete(struct walk *w, unsigned i, const struct layout *l,
                            struct swap_event *e)
{
    const struct view_ix *x = &w->v->ix[i];
    const struct key *k;
    if (key_is_none(&e->mint) && e->form == EVENT_SIDED) {
        if (!(k = walk_account(w, x, l, acct_base_mint)) && !(k = mint_of_pool(w, &e->pool)))
            return e->venue == venue_pumpswap ? "the mint of a PumpSwap pool is not told"
                                              : "the mint of a pool is not told";
        e->mint = *k;
        if ((k = walk_account(w, x, l, acct_quote_mint))) e->quote_mint = *k;
    }
    if (key_is_none(&e->pool) && e->venue != venue_pump && (k = walk_account(w, x, l, acct_pool)))
        e->pool = *k;
    if (key_is_none(&e->user))
        e->user = (k = walk_account(w, x, l, acct_user)) || (k = view_key(w->v, 0)) ? *k : e->user;
    return NULL;
}

/* Mint of the token account that gave (or, out: was given by the pool) this amount in what the
 * instruction called. */
static const struct key *mint_moved(struct walk *w, unsigned i, uint64_t amount, unsigned skip)
{
    struct moved m;
    const struct key *any = NULL;
    unsigned n = 0;
    for (unsigned j = i + 1, end = walk_end(w, i); j < end; j++) {
        if (!walk_transfer(w, &w->v->ix[j], &m)) continue;
        const struct key *mint = walk_mint(w, m.from) ? walk_mint(w, m.from) : walk_mint(w, m.to);
        if (mint && (m.amount == amount || m.amount - m.fee == amount)) return mint;
        if (n++ == skip) any = mint;
    }
    return any;
}

/* The two mints of a swap that speaks of tokens a and b: of the instruction, of its vaults, or,
 * where it swaps in several pools, of what moved these amounts. */
static bool find_mints(struct walk *w, unsigned i, const struct layout *l,
                       const struct swap_event *e, const struct key **in, const struct key **out)
{
    const struct view_ix *x = &w->v->ix[i];
    if (l && !has_word(l->name, "hop")) {
        *in = walk_account(w, x, l, acct_mint_in);
        *out = walk_account(w, x, l, acct_mint_out);
        if (*in && *out) return true;
        *in = walk_account(w, x, l, e->a_to_b ? acct_mint_a : acct_mint_b);
        *out = walk_account(w, x, l, e->a_to_b ? acct_mint_b : acct_mint_a);
        if (*in && *out) return true;
        *in = walk_mint(w, walk_account_index(x, l, acct_vault_in));
        *out = walk_mint(w, walk_account_index(x, l, acct_vault_out));
        if (*in && *out) return true;
        *in = walk_mint(w, walk_account_index(x, l, e->a_to_b ? acct_vault_a : acct_vault_b));
        *out = walk_mint(w, walk_account_index(x, l, e->a_to_b ? acct_vault_b : acct_vault_a));
        if (*in && *out) return true;
    }
    *in = mint_moved(w, i, e->in_raw, 0);
    *out = mint_moved(w, i, e->out_raw, 1);
    return *in && *out && !key_equal(*in, *out);
}

/* Has the program told this swap of the instruction already, in an older or newer event? */
static bool is_twice(struct walk *w, unsigned i, const struct swap_event *e)
{
    bool twice = e->form == EVENT_TOKENS && w->last_ix == i && w->last_out == e->out_raw &&
                 key_equal(&w->last_pool, &e->pool);
    w->last_ix = i;
    w->last_out = e->out_raw;
    w->last_pool = e->pool;
    return twice;
}

/* What is really in the vaults, where the event does not say: of an instruction that swaps once. */
static void find_vaults(struct walk *w, unsigned i, const struct layout *l, struct swap_event *e);

/* An event of tokens into one of base and quote. */
static const char *take_sides(struct walk *w, unsigned i, const struct layout *l,
                              struct swap_event *e)
{
    const struct key *in, *out;
    if (!find_mints(w, i, l, e, &in, &out)) return "the mints of a swap are not told";
    const struct key *a = e->a_to_b ? in : out, *b = e->a_to_b ? out : in;
    bool a_is_base = walk_is_base(a, b, -1);
    e->mint = a_is_base ? *a : *b;
    e->quote_mint = a_is_base ? *b : *a;
    return event_side(e, a_is_base) ? NULL : "the fees of a swap exceed its amounts";
}

/* A pool whose base is the money: see it from the other side. What its fees are in tokens is then
 * not told. */
static bool turn(struct swap_event *e)
{
    uint64_t base = e->base_raw, reserve = e->base_reserve_raw, real = e->base_real_raw;
    struct key mint = e->mint;
    bool buy = e->side == side_buy;
    if (buy ? !add_u64(e->quote_raw, e->lp_fee_raw, &e->base_raw)
            : !sub_u64(e->quote_raw, e->lp_fee_raw, &e->base_raw))
        return false;
    e->mint = e->quote_mint;
    e->quote_mint = mint;
    e->quote_raw = base;
    e->base_reserve_raw = e->quote_reserve_raw;
    e->quote_reserve_raw = reserve;
    e->base_real_raw = e->quote_real_raw;
    e->quote_real_raw = real;
    e->side = buy ? side_sell : side_buy;
    e->lp_fee_raw = e->protocol_fee_raw = e->creator_fee_raw = 0;
    return true;
}

static struct rec_trade trade_of(const struct swap_event *e)
{
    return (struct rec_trade){.venue = e->venue,
                              .side = e->side,
                              .trader = e->user,
                              .mint = e->mint,
                              .pool = e->pool,
                              .quote_mint = walk_quote(&e->quote_mint),
                              .base_raw = e->base_raw,
                              .quote_raw = e->quote_raw,
                              .lp_fee_raw = e->lp_fee_raw,
                              .protocol_fee_raw = e->protocol_fee_raw,
                              .creator_fee_raw = e->creator_fee_raw,
                              .base_reserve_raw = e->base_reserve_raw,
                              .quote_reserve_raw = e->quote_reserve_raw,
                              .base_real_raw = e->base_real_raw,
                              .quote_real_raw = e->quote_real_raw};
}

/* CPMM's event tells reserves only where it tells the fee; the 25 basis points of its first
 * configuration are what is modelled. */
static bool is_plain_cpmm(const struct swap_event *e)
{
    uint64_t fee, sum;
    return muldiv_ceil(e->in_raw, 25, BPS_ONE, &fee) &&
           add_u64(e->pool_fee_raw, e->program_fee_raw, &sum) && sum == fee;
}

bool decode_swap_event(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       const uint8_t *p, size_t n)
{
    const struct venue_ops *row = venue_of(venue);
    struct swap_event e;
    struct decoded d;
    memset(&e, 0, sizeof e);
    if (!row || !row->event || n < 8 || !row->event(p, n, &e)) return false;
    if (e.trailing) walk_drift(w, venue, DRIFT_TRAILING, p, e.trailing);
    if (is_twice(w, i, &e)) return true;
    const char *why = complete(w, i, l, &e);
    if (!why && e.form == EVENT_TOKENS) why = take_sides(w, i, l, &e);
    bool turned = !why && e.form == EVENT_SIDED && e.venue != venue_pump &&
                  !key_is_none(&e.quote_mint) && !walk_is_base(&e.mint, &e.quote_mint, 1);
    if (turned && !turn(&e)) why = "the fees of a swap exceed its amounts";
    if (why) {
        decode_left_out(w, why);
        return true;
    }
    if (!e.base_real_raw && !e.quote_real_raw && e.form == EVENT_TOKENS) find_vaults(w, i, l, &e);
    begin(&d);
    d.u.trade = trade_of(&e);
    if (turned || (venue == venue_raydium_cpmm && !is_plain_cpmm(&e)))
        d.u.trade.flags |= TRADE_INFERRED;
    if (!turned) read_terms(l, &w->v->ix[i], venue, &d.u.trade);
    put(w, &d);
    return true;
}

/* ---- Raydium AMM v4 ---- */

/* ray_log of a swap: type 3 (exact input: amount in, least out) or 4 (exact output: most in, amount
 * out), direction 1 = pc to coin, reserves before it, then the other amount. Source: raydium-amm,
 * log.rs. */
struct ray {
    uint64_t first, second, direction, coin, pc, last;
};

static bool ray_amounts(struct rec_trade *t, bool pays_quote, uint64_t in, uint64_t out,
                        uint64_t base, uint64_t quote)
{
    uint64_t fee;
    if (!muldiv_ceil(in, 25, BPS_ONE, &fee)) return false;
    t->side = pays_quote ? side_buy : side_sell;
    t->base_reserve_raw = base;
    t->quote_reserve_raw = quote;
    if (t->flags & TRADE_FAILED) return true;
    t->base_raw = pays_quote ? out : in;
    t->quote_raw = pays_quote ? in - fee : out;
    t->lp_fee_raw = pays_quote ? fee : 0;
    return pays_quote ? add_u64(quote, in, &t->quote_reserve_raw) &&
                            sub_u64(base, out, &t->base_reserve_raw)
                      : add_u64(base, in, &t->base_reserve_raw) &&
                            sub_u64(quote, out, &t->quote_reserve_raw);
}

static const char *ray_trade(struct walk *w, unsigned i, const struct layout *l, bool exact_in,
                             const struct ray *r, struct rec_trade *t)
{
    const struct view_ix *x = &w->v->ix[i];
    const struct key *coin = walk_mint(w, walk_account_index(x, l, acct_coin_vault)),
                     *pc = walk_mint(w, walk_account_index(x, l, acct_pc_vault)),
                     *pool = walk_account(w, x, l, acct_pool),
                     *user = walk_account(w, x, l, acct_user);
    if (!coin || !pc || !pool || !user) return "the mints of a Raydium pool are not told";
    if (r->direction != 1 && r->direction != 2) return "a ray_log of no direction";
    bool coin_is_base = walk_is_base(coin, pc, 1);
    t->venue = venue_raydium_v4;
    t->mint = coin_is_base ? *coin : *pc;
    t->quote_mint = walk_quote(coin_is_base ? pc : coin);
    t->pool = *pool;
    t->trader = *user;
    t->exactness = exact_in ? exactness_in : exactness_out;
    t->limit_raw = exact_in ? r->second : r->first;
    t->flags = w->v->failed ? TRADE_FAILED : 0;
    uint64_t in = exact_in ? r->first : r->last, out = exact_in ? r->last : r->second;
    if (!ray_amounts(t, (r->direction == 1) == coin_is_base, in, out,
                     coin_is_base ? r->coin : r->pc, coin_is_base ? r->pc : r->coin))
        return "the amounts do not fit the pool";
    t->base_real_raw = t->base_reserve_raw;
    t->quote_real_raw = t->quote_reserve_raw;
    return NULL;
}

bool decode_swap_ray(struct walk *w, unsigned i, const struct layout *l, const uint8_t *p, size_t n)
{
    struct decoded d;
    if (n < 57) return false;
    struct ray r = {load_u64(p + 1),  load_u64(p + 9),  load_u64(p + 17),
                    load_u64(p + 33), load_u64(p + 41), load_u64(p + 49)};
    if (n > 57) walk_drift(w, venue_raydium_v4, DRIFT_TRAILING, p, n - 57);
    begin(&d);
    const char *why =
        l ? ray_trade(w, i, l, p[0] == 3, &r, &d.u.trade) : "a ray_log without its instruction";
    if (why)
        decode_left_out(w, why);
    else
        put(w, &d);
    return true;
}

/* ---- transfers ---- */

/* What went in and out, and through which vaults. */
struct flow {
    const struct key *in_mint, *out_mint;
    uint64_t in, out;
    unsigned vault_in, vault_out;
};

static bool gather(struct walk *w, unsigned i, unsigned user, struct flow *f)
{
    struct moved m;
    memset(f, 0, sizeof *f);
    for (unsigned j = i + 1, end = walk_end(w, i); j < end; j++) {
        if (!walk_transfer(w, &w->v->ix[j], &m) || m.amount == 0) continue;
        const struct key *mint = walk_mint(w, m.from) ? walk_mint(w, m.from) : walk_mint(w, m.to);
        if (!mint) return false;
        if (m.authority == user && (!f->in_mint || key_equal(f->in_mint, mint))) {
            if (!f->in_mint) {
                f->in_mint = mint;
                f->vault_in = m.to;
            }
            f->in = add_sat_u64(f->in, m.amount);
        } else if (m.authority != user &&
                   (!f->out_mint || (key_equal(f->out_mint, mint) && f->vault_out == m.from))) {
            if (!f->out_mint) {
                f->out_mint = mint;
                f->vault_out = m.from;
            }
            f->out = add_sat_u64(f->out, m.amount);
        }
    }
    return f->in && f->out && !key_equal(f->in_mint, f->out_mint);
}

static void find_vaults(struct walk *w, unsigned i, const struct layout *l, struct swap_event *e)
{
    struct flow f;
    unsigned user = walk_account_index(&w->v->ix[i], l, acct_user);
    if (!l || has_word(l->name, "hop") || user == VIEW_ACCOUNTS_MAX || !gather(w, i, user, &f))
        return;
    bool in_is_base = key_equal(f.in_mint, &e->mint);
    if (!in_is_base && !key_equal(f.out_mint, &e->mint)) return;
    uint64_t in_left = walk_balance_after(w, i, f.vault_in),
             out_left = walk_balance_after(w, i, f.vault_out);
    e->base_real_raw = in_is_base ? in_left : out_left;
    e->quote_real_raw = in_is_base ? out_left : in_left;
}

void decode_swap_transfers(struct walk *w, unsigned i, const struct layout *l, uint8_t venue)
{
    const struct view_ix *x = &w->v->ix[i];
    const struct key *pool = walk_account(w, x, l, acct_pool),
                     *user = walk_account(w, x, l, acct_user);
    struct flow f;
    struct decoded d;
    if (venue == venue_pump || venue == venue_pumpswap) {
        decode_left_out(w, venue == venue_pump ? "a pump.fun swap without its event"
                                               : "a PumpSwap swap without its event");
        return;
    }
    if (!pool || !user) {
        decode_left_out(w, "a swap whose pool or trader the instruction does not name");
        return;
    }
    if (!gather(w, i, walk_account_index(x, l, acct_user), &f)) {
        decode_left_out(w, "a swap without an event and without transfers that explain it");
        return;
    }
    bool in_is_base = walk_is_base(f.in_mint, f.out_mint, -1);
    begin(&d);
    d.u.trade = (struct rec_trade){.venue = venue,
                                   .side = in_is_base ? side_sell : side_buy,
                                   .mint = in_is_base ? *f.in_mint : *f.out_mint,
                                   .quote_mint = walk_quote(in_is_base ? f.out_mint : f.in_mint),
                                   .pool = *pool,
                                   .trader = *user,
                                   .base_raw = in_is_base ? f.in : f.out,
                                   .quote_raw = in_is_base ? f.out : f.in,
                                   .flags = TRADE_INFERRED};
    uint64_t in_left = walk_balance_after(w, i, f.vault_in),
             out_left = walk_balance_after(w, i, f.vault_out);
    d.u.trade.base_real_raw = in_is_base ? in_left : out_left;
    d.u.trade.quote_real_raw = in_is_base ? out_left : in_left;
    if (venue == venue_raydium_v4 || venue == venue_raydium_cpmm) {
        d.u.trade.base_reserve_raw = d.u.trade.base_real_raw;
        d.u.trade.quote_reserve_raw = d.u.trade.quote_real_raw;
    }
    read_terms(l, x, venue, &d.u.trade);
    put(w, &d);
}
