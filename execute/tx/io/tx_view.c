/* tx_view.c - see tx_view.h. */
#include "execute/tx/io/tx_view.h"

#include <sodium.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/sol/core.h"
#include "common/sol/layout.h"
#include "common/venue/venue.h"
#include "execute/tx/io/route_view.h"

json_t *tx_view_key(const struct key *k)
{
    char text[66];
    if (!k) return json_null();
    base58_encode(k->b, 32, text);
    return json_string(text);
}

/* Amounts are written as strings beyond 2^53, as Solana's own JSON does for amounts. */
json_t *tx_view_amount(uint64_t v)
{
    char text[24];
    if (v < UINT64_C(1) << 53) return json_integer((json_int_t)v);
    snprintf(text, sizeof text, "%llu", (unsigned long long)v);
    return json_string(text);
}

json_t *tx_view_hex(const uint8_t *p, size_t n)
{
    char text[2 * 4096 + 1];
    hex_encode(p, n < 4096 ? n : 4096, text);
    return json_string(text);
}

/* Text of the chain is hostile: whatever is no printable ASCII becomes a dot, so that a terminal
 * stays as it is. */
static json_t *json_plain(const uint8_t *p, size_t n)
{
    char text[1025];
    size_t k = 0;
    for (; k < n && k < sizeof text - 1; k++)
        text[k] = p[k] >= 0x20 && p[k] < 0x7f ? (char)p[k] : '.';
    text[k] = 0;
    return json_string(text);
}

/* ---- arguments ---- */

static json_t *arg_value(const struct layout_arg *a, const uint8_t *data, size_t from, size_t to,
                         uint64_t v)
{
    char text[48];
    if (strcmp(a->type, "key") == 0) return tx_view_key((const struct key *)(data + from));
    if (strcmp(a->type, "str") == 0) return json_plain(data + from + 4, to - from - 4);
    if (strcmp(a->type, "str8") == 0) return json_plain(data + from + 8, to - from - 8);
    if (strcmp(a->type, "bytes") == 0) return json_plain(data + from, to - from);
    if (strcmp(a->type, "bool") == 0) return json_boolean(v != 0);
    if (strcmp(a->type, "i32") == 0 || strcmp(a->type, "opt_i32") == 0)
        return to - from < 4 ? json_null() : json_integer((int32_t)(uint32_t)v);
    if (strcmp(a->type, "i64") == 0) {
        snprintf(text, sizeof text, "%lld", (long long)v);
        return json_string(text);
    }
    if (strcmp(a->type, "u128") == 0) return tx_view_hex(data + from, 16);
    return tx_view_amount(v);
}

static json_t *arguments(const struct layout *l, const struct tx_ix *x, bool *odd)
{
    json_t *o = json_object();
    if (strcmp(l->args, "route:route") == 0) return o; /* routes are read by route.h */
    const char *rest = l->args;
    size_t at = l->disc_len;
    struct layout_arg a;
    uint64_t v;
    while (layout_next_arg(&rest, &a)) {
        size_t from = at;
        if (a.optional && at >= x->data_len) break;
        if (!layout_read_arg(&a, x->data, x->data_len, &at, &v)) {
            *odd = true;
            break;
        }
        json_object_set_new(o, a.name, arg_value(&a, x->data, from, at, v));
    }
    if (at < x->data_len && l->args[0])
        json_object_set_new(o, "trailing_bytes", json_integer((json_int_t)(x->data_len - at)));
    return o;
}

/* ---- instructions ---- */

/* The route of an instruction that has one, or NULL. */
static json_t *route_of(const struct layout *l, const struct tx_ix *x, json_t *o, bool *odd)
{
    static struct swap_route r;
    if (strcmp(l->args, "route:route") != 0) return NULL;
    *odd = !route_read(x->data, x->data_len, &r);
    if (*odd) return NULL;
    route_view_amounts(&r, json_object_get(o, "arguments"));
    return route_view_json(&r, x->data, x->data_len);
}

/* The part that account i of count plays. An account that may stand there more than once takes what
 * the others leave. Conditional accounts follow from the count only when all or none are there;
 * otherwise what stands behind the first of them stays unnamed rather than named wrongly. */
static const char *part_of_account(const struct layout *l, unsigned count, unsigned i)
{
    size_t always = 0, at = 0, many = 0;
    if (!l) return NULL;
    for (size_t k = 0; k < l->accounts_count; k++) {
        always += !l->account[k].condition;
        many += l->account[k].condition == POOL_many;
    }
    for (size_t k = 0; k < l->accounts_count; k++) {
        const struct layout_account *a = &l->account[k];
        size_t times = !many || a->condition != POOL_many ? 1 : count > always ? count - always : 0;
        if (!many && a->condition && count == always) continue;
        if (!many && a->condition && count < l->accounts_count) return NULL;
        if (i >= at && i < at + times) return keyset_role_name((enum account_role)a->role);
        at += times;
    }
    return NULL;
}

static json_t *account_of(const struct tx_message *m, const struct key *loaded, unsigned at,
                          const char *part)
{
    json_t *a = json_object();
    const struct key *k = message_key(m, loaded, at);
    json_object_set_new(a, "index", json_integer(at));
    if (part) json_object_set_new(a, "part", json_string(part));
    json_object_set_new(a, "key", tx_view_key(k));
    if (k && address_of(k) != ADDRESS_COUNT)
        json_object_set_new(a, "is", json_string(address_doc(address_of(k))));
    json_object_set_new(a, "signer", json_boolean(message_is_signer(m, at)));
    json_object_set_new(a, "writable", json_boolean(message_is_writable(m, at)));
    return a;
}

static json_t *instruction(const struct tx_message *m, const struct key *loaded,
                           const struct tx_ix *x)
{
    const struct key *program = message_key(m, loaded, x->program);
    const struct layout *l = layout_find(program, x->data, x->data_len);
    json_t *o = json_object(), *accounts = json_array();
    bool odd = false;
    json_object_set_new(o, "program", tx_view_key(program));
    if (address_of(program) != ADDRESS_COUNT)
        json_object_set_new(o, "program_name", json_string(address_name(address_of(program))));
    if (l) {
        json_object_set_new(o, "name", json_string(l->name));
        json_object_set_new(o, "arguments", arguments(l, x, &odd));
        json_t *route = route_of(l, x, o, &odd);
        if (route) json_object_set_new(o, "route", route);
        if (json_object_get(route, "unread_steps"))
            json_object_set_new(o, "data_hex", tx_view_hex(x->data, x->data_len));
    }
    if (!l || odd) json_object_set_new(o, "data_hex", tx_view_hex(x->data, x->data_len));
    if (odd)
        json_object_set_new(o, "warning",
                            json_string("the data is shorter than the instruction's arguments"));
    for (unsigned i = 0; i < x->accounts_count; i++)
        json_array_append_new(accounts, account_of(m, loaded, x->accounts[i],
                                                   part_of_account(l, x->accounts_count, i)));
    json_object_set_new(o, "accounts", accounts);
    return o;
}

/* ---- money ---- */

/* Compute limit as the runtime takes it: as asked for, else 200,000 for each instruction that is
 * not of a core program (and 3,000 for each that is), at most 1,400,000. */
static uint32_t compute_units(const struct tx_message *m, uint64_t *price)
{
    uint32_t units = 0, asked = 0;
    bool said = false;
    *price = 0;
    for (unsigned i = 0; i < m->ix_count; i++) {
        const struct tx_ix *x = &m->ix[i];
        const struct key *p = &m->keys[x->program];
        if (address_is(p, address_compute_budget)) {
            if (x->data_len == 5 && x->data[0] == 2) {
                memcpy(&asked, x->data + 1, 4);
                said = true;
            }
            if (x->data_len == 9 && x->data[0] == 3) memcpy(price, x->data + 1, 8);
        }
        units +=
            address_is(p, address_compute_budget) || address_is(p, address_system) ? 3000 : 200000;
    }
    uint32_t want = said ? asked : units;
    return want < TX_COMPUTE_MAX ? want : TX_COMPUTE_MAX;
}

static uint64_t tips(const struct tx_message *m)
{
    uint64_t sum = 0, v;
    for (unsigned i = 0; i < m->ix_count; i++) {
        const struct tx_ix *x = &m->ix[i];
        if (!address_is(&m->keys[x->program], address_system) || x->data_len != 12 ||
            x->accounts_count < 2 || memcmp(x->data, "\2\0\0\0", 4) != 0)
            continue;
        memcpy(&v, x->data + 4, 8);
        if (x->accounts[1] < m->keys_count && address_is_tip(&m->keys[x->accounts[1]]))
            sum = add_sat_u64(sum, v);
    }
    return sum;
}

static json_t *money(const struct tx_message *m)
{
    json_t *o = json_object();
    uint64_t price, priority = m->budget.priority_lamports,
                    base = (uint64_t)m->signers * SIGNATURE_LAMPORTS;
    uint32_t units = m->version == TX_V1 ? m->budget.compute_units : compute_units(m, &price);
    if (m->version != TX_V1) {
        json_object_set_new(o, "micro_lamports_per_unit", tx_view_amount(price));
        if (!core_priority_lamports(units, price, &priority)) priority = UINT64_MAX;
    }
    json_object_set_new(o, "compute_units", json_integer(units));
    json_object_set_new(o, "base_fee_lamports", tx_view_amount(base));
    json_object_set_new(o, "priority_fee_lamports", tx_view_amount(priority));
    json_object_set_new(o, "jito_tip_lamports", tx_view_amount(tips(m)));
    json_object_set_new(o, "fee_lamports", tx_view_amount(add_sat_u64(base, priority)));
    return o;
}

/* ---- the whole ---- */

static json_t *signatures(const struct tx *t)
{
    static const struct sig unsigned_yet;
    json_t *list = json_array();
    for (unsigned i = 0; i < t->signatures_count; i++) {
        char text[130];
        const struct tx_message *m = &t->message;
        bool none = memcmp(&t->signatures[i], &unsigned_yet, 64) == 0;
        base58_encode(t->signatures[i].b, 64, text);
        const char *state =
            none ? "missing"
            : crypto_sign_verify_detached(t->signatures[i].b, m->bytes, m->n, m->keys[i].b) == 0
                ? "valid"
                : "invalid";
        json_array_append_new(list, json_pack("{s:s, s:o, s:s}", "signature", none ? "" : text,
                                              "by", tx_view_key(&m->keys[i]), "state", state));
    }
    return list;
}

static json_t *tables(const struct tx_message *m)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < m->tables_count; i++) {
        json_t *w = json_array(), *r = json_array();
        for (unsigned k = 0; k < m->table[i].writable_count; k++)
            json_array_append_new(w, json_integer(m->table[i].writable[k]));
        for (unsigned k = 0; k < m->table[i].readonly_count; k++)
            json_array_append_new(r, json_integer(m->table[i].readonly[k]));
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o}", "table", tx_view_key(m->table[i].address),
                            "writable", w, "readonly", r));
    }
    return list;
}

json_t *tx_view_json(const struct tx *t, const struct key *loaded)
{
    const struct tx_message *m = &t->message;
    static const char *const versions[] = {"legacy", "0", "1"};
    json_t *o = json_object(), *list = json_array(), *accounts = json_array();
    json_object_set_new(o, "version", json_string(versions[m->version]));
    json_object_set_new(
        o, "bytes", json_integer((json_int_t)(m->n + 64u * m->signers + (m->version != TX_V1))));
    json_object_set_new(o, "bytes_max",
                        json_integer(m->version == TX_V1 ? TX_V1_BYTES_MAX : TX_BYTES_MAX));
    json_object_set_new(o, "signatures", signatures(t));
    json_object_set_new(o, "fee_payer", tx_view_key(&m->keys[0]));
    json_object_set_new(o, "blockhash", tx_view_key(m->blockhash));
    json_object_set_new(o, "fees", money(m));
    for (unsigned i = 0; i < m->ix_count; i++)
        json_array_append_new(list, instruction(m, loaded, &m->ix[i]));
    for (unsigned i = 0; i < message_accounts(m); i++)
        json_array_append_new(accounts, account_of(m, loaded, i, NULL));
    json_object_set_new(o, "instructions", list);
    json_object_set_new(o, "accounts", accounts);
    if (m->tables_count) json_object_set_new(o, "lookup_tables", tables(m));
    return o;
}

/* ---- text ---- */

static const char *str(json_t *o, const char *k)
{
    const char *s = json_string_value(json_object_get(o, k));
    return s ? s : "";
}

static void print_amount(FILE *f, json_t *v)
{
    if (json_is_string(v))
        fprintf(f, "%s", json_string_value(v));
    else if (json_is_boolean(v))
        fprintf(f, "%s", json_is_true(v) ? "yes" : "no");
    else
        fprintf(f, "%lld", (long long)json_integer_value(v));
}

static void print_account(FILE *f, json_t *a)
{
    json_t *key = json_object_get(a, "key");
    fprintf(f, "      %c%c  %-26s %-44s %s\n",
            json_is_true(json_object_get(a, "signer")) ? 's' : '-',
            json_is_true(json_object_get(a, "writable")) ? 'w' : '-', str(a, "part"),
            json_is_string(key) ? json_string_value(key) : "(from a lookup table)", str(a, "is"));
}

static void print_instruction(FILE *f, size_t i, json_t *x)
{
    json_t *args = json_object_get(x, "arguments"), *v, *a;
    const char *k;
    size_t n;
    const char *program = str(x, "program_name");
    fprintf(f, "  %zu  %s  %s\n", i, *program ? program : str(x, "program"),
            *str(x, "name") ? str(x, "name") : "(not known to sluice)");
    json_object_foreach(args, k, v)
    {
        fprintf(f, "      %-30s ", k);
        print_amount(f, v);
        fputc('\n', f);
    }
    if (json_object_get(x, "route")) route_view_text(json_object_get(x, "route"), f);
    if (*str(x, "data_hex")) fprintf(f, "      data %s\n", str(x, "data_hex"));
    if (*str(x, "warning")) fprintf(f, "      warning: %s\n", str(x, "warning"));
    json_array_foreach(json_object_get(x, "accounts"), n, a) print_account(f, a);
}

static void print_fees(FILE *f, json_t *fees)
{
    fprintf(f, "fees        ");
    print_amount(f, json_object_get(fees, "base_fee_lamports"));
    fprintf(f, " base + ");
    print_amount(f, json_object_get(fees, "priority_fee_lamports"));
    fprintf(f, " priority + ");
    print_amount(f, json_object_get(fees, "jito_tip_lamports"));
    fprintf(f, " Jito tip lamports; at most ");
    print_amount(f, json_object_get(fees, "compute_units"));
    fprintf(f, " compute units\n");
}

void tx_view_text(json_t *o, FILE *f)
{
    json_t *v;
    size_t i;
    fprintf(f, "version     %s, ", str(o, "version"));
    print_amount(f, json_object_get(o, "bytes"));
    fprintf(f, " of ");
    print_amount(f, json_object_get(o, "bytes_max"));
    fprintf(f, " bytes\n");
    json_array_foreach(json_object_get(o, "signatures"), i, v)
        fprintf(f, "signature   %s %s by %s\n", str(v, "state"), str(v, "signature"), str(v, "by"));
    fprintf(f, "fee payer   %s\nblockhash   %s\n", str(o, "fee_payer"), str(o, "blockhash"));
    print_fees(f, json_object_get(o, "fees"));
    json_array_foreach(json_object_get(o, "lookup_tables"), i, v)
        fprintf(f, "table       %s, %zu writable, %zu read\n", str(v, "table"),
                json_array_size(json_object_get(v, "writable")),
                json_array_size(json_object_get(v, "readonly")));
    fprintf(f, "instructions\n");
    json_array_foreach(json_object_get(o, "instructions"), i, v) print_instruction(f, i, v);
}

const char *tx_view_error(const struct key *program, uint32_t code)
{
    static const struct {
        enum address program;
        uint32_t code;
        const char *text;
    } known[] = {{address_jupiter, 6001, "the price has moved beyond the limit"},
                 {address_jupiter, 6003, "a platform fee without an account for it"},
                 {address_jupiter, 6005, "the steps do not use all of a token"},
                 {address_jupiter, 6008, "accounts of the route are missing"},
                 {address_jupiter, 6010, "an invalid route plan"},
                 {address_jupiter, 6014, "another token program than the account's"},
                 {address_jupiter, 6016, "a venue that the program does not swap on"},
                 {address_jupiter, 6017, "another amount came out than was asked for"},
                 {address_system, 1, "the account does not have that many lamports"},
                 {address_token, 1, "insufficient funds"},
                 {address_token, 17, "the account is frozen"},
                 {address_token_2022, 1, "insufficient funds"},
                 {address_token_2022, 17, "the account is frozen"}};
    enum address a = address_of(program);
    const char *text = venue_error_text(venue_of_program(program), code);
    if (text) return text;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (known[i].program == a && known[i].code == code) return known[i].text;
    switch (code) {
    case 101: return "the program has no such instruction";
    case 2003: return "an account fails a constraint of the program";
    case 2006: return "an account has another address than its seeds give";
    case 3005: return "too few accounts";
    case 3007: return "an account belongs to another program";
    case 3012: return "an account is not initialized";
    default: return NULL;
    }
}
