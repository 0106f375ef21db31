/* decode_token.c - see decode.h: the mints that a transaction creates, with what its instructions
 * say of them. Shares of pools and the tokens of positions are left out: a venue that is no
 * launchpad creates them. So is a mint without decimals and with one piece. Sources: SPL Token and
 * Token-2022 instructions, the token metadata interface, Metaplex Token Metadata
 * (create_metadata_account_v3, create), pump.fun's create event. */
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/sol/core.h"
#include "common/sol/token.h"
#include "common/decode/decode_internal.h"

struct draft {
    struct rec_token t;
    unsigned account;
    bool made, tradable;
};
struct drafts {
    struct draft d[DECODE_TOKENS_MAX];
    unsigned n, accounts;
    bool full;
};

static struct draft *draft_of(struct drafts *s, unsigned account, bool add)
{
    if (account >= s->accounts) return NULL;
    for (unsigned i = 0; i < s->n; i++)
        if (s->d[i].account == account) return &s->d[i];
    if (!add) return NULL;
    if (s->n == DECODE_TOKENS_MAX) {
        s->full = true;
        return NULL;
    }
    struct draft *d = &s->d[s->n++];
    memset(d, 0, sizeof *d);
    d->account = account;
    return d;
}

/* ---- the mint ---- */

/* Does a launchpad create it, or an instruction outside any venue? */
static bool is_tradable(struct walk *w, unsigned i)
{
    uint8_t venue = venue_none;
    if (!(w->venue_outer[w->v->ix[i].outer / 64] >> (w->v->ix[i].outer % 64) & 1)) return true;
    for (unsigned j = 0; j < i; j++)
        if (venue_at(walk_who(w, w->v->ix[j].program)) && walk_end(w, j) > i)
            venue = venue_at(walk_who(w, w->v->ix[j].program));
    return venue == venue_none || venue_is(venue_of(venue), VENUE_LAUNCHPAD);
}

static void initialize(struct walk *w, unsigned i, struct drafts *s)
{
    const struct view_ix *x = &w->v->ix[i];
    struct draft *d = x->data_len >= 35 ? draft_of(s, view_account(x, 0), true) : NULL;
    if (!d) return;
    d->made = true;
    d->tradable = is_tradable(w, i);
    d->t.decimals = x->data[1];
    memcpy(d->t.mint_authority.b, x->data + 2, 32);
    if (x->data[34] == 1 && x->data_len >= 67) memcpy(d->t.freeze_authority.b, x->data + 35, 32);
    if (walk_who(w, x->program) == address_token_2022) d->t.flags |= TOKEN_TOKEN2022;
}

/* Extensions are initialized before the mint. */
static unsigned extension_of(const uint8_t *p, size_t n)
{
    if (p[0] == 25) return TOKEN_EXT_CLOSE_AUTHORITY;
    if (p[0] == 32) return TOKEN_EXT_NON_TRANSFERABLE;
    if (p[0] == 35) return TOKEN_EXT_PERMANENT_DELEGATE;
    if (n < 2 || p[1] != 0) return 0; /* of the others the first instruction initializes */
    switch (p[0]) {
    case 26: return TOKEN_EXT_TRANSFER_FEE;
    case 27: return 4;
    case 28: return TOKEN_EXT_DEFAULT_STATE;
    case 33: return TOKEN_EXT_INTEREST;
    case 36: return TOKEN_EXT_HOOK;
    case 39: return TOKEN_EXT_METADATA_POINTER;
    case 40: return 20; /* group pointer */
    case 41: return 22; /* member pointer */
    case 43: return TOKEN_EXT_SCALED;
    case 44: return TOKEN_EXT_PAUSABLE;
    default: return 0;
    }
}

static void set_authority(const struct view_ix *x, struct draft *d)
{
    struct key k = {{0}};
    if (!d || x->data_len < 3 || (x->data[2] == 1 && x->data_len < 35)) return;
    if (x->data[2] == 1) memcpy(k.b, x->data + 3, 32);
    if (x->data[1] == 0)
        d->t.mint_authority = k;
    else if (x->data[1] == 1)
        d->t.freeze_authority = k;
}

/* ---- metadata ---- */

/* Read name, symbol and uri in Borsh; false when they are truncated. */
static bool take_names(struct event_cursor *c, struct rec_token *t)
{
    uint32_t n;
    const char *p = event_text(c, &n);
    text_take(t->name, sizeof t->name, p, n);
    p = event_text(c, &n);
    text_take(t->symbol, sizeof t->symbol, p, n);
    p = event_text(c, &n);
    text_take(t->uri, sizeof t->uri, p, n);
    return c->at <= c->n;
}

static void skip_creators(struct event_cursor *c)
{
    uint32_t n = 0;
    if (!event_u8(c)) return;
    if (c->at + 4 <= c->n) n = load_u32(c->p + c->at);
    event_skip(c, 4 + (size_t)n * 34);
}

static void metaplex(const struct view_ix *x, struct drafts *s)
{
    bool create = x->data_len > 2 && x->data[0] == 42 && x->data[1] == 0;
    if (!create && (x->data_len < 2 || x->data[0] != 33)) return;
    struct draft *d = draft_of(s, view_account(x, create ? 2 : 1), false);
    struct event_cursor c = {x->data, x->data_len, create ? 2 : 1};
    if (!d || !take_names(&c, &d->t)) return;
    event_skip(&c, 2);
    skip_creators(&c);
    if (create)
        event_skip(&c, 1); /* primary sale */
    else if (event_u8(&c))
        event_skip(&c, 33);                          /* collection */
    if (!create && event_u8(&c)) event_skip(&c, 17); /* uses */
    if (event_u8(&c)) d->t.flags |= TOKEN_MUTABLE;
}

static bool interface(const struct view_ix *x, struct drafts *s)
{
    static const uint8_t begin[8] = {210, 225, 30, 162, 88, 184, 77, 141},
                         update[8] = {215, 228, 166, 228, 84, 100, 86, 123};
    bool is_begin = x->data_len >= 8 && memcmp(x->data, begin, 8) == 0,
         is_update = x->data_len >= 8 && memcmp(x->data, update, 8) == 0;
    if (!is_begin && !is_update) return false;
    struct draft *d = draft_of(s, view_account(x, is_begin ? 2 : 0), is_begin);
    struct event_cursor c = {x->data, x->data_len, 8};
    if (d && is_begin && take_names(&c, &d->t)) {
        d->t.extensions |= UINT64_C(1) << TOKEN_EXT_METADATA;
        d->t.flags |= TOKEN_MUTABLE;
    }
    struct key k = event_key(&c);
    if (d && is_update && key_is_none(&k)) d->t.flags &= ~TOKEN_MUTABLE;
    return true;
}

/* ---- all of it ---- */

static void supply(const struct view_ix *x, struct drafts *s)
{
    uint8_t tag = x->data[0];
    bool minted = tag == 7 || tag == 14;
    struct draft *d = x->data_len >= 9 ? draft_of(s, view_account(x, minted ? 0 : 1), false) : NULL;
    if (!d) return;
    uint64_t n = load_u64(x->data + 1);
    d->t.supply_raw = minted ? add_sat_u64(d->t.supply_raw, n) : sub_sat_u64(d->t.supply_raw, n);
}

static void token(struct walk *w, unsigned i, struct drafts *s)
{
    const struct view_ix *x = &w->v->ix[i];
    uint8_t tag = x->data[0];
    if (tag == 0 || tag == 20)
        initialize(w, i, s);
    else if (tag == 6)
        set_authority(x, draft_of(s, view_account(x, 0), false));
    else if (tag == 7 || tag == 14 || tag == 8 || tag == 15)
        supply(x, s);
    else if (walk_who(w, x->program) == address_token_2022 && !interface(x, s)) {
        unsigned ext = extension_of(x->data, x->data_len);
        struct draft *d = ext ? draft_of(s, view_account(x, 0), true) : NULL;
        if (d) d->t.extensions |= UINT64_C(1) << ext;
    }
}

static void name(struct rec_token *t, const struct market_event *e)
{
    t->flags |= e->flags;
    t->creator = e->user;
    text_take(t->name, sizeof t->name, e->name, e->name_len);
    text_take(t->symbol, sizeof t->symbol, e->symbol, e->symbol_len);
    text_take(t->uri, sizeof t->uri, e->uri, e->uri_len);
}

static void put(struct walk *w, const struct rec_token *t)
{
    struct decoded d;
    memset(&d, 0, sizeof d);
    d.id = REC_token;
    d.u.token = *t;
    d.u.token.ts_ns = w->v->ts_ns;
    d.u.token.slot = w->v->slot;
    d.u.token.signature = w->v->signature;
    walk_put(w, &d, &d.u.token.mint, 0, 0);
}

void decode_token_told(struct walk *w, const struct market_event *e)
{
    struct rec_token t = {.mint = e->mint, .decimals = e->decimals, .supply_raw = e->supply_raw};
    name(&t, e);
    put(w, &t);
}

/* The event of a launchpad: who created the token, and its kind. */
static void launch(struct walk *w, const struct venue_ops *row, const struct view_ix *x,
                   struct drafts *s)
{
    struct market_event e;
    if (!walk_is_self_call(x) || !row->market || !row->market(x->data + 8, x->data_len - 8u, &e) ||
        !e.token)
        return;
    w->made_by = e.user;
    for (unsigned i = 0; i < s->n; i++) {
        struct draft *d = &s->d[i];
        if (!key_equal(view_key(w->v, d->account), &e.mint)) continue;
        name(&d->t, &e);
        w->made_mint = e.mint;
    }
}

void decode_tokens(struct walk *w)
{
    struct drafts s;
    s.n = 0;
    s.full = false;
    s.accounts = w->accounts;
    for (unsigned i = 0; i < w->v->ix_count; i++) {
        const struct view_ix *x = &w->v->ix[i];
        enum address a = x->data_len ? walk_who(w, x->program) : ADDRESS_COUNT;
        if (a == address_token || a == address_token_2022)
            token(w, i, &s);
        else if (a == address_metadata)
            metaplex(x, &s);
        else if (venue_is(venue_of(venue_at(a)), VENUE_LAUNCHPAD))
            launch(w, venue_of(venue_at(a)), x, &s);
    }
    for (unsigned i = 0; i < s.n; i++) {
        struct draft *t = &s.d[i];
        if (!t->made || !t->tradable || (t->t.decimals == 0 && t->t.supply_raw <= 1)) continue;
        t->t.mint = *view_key(w->v, t->account);
        if (key_is_none(&t->t.creator)) t->t.creator = *view_key(w->v, 0);
        put(w, &t->t);
        if (key_is_none(&w->made_mint)) {
            w->made_mint = t->t.mint;
            w->made_by = t->t.creator;
        }
    }
    if (s.full)
        w->sink->left_out(w->sink->to, DECODE_POOL, "a transaction creates more than four mints");
}
