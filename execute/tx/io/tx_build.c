/* tx_build.c - see tx_build.h. */
#include "execute/tx/io/tx_build.h"

#include <string.h>

#include "common/base/text.h"
#include "common/io/json.h"
#include "common/sol/layout.h"

#define TABLES_MAX 4u

struct job {
    struct plan plan;
    struct keyset keys;
    struct lookup table[TABLES_MAX];
    struct key entries[TABLES_MAX][256];
    size_t tables;
    struct err *e;
};

static bool key_of(json_t *v, struct key *k, struct err *e, const char *what)
{
    const char *s = json_string_value(v);
    for (unsigned a = 0; s && a < ADDRESS_COUNT; a++)
        if (strcmp(s, address_name((enum address)a)) == 0) {
            *k = *address_key((enum address)a);
            return true;
        }
    if (s && base58_decode(s, strlen(s), k->b, 32)) return true;
    err_set(e, E_FORMAT, "%s: '%.60s' is no key", what, s ? s : "(nothing)");
    return false;
}

static bool u64_of(json_t *v, uint64_t *out)
{
    const char *s = json_string_value(v);
    if (s) return parse_u64(s, strlen(s), out);
    *out = (uint64_t)json_integer_value(v);
    return json_is_integer(v) && json_integer_value(v) >= 0;
}

static bool set_keys(struct keyset *s, json_t *keys, struct err *e)
{
    const char *name;
    json_t *v;
    struct key k;
    json_object_foreach(keys, name, v)
    {
        unsigned p = 0;
        while (p < ACCOUNT_ROLE_COUNT && strcmp(name, keyset_role_name((enum account_role)p)) != 0)
            p++;
        if (p == ACCOUNT_ROLE_COUNT)
            return err_set(e, E_FORMAT, "keys: no account is called '%s'", name) == OK;
        if (!key_of(v, &k, e, name)) return false;
        keyset_set(s, (enum account_role)p, &k);
    }
    return true;
}

static bool set_flags(struct keyset *s, json_t *o)
{
    static const struct {
        const char *name;
        uint8_t bit;
    } flags[] = {{"cashback", POOL_cashback},
                 {"has_creator", POOL_has_creator},
                 {"target_orders", POOL_target_orders},
                 {"referrer", POOL_referrer},
                 {"discount", POOL_discount},
                 {"authority", POOL_authority},
                 {"quoted", POOL_quoted}};
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        if (json_is_true(json_object_get(o, flags[i].name))) s->pool_is |= flags[i].bit;
    return true;
}

/* ---- an instruction given byte for byte ---- */

static bool given_accounts(struct job *j, json_t *o, struct ix *x)
{
    size_t i;
    json_t *a;
    struct key k;
    json_array_foreach(json_object_get(o, "accounts"), i, a)
    {
        if (!key_of(json_object_get(a, "key"), &k, j->e, "account")) return false;
        ix_account(x, &k,
                   (json_is_true(json_object_get(a, "signer")) ? ACCOUNT_SIGNER : 0) |
                       (json_is_true(json_object_get(a, "writable")) ? ACCOUNT_WRITABLE : 0));
    }
    return true;
}

static bool raw_ix(struct job *j, json_t *o, struct ix *x)
{
    struct key k;
    uint8_t data[IX_DATA_MAX];
    const char *hex = json_string_value(json_object_get(o, "data_hex"));
    if (!key_of(json_object_get(o, "program"), &k, j->e, "program")) return false;
    ix_begin(x, &k);
    if (!given_accounts(j, o, x)) return false;
    size_t n = hex ? strlen(hex) : 0;
    if (n / 2 > sizeof data || (n && !hex_decode(hex, n, data, n / 2)))
        return err_set(j->e, E_FORMAT, "data_hex is not hex of at most %u bytes", IX_DATA_MAX) ==
               OK;
    ix_bytes(x, data, n / 2);
    return true;
}

/* ---- an instruction by name ---- */

static const struct layout *by_name(const char *name)
{
    const char *dot = name ? strchr(name, '.') : NULL;
    for (unsigned i = 0; dot && i < LAYOUT_COUNT; i++) {
        const struct layout *l = layout_of((enum layout_id)i);
        const char *program = address_name((enum address)l->program);
        if (strlen(program) == (size_t)(dot - name) &&
            memcmp(program, name, (size_t)(dot - name)) == 0 && strcmp(l->name, dot + 1) == 0)
            return l;
    }
    return NULL;
}

/* 128 bits stand as decode shows them: 32 hex digits, the lowest byte first. */
static bool put_u128(struct job *j, const struct layout_arg *a, const char *s, struct ix *x)
{
    uint8_t b[16];
    if (!s || strlen(s) != 32 || !hex_decode(s, 32, b, 16))
        return err_set(j->e, E_FORMAT, "%s needs 32 hex digits, the lowest byte first", a->name) ==
               OK;
    ix_bytes(x, b, 16);
    return true;
}

/* i32, and opt_i32, which null leaves out. */
static bool put_signed(struct job *j, const struct layout_arg *a, json_t *v, struct ix *x)
{
    bool optional = strcmp(a->type, "opt_i32") == 0;
    json_int_t n = json_integer_value(v);
    if (optional) ix_u8(x, !json_is_null(v));
    if (optional && json_is_null(v)) return true;
    if (!json_is_integer(v) || n < INT32_MIN || n > INT32_MAX)
        return err_set(j->e, E_FORMAT, "%s needs a whole number of 32 bits with a sign", a->name) ==
               OK;
    ix_u32(x, (uint32_t)(int32_t)n);
    return true;
}

static bool put_arg(struct job *j, const struct layout_arg *a, json_t *v, struct ix *x)
{
    uint64_t n = 0;
    struct key k;
    const char *s = json_string_value(v);
    if (strcmp(a->type, "u128") == 0) return put_u128(j, a, s, x);
    if (strcmp(a->type, "key") == 0) {
        if (!key_of(v, &k, j->e, a->name)) return false;
        ix_bytes(x, k.b, 32);
    } else if (strcmp(a->type, "route") == 0) {
        uint8_t bytes[IX_DATA_MAX];
        size_t len = s ? strlen(s) / 2 : 0;
        if (!s || len > sizeof bytes || !hex_decode(s, strlen(s), bytes, len))
            return err_set(j->e, E_FORMAT, "%s needs hex of at most %u bytes", a->name,
                           IX_DATA_MAX) == OK;
        ix_bytes(x, bytes, len);
    } else if (strcmp(a->type, "bool") == 0) {
        ix_u8(x, json_is_true(v));
    } else if (strstr(a->type, "i32")) {
        return put_signed(j, a, v, x);
    } else if (strncmp(a->type, "str", 3) == 0 || strcmp(a->type, "bytes") == 0) {
        if (!s) return err_set(j->e, E_FORMAT, "%s needs text", a->name) == OK;
        if (strcmp(a->type, "str") == 0) ix_u32(x, (uint32_t)strlen(s));
        if (strcmp(a->type, "str8") == 0) ix_u64(x, strlen(s));
        ix_bytes(x, s, strlen(s));
    } else {
        unsigned bits = (unsigned)(a->type[1] == '8'   ? 8
                                   : a->type[1] == '1' ? 16
                                   : a->type[1] == '3' ? 32
                                                       : 64);
        if (!u64_of(v, &n) || (bits < 64 && n >> bits))
            return err_set(j->e, E_FORMAT, "%s needs a whole number of at most %u bits", a->name,
                           bits) == OK;
        ix_bytes(x, &n, bits / 8);
    }
    return true;
}

static bool put_args(struct job *j, const struct layout *l, json_t *args, struct ix *x)
{
    struct layout_arg a;
    for (const char *rest = l->args; layout_next_arg(&rest, &a);) {
        json_t *v = json_object_get(args, a.name);
        if (!v && a.optional) break;
        if (!v)
            return err_set(j->e, E_FORMAT, "%s.%s: the argument %s is missing",
                           address_name((enum address)l->program), l->name, a.name) == OK;
        if (!put_arg(j, &a, v, x)) return false;
    }
    return true;
}

static bool named_ix(struct job *j, json_t *o, struct ix *x)
{
    const char *name = json_string_value(json_object_get(o, "name")),
               *side = json_string_value(json_object_get(o, "side"));
    const struct layout *l = by_name(name);
    static struct keyset keys;
    if (!l)
        return err_set(j->e, E_FORMAT,
                       "no instruction is called '%.60s' (program.instruction, as sluice-tx decode "
                       "names them)",
                       name ? name : "") == OK;
    if (l->accounts_count == 0 && l->program != address_compute_budget &&
        l->program != address_memo && l->program != address_memo_v1)
        return err_set(j->e, E_FORMAT,
                       "'%s' can be read, not built: give its accounts and data_hex", name) == OK;
    keys = j->keys;
    if (!set_flags(&keys, o) || !set_keys(&keys, json_object_get(o, "keys"), j->e)) return false;
    enum layout_id id = (enum layout_id)(l - layout_of((enum layout_id)0));
    layout_begin(id, x);
    if (!put_args(j, l, json_object_get(o, "arguments"), x)) return false;
    const char *missing =
        layout_accounts(id, &keys, side && strcmp(side, "sell") == 0 ? side_sell : side_buy, x);
    if (missing) return err_set(j->e, E_FORMAT, "%s: the key %s is missing", name, missing) == OK;
    return given_accounts(j, o, x);
}

static bool instruction(struct job *j, size_t i, json_t *o)
{
    struct err inner = {0}, *outer = j->e;
    static const struct key none;
    j->e = &inner;
    bool good = json_object_get(o, "name") ? named_ix(j, o, plan_add(&j->plan, &none))
                                           : raw_ix(j, o, plan_add(&j->plan, &none));
    j->e = outer;
    if (!good) err_set(outer, E_FORMAT, "instruction %zu: %s", i, inner.text);
    return good;
}

static bool tables(struct job *j, json_t *list)
{
    size_t i, k;
    json_t *t, *v;
    json_array_foreach(list, i, t)
    {
        if (j->tables == TABLES_MAX)
            return err_set(j->e, E_LIMIT, "more than %u lookup tables", TABLES_MAX) == OK;
        struct lookup *l = &j->table[j->tables];
        if (!key_of(json_object_get(t, "table"), &l->address, j->e, "table")) return false;
        json_array_foreach(json_object_get(t, "entries"), k, v)
        {
            if (k >= 256)
                return err_set(j->e, E_LIMIT, "a lookup table has at most 256 entries") == OK;
            if (!key_of(v, &j->entries[j->tables][k], j->e, "entry")) return false;
            l->count = k + 1;
        }
        l->entries = j->entries[j->tables++];
    }
    return true;
}

static bool describe(struct job *j, json_t *o)
{
    size_t i;
    json_t *x;
    if (!json_is_object(o))
        return err_set(j->e, E_FORMAT, "the description is no JSON object") == OK;
    if (!key_of(json_object_get(o, "payer"), &j->plan.payer, j->e, "payer") ||
        !key_of(json_object_get(o, "blockhash"), &j->plan.blockhash, j->e, "blockhash"))
        return false;
    if (!set_keys(&j->keys, json_object_get(o, "keys"), j->e) ||
        !tables(j, json_object_get(o, "lookup_tables")))
        return false;
    json_array_foreach(json_object_get(o, "instructions"), i,
                       x) if (!instruction(j, i, x)) return false;
    return j->plan.count ? true : err_set(j->e, E_FORMAT, "there are no instructions") == OK;
}

enum error tx_build_json(const char *text, size_t n, uint8_t *out, size_t *out_n, struct err *e)
{
    static struct job j;
    static struct tx_message m;
    static uint8_t message[TX_V1_BYTES_MAX];
    json_error_t je;
    size_t len;
    memset(&j, 0, sizeof j);
    j.e = e;
    json_t *o = json_loadb(text, n, JSON_REJECT_DUPLICATES, &je);
    if (!o) return err_set(e, E_FORMAT, "no JSON: line %d: %s", je.line, je.text);
    bool good = describe(&j, o);
    const char *version = json_string_value(json_object_get(o, "version"));
    enum build_as as = !version                         ? BUILD_SMALLEST
                       : strcmp(version, "legacy") == 0 ? BUILD_LEGACY
                       : strcmp(version, "0") == 0      ? BUILD_V0
                       : strcmp(version, "1") == 0      ? BUILD_V1
                                                        : (enum build_as) - 1;
    json_decref(o);
    if (!good) return e->code;
    if (as == (enum build_as) - 1)
        return err_set(e, E_FORMAT, "version must be \"legacy\", \"0\" or \"1\"");
    const char *why = plan_build(&j.plan, as, j.table, j.tables, message, &len);
    if (!why) why = message_read(message, len, &m);
    if (why) return err_set(e, E_FORMAT, "there is no such transaction: %s", why);
    size_t at = 0;
    if (as != BUILD_V1) out[at++] = m.signers;
    if (as != BUILD_V1) {
        memset(out + at, 0, 64u * m.signers);
        at += 64u * m.signers;
    }
    memcpy(out + at, message, len);
    at += len;
    if (as == BUILD_V1) {
        memset(out + at, 0, 64u * m.signers);
        at += 64u * m.signers;
    }
    *out_n = at;
    return OK;
}
