/* decode_swap.c - see decode.h: what a swap did, from its event (or ray_log), or from the
 * transfers. */
#include <string.h>

#include "common/base/num.h"
#include "common/decode/decode_internal.h"

/* ---- the trader's terms ---- */

/* What the trader fixed, and the limit, from the instruction's first numbers. */
static void read_terms(const struct layout *l, const struct view_ix *x, struct rec_trade *t)
{
    enum venue_terms terms = venue_terms_of(l);
    if (!terms || terms >= VENUE_UNTOLD || x->data_len < l->disc_len + 16u) return;
    const uint8_t *p = x->data + l->disc_len;
    bool out = terms != VENUE_EXACT_IN;
    if (terms == VENUE_BY_FLAG) {
        if (x->data_len < l->disc_len + 33u) return;
        out = !p[32];
    }
    t->exactness = out ? exactness_out : exactness_in;
    t->limit_raw = load_u64(terms == VENUE_LIMIT_FIRST ? p : p + 8);
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
        walk_left_out(w, "more than 64 swaps in one transaction");
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

/* The mint that a pool holds besides SOL, by the balances of the transaction. */
static const struct key *mint_of_pool(const struct walk *w, const struct key *pool)
{
    for (unsigned i = 0; i < w->accounts; i++)
        if (w->owner[i] && w->mint[i] && key_equal(w->owner[i], pool) &&
            !address_is(w->mint[i], address_native_mint))
            return w->mint[i];
    return NULL;
}

/* Fill what the event leaves out from the instruction. Returns NULL, or what is missing. */
static const char *complete(struct walk *w, unsigned i, const struct layout *l,
                            const struct venue_ops *row, struct swap_event *e)
{
    const struct view_ix *x = &w->v->ix[i];
    const struct key *k;
    if (!l && venue_is(row, VENUE_LOGS_RAY)) return "a ray_log without its instruction";
    if (key_is_none(&e->mint) && e->form == EVENT_SIDED) {
        if (!(k = walk_account(w, x, l, acct_base_mint)) && !(k = mint_of_pool(w, &e->pool)))
            return "the mint of a pool is unknown";
        e->mint = *k;
        if ((k = walk_account(w, x, l, acct_quote_mint))) e->quote_mint = *k;
    }
    if (key_is_none(&e->pool) && !venue_is(row, VENUE_BY_MINT)) {
        if (!(k = walk_account(w, x, l, acct_pool))) return "the pool of a swap is unknown";
        e->pool = *k;
    }
    if (key_is_none(&e->user))
        e->user = (k = walk_account(w, x, l, acct_user)) || (k = view_key(w->v, 0)) ? *k : e->user;
    return NULL;
}

/* The mint of the transfer of this amount among those that the instruction called; else of the
 * transfer behind the first skip ones. */
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

/* How an instruction names the two tokens of its swap. */
static const struct mint_pair {
    uint8_t first, second; /* enum account_role */
    bool of_pool;          /* tokens a and b, else input and output */
    bool vaults;           /* the mints of these vaults */
} mint_pairs[] = {{acct_mint_in, acct_mint_out, false, false},
                  {acct_mint_a, acct_mint_b, true, false},
                  {acct_vault_in, acct_vault_out, false, true},
                  {acct_vault_a, acct_vault_b, true, true},
                  {acct_coin_vault, acct_pc_vault, true, true}};

/* The pairs that a layout has, as bits. */
static unsigned mint_pairs_of(const struct layout *l)
{
    static const uint8_t bit[ACCOUNT_ROLE_COUNT] = {[acct_mint_in] = 1,
                                                    [acct_mint_a] = 2,
                                                    [acct_vault_in] = 4,
                                                    [acct_vault_a] = 8,
                                                    [acct_coin_vault] = 16};
    unsigned found = 0;
    for (size_t k = 0; k < l->accounts_count; k++) found |= bit[l->account[k].role];
    return found;
}

/* The two mints of a swap of tokens a and b: of the instruction, of its vaults, or, where it swaps
 * in several pools, of what moved these amounts. */
static bool find_mints(struct walk *w, unsigned i, const struct layout *l,
                       const struct swap_event *e, const struct key **in, const struct key **out)
{
    const struct view_ix *x = &w->v->ix[i];
    unsigned pairs = l && venue_terms_of(l) != VENUE_HOPS ? mint_pairs_of(l) : 0;
    for (const struct mint_pair *p = mint_pairs; pairs; p++, pairs >>= 1) {
        if (!(pairs & 1)) continue;
        unsigned a = walk_account_index(x, l, (enum account_role)p->first),
                 b = walk_account_index(x, l, (enum account_role)p->second);
        const struct key *first = p->vaults ? walk_mint(w, a) : view_key(w->v, a),
                         *second = p->vaults ? walk_mint(w, b) : view_key(w->v, b);
        bool turned = p->of_pool && !e->a_to_b;
        *in = turned ? second : first;
        *out = turned ? first : second;
        if (first && second) return true;
    }
    *in = mint_moved(w, i, e->in_raw, 0);
    *out = mint_moved(w, i, e->out_raw, 1);
    return *in && *out && !key_equal(*in, *out);
}

/* Did an older or newer event of the instruction describe this swap already? */
static bool is_twice(struct walk *w, unsigned i, const struct swap_event *e)
{
    bool twice = w->last_ix == i && w->last_out == e->out_raw && key_equal(&w->last_pool, &e->pool);
    w->last_ix = i;
    w->last_out = e->out_raw;
    w->last_pool = e->pool;
    return twice;
}

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

/* What the vaults hold after the swap, where the event has no reserves; for an instruction that
 * swaps once. */
static void find_vaults(struct walk *w, unsigned i, const struct layout *l, struct swap_event *e)
{
    struct flow f;
    unsigned user = walk_account_index(&w->v->ix[i], l, acct_user);
    if (!l || venue_terms_of(l) == VENUE_HOPS || user == VIEW_ACCOUNTS_MAX ||
        !gather(w, i, user, &f))
        return;
    bool in_is_base = key_equal(f.in_mint, &e->mint);
    if (!in_is_base && !key_equal(f.out_mint, &e->mint)) return;
    uint64_t in_left = walk_balance_after(w, i, f.vault_in),
             out_left = walk_balance_after(w, i, f.vault_out);
    e->base_real_raw = in_is_base ? in_left : out_left;
    e->quote_real_raw = in_is_base ? out_left : in_left;
}

/* Turn an event of tokens into one of base and quote. */
static const char *take_sides(struct walk *w, unsigned i, const struct layout *l,
                              const struct venue_ops *row, struct swap_event *e)
{
    const struct key *in, *out;
    if (!find_mints(w, i, l, e, &in, &out)) return "the mints of a swap are unknown";
    const struct key *a = e->a_to_b ? in : out, *b = e->a_to_b ? out : in;
    bool a_is_base = walk_is_base(a, b, venue_is(row, VENUE_NAMES_BASE) ? 1 : -1);
    e->mint = a_is_base ? *a : *b;
    e->quote_mint = a_is_base ? *b : *a;
    return event_side(e, a_is_base) ? NULL : "the fees of a swap exceed its amounts";
}

/* Turn a pool whose base is the money. Its fees are in tokens then, and the trade leaves them out.
 */
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
                              .exactness = e->exactness,
                              .limit_raw = e->limit_raw,
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

/* Base and quote in their places. Returns NULL, or why the event cannot become a trade; *turned:
 * the pool's base is the money. */
static const char *orient(struct walk *w, unsigned i, const struct layout *l,
                          const struct venue_ops *row, struct swap_event *e, bool *turned)
{
    *turned = false;
    if (e->form == EVENT_TOKENS) return take_sides(w, i, l, row, e);
    *turned = !venue_is(row, VENUE_BY_MINT) && !key_is_none(&e->quote_mint) &&
              !walk_is_base(&e->mint, &e->quote_mint, 1);
    return !*turned || turn(e) ? NULL : "the fees of a swap exceed its amounts";
}

bool decode_swap_event(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       const uint8_t *p, size_t n)
{
    const struct venue_ops *row = venue_of(venue);
    struct swap_event e;
    struct decoded d;
    bool turned = false;
    memset(&e, 0, sizeof e);
    e.failed = w->v->failed;
    if (!row || !row->event || n < 8 || !row->event(p, n, &e)) return false;
    if (e.trailing) walk_drift(w, venue, DRIFT_TRAILING, p, e.trailing);
    if (venue_is(row, VENUE_TELLS_TWICE) && is_twice(w, i, &e)) return true;
    const char *why = complete(w, i, l, row, &e);
    if (!why) why = orient(w, i, l, row, &e, &turned);
    if (why) {
        walk_left_out(w, why);
        return true;
    }
    if (!e.base_real_raw && !e.quote_real_raw && e.form == EVENT_TOKENS) find_vaults(w, i, l, &e);
    begin(&d);
    d.u.trade = trade_of(&e);
    if (turned || e.inferred) d.u.trade.flags |= TRADE_INFERRED;
    if (!turned && !e.exactness) read_terms(l, &w->v->ix[i], &d.u.trade);
    put(w, &d);
    return true;
}

/* ---- transfers ---- */

void decode_swap_transfers(struct walk *w, unsigned i, const struct layout *l, uint8_t venue)
{
    const struct view_ix *x = &w->v->ix[i];
    const struct key *pool = walk_account(w, x, l, acct_pool),
                     *user = walk_account(w, x, l, acct_user);
    struct flow f;
    struct decoded d;
    if (venue == venue_pump || venue == venue_pumpswap) {
        walk_left_out(w, venue == venue_pump ? "a pump.fun swap without its event"
                                             : "a PumpSwap swap without its event");
        return;
    }
    if (!pool || !user) {
        walk_left_out(w, "a swap whose pool or trader the instruction does not name");
        return;
    }
    if (!gather(w, i, walk_account_index(x, l, acct_user), &f)) {
        walk_left_out(w, "a swap without an event and without transfers that explain it");
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
    if (venue_is(venue_of(venue), VENUE_VAULTS_PRICE)) {
        d.u.trade.base_reserve_raw = d.u.trade.base_real_raw;
        d.u.trade.quote_reserve_raw = d.u.trade.quote_real_raw;
    }
    read_terms(l, x, &d.u.trade);
    put(w, &d);
}
