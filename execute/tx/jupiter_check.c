/* jupiter_check.c - see jupiter_check.h. */
#include "execute/tx/jupiter_check.h"

#include <stdio.h>
#include <string.h>

#include "common/base/num.h"
#include "common/sol/core.h"
#include "common/sol/pda.h"
#include "common/sol/route.h"

#define REFUSE(...) return snprintf(why, 200, __VA_ARGS__), false

static bool is_none(const struct key *k)
{
    static const struct key none;
    return key_equal(k, &none);
}

/* ---- the quote ---- */

/* The limit that follows from a quote, rounded against us. */
static bool worst_of(const struct jupiter_check_quote *q, uint64_t *raw)
{
    if (q->exact_out)
        return muldiv_ceil(q->in_raw, BPS_ONE + (uint64_t)q->slippage_bps, BPS_ONE, raw);
    return muldiv_floor(q->out_raw, BPS_ONE - q->slippage_bps, BPS_ONE, raw);
}

static bool limit_holds(const struct jupiter_check_ask *a, uint64_t limit)
{
    return a->limit_raw == 0 || (a->exact_out ? limit <= a->limit_raw : limit >= a->limit_raw);
}

bool jupiter_check_quote_check(const struct jupiter_check_ask *a,
                               const struct jupiter_check_quote *q, char why[200])
{
    uint64_t worst;
    if (!key_equal(&q->input_mint, &a->input_mint) || !key_equal(&q->output_mint, &a->output_mint))
        REFUSE("the quote is for other mints");
    if (q->exact_out != a->exact_out) REFUSE("the quote is of the other mode");
    if (q->slippage_bps != a->slippage_bps)
        REFUSE("the quote allows %u bps of slippage, not %u", q->slippage_bps, a->slippage_bps);
    if ((a->exact_out ? q->out_raw : q->in_raw) != a->amount_raw)
        REFUSE("the quote is for another amount");
    if (q->in_raw == 0 || q->out_raw == 0) REFUSE("the quote is of nothing");
    if (q->platform_fee_bps)
        REFUSE("the quote takes a fee of %u bps that was not requested", q->platform_fee_bps);
    if (q->slippage_bps > BPS_ONE || !worst_of(q, &worst))
        REFUSE("the quote's limit does not fit 64 bits");
    if (a->exact_out ? q->limit_raw > worst || q->limit_raw < q->in_raw
                     : q->limit_raw < worst || q->limit_raw > q->out_raw)
        REFUSE("the quote's limit is not its amount and slippage");
    if (!limit_holds(a, q->limit_raw))
        REFUSE("the quote's limit is %llu, worse than ours of %llu",
               (unsigned long long)q->limit_raw, (unsigned long long)a->limit_raw);
    return true;
}

/* ---- what every instruction must keep to ---- */

struct look {
    const struct jupiter_check_ask *a;
    const struct jupiter_check_quote *q;
    struct key wsol; /* the wallet's account for wrapped SOL */
    char *why;
    bool wrapped;        /* the transfer was seen */
    uint8_t budget_seen; /* bit n: budget instruction n */
    uint32_t units;
    uint64_t price;
};

static bool signers(const struct look *k, const struct ix *x)
{
    char *why = k->why;
    for (unsigned i = 0; i < x->accounts_count; i++)
        if (x->account[i].flags & ACCOUNT_SIGNER && !key_equal(&x->account[i].key, &k->a->wallet))
            REFUSE("it needs a signature of another key than the wallet");
    return true;
}

static bool budget(struct look *k, const struct ix *x)
{
    char *why = k->why;
    uint8_t tag = x->data_len ? x->data[0] : 0;
    if (!address_is(&x->program, address_compute_budget) || x->accounts_count)
        REFUSE("an instruction that is no budget among those of the budget");
    if (tag < 1 || tag > 4 || x->data_len != (tag == 3 ? 9 : 5))
        REFUSE("an unknown budget instruction");
    if (k->budget_seen >> tag & 1) REFUSE("a budget instruction that comes twice");
    k->budget_seen |= (uint8_t)(1u << tag);
    if (tag == 2) k->units = load_u32(x->data + 1);
    if (tag == 3) k->price = load_u64(x->data + 1);
    return true;
}

static bool priority(const struct look *k)
{
    char *why = k->why;
    uint64_t lamports;
    uint32_t units =
        k->budget_seen >> 2 & 1 && k->units < TX_COMPUTE_MAX ? k->units : TX_COMPUTE_MAX;
    if (!core_priority_lamports(units, k->price, &lamports) ||
        lamports > k->a->max_priority_lamports)
        REFUSE("a priority fee beyond %llu lamports",
               (unsigned long long)k->a->max_priority_lamports);
    return true;
}

/* ---- setup and cleanup ---- */

static bool key_at(const struct ix *x, unsigned i, const struct key *k)
{
    return key_equal(&x->account[i].key, k);
}
static bool is_token_program(const struct key *k)
{
    return address_is(k, address_token) || address_is(k, address_token_2022);
}

static bool mint_of_route(const struct look *k, const struct key *mint)
{
    bool found = key_equal(mint, &k->q->input_mint) || key_equal(mint, &k->q->output_mint);
    for (size_t i = 0; i < k->q->legs; i++)
        found |=
            key_equal(mint, &k->q->leg[i].input_mint) || key_equal(mint, &k->q->leg[i].output_mint);
    return found;
}

static bool makes_account(const struct look *k, const struct ix *x)
{
    char *why = k->why;
    struct key want;
    if (x->data_len > 1 || (x->data_len == 1 && x->data[0] > 1) || x->accounts_count != 6)
        REFUSE("setup: a token account is created in an unknown way");
    if (!key_at(x, 0, &k->a->wallet) || !key_at(x, 2, &k->a->wallet))
        REFUSE("setup: a token account for another owner");
    if (!mint_of_route(k, &x->account[3].key))
        REFUSE("setup: a token account of a mint that is not on the route");
    if (!key_at(x, 4, address_key(address_system)) || !is_token_program(&x->account[5].key))
        REFUSE("setup: a token account of an unknown token program");
    if (!pda_token_account(&k->a->wallet, &x->account[5].key, &x->account[3].key, &want) ||
        !key_at(x, 1, &want))
        REFUSE("setup: a token account that is not the wallet's own");
    return true;
}

static bool wraps(struct look *k, const struct ix *x)
{
    char *why = k->why;
    uint64_t most = k->a->exact_out ? k->q->limit_raw : k->a->amount_raw;
    if (!k->a->wrap || !address_is(&k->a->input_mint, address_native_mint))
        REFUSE("setup: SOL is sent although none is to be wrapped");
    if (x->data_len != 12 || load_u32(x->data) != 2 || x->accounts_count != 2)
        REFUSE("setup: an instruction of the System program that is no transfer");
    if (!key_at(x, 0, &k->a->wallet) || !key_at(x, 1, &k->wsol))
        REFUSE("setup: SOL is sent to another account");
    if (k->wrapped || load_u64(x->data + 4) > most)
        REFUSE("setup: more SOL is wrapped than is swapped");
    return k->wrapped = true;
}

static bool setup(struct look *k, const struct ix *x)
{
    char *why = k->why;
    if (address_is(&x->program, address_associated_token)) return makes_account(k, x);
    if (address_is(&x->program, address_system)) return wraps(k, x);
    bool syncs = address_is(&x->program, address_token) && x->data_len == 1 && x->data[0] == 17 &&
                 x->accounts_count == 1 && key_at(x, 0, &k->wsol);
    if (!syncs) REFUSE("setup: an instruction that was not requested");
    return true;
}

static bool cleanup(const struct look *k, const struct ix *x)
{
    char *why = k->why;
    bool of_sol = address_is(&k->a->input_mint, address_native_mint) ||
                  address_is(&k->a->output_mint, address_native_mint);
    bool closes = address_is(&x->program, address_token) && x->data_len == 1 && x->data[0] == 9 &&
                  x->accounts_count == 3 && key_at(x, 0, &k->wsol) && key_at(x, 1, &k->a->wallet) &&
                  key_at(x, 2, &k->a->wallet);
    if (!k->a->wrap || !of_sol || !closes)
        REFUSE("cleanup: an instruction that is not the closing of the wallet's wrapped SOL");
    return true;
}

/* ---- the swap ---- */

/* Key of a part, or NULL when this form does not name it. */
static const struct key *part_key(const struct swap_route *r, const struct ix *x,
                                  enum account_role p)
{
    int at = route_account(r, p);
    return at >= 0 ? &x->account[at].key : NULL;
}

static bool part_is(const struct swap_route *r, const struct ix *x, enum account_role p,
                    const struct key *want)
{
    const struct key *k = part_key(r, x, p);
    return !k || key_equal(k, want);
}

/* Is it the owner's associated account of this mint? Under the program that the instruction names
 * for it, or under either. */
static bool is_account_of(const struct key *account, const struct key *owner,
                          const struct key *mint, const struct key *program)
{
    static const enum address programs[] = {address_token, address_token_2022};
    struct key want;
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        if (program && !address_is(program, programs[i])) continue;
        if (pda_token_account(owner, address_key(programs[i]), mint, &want) &&
            key_equal(account, &want))
            return true;
    }
    return false;
}

static bool accounts_fixed(const struct look *k, const struct swap_route *r, const struct ix *x)
{
    char *why = k->why;
    const struct key *jupiter = address_key(address_jupiter),
                     *other = part_key(r, x, acct_other_token_program),
                     *token = part_key(r, x, acct_token_program);
    int user = route_account(r, acct_user);
    if (!key_at(x, (unsigned)user, &k->a->wallet) || !(x->account[user].flags & ACCOUNT_SIGNER))
        REFUSE("the swap is not the wallet's");
    if (!part_is(r, x, acct_source_mint, &k->a->input_mint) ||
        !part_is(r, x, acct_destination_mint, &k->a->output_mint))
        REFUSE("the swap is of other mints");
    if (!part_is(r, x, acct_jupiter_program, jupiter) ||
        !part_is(r, x, acct_jupiter_event_authority, address_key(address_jupiter_event_authority)))
        REFUSE("the swap does not name Jupiter's own accounts");
    if (!part_is(r, x, acct_platform_fee, jupiter)) REFUSE("the swap pays a platform fee");
    if ((token && !is_token_program(token)) ||
        (other && !key_equal(other, jupiter) && !address_is(other, address_token_2022)))
        REFUSE("the swap names an unknown token program");
    return true;
}

static bool accounts_ours(const struct look *k, const struct swap_route *r, const struct ix *x)
{
    char *why = k->why;
    const struct jupiter_check_ask *a = k->a;
    const struct key *source = part_key(r, x, acct_source),
                     *destination = part_key(r, x, acct_destination),
                     *other = part_key(r, x, acct_other_destination);
    const struct key *source_program = part_key(r, x, acct_source_program),
                     *destination_program = part_key(r, x, acct_destination_program);
    if (!is_account_of(source, &a->wallet, &a->input_mint, source_program))
        REFUSE("the swap does not take from the wallet's own account");
    bool own = is_account_of(destination, &a->wallet, &a->output_mint, destination_program),
         given = !is_none(&a->destination) && key_equal(destination, &a->destination);
    bool named = other && !address_is(other, address_jupiter); /* where the output goes instead */
    if (named && !key_equal(other, is_none(&a->destination) ? destination : &a->destination))
        REFUSE("the swap pays out to an account that is not ours");
    if (is_none(&a->destination) ? !own : !given && !(own && named))
        REFUSE("the swap pays out to an account that is not ours");
    return true;
}

/* Shared accounts: Jupiter's authority of this number and its associated accounts stand between, or
 * our own do. */
static bool accounts_shared(const struct look *k, const struct swap_route *r, const struct ix *x)
{
    char *why = k->why;
    struct key authority;
    struct pda_seed seeds[] = {{"authority", 9}, {&r->id, 1}};
    if (!r->shared) return true;
    if (!pda_find(seeds, 2, address_key(address_jupiter), &authority, NULL) ||
        !part_is(r, x, acct_jupiter_authority, &authority))
        REFUSE("the swap names an authority that is not Jupiter's");
    const struct key *in = part_key(r, x, acct_program_source),
                     *out = part_key(r, x, acct_program_destination);
    if (!key_equal(in, part_key(r, x, acct_source)) &&
        !is_account_of(in, &authority, &k->a->input_mint, part_key(r, x, acct_source_program)))
        REFUSE("the swap goes by an account that is not Jupiter's");
    if (!key_equal(out, part_key(r, x, acct_destination)) &&
        !is_account_of(out, &authority, &k->a->output_mint,
                       part_key(r, x, acct_destination_program)))
        REFUSE("the swap goes by an account that is not Jupiter's");
    return true;
}

static bool swap_amounts(const struct look *k, const struct swap_route *r)
{
    char *why = k->why;
    uint64_t limit;
    if (r->from_ledger) REFUSE("the swap spends an amount that it does not state");
    if (r->exact_out != k->a->exact_out) REFUSE("the swap is of the other mode");
    if ((r->opaque && !r->v2) || (!r->opaque && r->trailing))
        REFUSE("the swap's data is not of a known form to its last byte");
    if (r->in_raw != k->q->in_raw || r->out_raw != k->q->out_raw)
        REFUSE("the swap is of other amounts than the quote");
    if (r->slippage_bps != k->a->slippage_bps)
        REFUSE("the swap allows %u bps of slippage, not %u", r->slippage_bps, k->a->slippage_bps);
    if (r->platform_fee_bps || r->positive_slippage_bps)
        REFUSE("the swap takes a fee that was not requested");
    if (!route_limit(r, &limit) || !limit_holds(k->a, limit))
        REFUSE("the swap's limit is worse than ours");
    return true;
}

static bool swap(const struct look *k, const struct ix *x)
{
    char *why = k->why;
    struct swap_route r;
    if (!address_is(&x->program, address_jupiter)) REFUSE("the swap is not of Jupiter's program");
    if (!route_read(x->data, x->data_len, &r)) REFUSE("the swap is an unknown instruction");
    if (x->accounts_count < layout_of(r.layout)->accounts_count)
        REFUSE("the swap has too few accounts");
    return swap_amounts(k, &r) && accounts_fixed(k, &r, x) && accounts_ours(k, &r, x) &&
           accounts_shared(k, &r, x);
}

static bool one(struct look *k, const struct jupiter_check_swap *s, size_t i)
{
    const struct ix *x = &s->plan.ix[i];
    size_t at = jupiter_check_swap_at(s);
    if (!signers(k, x)) return false;
    if (i < s->budget) return budget(k, x);
    if (i < at) return setup(k, x);
    return i == at ? swap(k, x) : cleanup(k, x);
}

bool jupiter_check_check(const struct jupiter_check_ask *a, const struct jupiter_check_quote *q,
                         const struct jupiter_check_swap *s, char why[200])
{
    struct look k = {.a = a, .q = q, .why = why};
    if (!jupiter_check_quote_check(a, q, why)) return false;
    if (s->others) REFUSE("it holds instructions that were not requested");
    if (s->cleanup > 1 || s->plan.count > PLAN_IX_MAX ||
        s->plan.count != jupiter_check_swap_at(s) + 1u + s->cleanup)
        REFUSE("too many instructions");
    if (!pda_token_account(&a->wallet, address_key(address_token), address_key(address_native_mint),
                           &k.wsol))
        REFUSE("the wallet has no address for wrapped SOL");
    for (size_t i = 0; i < s->plan.count; i++)
        if (s->plan.ix[i].data_len > IX_DATA_MAX || !one(&k, s, i)) return false;
    return priority(&k);
}
