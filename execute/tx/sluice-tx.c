/* sluice-tx - transactions by hand: read one, build one from a description, have a node simulate
 * one, have Jupiter route one. Must not: sign or send; that is sluice-sign's and sluice-execute's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/rpc.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
#include "execute/tx/io/tx_answer.h"
#include "execute/tx/io/tx_build.h"
#include "execute/tx/io/tx_input.h"
#include "execute/tx/io/tx_route.h"
#include "execute/tx/io/tx_view.h"

#define TEXT_MAX (1024u * 1024u)

static char text[TEXT_MAX + 1];
static uint8_t bytes[TX_V1_BYTES_MAX];

/* Print a view as text or JSON; the view is released. */
static enum error print_view(json_t *view, const struct settings *s, struct err *e)
{
    if (settings_bool(settings_own(s), "json")) {
        json_dumpf(view, stdout, JSON_INDENT(2));
        fputc('\n', stdout);
    } else
        tx_view_text(view, stdout);
    json_decref(view);
    return fflush(stdout) != 0 || ferror(stdout) ? operands_stdout_failed(e) : OK;
}

static enum error show(const struct tx *t, const struct settings *s, struct err *e)
{
    return print_view(tx_view_json(t, NULL), s, e);
}

static enum error build(const struct settings *s, const char *path, struct err *e)
{
    static struct tx t;
    size_t n;
    enum error rc = tx_input_read(path, text, TEXT_MAX, &n, e);
    if (rc == OK) rc = tx_build_json(text, n, bytes, &n, e);
    if (rc != OK) return rc;
    const char *why = message_tx_read(bytes, n, &t);
    if (why) return err_set(e, E_INTERNAL, "what was built is not read back: %s", why);
    if (settings_bool(settings_own(s), "json")) return show(&t, s, e);
    json_t *b64 = rpc_base64(bytes, n);
    printf("%s\n", json_string_value(b64));
    json_decref(b64);
    return fflush(stdout) != 0 ? operands_stdout_failed(e) : OK;
}

/* Whose error number is it: the program of the instruction that failed. */
static void explain(const struct tx *t, json_t *err)
{
    json_t *pair = json_object_get(err, "InstructionError"),
           *custom = json_object_get(json_array_get(pair, 1), "Custom");
    json_int_t i = json_integer_value(json_array_get(pair, 0));
    char *as_text = json_dumps(err, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *why = json_is_integer(custom) && i >= 0 && i < t->message.ix_count
                          ? tx_view_error(message_key(&t->message, NULL, t->message.ix[i].program),
                                          (uint32_t)json_integer_value(custom))
                          : NULL;
    printf("fails       %s%s%s\n", as_text, why ? ": " : "", why ? why : "");
    free(as_text);
}

/* A transaction that was executed: what it is, then what became of it. */
static enum error show_answer(const struct settings *s, size_t n, struct err *e)
{
    static struct tx_answer a;
    enum error rc = tx_answer_read(text, n, &a, e);
    if (rc == OK) rc = print_view(tx_answer_json(&a), s, e);
    if (rc == OK && !settings_bool(settings_own(s), "json")) {
        printf("executed    slot %llu, %llu lamports, %llu compute units\n",
               (unsigned long long)a.view.slot, (unsigned long long)a.view.fee_lamports,
               (unsigned long long)a.view.units);
        if (a.err)
            explain(&a.store.tx, a.err);
        else
            printf("succeeds\n");
        if (fflush(stdout) != 0) rc = operands_stdout_failed(e);
    }
    json_decref(a.err);
    return rc;
}

static enum error decode(const struct settings *s, const char *path, struct err *e)
{
    static struct tx t;
    const char *encoding = settings_str(settings_own(s), "encoding");
    size_t n;
    enum error rc = tx_input_read(path, text, TEXT_MAX, &n, e);
    if (rc != OK) return rc;
    if (strcmp(encoding, "auto") == 0 && tx_answer_is(text, n)) return show_answer(s, n, e);
    rc = tx_input_tx(encoding, text, n, bytes, &t, e);
    return rc == OK ? show(&t, s, e) : rc;
}

static void print_simulation(const struct tx *t, json_t *value)
{
    json_t *err = json_object_get(value, "err"), *line;
    size_t i;
    if (err && !json_is_null(err))
        explain(t, err);
    else
        printf("succeeds\n");
    printf("units       %lld\n",
           (long long)json_integer_value(json_object_get(value, "unitsConsumed")));
    json_array_foreach(json_object_get(value, "logs"), i, line)
    {
        char plain[400];
        snprintf(plain, sizeof plain, "%s", json_string_value(line) ? json_string_value(line) : "");
        text_one_line(plain);
        printf("  %s\n", plain);
    }
}

static enum error simulate(const struct settings *s, const char *path, struct err *e)
{
    static struct tx t;
    size_t n;
    const char *url = *settings_str(settings_own(s), "rpc")
                          ? settings_str(settings_own(s), "rpc")
                          : settings_str(settings_section(s, "sluice"), "solana-rpc-url");
    if (!*url)
        return err_set(
            e, E_CONFIG,
            "no node to ask: give --rpc, or set solana-rpc-url in [sluice], or SOLANA_RPC_URL");
    enum error rc = tx_input_read(path, text, TEXT_MAX, &n, e);
    if (rc == OK)
        rc = tx_input_tx(settings_str(settings_own(s), "encoding"), text, n, bytes, &t, e);
    if (rc != OK) return rc;
    const uint8_t *end = t.message.version == TX_V1
                             ? (const uint8_t *)(t.signatures + t.signatures_count)
                             : t.message.bytes + t.message.n;
    json_t *params =
        json_pack("[o, {s:s, s:b, s:b, s:s}]", rpc_base64(bytes, (size_t)(end - bytes)), "encoding",
                  "base64", "sigVerify", 0, "replaceRecentBlockhash", 1, "commitment", "processed");
    json_t *result = rpc_call(url, "simulateTransaction", params,
                              settings_ns(settings_own(s), "timeout") / NS_PER_MS, e);
    if (!result) return e->code;
    json_t *value = json_object_get(result, "value"), *err = json_object_get(value, "err");
    if (!json_is_object(value))
        rc = err_set(e, E_PEER, "%s: the answer has no value", url);
    else if (settings_bool(settings_own(s), "json")) {
        json_dumpf(value, stdout, JSON_INDENT(2));
        fputc('\n', stdout);
    } else
        print_simulation(&t, value);
    if (rc == OK && err && !json_is_null(err))
        rc = err_set(e, E_MISMATCH, "the transaction would fail");
    json_decref(result);
    if (fflush(stdout) != 0) return operands_stdout_failed(e);
    return rc;
}

static enum error run(const struct settings *s, struct err *e)
{
    static const struct {
        const char *verb;
        enum error (*run)(const struct settings *, const char *, struct err *);
    } verbs[] = {{"decode", decode}, {"build", build}, {"simulate", simulate}};
    size_t n = settings_operand_count(s);
    if (n < 1 || n > 2)
        return err_set(
            e, E_USAGE,
            "needs decode, build or simulate, and a file (standard input without one); or route");
    if (strcmp(settings_operand(s, 0), "route") == 0)
        return n == 1 ? txroute(s, e) : err_set(e, E_USAGE, "route reads no file");
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        if (strcmp(settings_operand(s, 0), verbs[i].verb) == 0)
            return verbs[i].run(s, n == 2 ? settings_operand(s, 1) : "-", e);
    return err_set(e, E_USAGE, "'%s' is not one of decode, build, simulate, route",
                   settings_operand(s, 0));
}

static const struct tool tool = {.name = "sluice-tx",
                                 .section = "tx",
                                 .purpose = "decode, build, simulate and route transactions",
                                 .operands = "decode|build|simulate [FILE] | route",
                                 .run = run};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
