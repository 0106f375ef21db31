/* walk.c - see decode_internal.h: what the instructions of one transaction name, call and move. */
#include <string.h>

#include "common/base/num.h"
#include "common/decode/decode_internal.h"

unsigned walk_account_index(const struct view_ix *x, const struct layout *l, enum account_role role)
{
    int at = l ? layout_position(l, x->accounts_count, role) : -1;
    return at < 0 ? VIEW_ACCOUNTS_MAX : view_account(x, (unsigned)at);
}

const struct key *walk_account(const struct walk *w, const struct view_ix *x,
                               const struct layout *l, enum account_role role)
{
    return view_key(w->v, walk_account_index(x, l, role));
}

/* ---- instructions ---- */

/* Where depths are unknown, a venue calls the core programs and itself. */
static bool is_called(struct walk *w, const struct view_ix *by, const struct view_ix *x)
{
    enum address a = walk_who(w, x->program);
    return walk_is_token(a) || a == address_system || a == address_associated_token ||
           a == address_memo || (x->program == by->program && walk_is_self_call(x));
}

unsigned walk_end(struct walk *w, unsigned i)
{
    const struct view_ix *ix = w->v->ix, *x = &ix[i];
    unsigned j = i + 1;
    for (; j < w->v->ix_count && ix[j].outer == x->outer; j++) {
        if (ix[j].height == 1) break;
        if (x->height == 1) continue;
        if (x->height && ix[j].height ? ix[j].height <= x->height : !is_called(w, x, &ix[j])) break;
    }
    return j;
}

uint64_t walk_balance_after(struct walk *w, unsigned i, unsigned account)
{
    uint64_t sum = account < w->accounts ? w->amount[account] : 0;
    struct moved m;
    for (unsigned j = i + 1, end = walk_end(w, i); j < end; j++) {
        if (!walk_transfer(w, &w->v->ix[j], &m)) continue;
        if (m.from == account) sum = sub_sat_u64(sum, m.amount);
        if (m.to == account) sum = add_sat_u64(sum, m.amount - m.fee);
    }
    return sum;
}

/* ---- base and quote ---- */

static int rank(const struct key *k)
{
    return address_is(k, address_native_mint)
               ? 2
               : address_is(k, address_usdc) || address_is(k, address_usdt);
}

bool walk_is_base(const struct key *a, const struct key *b, int otherwise)
{
    int ra = rank(a), rb = rank(b);
    if (ra != rb) return ra < rb;
    return otherwise < 0 ? memcmp(a->b, b->b, 32) < 0 : otherwise;
}

struct key walk_quote(const struct key *mint)
{
    if (!mint || address_is(mint, address_native_mint)) return (struct key){{0}};
    return *mint;
}

/* ---- what goes out ---- */

void walk_put(struct walk *w, struct decoded *d, const struct key *market, uint64_t base,
              uint64_t quote)
{
    if (market) d->market = *market;
    d->base_reserve_raw = base;
    d->quote_reserve_raw = quote;
    w->sink->put(w->sink->to, d);
}

void walk_drift(struct walk *w, uint8_t venue, enum drift_kind kind, const uint8_t *bytes, size_t n)
{
    struct decoded d;
    struct drift_at at = {w->v->slot, w->v->ts_ns, &w->v->signature};
    if (!w->drift || w->v->failed) return;
    memset(&d, 0, sizeof d);
    d.id = REC_alert;
    if (drift_note(w->drift, venue, kind, bytes, n, &at, &d.u.alert)) walk_put(w, &d, NULL, 0, 0);
}

void walk_left_out(struct walk *w, const char *why)
{
    w->sink->left_out(w->sink->to, DECODE_UNEXPLAINED, why);
}
