/* test_jupiter_check.c - an answer is built only when it does what was asked. The lies of a server
 * are in tests/venue/golden/test_jupiter.sh; here are the questions that sluice-tx does not ask: an
 * account of our own to pay to, wrapped SOL that stays wrapped, a limit of our own in the
 * instruction. */
#include "execute/tx/jupiter_check.h"

#include "common/sol/address.h"
#include "common/sol/core.h"
#include "common/sol/layout.h"
#include "common/sol/pda.h"
#include "tests/unit/tap.h"

static struct jupiter_check_ask ask;
static struct jupiter_check_quote quote;
static struct jupiter_check_swap swap;
static struct key source, destination, given, stranger;

static struct key key_of(uint8_t fill)
{
    struct key k;
    memset(k.b, fill, sizeof k.b);
    return k;
}

static struct key account_of(const struct key *mint)
{
    struct key k;
    if (!pda_token_account(&ask.wallet, address_key(address_token), mint, &k)) abort();
    return k;
}

/* route_v2 of one Raydium step, from source to where. */
static void put_swap(const struct key *where, const struct key *other, uint64_t in, uint64_t out,
                     uint16_t slippage)
{
    struct ix *x = plan_add(&swap.plan, address_key(address_jupiter));
    ix_account(x, &ask.wallet, ACCOUNT_SIGNER);
    ix_account(x, &source, ACCOUNT_WRITABLE);
    ix_account(x, where, ACCOUNT_WRITABLE);
    ix_account(x, &ask.input_mint, 0);
    ix_account(x, &ask.output_mint, 0);
    ix_account(x, address_key(address_token), 0);
    ix_account(x, address_key(address_token), 0);
    ix_account(x, other, ACCOUNT_WRITABLE);
    ix_account(x, address_key(address_jupiter_event_authority), 0);
    ix_account(x, address_key(address_jupiter), 0);
    ix_bytes(x, layout_of(layout_jupiter_route_v2)->disc, 8);
    ix_u64(x, in);
    ix_u64(x, out);
    ix_u16(x, slippage);
    ix_u16(x, 0);
    ix_u16(x, 0);
    ix_u32(x, 1);
    ix_u8(x, 7);
    ix_u16(x, 10000);
    ix_u8(x, 0);
    ix_u8(x, 1);
}

static void begin(void)
{
    memset(&swap, 0, sizeof swap);
    ask = (struct jupiter_check_ask){.wallet = key_of(1),
                                     .input_mint = key_of(2),
                                     .output_mint = key_of(3),
                                     .amount_raw = 1000,
                                     .slippage_bps = 100,
                                     .wrap = true};
    quote = (struct jupiter_check_quote){.input_mint = ask.input_mint,
                                         .output_mint = ask.output_mint,
                                         .in_raw = 1000,
                                         .out_raw = 5001,
                                         .limit_raw = 4951,
                                         .slippage_bps = 100,
                                         .legs = 1};
    source = account_of(&ask.input_mint);
    destination = account_of(&ask.output_mint);
    given = key_of(9);
    stranger = key_of(8);
}

static bool passes(void)
{
    static char why[200];
    bool good = jupiter_check_check(&ask, &quote, &swap, why);
    if (!good) printf("# %s\n", why);
    return good;
}

static bool pays_to(const struct key *where, const struct key *other)
{
    swap.plan.count = 0;
    put_swap(where, other, 1000, 5001, 100);
    return passes();
}

static void where_it_pays(void)
{
    const struct key *none = address_key(address_jupiter);
    begin();
    ok(pays_to(&destination, none), "to the wallet's associated account");
    ok(pays_to(&destination, &destination), "the same, named twice");
    ok(!pays_to(&given, none) && !pays_to(&destination, &given) &&
           !pays_to(&stranger, &destination),
       "not to another");
    ask.destination = given;
    ok(pays_to(&given, none), "to the account that was given");
    ok(pays_to(&destination, &given), "the same, where the associated account stands before it");
    ok(pays_to(&given, &given), "the same, named twice");
    ok(!pays_to(&destination, none), "not to the associated account when another was given");
    ok(!pays_to(&stranger, &given) && !pays_to(&given, &stranger) &&
           !pays_to(&destination, &stranger),
       "nor to a stranger's");
}

static bool with(uint64_t in, uint64_t out, uint16_t slippage)
{
    swap.plan.count = 0;
    put_swap(&destination, address_key(address_jupiter), in, out, slippage);
    return passes();
}

static void how_much(void)
{
    begin();
    ok(with(1000, 5001, 100), "what was asked and quoted");
    ok(!with(1001, 5001, 100) && !with(1000, 5000, 100) && !with(1000, 5001, 101) &&
           !with(1000, 5001, 99),
       "nothing else");
    ask.limit_raw = 4950;
    ok(with(1000, 5001, 100), "our limit: floor(5001 * 9900 / 10000)");
    ask.limit_raw = 4951;
    ok(!with(1000, 5001, 100), "one more, which the program may round away");
    begin();
    quote.limit_raw = 4949;
    ok(!with(1000, 5001, 100), "a quote whose limit is below its own slippage");
    begin();
    swap.plan.count = PLAN_IX_MAX + 1;
    ok(!passes(), "a plan that is overfull");
}

/* A setup instruction in front of the swap. */
static bool set_up(void (*put)(void))
{
    swap.plan.count = 0;
    swap.setup = 0;
    put();
    swap.setup = (uint8_t)swap.plan.count;
    put_swap(&destination, address_key(address_jupiter), 1000, 5001, 100);
    return passes();
}

static void wrap_some(void)
{
    core_transfer(&swap.plan, &ask.wallet, &source, 1000);
    core_sync_native(&swap.plan, &source);
}
static void wrap_more(void) { core_transfer(&swap.plan, &ask.wallet, &source, 1001); }
static void wrap_twice(void)
{
    wrap_some();
    core_transfer(&swap.plan, &ask.wallet, &source, 1);
}
static void make_account(void)
{
    core_create_token_account(&swap.plan, &ask.wallet, &destination, &ask.wallet, &ask.output_mint,
                              address_key(address_token));
}
static void make_for_stranger(void)
{
    core_create_token_account(&swap.plan, &ask.wallet, &destination, &stranger, &ask.output_mint,
                              address_key(address_token));
}
static void nothing(void) {}

static bool closes(const struct key *to)
{
    swap.plan.count = 0;
    swap.setup = 0;
    put_swap(&destination, address_key(address_jupiter), 1000, 5001, 100);
    core_close_token_account(&swap.plan, address_key(address_token), &source, to, &ask.wallet);
    swap.cleanup = 1;
    bool good = passes();
    swap.cleanup = 0;
    return good;
}

static void wrapping(void)
{
    begin();
    ok(set_up(make_account) && set_up(nothing), "an associated account of the wallet may be made");
    ok(!set_up(make_for_stranger), "not one for a stranger");
    ok(!set_up(wrap_some), "no SOL is wrapped when none is swapped");
    ask.input_mint = quote.input_mint = *address_key(address_native_mint);
    source = account_of(&ask.input_mint);
    ok(set_up(wrap_some), "the amount is wrapped");
    ok(!set_up(wrap_more) && !set_up(wrap_twice), "not more than that, nor twice");
    ok(closes(&ask.wallet), "the wallet's wrapped SOL is closed to the wallet");
    ok(!closes(&stranger), "not to a stranger");
    ask.wrap = false;
    ok(!set_up(wrap_some) && !closes(&ask.wallet) && set_up(nothing),
       "nor when wrapped SOL is to stay wrapped");
}

int main(void)
{
    where_it_pays();
    how_much();
    wrapping();
    return done();
}
