/* test_sol.c - Solana formats against published answers (facts of the network, recomputed there by
 * independent code) and against themselves: what is built is read back the same, and no mutation of
 * it is read beyond its end. */
#include "common/base/rng.h"
#include "common/base/text.h"
#include "common/sol/core.h"
#include "common/sol/token.h"
#include "common/sol/layout.h"
#include "common/sol/pda.h"
#include "tests/unit/tap.h"

/* The budget instruction that limits the bytes of loaded accounts. */
static void loaded_limit(struct plan *p, uint32_t bytes)
{
    struct ix *x = plan_add(p, address_key(address_compute_budget));
    ix_u8(x, 4);
    ix_u32(x, bytes);
}

static struct key k58(const char *text)
{
    struct key k;
    if (!base58_decode(text, strlen(text), k.b, 32)) {
        printf("# not a key: %s\n", text);
        exit(1);
    }
    return k;
}

static void is_key(const struct key *got, const char *want, const char *what)
{
    char text[66];
    base58_encode(got->b, 32, text);
    is_str(text, want, "%s", what);
}

static void addresses(void)
{
    unsigned bad = 0;
    for (unsigned a = 0; a < ADDRESS_COUNT; a++) {
        struct key k = k58(address_text((enum address)a));
        bad += !address_is(&k, (enum address)a) || address_of(&k) != (enum address)a;
    }
    is_u64(bad, 0, "the %u well-known addresses are the bytes of their text, each once",
           ADDRESS_COUNT);
    static const struct {
        enum address program;
        const char *seed;
        enum address want;
    } derived[] = {
        {address_pump, "global", address_pump_global},
        {address_pump, "mint-authority", address_pump_mint_authority},
        {address_pump, "__event_authority", address_pump_event_authority},
        {address_pump, "global_volume_accumulator", address_pump_volume},
        {address_mayhem, "global-params", address_mayhem_params},
        {address_mayhem, "sol-vault", address_mayhem_sol_vault},
        {address_pump_swap, "global_config", address_pump_swap_config},
        {address_pump_swap, "__event_authority", address_pump_swap_event_authority},
        {address_pump_swap, "global_volume_accumulator", address_pump_swap_volume},
        {address_raydium_v4, "amm authority", address_raydium_v4_authority},
        {address_raydium_cpmm, "vault_and_lp_mint_auth_seed", address_raydium_cpmm_authority},
        {address_jupiter, "__event_authority", address_jupiter_event_authority}};
    for (size_t i = 0; i < COUNT_OF(derived); i++) {
        struct pda_seed s = {derived[i].seed, strlen(derived[i].seed)};
        struct key k;
        ok(pda_find(&s, 1, address_key(derived[i].program), &k, NULL) &&
               address_is(&k, derived[i].want),
           "%s is derived from \"%s\"", address_name(derived[i].want), derived[i].seed);
    }
    static const struct {
        enum address owner, want;
    } fees[] = {{address_pump, address_pump_fee_config},
                {address_pump_swap, address_pump_swap_fee_config}};
    for (size_t i = 0; i < 2; i++) {
        struct pda_seed s[] = {{"fee_config", 10}, {address_key(fees[i].owner)->b, 32}};
        struct key k;
        ok(pda_find(s, 2, address_key(address_pump_fees), &k, NULL) && address_is(&k, fees[i].want),
           "%s is derived", address_name(fees[i].want));
    }
}

static void keysets(void)
{
    static struct keyset s;
    struct key mint = k58("7LSsEoJGhLeZzGvDofTdNg7M3JttxQqGWNLo6vWMpump"),
               user = k58("DttWaMuVvTiduZRnguLF7jNxTgiMBZ1hyAumKUiL2KRL");
    keyset_set(&s, acct_base_mint, &mint);
    keyset_set(&s, acct_quote_mint, address_key(address_native_mint));
    keyset_set(&s, acct_quote_program, address_key(address_token));
    is_key(keyset_get(&s, acct_pool_authority, side_buy),
           "9XDYTfQKwW8sHPqnFdUreMmtmffmkHVPGTNV2e3LKxNW", "pool authority of a mint");
    const struct key *pool = keyset_get(&s, acct_canonical_pool, side_buy);
    is_key(pool, "GseMAnNDvntR5uFePZ51yZBXzNSn7GdFPkfHwfr6d77J", "its canonical pool");
    struct key ata;
    ok(pda_token_account(pool, address_key(address_token), address_key(address_native_mint), &ata),
       "the pool has a wSOL account");
    is_key(&ata, "43DVcZR4kQFjh4Xm2i3DcneRxNjZp7HMud8yDrJWrDr8", "its wSOL account");
    struct pda_seed lp[] = {{"pool_lp_mint", 12}, {pool->b, 32}};
    uint8_t bump;
    ok(pda_find(lp, 2, address_key(address_pump_swap), &ata, &bump), "LP mint");
    is_key(&ata, "6dpnPD6UWDw5hbJEuPQwnCCMba1JYwHANKuL6GQ6otAH", "LP mint of the pool");
    is_u64(bump, 252, "its bump");
    static const struct {
        const char *mint, *curve;
        unsigned bump;
    } curves[] = {{"Coyj3LtKn1BNSgWc9HsGK5SKoGfEoDaymig4wrN6pump",
                   "7K1Y3AiXT5Pf16mhRV9FJU4WQcCFWJ8cdjAyqaATRKQN", 255},
                  {"3cLSxG6eXcCD9NSMawkhUcrvVCUC8KHKHMCxx6bhpump", NULL, 251}};
    for (size_t i = 0; i < 2; i++) {
        struct key m = k58(curves[i].mint), c;
        struct pda_seed seeds[] = {{"bonding-curve", 13}, {m.b, 32}};
        ok(pda_find(seeds, 2, address_key(address_pump), &c, &bump), "a curve");
        is_u64(bump, curves[i].bump, "bump of the curve of %s", curves[i].mint);
        if (curves[i].curve) is_key(&c, curves[i].curve, "the curve");
    }
    static struct ix x;
    is_str(layout_write(layout_pump_buy, &s, side_buy, 1, 2, &x), "fee_recipient",
           "a missing key is named");
    keyset_set(&s, acct_user, &user);
    keyset_set(&s, acct_fee_recipient, &user);
    keyset_set(&s, acct_buyback_recipient, &user);
    keyset_set(&s, acct_creator, &user);
    keyset_set(&s, acct_base_program, address_key(address_token_2022));
    ok(layout_write(layout_pump_buy, &s, side_buy, 1, 2, &x) == NULL, "a buy is written");
    is_u64(x.accounts_count, 18, "a buy has 18 accounts");
    is_u64(x.data_len, 25, "and 25 bytes");
    ok(layout_write(layout_pump_sell, &s, side_sell, 1, 2, &x) == NULL && x.accounts_count == 16 &&
           x.data_len == 24,
       "a sale has 16 accounts and 24 bytes");
    s.pool_is = POOL_cashback;
    ok(layout_write(layout_pump_sell, &s, side_sell, 1, 2, &x) == NULL && x.accounts_count == 17,
       "17 for a cashback coin");
    ok(layout_write(layout_pump_buy_v2, &s, side_buy, 1, 2, &x) == NULL && x.accounts_count == 27 &&
           x.data_len == 24,
       "buy_v2 has 27");
    ok(layout_write(layout_pump_sell_v2, &s, side_sell, 1, 2, &x) == NULL && x.accounts_count == 26,
       "sell_v2 has 26");
    ok(layout_find(&x.program, x.data, x.data_len) == layout_of(layout_pump_sell_v2),
       "it is known again by its bytes");
}

static void curve(void)
{
    static const struct {
        uint8_t first, rest, last;
        bool on;
        const char *what;
    } edges[] = {{1, 0, 0, true, "y = 1 (x = 0)"},
                 {0, 0, 0, true, "y = 0 (order 4)"},
                 {0xec, 0xff, 0x7f, true, "y = p - 1 (x = 0)"},
                 {0xed, 0xff, 0x7f, true, "y = p = 0, not canonical"},
                 {0xee, 0xff, 0x7f, true, "y = p + 1 = 1, not canonical"},
                 {1, 0, 0x80, true, "y = 1 with a sign"},
                 {2, 0, 0, false, "y = 2"}};
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        struct key k;
        memset(k.b, edges[i].rest, 32);
        k.b[0] = edges[i].first;
        k.b[31] = edges[i].last;
        ok(pda_on_curve(&k) == edges[i].on, "%s lies %s the curve", edges[i].what,
           edges[i].on ? "on" : "off");
    }
}

static void compact(void)
{
    unsigned bad = 0;
    for (unsigned v = 0; v <= 65535; v++) {
        uint8_t b[3];
        size_t n = message_u16_write((uint16_t)v, b), at = 0;
        uint16_t back;
        bad += !message_u16_read(b, n, &at, &back) || back != v || at != n;
        for (size_t cut = 0; cut < n; cut++) {
            at = 0;
            bad += message_u16_read(b, cut, &at, &back);
        }
    }
    is_u64(bad, 0, "compact-u16: every value round trips, none is read short");
    static const uint8_t wrong[][3] = {
        {0x80, 0x00, 0}, {0xff, 0x80, 0x00}, {0xff, 0xff, 0x04}, {0xff, 0xff, 0x80}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        size_t at = 0;
        uint16_t v;
        ok(!message_u16_read(wrong[i], 3, &at, &v), "compact-u16 refuses %02x %02x %02x",
           wrong[i][0], wrong[i][1], wrong[i][2]);
    }
}

static struct key random_key(struct rng *r)
{
    struct key k;
    for (size_t i = 0; i < 32; i++) k.b[i] = (uint8_t)rng_u64(r);
    return k;
}

static void random_plan(struct rng *r, struct plan *p, const struct key *pool, size_t n)
{
    memset(p, 0, sizeof *p);
    p->payer = pool[0];
    p->blockhash = random_key(r);
    core_compute_limit(p, 200000);
    core_compute_price(p, 5);
    loaded_limit(p, 65536);
    for (size_t i = 0, count = 1 + rng_u64(r) % 4; i < count; i++) {
        struct ix *x = plan_add(p, &pool[1 + rng_u64(r) % 3]);
        for (size_t k = 0, m = rng_u64(r) % 6; k < m; k++) {
            size_t at = rng_u64(r) % n;
            ix_account(x, &pool[at],
                       (at < 2 ? ACCOUNT_SIGNER : 0) | (rng_u64(r) % 2 ? ACCOUNT_WRITABLE : 0));
        }
        for (size_t k = 0, m = rng_u64(r) % 40; k < m; k++) ix_u8(x, (uint8_t)rng_u64(r));
    }
}

/* Does the message say what the plan says? */
static bool says(const struct tx_message *m, const struct plan *p, const struct key *loaded)
{
    size_t at = 0;
    for (size_t i = 0; i < p->count; i++) {
        const struct ix *x = &p->ix[i];
        if (m->version == TX_V1 && address_is(&x->program, address_compute_budget)) continue;
        const struct tx_ix *y = &m->ix[at++];
        if (!key_equal(message_key(m, loaded, y->program), &x->program) ||
            y->accounts_count != x->accounts_count || y->data_len != x->data_len ||
            memcmp(y->data, x->data, x->data_len))
            return false;
        for (unsigned k = 0; k < x->accounts_count; k++) {
            unsigned a = y->accounts[k];
            if (!key_equal(message_key(m, loaded, a), &x->account[k].key)) return false;
            if ((x->account[k].flags & ACCOUNT_SIGNER && !message_is_signer(m, a)) ||
                (x->account[k].flags & ACCOUNT_WRITABLE && !message_is_writable(m, a)))
                return false;
        }
    }
    return at == m->ix_count && key_equal(&m->keys[0], &p->payer) &&
           memcmp(m->blockhash, &p->blockhash, 32) == 0;
}

static void load(const struct tx_message *m, const struct lookup *tables, size_t n,
                 struct key *loaded)
{
    size_t at = 0;
    for (int pass = 0; pass < 2; pass++)
        for (unsigned t = 0; t < m->tables_count; t++)
            for (size_t i = 0; i < n; i++)
                if (key_equal(&tables[i].address, m->table[t].address))
                    for (unsigned k = 0;
                         k < (pass ? m->table[t].readonly_count : m->table[t].writable_count); k++)
                        loaded[at++] =
                            tables[i]
                                .entries[(pass ? m->table[t].readonly : m->table[t].writable)[k]];
}

static void builds(void)
{
    struct rng r;
    static struct plan p;
    static struct key pool[24], loaded[128];
    static uint8_t bytes[TX_V1_BYTES_MAX], copy[TX_V1_BYTES_MAX];
    static struct tx_message m;
    unsigned bad[4] = {0}, bigger = 0, mutations = 0, smaller = 0;
    rng_seed(&r, 42);
    for (int round = 0; round < 400; round++) {
        for (size_t i = 0; i < 24; i++) pool[i] = random_key(&r);
        random_plan(&r, &p, pool, 24);
        struct lookup tables[2] = {{random_key(&r), pool + 4, 12}, {random_key(&r), pool + 12, 12}};
        size_t legacy = 0, best = 0, n;
        for (unsigned as = 0; as < 4; as++) {
            if (plan_build(&p, (enum build_as)as, tables, 2, bytes, &n)) {
                bad[as]++;
                continue;
            }
            if (message_read(bytes, n, &m)) {
                bad[as]++;
                continue;
            }
            load(&m, tables, 2, loaded);
            if (!says(&m, &p, loaded)) bad[as]++;
            if (as == BUILD_LEGACY) legacy = n;
            if (as == BUILD_SMALLEST) best = n;
            for (int k = 0; k < 40; k++) { /* must not read outside (ASan watches) and what it
                                              accepts must be consistent */
                size_t cut = rng_u64(&r) % 4 ? n : rng_u64(&r) % n;
                memcpy(copy, bytes, n);
                copy[rng_u64(&r) % n] ^= (uint8_t)(1u << rng_u64(&r) % 8);
                uint8_t *tight = malloc(cut ? cut : 1);
                memcpy(tight, copy, cut);
                if (message_read(tight, cut, &m) == NULL)
                    mutations += m.n != cut || message_accounts(&m) > TX_LOCKS_MAX;
                free(tight);
            }
        }
        bigger += best > legacy;
        smaller += best < legacy;
    }
    for (unsigned as = 0; as < 4; as++)
        is_u64(bad[as], 0, "400 random plans are built and read back (%s)",
               (const char *[]){"smallest", "legacy", "v0", "v1"}[as]);
    is_u64(bigger, 0, "the smallest is never longer than the legacy message");
    ok(smaller > 100, "lookup tables make %u of 400 shorter", smaller);
    is_u64(mutations, 0, "64,000 mutated messages: none is half accepted");
}

static void refusals(void)
{
    static struct plan p;
    static uint8_t bytes[TX_V1_BYTES_MAX];
    size_t n;
    struct rng r;
    rng_seed(&r, 7);
    struct key a = random_key(&r), b = random_key(&r);
    p = (struct plan){.payer = a, .blockhash = b};
    struct ix *x = plan_add(&p, &b);
    for (int i = 0; i < 60; i++) {
        struct key k = random_key(&r);
        ix_account(x, &k, 0);
    }
    is_str(plan_build(&p, BUILD_LEGACY, NULL, 0, bytes, &n), "longer than 1232 bytes",
           "60 keys do not fit");
    ok(plan_build(&p, BUILD_V1, NULL, 0, bytes, &n) != NULL, "version 1 without limits is refused");
    core_compute_limit(&p, 1000);
    loaded_limit(&p, 1000);
    ok(plan_build(&p, BUILD_V1, NULL, 0, bytes, &n) == NULL && n > 1900, "version 1 holds them");
    p.count = 0;
    plan_add(&p, &a);
    is_str(plan_build(&p, BUILD_LEGACY, NULL, 0, bytes, &n), "the fee payer is called as a program",
           "the payer is no program");
    p.count = 0;
    for (size_t i = 0; i <= PLAN_IX_MAX; i++) plan_add(&p, &b);
    is_str(plan_build(&p, BUILD_LEGACY, NULL, 0, bytes, &n), "too many instructions",
           "too many instructions");
    p.count = 0;
    x = plan_add(&p, &b);
    for (int i = 0; i < 200; i++) ix_u64(x, 1);
    is_str(plan_build(&p, BUILD_LEGACY, NULL, 0, bytes, &n), "an instruction is too long",
           "an overlong instruction is not cut");
    uint64_t fee;
    ok(core_priority_lamports(60000, 100000, &fee) && fee == 6000,
       "60,000 units at 100,000 micro-lamports cost 6,000 lamports");
    ok(core_priority_lamports(1, 1, &fee) && fee == 1, "rounded up");
}

static void tokens(void)
{
    uint8_t d[300] = {0};
    struct token_account a;
    struct token_mint m;
    ok(token_account_read(d, 165, &a) && token_mint_read(d, 82, &m),
       "zeros are neither account nor mint");
    d[64] = 7;
    d[108] = 2;
    ok(token_account_read(d, 165, &a) == NULL && a.amount_raw == 7 && a.frozen,
       "a frozen account of 7");
    memset(d, 0, sizeof d);
    d[36] = 9;
    d[44] = 6;
    d[45] = 1;
    d[165] = 1;
    d[166] = 1;
    d[168] = 108; /* TransferFeeConfig */
    uint8_t *fee = d + 170;
    fee[88] = 0xe8;
    fee[89] = 0x03; /* older: 1000 bps, max 5 */
    fee[80] = 5;
    fee[90] = 10;
    fee[98] = 100;
    fee[106] = 0x10;
    fee[107] = 0x27; /* newer: from epoch 10, 10000 bps, max 100 */
    d[278] = 12;
    d[280] = 1; /* a permanent delegate cut short by the end: 282 + 1 <= 283 */
    ok(token_mint_read(d, 283, &m) == NULL && m.decimals == 6 && m.supply_raw == 9,
       "a mint with extensions");
    ok(m.extensions == (1u << 1 | 1u << 12) && key_is_none(&m.permanent_delegate),
       "a short extension sets its bit and nothing else");
    is_u64(token_transfer_fee(&m, 9, 41), 5, "fee of the older epoch: ceil(4.1) = 5");
    is_u64(token_transfer_fee(&m, 9, 30), 3, "exactly 3");
    is_u64(token_transfer_fee(&m, 10, 41), 41, "the newer fee takes all");
    is_u64(token_transfer_fee(&m, 10, 4100), 100, "up to its maximum");
    is_str(token_mint_read(d, 282, &m), "an extension is longer than the account",
           "a cut extension is refused");
    is_str(token_mint_read(d, 100, &m), "the account has a size that no token account has",
           "100 bytes are no mint");
}

int main(void)
{
    addresses();
    keysets();
    curve();
    compact();
    builds();
    refusals();
    tokens();
    return done();
}
