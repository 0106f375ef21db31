/* test_policy.c - the signer's rules, one by one: what trading needs is signed, each way to take
 * money out is refused by its rule. */
#include "common/base/text.h"
#include "common/sol/core.h"
#include "common/sol/pda.h"
#include "common/venue/book.h"
#include "common/venue/whirlpool.h"
#include "execute/sign/policy.h"
#include "tests/unit/default_policy.h"
#include "tests/unit/tap.h"

/* Instructions that no sluice tool builds. */
static void hostile_transfer(struct plan *p, const struct key *token_program,
                             const struct key *source, const struct key *mint,
                             const struct key *destination, const struct key *authority,
                             uint64_t amount_raw, uint8_t decimals)
{
    struct ix *x = plan_add(p, token_program);
    ix_account(x, source, ACCOUNT_WRITABLE);
    ix_account(x, mint, 0);
    ix_account(x, destination, ACCOUNT_WRITABLE);
    ix_account(x, authority, ACCOUNT_SIGNER);
    ix_u8(x, 12);
    ix_u64(x, amount_raw);
    ix_u8(x, decimals);
}

static void hostile_nonce(struct plan *p, const struct key *nonce, const struct key *authority)
{
    struct ix *x = plan_add(p, address_key(address_system));
    ix_account(x, nonce, ACCOUNT_WRITABLE);
    ix_account(x, address_key(address_sysvar_recent_blockhashes), 0);
    ix_account(x, authority, ACCOUNT_SIGNER);
    ix_u32(x, 4);
}

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
    core_compute_limit(&plan, 100000);
    core_compute_price(&plan, 100000);
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
    if (bad) {
        snprintf(why, sizeof why, "(%s)", bad);
        return why;
    }
    if (!policy_check(&p, &s, &m, now_s, worth, why)) {
        why[strcspn(why, ":")] = 0;
        return why;
    }
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
    if (missing) {
        printf("# missing %s\n", missing);
        exit(1);
    }
    plan.ix[plan.count++] = x;
}

static void setup(void)
{
    k58("9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM", &wallet);
    k58("7LSsEoJGhLeZzGvDofTdNg7M3JttxQqGWNLo6vWMpump", &mint);
    k58("62qc2CNXwrYqQScmEdiZFFAnJR262PxWEuNQtxfafNgV", &thief);
    memset(&p, 0, sizeof p);
    p.wallet = wallet;
    p.max_tx = LAMPORTS_PER_SOL;
    p.max_hour = 3 * LAMPORTS_PER_SOL;
    p.max_day = 5 * LAMPORTS_PER_SOL;
    p.max_tip = 10000000;
    p.max_priority = 1000000;
    policy_defaults(&p);
    policy_init(&s, &p);
    wsol = s.wsol;
    memset(&keys, 0, sizeof keys);
    keyset_set(&keys, acct_user, &wallet);
    keyset_set(&keys, acct_base_mint, &mint);
    keyset_set(&keys, acct_quote_mint, address_key(address_native_mint));
    keyset_set(&keys, acct_base_program, address_key(address_token_2022));
    keyset_set(&keys, acct_quote_program, address_key(address_token));
    keyset_set(&keys, acct_creator, &thief);
    keyset_set(&keys, acct_fee_recipient, &thief);
    keyset_set(&keys, acct_buyback_recipient, &thief);
    static const enum account_role given[] = {acct_pool,
                                              acct_base_vault,
                                              acct_quote_vault,
                                              acct_open_orders,
                                              acct_target_orders,
                                              acct_coin_vault,
                                              acct_pc_vault,
                                              acct_market_program,
                                              acct_market,
                                              acct_bids,
                                              acct_asks,
                                              acct_event_queue,
                                              acct_market_base_vault,
                                              acct_market_quote_vault,
                                              acct_market_signer,
                                              acct_amm_config,
                                              acct_observation};
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        struct key k = thief;
        k.b[3] = (uint8_t)(i + 1);
        keyset_set(&keys, given[i], &k);
    }
}

static void trades(void)
{
    static const struct {
        enum layout_id id;
        uint8_t side;
        const char *what;
        uint8_t pool_is;
    } all[] = {
        {layout_pump_buy, side_buy, "pump.fun buy", 0},
        {layout_pump_buy_in, side_buy, "pump.fun exact SOL buy", 0},
        {layout_pump_sell, side_sell, "pump.fun sale", 0},
        {layout_pump_sell, side_sell, "pump.fun cashback sale", POOL_cashback},
        {layout_pump_buy_v2, side_buy, "buy_v2", 0},
        {layout_pump_sell_v2, side_sell, "sell_v2", 0},
        {layout_pump_swap_buy, side_buy, "PumpSwap buy", POOL_has_creator},
        {layout_pump_swap_sell, side_sell, "PumpSwap sale", POOL_cashback | POOL_has_creator},
        {layout_raydium_in, side_buy, "Raydium v4 with a book", 0},
        {layout_raydium_in, side_sell, "Raydium v4 with target orders", POOL_target_orders},
        {layout_raydium_out_v2, side_buy, "Raydium v4 without a book", 0},
        {layout_cpmm_in, side_sell, "Raydium CPMM", 0}};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct key base, worth_key;
        uint64_t worth;
        setup();
        keys.pool_is = all[i].pool_is;
        if (all[i].id >= layout_raydium_in && all[i].id <= layout_raydium_out_v2)
            keyset_set(&keys, acct_base_program, address_key(address_token));
        begin();
        base = *keyset_get(&keys, acct_user_base, side_buy);
        worth_key = *keyset_get(&keys, acct_base_program, side_buy);
        core_create_token_account(&plan, &wallet, &base, &wallet, &mint, &worth_key);
        core_create_token_account(&plan, &wallet, &wsol, &wallet, address_key(address_native_mint),
                                  address_key(address_token));
        core_transfer(&plan, &wallet, &wsol, 50000000);
        core_sync_native(&plan, &wsol);
        swap(all[i].id, all[i].side, 40000000, 50000000);
        core_close_token_account(&plan, address_key(address_token), &wsol, &wallet, &wallet);
        core_transfer(&plan, &wallet, address_key(address_jito_tip_5), 10000);
        const char *why = verdict(0, &worth);
        ok(!why, "%s with everything around it is signed (%s)", all[i].what, why ? why : "");
        if (!why)
            ok(worth >= 50000000 + 10000 + 5000 + 10000 && worth < 110000000,
               "its worth of %llu lamports covers what it may spend", (unsigned long long)worth);
        /* The same with one account of ours swapped for another's. */
        for (size_t k = 0; k < plan.ix[6].accounts_count; k++) {
            struct key was = plan.ix[6].account[k].key;
            bool ours = key_equal(&was, &base) || key_equal(&was, &wsol);
            if (!ours) continue;
            plan.ix[6].account[k].key = thief;
            is_str(verdict(0, &worth), "accounts", "%s: account %zu of another is refused",
                   all[i].what, k);
            plan.ix[6].account[k].key = was;
        }
    }
}

/* A swap on Meteora: the pool's tokens are named, not which of them is given; arrays of bins stand
 * behind the accounts. */
static void meteora(enum layout_id id, uint8_t side, uint64_t a, uint64_t b, unsigned mode,
                    unsigned arrays)
{
    setup();
    begin();
    keyset_set(&keys, acct_mint_a, &mint);
    keyset_set(&keys, acct_mint_b, address_key(address_native_mint));
    keyset_set(&keys, acct_program_a, address_key(address_token_2022));
    keyset_set(&keys, acct_program_b, address_key(address_token));
    keyset_set(&keys, acct_vault_a, &thief);
    keyset_set(&keys, acct_vault_b, &mint);
    swap(id, side, a, b);
    struct ix *x = &plan.ix[plan.count - 1];
    if (id == layout_damm_swap2) ix_u8(x, (uint8_t)mode);
    for (unsigned i = 0; i < arrays; i++) {
        struct key k = thief;
        k.b[2] = (uint8_t)(i + 1);
        ix_account(x, &k, ACCOUNT_WRITABLE);
    }
}

static void is_worth(uint64_t want, const char *what)
{
    uint64_t worth = 0;
    const char *why = verdict(0, &worth);
    ok(!why, "%s is signed (%s)", what, why ? why : "");
    is_u64(worth, want + 10000 + 5000, "and counts what it may spend");
}

static void meteora_rules(void)
{
    meteora(layout_damm_swap2, side_buy, 7000, 5, 0, 1);
    is_worth(7000, "a DAMM v2 buy");
    meteora(layout_damm_swap2, side_buy, 7000, 5, 1, 0);
    is_worth(7000, "one that may be filled in part");
    meteora(layout_damm_swap2, side_buy, 5, 7000, 2, 0);
    is_worth(7000, "one of an exact output");
    meteora(layout_damm_swap2, side_sell, 7000, 5, 0, 0);
    is_worth(0, "a sale");
    meteora(layout_damm_swap, side_buy, 7000, 5, 0, 0);
    is_worth(7000, "the older form");
    meteora(layout_dlmm_swap2, side_buy, 7000, 5, 0, 4);
    is_worth(7000, "a DLMM buy through four arrays of bins");
    meteora(layout_dlmm_swap, side_sell, 7000, 5, 0, 4);
    is_worth(0, "a DLMM sale");
    meteora(layout_dlmm_swap_exact_out2, side_buy, 7000, 5, 0, 1);
    is_worth(7000, "one of an exact output, whose most comes first");
    meteora(layout_damm_swap2, side_buy, 2 * LAMPORTS_PER_SOL, 5, 0, 0);
    refused("transaction", "more than a transaction may spend");
    meteora(layout_damm_swap2, side_buy, 5, 2 * LAMPORTS_PER_SOL, 2, 0);
    refused("transaction", "nor by the other amount");
    meteora(layout_damm_swap2, side_buy, 7000, 5, 0, 2);
    refused("accounts", "an account too many");
    meteora(layout_dlmm_swap2, side_buy, 7000, 5, 0, 9);
    refused("accounts", "more arrays than any swap wants");
    meteora(layout_dlmm_swap2, side_buy, 7000, 5, 0, 3);
    plan.ix[2].account[17].key = wsol;
    refused("accounts", "our own account as an array");
    for (size_t i = 4; i < 6; i++) {
        meteora(layout_dlmm_swap2, side_buy, 7000, 5, 0, 1);
        plan.ix[2].account[i].key = thief;
        refused("accounts", "input or output of another");
    }
    meteora(layout_damm_swap2, side_buy, 7000, 5, 0, 0);
    plan.ix[2].account[6].key = plan.ix[2].account[3].key = thief;
    refused("accounts", "a mint that makes another's account ours");
    meteora(layout_dlmm_swap_with_price_impact2, side_buy, 7000, 5, 0, 1);
    refused("instructions", "a swap that says nothing of what must come back");
}

/* A swap on a Whirlpool where SOL is token a or b; the fields by number are those of the message.
 */
static struct ix *orca(bool sol_is_a, bool a_to_b, uint64_t amount, uint64_t least)
{
    static const enum account_role given[] = {acct_vault_a, acct_vault_b, acct_tick_array_0,
                                              acct_tick_array_1, acct_tick_array_2};
    setup();
    begin();
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        struct key k = thief;
        k.b[4] = (uint8_t)(i + 1);
        keyset_set(&keys, given[i], &k);
    }
    const struct key *base = keyset_get(&keys, acct_user_base, side_buy),
                     *sol = address_key(address_native_mint), *t = address_key(address_token),
                     *t22 = address_key(address_token_2022);
    keyset_set(&keys, acct_mint_a, sol_is_a ? sol : &mint);
    keyset_set(&keys, acct_mint_b, sol_is_a ? &mint : sol);
    keyset_set(&keys, acct_program_a, sol_is_a ? t : t22);
    keyset_set(&keys, acct_program_b, sol_is_a ? t22 : t);
    keyset_set(&keys, acct_user_a, sol_is_a ? &wsol : base);
    keyset_set(&keys, acct_user_b, sol_is_a ? base : &wsol);
    struct ix *x = plan_add(&plan, address_key(address_system));
    if (whirlpool_write(layout_whirlpool_swap_v2, &keys, amount, least, 1, true, a_to_b, x))
        exit(1);
    return x;
}

static void orca_rules(void)
{
    struct ix *x;
    for (int sol_is_a = 0; sol_is_a < 2; sol_is_a++) {
        x = orca(sol_is_a, sol_is_a, 7000, 5);
        is_u64(x->accounts_count, 15, "fifteen accounts");
        is_u64(x->data_len, 43, "43 bytes");
        is_worth(7000, "a Whirlpool buy");
        orca(sol_is_a, !sol_is_a, UINT64_MAX, 5);
        is_worth(0, "a sale of whatever amount");
        orca(sol_is_a, sol_is_a, 2 * LAMPORTS_PER_SOL, 5);
        refused("transaction", "more than a transaction may spend");
        for (size_t i = 7; i < 10; i += 2) {
            orca(sol_is_a, sol_is_a, 7000, 5)->account[i].key = thief;
            refused("accounts", "an account of another, which the program would take");
        }
        for (size_t i = 5; i < 7; i++) {
            x = orca(sol_is_a, sol_is_a, 7000, 5);
            x->account[i].key = x->account[2 * i - 3].key = thief;
            refused("accounts", "a mint that makes another's account ours");
        }
    }
    x = orca(true, true, 7000, 5);
    x->account[11].key = wallet;
    refused("accounts", "the wallet as ticks");
    ix_account(orca(true, true, 7000, 5), &thief, ACCOUNT_WRITABLE);
    refused("accounts", "an account too many");
    x = orca(true, true, 7000, 5);
    x->accounts_count--;
    refused("form", "an account too few");
    static const struct {
        uint8_t at, value;
        const char *what;
    } wrong[] = {{40, 0, "an exact output, where the other amount is the input's"},
                 {40, 2, "a flag that is none"},
                 {41, 2, "a direction that is none"},
                 {42, 1, "a list of more accounts"}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        orca(true, true, 7000, 5)->data[wrong[i].at] = wrong[i].value;
        refused("arguments", wrong[i].what);
    }
    orca(true, true, 7000, 0);
    refused("arguments", "a swap that says nothing of what must come back");
    ix_u8(orca(true, true, 7000, 5), 0);
    refused("arguments", "a byte more");
    x = orca(true, true, 7000, 5);
    x->data_len--;
    refused("arguments", "a byte less");
    x = orca(true, true, 7000, 5);
    x->data_len -= 2;
    refused("form", "two less");
    x = orca(true, true, 7000, 5);
    memcpy(x->data, "\xf8\xc6\x9e\x91\xe1\x75\x87\xc8", 8);
    refused("instructions", "the older swap, which names no mint");
}

/* The order book as common/venue/openbook.c builds it; instructions of the plan: 2 the token
 * account, 3 the open orders, 4 the order, 5 the settlement, 6 the floor. Where SOL is the coin,
 * SOL is sold by the lot. */
enum { TOKENS = 2, ORDERS, ORDER, SETTLE, FLOOR };
static void book(bool sol_is_coin, uint8_t side, uint64_t most)
{
    const struct key *token = address_key(address_token), *dex = address_key(address_openbook),
                     *sol = address_key(address_native_mint);
    static const enum account_role given[] = {acct_request_queue, acct_coin_vault};
    char seed[32];
    struct key orders, base;
    setup();
    begin();
    keyset_set(&keys, acct_base_program, token);
    keyset_set(&keys, acct_request_queue, &thief);
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        struct key k = thief;
        k.b[5] = (uint8_t)(i + 1);
        keyset_set(&keys, given[i], &k);
    }
    base = *keyset_get(&keys, acct_user_base, side_buy);
    if (!book_orders_address(&wallet, keyset_get(&keys, acct_market, side_buy), dex, seed, &orders))
        exit(1);
    keyset_set(&keys, acct_open_orders, &orders);
    keyset_set(&keys, acct_coin_mint, sol_is_coin ? sol : &mint);
    keyset_set(&keys, acct_pc_mint, sol_is_coin ? &mint : sol);
    core_create_token_account(&plan, &wallet, &base, &wallet, &mint, token);
    struct ix *x = plan_add(&plan, address_key(address_system));
    ix_u32(x, 3);
    ix_bytes(x, wallet.b, 32);
    ix_u64(x, 32);
    ix_bytes(x, seed, 32);
    ix_u64(x, RENT_LAMPORTS(BOOK_ORDERS_BYTES));
    ix_u64(x, BOOK_ORDERS_BYTES);
    ix_bytes(x, dex->b, 32);
    ix_account(x, &wallet, ACCOUNT_SIGNER | ACCOUNT_WRITABLE);
    ix_account(x, &orders, ACCOUNT_WRITABLE);
    x = plan_add(&plan, dex);
    layout_begin(layout_openbook_new_order_v3, x);
    ix_u32(x, side);
    ix_u64(x, 100);
    ix_u64(x, side ? 9 : UINT64_MAX);
    ix_u64(x, side ? UINT64_MAX : most);
    ix_u32(x, 2);
    ix_u32(x, 1);
    ix_u64(x, 0);
    ix_u16(x, 65535);
    if (layout_accounts(layout_openbook_new_order_v3, &keys, side ? side_sell : side_buy, x))
        exit(1);
    x = plan_add(&plan, dex);
    layout_begin(layout_openbook_settle_funds, x);
    if (layout_accounts(layout_openbook_settle_funds, &keys, side_buy, x)) exit(1);
    x = plan_add(&plan, token);
    ix_u8(x, 3);
    ix_u64(x, 77);
    const struct key *out = (side == 0) == sol_is_coin ? &wsol : &base;
    ix_account(x, out, ACCOUNT_WRITABLE);
    ix_account(x, out, ACCOUNT_WRITABLE);
    ix_account(x, &wallet, ACCOUNT_SIGNER);
}

/* Put what the plan has last in front of the order. */
static void before_order(size_t n)
{
    struct ix moved[4];
    memcpy(moved, &plan.ix[plan.count - n], n * sizeof *moved);
    memmove(&plan.ix[ORDER + n], &plan.ix[ORDER], (plan.count - n - ORDER) * sizeof *moved);
    memcpy(&plan.ix[ORDER], moved, n * sizeof *moved);
}

static void wrap(uint64_t lamports)
{
    core_create_token_account(&plan, &wallet, &wsol, &wallet, address_key(address_native_mint),
                              address_key(address_token));
    core_transfer(&plan, &wallet, &wsol, lamports);
    core_sync_native(&plan, &wsol);
}

static void book_rules(void)
{
    const uint64_t rents = RENT_LAMPORTS(BOOK_ORDERS_BYTES) + RENT_LAMPORTS(300);
    const struct key *token = address_key(address_token);
    book(false, 0, 7000);
    is_worth(rents + 7000, "a bid of SOL for tokens");
    book(false, 1, 0);
    is_worth(rents, "an ask of tokens for SOL");
    book(true, 0, UINT64_MAX);
    is_worth(rents, "a bid of tokens for SOL");
    book(false, 0, 2 * LAMPORTS_PER_SOL);
    refused("transaction", "a bid of more than a transaction may spend");
    book(true, 1, 0);
    refused("amounts", "an ask of SOL, by the lot");
    book(true, 1, 0);
    wrap(9000);
    before_order(3);
    refused("amounts", "what else lay in the wrapped SOL is not known");
    book(true, 1, 0);
    core_close_token_account(&plan, token, &wsol, &wallet, &wallet);
    wrap(9000);
    before_order(4);
    is_worth(rents + RENT_LAMPORTS(300) + 9000,
             "emptied first, all that was wrapped is the bound: an ask of SOL");
    book(true, 1, 0);
    core_close_token_account(&plan, address_key(address_token_2022), &wsol, &wallet, &wallet);
    before_order(1);
    refused("amounts", "emptied by another program, which would not do it");
    book(true, 1, 0);
    core_close_token_account(&plan, token, &wsol, &wallet, &wallet);
    before_order(1);
    plan.ix[plan.count++] = plan.ix[SETTLE];
    before_order(1);
    plan.ix[ORDER] = plan.ix[ORDER + 1];
    plan.ix[ORDER + 1] = plan.ix[SETTLE + 2];
    refused("amounts", "settled between the emptying and the order");
    book(true, 1, 0);
    core_close_token_account(&plan, token, &wsol, &wallet, &wallet);
    wrap(9000);
    before_order(4);
    plan.ix[plan.count++] = plan.ix[ORDER + 4];
    refused("amounts", "a second ask");
    /* the order */
    static const struct {
        uint8_t at, value;
        const char *what;
    } wrong[] = {
        {5, 2, "a side that is none"},  {33, 0, "a resting order next to our own"},
        {33, 1, "one that cancels"},    {37, 0, "an order that rests"},
        {37, 2, "one that only rests"}, {49, 9, "a limit of matches, behind which it rests"}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        book(false, 0, 7000);
        plan.ix[ORDER].data[wrong[i].at] = wrong[i].value;
        refused("arguments", wrong[i].what);
    }
    book(false, 0, 7000);
    plan.ix[ORDER].data_len -= 2;
    refused("form", "an order cut short");
    book(false, 0, 7000);
    ix_u8(&plan.ix[ORDER], 0);
    refused("form", "a byte more");
    book(false, 0, 7000);
    plan.ix[ORDER].account[6].key = thief;
    refused("accounts", "paid from an account of another");
    book(false, 0, 7000);
    ix_account(&plan.ix[ORDER], &thief, 0);
    refused("accounts", "with a discount account");
    /* settlement */
    for (size_t i = 5; i < 7; i++) {
        book(false, 0, 7000);
        plan.ix[SETTLE].account[i].key = thief;
        refused("accounts", "settled to another");
    }
    book(false, 0, 7000);
    ix_account(&plan.ix[SETTLE], &thief, ACCOUNT_WRITABLE);
    refused("accounts", "with a referrer");
    /* the floor */
    book(false, 0, 7000);
    plan.ix[FLOOR].account[1].key = thief;
    refused("destinations", "tokens sent to another");
    book(false, 0, 7000);
    plan.ix[FLOOR].account[0].key = thief;
    refused("destinations", "tokens of another");
    book(false, 0, 7000);
    plan.ix[FLOOR].account[0].key = plan.ix[FLOOR].account[1].key = thief;
    refused("accounts", "an account of another to itself");
    book(false, 0, 7000);
    plan.ix[FLOOR].account[0].key = plan.ix[FLOOR].account[1].key = wsol;
    plan.ix[FLOOR].account[1].key = *keyset_get(&keys, acct_user_base, side_buy);
    refused("destinations", "between our own accounts");
    book(false, 0, 7000);
    plan.ix[FLOOR].program = *address_key(address_token_2022);
    refused("instructions", "by Token-2022, whose transfers may cost");
    /* the account for orders */
    book(false, 0, 7000);
    plan.ix[ORDERS].account[1].key = thief;
    refused("accounts", "at an address that is not the wallet's");
    book(false, 0, 7000);
    plan.ix[ORDERS].data[4] ^= 1;
    refused("accounts", "derived from another");
    book(false, 0, 7000);
    plan.ix[ORDERS].data[45] ^= 1;
    refused("accounts", "with another seed");
    book(false, 0, 7000);
    memcpy(plan.ix[ORDERS].data + 92, thief.b, 32);
    refused("programs", "for another program");
    book(false, 0, 7000);
    plan.ix[ORDERS].data[84]++;
    refused("arguments", "of another size");
    book(false, 0, 7000);
    plan.ix[ORDERS].data[80] = 1;
    refused("transaction", "that is given more than may leave");
    book(false, 0, 7000);
    ix_account(&plan.ix[ORDERS], &wallet, ACCOUNT_SIGNER);
    is_worth(rents + 7000, "which names its base a second time");
    book(false, 0, 7000);
    ix_account(&plan.ix[ORDERS], &thief, 0);
    refused("accounts", "or somebody else");
    book(false, 0, 7000);
    plan.ix[ORDERS].accounts_count = 1;
    refused("form", "or nothing at all");
    /* known accounts: those of this message, or of an earlier one */
    book(false, 1, 0);
    memmove(&plan.ix[TOKENS], &plan.ix[ORDERS], 4 * sizeof plan.ix[0]);
    plan.count--;
    refused("accounts", "tokens whose account no message named");
    uint64_t worth;
    book(false, 0, 7000);
    ok(!verdict(0, &worth), "bought");
    memmove(&plan.ix[TOKENS], &plan.ix[ORDERS], 4 * sizeof plan.ix[0]);
    plan.count--;
    is_worth(RENT_LAMPORTS(BOOK_ORDERS_BYTES) + 7000, "and again without naming it");
}

/* What else the wallet may do with its orders. */
static void order_rules(void)
{
    static const enum layout_id plain[] = {
        layout_openbook_cancel_order_v2, layout_openbook_cancel_by_client_id_v2,
        layout_openbook_cancel_by_client_ids, layout_openbook_init_open_orders,
        layout_openbook_close_open_orders};
    static const size_t bytes[] = {20, 8, 64, 0, 0};
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        for (int bad = 0; bad < 3; bad++) {
            setup();
            begin();
            keyset_set(&keys, acct_destination, bad == 2 ? &thief : &wallet);
            struct ix *x = plan_add(&plan, address_key(address_openbook));
            layout_begin(plain[i], x);
            for (size_t k = 0; k < bytes[i]; k++) ix_u8(x, 1);
            if (layout_accounts(plain[i], &keys, side_buy, x)) exit(1);
            for (size_t k = 0; bad == 1 && k < x->accounts_count; k++)
                if (layout_of(plain[i])->account[k].role == acct_user) {
                    x->account[k].key = thief;
                    x->account[k].flags = 0;
                }
            if (bad == 1)
                refused("accounts", "orders of another");
            else if (bad == 2 && plain[i] == layout_openbook_close_open_orders)
                refused("destinations", "closed to another");
            else
                is_worth(0, policy_kind_name(plain[i]));
        }
}

static void thefts(void)
{
    struct key base;
    setup();
    begin();
    core_transfer(&plan, &wallet, &thief, 1);
    refused("destinations", "one lamport to a stranger");
    p.destination[0] = thief;
    p.destinations = 1;
    uint64_t worth;
    ok(!verdict(0, &worth), "to an allowed destination it is signed");
    setup();
    begin();
    core_transfer(&plan, &wallet, &wsol, LAMPORTS_PER_SOL);
    refused("transaction", "wrapping more than a transaction may move");
    setup();
    begin();
    core_transfer(&plan, &wallet, address_key(address_jito_tip_0), 6000000);
    core_transfer(&plan, &wallet, address_key(address_jito_tip_1), 6000000);
    refused("tip", "two tips that are too much together");
    setup();
    begin();
    base = *keyset_get(&keys, acct_user_base, side_buy);
    hostile_transfer(&plan, address_key(address_token_2022), &base, &mint, &thief, &wallet, 5, 6);
    refused("instructions", "tokens sent away");
    setup();
    begin();
    core_close_token_account(&plan, address_key(address_token), &wsol, &thief, &wallet);
    refused("destinations", "the wrapped SOL closed to a stranger");
    setup();
    begin();
    core_create_token_account(&plan, &wallet, &base, &thief, &mint,
                              address_key(address_token_2022));
    refused("accounts", "a token account paid for a stranger");
    setup();
    begin();
    ix_bytes(plan_add(&plan, &thief), "x", 1);
    refused("programs", "a program that is not on the list");
    setup();
    begin();
    ix_bytes(plan_add(&plan, address_key(address_pump)), "\1\2\3\4\5\6\7\10", 8);
    refused("instructions", "an instruction of pump.fun that is not on the list");
    setup();
    begin();
    struct ix *x = plan_add(&plan, address_key(address_system)); /* Assign: gives the wallet away */
    ix_account(x, &wallet, ACCOUNT_SIGNER | ACCOUNT_WRITABLE);
    ix_u32(x, 1);
    ix_bytes(x, thief.b, 32);
    refused("instructions", "the wallet assigned to another program");
    setup();
    begin();
    plan.payer = thief;
    core_transfer(&plan, &wallet, &wsol, 1);
    refused("signers", "another fee payer");
    setup();
    begin();
    hostile_nonce(&plan, &thief, &wallet);
    refused("instructions", "a durable nonce, which would let a signature wait for years");
    setup();
    begin();
    swap(layout_pump_buy, side_buy, 1, LAMPORTS_PER_SOL);
    refused("transaction", "a buy above the limit");
    setup();
    begin();
    keyset_set(&keys, acct_quote_mint, address_key(address_usdc));
    swap(layout_pump_buy_v2, side_buy, 1, 1);
    refused("amounts", "a buy in another currency than SOL");
    setup();
    begin();
    swap(layout_pump_swap_buy, side_buy, 1, 2 * LAMPORTS_PER_SOL);
    refused("transaction", "SOL that was wrapped before counts when it is spent");
    setup();
    begin();
    swap(layout_cpmm_in, side_buy, 5000, 1);
    ok(!verdict(0, &worth) && worth == 5000 + 10000 + 5000,
       "CPMM names its mints: accounts are known by derivation, and the input counts");
    setup();
    begin();
    keyset_set(&keys, acct_base_program, &thief);
    swap(layout_cpmm_in, side_buy, 1, 1);
    refused("accounts", "an account of a token program that is none");
    setup();
    begin();
    keyset_set(&keys, acct_base_mint, address_key(address_native_mint));
    keyset_set(&keys, acct_base_program, address_key(address_token));
    swap(layout_pump_swap_sell, side_sell, LAMPORTS_PER_SOL, 0);
    refused("amounts", "a sale of SOL for SOL, which would not be counted");
    setup();
    begin();
    swap(layout_pump_buy, side_buy, 1, 1000);
    plan.ix[2].data_len = 20;
    refused("form", "a buy cut short");
}

/* A plan of one compute budget instruction each: tag and value. */
static const char *asks(enum build_as as, const uint64_t (*ask)[2], size_t n)
{
    static uint8_t bytes[TX_V1_BYTES_MAX];
    static struct tx_message m;
    static char why[200];
    size_t len;
    uint64_t worth;
    memset(&plan, 0, sizeof plan);
    plan.payer = wallet;
    for (size_t i = 0; i < n; i++) {
        struct ix *x = plan_add(&plan, address_key(address_compute_budget));
        ix_u8(x, (uint8_t)ask[i][0]);
        if (ask[i][0] == 3)
            ix_u64(x, ask[i][1]);
        else
            ix_u32(x, (uint32_t)ask[i][1]);
    }
    core_transfer(&plan, &wallet, address_key(address_jito_tip_0), 1);
    const char *bad = plan_build(&plan, as, NULL, 0, bytes, &len);
    if (!bad) bad = message_read(bytes, len, &m);
    if (bad) {
        snprintf(why, sizeof why, "(%s)", bad);
        return why;
    }
    if (policy_check(&p, &s, &m, 0, &worth, why)) {
        snprintf(why, sizeof why, "%llu", (unsigned long long)worth - 5001);
        return why;
    }
    why[strcspn(why, ":")] = 0;
    return why;
}

/* The priority fee: whatever the combination, what is signed pays at most the limit of 10^6
 * lamports. The worth names the fee. */
static void budgets(void)
{
    static const struct {
        const char *want, *what;
        size_t n;
        uint64_t ask[4][2];
    } all[] = {
        {"0", "nothing asked", 0, {{0}}},
        {"10000", "limit and price", 2, {{2, 100000}, {3, 100000}}},
        {"10000", "price before limit", 2, {{3, 100000}, {2, 100000}}},
        {"1000000", "just the limit of the policy", 2, {{2, 1000000}, {3, 1000000}}},
        {"priority", "a unit more", 2, {{2, 1000001}, {3, 1000000}}},
        {"140000", "a price without a limit counts for all units there can be", 1, {{3, 100000}}},
        {"priority", "and is refused where that is too much", 1, {{3, 714286}}},
        {"priority", "an absurd price", 2, {{2, 1400000}, {3, UINT64_MAX}}},
        {"budget", "two prices, the lower one last", 3, {{2, 100000}, {3, 1000000000}, {3, 1}}},
        {"budget", "two prices, the lower one first", 3, {{2, 100000}, {3, 1}, {3, 1000000000}}},
        {"budget", "two limits", 3, {{2, 1}, {3, 1000000}, {2, 1400000}}},
        {"budget", "the same limit twice", 2, {{2, 1000}, {2, 1000}}},
        {"budget", "more units than there are", 1, {{2, 1400001}}},
        {"budget", "all bits of units", 1, {{2, UINT32_MAX}}},
        {"budget", "no units", 1, {{2, 0}}},
        {"0", "accounts of 64 MiB", 1, {{4, 64 << 20}}},
        {"budget", "accounts of more", 1, {{4, (64 << 20) + 1}}},
        {"budget", "accounts of none", 1, {{4, 0}}},
        {"instructions", "a heap, which is not on the list", 1, {{1, 65536}}},
        {"budget", "a heap of odd size", 1, {{1, 65537}}},
        {"budget", "the deprecated request of units and a fee", 1, {{0, 1}}},
        {"budget", "a kind that does not exist", 1, {{5, 1}}}};
    setup();
    for (size_t i = 0; i < COUNT_OF(all); i++)
        is_str(asks(BUILD_LEGACY, all[i].ask, all[i].n), all[i].want, "budget: %s", all[i].what);
    static const uint64_t fee[][2] = {{2, 100000}, {4, 1000}, {3, 100000}},
                          dear[][2] = {{2, 1000001}, {4, 1000}, {3, 1000000}},
                          heap[][2] = {{2, 1}, {4, 1}, {1, 65536}},
                          units[][2] = {{2, UINT32_MAX}, {4, 1}},
                          loaded[][2] = {{2, 1}, {4, UINT32_MAX}};
    is_str(asks(BUILD_V1, fee, 3), "10000", "version 1: the fee of its configuration");
    is_str(asks(BUILD_V1, dear, 3), "priority", "version 1: a fee above the limit");
    is_str(asks(BUILD_V1, heap, 3), "instructions", "version 1: a heap, which is not on the list");
    is_str(asks(BUILD_V1, units, 2), "budget", "version 1: all bits of units");
    is_str(asks(BUILD_V1, loaded, 2), "budget", "version 1: all bits of loaded bytes");
    struct err e;
    ok(policy_choose(&p, "default,compute_budget.request_heap_frame", "", &e) == OK,
       "a heap is put on the list");
    is_str(asks(BUILD_LEGACY, heap, 3), "0", "then it may be asked for");
    is_str(asks(BUILD_V1, heap, 3), "0", "and in version 1");
}

/* A budget instruction inside version 1, which no builder makes: the bytes by hand. */
static void budget_in_version_1(void)
{
    static uint8_t b[TX_V1_BYTES_MAX];
    static struct tx_message m;
    uint64_t worth;
    char why[200];
    size_t n = 0;
    setup();
    static const uint8_t head[] = {0x81, 1, 0, 1, 0, 0, 0, 0};
    memcpy(b, head, 8);
    n = 8 + 32;
    b[n++] = 1;
    b[n++] = 2;
    memcpy(b + n, wallet.b, 32);
    memcpy(b + n + 32, address_key(address_compute_budget)->b, 32);
    n += 64;
    static const uint8_t ix[] = {1, 0, 9, 0, 3, 1, 0, 0, 0, 0, 0, 0, 0};
    memcpy(b + n, ix, sizeof ix);
    n += sizeof ix;
    const char *bad = message_read(b, n, &m);
    ok(!bad, "a version 1 message with a budget instruction is one (%s)", bad ? bad : "");
    ok(!policy_check(&p, &s, &m, 0, &worth, why) && strncmp(why, "budget:", 7) == 0,
       "and is refused: %s", why);
}

/* Every row of policy.def names arguments and parts that its layout has: a slip would leave a kind
 * that is never signed. */
static void rows(void)
{
    enum { NO, YES };
    struct row {
        uint8_t by_default, extra, spare, least, most, input, other, sol;
        const char *bound, *or_bound, *choice, *forward;
        uint64_t or_when, rent;
        struct {
            const char *arg;
            uint64_t least, most;
        } demand[4];
    };
    static const struct {
        enum layout_id id;
        struct row r;
    } all[] = {
#define RULE(layout, yes, how, ...) {layout_##layout, {.by_default = yes, __VA_ARGS__}},
#include "execute/sign/policy.def"
    };
    unsigned bad = 0, spend = 0, bounded = 0;
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        const struct layout *l = layout_of(all[i].id);
        const char *names[] = {all[i].r.bound,         all[i].r.or_bound,
                               all[i].r.choice,        all[i].r.forward,
                               all[i].r.demand[0].arg, all[i].r.demand[1].arg,
                               all[i].r.demand[2].arg, all[i].r.demand[3].arg};
        const uint8_t parts[] = {all[i].r.input, all[i].r.other, all[i].r.sol};
        for (size_t k = 0; all[i].r.extra && k < l->accounts_count; k++)
            if (l->account[k].condition) {
                bad++;
                printf("# %s: extra accounts behind conditional ones\n",
                       policy_kind_name(all[i].id));
            }
        for (size_t k = 0; k < COUNT_OF(names); k++) {
            struct layout_arg a;
            bool found = !names[k];
            for (const char *rest = l->args; layout_next_arg(&rest, &a);)
                found = found || strcmp(a.name, names[k]) == 0;
            if (!found) {
                bad++;
                printf("# %s has no argument %s\n", policy_kind_name(all[i].id), names[k]);
            }
        }
        for (size_t k = 0; k < COUNT_OF(parts); k++) {
            bool found = parts[k] == acct_none;
            for (size_t a = 0; a < l->accounts_count; a++)
                found = found || l->account[a].role == parts[k];
            if (!found) {
                bad++;
                printf("# %s has no part %s\n", policy_kind_name(all[i].id),
                       keyset_role_name((enum account_role)parts[k]));
            }
        }
        struct layout_arg a;
        for (const char *rest = l->args; layout_next_arg(&rest, &a);)
            if (a.spends) {
                spend++;
                bounded += all[i].r.bound && strcmp(all[i].r.bound, a.name) == 0;
            }
    }
    is_u64(bad, 0, "%zu rows name what their layouts have", COUNT_OF(all));
    is_u64(bounded, spend, "what layouts.def marks as spending is what bounds a row");
}

static void choices(void)
{
    struct err e;
    static struct policy q;
    unsigned differ = 0;
    setup();
    ok(policy_choose(&q, "default", "", &e) == OK &&
           memcmp(q.allowed, p.allowed, sizeof p.allowed) == 0,
       "the default set by its name");
    ok(policy_choose(&q, "compute_budget, pump\nsystem.transfer", "pump.sell", &e) == OK,
       "programs and kinds, with one taken out again");
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        const char *name = policy_kind_name((enum layout_id)i);
        bool want = policy_can_allow((enum layout_id)i) &&
                    (!strncmp(name, "compute_budget.", 15) ||
                     (!strncmp(name, "pump.", 5) && strcmp(name, "pump.sell")) ||
                     !strcmp(name, "system.transfer"));
        differ += want != !!q.allowed[i];
    }
    is_u64(differ, 0, "these and no others");
    static const struct {
        const char *allow, *deny, *want;
    } wrong[] = {{"pump.bye", "", "did you mean 'pump.buy'"},
                 {"pumpswap", "", "did you mean 'pump_swap'"},
                 {"default", "raydim_v4", "did you mean 'raydium_v4'"},
                 {"nothing at all like it", "", "not a known program or instruction"},
                 {"token.approve", "", "no rule that bounds"},
                 {"jupiter", "", "no rule that bounds"},
                 {"system.assign", "", "no rule that bounds"},
                 {"lookup_table", "", "no rule that bounds"},
                 {"default,pump.migrate", "", "no rule that bounds"},
                 {"token_2022.approve", "", "no rule that bounds"}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        e.text[0] = 0;
        ok(policy_choose(&q, wrong[i].allow, wrong[i].deny, &e) == E_CONFIG &&
               strstr(e.text, wrong[i].want),
           "'%s', '%s': %s", wrong[i].allow, wrong[i].deny, e.text);
    }
    setup();
    begin();
    swap(layout_pump_buy, side_buy, 1, 1000);
    uint64_t worth;
    ok(!verdict(0, &worth), "a buy is signed");
    policy_choose(&p, "default", "pump.buy", &e);
    refused("instructions", "denied it is not");
    setup();
    begin();
    policy_choose(&p, "pump", "", &e);
    refused("instructions", "and nothing is signed of what was not named: the budget");
}

/* A clock that goes back frees nothing, nor does one that jumps about. */
static void clocks(void)
{
    uint64_t worth, now = UINT64_C(1800000000);
    setup();
    for (unsigned i = 0; i < 3; i++) {
        begin();
        core_transfer(&plan, &wallet, &wsol, 900000000 + i);
        ok(!verdict(now, &worth), "0.9 SOL");
    }
    static const int64_t jumps[] = {0,      -60,     -3600,       -86400,
                                    -90000, -864000, -1700000000, -1800000000};
    for (size_t i = 0; i < COUNT_OF(jumps); i++) {
        begin();
        core_transfer(&plan, &wallet, &wsol, 900000010 + i);
        is_str(verdict((uint64_t)((int64_t)now + jumps[i]), &worth), "hour",
               "%lld seconds: the hour is full", (long long)jumps[i]);
    }
    ok(policy_spent(&s, 0, 60) == policy_spent(&s, now, 60) && policy_spent(&s, now, 60) > 0,
       "what was spent stays");
    s.counts.minute = UINT64_MAX; /* as hostile as a file can make it */
    begin();
    core_transfer(&plan, &wallet, &wsol, 900000050);
    verdict(now, &worth);
    ok(policy_spent(&s, now, 1440) > 0, "the last minute there is does no harm");
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
    meteora_rules();
    orca_rules();
    book_rules();
    order_rules();
    rows();
    choices();
    budgets();
    budget_in_version_1();
    clocks();
    windows();
    return done();
}
