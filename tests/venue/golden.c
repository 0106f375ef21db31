/* golden.c - our encoders against lines that an official SDK wrote (tests/venue/golden/): reads standard input, builds each
 * case itself, compares byte for byte. Prints the first differences; the last line is `checked N exact M`; exit 1 unless M = N > 0.
 * Must not: be lenient: program, data, every key and every flag count. */
#include "common/sol/pda.h"
#include "common/venue/whirlpool.h"
#include "tests/venue/line.h"

#define LINE_MAX_BYTES 65536
static unsigned long checked, exact, shown;
static char copy[LINE_MAX_BYTES];

static void differs(const char *line, const char *what)
{
    if (shown++ < 5) printf("# %s\n#   %.400s\n", what, line);
}

/* ---- addresses and messages ---- */

static bool pda_case(const char *line)
{
    uint8_t seed[5][32], bump;
    struct pda_seed seeds[5];
    size_t n = 0, count = 0;
    struct key program = key_of(line, "program"), want = key_of(line, "address"), got;
    for (const char *p = value(line, "seeds", &n), *end = p + n; p <= end; count++) {
        size_t len = strcspn(p, ", ");
        if (len && !hex_decode(p, len, seed[count], len / 2)) return false;
        seeds[count] = (struct pda_seed){seed[count], len / 2};
        p += len + 1;
    }
    return pda_find(seeds, count, &program, &got, &bump) && key_equal(&got, &want) && bump == number_of(line, "bump");
}

static bool ata_case(const char *line)
{
    struct key owner = key_of(line, "owner"), mint = key_of(line, "mint"), program = key_of(line, "program"), want = key_of(line, "address"), got;
    return pda_token_account(&owner, &program, &mint, &got) && key_equal(&got, &want);
}

static bool message_case(const char *line)
{
    static struct plan plan;
    static struct key entries[3][256];
    struct lookup tables[3];
    size_t tables_count = 0, n, got;
    static uint8_t want[TX_V1_BYTES_MAX], bytes[TX_V1_BYTES_MAX];
    memset(&plan, 0, sizeof plan);
    plan.payer = key_of(line, "payer");
    plan.blockhash = key_of(line, "blockhash");
    for (const char *p = line; (p = strstr(p, " ix=")); p += 4) {
        const char *s = p + 4;
        size_t len = strcspn(s, "/");
        struct key k = key_text(s, len);
        struct ix *x = plan_add(&plan, &k);
        for (s += len + 1; *s != '/'; s += (s[0] == ',')) {
            len = strcspn(s, ",/");
            k = key_text(s, strcspn(s, ":"));
            ix_account(x, &k, flags_of(s, len));
            s += len;
        }
        s++;
        uint8_t data[256];
        len = strcspn(s, " \n");
        if (!hex_decode(s, len, data, len / 2)) return false;
        ix_bytes(x, data, len / 2);
    }
    for (const char *p = line; (p = strstr(p, " table=")); p += 7, tables_count++) {
        const char *s = p + 7;
        size_t len = strcspn(s, "/"), count = 0;
        tables[tables_count].address = key_text(s, len);
        for (s += len + 1; *s && *s != ' '; s += *s == ',') {
            len = strcspn(s, ", ");
            entries[tables_count][count++] = key_text(s, len);
            s += len;
        }
        tables[tables_count].entries = entries[tables_count];
        tables[tables_count].count = count;
    }
    n = hex_of(line, "message", want, sizeof want);
    const char *why = plan_build(&plan, is(line, "version", "v0") ? BUILD_V0 : BUILD_LEGACY, tables, tables_count, bytes, &got);
    if (why) return n + 1 + 64u * want[want[0] == 0x80] > TX_BYTES_MAX; /* the library writes messages that no transaction can hold */
    return got == n && memcmp(bytes, want, n) == 0;
}

/* ---- instructions ---- */

static const struct layout *layout_case(const char *line, enum layout_id *id)
{
    static const struct { const char *venue, *kind; enum layout_id id; } kinds[] = {
        {"pump", "buy", layout_pump_buy}, {"pump", "sell", layout_pump_sell}, {"pump", "buy_v2", layout_pump_buy_v2}, {"pump", "sell_v2", layout_pump_sell_v2},
        {"pump", "buy_exact_in", layout_pump_buy_in}, {"pump", "buy_exact_in_v2", layout_pump_buy_in_v2},
        {"pump_swap", "buy", layout_pump_swap_buy}, {"pump_swap", "sell", layout_pump_swap_sell}, {"pump_swap", "buy_exact_in", layout_pump_swap_buy_in},
        {"raydium_v4", "swap_base_in", layout_raydium_in}, {"raydium_v4", "swap_base_out", layout_raydium_out}, {"raydium_v4", "swap_base_in_v2", layout_raydium_in_v2}, {"raydium_v4", "swap_base_out_v2", layout_raydium_out_v2},
        {"raydium_cpmm", "swap_base_in", layout_cpmm_in}, {"raydium_cpmm", "swap_base_out", layout_cpmm_out},
        {"whirlpool", "swap", layout_whirlpool_swap}, {"whirlpool", "swap_v2", layout_whirlpool_swap_v2}, {"whirlpool", "two_hop", layout_whirlpool_two_hop}, {"whirlpool", "two_hop_v2", layout_whirlpool_two_hop_v2}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (is(line, "venue", kinds[i].venue) && is(line, "kind", kinds[i].kind)) return layout_of(*id = kinds[i].id);
    return NULL;
}

static void give_keys(const char *line, struct keyset *s)
{
    static const struct { const char *name; uint8_t bit; } flags[] = {{"cashback", POOL_cashback}, {"has_creator", POOL_has_creator}, {"with_target_orders", POOL_target_orders}};
    memset(s, 0, sizeof *s);
    for (unsigned p = 1; p < PART_COUNT; p++) {
        size_t n;
        const char *v = value(line, part_name((enum part)p), &n);
        if (!v) continue;
        struct key k = key_text(v, n);
        keyset_set(s, (enum part)p, &k);
    }
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        if (number_of(line, flags[i].name)) s->pool_is |= flags[i].bit;
}

/* Two swaps in a row: sluice reads them and does not trade by them, so their arguments are written here. */
static const char *two_hop_case(const char *line, enum layout_id id, struct keyset *keys, struct ix *x)
{
    static const char *const flags[] = {"exact_in", "one", "two"}, *const prices[] = {"one_low", "one_high", "two_low", "two_high"};
    layout_begin(id, x);
    ix_u64(x, number_of(line, "amount")), ix_u64(x, number_of(line, "limit"));
    for (size_t i = 0; i < 3; i++) ix_u8(x, (uint8_t)number_of(line, flags[i]));
    for (size_t i = 0; i < 4; i++) ix_u64(x, number_of(line, prices[i]));
    if (id == layout_whirlpool_two_hop_v2) ix_u8(x, 0);
    return layout_accounts(id, keys, side_buy, x);
}

static const char *whirlpool_case(const char *line, enum layout_id id, struct keyset *keys, struct ix *x)
{
    if (id == layout_whirlpool_two_hop || id == layout_whirlpool_two_hop_v2) return two_hop_case(line, id, keys, x);
    u128 sqrt_limit = (u128)number_of(line, "sqrt_limit_high") << 64 | number_of(line, "sqrt_limit_low");
    return whirlpool_write(id, keys, number_of(line, "amount"), number_of(line, "limit"), sqrt_limit, number_of(line, "exact_in") != 0, number_of(line, "a_to_b") != 0, x);
}

static bool trade_case(char *line)
{
    static struct keyset keys;
    static struct ix x;
    enum layout_id id;
    char *want = strstr(line, " => ");
    if (!want) return false;
    *want = 0;
    if (!layout_case(line, &id)) return false;
    give_keys(line, &keys);
    uint8_t side = number_of(line, "sells_base") || is(line, "kind", "sell") || is(line, "kind", "sell_v2") ? side_sell : side_buy;
    const char *why = is(line, "venue", "whirlpool") ? whirlpool_case(line, id, &keys, &x) : layout_write(id, &keys, side, number_of(line, "amount"), number_of(line, "limit"), &x);
    if (!why) why = compare(&x, want + 4);
    if (why) differs(copy, why);
    return !why;
}

/* An instruction of the program's own description: known by its name, with as many accounts where they are listed. */
static bool instruction_case(const char *line)
{
    uint8_t disc[8];
    struct key program = key_of(line, "program");
    const struct layout *l = layout_find(&program, disc, hex_of(line, "disc", disc, sizeof disc));
    return l && is(line, "name", l->name) && (!l->accounts_count || l->accounts_count == number_of(line, "accounts"));
}

static bool check(char *line)
{
    snprintf(copy, sizeof copy, "%s", line);
    if (is(line, "what", "pda")) return pda_case(line);
    if (is(line, "what", "ata")) return ata_case(line);
    if (is(line, "what", "message")) return message_case(line);
    if (is(line, "what", "curve")) {
        struct key k = key_of(line, "key");
        return key_on_curve(&k) == (number_of(line, "on") != 0);
    }
    if (is(line, "what", "instruction")) return instruction_case(line);
    return trade_case(line);
}

int main(void)
{
    static char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof line, stdin)) {
        bool good = check(line);
        if (!good && !strstr(copy, " => ")) differs(copy, "not the same");
        checked++, exact += good;
    }
    printf("checked %lu exact %lu\n", checked, exact);
    return checked && checked == exact ? 0 : 1;
}
