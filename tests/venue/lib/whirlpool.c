/* whirlpool.c - our Whirlpool against lines of the official SDK and maths
 * (golden/whirlpool_quote.mjs): reads the accounts of each pool as a node would tell them, compares
 * every quote to the unit (output, fees, highest fee rate; that no quote is one), every swap_v2
 * byte for byte, every tick's price both ways. The program itself is in no package, so its word is
 * the Rust maths that its makers publish. Prints the first differences; the last line is `checked N
 * exact M crossed C adaptive A refused R too-long T` (T: quotes of more steps than a transaction
 * can make, which are refused); exit 1 unless M = N > 0. */
#include "common/venue/venue.h"
#include "common/venue/whirlpool.h"
#include "tests/venue/lib/line.h"

#define ACCOUNTS   16
#define LINE_BYTES (1u << 16)

static unsigned long checked, exact, shown, crossed, adaptive, failed, too_long;
static char line[LINE_BYTES];
static struct {
    struct key key;
    size_t n;
    uint8_t data[VENUE_ACCOUNT_MAX];
} account[ACCOUNTS];
static size_t accounts;
static struct venue_market m;
static bool loaded, usable;

static void judge(bool good, const char *what)
{
    checked++;
    exact += good;
    if (!good && shown++ < 8) printf("# %s\n#   %.300s\n", what, line);
}

static void begin_pool(void)
{
    struct key pool = key_of(line, "key"), user = key_of(line, "user"), mint = key_of(line, "mint"),
               program = key_of(line, "program");
    memset(&m, 0, sizeof m);
    venue_begin(&m, venue_whirlpool, &user, &mint, &pool);
    keyset_set(&m.keys, acct_base_program, &program);
    m.now_s = number_of(line, "now");
    m.epoch = 500;
    if (number_of(line, "fee")) {
        m.mint.extensions = UINT64_C(1) << TOKEN_EXT_TRANSFER_FEE;
        m.mint.newer_fee = (struct transfer_fee){.epoch = 400,
                                                 .max_raw = number_of(line, "fee_max"),
                                                 .bps = (uint16_t)number_of(line, "fee_bps")};
    }
    accounts = 0;
    loaded = false;
}

static void keep_account(void)
{
    account[accounts].key = key_of(line, "key");
    account[accounts].n = hex_of(line, "data", account[accounts].data, VENUE_ACCOUNT_MAX);
    accounts++;
}

/* Ask as a node would be asked: what is not among the lines does not exist. */
static void load(void)
{
    const struct venue_ops *v = venue_of(venue_whirlpool);
    struct key keys[VENUE_ACCOUNTS];
    struct venue_account a[VENUE_ACCOUNTS];
    size_t n, found = 0;
    loaded = usable = true;
    for (unsigned round = 0; round < VENUE_ROUNDS && (n = v->accounts(&m, round, keys)); round++) {
        found = 0;
        for (size_t i = 0; i < n; i++) {
            a[i] = (struct venue_account){0};
            for (size_t k = 0; k < accounts; k++)
                if (key_equal(&keys[i], &account[k].key)) {
                    a[i] = (struct venue_account){true, *address_key(address_whirlpool), 1,
                                                  account[k].data, account[k].n};
                    found++;
                }
        }
        if (v->read(&m, round, a, n)) usable = false;
    }
    judge(usable && found == accounts, "the accounts are asked for and read");
}

static void check_quote(void)
{
    const struct venue_ops *v = venue_of(venue_whirlpool);
    const struct whirlpool *w = (const struct whirlpool *)(const void *)m.space;
    struct amm_swap s;
    struct whirlpool_swap x;
    uint8_t side = is(line, "side", "buy") ? side_buy : side_sell;
    uint64_t in = number_of(line, "in"),
             net = side == side_sell ? in - token_transfer_fee(&m.mint, m.epoch, in) : in;
    enum failure bad = v->quote(&m, side, in, &s);
    if (is(line, "out", "fail")) {
        failed++;
        judge(bad != failure_none, "a quote where the official maths has none");
        return;
    }
    enum failure walk = whirlpool_swap(w, (side == side_buy) != w->base_is_a, net, m.now_s, &x);
    if (bad && x.steps > WHIRLPOOL_STEPS_MAX) {
        too_long++;
        return;
    }
    if (bad || walk) {
        judge(false, "no quote");
        return;
    }
    crossed += x.steps > 1;
    adaptive += w->oracle.exists;
    bool fees = x.lp_fee_raw + x.protocol_fee_raw == number_of(line, "fee") &&
                x.fee_rate == number_of(line, "rate");
    judge(s.out_raw == number_of(line, "out") && s.in_raw == in && fees, "another quote");
}

static void check_build(void)
{
    static struct plan p;
    const struct venue_ops *v = venue_of(venue_whirlpool);
    p.count = 0;
    const char *why = v->build(&m, is(line, "side", "buy") ? side_buy : side_sell,
                               number_of(line, "amount"), number_of(line, "limit"), &p);
    if (!why) why = compare(&p.ix[0], strstr(line, " => ") + 4);
    judge(!why, why ? why : "");
}

static void check_tick(void)
{
    int32_t index = (int32_t)((int64_t)number_of(line, "index") + CLMM_TICK_MIN),
            of_price = (int32_t)((int64_t)number_of(line, "of_price") + CLMM_TICK_MIN);
    u128 at = (u128)number_of(line, "high") << 64 | number_of(line, "low"),
         price = (u128)number_of(line, "price_high") << 64 | number_of(line, "price_low");
    judge(clmm_sqrt_price(index) == at && clmm_tick(at) == index && clmm_tick(price) == of_price,
          "another price of a tick");
}

int main(void)
{
    while (fgets(line, sizeof line, stdin)) {
        bool is_quote = strncmp(line, "quote ", 6) == 0, is_build = strncmp(line, "build ", 6) == 0;
        if (strncmp(line, "pool ", 5) == 0)
            begin_pool();
        else if (strncmp(line, "account ", 8) == 0 && accounts < ACCOUNTS)
            keep_account();
        else if (strncmp(line, "tick ", 5) == 0)
            check_tick();
        else if (is_quote || is_build) {
            if (!loaded) load();
            if (!usable)
                judge(false, "not loaded");
            else if (is_quote)
                check_quote();
            else
                check_build();
        } else
            judge(false, "a line of no kind");
    }
    printf("checked %lu exact %lu crossed %lu adaptive %lu refused %lu too-long %lu\n", checked,
           exact, crossed, adaptive, failed, too_long);
    return checked && checked == exact && too_long * 100 < checked ? 0 : 1;
}
