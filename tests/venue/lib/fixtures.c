/* fixtures.c - reads recorded transactions, instructions and accounts in the JSON shapes of other
 * projects (carbon, vixen) and says, one line a thing, what sluice makes of it: `ix NAME
 * ARGUMENT=VALUE...`, `tx TRADES UNEXPLAINED NAMES`, `account WHAT`, or `no REASON`. usage:
 * fixtures FILE. For tests/venue/golden/test_fixtures.sh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/io/json.h"
#include "common/sol/core.h"
#include "common/sol/token.h"
#include "common/sol/layout.h"
#include "common/decode/decode.h"

static struct key keys[256];
static struct view_ix ix[256];
static uint8_t lists[256][256], data[256][2048];
static struct view_log logs[1024];
static struct tx_view v;

static uint8_t index_of(struct key k)
{
    unsigned i = 0;
    while (i < v.keys_count && !key_equal(&keys[i], &k)) i++;
    if (i == v.keys_count && i < 255) keys[v.keys_count++] = k;
    return (uint8_t)i;
}

/* Bytes as an array of numbers, hex, or base58. */
static size_t bytes_of(json_t *j, uint8_t *out, size_t max)
{
    size_t n = 0;
    const char *t = json_string_value(j);
    if (json_is_array(j)) {
        for (; n < json_array_size(j) && n < max; n++)
            out[n] = (uint8_t)json_integer_value(json_array_get(j, n));
        return n;
    }
    if (!t) return 0;
    if (strlen(t) % 2 == 0 && strlen(t) / 2 <= max && hex_decode(t, strlen(t), out, strlen(t) / 2))
        return strlen(t) / 2;
    return base58_decode_any(t, strlen(t), out, max, &n) ? n : 0;
}

static struct key key_of(json_t *j)
{
    struct key k = {{0}};
    const char *t = json_string_value(json_is_object(j) ? json_object_get(j, "pubkey") : j);
    if (json_is_array(j))
        bytes_of(j, k.b, 32);
    else if (t && !base58_decode(t, strlen(t), k.b, 32))
        memset(&k, 0, sizeof k);
    return k;
}

static void add_ix(json_t *j, unsigned outer, unsigned height)
{
    json_t *accounts = json_object_get(j, "accounts"),
           *program = json_object_get(j, "program") ? json_object_get(j, "program")
                                                    : json_object_get(j, "program_id");
    struct view_ix *x = &ix[v.ix_count];
    unsigned at = v.ix_count++;
    if (at == 255) exit(1);
    *x = (struct view_ix){.program = index_of(key_of(program)),
                          .outer = (uint8_t)outer,
                          .height = (uint8_t)height,
                          .accounts = lists[at],
                          .data = data[at]};
    for (size_t i = 0; i < json_array_size(accounts) && i < 255; i++)
        lists[at][x->accounts_count++] = index_of(key_of(json_array_get(accounts, i)));
    x->data_len = (uint16_t)bytes_of(json_object_get(j, "data"), data[at], sizeof data[at]);
    json_t *inner = json_object_get(j, "inner");
    for (size_t i = 0; i < json_array_size(inner); i++)
        add_ix(json_array_get(inner, i), outer, height + 1);
}

static unsigned trades, left;
static void put(void *to, const struct decoded *d)
{
    (void)to;
    trades += d->id == REC_trade;
    if (d->id != REC_trade) return;
    const struct rec_trade *t = &d->u.trade;
    printf("# trade %s %s base %llu quote %llu\n", enum_name("venue", t->venue),
           enum_name("side", t->side), (unsigned long long)t->base_raw,
           (unsigned long long)t->quote_raw);
}
static void left_out(void *to, enum decode_out kind, const char *why)
{
    (void)to;
    (void)kind;
    left++;
    printf("# left out: %s\n", why);
}

static int do_ix(json_t *j)
{
    add_ix(j, 0, 1);
    const struct view_ix *x = &ix[0];
    enum address a = address_of(&keys[x->program]);
    const struct layout *l = layout_find(&keys[x->program], x->data, x->data_len);
    if (!l) {
        if (a == ADDRESS_COUNT)
            puts("no program that sluice knows");
        else
            printf("no instruction of %s that sluice knows\n", address_name(a));
        return 0;
    }
    printf("ix %s", l->name);
    const char *rest = l->args;
    size_t at = l->disc_len;
    struct layout_arg arg;
    uint64_t value;
    while (layout_next_arg(&rest, &arg) && layout_read_arg(&arg, x->data, x->data_len, &at, &value))
        if (strcmp(arg.type, "u128") != 0) printf(" %s=%llu", arg.name, (unsigned long long)value);
    static const enum account_role told[] = {acct_pool,      acct_user,      acct_vault_in,
                                             acct_vault_out, acct_base_mint, acct_mint,
                                             acct_mint_a,    acct_mint_b};
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        int p = layout_position(l, x->accounts_count, told[i]);
        json_t *account = p < 0 ? NULL : json_array_get(json_object_get(j, "accounts"), (size_t)p);
        const char *label = json_string_value(json_object_get(account, "label"));
        if (label) printf(" %s:%s", keyset_role_name(told[i]), label);
    }
    putchar('\n');
    return 0;
}

static int do_tx(json_t *list, json_t *lines)
{
    char names[4096] = "";
    struct decode_sink sink = {NULL, put, left_out};
    /* A flat list, by numbers of the outer instruction; depths are not told. */
    for (int outer = 0; outer < 64; outer++) {
        unsigned height = 1;
        for (size_t i = 0; i < json_array_size(list); i++) {
            json_t *j = json_array_get(list, i);
            if (json_integer_value(json_array_get(json_object_get(j, "ix_index"), 0)) != outer)
                continue;
            add_ix(j, (unsigned)outer, height);
            height = 0;
        }
    }
    for (size_t i = 0; i < json_array_size(lines) && i < 1024; i++) {
        const char *t = json_string_value(json_array_get(lines, i));
        if (t) logs[v.logs_count++] = (struct view_log){t, (uint32_t)strlen(t)};
    }
    for (unsigned i = 0; i < v.ix_count; i++) {
        const struct layout *l = layout_find(&keys[ix[i].program], ix[i].data, ix[i].data_len);
        enum address a = address_of(&keys[ix[i].program]);
        bool event =
            ix[i].data_len >= 16 && memcmp(ix[i].data, "\xe4\x45\xa5\x2e\x51\xcb\x9a\x1d", 8) == 0;
        size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, " %s",
                 event                ? "event"
                 : l                  ? l->name
                 : a != ADDRESS_COUNT ? "?"
                                      : "-");
    }
    decode(&v, NULL, &sink);
    printf("tx %u %u%s\n", trades, left, names);
    return 0;
}

static int do_account(json_t *j)
{
    static uint8_t bytes[65536];
    struct key owner = key_of(json_object_get(j, "owner"));
    json_t *d = json_object_get(j, "data");
    const char *t = json_string_value(d);
    size_t n = 0;
    struct token_mint mint;
    struct token_account account;
    struct drift drift;
    struct rec_alert alert;
    memset(&drift, 0, sizeof drift);
    if (json_is_array(d) && json_is_string(json_array_get(d, 0))) {
        t = json_string_value(json_array_get(d, 0));
        d = NULL;
    }
    if (t && base64_decode(t, strlen(t), bytes, sizeof bytes, &n)) {
    } else if (d)
        n = bytes_of(d, bytes, sizeof bytes);
    enum address a = address_of(&owner);
    if (a == ADDRESS_COUNT) {
        puts("no program that sluice knows");
        return 0;
    }
    if ((a == address_token || a == address_token_2022) &&
        token_mint_read(bytes, n, &mint) == NULL) {
        printf("account mint decimals=%u supply=%llu extensions=%llx\n", mint.decimals,
               (unsigned long long)mint.supply_raw, (unsigned long long)mint.extensions);
        return 0;
    }
    if ((a == address_token || a == address_token_2022) &&
        token_account_read(bytes, n, &account) == NULL) {
        printf("account token amount=%llu\n", (unsigned long long)account.amount_raw);
        return 0;
    }
    uint8_t venue = a == address_pump           ? venue_pump
                    : a == address_pump_swap    ? venue_pumpswap
                    : a == address_raydium_clmm ? venue_raydium_clmm
                    : a == address_raydium_v4   ? venue_raydium_v4
                                                : venue_none;
    if (venue && drift_account(&drift, venue, &owner, n, 1, 1, &alert)) return 1;
    printf("account of %s, %zu bytes%s\n", address_name(a), n,
           !venue                                ? ""
           : drift.venue[venue].seen[DRIFT_SIZE] ? ", a size that is not known"
                                                 : ", a known size");
    return 0;
}

/* The last epoch of all is beyond what the reader of JSON takes: it says nothing here. */
static json_t *load(const char *path)
{
    static char text[1 << 20];
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    json_error_t e;
    if (f) fclose(f);
    for (char *p = text; (p = strstr(p, "18446744073709551615")) != NULL;)
        memcpy(p, "                   0", 20);
    return json_loadb(text, n, 0, &e);
}

static int do_file(json_t *root)
{
    json_t *result = json_object_get(root, "result") ? json_object_get(root, "result") : root;
    if (json_object_get(result, "value")) result = json_object_get(result, "value");
    if (json_is_array(root)) return do_tx(root, NULL);
    if (json_is_array(json_object_get(root, "instructions")))
        return do_tx(json_object_get(root, "instructions"), json_object_get(root, "log_messages"));
    if (json_object_get(root, "program_id")) return do_ix(root);
    if (json_object_get(result, "owner")) return do_account(result);
    puts(json_object_get(root, "innerInstructions") ? "no message: the programs are not told"
                                                    : "no shape that is known");
    return 0;
}

int main(int argc, char **argv)
{
    json_t *root = argc == 2 ? load(argv[1]) : NULL;
    if (!root) {
        fprintf(stderr, "usage: fixtures FILE\n");
        return 2;
    }
    v.keys = keys;
    v.ix = ix;
    v.logs = logs;
    v.slot = 1;
    int rc = do_file(root);
    json_decref(root);
    return rc;
}
