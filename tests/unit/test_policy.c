/* test_policy.c - the signer's rules, one by one: what trading needs is signed, each way to take money out is refused by its rule. */
#include "common/base/text.h"
#include "common/sol/core.h"
#include "common/sol/pda.h"
#include "execute/policy.h"
#include "tests/unit/tap.h"

static struct policy p;
static struct policy_state s;
static struct key wallet, mint, thief, wsol;
static struct plan plan;
static struct keyset keys;

static void k58(const char *t, struct key *k)
{
    if (!base58_decode(t, strlen(t), k->b, 32)) exit(1);
}

static void begin(void)
{
    memset(&plan, 0, sizeof plan);
    plan.payer = wallet;
    core_compute_limit(&plan, 100000), core_compute_price(&plan, 100000);
}

/* NULL when signed, else the rule's name. */
static const char *verdict(uint64_t now_s, uint64_t *worth)
{
    static uint8_t bytes[TX_V1_BYTES_MAX];
    static struct tx_message m;
    static char why[200];
    size_t n;
    const char *bad = plan_build(&plan, BUILD_LEGACY, NULL, 0, bytes, &n);
    if (!bad) bad = message_read(bytes, n, &m);
    if (bad) { snprintf(why, sizeof why, "(%s)", bad); return why; }
    if (!policy_check(&p, &s, &m, now_s, worth, why)) { why[strcspn(why, ":")] = 0; return why; }
    policy_count(&s, &m, now_s, *worth);
    return NULL;
}

static void refused(const char *rule, const char *what)
{
    uint64_t worth;
    const char *got = verdict(0, &worth);
    is_str(got ? got : "(signed)", rule, "%s", what);
}

static void swap(enum layout_id id, uint8_t side, uint64_t a, uint64_t b)
{
    static struct ix x;
    const char *missing = layout_write(id, &keys, side, a, b, &x);
    if (missing) printf("# missing %s\n", missing), exit(1);
    plan.ix[plan.count++] = x;
}

static void setup(void)
{
    k58("9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM", &wallet), k58("7LSsEoJGhLeZzGvDofTdNg7M3JttxQqGWNLo6vWMpump", &mint), k58("62qc2CNXwrYqQScmEdiZFFAnJR262PxWEuNQtxfafNgV", &thief);
    memset(&p, 0, sizeof p);
    p.wallet = wallet, p.max_tx = LAMPORTS_PER_SOL, p.max_hour = 3 * LAMPORTS_PER_SOL, p.max_day = 5 * LAMPORTS_PER_SOL, p.max_tip = 10000000, p.max_priority = 1000000;
    policy_defaults(&p);
    policy_init(&s, &p);
    wsol = s.wsol;
    memset(&keys, 0, sizeof keys);
    keyset_set(&keys, part_user, &wallet), keyset_set(&keys, part_base_mint, &mint), keyset_set(&keys, part_quote_mint, address_key(address_native_mint)), keyset_set(&keys, part_base_program, address_key(address_token_2022));
    keyset_set(&keys, part_quote_program, address_key(address_token)), keyset_set(&keys, part_creator, &thief), keyset_set(&keys, part_fee_recipient, &thief), keyset_set(&keys, part_buyback_recipient, &thief);
    static const enum part given[] = {part_pool, part_base_vault, part_quote_vault, part_open_orders, part_target_orders, part_coin_vault, part_pc_vault, part_market_program, part_market, part_bids, part_asks, part_event_queue, part_market_base_vault, part_market_quote_vault, part_market_signer, part_amm_config, part_observation};
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        struct key k = thief;
        k.b[3] = (uint8_t)(i + 1);
        keyset_set(&keys, given[i], &k);
    }
}

static void trades(void)
{
    static const struct { enum layout_id id; uint8_t side; const char *what; uint8_t pool_is; } all[] = {
        {layout_pump_buy, side_buy, "pump.fun buy", 0}, {layout_pump_buy_in, side_buy, "pump.fun exact SOL buy", 0}, {layout_pump_sell, side_sell, "pump.fun sale", 0}, {layout_pump_sell, side_sell, "pump.fun cashback sale", POOL_cashback},
        {layout_pump_buy_v2, side_buy, "buy_v2", 0}, {layout_pump_sell_v2, side_sell, "sell_v2", 0}, {layout_pump_swap_buy, side_buy, "PumpSwap buy", POOL_has_creator}, {layout_pump_swap_sell, side_sell, "PumpSwap sale", POOL_cashback | POOL_has_creator},
        {layout_raydium_in, side_buy, "Raydium v4 with a book", 0}, {layout_raydium_in, side_sell, "Raydium v4 with target orders", POOL_target_orders}, {layout_raydium_out_v2, side_buy, "Raydium v4 without a book", 0}, {layout_cpmm_in, side_sell, "Raydium CPMM", 0}};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct key base, worth_key;
        uint64_t worth;
        setup();
        keys.pool_is = all[i].pool_is;
        if (all[i].id >= layout_raydium_in && all[i].id <= layout_raydium_out_v2) keyset_set(&keys, part_base_program, address_key(address_token));
        begin();
        base = *keyset_get(&keys, part_user_base, side_buy), worth_key = *keyset_get(&keys, part_base_program, side_buy);
        core_create_token_account(&plan, &wallet, &base, &wallet, &mint, &worth_key);
        core_create_token_account(&plan, &wallet, &wsol, &wallet, address_key(address_native_mint), address_key(address_token));
        core_transfer(&plan, &wallet, &wsol, 50000000), core_sync_native(&plan, &wsol);
        swap(all[i].id, all[i].side, 40000000, 50000000);
        core_close_token_account(&plan, address_key(address_token), &wsol, &wallet, &wallet);
        core_transfer(&plan, &wallet, address_key(address_jito_tip_5), 10000);
        const char *why = verdict(0, &worth);
        ok(!why, "%s with everything around it is signed (%s)", all[i].what, why ? why : "");
        if (!why) ok(worth >= 50000000 + 10000 + 5000 + 10000 && worth < 110000000, "its worth of %llu lamports covers what it may spend", (unsigned long long)worth);
        /* The same with one account of ours swapped for another's. */
        for (size_t k = 0; k < plan.ix[6].accounts_count; k++) {
            struct key was = plan.ix[6].account[k].key;
            bool ours = key_equal(&was, &base) || key_equal(&was, &wsol);
            if (!ours) continue;
            plan.ix[6].account[k].key = thief;
            is_str(verdict(0, &worth), "accounts", "%s: account %zu of another is refused", all[i].what, k);
            plan.ix[6].account[k].key = was;
        }
    }
}

static void thefts(void)
{
    struct key base;
    setup(), begin();
    core_transfer(&plan, &wallet, &thief, 1);
    refused("destinations", "one lamport to a stranger");
    p.destination[0] = thief, p.destinations = 1;
    uint64_t worth;
    ok(!verdict(0, &worth), "to an allowed destination it is signed");
    setup(), begin();
    core_transfer(&plan, &wallet, &wsol, LAMPORTS_PER_SOL);
    refused("transaction", "wrapping more than a transaction may move");
    setup(), begin();
    core_transfer(&plan, &wallet, address_key(address_jito_tip_0), 6000000), core_transfer(&plan, &wallet, address_key(address_jito_tip_1), 6000000);
    refused("tip", "two tips that are too much together");
    setup(), begin();
    core_compute_price(&plan, UINT64_MAX);
    refused("priority", "an absurd priority price");
    setup(), begin();
    base = *keyset_get(&keys, part_user_base, side_buy);
    core_transfer_checked(&plan, address_key(address_token_2022), &base, &mint, &thief, &wallet, 5, 6);
    refused("instructions", "tokens sent away");
    setup(), begin();
    core_close_token_account(&plan, address_key(address_token), &wsol, &thief, &wallet);
    refused("destinations", "the wrapped SOL closed to a stranger");
    setup(), begin();
    core_create_token_account(&plan, &wallet, &base, &thief, &mint, address_key(address_token_2022));
    refused("accounts", "a token account paid for a stranger");
    setup(), begin();
    ix_bytes(plan_add(&plan, &thief), "x", 1);
    refused("programs", "a program that is not on the list");
    setup(), begin();
    ix_bytes(plan_add(&plan, address_key(address_pump)), "\1\2\3\4\5\6\7\10", 8);
    refused("instructions", "an instruction of pump.fun that is not on the list");
    setup(), begin();
    struct ix *x = plan_add(&plan, address_key(address_system)); /* Assign: gives the wallet away */
    ix_account(x, &wallet, ACCOUNT_SIGNER | ACCOUNT_WRITABLE), ix_u32(x, 1), ix_bytes(x, thief.b, 32);
    refused("instructions", "the wallet assigned to another program");
    setup(), begin();
    plan.payer = thief;
    core_transfer(&plan, &wallet, &wsol, 1);
    refused("signers", "another fee payer");
    setup(), begin();
    core_advance_nonce(&plan, &thief, &wallet);
    refused("instructions", "a durable nonce, which would let a signature wait for years");
    setup(), begin();
    swap(layout_pump_buy, side_buy, 1, LAMPORTS_PER_SOL);
    refused("transaction", "a buy above the limit");
    setup(), begin();
    keyset_set(&keys, part_quote_mint, address_key(address_usdc));
    swap(layout_pump_buy_v2, side_buy, 1, 1);
    refused("amounts", "a buy in another currency than SOL");
    setup(), begin();
    swap(layout_pump_swap_buy, side_buy, 1, 2 * LAMPORTS_PER_SOL);
    refused("transaction", "SOL that was wrapped before counts when it is spent");
    setup(), begin();
    swap(layout_pump_buy, side_buy, 1, 1000);
    plan.ix[2].data_len = 20;
    refused("form", "a buy cut short");
}

static void windows(void)
{
    uint64_t worth;
    setup();
    unsigned done_count = 0;
    for (unsigned i = 0; i < 20; i++) {
        begin();
        core_transfer(&plan, &wallet, &wsol, 900000000 + i);
        done_count += verdict(1000, &worth) == NULL;
    }
    is_u64(done_count, 3, "three times 0.9 SOL fit into 3 SOL an hour");
    begin();
    core_transfer(&plan, &wallet, &wsol, 900000000);
    ok(!verdict(1000, &worth), "what was signed before is signed again");
    is_u64(policy_spent(&s, 1000, 60) / 900000000, 3, "and not counted twice");
    begin();
    core_transfer(&plan, &wallet, &wsol, 900000100);
    is_str(verdict(1000, &worth), "hour", "the next is refused by the hour");
    ok(!verdict(1000 + 3600, &worth), "an hour later it is signed");
    begin();
    core_transfer(&plan, &wallet, &wsol, 900000200);
    ok(!verdict(1000 + 3600, &worth), "and one more");
    begin();
    core_transfer(&plan, &wallet, &wsol, 900000300);
    is_str(verdict(1000 + 7200, &worth), "day", "then the day is full");
    ok(!verdict(1000 + 3 * 86400, &worth), "days later all is free again");
    is_u64(policy_spent(&s, 1000 + 3 * 86400, 1440) / 900000000, 1, "and only the last counts");
}

int main(void)
{
    trades();
    thefts();
    windows();
    return done();
}
