/* tx_route.c - see tx_route.h. */
#include "execute/tx/io/tx_route.h"

#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/run/operands.h"
#include "common/sol/address.h"
#include "common/sol/core.h"
#include "execute/tx/io/jupiter.h"
#include "common/io/rpc.h"
#include "execute/tx/io/tx_view.h"

#define TABLE_BYTES_MAX (56u + 256u * 32u)

/* What is made of the answer. */
struct made {
    struct jupiter_check_ask ask;
    struct jupiter_check_quote quote;
    struct jupiter_check_swap swap;
    struct lookup table[JUPITER_CHECK_TABLES_MAX];
    uint8_t table_data[JUPITER_CHECK_TABLES_MAX][TABLE_BYTES_MAX];
    size_t tables; /* those that can be used */
    bool has_blockhash;
    uint8_t wire[TX_BYTES_MAX]; /* with empty signatures */
    size_t wire_n;
};

/* ---- the question ---- */

static enum error key_option(const struct section *own, const char *name, struct key *k,
                             struct err *e)
{
    const char *s = settings_str(own, name);
    if (strcmp(s, "SOL") == 0) {
        *k = *address_key(address_native_mint);
        return OK;
    }
    if (!base58_decode(s, strlen(s), k->b, 32))
        return err_set(e, E_USAGE, "--%s requires a key in base58%s", name,
                       *s ? "" : ", and is missing");
    return OK;
}

static enum error question(const struct section *own, struct jupiter_check_ask *a, struct err *e)
{
    enum error rc = key_option(own, "from", &a->input_mint, e);
    if (rc == OK) rc = key_option(own, "to", &a->output_mint, e);
    if (rc == OK) rc = key_option(own, "wallet", &a->wallet, e);
    if (rc != OK) return rc;
    a->amount_raw = settings_u64(own, "amount");
    a->limit_raw = settings_u64(own, "limit");
    a->max_priority_lamports = settings_lamports(own, "max-priority-sol");
    a->exact_out = settings_bool(own, "exact-out");
    a->direct = settings_bool(own, "direct");
    a->wrap = true;
    if (a->amount_raw == 0)
        return err_set(e, E_USAGE,
                       "--amount needs a whole number above 0, in the token's smallest units");
    if (key_equal(&a->input_mint, &a->output_mint))
        return err_set(e, E_USAGE, "--from and --to are the same");
    a->slippage_bps = (uint16_t)settings_u64(own, "slippage-bps");
    return OK;
}

/* ---- what the node returns ---- */

static enum error blockhash(const char *rpc, uint64_t timeout_ms, struct made *m, struct err *e)
{
    json_t *result = rpc_call(rpc, "getLatestBlockhash",
                              json_pack("[{s:s}]", "commitment", "confirmed"), timeout_ms, e);
    if (!result) return e->code;
    json_t *v = json_object_get(json_object_get(result, "value"), "blockhash");
    m->has_blockhash =
        json_is_string(v) &&
        base58_decode(json_string_value(v), json_string_length(v), m->swap.plan.blockhash.b, 32);
    json_decref(result);
    return m->has_blockhash ? OK : err_set(e, E_PEER, "%s: the answer has no blockhash", rpc);
}

/* One account of the answer; a table that is missing, being closed or none is left out. */
static void take_table(json_t *account, const struct key *address, struct made *m)
{
    struct key owner;
    json_t *o = json_object_get(account, "owner"),
           *data = json_array_get(json_object_get(account, "data"), 0);
    size_t n;
    struct lookup *l = &m->table[m->tables];
    if (!json_is_string(o) ||
        !base58_decode(json_string_value(o), json_string_length(o), owner.b, 32) ||
        !address_is(&owner, address_lookup_table))
        return;
    if (!json_is_string(data) || !base64_bytes(json_string_value(data), json_string_length(data),
                                               m->table_data[m->tables], TABLE_BYTES_MAX, &n))
        return;
    if (core_lookup_read(m->table_data[m->tables], n, l)) return;
    l->address = *address;
    m->tables++;
}

static enum error lookup_tables(const char *rpc, uint64_t timeout_ms, struct made *m, struct err *e)
{
    json_t *keys = json_array(), *accounts;
    for (size_t i = 0; i < m->swap.tables; i++)
        json_array_append_new(keys, tx_view_key(&m->swap.table[i]));
    json_t *result = rpc_call(
        rpc, "getMultipleAccounts",
        json_pack("[o, {s:s, s:s}]", keys, "encoding", "base64", "commitment", "confirmed"),
        timeout_ms, e);
    if (!result) return e->code;
    accounts = json_object_get(result, "value");
    enum error rc =
        json_array_size(accounts) == m->swap.tables
            ? OK
            : err_set(e, E_PEER, "%s: not one account for each that was asked for", rpc);
    for (size_t i = 0; rc == OK && i < m->swap.tables; i++)
        take_table(json_array_get(accounts, i), &m->swap.table[i], m);
    json_decref(result);
    return rc;
}

/* ---- the transaction ---- */

static enum error build(struct made *m, struct err *e)
{
    static uint8_t message[TX_V1_BYTES_MAX];
    size_t n;
    m->swap.plan.payer = m->ask.wallet;
    const char *why = plan_build(&m->swap.plan, BUILD_SMALLEST, m->table, m->tables, message, &n);
    if (why)
        return err_set(e, E_LIMIT, "there is no such transaction: %s%s", why,
                       m->tables < m->swap.tables
                           ? " (some of its lookup tables are not loaded: set --rpc)"
                           : "");
    m->wire[0] = 1; /* the wallet alone: jupiter_check_check */
    memset(m->wire + 1, 0, 64);
    memcpy(m->wire + 65, message, n);
    m->wire_n = 65 + n;
    return OK;
}

/* ---- printing ---- */

static json_t *leg_json(const struct jupiter_check_leg *l)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:i}", "label", l->label, "pool",
                     tx_view_key(&l->amm), "input_mint", tx_view_key(&l->input_mint), "output_mint",
                     tx_view_key(&l->output_mint), "in_amount", tx_view_amount(l->in_raw),
                     "out_amount", tx_view_amount(l->out_raw), "share_bps", l->share_bps);
}

static json_t *quote_json(const struct jupiter_check_quote *q)
{
    json_t *legs = json_array();
    for (size_t i = 0; i < q->legs; i++) json_array_append_new(legs, leg_json(&q->leg[i]));
    return json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:i, s:s, s:o, s:o}", "mode",
        q->exact_out ? "exact_out" : "exact_in", "input_mint", tx_view_key(&q->input_mint),
        "output_mint", tx_view_key(&q->output_mint), "in_amount", tx_view_amount(q->in_raw),
        "out_amount", tx_view_amount(q->out_raw), q->exact_out ? "most_in" : "least_out",
        tx_view_amount(q->limit_raw), "slippage_bps", q->slippage_bps, "price_impact_pct",
        q->impact_pct, "context_slot", tx_view_amount(q->context_slot), "steps", legs);
}

static enum error page_print_json(const struct made *m, const struct tx *t)
{
    json_t *o = json_pack("{s:o, s:o, s:o}", "quote", quote_json(&m->quote), "transaction",
                          rpc_base64(m->wire, m->wire_n), "decoded", tx_view_json(t, NULL));
    json_object_set_new(o, "blockhash",
                        m->has_blockhash ? tx_view_key(&m->swap.plan.blockhash) : json_null());
    json_object_set_new(o, "lookup_tables_left_out",
                        json_integer((json_int_t)(m->swap.tables - m->tables)));
    if (m->swap.trouble[0]) json_object_set_new(o, "warning", json_string(m->swap.trouble));
    json_dumpf(o, stdout, JSON_INDENT(2));
    fputc('\n', stdout);
    json_decref(o);
    return OK;
}

static void print_leg(size_t i, const struct jupiter_check_leg *l)
{
    char share[48], pool[66];
    format_decimal(l->share_bps, 2, share);
    base58_encode(l->amm.b, 32, pool);
    printf("step %-2zu     %s%% by %s: %llu for %llu, pool %s\n", i + 1, share,
           *l->label ? l->label : "(no name)", (unsigned long long)l->in_raw,
           (unsigned long long)l->out_raw, pool);
}

static enum error page_print_text(const struct made *m)
{
    const struct jupiter_check_quote *q = &m->quote;
    printf("gives       %llu%s\n", (unsigned long long)q->in_raw, q->exact_out ? " (quoted)" : "");
    printf("gets        %llu%s\n", (unsigned long long)q->out_raw, q->exact_out ? "" : " (quoted)");
    printf("%s  %llu, slippage %u bps, price impact %s%%\n",
           q->exact_out ? "at most   " : "at least  ", (unsigned long long)q->limit_raw,
           q->slippage_bps, q->impact_pct);
    for (size_t i = 0; i < q->legs; i++) print_leg(i, &q->leg[i]);
    if (m->swap.trouble[0]) printf("warning     Jupiter reports: %s\n", m->swap.trouble);
    if (m->swap.tables > m->tables)
        printf("tables      %zu of %zu are not loaded\n", m->swap.tables - m->tables,
               m->swap.tables);
    if (!m->has_blockhash) printf("blockhash   none: see --rpc\n");
    json_t *b64 = rpc_base64(m->wire, m->wire_n);
    printf("transaction %s\n", json_string_value(b64));
    json_decref(b64);
    return OK;
}

enum error txroute(const struct settings *s, struct err *e)
{
    static struct made m;
    static struct tx t;
    char header[JUPITER_HEADER_MAX];
    const struct section *own = settings_own(s), *shared = settings_section(s, "sluice");
    const char *rpc = *settings_str(own, "rpc") ? settings_str(own, "rpc")
                                                : settings_str(shared, "solana-rpc-url");
    uint64_t timeout_ms = settings_ns(own, "timeout") / NS_PER_MS;
    memset(&m, 0, sizeof m);
    if (!jupiter_header(settings_str(shared, "jupiter-api-key"), header))
        return err_set(e, E_CONFIG, "jupiter-api-key is no key: printable characters, at most %u",
                       JUPITER_HEADER_MAX - 12);
    enum error rc = question(own, &m.ask, e);
    if (rc == OK)
        rc = jupiter_ask(settings_str(own, "jupiter"), header, timeout_ms, &m.ask, &m.quote,
                         &m.swap, e);
    if (rc == OK && *rpc) rc = blockhash(rpc, timeout_ms, &m, e);
    if (rc == OK && *rpc && m.swap.tables) rc = lookup_tables(rpc, timeout_ms, &m, e);
    if (rc == OK) rc = build(&m, e);
    if (rc != OK) return rc;
    const char *why = message_tx_read(m.wire, m.wire_n, &t);
    if (why) return err_set(e, E_INTERNAL, "what was built is not read back: %s", why);
    rc = settings_bool(own, "json") ? page_print_json(&m, &t) : page_print_text(&m);
    return fflush(stdout) != 0 || ferror(stdout) ? operands_stdout_failed(e) : rc;
}
