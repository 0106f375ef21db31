/* test_decode.c - the decoder of executed transactions on views made by hand: what tells a swap,
 * what may not, and what is said of the rest. */
#include "tests/unit/tap.h"
#include "tests/unit/fake_transactions.h"

#include "common/amm/amm.h"
#include "common/base/num.h"
#include "common/base/text.h"
#include "common/decode/decode.h"
#include "common/venue/event.h"

static struct made m;
static struct decoded out[128];
static size_t n_out, n_left, n_elsewhere;
static const char *last_why;

static void put(void *to, const struct decoded *d)
{
    (void)to;
    if (n_out < COUNT_OF(out)) out[n_out++] = *d;
}
static void left_out(void *to, enum decode_out kind, const char *why)
{
    (void)to;
    n_left += kind == DECODE_UNEXPLAINED || kind == DECODE_POOL;
    n_elsewhere += kind == DECODE_ELSEWHERE;
    last_why = why;
}
static void run_with(struct drift *d)
{
    struct decode_sink sink = {NULL, put, left_out};
    n_out = n_left = n_elsewhere = 0;
    last_why = "";
    decode(made_view(&m), d, &sink);
}
static void run(void) { run_with(NULL); }

static const struct decoded *find(uint8_t id, unsigned nth)
{
    for (size_t i = 0; i < n_out; i++)
        if (out[i].id == id && nth-- == 0) return &out[i];
    static struct decoded none;
    return &none;
}
static unsigned count(uint8_t id)
{
    unsigned n = 0;
    for (size_t i = 0; i < n_out; i++) n += out[i].id == id;
    return n;
}
static struct key wsol(void) { return *address_key(address_native_mint); }
static bool same(struct key a, struct key b) { return key_equal(&a, &b); }

/* ---- pump.fun ---- */

static void buy(unsigned height, const char *mint, const char *user)
{
    struct made_fields e = made_trade_event(made_name(mint), made_name(user), true, 987654320,
                                            UINT64_C(34199203120618), UINT64_C(30987654320),
                                            UINT64_C(1038800796879382));
    made_swap(&m, height, layout_pump_buy_in, 1000000000, 5);
    made_transfer(&m, height + 1, made_name("curve_base"), made_name("user_base"),
                  made_name("curve"), UINT64_C(34199203120618));
    made_event(&m, height + 1, *address_key(address_pump), e.b, e.n);
}

static void test_pump(void)
{
    made_begin(&m);
    m.v.fee_lamports = 5000 + 777;
    m.lamports_after[made_key(&m, *address_key(address_jito_tip_2))] += 4242;
    buy(1, "mint", "user");
    run();
    const struct rec_trade *t = &find(REC_trade, 0)->u.trade;
    is_u64(n_out, 1, "a buy is one record");
    ok(t->venue == venue_pump && t->side == side_buy && same(t->mint, made_name("mint")) &&
           same(t->trader, made_name("user")) && key_is_none(&t->pool) &&
           key_is_none(&t->quote_mint),
       "whose, where, what");
    is_u64(t->quote_raw, 987654320, "net quote");
    is_u64(t->base_raw, UINT64_C(34199203120618), "tokens");
    is_u64(t->protocol_fee_raw, 9382717, "protocol fee");
    is_u64(t->creator_fee_raw, 2962963, "creator fee");
    ok(t->exactness == exactness_in && t->limit_raw == 5,
       "the trader fixed the input and wants 5 tokens at least");
    is_u64(t->priority_fee_lamports, 777, "priority fee");
    is_u64(t->tip_lamports, 4242, "tip");
    ok(t->slot == 1000 && t->tx_index == 7 && t->ix_index == 0 && t->signature.b[3] == 5, "place");
    struct amm_pool before;
    ok(amm_before(t, &before) && !amm_explain(&before, t), "exact by the curve's arithmetic");
    made_begin(&m);
    made_ix(&m, 1, *address_key(address_jupiter), NULL, 0, "routeroute", 10);
    buy(2, "mint", "user");
    buy(2, "other", "user");
    run();
    is_u64(count(REC_trade), 2, "two buys inside a route");
    ok(find(REC_trade, 1)->u.trade.ix_index == 1 &&
           same(find(REC_trade, 1)->u.trade.mint, made_name("other")),
       "in order");
    for (size_t i = 0; i < m.ix_count; i++)
        if (m.ix[i].height > 1) m.ix[i].height = 0;
    run();
    is_u64(count(REC_trade), 2, "the same without told depths");
    m.v.failed = true;
    run();
    is_u64(n_out + n_left, 0, "nothing of it when the transaction failed");
}

/* ---- what may not be believed ---- */

static void test_forged(void)
{
    struct made_fields e = made_trade_event(made_name("mint"), made_name("user"), true, 5, 6,
                                            UINT64_C(40000000000), UINT64_C(900000000000000));
    made_begin(&m);
    made_swap(&m, 1, layout_pump_buy, 6, 5);
    made_ix(&m, 2, made_name("evil"), NULL, 0, "anything", 8);
    made_event(&m, 3, made_name("evil"), e.b, e.n);
    run();
    is_u64(count(REC_trade), 0, "an event in another program's call to itself is no event");
    ok(n_left == 1 && strstr(last_why, "without its event"), "and the swap is left out");
    made_begin(&m);
    made_swap(&m, 1, layout_pump_buy, 6, 5);
    made_log(&m, "Program %s invoke [1]", address_text(address_pump));
    made_log(&m, "Program Evi1111111111111111111111111111111111111111 invoke [2]");
    made_log_bytes(&m, "Program data: ", e.b, e.n);
    made_log(&m, "Program Evi1111111111111111111111111111111111111111 success");
    made_log(&m, "Program log: Program data: AAAA");
    made_log(&m, "Program %s success", address_text(address_pump));
    run();
    is_u64(count(REC_trade), 0, "nor what another program logs within it");
    m.logs_count -= 2;
    made_log_bytes(&m, "Program data: ", e.b, e.n);
    run();
    is_u64(count(REC_trade), 1, "what the program logs itself is");
}

/* ---- Raydium ---- */

static void vaults(const char *coin, struct key coin_mint, const char *pc, struct key pc_mint)
{
    made_token(&m, made_name(coin), made_name("authority"), coin_mint, 1000000000, 0);
    made_token(&m, made_name(pc), made_name("authority"), pc_mint, UINT64_C(10000000000), 0);
    made_token(&m, made_name("user_in"), made_name("user"), pc_mint, UINT64_C(5000000000), 0);
    made_token(&m, made_name("user_out"), made_name("user"), coin_mint, 0, 0);
}

static void ray(uint8_t type, uint64_t first, uint64_t second, uint64_t direction, uint64_t last)
{
    struct made_fields f = {.n = 0};
    field_u8(&f, type);
    field_u64(&f, first);
    field_u64(&f, second);
    field_u64(&f, direction);
    field_u64(&f, 0);
    field_u64(&f, 1000000000);
    field_u64(&f, UINT64_C(10000000000));
    field_u64(&f, last);
    made_log(&m, "Program %s invoke [1]", address_text(address_raydium_v4));
    made_log_bytes(&m, "Program log: ray_log: ", f.b, f.n);
    made_log(&m, "Program %s success", address_text(address_raydium_v4));
}

static void test_raydium(void)
{
    made_begin(&m);
    vaults("coin_vault", made_name("mint"), "pc_vault", wsol());
    made_swap(&m, 1, layout_raydium_in_v2, 100000000, 9);
    uint64_t bought;
    ok(muldiv_floor(1000000000, 99750000, UINT64_C(10000000000) + 99750000, &bought),
       "what the pool gives");
    ray(3, 100000000, 9, 1, bought);
    run();
    const struct rec_trade *t = &find(REC_trade, 0)->u.trade;
    struct amm_pool before;
    ok(t->venue == venue_raydium_v4 && t->side == side_buy && t->base_raw == bought &&
           t->quote_raw == 99750000 && t->lp_fee_raw == 250000,
       "a buy by ray_log");
    ok(t->base_reserve_raw == 1000000000 - bought && t->quote_reserve_raw == UINT64_C(10100000000),
       "its reserves");
    ok(amm_before(t, &before) && !amm_explain(&before, t), "exact");
    ok(t->exactness == exactness_in && t->limit_raw == 9 && same(t->pool, made_name("pool")) &&
           same(t->trader, made_name("user")),
       "terms, pool, trader");
    m.v.failed = true;
    run();
    ok(count(REC_trade) == 1 && t->flags == TRADE_FAILED && t->base_raw == 0 &&
           t->base_reserve_raw == 1000000000,
       "a failed one keeps the reserves before it");
    made_begin(&m);
    vaults("coin_vault", wsol(), "pc_vault", made_name("mint"));
    made_swap(&m, 1, layout_raydium_in_v2, 100000000, 9);
    ray(4, 100000000, bought, 1, 90000000);
    run();
    ok(find(REC_trade, 0)->u.trade.side == side_sell &&
           find(REC_trade, 0)->u.trade.base_raw == 90000000 &&
           find(REC_trade, 0)->u.trade.exactness == exactness_out,
       "a pool whose coin is SOL is seen from the other side");
    made_begin(&m);
    vaults("coin_vault", *address_key(address_usdc), "pc_vault", made_name("mint"));
    made_swap(&m, 1, layout_raydium_in_v2, 1, 9);
    ray(3, 100000000, 9, 1, bought);
    run();
    ok(same(find(REC_trade, 0)->u.trade.quote_mint, *address_key(address_usdc)),
       "so is one whose coin is USDC");
    made_begin(&m);
    vaults("coin_vault", made_name("mint"), "pc_vault", wsol());
    made_swap(&m, 1, layout_raydium_in_v2, 100000000, 9);
    made_transfer(&m, 2, made_name("user_in"), made_name("pc_vault"), made_name("user"), 100000000);
    made_transfer(&m, 2, made_name("coin_vault"), made_name("user_out"), made_name("authority"),
                  bought);
    made_log(&m, "Log truncated");
    run();
    t = &find(REC_trade, 0)->u.trade;
    ok(t->side == side_buy && t->quote_raw == 100000000 && t->base_raw == bought &&
           t->flags == TRADE_INFERRED && t->base_reserve_raw == 1000000000 - bought,
       "with its log cut, the transfers tell it, marked as inferred");
}

static void cpmm_event(bool buy_it, uint64_t in_before, uint64_t out_before, uint64_t in,
                       uint64_t given, uint64_t fee)
{
    static const uint8_t disc[8] = {0x40, 0xc6, 0xcd, 0xe8, 0x26, 0x08, 0x71, 0xe2};
    struct made_fields f = {.n = 0};
    field_bytes(&f, disc, 8);
    field_key(&f, made_name("pool"));
    field_u64(&f, in_before);
    field_u64(&f, out_before);
    field_u64(&f, in);
    field_u64(&f, given);
    field_u64(&f, 0);
    field_u64(&f, 0);
    field_u8(&f, 1);
    field_key(&f, buy_it ? wsol() : made_name("mint"));
    field_key(&f, buy_it ? made_name("mint") : wsol());
    field_u64(&f, fee);
    field_u64(&f, 0);
    field_u8(&f, 1);
    made_log(&m, "Program %s invoke [1]", address_text(address_raydium_cpmm));
    made_log_bytes(&m, "Program data: ", f.b, f.n);
    made_log(&m, "Program %s success", address_text(address_raydium_cpmm));
}

/* A buy and a sale on one CPMM pool, as the pool's program computes them: each exact, the second
 * from where the first left. */
static void test_cpmm(void)
{
    struct amm_pool p = {.venue = venue_raydium_cpmm,
                         .base_reserve_raw = UINT64_C(5000000000000),
                         .quote_reserve_raw = UINT64_C(80000000000)},
                    b;
    p.base_real_raw = p.base_reserve_raw;
    p.quote_real_raw = p.quote_reserve_raw;
    struct amm_fees f = amm_fees_at(&p, UINT64_C(1780000000000000000));
    struct amm_swap s;
    made_begin(&m);
    ok(amm_buy_in(&p, f, 1000000007, &s) == failure_none, "a buy");
    made_token(&m, made_name("vault_in"), made_name("authority"), wsol(), 1, 2);
    made_token(&m, made_name("vault_out"), made_name("authority"), made_name("mint"), 1, 2);
    made_swap(&m, 1, layout_cpmm_in, 1000000007, 1);
    m.keys[made_key(&m, made_name("mint_in"))] = wsol();
    m.keys[made_key(&m, made_name("mint_out"))] = made_name("mint");
    cpmm_event(true, p.quote_reserve_raw, p.base_reserve_raw, 1000000007, s.out_raw, 2500001);
    run();
    struct rec_trade first = find(REC_trade, 0)->u.trade;
    amm_apply(&p, side_buy, &s);
    ok(first.side == side_buy && first.base_raw == s.base_raw && first.quote_raw == s.quote_raw &&
           first.lp_fee_raw == s.lp_fee_raw && first.protocol_fee_raw == s.protocol_fee_raw,
       "its amounts and fees");
    ok(first.base_reserve_raw == p.base_reserve_raw &&
           first.quote_reserve_raw == p.quote_reserve_raw && !first.flags,
       "the reserves it left");
    ok(amm_before(&first, &b) && !amm_explain(&b, &first), "exact");
    made_begin(&m);
    made_token(&m, made_name("vault_in"), made_name("authority"), made_name("mint"), 1, 2);
    made_token(&m, made_name("vault_out"), made_name("authority"), wsol(), 1, 2);
    ok(amm_sell_in(&p, f, 7777777777, &s) == failure_none, "a sale");
    made_swap(&m, 1, layout_cpmm_in, 7777777777, 1);
    m.keys[made_key(&m, made_name("mint_in"))] = made_name("mint");
    m.keys[made_key(&m, made_name("mint_out"))] = wsol();
    cpmm_event(false, p.base_reserve_raw, p.quote_reserve_raw, 7777777777, s.out_raw, 19444445);
    run();
    struct rec_trade second = find(REC_trade, 0)->u.trade;
    ok(second.side == side_sell && amm_before(&second, &b) &&
           b.base_reserve_raw == first.base_reserve_raw &&
           b.quote_reserve_raw == first.quote_reserve_raw,
       "the sale starts where the buy ended");
    ok(!amm_explain(&p, &second), "and is exact");
}

static void test_transfers_tell(void)
{
    made_begin(&m);
    vaults("vault_out", made_name("mint"), "vault_in", wsol());
    made_swap(&m, 1, layout_clmm_swap, 100, 90);
    made_transfer(&m, 2, made_name("user_in"), made_name("vault_in"), made_name("user"), 100);
    made_transfer(&m, 2, made_name("vault_out"), made_name("user_out"), made_name("authority"), 95);
    run();
    const struct rec_trade *t = &find(REC_trade, 0)->u.trade;
    ok(t->venue == venue_raydium_clmm && t->side == side_buy && t->quote_raw == 100 &&
           t->base_raw == 95 && t->flags == TRADE_INFERRED,
       "a CLMM swap by its transfers");
    ok(t->base_reserve_raw == 0 && t->base_real_raw == 1000000000 - 95 &&
           t->quote_real_raw == UINT64_C(10000000100),
       "vaults are told, prices are not");
    ok(t->exactness == exactness_in && t->limit_raw == 90, "terms");
    is_u64(count(REC_transfer), 0, "its transfers are no plain ones");
    ok(amm_explain(&(struct amm_pool){.venue = venue_raydium_clmm}, t) != NULL,
       "its arithmetic is not modelled");
    uint8_t batch[] = {255, 3, 9, 3, 100, 0, 0, 0, 0, 0, 0, 0, 3, 9, 3, 95, 0, 0, 0, 0, 0, 0, 0, 9};
    struct key packed[6] = {made_name("user_in"),   made_name("vault_in"), made_name("user"),
                            made_name("vault_out"), made_name("user_out"), made_name("authority")};
    m.ix_count -= 2;
    made_ix(&m, 2, *address_key(address_token), packed, 6, batch, sizeof batch);
    run();
    ok(t->venue == venue_raydium_clmm && t->quote_raw == 100 && t->base_raw == 95 &&
           count(REC_trade) == 1,
       "the same when the transfers come in one batch");
    made_begin(&m);
    made_swap(&m, 1, layout_clmm_swap, 100, 90);
    run();
    ok(n_left == 1 && count(REC_trade) == 0,
       "a swap that moved nothing is left out with the reason");
    made_begin(&m);
    made_ix(&m, 1, *address_key(address_phoenix), NULL, 0, "\0\1\2", 3);
    run();
    ok(n_left == 0 && n_elsewhere == 1 && strstr(last_why, "Phoenix"),
       "a swap on Phoenix is named");
}

/* ---- PumpSwap ---- */

static struct made_fields sell_event(const char *pool, uint64_t base, uint64_t quote, uint64_t lp,
                                     uint64_t base_before, uint64_t quote_before)
{
    static const uint8_t disc[8] = {0x3e, 0x2f, 0x37, 0x0a, 0xa5, 0x03, 0xdc, 0x2a};
    struct made_fields f = {.n = 0};
    field_bytes(&f, disc, 8);
    field_u64(&f, 1780000000);
    field_u64(&f, base);
    field_u64(&f, 1);
    field_u64(&f, 0);
    field_u64(&f, 0);
    field_u64(&f, base_before);
    field_u64(&f, quote_before);
    field_u64(&f, quote);
    field_u64(&f, 20);
    field_u64(&f, lp);
    field_u64(&f, 5);
    field_u64(&f, 3);
    field_u64(&f, quote - lp);
    field_u64(&f, quote - lp - 3);
    field_key(&f, made_name(pool));
    field_key(&f, made_name("user"));
    for (int i = 0; i < 5; i++) field_key(&f, made_name("whatever"));
    for (int i = 0; i < 12; i++) field_u64(&f, 0);
    return f;
}

static void test_pump_swap(void)
{
    struct made_fields e = sell_event("pool", 1000, 500, 1, 2000000, 1000000);
    made_begin(&m);
    made_swap(&m, 1, layout_pump_swap_sell, 1000, 1);
    m.keys[made_key(&m, made_name("quote_mint"))] = wsol();
    made_event(&m, 2, *address_key(address_pump_swap), e.b, e.n);
    run();
    const struct rec_trade *t = &find(REC_trade, 0)->u.trade;
    ok(same(t->mint, made_name("base_mint")) && key_is_none(&t->quote_mint) &&
           t->side == side_sell && t->base_raw == 1000 && t->quote_raw == 500 && t->lp_fee_raw == 1,
       "a sale, its mints from the instruction");
    ok(t->base_reserve_raw == 2001000 && t->quote_reserve_raw == 999501 && !t->flags, "reserves");
    made_begin(&m);
    made_swap(&m, 1, layout_pump_swap_sell, 1000, 1);
    m.keys[made_key(&m, made_name("base_mint"))] = wsol();
    made_event(&m, 2, *address_key(address_pump_swap), e.b, e.n);
    run();
    ok(same(t->mint, made_name("quote_mint")) && key_is_none(&t->quote_mint) &&
           t->side == side_buy && t->quote_raw == 1000 && t->base_raw == 499 &&
           t->flags == TRADE_INFERRED,
       "a pool whose base is SOL is turned");
    ok(t->quote_reserve_raw == 2001000 && t->base_reserve_raw == 999501, "its reserves too");
}

/* ---- launchpads ---- */

static void launchlab(bool buy_it)
{
    static const uint8_t disc[8] = {0xbd, 0xdb, 0x7f, 0xd3, 0x4e, 0xe6, 0x61, 0xee};
    struct made_fields f = {.n = 0};
    field_bytes(&f, disc, 8);
    field_key(&f, made_name("pool"));
    field_u64(&f, 793100);
    field_u64(&f, 1073000);
    field_u64(&f, 30000);
    field_u64(&f, 5000);
    field_u64(&f, 700);
    field_u64(&f, buy_it ? 6000 : 4000);
    field_u64(&f, buy_it ? 730 : 670);
    field_u64(&f, buy_it ? 31 : 1000);
    field_u64(&f, buy_it ? 1000 : 29);
    field_u64(&f, 1);
    field_u64(&f, 2);
    field_u64(&f, 3);
    field_u64(&f, 4);
    field_u8(&f, !buy_it);
    field_u8(&f, 0);
    field_u8(&f, 1);
    made_begin(&m);
    made_swap(&m, 1, buy_it ? layout_launchlab_buy_exact_in : layout_launchlab_sell_exact_in, 31,
              7);
    m.keys[made_key(&m, made_name("quote_mint"))] = wsol();
    made_event(&m, 2, *address_key(address_launchlab), f.b, f.n);
    run();
}

static void dbc_event(bool older)
{
    static const uint8_t disc2[8] = {0xbd, 0x42, 0x33, 0xa8, 0x26, 0x50, 0x75, 0x99},
                         disc1[8] = {0x1b, 0x3c, 0x15, 0xd5, 0x8a, 0xaa, 0xbb, 0x93};
    struct made_fields f = {.n = 0};
    field_bytes(&f, older ? disc1 : disc2, 8);
    field_key(&f, made_name("pool"));
    field_key(&f, made_name("config"));
    field_u8(&f, 1);
    field_u8(&f, 0);
    field_u64(&f, 100);
    field_u64(&f, 1);
    field_u8(&f, 0);
    field_u64(&f, 100);
    field_u64(&f, 97);
    field_u64(&f, 0);
    field_u64(&f, 5000);
    field_u64(&f, 1);
    field_u64(&f, 0);
    field_u64(&f, 2);
    field_u64(&f, 1);
    field_u64(&f, 0);
    field_u64(&f, 9);
    field_u64(&f, 9);
    field_u64(&f, 1780000000);
    made_event(&m, 2, *address_key(address_dbc), f.b, f.n);
}

static void test_launchpads(void)
{
    launchlab(true);
    const struct rec_trade *t = &find(REC_trade, 0)->u.trade;
    ok(t->venue == venue_launchlab && t->side == side_buy && t->base_raw == 1000 &&
           t->quote_raw == 30 && t->base_reserve_raw == 1067000 && t->quote_reserve_raw == 30730,
       "a buy on LaunchLab");
    ok(t->protocol_fee_raw == 7 && t->creator_fee_raw == 3 &&
           same(t->mint, made_name("base_mint")) && key_is_none(&t->quote_mint) &&
           same(t->trader, made_name("user")) && t->limit_raw == 7,
       "its fees, mints, trader, limit");
    launchlab(false);
    ok(t->side == side_sell && t->base_raw == 1000 && t->quote_raw == 30 &&
           t->base_reserve_raw == 1069000 && t->quote_reserve_raw == 30670,
       "a sale");
    made_begin(&m);
    made_token(&m, made_name("quote_vault"), made_name("authority"), wsol(), 1000, 1100);
    made_token(&m, made_name("base_vault"), made_name("authority"), made_name("mint"), 70000,
               65000);
    made_token(&m, made_name("user_in"), made_name("user"), wsol(), 100, 0);
    made_swap(&m, 1, layout_dbc_swap2, 100, 1);
    made_transfer(&m, 2, made_name("user_in"), made_name("quote_vault"), made_name("user"), 100);
    made_transfer(&m, 2, made_name("base_vault"), made_name("user_out"), made_name("authority"),
                  5000);
    dbc_event(true);
    dbc_event(false);
    dbc_event(false);
    run();
    ok(count(REC_trade) == 1 && t->venue == venue_dbc && t->side == side_buy &&
           t->base_raw == 5000 && t->quote_raw == 97 && t->lp_fee_raw == 2 &&
           t->protocol_fee_raw == 1,
       "a buy on Meteora's curve, though it is told twice");
    ok(t->quote_real_raw == 1100 && t->base_real_raw == 65000 && t->base_reserve_raw == 0 &&
           !t->flags,
       "its vaults by the transfers");
}

/* ---- Whirlpool: a venue's row as its own file reads it, through the log ---- */

static void traded(const char *pool, bool a_to_b, uint64_t in, uint64_t given)
{
    static const uint8_t disc[8] = {0xe1, 0xca, 0x49, 0xaf, 0x93, 0x2b, 0xa0, 0x96};
    struct made_fields f = {.n = 0};
    field_bytes(&f, disc, 8);
    field_key(&f, made_name(pool));
    field_u8(&f, a_to_b);
    for (int i = 0; i < 4; i++) field_u64(&f, 1);
    field_u64(&f, in);
    field_u64(&f, given);
    field_u64(&f, 0);
    field_u64(&f, 0);
    field_u64(&f, 2);
    field_u64(&f, 1);
    made_log_bytes(&m, "Program data: ", f.b, f.n);
}

static void test_whirlpool(void)
{
    made_begin(&m);
    made_token(&m, made_name("pool a"), made_name("pool"), wsol(), 1000, 1100);
    made_token(&m, made_name("pool b"), made_name("pool"), made_name("mint"), 9000, 8500);
    made_token(&m, made_name("my sol"), made_name("user"), wsol(), 100, 0);
    made_swap(&m, 1, layout_whirlpool_swap_v2, 100, 450);
    m.keys[made_key(&m, made_name("mint_a"))] = wsol();
    m.keys[made_key(&m, made_name("mint_b"))] = made_name("mint");
    made_transfer(&m, 2, made_name("my sol"), made_name("pool a"), made_name("user"), 100);
    made_transfer(&m, 2, made_name("pool b"), made_name("my tokens"), made_name("pool"), 500);
    made_log(&m, "Program %s invoke [1]", address_text(address_whirlpool));
    traded("pool", true, 100, 500);
    made_log(&m, "Program %s success", address_text(address_whirlpool));
    run();
    const struct rec_trade *t = &find(REC_trade, 0)->u.trade;
    ok(t->venue == venue_whirlpool && t->side == side_buy && t->base_raw == 500 &&
           t->quote_raw == 97 && t->lp_fee_raw == 2 && t->protocol_fee_raw == 1 &&
           !(t->flags & TRADE_INFERRED),
       "Whirlpool's event: amounts and fees");
    ok(same(t->mint, made_name("mint")) && key_is_none(&t->quote_mint) &&
           same(t->pool, made_name("pool")) && same(t->trader, made_name("user")),
       "mints by the transfers, pool and trader");
    ok(t->base_real_raw == 8500 && t->quote_real_raw == 1100 && t->exactness == exactness_in &&
           t->limit_raw == 450,
       "vaults and terms");
    made_begin(&m);
    made_token(&m, made_name("one in"), made_name("pool one"), wsol(), 1, 1);
    made_token(&m, made_name("one between"), made_name("pool one"), *address_key(address_usdc), 1,
               1);
    made_token(&m, made_name("two between"), made_name("pool two"), *address_key(address_usdc), 1,
               1);
    made_token(&m, made_name("two out"), made_name("pool two"), made_name("mint"), 1, 1);
    made_swap(&m, 1, layout_whirlpool_two_hop_v2, 100, 450);
    m.keys[made_key(&m, made_name("mint_in"))] = wsol();
    m.keys[made_key(&m, made_name("mint_out"))] = made_name("mint");
    made_transfer(&m, 2, made_name("my sol"), made_name("one in"), made_name("user"), 100);
    made_transfer(&m, 2, made_name("one between"), made_name("two between"), made_name("pool one"),
                  7000);
    made_transfer(&m, 2, made_name("two out"), made_name("my tokens"), made_name("pool two"), 500);
    made_log(&m, "Program %s invoke [1]", address_text(address_whirlpool));
    traded("pool one", true, 100, 7000);
    traded("pool two", false, 7000, 500);
    run();
    t = &find(REC_trade, 0)->u.trade;
    ok(count(REC_trade) == 2 && t->side == side_buy && same(t->mint, *address_key(address_usdc)) &&
           t->base_raw == 7000 && same(t->pool, made_name("pool one")),
       "two hops are two trades: the first buys USDC with SOL");
    t = &find(REC_trade, 1)->u.trade;
    ok(t->side == side_buy && same(t->mint, made_name("mint")) &&
           same(t->quote_mint, *address_key(address_usdc)) && t->base_raw == 500 &&
           same(t->pool, made_name("pool two")),
       "the second the token with USDC");
}

/* ---- creation ---- */

static void create_event(void)
{
    static const uint8_t disc[8] = {0x1b, 0x72, 0xa9, 0x4d, 0xde, 0xeb, 0x63, 0x76};
    struct made_fields f = {.n = 0};
    field_bytes(&f, disc, 8);
    field_text(&f, "A \xc3\xa9 coin");
    field_text(&f, "AC\xff");
    field_text(&f, "https://x");
    field_key(&f, made_name("mint"));
    field_key(&f, made_name("curve"));
    field_key(&f, made_name("user"));
    field_key(&f, made_name("creator"));
    field_u64(&f, 1780000000);
    field_u64(&f, UINT64_C(1073000000000000));
    field_u64(&f, UINT64_C(30000000000));
    field_u64(&f, UINT64_C(793100000000000));
    field_u64(&f, UINT64_C(1000000000000000));
    field_key(&f, *address_key(address_token_2022));
    field_u8(&f, 1);
    field_u8(&f, 0);
    field_key(&f, (struct key){{0}});
    field_u64(&f, 0);
    field_u64(&f, 0);
    field_u8(&f, 0);
    made_event(&m, 2, *address_key(address_pump), f.b, f.n);
}

static void initialize_mint(unsigned height, const char *mint)
{
    uint8_t data[67] = {20, 6};
    struct key account = made_name(mint), authority = made_name("mint authority");
    memcpy(data + 2, authority.b, 32);
    data[34] = 1;
    memcpy(data + 35, authority.b, 32);
    made_ix(&m, height, *address_key(address_token_2022), &account, 1, data, 67);
}

static void test_creation(void)
{
    uint8_t pointer[2] = {39, 0}, mint_to[9] = {7}, revoke[3] = {6, 0, 0};
    struct key account = made_name("mint"),
               to[3] = {made_name("mint"), made_name("curve_base"), made_name("mint authority")};
    uint64_t supply = UINT64_C(1000000000000000);
    memcpy(mint_to + 1, &supply, 8);
    made_begin(&m);
    made_ix(&m, 1, *address_key(address_pump), NULL, 0, layout_of(layout_pump_create_v2)->disc, 8);
    made_ix(&m, 2, *address_key(address_token_2022), &account, 1, pointer, 2);
    initialize_mint(2, "mint");
    made_ix(&m, 2, *address_key(address_token_2022), to, 3, mint_to, 9);
    made_ix(&m, 2, *address_key(address_token_2022), &account, 1, revoke, 3);
    create_event();
    buy(1, "mint", "user");
    buy(1, "mint", "another");
    run();
    const struct rec_token *t = &find(REC_token, 0)->u.token;
    is_u64(count(REC_token), 1, "one token");
    ok(out[0].id == REC_token, "it comes first");
    is_str(t->name, "A \xc3\xa9 coin", "name");
    is_str(t->symbol, "AC\xef\xbf\xbd", "symbol, what is no UTF-8 replaced");
    ok(same(t->creator, made_name("user")) && t->supply_raw == supply && t->decimals == 6 &&
           key_is_none(&t->mint_authority) &&
           same(t->freeze_authority, made_name("mint authority")),
       "who, how many, who may mint and freeze");
    ok(t->flags == (TOKEN_TOKEN2022 | TOKEN_MAYHEM) && t->extensions == UINT64_C(1) << 18,
       "kind and extensions");
    const struct rec_pool *p = &find(REC_pool, 0)->u.pool;
    ok(p->venue == venue_pump && p->event == pool_event_created &&
           p->base_reserve_raw == UINT64_C(1073000000000000) &&
           p->base_real_raw == UINT64_C(793100000000000) && p->quote_real_raw == 0 &&
           same(p->creator, made_name("creator")),
       "the curve");
    ok(find(REC_trade, 0)->u.trade.flags == TRADE_CREATE && find(REC_trade, 1)->u.trade.flags == 0,
       "the creator's buy is marked, another's is not");
    made_begin(&m);
    made_ix(&m, 1, *address_key(address_raydium_cpmm), NULL, 0,
            layout_of(layout_cpmm_initialize)->disc, 8);
    initialize_mint(2, "share");
    run();
    is_u64(count(REC_token), 0, "the mint of a pool's shares is no token");
    made_begin(&m);
    for (int i = 0; i < 6; i++) {
        char name[8];
        snprintf(name, sizeof name, "mint %d", i);
        initialize_mint(1, name);
    }
    run();
    ok(count(REC_token) == DECODE_TOKENS_MAX && n_left == 1, "more than four are counted");
}

static void test_metadata(void)
{
    struct made_fields f = {.n = 0};
    uint16_t royalty = 500;
    made_begin(&m);
    initialize_mint(1, "mint");
    field_u8(&f, 33);
    field_text(&f, "Name");
    field_text(&f, "SYM");
    field_text(&f, "uri");
    field_bytes(&f, &royalty, 2);
    field_u8(&f, 1);
    field_bytes(&f, "\1\0\0\0", 4);
    field_key(&f, made_name("a creator"));
    field_u8(&f, 1);
    field_u8(&f, 100); /* creators */
    field_u8(&f, 0);
    field_u8(&f, 0);
    field_u8(&f, 1);
    field_u8(&f, 0); /* collection, uses, mutable, details */
    struct key accounts[3] = {made_name("metadata"), made_name("mint"),
                              made_name("mint authority")};
    made_ix(&m, 1, *address_key(address_metadata), accounts, 3, f.b, f.n);
    run();
    const struct rec_token *t = &find(REC_token, 0)->u.token;
    is_str(t->name, "Name", "Metaplex: name");
    ok(strcmp(t->symbol, "SYM") == 0 && strcmp(t->uri, "uri") == 0 &&
           t->flags == (TOKEN_TOKEN2022 | TOKEN_MUTABLE) && same(t->creator, made_name("payer")),
       "symbol, link, mutable; the payer created it");
    static const uint8_t start[8] = {210, 225, 30, 162, 88, 184, 77, 141},
                         update[8] = {215, 228, 166, 228, 84, 100, 86, 123};
    struct key own[4] = {made_name("mint"), made_name("update authority"), made_name("mint"),
                         made_name("mint authority")};
    f.n = 0;
    field_bytes(&f, start, 8);
    field_text(&f, "Name 2");
    field_text(&f, "S2");
    field_text(&f, "u2");
    made_begin(&m);
    initialize_mint(1, "mint");
    made_ix(&m, 1, *address_key(address_token_2022), own, 4, f.b, f.n);
    run();
    ok(strcmp(t->name, "Name 2") == 0 && t->extensions == UINT64_C(1) << 19 &&
           t->flags & TOKEN_MUTABLE,
       "the token's own metadata");
    f.n = 0;
    field_bytes(&f, update, 8);
    field_key(&f, (struct key){{0}});
    made_ix(&m, 1, *address_key(address_token_2022), own, 2, f.b, f.n);
    run();
    ok(!(t->flags & TOKEN_MUTABLE), "which nobody may change once its authority is given up");
}

static void ray_pool(enum layout_id id, const uint64_t *numbers, size_t n, uint8_t type, bool init)
{
    struct made_fields f = {.n = 0};
    made_begin(&m);
    vaults("coin_vault", made_name("mint"), "pc_vault", wsol());
    made_swap(&m, 1, id, 0, 0);
    field_u8(&f, type);
    for (size_t i = 0; i < n; i++) {
        field_u64(&f, numbers[i]);
        if (init && i == 0) {
            field_u8(&f, 9);
            field_u8(&f, 6);
        }
    }
    if (init) field_key(&f, made_name("market"));
    made_log(&m, "Program %s invoke [1]", address_text(address_raydium_v4));
    made_log_bytes(&m, "Program log: ray_log: ", f.b, f.n);
    run();
}

static void test_raydium_pools(void)
{
    ray_pool(layout_raydium_initialize2, (uint64_t[]){1780000000, 1, 1, 40000, 9000}, 5, 0, true);
    const struct rec_pool *p = &find(REC_pool, 0)->u.pool;
    ok(count(REC_pool) == 1 && p->event == pool_event_created && p->base_reserve_raw == 9000 &&
           p->quote_reserve_raw == 40000 && same(p->mint, made_name("mint")) &&
           same(p->pool, made_name("pool")),
       "a pool of Raydium v4 is created");
    ray_pool(layout_raydium_deposit, (uint64_t[]){1, 2, 0, 9000, 40000, 5, 0, 0, 0, 0, 90, 400, 7},
             13, 1, false);
    ok(p->event == pool_event_added && p->base_reserve_raw == 9090 && p->quote_reserve_raw == 40400,
       "liquidity comes");
    ray_pool(layout_raydium_withdraw, (uint64_t[]){1, 2, 9000, 40000, 5, 0, 0, 0, 0, 90, 400}, 11,
             2, false);
    ok(p->event == pool_event_removed && p->base_reserve_raw == 8910 &&
           p->quote_reserve_raw == 39600,
       "and goes");
}

/* ---- transfers ---- */

static void test_transfers(void)
{
    made_begin(&m);
    made_token(&m, made_name("a's account"), made_name("a"), made_name("mint"), 10, 3);
    made_token(&m, made_name("b's account"), made_name("b"), made_name("mint"), 0, 7);
    made_token(&m, made_name("a's wsol"), made_name("a"), wsol(), 0, 5);
    made_pay(&m, 1, made_name("a"), made_name("b"), 12345);
    made_pay(&m, 1, made_name("a"), made_name("a's wsol"), 5);
    made_pay(&m, 1, made_name("a"), *address_key(address_jito_tip_0), 5);
    made_pay(&m, 1, made_name("a"), made_name("b"), 0);
    made_transfer(&m, 1, made_name("a's account"), made_name("b's account"), made_name("a"), 7);
    run();
    is_u64(n_out, 2, "two transfers: not to oneself, not tips, not nothing");
    const struct rec_transfer *t = &find(REC_transfer, 0)->u.transfer;
    ok(key_is_none(&t->mint) && same(t->from, made_name("a")) && same(t->to, made_name("b")) &&
           t->amount_raw == 12345,
       "SOL");
    t = &find(REC_transfer, 1)->u.transfer;
    ok(same(t->mint, made_name("mint")) && same(t->from, made_name("a")) &&
           same(t->to, made_name("b")) && t->amount_raw == 7,
       "tokens, by the owners of the accounts");
}

/* ---- drift ---- */

static unsigned drifted(struct drift *d, unsigned signature, void (*what)(void))
{
    made_begin(&m);
    memset(m.v.signature.b, (int)signature, 64);
    m.v.slot = 1000 + signature;
    what();
    run_with(d);
    return count(REC_alert);
}
static void unknown_instruction(void)
{
    made_ix(&m, 1, *address_key(address_pump_swap), NULL, 0, "\xde\xad\xbe\xef\x01\x02\x03\x04", 8);
}
static void failed_instruction(void)
{
    unknown_instruction();
    m.v.failed = true;
}
static void unknown_event(void)
{
    made_swap(&m, 1, layout_pump_migrate, 0, 0);
    made_event(&m, 2, *address_key(address_pump), (const uint8_t *)"newevent 12345678", 17);
}
static void long_event(void)
{
    struct made_fields e = made_trade_event(made_name("mint"), made_name("user"), true, 987654320,
                                            UINT64_C(34199203120618), UINT64_C(30987654320),
                                            UINT64_C(1038800796879382));
    for (int i = 0; i < 9; i++) field_u64(&e, 1);
    made_swap(&m, 1, layout_pump_buy_in, 1, 1);
    made_event(&m, 2, *address_key(address_pump), e.b, e.n);
}
static void known_instruction(void)
{
    made_ix(&m, 1, *address_key(address_pump_swap), NULL, 0,
            layout_of(layout_pump_swap_disable)->disc, 8);
}

static void test_drift(void)
{
    static struct drift d;
    struct rec_alert a;
    ok(!drifted(&d, 1, unknown_instruction) && !drifted(&d, 1, unknown_instruction) &&
           !drifted(&d, 2, unknown_instruction),
       "two transactions are no drift");
    ok(!drifted(&d, 3, failed_instruction) && !drifted(&d, 4, failed_instruction),
       "nor is what failed");
    ok(!drifted(&d, 5, known_instruction), "nor an instruction of administrators");
    is_u64(drifted(&d, 6, unknown_instruction), 1, "the third transaction is");
    const struct rec_alert *t = &find(REC_alert, 0)->u.alert;
    is_str(t->code, "drift.pumpswap", "code");
    ok(t->level == level_critical && strstr(t->text, "deadbeef01020304") &&
           strstr(t->text, "last "),
       "level; the text names the discriminator and the transaction");
    is_u64(drifted(&d, 7, unknown_instruction), 0, "said once");
    is_u64(d.venue[venue_pumpswap].seen[DRIFT_INSTRUCTION], 5, "and counted on");
    memset(&d.venue[venue_pumpswap], 0, sizeof d.venue[0]);
    ok(!drifted(&d, 8, unknown_instruction) && !drifted(&d, 9, unknown_instruction) &&
           drifted(&d, 10, unknown_instruction),
       "raised again when counting starts over");
    ok(!drifted(&d, 1, unknown_event) && !drifted(&d, 2, long_event) &&
           drifted(&d, 3, long_event) == 1,
       "unknown events and trailing bytes count together");
    t = &find(REC_alert, 0)->u.alert;
    ok(strcmp(t->code, "drift.pump") == 0 && strstr(t->text, "more bytes than known") &&
           strstr(t->text, "bddb7fd34ee661ee"),
       "what trails is said");
    is_u64(count(REC_trade), 1, "and the trade is still read");
    struct key k[4] = {made_name("1"), made_name("2"), made_name("3"), made_name("4")};
    ok(!drift_account(&d, venue_raydium_v4, &k[0], 752, 5, 6, &a), "a pool of the known size");
    ok(!drift_account(&d, venue_raydium_v4, &k[0], 800, 5, 6, &a) &&
           !drift_account(&d, venue_raydium_v4, &k[0], 800, 5, 6, &a) &&
           !drift_account(&d, venue_raydium_v4, &k[1], 800, 5, 6, &a),
       "one or two accounts of another");
    ok(drift_account(&d, venue_raydium_v4, &k[2], 801, 5, 6, &a) &&
           strcmp(a.code, "drift.raydium_v4") == 0 && strstr(a.text, "801"),
       "three are drift");
    memset(&d.venue[venue_raydium_v4], 0, sizeof d.venue[0]);
    ok(!drift_account(&d, venue_raydium_v4, &k[0], 800, 5, 6, &a) &&
           !drift_account(&d, venue_raydium_v4, &k[1], 800, 6, 6, &a) &&
           !drift_account(&d, venue_raydium_v4, &k[2], 800, 6 + DRIFT_SLOTS + 1, 6, &a),
       "three over more than the window are none");
}

/* ---- bounds and tables ---- */

static void test_bounds(void)
{
    static struct view_ix many[256];
    made_begin(&m);
    buy(1, "mint", "user");
    made_view(&m);
    for (unsigned i = 0; i < 255; i++) {
        many[i] = m.ix[i % 3];
        many[i].outer = (uint8_t)(i / 3);
    }
    struct decode_sink sink = {NULL, put, left_out};
    n_out = n_left = 0;
    m.v.ix = many;
    m.v.ix_count = 255;
    decode(&m.v, NULL, &sink);
    is_u64(n_out, DECODE_SWAPS_MAX, "64 swaps of one transaction");
    is_u64(n_left, 255 / 3 - DECODE_SWAPS_MAX, "the rest is counted");
    made_begin(&m);
    buy(1, "mint", "user");
    m.v.slot = 5;
    for (size_t i = 0; i < m.ix_count; i++) {
        m.ix[i].program = 200;
        m.ix[i].accounts_count = 0;
    }
    run();
    is_u64(n_out + n_left, 0, "programs that are not there are nobody's");
}

static void test_text(void)
{
    uint8_t b[8];
    size_t n;
    char t[8];
    ok(base64_decode("AQID", 4, b, 8, &n) && n == 3 && b[2] == 3, "base64");
    ok(base64_decode("AQI=", 4, b, 8, &n) && n == 2 && base64_decode("AQ==", 4, b, 8, &n) &&
           n == 1 && base64_decode("", 0, b, 8, &n) && n == 0,
       "padded");
    ok(!base64_decode("AQI", 3, b, 8, &n) && !base64_decode("A===", 4, b, 8, &n) &&
           !base64_decode("AQ-_", 4, b, 8, &n) && !base64_decode("AQJ=", 4, b, 8, &n) &&
           !base64_decode("AQIDAQID", 8, b, 5, &n),
       "not otherwise, not beyond its room");
    text_take(t, sizeof t,
              "abc\xe2\x82\xac"
              "de",
              8);
    is_str(t,
           "abc\xe2\x82\xac"
           "d",
           "whole characters");
    text_take(t, sizeof t, "abcde\xe2\x82\xac", 8);
    is_str(t, "abcde", "none is cut");
    text_take(t, sizeof t, "a\0b", 3);
    is_str(t, "a", "up to the first NUL");
    text_take(t, sizeof t, "\xc0\x80", 2);
    is_str(t, "\xef\xbf\xbd\xef\xbf\xbd", "no overlong forms");
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    test_pump();
    test_forged();
    test_raydium();
    test_cpmm();
    test_transfers_tell();
    test_pump_swap();
    test_launchpads();
    test_whirlpool();
    test_creation();
    test_metadata();
    test_raydium_pools();
    test_transfers();
    test_drift();
    test_bounds();
    test_text();
    return done();
}
