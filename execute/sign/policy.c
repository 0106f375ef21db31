/* policy.c - see policy.h and policy.def. The order of the rules: budget, form, instruction kinds,
 * accounts, amounts, windows. */
#include "execute/sign/policy.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/sol/core.h"
#include "common/sol/pda.h"
#include "common/venue/book.h"

#define REFUSE(...) return snprintf(why, 200, __VA_ARGS__), false

/* ---- rules ---- */

#define DEMANDS 4u
enum judge {
    JUDGE_NONE,
    JUDGE_PLAIN,
    JUDGE_SENDS,
    JUDGE_MAKES,
    JUDGE_ORDERS,
    JUDGE_CLOSES,
    JUDGE_HOLDS,
    JUDGE_SWAPS
};
enum { NO, YES };
struct demand {
    const char *arg;
    uint64_t least, most;
};
struct rule {
    uint8_t judge, by_default, extra, spare, least, most;
    uint8_t input, other, sol; /* parts */
    const char *bound, *or_bound, *choice, *forward;
    uint64_t or_when, rent;
    struct demand demand[DEMANDS];
};

static const struct rule rules[LAYOUT_COUNT] = {
#define RULE(layout, yes, how, ...) \
    [layout_##layout] = {.judge = JUDGE_##how, .by_default = yes, __VA_ARGS__},
#include "execute/sign/policy.def"
};

/* The roles of the trader's token accounts, and the roles that name their mint and program where
 * the layout has them. */
static const struct own_account {
    uint8_t role, mint, program;
} own_accounts[] = {
    {acct_user_base, acct_base_mint, acct_base_program},
    {acct_user_quote, acct_quote_mint, acct_quote_program},
    {acct_user_in, acct_mint_in, acct_program_in},
    {acct_user_out, acct_mint_out, acct_program_out},
    /* Meteora names the pool's two mints, not the one that pays. */
    {acct_user_in, acct_mint_a, acct_program_a},
    {acct_user_in, acct_mint_b, acct_program_b},
    {acct_user_out, acct_mint_a, acct_program_a},
    {acct_user_out, acct_mint_b, acct_program_b},
    {acct_user_a, acct_mint_a, acct_program_a},
    {acct_user_b, acct_mint_b, acct_program_b},
    /* The order book names no mint: its accounts must be known as the wallet's own already. */
    {acct_order_payer, acct_none, acct_none},
    {acct_coin_wallet, acct_none, acct_none},
    {acct_pc_wallet, acct_none, acct_none}};

static const char *const kind_names[LAYOUT_COUNT] = {
#define LAYOUT(id, program, name, disc, args) #program "." name,
#include "common/sol/layouts.def"
};
static const char *const program_names[LAYOUT_COUNT] = {
#define LAYOUT(id, program, name, disc, args) #program,
#include "common/sol/layouts.def"
};

const char *policy_kind_name(enum layout_id id) { return kind_names[id]; }
const char *policy_program_name(enum layout_id id) { return program_names[id]; }
bool policy_can_allow(enum layout_id id) { return rules[id].judge != JUDGE_NONE; }

static enum error unknown_kind(const char *option, const char *word, struct err *e)
{
    bool kind = strchr(word, '.') != NULL;
    const char *near = nearest_name(word, kind ? kind_names : program_names, LAYOUT_COUNT);
    if (!near)
        return err_set(
            e, E_CONFIG,
            "%s: '%.60s' is not a known program or instruction (sluice-sign --check lists "
            "those that can be allowed)",
            option, word);
    return err_set(e, E_CONFIG,
                   "%s: '%.60s' is not a known program or instruction; did you mean '%s'?", option,
                   word, near);
}

/* One word of allow or deny. */
static enum error choose(struct policy *p, const char *word, bool yes, struct err *e)
{
    bool all = strcmp(word, "default") == 0, known = all, done = all;
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        if (all ? !rules[i].by_default
                : strcmp(word, program_names[i]) != 0 && strcmp(word, kind_names[i]) != 0)
            continue;
        known = true;
        if (yes && rules[i].judge == JUDGE_NONE) continue;
        p->allowed[i] = yes;
        done = true;
    }
    if (!known) return unknown_kind(yes ? "allow" : "deny", word, e);
    return done || !yes ? OK
                        : err_set(e, E_CONFIG,
                                  "allow: '%.60s' cannot be allowed: the signer has no rule that "
                                  "bounds what it can spend",
                                  word);
}

static enum error choose_list(struct policy *p, const char *list, bool yes, struct err *e)
{
    enum error rc = OK;
    for (size_t n; rc == OK && *list; list += n + (list[n] != 0)) {
        char word[80];
        n = strcspn(list, "\n, \t");
        snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word), list);
        if (n) rc = choose(p, word, yes, e);
    }
    return rc;
}

enum error policy_choose(struct policy *p, const char *allow, const char *deny, struct err *e)
{
    memset(p->allowed, 0, sizeof p->allowed);
    enum error rc = choose_list(p, allow, true, e);
    return rc == OK ? choose_list(p, deny, false, e) : rc;
}

static void remember(struct policy_state *s, const struct key *k)
{
    for (size_t i = 0; i < POLICY_ACCOUNTS && i < s->own_next; i++)
        if (key_equal(&s->own[i], k)) return;
    s->own[s->own_next++ % POLICY_ACCOUNTS] = *k;
}

static bool is_own(const struct policy_state *s, const struct key *k)
{
    if (key_is_none(k)) return false;
    if (key_equal(k, &s->wsol)) return true;
    for (size_t i = 0; i < POLICY_ACCOUNTS && i < s->own_next; i++)
        if (key_equal(&s->own[i], k)) return true;
    return false;
}

void policy_init(struct policy_state *s, const struct policy *p)
{
    memset(s, 0, sizeof *s);
    if (!pda_token_account(&p->wallet, address_key(address_token), address_key(address_native_mint),
                           &s->wsol))
        memset(&s->wsol, 0xff, 32);
}

/* ---- one instruction ---- */

struct sums {
    uint64_t wrapped, tips, sent, rent, curve, swapped;
    bool emptied; /* the wrapped SOL was closed in this message, and since then only what `wrapped`
                     counts can have come in */
};
struct look {
    const struct policy *p;
    struct policy_state *s;
    const struct tx_message *m;
    const struct tx_ix *x;
    const struct layout *l;
    const struct rule *rule;
    struct sums *sum;
    char *why;
    unsigned at;
};

/* The key of account i of the instruction; NULL when it comes from a lookup table, which the signer
 * cannot read. */
static const struct key *account(const struct look *k, unsigned i)
{
    return i < k->x->accounts_count ? message_key(k->m, NULL, k->x->accounts[i]) : NULL;
}

/* The layout's row for account i. Conditional accounts shift those that follow: before the first of
 * them positions count from the start, after the last from the end, and between them the row is
 * unknown (NULL). */
static const struct layout_account *place(const struct look *k, unsigned i)
{
    size_t n = k->l->accounts_count, first = 0, last = n;
    while (first < n && !k->l->account[first].condition) first++;
    while (last > 0 && !k->l->account[last - 1].condition) last--;
    if (i < first) return &k->l->account[i];
    size_t from_end = k->x->accounts_count - i;
    return from_end <= n - last && first < n ? &k->l->account[n - from_end] : NULL;
}

/* May the wallet, which signs, stand here? As trader, payer, owner or receiver of its own. */
static bool is_wallets_place(const struct layout_account *a)
{
    return a && (a->role == acct_user || a->role == acct_payer || a->role == acct_from ||
                 a->role == acct_owner || a->role == acct_destination || a->role == acct_base ||
                 a->role == acct_authority);
}

/* The least and the greatest number of accounts: the rule's, else the layout's. */
static size_t least_accounts(const struct look *k)
{
    size_t least = 0;
    for (size_t i = 0; i < k->l->accounts_count; i++) least += !k->l->account[i].condition;
    return k->rule->least ? k->rule->least : least;
}

static size_t most_accounts(const struct look *k)
{
    return k->rule->most ? k->rule->most : k->l->accounts_count + k->rule->extra;
}

static bool accounts_in_order(const struct look *k)
{
    char *why = k->why;
    bool marker = k->l == layout_of(layout_system_transfer) && k->x->accounts_count == 3;
    if (marker && (!account(k, 2) || !address_is(account(k, 2), address_jito_dont_front) ||
                   message_is_writable(k->m, k->x->accounts[2])))
        REFUSE("accounts: instruction %u has an account too many", k->at);
    if (!marker && k->x->accounts_count > most_accounts(k))
        REFUSE("accounts: instruction %u has an account too many", k->at);
    for (size_t i = k->l->accounts_count; i < k->x->accounts_count; i++)
        if (account(k, (unsigned)i) && is_own(k->s, account(k, (unsigned)i)))
            REFUSE("accounts: instruction %u uses an account of the wallet where it should not",
                   k->at);
    for (unsigned i = 0; i < k->x->accounts_count; i++)
        if (message_is_signer(k->m, k->x->accounts[i]) && !is_wallets_place(place(k, i)))
            REFUSE("accounts: instruction %u uses the wallet where it should not", k->at);
    return true;
}

static const struct key *role_key(const struct look *k, enum account_role role)
{
    for (unsigned i = 0; i < k->x->accounts_count; i++) {
        const struct layout_account *a = place(k, i);
        if (a && a->role == role) return account(k, i);
    }
    return NULL;
}

/* Is key the wallet's associated account of this mint? A derived account is remembered, so that it
 * is derived once. */
static bool own_by_derivation(const struct look *k, const struct key *key, const struct key *mint,
                              const struct key *program)
{
    struct key made;
    if (is_own(k->s, key)) return true;
    if (!mint || !program ||
        (!address_is(program, address_token) && !address_is(program, address_token_2022)))
        return false;
    if (!pda_token_account(&k->p->wallet, program, mint, &made) || !key_equal(key, &made))
        return false;
    remember(k->s, &made);
    return true;
}

/* Is key the wallet's own: by derivation where the instruction names the mint, else by memory? */
static bool is_own_account(const struct look *k, const struct own_account *o, const struct key *key)
{
    return key && own_by_derivation(k, key, role_key(k, (enum account_role)o->mint),
                                    role_key(k, (enum account_role)o->program));
}

/* True when the role is not a trader's token account, or one of its rows shows key to be own. */
static bool own_token(const struct look *k, uint8_t role, const struct key *key)
{
    bool token = false;
    for (size_t i = 0; i < COUNT_OF(own_accounts); i++) {
        if (own_accounts[i].role != role) continue;
        if (is_own_account(k, &own_accounts[i], key)) return true;
        token = true;
    }
    return !token;
}

/* Every account that money moves through must be the wallet's own. */
static bool are_own(const struct look *k)
{
    char *why = k->why;
    for (unsigned i = 0; i < k->x->accounts_count; i++) {
        const struct layout_account *a = place(k, i);
        const struct key *key = account(k, i);
        if (!a) continue;
        bool wallet = a->role == acct_user || a->role == acct_payer || a->role == acct_from ||
                      a->role == acct_base || a->role == acct_authority;
        if ((wallet && (!key || !key_equal(key, &k->p->wallet))) || !own_token(k, a->role, key))
            REFUSE("accounts: %s of instruction %u is not known to be the wallet's own",
                   keyset_role_name((enum account_role)a->role), k->at);
    }
    return true;
}

static bool may_receive(const struct policy *p, const struct key *k)
{
    for (uint32_t i = 0; i < p->destinations && i < POLICY_DESTINATIONS; i++)
        if (key_equal(&p->destination[i], k)) return true;
    return false;
}

static bool add(uint64_t *sum, uint64_t v) { return add_u64(*sum, v, sum); }

static bool transfer(const struct look *k, uint64_t lamports)
{
    char *why = k->why;
    const struct key *to = account(k, 1);
    if (!to)
        REFUSE("destinations: instruction %u sends SOL to an account from a lookup table", k->at);
    bool good = address_is_tip(to)           ? add(&k->sum->tips, lamports)
                : key_equal(to, &k->s->wsol) ? add(&k->sum->wrapped, lamports)
                : may_receive(k->p, to)      ? add(&k->sum->sent, lamports)
                                             : false;
    if (!good)
        REFUSE("destinations: instruction %u sends SOL to an account that is not a destination",
               k->at);
    return true;
}

/* A token account is created for the wallet only. The associated token program itself refuses an
 * address that does not belong to the mint. */
static bool makes(const struct look *k)
{
    char *why = k->why;
    const struct key *at = account(k, 1), *owner = account(k, 2), *mint = account(k, 3),
                     *program = account(k, 5);
    if (!at || !owner || !mint || !program || !key_equal(owner, &k->p->wallet))
        REFUSE("accounts: instruction %u creates a token account for another owner", k->at);
    if (!address_is(program, address_token) && !address_is(program, address_token_2022))
        REFUSE("programs: instruction %u creates an account of an unknown token program", k->at);
    if (!own_by_derivation(k, at, mint, program))
        REFUSE("accounts: instruction %u creates an account that is not the wallet's own", k->at);
    if (!add(&k->sum->rent, RENT_LAMPORTS(300)))
        REFUSE("amounts: too large"); /* 300 is an upper bound: Token-2022 accounts have 165 to 200
                                         bytes */
    return true;
}

/* An account for the wallet's orders in an order book is at an address derived from the wallet. All
 * lamports that it receives count as rent. */
static bool makes_orders(const struct look *k, uint64_t lamports)
{
    char *why = k->why;
    const uint8_t *d = k->x->data; /* tag u32, base, length of the seed u64, seed, lamports u64,
                                      space u64, owner: read whole before */
    const struct key *at = account(k, 1);
    struct key base, owner, made;
    memcpy(base.b, d + 4, 32);
    memcpy(owner.b, d + k->x->data_len - 32, 32);
    if (!address_is(&owner, address_openbook))
        REFUSE("programs: instruction %u creates an account for a program that may not have one",
               k->at);
    if (!at || !key_equal(&base, &k->p->wallet) ||
        !pda_with_seed(&base, (const char *)d + 44, load_u64(d + 36), &owner, &made) ||
        !key_equal(at, &made))
        REFUSE("accounts: instruction %u creates an account that is not the wallet's own", k->at);
    if (!add(&k->sum->rent, lamports)) REFUSE("amounts: too large");
    return true;
}

/* An account is closed to the wallet only. */
static bool closes(const struct look *k)
{
    char *why = k->why;
    const struct key *to = role_key(k, acct_destination), *owner = role_key(k, acct_owner),
                     *user = role_key(k, acct_user), *closed = account(k, 0);
    if (!owner) owner = user;
    if (!to || !owner || !key_equal(to, &k->p->wallet) || !key_equal(owner, &k->p->wallet))
        REFUSE("destinations: instruction %u closes an account to another receiver", k->at);
    if (k->l->program == address_token && closed && key_equal(closed, &k->s->wsol))
        k->sum->emptied = true;
    return true;
}

/* A transfer of an account to itself moves nothing; it fails when the account holds less. It serves
 * as the least output of a swap that has none (OpenBook). */
static bool holds(const struct look *k)
{
    char *why = k->why;
    const struct key *from = account(k, 0), *to = account(k, 1);
    if (!from || !to || !key_equal(from, to))
        REFUSE("destinations: instruction %u sends tokens to another account", k->at);
    if (!is_own(k->s, from))
        REFUSE("accounts: instruction %u holds an account that is not known to be the wallet's own",
               k->at);
    return true;
}

/* ---- arguments ---- */

/* The arguments that the rule names. */
struct values {
    uint64_t bound, or_bound, choice, forward;
};

/* Check an argument against the demands of the rule. An argument of loose bytes counts as its one
 * byte; a longer one meets no demand. */
static bool is_as_demanded(const struct look *k, const struct layout_arg *a, size_t from,
                           size_t end, uint64_t x)
{
    char *why = k->why;
    for (const struct demand *d = k->rule->demand; d < k->rule->demand + DEMANDS && d->arg; d++) {
        if (strcmp(d->arg, a->name) != 0) continue;
        if (strcmp(a->type, "bytes") == 0) x = end - from == 1 ? k->x->data[from] : UINT64_MAX;
        if (x < d->least || x > d->most)
            REFUSE("arguments: %s of instruction %u has a value that is not permitted", a->name,
                   k->at);
    }
    return true;
}

/* Read all arguments. No byte may be left over, and no argument of the rule may be missing. */
static bool read_values(const struct look *k, struct values *v)
{
    char *why = k->why;
    const struct rule *r = k->rule;
    const struct {
        const char *name;
        uint64_t *value;
    } wanted[] = {{r->bound, &v->bound},
                  {r->or_bound, &v->or_bound},
                  {r->choice, &v->choice},
                  {r->forward, &v->forward}};
    size_t at = k->l->disc_len, missing = 0;
    struct layout_arg a;
    uint64_t x;
    *v = (struct values){.forward = 1};
    for (size_t i = 0; i < COUNT_OF(wanted); i++) missing += wanted[i].name != NULL;
    for (const char *rest = k->l->args; layout_next_arg(&rest, &a);) {
        size_t from = at;
        if (a.optional && at >= k->x->data_len) break;
        if (!layout_read_arg(&a, k->x->data, k->x->data_len, &at, &x))
            REFUSE("form: instruction %u is too short", k->at);
        if (!is_as_demanded(k, &a, from, at, x)) return false;
        for (size_t i = 0; i < COUNT_OF(wanted); i++)
            if (wanted[i].name && strcmp(wanted[i].name, a.name) == 0) {
                *wanted[i].value = x;
                missing--;
            }
    }
    if (missing) REFUSE("form: instruction %u has no argument that bounds what it spends", k->at);
    if (at + k->rule->spare < k->x->data_len)
        REFUSE("form: instruction %u has unknown bytes behind its arguments", k->at);
    return true;
}

/* The most of the input that can leave, where that is SOL. */
static bool add_spent(const struct look *k, const struct values *v, uint64_t *sum)
{
    char *why = k->why;
    const struct rule *r = k->rule;
    bool other = r->choice && v->choice == r->or_when;
    if (other && !r->or_bound && !k->sum->emptied)
        REFUSE(
            "amounts: instruction %u spends SOL in lots of unknown size, and the message does not "
            "close the wrapped SOL account first",
            k->at);
    uint64_t most = !other ? v->bound : r->or_bound ? v->or_bound : k->sum->wrapped;
    if (!add(sum, most) || !add(&k->sum->rent, r->rent)) REFUSE("amounts: too large");
    return true;
}

/* The SOL that a swap can spend, by its rule. */
static bool swaps(const struct look *k, const struct values *v)
{
    char *why = k->why;
    const struct rule *r = k->rule;
    enum account_role paying = (enum account_role)(v->forward ? r->input : r->other);
    const struct key *input = paying == acct_none ? NULL : role_key(k, paying),
                     *base = role_key(k, acct_user_base);
    if (r->sol != acct_none) {
        const struct key *mint = role_key(k, (enum account_role)r->sol);
        if (!mint || !address_is(mint, address_native_mint))
            REFUSE("amounts: instruction %u is not paid in SOL", k->at);
        if (base && key_equal(base, &k->s->wsol))
            REFUSE("amounts: instruction %u trades SOL for SOL", k->at);
    }
    if (!r->bound) return true;
    if (paying != acct_none && !input)
        REFUSE("accounts: instruction %u does not name the account that pays", k->at);
    bool lamports = paying == acct_none,
         sol = lamports || r->sol != acct_none || key_equal(input, &k->s->wsol);
    return !sol || add_spent(k, v, lamports ? &k->sum->curve : &k->sum->swapped);
}

static bool judge(const struct look *k)
{
    struct values v;
    if (!read_values(k, &v)) return false;
    switch (k->rule->judge) {
    case JUDGE_SENDS: return transfer(k, v.bound);
    case JUDGE_MAKES: return makes(k);
    case JUDGE_ORDERS: return makes_orders(k, v.bound);
    case JUDGE_CLOSES: return closes(k);
    case JUDGE_HOLDS: return holds(k);
    case JUDGE_SWAPS: return swaps(k, &v);
    default: return k->rule->judge == JUDGE_PLAIN;
    }
}

static bool instruction(struct look *k)
{
    char *why = k->why;
    const struct key *program = message_key(k->m, NULL, k->x->program);
    k->l = program ? layout_find(program, k->x->data, k->x->data_len) : NULL;
    if (!program || address_of(program) == ADDRESS_COUNT)
        REFUSE("programs: instruction %u calls a program that is not on the list", k->at);
    size_t id = k->l ? (size_t)(k->l - layout_of((enum layout_id)0)) : 0;
    k->rule = &rules[id];
    if (!k->l || !k->p->allowed[id] || k->rule->judge == JUDGE_NONE)
        REFUSE("instructions: %s.%s is not allowed", address_name(address_of(program)),
               k->l ? k->l->name : "(unknown)");
    if (k->x->accounts_count < least_accounts(k))
        REFUSE("form: instruction %u has too few accounts", k->at);
    if (!accounts_in_order(k) || !are_own(k) || !judge(k)) return false;
    /* Any other program may have added wrapped SOL that is not counted. */
    if (!address_is(program, address_system) && !address_is(program, address_token) &&
        !address_is(program, address_associated_token))
        k->sum->emptied = false;
    return true;
}

/* ---- the whole message ---- */

/* What a message requests of the runtime, each at most once. */
struct budget {
    bool has[5];
    uint64_t heap, units, price, loaded;
};
#define HEAP_MIN   32768u /* Agave's compute budget: 32 to 256 KiB in whole KiB */
#define HEAP_MAX   262144u
#define LOADED_MAX (64u << 20) /* all a transaction may load */

/* Read the instructions of compute_budget. A message of version 1 has a configuration instead, and
 * the runtime ignores these there. */
static bool budget_instructions(const struct tx_message *m, struct budget *b, char *why)
{
    uint64_t *value[5] = {NULL, &b->heap, &b->units, &b->price, &b->loaded};
    for (unsigned i = 0; i < m->ix_count; i++) {
        const struct tx_ix *x = &m->ix[i];
        if (!address_is(&m->keys[x->program], address_compute_budget)) continue;
        uint8_t tag = x->data_len ? x->data[0] : 0;
        if (m->version == TX_V1)
            REFUSE("budget: instruction %u is not used in messages of version 1", i);
        if (tag < 1 || tag > 4 || x->data_len != (tag == 3 ? 9 : 5) || x->accounts_count)
            REFUSE("budget: instruction %u is unknown or malformed", i);
        if (b->has[tag]) REFUSE("budget: instruction %u repeats a request", i);
        b->has[tag] = true;
        *value[tag] = tag == 3 ? load_u64(x->data + 1) : load_u32(x->data + 1);
    }
    return true;
}

/* Check the budget, and compute the most that the runtime would take as priority fee. Without a
 * limit the runtime assumes one itself, at most TX_COMPUTE_MAX. */
static bool budget(const struct policy *p, const struct tx_message *m, uint64_t *priority,
                   char *why)
{
    struct budget b = {{0}};
    if (!budget_instructions(m, &b, why)) return false;
    if (m->version == TX_V1) {
        const struct tx_budget *v1 = &m->budget;
        b = (struct budget){{false, v1->has_heap, v1->has_units, v1->has_priority, v1->has_loaded},
                            v1->heap_bytes,
                            v1->compute_units,
                            0,
                            v1->loaded_bytes};
        static const enum layout_id kind[5] = {0, layout_budget_heap, layout_budget_limit,
                                               layout_budget_price, layout_budget_loaded};
        for (unsigned i = 1; i < 5; i++)
            if (b.has[i] && !p->allowed[kind[i]])
                REFUSE("instructions: %s is not allowed", kind_names[kind[i]]);
    }
    if (b.has[1] && (b.heap < HEAP_MIN || b.heap > HEAP_MAX || b.heap % 1024))
        REFUSE("budget: a heap of %llu bytes", (unsigned long long)b.heap);
    if (b.has[2] && (b.units == 0 || b.units > TX_COMPUTE_MAX))
        REFUSE("budget: a limit of %llu compute units", (unsigned long long)b.units);
    if (b.has[4] && (b.loaded == 0 || b.loaded > LOADED_MAX))
        REFUSE("budget: a limit of %llu bytes to load", (unsigned long long)b.loaded);
    if (m->version == TX_V1)
        *priority = m->budget.priority_lamports;
    else if (!core_priority_lamports(b.has[2] ? (uint32_t)b.units : TX_COMPUTE_MAX, b.price,
                                     priority))
        *priority = UINT64_MAX;
    if (*priority > p->max_priority)
        REFUSE("priority: the fee of %llu is above the limit of %llu lamports",
               (unsigned long long)*priority, (unsigned long long)p->max_priority);
    return true;
}

static bool total(const struct sums *sum, uint64_t priority, uint64_t *worth)
{
    /* Swaps spend wrapped SOL. SOL that was wrapped earlier counts when it is spent, so the larger
     * of the two sums counts. */
    uint64_t wsol = sum->wrapped > sum->swapped ? sum->wrapped : sum->swapped;
    *worth = SIGNATURE_LAMPORTS;
    return add(worth, priority) && add(worth, wsol) && add(worth, sum->tips) &&
           add(worth, sum->sent) && add(worth, sum->rent) && add(worth, sum->curve);
}

/* The current minute, never before the latest that was counted. */
static uint64_t minute_of(const struct policy_counts *c, uint64_t now_s)
{
    return now_s / 60 > c->minute ? now_s / 60 : c->minute;
}

uint64_t policy_spent(const struct policy_state *s, uint64_t now_s, unsigned minutes)
{
    const struct policy_counts *c = &s->counts;
    uint64_t sum = 0, now = minute_of(c, now_s);
    for (uint64_t i = 0; i < minutes && i < POLICY_MINUTES && i <= now; i++)
        if (now - i <= c->minute && c->minute - (now - i) < POLICY_MINUTES)
            sum = add_sat_u64(sum, c->spent[(now - i) % POLICY_MINUTES]);
    return sum;
}

static struct hash32 name_of(const struct tx_message *m)
{
    struct hash32 h;
    crypto_generichash(h.b, 32, m->bytes, m->n, NULL, 0);
    return h;
}

static bool seen_before(const struct policy_counts *c, const struct hash32 *name)
{
    for (size_t i = 0; i < POLICY_SEEN && i < c->seen_next; i++)
        if (memcmp(&c->seen[i], name, 32) == 0) return true;
    return false;
}

bool policy_check(const struct policy *p, struct policy_state *s, const struct tx_message *m,
                  uint64_t now_s, uint64_t *worth, char why[200])
{
    struct sums sum = {0};
    uint64_t priority;
    if (m->signers != 1 || !key_equal(&m->keys[0], &p->wallet))
        REFUSE("signers: the wallet must be the only one");
    if (!budget(p, m, &priority, why)) return false;
    for (unsigned pass = 0; pass < 2;
         pass++) { /* first the accounts that are created, so that every swap recognises them */
        if (pass == 1) memset(&sum, 0, sizeof sum);
        for (unsigned i = 0; i < m->ix_count; i++) {
            struct look k = {
                .p = p, .s = s, .m = m, .x = &m->ix[i], .sum = &sum, .why = why, .at = i};
            const struct key *program = message_key(m, NULL, m->ix[i].program);
            bool makes = program && address_is(program, address_associated_token);
            if ((pass == 1 || makes) && !instruction(&k)) return false;
        }
    }
    if (!total(&sum, priority, worth)) REFUSE("amounts: too large");
    if (sum.tips > p->max_tip)
        REFUSE("tip: %llu is above the limit of %llu lamports", (unsigned long long)sum.tips,
               (unsigned long long)p->max_tip);
    if (*worth > p->max_tx)
        REFUSE("transaction: %llu is above the limit of %llu lamports", (unsigned long long)*worth,
               (unsigned long long)p->max_tx);
    struct hash32 name = name_of(m);
    if (seen_before(&s->counts, &name)) return true;
    if (add_sat_u64(policy_spent(s, now_s, 60), *worth) > p->max_hour)
        REFUSE("hour: the limit of %llu lamports in 60 minutes would be exceeded",
               (unsigned long long)p->max_hour);
    if (add_sat_u64(policy_spent(s, now_s, POLICY_MINUTES), *worth) > p->max_day)
        REFUSE("day: the limit of %llu lamports in 24 hours would be exceeded",
               (unsigned long long)p->max_day);
    return true;
}

bool policy_count(struct policy_state *s, const struct tx_message *m, uint64_t now_s,
                  uint64_t worth)
{
    struct policy_counts *c = &s->counts;
    uint64_t now = minute_of(c, now_s);
    struct hash32 name = name_of(m);
    if (seen_before(c, &name)) return false;
    for (uint64_t t = c->minute + 1; t <= now && t - c->minute <= POLICY_MINUTES; t++)
        c->spent[t % POLICY_MINUTES] = 0;
    c->minute = now;
    c->spent[now % POLICY_MINUTES] = add_sat_u64(c->spent[now % POLICY_MINUTES], worth);
    c->seen[c->seen_next++ % POLICY_SEEN] = name;
    return true;
}
