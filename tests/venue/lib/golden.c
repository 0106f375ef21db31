/* golden.c - our encoders against lines that an official SDK wrote (tests/venue/golden/): reads
 * standard input, builds each case itself, compares byte for byte. Prints the first differences;
 * the last line is `checked N exact M`; exit 1 unless M = N > 0. Must not: be lenient: program,
 * data, every key and every flag count. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/sol/layout.h"
#include "common/sol/plan.h"
#include "common/sol/pda.h"
#include "common/sol/route.h"
#include "common/venue/account.h"
#include "common/venue/book.h"
#include "common/venue/whirlpool.h"
#include "tests/venue/lib/line.h"

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
    return pda_find(seeds, count, &program, &got, &bump) && key_equal(&got, &want) &&
           bump == number_of(line, "bump");
}

static bool ata_case(const char *line)
{
    struct key owner = key_of(line, "owner"), mint = key_of(line, "mint"),
               program = key_of(line, "program"), want = key_of(line, "address"), got;
    return pda_token_account(&owner, &program, &mint, &got) && key_equal(&got, &want);
}

/* The addresses that clients of an order book derive. */
static bool book_case(const char *line)
{
    struct key market = key_of(line, "market"), program = key_of(line, "program"),
               want = key_of(line, "address"), wallet, got;
    char seed[32];
    if (is(line, "what", "signer"))
        return book_vault_signer(&market, number_of(line, "nonce"), &program, &got) &&
               key_equal(&got, &want);
    wallet = key_of(line, "user");
    return book_orders_address(&wallet, &market, &program, seed, &got) && key_equal(&got, &want);
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
    const char *why = plan_build(&plan, is(line, "version", "v0") ? BUILD_V0 : BUILD_LEGACY, tables,
                                 tables_count, bytes, &got);
    if (why)
        return n + 1 + 64u * want[want[0] == 0x80] >
               TX_BYTES_MAX; /* the library writes messages that no transaction can hold */
    return got == n && memcmp(bytes, want, n) == 0;
}

/* ---- instructions ---- */

static const struct layout *layout_case(const char *line, enum layout_id *id)
{
    static const struct {
        const char *venue, *kind;
        enum layout_id id;
    } kinds[] = {{"pump", "buy", layout_pump_buy},
                 {"pump", "sell", layout_pump_sell},
                 {"pump", "buy_v2", layout_pump_buy_v2},
                 {"pump", "sell_v2", layout_pump_sell_v2},
                 {"pump", "buy_exact_in", layout_pump_buy_in},
                 {"pump", "buy_exact_in_v2", layout_pump_buy_in_v2},
                 {"pump_swap", "buy", layout_pump_swap_buy},
                 {"pump_swap", "sell", layout_pump_swap_sell},
                 {"pump_swap", "buy_exact_in", layout_pump_swap_buy_in},
                 {"raydium_v4", "swap_base_in", layout_raydium_in},
                 {"raydium_v4", "swap_base_out", layout_raydium_out},
                 {"raydium_v4", "swap_base_in_v2", layout_raydium_in_v2},
                 {"raydium_v4", "swap_base_out_v2", layout_raydium_out_v2},
                 {"raydium_cpmm", "swap_base_in", layout_cpmm_in},
                 {"raydium_cpmm", "swap_base_out", layout_cpmm_out},
                 {"whirlpool", "swap", layout_whirlpool_swap},
                 {"whirlpool", "swap_v2", layout_whirlpool_swap_v2},
                 {"whirlpool", "two_hop", layout_whirlpool_two_hop},
                 {"whirlpool", "two_hop_v2", layout_whirlpool_two_hop_v2}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (is(line, "venue", kinds[i].venue) && is(line, "kind", kinds[i].kind))
            return layout_of(*id = kinds[i].id);
    return NULL;
}

static void give_keys(const char *line, struct keyset *s)
{
    static const struct {
        const char *name;
        uint8_t bit;
    } flags[] = {{"cashback", POOL_cashback},
                 {"has_creator", POOL_has_creator},
                 {"with_target_orders", POOL_target_orders},
                 {"with_referrer", POOL_referrer},
                 {"with_discount", POOL_discount},
                 {"with_authority", POOL_authority},
                 {"quoted", POOL_quoted}};
    memset(s, 0, sizeof *s);
    for (unsigned p = 1; p < ACCOUNT_ROLE_COUNT; p++) {
        size_t n = 0;
        const char *v = value(line, keyset_role_name((enum account_role)p), &n);
        if (!v) continue;
        struct key k = key_text(v, n);
        keyset_set(s, (enum account_role)p, &k);
    }
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        if (number_of(line, flags[i].name)) s->pool_is |= flags[i].bit;
}

/* Two swaps in a row: sluice reads them and does not trade by them, so their arguments are written
 * here. */
static const char *two_hop_case(const char *line, enum layout_id id, struct keyset *keys,
                                struct ix *x)
{
    static const char *const flags[] = {"exact_in", "one", "two"}, *const prices[] = {
                                                                       "one_low", "one_high",
                                                                       "two_low", "two_high"};
    layout_begin(id, x);
    ix_u64(x, number_of(line, "amount"));
    ix_u64(x, number_of(line, "limit"));
    for (size_t i = 0; i < 3; i++) ix_u8(x, (uint8_t)number_of(line, flags[i]));
    for (size_t i = 0; i < 4; i++) ix_u64(x, number_of(line, prices[i]));
    if (id == layout_whirlpool_two_hop_v2) ix_u8(x, 0);
    return layout_accounts(id, keys, side_buy, x);
}

static const char *whirlpool_case(const char *line, enum layout_id id, struct keyset *keys,
                                  struct ix *x)
{
    if (id == layout_whirlpool_two_hop || id == layout_whirlpool_two_hop_v2)
        return two_hop_case(line, id, keys, x);
    u128 sqrt_limit =
        (u128)number_of(line, "sqrt_limit_high") << 64 | number_of(line, "sqrt_limit_low");
    return whirlpool_write(id, keys, number_of(line, "amount"), number_of(line, "limit"),
                           sqrt_limit, number_of(line, "exact_in") != 0,
                           number_of(line, "a_to_b") != 0, x);
}

static void put_named(const char *line, const struct layout_arg *a, struct ix *x)
{
    uint8_t wide[16];
    uint64_t v;
    if (strcmp(a->type, "key") == 0) {
        struct key k = key_of(line, a->name);
        ix_bytes(x, k.b, 32);
    } else if (strcmp(a->type, "u128") == 0) {
        ix_bytes(x, wide, hex_of(line, a->name, wide, sizeof wide));
    } else if (strcmp(a->type, "str") == 0) {
        size_t n = 0;
        const char *text = value(line, a->name, &n);
        ix_u32(x, (uint32_t)n);
        ix_bytes(x, text, n);
    } else if (strcmp(a->type, "bool") == 0) {
        ix_u8(x, number_of(line, a->name) != 0);
    } else {
        v = number_of(line, a->name);
        ix_bytes(x, &v, a->type[1] == '8' ? 1 : a->type[1] == '1' ? 2 : a->type[1] == '3' ? 4 : 8);
    }
}

/* An instruction whose arguments stand in the line by their names. */
static const char *write_named(const char *line, const struct layout *l, struct keyset *keys,
                               struct ix *x)
{
    struct layout_arg a;
    size_t n;
    enum layout_id id = (enum layout_id)(l - layout_of((enum layout_id)0));
    layout_begin(id, x);
    for (const char *rest = l->args;
         layout_next_arg(&rest, &a) && (!a.optional || value(line, a.name, &n));)
        put_named(line, &a, x);
    return layout_accounts(id, keys, side_buy, x);
}

static const struct layout *layout_named(const char *line)
{
    for (unsigned i = 0; i < LAYOUT_COUNT; i++) {
        const struct layout *l = layout_of((enum layout_id)i);
        if (is(line, "venue", address_name((enum address)l->program)) && is(line, "kind", l->name))
            return l;
    }
    return NULL;
}

static bool trade_case(char *line)
{
    static struct keyset keys;
    static struct ix x;
    enum layout_id id;
    char *want = strstr(line, " => ");
    if (!want) return false;
    *want = 0;
    const struct layout *named = layout_case(line, &id) ? NULL : layout_named(line);
    if (!named && !layout_case(line, &id)) return false;
    give_keys(line, &keys);
    uint8_t side =
        number_of(line, "sells_base") || is(line, "kind", "sell") || is(line, "kind", "sell_v2")
            ? side_sell
            : side_buy;
    bool orca = is(line, "venue", "whirlpool");
    const char *why = named  ? write_named(line, named, &keys, &x)
                      : orca ? whirlpool_case(line, id, &keys, &x)
                             : layout_write(id, &keys, side, number_of(line, "amount"),
                                            number_of(line, "limit"), &x);
    if (!why) why = compare(&x, want + 4);
    if (why) differs(copy, why);
    return !why;
}

/* An instruction of the program's own description: known by its name, with as many accounts where
 * they are listed. */
static bool instruction_case(const char *line)
{
    uint8_t disc[8];
    struct key program = key_of(line, "program");
    const struct layout *l = layout_find(&program, disc, hex_of(line, "disc", disc, sizeof disc));
    return l && is(line, "name", l->name) &&
           (!l->accounts_count || l->accounts_count == number_of(line, "accounts"));
}

/* ---- what is read from Jupiter ---- */

struct pen {
    char text[LINE_MAX_BYTES];
    size_t n;
};
static void put(struct pen *w, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(w->text + w->n, sizeof w->text - w->n, fmt, ap);
    va_end(ap);
    w->n = n < 0 || (size_t)n >= sizeof w->text - w->n ? sizeof w->text - 1 : w->n + (size_t)n;
}

static void put_fields(struct pen *w, const char *fields, const uint8_t *data, size_t n,
                       size_t *at);

static void put_hex(struct pen *w, const uint8_t *p, size_t n)
{
    if (!n) put(w, "-");
    for (size_t i = 0; i < n; i++) put(w, "%02x", p[i]);
}

static void put_candidates(struct pen *w, const uint8_t *data, size_t n,
                           const struct route_field *f)
{
    size_t at = f->from + 4;
    put(w, "[");
    for (uint32_t i = 0, count = load_u32(data + f->from); i < count; i++) {
        uint8_t tag = data[at++];
        put(w, "%s%s(", i ? ";" : "", route_candidate(tag));
        put_fields(w, route_candidate_fields(tag), data, n, &at);
        put(w, ")");
        if (strcmp(f->arg.type, "candsb") == 0) {
            put(w, "@%u", load_u32(data + at));
            at += 4;
        }
    }
    put(w, "]");
}

static void put_field(struct pen *w, const uint8_t *data, size_t n, const struct route_field *f)
{
    uint64_t v = 0;
    const char *type = f->arg.type;
    size_t len = f->to - f->from;
    put(w, "%s=", f->arg.name);
    if (!f->some)
        put(w, "none");
    else if (strncmp(type, "cands", 5) == 0)
        put_candidates(w, data, n, f);
    else if (strcmp(type, "str") == 0)
        put_hex(w, data + f->from + 4, len - 4);
    else if (strcmp(type, "slices") == 0) {
        put(w, "[");
        for (size_t i = f->from + 4; i < f->to; i += 2)
            put(w, "%s%u/%u", i > f->from + 4 ? ";" : "", data[i], data[i + 1]);
        put(w, "]");
    } else if (len > 8)
        put_hex(w, data + f->from, len);
    else {
        memcpy(&v, data + f->from, len);
        put(w, "%llu", (unsigned long long)v);
    }
}

static void put_fields(struct pen *w, const char *fields, const uint8_t *data, size_t n, size_t *at)
{
    struct route_field f;
    for (bool first = true; route_next_field(&fields, data, n, at, &f); first = false) {
        if (!first) put(w, ",");
        put_field(w, data, n, &f);
    }
}

static bool equals_want(const char *line, const struct pen *got)
{
    size_t n;
    const char *want = value(line, "want", &n);
    if (want && n == got->n && memcmp(want, got->text, n) == 0) return true;
    if (shown++ < 5) printf("# got  %.600s\n# want %.600s\n", got->text, want ? want : "");
    return false;
}

static bool route_case(const char *line)
{
    static struct pen w;
    static struct swap_route r;
    static uint8_t data[4096];
    size_t n = hex_of(line, "data", data, sizeof data);
    w.n = 0;
    if (!route_read(data, n, &r) || !route_whole(&r) || r.steps_said != r.steps_count) {
        differs(line, "not read to the last byte");
        return false;
    }
    put(&w, "%s:%u:%llu:%llu:%u:%u:%u", layout_of(r.layout)->name, r.id,
        (unsigned long long)r.in_raw, (unsigned long long)r.out_raw, r.slippage_bps,
        r.platform_fee_bps, r.positive_slippage_bps);
    for (unsigned i = 0; i < r.steps_count; i++) {
        const struct route_step *s = &r.step[i];
        size_t at = s->at;
        put(&w, "|%s(", route_venue(s->tag));
        put_fields(&w, route_step_fields(s), data, n, &at);
        put(&w, "):%u:%u:%u", s->share_bps, s->input, s->output);
    }
    return equals_want(line, &w);
}

/* The accounts that the official description has before its event authority and program, which
 * every route ends with. */
static bool accounts_case(const char *line)
{
    static struct pen w;
    const struct layout *l = NULL;
    for (unsigned i = 0; i < LAYOUT_COUNT; i++)
        if (layout_of((enum layout_id)i)->program == address_jupiter &&
            is(line, "name", layout_of((enum layout_id)i)->name))
            l = layout_of((enum layout_id)i);
    w.n = 0;
    for (size_t i = 0; l && i + 2 < l->accounts_count; i++)
        put(&w, "%s%s:%s%s", i ? "," : "", keyset_role_name((enum account_role)l->account[i].role),
            l->account[i].flags & ACCOUNT_WRITABLE ? "w" : "",
            l->account[i].flags & ACCOUNT_SIGNER ? "s" : "");
    return equals_want(line, &w);
}

/* Does the description have a field of this name (or of a path that ends with it) at this place? */
static bool has_field(const char *list, size_t n, const char *name, unsigned offset, unsigned width)
{
    char want[96];
    int len = snprintf(want, sizeof want, "%s:%u:", name, offset);
    for (const char *p = list; p < list + n; p++) {
        if (strncmp(p, want, (size_t)len) != 0 || (p != list && p[-1] != ',' && p[-1] != '_'))
            continue;
        if (!width || strtoul(p + len, NULL, 10) == width) return true;
    }
    return false;
}

/* Our fields of this account, each where the official description has it. */
static bool account_case(const char *line)
{
    static const struct {
        const char *type, *name;
        unsigned offset, width;
    } ours[] = {
#define ACCOUNT_FIELD(type, name, offset, kind) {#type, #name, offset, WIDTH_##kind},
#include "venues.def"
    };
    static const struct {
        const char *type;
        unsigned bytes;
    } accounts[] = {
#define ACCOUNT(type, name, bytes) {#type, bytes},
#include "venues.def"
    };
    size_t n = 0, found = 0;
    const char *list = value(line, "fields", &n);
    uint64_t bytes = number_of(line, "bytes");
    for (size_t i = 0; i < COUNT_OF(accounts); i++)
        found += is(line, "type", accounts[i].type) && (!bytes || bytes == accounts[i].bytes);
    if (!found) differs(copy, "another length");
    for (size_t i = 0; list && i < COUNT_OF(ours); i++) {
        if (!is(line, "type", ours[i].type)) continue;
        if (has_field(list, n, ours[i].name, ours[i].offset, ours[i].width)) continue;
        differs(copy, ours[i].name);
        found = 0;
    }
    return found > 0;
}

static bool check(char *line)
{
    snprintf(copy, sizeof copy, "%s", line);
    if (is(line, "what", "pda")) return pda_case(line);
    if (is(line, "what", "ata")) return ata_case(line);
    if (is(line, "what", "message")) return message_case(line);
    if (is(line, "what", "route")) return route_case(line);
    if (is(line, "what", "account")) return account_case(line);
    if (is(line, "what", "accounts")) return accounts_case(line);
    if (is(line, "what", "signer") || is(line, "what", "orders")) return book_case(line);
    if (is(line, "what", "curve")) {
        struct key k = key_of(line, "key");
        return pda_on_curve(&k) == (number_of(line, "on") != 0);
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
        checked++;
        exact += good;
    }
    printf("checked %lu exact %lu\n", checked, exact);
    return checked && checked == exact ? 0 : 1;
}
