/* fuzz_policy.c - hostile messages to the signer: whatever policy.c would sign is judged again by a
 * walk of its own, which knows only the rules that matter most. The wallet is the key that the
 * corpus is written for. Must not: share code with policy.c but the parser and the derivation of
 * token accounts. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/sol/core.h"
#include "common/sol/pda.h"
#include "execute/sign/policy.h"
#include "tests/unit/default_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MAX_TX       UINT64_C(600000000)
#define MAX_PRIORITY UINT64_C(5000000)

static bool one_of(const struct key *k, const enum address *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (address_is(k, list[i])) return true;
    return false;
}

/* The most that the runtime could take as priority fee, by a reading of its own: any order, any
 * number of words; the dearest counts. */
static void judge_budget(const struct tx_message *m)
{
    uint64_t price = 0, units = 0, count[5] = {0};
    for (unsigned i = 0; i < m->ix_count; i++) {
        const struct tx_ix *x = &m->ix[i];
        uint64_t v = 0;
        if (!address_is(&m->keys[x->program], address_compute_budget)) continue;
        if (m->version == TX_V1 || x->data_len < 5 || x->data[0] < 2 || x->data[0] > 4 ||
            ++count[x->data[0]] > 1)
            abort();
        if (x->data_len != (x->data[0] == 3 ? 9 : 5)) abort();
        memcpy(&v, x->data + 1, x->data_len - 1u);
        if (x->data[0] == 2) units = v > units ? v : units;
        if (x->data[0] == 3) price = v > price ? v : price;
        if (x->data[0] == 4 && (v == 0 || v > 64 << 20)) abort();
    }
    if (units > TX_COMPUTE_MAX ||
        (m->version != TX_V1 &&
         (u128)price * (count[2] ? units : TX_COMPUTE_MAX) > (u128)MAX_PRIORITY * 1000000))
        abort();
    if (m->version == TX_V1 &&
        (m->budget.priority_lamports > MAX_PRIORITY || m->budget.has_heap ||
         m->budget.compute_units > TX_COMPUTE_MAX || m->budget.loaded_bytes > 64 << 20))
        abort();
}

/* One instruction of a message that was signed, and the sums so far: lamports sent, wrapped SOL
 * that swaps may take. */
struct seen {
    const struct tx_message *m;
    const struct tx_ix *x;
    const struct key *wallet, *wsol;
    uint64_t *sent, *spent;
    unsigned at;
};

static void must(bool good)
{
    if (!good) abort();
}

static const struct key *key_at(const struct seen *s, unsigned i)
{
    return i < s->x->accounts_count ? message_key(s->m, NULL, s->x->accounts[i]) : NULL;
}
static bool is_wallet(const struct seen *s, unsigned i)
{
    return i < s->x->accounts_count && s->x->accounts[i] == 0;
}
static bool is_wsol(const struct seen *s, unsigned i)
{
    return key_at(s, i) && key_equal(key_at(s, i), s->wsol);
}
static void count(uint64_t *sum, uint64_t v)
{
    must(!__builtin_add_overflow(*sum, v, sum) && *sum <= MAX_TX);
}

/* The wrapped SOL, or the wallet's associated account of a mint that the message has among its
 * keys. */
static bool is_mine(const struct seen *s, unsigned i)
{
    const struct key *k = key_at(s, i);
    struct key made;
    if (!k || is_wsol(s, i)) return k != NULL;
    for (unsigned n = 0; n < s->m->keys_count; n++)
        for (int old = 0; old < 2; old++)
            if (pda_token_account(s->wallet, address_key(old ? address_token : address_token_2022),
                                  &s->m->keys[n], &made) &&
                key_equal(k, &made))
                return true;
    return false;
}

static void judge_system(const struct seen *s)
{
    const uint8_t *d = s->x->data;
    uint64_t v, seed, space;
    if (s->x->data_len == 12 && memcmp(d, "\2\0\0\0", 4) == 0) {
        const struct key *to = key_at(s, 1);
        memcpy(&v, d + 4, 8);
        must(to && (address_is_tip(to) || key_equal(to, s->wsol)));
        count(s->sent, v);
        return;
    }
    must(s->x->data_len >= 92 && memcmp(d, "\3\0\0\0", 4) == 0 &&
         memcmp(d + 4, s->wallet->b, 32) == 0);
    memcpy(&seed, d + 36, 8);
    must(seed <= 32 && s->x->data_len == 92 + seed);
    memcpy(&v, d + 44 + seed, 8);
    memcpy(&space, d + 52 + seed, 8);
    uint8_t joined[96], made[32];
    memcpy(joined, d + 4, 32);
    memcpy(joined + 32, d + 44, seed);
    memcpy(joined + 32 + seed, d + 60 + seed, 32);
    crypto_hash_sha256(made, joined, 64 + seed);
    must(space == 3228 && memcmp(d + 60 + seed, address_key(address_openbook)->b, 32) == 0);
    must(is_wallet(s, 0) && key_at(s, 1) && memcmp(key_at(s, 1)->b, made, 32) == 0 &&
         s->x->accounts_count <= 3 && (s->x->accounts_count == 2 || is_wallet(s, 2)));
    count(s->sent, v);
}

/* Wrapping, closing to the wallet, and an account of the wallet to itself. */
static void judge_token(const struct seen *s, bool old)
{
    if (s->x->data_len == 9 && s->x->data[0] == 3)
        must(old && s->x->accounts_count == 3 && s->x->accounts[0] == s->x->accounts[1] &&
             is_wallet(s, 2) && is_mine(s, 0));
    else if (s->x->data_len == 1 && s->x->data[0] == 9)
        must(is_wallet(s, 1) && is_wallet(s, 2));
    else
        must(s->x->data_len == 1 && s->x->data[0] == 17);
}

static void judge_whirlpool(const struct seen *s)
{
    const uint8_t *d = s->x->data;
    uint64_t amount, least;
    must(s->x->accounts_count == 15 && s->x->data_len == 43 &&
         memcmp(d, "\x2b\x04\xed\x0b\x1a\xc9\x1e\x62", 8) == 0);
    memcpy(&amount, d + 8, 8);
    memcpy(&least, d + 16, 8);
    must(d[40] == 1 && d[41] <= 1 && d[42] == 0 && least > 0 && is_wallet(s, 3) && is_mine(s, 7) &&
         is_mine(s, 9));
    if (is_wsol(s, d[41] ? 7 : 9)) count(s->spent, amount);
}

/* Was the wrapped SOL closed before, with only such instructions since as bring none that was not
 * counted? */
static bool is_emptied(const struct seen *s)
{
    static const enum address harmless[] = {address_system, address_token,
                                            address_associated_token};
    for (unsigned i = s->at; i-- > 0;) {
        struct seen b = *s;
        b.x = &s->m->ix[i];
        const struct key *program = &s->m->keys[b.x->program];
        if (!one_of(program, harmless, sizeof harmless / sizeof *harmless)) return false;
        if (address_is(program, address_token) && b.x->data_len == 1 && b.x->data[0] == 9 &&
            is_wsol(&b, 0))
            return true;
    }
    return false;
}

static void judge_order(const struct seen *s)
{
    const uint8_t *d = s->x->data;
    uint32_t side, self_trade, type;
    uint16_t limit;
    uint64_t most;
    must(s->x->accounts_count == 12 && (s->x->data_len == 51 || s->x->data_len == 59) &&
         is_mine(s, 6) && is_wallet(s, 7));
    memcpy(&side, d + 5, 4);
    memcpy(&most, d + 25, 8);
    memcpy(&self_trade, d + 33, 4);
    memcpy(&type, d + 37, 4);
    memcpy(&limit, d + 49, 2);
    must(side <= 1 && self_trade == 2 && type == 1 && limit == 65535);
    if (is_wsol(s, 6) && side == 0) count(s->spent, most);
    if (is_wsol(s, 6) && side == 1) must(is_emptied(s));
}

static void judge_book(const struct seen *s)
{
    const uint8_t *d = s->x->data;
    must(s->x->data_len >= 5 && d[0] == 0 && d[2] == 0 && d[3] == 0 && d[4] == 0);
    switch (d[1]) {
    case 5:
        must(s->x->accounts_count == 9 && is_wallet(s, 2) && is_mine(s, 5) && is_mine(s, 6));
        break;
    case 10: judge_order(s); break;
    case 11:
    case 12:
    case 18: must(is_wallet(s, 4)); break;
    case 14: must(is_wallet(s, 1) && is_wallet(s, 2)); break;
    case 15: must(is_wallet(s, 1)); break;
    default: abort();
    }
}

/* What must never be in a signed message. */
static void judge(const struct tx_message *m, const struct key *wallet, const struct key *wsol)
{
    static const enum address others[] = {
        address_compute_budget, address_memo,         address_pump,    address_pump_swap,
        address_raydium_v4,     address_raydium_cpmm, address_damm_v2, address_dlmm};
    uint64_t sent = 0, spent = 0;
    must(m->signers == 1 && key_equal(&m->keys[0], wallet));
    for (unsigned i = 0; i < m->ix_count; i++) {
        const struct seen s = {m, &m->ix[i], wallet, wsol, &sent, &spent, i};
        const struct key *p = &m->keys[s.x->program];
        if (address_is(p, address_system))
            judge_system(&s);
        else if (address_is(p, address_token) || address_is(p, address_token_2022))
            judge_token(&s, address_is(p, address_token));
        else if (address_is(p, address_associated_token))
            must(s.x->data_len == 1 && s.x->data[0] == 1 && s.x->accounts_count == 6 &&
                 is_wallet(&s, 0) && is_wallet(&s, 2));
        else if (address_is(p, address_whirlpool))
            judge_whirlpool(&s);
        else if (address_is(p, address_openbook))
            judge_book(&s);
        else
            must(one_of(p, others, sizeof others / sizeof *others));
    }
}

/* A refusal begins with the name of a rule that the manual knows. */
static void judge_refusal(const char *why)
{
    static const char *const rules[] = {
        "form",         "signers", "budget", "programs", "instructions", "arguments", "accounts",
        "destinations", "amounts", "tip",    "priority", "transaction",  "hour",      "day"};
    size_t n = strcspn(why, ":");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strlen(rules[i]) == n && memcmp(rules[i], why, n) == 0 && why[n] == ':') return;
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct policy p;
    static struct policy_state s;
    static struct tx_message m;
    static bool ready;
    char why[200] = "";
    uint64_t worth;
    if (!ready) {
        static const char wallet[] = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";
        if (!base58_decode(wallet, sizeof wallet - 1, p.wallet.b, 32)) abort();
        p.max_tx = MAX_TX;
        p.max_hour = p.max_day = UINT64_MAX;
        p.max_tip = 10000000;
        p.max_priority = MAX_PRIORITY;
        policy_defaults(&p);
        ready = true;
    }
    if (message_read(data, n, &m)) return 0;
    policy_init(&s, &p);
    if (!policy_check(&p, &s, &m, 0, &worth, why)) {
        judge_refusal(why);
        return 0;
    }
    if (worth > MAX_TX) abort();
    judge(&m, &p.wallet, &s.wsol);
    judge_budget(&m);
    policy_count(&s, &m, 0, worth);
    return 0;
}
