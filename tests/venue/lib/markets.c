/* markets.c - whole DAMM v2, DLMM and CPMM markets as account bytes, read in rounds, quoted and
 * built as a live order does it, and every swap instruction of Meteora by the tables, against lines
 * of the official SDKs (golden/meteora_*.cjs) or, of CPMM, of the program (test_cpmm_executed.sh):
 * to the unit and byte for byte.
 * Prints the first differences; the last line is `checked N exact M quotes Q`; exit 1 unless M = N
 * > 0. Must not: be lenient. */
#include "common/venue/venue.h"
#include "tests/venue/lib/line.h"

#define LINE_MAX_BYTES (1u << 19)
static unsigned long checked, exact, quotes, shown;
static char copy[LINE_MAX_BYTES];

static void differs(const char *line, const char *what)
{
    if (shown++ < 5) printf("# %s\n#   %.600s\n", what, line);
}

/* ---- instructions ---- */

/* swap_with_price_impact has an optional bin and an impact where the others have a limit; the
 * second forms end with two empty slices. */
static void add_dlmm_tail(const char *line, const char *kind, size_t n, struct ix *x)
{
    static const uint8_t slices[] = {2, 0, 0, 0, 0, 0, 1, 0};
    size_t len = 0;
    const char *active = value(line, "active", &len), *arrays = value(line, "arrays", &len);
    if (strncmp(kind, "swap_with", 9) == 0) {
        x->data_len = 16;
        ix_u8(x, active != NULL);
        if (active) ix_u32(x, (uint32_t)number_of(line, "active"));
        ix_u16(x, (uint16_t)number_of(line, "impact"));
    }
    if (kind[n - 1] == '2') ix_bytes(x, slices, sizeof slices);
    for (const char *p = arrays, *end = arrays + len; p < end; p += strcspn(p, ", \n") + 1) {
        struct key k = key_text(p, strcspn(p, ", \n"));
        ix_account(x, &k, ACCOUNT_WRITABLE);
    }
}

/* What stands behind the two amounts, and accounts behind the layout's: the kinds that have such.
 */
static void add_tail(const char *line, struct ix *x)
{
    size_t n = 0;
    const char *kind = value(line, "kind", &n);
    if (is(line, "venue", "dlmm")) add_dlmm_tail(line, kind, n, x);
    if (is(line, "venue", "damm_v2") && n == 7) ix_u8(x, (uint8_t)(kind[6] - '0')); /* swap2_MODE */
    if (number_of(line, "sysvar")) ix_account(x, address_key(address_sysvar_instructions), 0);
}

static const struct {
    const char *venue, *kind;
    enum layout_id id;
} kinds[] = {{"damm_v2", "swap", layout_damm_swap},
             {"damm_v2", "swap2_0", layout_damm_swap2},
             {"damm_v2", "swap2_1", layout_damm_swap2},
             {"damm_v2", "swap2_2", layout_damm_swap2},
             {"dlmm", "swap", layout_dlmm_swap},
             {"dlmm", "swap2", layout_dlmm_swap2},
             {"dlmm", "swap_exact_out", layout_dlmm_swap_exact_out},
             {"dlmm", "swap_exact_out2", layout_dlmm_swap_exact_out2},
             {"dlmm", "swap_with_price_impact", layout_dlmm_swap_with_price_impact},
             {"dlmm", "swap_with_price_impact2", layout_dlmm_swap_with_price_impact2}};

static void give_keys(const char *line, struct keyset *s)
{
    memset(s, 0, sizeof *s);
    for (unsigned p = 1; p < ACCOUNT_ROLE_COUNT; p++) {
        size_t n;
        const char *v = value(line, keyset_role_name((enum account_role)p), &n);
        if (!v) continue;
        struct key k = key_text(v, n);
        keyset_set(s, (enum account_role)p, &k);
    }
}

static const char *instruction_case(char *line, const char *want)
{
    static struct keyset keys;
    static struct ix x;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!is(line, "venue", kinds[i].venue) || !is(line, "kind", kinds[i].kind)) continue;
        give_keys(line, &keys);
        const char *why =
            layout_write(kinds[i].id, &keys, number_of(line, "sells_base") ? side_sell : side_buy,
                         number_of(line, "amount"), number_of(line, "limit"), &x);
        if (why) return why;
        add_tail(line, &x);
        return compare(&x, want);
    }
    return "no such kind";
}

/* ---- whole markets ---- */

/* The account of this key as the line has it: account=KEY/OWNER/HEX. */
static struct venue_account find_account(const char *line, const struct key *k, uint8_t *bytes)
{
    struct venue_account a = {0};
    char text[48];
    size_t n, len = base58_encode(k->b, 32, text);
    for (const char *p = line; (p = strstr(p, " account=")); p += 9) {
        if (strncmp(p + 9, text, len) != 0 || p[9 + len] != '/') continue;
        const char *owner = p + 10 + len, *hex = owner + strcspn(owner, "/") + 1;
        a.owner = key_text(owner, (size_t)(hex - owner - 1));
        n = strcspn(hex, " \n");
        if (n / 2 > VENUE_ACCOUNT_MAX || !hex_decode(hex, n, bytes, n / 2)) {
            printf("# an account is not hex\n");
            exit(2);
        }
        a.exists = true;
        a.data = bytes;
        a.n = n / 2;
    }
    return a;
}

static enum failure read_rounds(const char *line, const struct venue_ops *v, struct venue_market *m)
{
    static uint8_t bytes[VENUE_ACCOUNTS][VENUE_ACCOUNT_MAX];
    struct venue_account a[VENUE_ACCOUNTS];
    struct key keys[VENUE_ACCOUNTS];
    for (unsigned round = 0; round < VENUE_ROUNDS; round++) {
        size_t n = v->accounts(m, round, keys);
        if (n == 0) return round ? failure_none : failure_no_pool;
        for (size_t i = 0; i < n; i++) a[i] = find_account(line, &keys[i], bytes[i]);
        enum failure bad = v->read(m, round, a, n);
        if (bad) return bad;
    }
    return failure_none;
}

static const char *compare_quote(const char *line, enum failure bad, const struct amm_swap *s)
{
    static char why[200];
    if (is(line, "out", "fail")) return bad ? NULL : "a quote where there is none";
    if (snprintf(why, sizeof why, "no quote: %s", enum_name("failure", bad)) && bad) return why;
    snprintf(why, sizeof why, "quote %llu, fees %llu and %llu", (unsigned long long)s->out_raw,
             (unsigned long long)s->lp_fee_raw, (unsigned long long)s->protocol_fee_raw);
    size_t n;
    if (!value(line, "lp", &n))
        return s->out_raw == number_of(line, "out")
                   ? NULL
                   : why; /* the program's own word: what came, no more */
    return s->out_raw == number_of(line, "out") && s->lp_fee_raw == number_of(line, "lp") &&
                   s->protocol_fee_raw == number_of(line, "protocol")
               ? NULL
               : why;
}

/* A market as a live order meets it: its accounts in rounds, the quote, the instruction. */
static const char *market_case(char *line, const char *want)
{
    static struct venue_market m;
    static struct plan plan;
    uint8_t mint_data[512], side = is(line, "side", "sell") ? side_sell : side_buy;
    struct amm_swap s = {0};
    memset(&m, 0, sizeof m);
    struct key user = key_of(line, "user"), mint = key_of(line, "base_mint"),
               pool = key_of(line, "pool"), program = key_of(line, "base_program");
    const struct venue_ops *v = venue_of(venue_of_line(line, venue_none));
    venue_begin(&m, v->venue, &user, &mint, &pool);
    keyset_set(&m.keys, acct_base_program, &program);
    m.now_s = number_of(line, "now");
    m.slot = number_of(line, "slot");
    m.epoch = number_of(line, "epoch");
    if (token_mint_read(mint_data, hex_of(line, "mint_data", mint_data, sizeof mint_data), &m.mint))
        return "not a mint";
    enum failure bad = read_rounds(line, v, &m);
    if (!bad) bad = v->quote(&m, side, number_of(line, "amount"), &s);
    const char *why = compare_quote(line, bad, &s);
    plan.count = 0;
    quotes += !bad;
    if (!why && !bad)
        why = v->build(&m, side, number_of(line, "amount"), number_of(line, "limit"), &plan);
    return why || bad ? why : compare(&plan.ix[0], want);
}

int main(void)
{
    static char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof line, stdin)) {
        memcpy(copy, line, strlen(line) + 1);
        char *want = strstr(line, " => ");
        if (!want) {
            printf("# a line without an instruction\n");
            return 2;
        }
        *want = 0;
        const char *why = is(line, "what", "market") ? market_case(line, want + 4)
                                                     : instruction_case(line, want + 4);
        if (why) differs(copy, why);
        checked++;
        exact += !why;
    }
    printf("checked %lu exact %lu quotes %lu\n", checked, exact, quotes);
    return checked && checked == exact ? 0 : 1;
}
