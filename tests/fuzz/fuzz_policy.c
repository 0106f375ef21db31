/* fuzz_policy.c - hostile messages to the signer: whatever policy.c would sign is judged again by a walk of its own, which knows only the
 * rules that matter most. The wallet is the key that the corpus is written for. Must not: share code with policy.c but the parser. */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/sol/core.h"
#include "execute/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MAX_TX UINT64_C(600000000)
#define MAX_PRIORITY UINT64_C(5000000)

static bool one_of(const struct key *k, const enum address *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (address_is(k, list[i])) return true;
    return false;
}

/* The most that the runtime could take as priority fee, by a reading of its own: any order, any number of words; the dearest counts. */
static void judge_budget(const struct tx_message *m)
{
    uint64_t price = 0, units = 0, count[5] = {0};
    for (unsigned i = 0; i < m->ix_count; i++) {
        const struct tx_ix *x = &m->ix[i];
        uint64_t v = 0;
        if (!address_is(&m->keys[x->program], address_compute_budget)) continue;
        if (m->version == TX_V1 || x->data_len < 5 || x->data[0] < 2 || x->data[0] > 4 || ++count[x->data[0]] > 1) abort();
        if (x->data_len != (x->data[0] == 3 ? 9 : 5)) abort();
        memcpy(&v, x->data + 1, x->data_len - 1u);
        if (x->data[0] == 2) units = v > units ? v : units;
        if (x->data[0] == 3) price = v > price ? v : price;
        if (x->data[0] == 4 && (v == 0 || v > 64 << 20)) abort();
    }
    if (units > TX_COMPUTE_MAX || (m->version != TX_V1 && (u128)price * (count[2] ? units : TX_COMPUTE_MAX) > (u128)MAX_PRIORITY * 1000000)) abort();
    if (m->version == TX_V1 && (m->budget.priority_lamports > MAX_PRIORITY || m->budget.has_heap || m->budget.compute_units > TX_COMPUTE_MAX || m->budget.loaded_bytes > 64 << 20)) abort();
}

/* What must never be in a signed message. */
static void judge(const struct tx_message *m, const struct key *wallet, const struct key *wsol)
{
    static const enum address programs[] = {address_system, address_token, address_token_2022, address_associated_token, address_compute_budget, address_memo, address_pump, address_pump_swap, address_raydium_v4, address_raydium_cpmm};
    uint64_t sent = 0;
    if (m->signers != 1 || !key_equal(&m->keys[0], wallet)) abort();
    for (unsigned i = 0; i < m->ix_count; i++) {
        const struct tx_ix *x = &m->ix[i];
        const struct key *p = &m->keys[x->program];
        uint64_t v;
        if (!one_of(p, programs, sizeof programs / sizeof *programs)) abort();
        if (address_is(p, address_system)) {
            if (x->data_len != 12 || memcmp(x->data, "\2\0\0\0", 4) != 0 || x->accounts_count < 2) abort();
            memcpy(&v, x->data + 4, 8);
            const struct key *to = tx_key(m, NULL, x->accounts[1]);
            if (!to || (!address_is_tip(to) && !key_equal(to, wsol))) abort();
            if (__builtin_add_overflow(sent, v, &sent) || sent > MAX_TX) abort();
        }
        if (address_is(p, address_token) || address_is(p, address_token_2022)) { /* wrapping, and closing to the wallet */
            if (x->data_len != 1 || (x->data[0] != 17 && x->data[0] != 9)) abort();
            if (x->data[0] == 9 && (x->accounts_count < 3 || x->accounts[1] != 0 || x->accounts[2] != 0)) abort();
        }
        if (address_is(p, address_associated_token) && (x->data_len != 1 || x->data[0] != 1 || x->accounts_count != 6 || x->accounts[0] != 0 || x->accounts[2] != 0)) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct policy p;
    static struct policy_state s;
    static struct tx_message m;
    static bool ready;
    char why[200];
    uint64_t worth;
    if (!ready) {
        static const char wallet[] = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";
        if (!base58_decode(wallet, sizeof wallet - 1, p.wallet.b, 32)) abort();
        p.max_tx = MAX_TX, p.max_hour = p.max_day = UINT64_MAX, p.max_tip = 10000000, p.max_priority = MAX_PRIORITY;
        policy_defaults(&p);
        ready = true;
    }
    if (message_read(data, n, &m)) return 0;
    policy_init(&s, &p);
    if (!policy_check(&p, &s, &m, 0, &worth, why)) return 0;
    if (worth > MAX_TX) abort();
    judge(&m, &p.wallet, &s.wsol);
    judge_budget(&m);
    policy_count(&s, &m, 0, worth);
    return 0;
}
