/* policy.c - see policy.h. The order of the rules: form, instruction kinds, accounts, amounts, windows. */
#include "execute/policy.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/sol/core.h"
#include "common/sol/pda.h"

#define REFUSE(...) return snprintf(why, 200, __VA_ARGS__), false

static const enum layout_id trading[] = {
    layout_budget_limit, layout_budget_price, layout_budget_loaded, layout_ata_create_idempotent, layout_system_transfer, layout_memo_memo, layout_token_sync_native, layout_token_close_account, layout_token_2022_close_account,
    layout_pump_buy, layout_pump_buy_in, layout_pump_sell, layout_pump_buy_v2, layout_pump_buy_in_v2, layout_pump_sell_v2, layout_pump_swap_buy, layout_pump_swap_buy_in, layout_pump_swap_sell,
    layout_raydium_in, layout_raydium_out, layout_raydium_in_v2, layout_raydium_out_v2, layout_cpmm_in, layout_cpmm_out};

void policy_defaults(struct policy *p)
{
    for (size_t i = 0; i < COUNT_OF(trading); i++) p->allowed[trading[i]] = 1;
}

static void remember(struct policy_state *s, const struct key *k)
{
    for (size_t i = 0; i < POLICY_ACCOUNTS; i++)
        if (key_equal(&s->own[i], k)) return;
    s->own[s->own_next++ % POLICY_ACCOUNTS] = *k;
}

static bool is_own(const struct policy_state *s, const struct key *k)
{
    if (key_is_none(k)) return false;
    if (key_equal(k, &s->wsol)) return true;
    for (size_t i = 0; i < POLICY_ACCOUNTS; i++)
        if (key_equal(&s->own[i], k)) return true;
    return false;
}

void policy_init(struct policy_state *s, const struct policy *p)
{
    memset(s, 0, sizeof *s);
    if (!pda_token_account(&p->wallet, address_key(address_token), address_key(address_native_mint), &s->wsol)) memset(&s->wsol, 0xff, 32);
}

/* ---- one instruction ---- */

struct sums { uint64_t wrapped, tips, sent, rent, curve, swapped; };
struct look { const struct policy *p; struct policy_state *s; const struct tx_message *m; const struct tx_ix *x; const struct layout *l; struct sums *sum; char *why; unsigned at; };

/* Key of account i of the instruction; NULL when it comes from a lookup table, which the signer cannot read. */
static const struct key *account(const struct look *k, unsigned i) { return i < k->x->accounts_count ? tx_key(k->m, NULL, k->x->accounts[i]) : NULL; }

/* What account i plays. Conditional accounts shift what follows them: in front of the first of them places are counted from the
 * start, behind the last from the end, and among them nothing is known (NULL). */
static const struct layout_account *place(const struct look *k, unsigned i)
{
    size_t n = k->l->accounts_count, first = 0, last = n;
    while (first < n && !k->l->account[first].condition) first++;
    while (last > 0 && !k->l->account[last - 1].condition) last--;
    if (i < first) return &k->l->account[i];
    size_t from_end = k->x->accounts_count - i;
    return from_end <= n - last && first < n ? &k->l->account[n - from_end] : NULL;
}

/* Where the wallet, which signs, may stand: as the one who trades, pays, owns or gets its own back. */
static bool is_wallets_place(const struct layout_account *a)
{
    return a && (a->part == part_user || a->part == part_payer || a->part == part_from || a->part == part_owner || a->part == part_destination);
}

static bool accounts_in_order(const struct look *k)
{
    char *why = k->why;
    bool marker = k->l == layout_of(layout_system_transfer) && k->x->accounts_count == 3;
    if (marker && (!account(k, 2) || !address_is(account(k, 2), address_jito_dont_front) || tx_is_writable(k->m, k->x->accounts[2]))) REFUSE("accounts: instruction %u has an account too many", k->at);
    if (!marker && k->x->accounts_count > k->l->accounts_count) REFUSE("accounts: instruction %u has an account too many", k->at);
    for (unsigned i = 0; i < k->x->accounts_count; i++)
        if (tx_is_signer(k->m, k->x->accounts[i]) && !is_wallets_place(place(k, i))) REFUSE("accounts: instruction %u uses the wallet where it should not", k->at);
    return true;
}

static const struct key *part_key(const struct look *k, enum part part)
{
    for (unsigned i = 0; i < k->x->accounts_count; i++) {
        const struct layout_account *a = place(k, i);
        if (a && a->part == part) return account(k, i);
    }
    return NULL;
}

/* One token account of a swap: the wallet's own by derivation where the instruction names the mint, else one it is known to own. */
static bool own_account(const struct look *k, enum part part, const struct key *key)
{
    bool base = part == part_user_base;
    struct key made;
    if (!key) return false;
    if (part != part_user_base && part != part_user_quote) return is_own(k->s, key);
    const struct key *mint = part_key(k, base ? part_base_mint : part_quote_mint), *program = part_key(k, base ? part_base_program : part_quote_program);
    if (!mint || !program || !pda_token_account(&k->p->wallet, program, mint, &made) || !key_equal(key, &made)) return false;
    remember(k->s, &made);
    return true;
}

/* The accounts that money moves through must be the wallet's own. */
static bool own_parts(const struct look *k)
{
    char *why = k->why;
    for (unsigned i = 0; i < k->x->accounts_count; i++) {
        const struct layout_account *a = place(k, i);
        const struct key *key = account(k, i);
        if (!a) continue;
        bool wallet = a->part == part_user || a->part == part_payer || a->part == part_from;
        bool token = a->part == part_user_base || a->part == part_user_quote || a->part == part_user_in || a->part == part_user_out;
        if ((wallet && (!key || !key_equal(key, &k->p->wallet))) || (token && !own_account(k, (enum part)a->part, key))) REFUSE("accounts: %s of instruction %u is not known to be the wallet's own", part_name((enum part)a->part), k->at);
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
    if (!to) REFUSE("destinations: instruction %u sends SOL to an account from a lookup table", k->at);
    bool good = address_is_tip(to) ? add(&k->sum->tips, lamports) : key_equal(to, &k->s->wsol) ? add(&k->sum->wrapped, lamports) : may_receive(k->p, to) ? add(&k->sum->sent, lamports) : false;
    if (!good) REFUSE("destinations: instruction %u sends SOL to an account that may not get any", k->at);
    return true;
}

/* Token accounts: made for the wallet only, closed to the wallet only. */
static bool token_account(const struct look *k)
{
    char *why = k->why;
    struct key made;
    if (k->l == layout_of(layout_ata_create_idempotent)) {
        const struct key *at = account(k, 1), *owner = account(k, 2), *mint = account(k, 3), *program = account(k, 5);
        if (!at || !owner || !mint || !program || !key_equal(owner, &k->p->wallet)) REFUSE("accounts: instruction %u makes a token account for somebody else", k->at);
        if (!address_is(program, address_token) && !address_is(program, address_token_2022)) REFUSE("programs: instruction %u makes an account of an unknown token program", k->at);
        if (!pda_token_account(&k->p->wallet, program, mint, &made) || !key_equal(at, &made)) REFUSE("accounts: instruction %u makes another account than the wallet's own", k->at);
        remember(k->s, &made);
        return add(&k->sum->rent, RENT_LAMPORTS(300)); /* an upper bound: Token-2022 accounts are 165 to some 200 bytes */
    }
    const struct key *to = account(k, 1), *owner = account(k, 2);
    if (!to || !owner || !key_equal(to, &k->p->wallet) || !key_equal(owner, &k->p->wallet)) REFUSE("destinations: instruction %u closes an account to somebody else", k->at);
    return true;
}

/* What a swap lets leave of SOL. */
static bool swap_worth(const struct look *k, uint64_t first, uint64_t spends, bool has_spend)
{
    char *why = k->why;
    unsigned program = k->l->program;
    if (program == address_pump) {
        bool v2 = k->l->accounts_count >= 26;
        const struct key *quote = v2 ? account(k, 2) : NULL;
        if (v2 && (!quote || !address_is(quote, address_native_mint))) REFUSE("amounts: instruction %u is paid in something else than SOL", k->at);
        if (has_spend && !(add(&k->sum->curve, spends) && add(&k->sum->rent, RENT_LAMPORTS(137) + RENT_LAMPORTS(0)))) REFUSE("amounts: too large");
        return true;
    }
    if (program == address_pump_swap) {
        const struct key *quote = account(k, 4), *base = account(k, 3);
        if (!quote || !base || !address_is(quote, address_native_mint)) REFUSE("amounts: instruction %u is paid in something else than SOL", k->at);
        if (has_spend && !(add(&k->sum->swapped, spends) && add(&k->sum->rent, RENT_LAMPORTS(137) + RENT_LAMPORTS(165)))) REFUSE("amounts: too large");
        return true;
    }
    /* Raydium: SOL leaves when the input is the wrapped SOL account. */
    const struct key *in = part_key(k, part_user_in);
    if (in && key_equal(in, &k->s->wsol) && !add(&k->sum->swapped, first)) REFUSE("amounts: too large");
    return true;
}

static bool amounts(const struct look *k)
{
    char *why = k->why;
    uint64_t v, first = 0, spends = 0;
    bool has_spend = false, started = false;
    size_t at = k->l->disc_len;
    struct layout_arg a;
    for (const char *rest = k->l->args; layout_next_arg(&rest, &a);) {
        if (a.optional && at >= k->x->data_len) break;
        if (!layout_read_arg(&a, k->x->data, k->x->data_len, &at, &v)) REFUSE("form: instruction %u is too short", k->at);
        if (!started) first = v, started = true;
        if (a.spends) spends = v, has_spend = true;
    }
    if (at < k->x->data_len && k->l->program != address_pump) REFUSE("form: instruction %u has bytes that nobody knows", k->at);
    if (at + 1 < k->x->data_len) REFUSE("form: instruction %u has bytes that nobody knows", k->at); /* pump's buy may end with partial_fill */
    switch (k->l->program) {
    case address_system: return transfer(k, spends);
    case address_associated_token: return token_account(k);
    case address_token: case address_token_2022: return k->l->disc[0] != 9 || token_account(k);
    case address_pump: case address_pump_swap: case address_raydium_v4: case address_raydium_cpmm: return swap_worth(k, first, spends, has_spend);
    default: return true; /* budget and memo */
    }
}

static bool instruction(struct look *k)
{
    char *why = k->why;
    const struct key *program = tx_key(k->m, NULL, k->x->program);
    k->l = program ? layout_find(program, k->x->data, k->x->data_len) : NULL;
    if (!program || address_of(program) == ADDRESS_COUNT) REFUSE("programs: instruction %u calls a program that is not on the list", k->at);
    if (!k->l || !k->p->allowed[k->l - layout_of((enum layout_id)0)]) REFUSE("instructions: %s.%s is not allowed", address_name(address_of(program)), k->l ? k->l->name : "(unknown)");
    size_t least = 0;
    for (size_t i = 0; i < k->l->accounts_count; i++) least += !k->l->account[i].condition;
    if (k->x->accounts_count < least) REFUSE("form: instruction %u has too few accounts", k->at);
    return accounts_in_order(k) && own_parts(k) && amounts(k);
}

/* ---- the whole message ---- */

static bool priority_of(const struct tx_message *m, uint64_t *lamports)
{
    uint64_t price = 0;
    uint32_t units = TX_COMPUTE_MAX;
    if (m->version == TX_V1) { *lamports = m->budget.priority_lamports; return true; }
    for (unsigned i = 0; i < m->ix_count; i++) {
        const struct tx_ix *x = &m->ix[i];
        if (!address_is(&m->keys[x->program], address_compute_budget)) continue;
        if (x->data_len == 5 && x->data[0] == 2) memcpy(&units, x->data + 1, 4);
        if (x->data_len == 9 && x->data[0] == 3) memcpy(&price, x->data + 1, 8);
    }
    return priority_lamports(units < TX_COMPUTE_MAX ? units : TX_COMPUTE_MAX, price, lamports);
}

static bool total(const struct sums *sum, uint64_t priority, uint64_t *worth)
{
    /* Wrapped SOL is what swaps spend; what was wrapped before counts when it is spent: the larger of the two. */
    uint64_t wsol = sum->wrapped > sum->swapped ? sum->wrapped : sum->swapped;
    *worth = SIGNATURE_LAMPORTS;
    return add(worth, priority) && add(worth, wsol) && add(worth, sum->tips) && add(worth, sum->sent) && add(worth, sum->rent) && add(worth, sum->curve);
}

uint64_t policy_spent(const struct policy_state *s, uint64_t now_s, unsigned minutes)
{
    uint64_t sum = 0, now = now_s / 60;
    for (uint64_t i = 0; i < minutes && i < POLICY_MINUTES && i <= now; i++)
        if (now - i <= s->minute && s->minute - (now - i) < POLICY_MINUTES) sum = add_sat_u64(sum, s->spent[(now - i) % POLICY_MINUTES]);
    return sum;
}

static struct hash32 name_of(const struct tx_message *m)
{
    struct hash32 h;
    crypto_generichash(h.b, 32, m->bytes, m->n, NULL, 0);
    return h;
}

static bool seen_before(const struct policy_state *s, const struct tx_message *m)
{
    struct hash32 h = name_of(m);
    for (size_t i = 0; i < POLICY_SEEN && i < s->seen_next; i++)
        if (memcmp(&s->seen[i], &h, 32) == 0) return true;
    return false;
}

bool policy_check(const struct policy *p, struct policy_state *s, const struct tx_message *m, uint64_t now_s, uint64_t *worth, char why[200])
{
    struct sums sum = {0};
    uint64_t priority;
    if (m->signers != 1 || !key_equal(&m->keys[0], &p->wallet)) REFUSE("signers: the wallet must be the only one");
    if (!priority_of(m, &priority) || priority > p->max_priority) REFUSE("priority: the fee is above the limit of %llu lamports", (unsigned long long)p->max_priority);
    for (unsigned pass = 0; pass < 2; pass++) { /* first the accounts that are made, so that swaps before them know them */
        if (pass == 1) memset(&sum, 0, sizeof sum);
        for (unsigned i = 0; i < m->ix_count; i++) {
            struct look k = {.p = p, .s = s, .m = m, .x = &m->ix[i], .sum = &sum, .why = why, .at = i};
            const struct key *program = tx_key(m, NULL, m->ix[i].program);
            bool makes = program && address_is(program, address_associated_token);
            if ((pass == 1 || makes) && !instruction(&k)) return false;
        }
    }
    if (!total(&sum, priority, worth)) REFUSE("amounts: too large");
    if (sum.tips > p->max_tip) REFUSE("tip: %llu is above the limit of %llu lamports", (unsigned long long)sum.tips, (unsigned long long)p->max_tip);
    if (*worth > p->max_tx) REFUSE("transaction: %llu is above the limit of %llu lamports", (unsigned long long)*worth, (unsigned long long)p->max_tx);
    if (seen_before(s, m)) return true;
    if (add_sat_u64(policy_spent(s, now_s, 60), *worth) > p->max_hour) REFUSE("hour: the limit of %llu lamports in 60 minutes would be passed", (unsigned long long)p->max_hour);
    if (add_sat_u64(policy_spent(s, now_s, POLICY_MINUTES), *worth) > p->max_day) REFUSE("day: the limit of %llu lamports in 24 hours would be passed", (unsigned long long)p->max_day);
    return true;
}

void policy_count(struct policy_state *s, const struct tx_message *m, uint64_t now_s, uint64_t worth)
{
    uint64_t now = now_s / 60;
    if (seen_before(s, m)) return;
    for (uint64_t t = s->minute + 1; t <= now && t <= s->minute + POLICY_MINUTES; t++) s->spent[t % POLICY_MINUTES] = 0;
    if (now > s->minute) s->minute = now;
    s->spent[now % POLICY_MINUTES] = add_sat_u64(s->spent[now % POLICY_MINUTES], worth);
    s->seen[s->seen_next++ % POLICY_SEEN] = name_of(m);
}
