/* jupiter.c - see jupiter.h. */
#include "execute/tx/io/jupiter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/io/http.h"
#include "common/io/json.h"
#include "common/io/rpc.h"

/* ---- requests ---- */

bool jupiter_header(const char *key, char header[JUPITER_HEADER_MAX])
{
    size_t n = strlen(key);
    header[0] = 0;
    for (size_t i = 0; i < n; i++)
        if (key[i] <= ' ' || key[i] > '~') return false;
    return n == 0 ||
           (size_t)snprintf(header, JUPITER_HEADER_MAX, "x-api-key: %s", key) < JUPITER_HEADER_MAX;
}

bool jupiter_instructions_url(const char *base, char url[JUPITER_URL_MAX])
{
    return (size_t)snprintf(url, JUPITER_URL_MAX, "%s/swap/v1/swap-instructions", base) <
           JUPITER_URL_MAX;
}

bool jupiter_quote_url(const char *base, const struct jupiter_check_ask *a,
                       char url[JUPITER_URL_MAX])
{
    char in[66], out[66], more[64] = "";
    base58_encode(a->input_mint.b, 32, in);
    base58_encode(a->output_mint.b, 32, out);
    if (a->max_accounts) snprintf(more, sizeof more, "&maxAccounts=%u", a->max_accounts);
    /* The second version of the instructions has the amounts in front of the plan: they can be
     * checked whatever venue the plan names. */
    int n = snprintf(url, JUPITER_URL_MAX,
                     "%s/swap/v1/"
                     "quote?inputMint=%s&outputMint=%s&amount=%llu&slippageBps=%u&swapMode=%s&"
                     "onlyDirectRoutes=%s&restrictIntermediateTokens=true&instructionVersion=V2%s",
                     base, in, out, (unsigned long long)a->amount_raw, a->slippage_bps,
                     a->exact_out ? "ExactOut" : "ExactIn", a->direct ? "true" : "false", more);
    return n > 0 && (size_t)n < JUPITER_URL_MAX;
}

static json_t *key_text(const struct key *k)
{
    char text[66];
    base58_encode(k->b, 32, text);
    return json_string(text);
}

char *jupiter_instructions_body(const struct jupiter_check_ask *a, const char *quote, size_t n)
{
    static const struct key none;
    json_error_t je;
    json_t *q = json_loadb(quote, n, JSON_REJECT_DUPLICATES, &je);
    if (!json_is_object(q)) {
        json_decref(q);
        return NULL;
    }
    json_int_t most =
        (json_int_t)(a->max_priority_lamports < INT64_MAX ? a->max_priority_lamports : INT64_MAX);
    json_t *priority = most ? json_pack("{s:{s:s, s:I}}", "priorityLevelWithMaxLamports",
                                        "priorityLevel", "high", "maxLamports", most)
                            : json_integer(0);
    json_t *o = json_pack("{s:o, s:o, s:b, s:b, s:o}", "userPublicKey", key_text(&a->wallet),
                          "quoteResponse", q, "wrapAndUnwrapSol", a->wrap,
                          "dynamicComputeUnitLimit", 1, "prioritizationFeeLamports", priority);
    if (o && !key_equal(&a->destination, &none))
        json_object_set_new(o, "destinationTokenAccount", key_text(&a->destination));
    char *text = o ? json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    json_decref(o);
    return text;
}

/* ---- values of an answer ---- */

/* Where in the answer we are, for messages; fields go by name below it. */
struct place {
    const char *name;
    size_t i;
};

static bool wrong(struct err *e, const struct place *p, const char *field, const char *wants)
{
    if (p->i == SIZE_MAX)
        err_set(e, E_PEER, "Jupiter's answer: %s%s%s: %s", p->name, *p->name ? "." : "", field,
                wants);
    else
        err_set(e, E_PEER, "Jupiter's answer: %s[%zu].%s: %s", p->name, p->i, field, wants);
    return false;
}

static bool get_key(json_t *o, const struct place *p, const char *field, struct key *k,
                    struct err *e)
{
    json_t *v = json_object_get(o, field);
    return (json_is_string(v) &&
            base58_decode(json_string_value(v), json_string_length(v), k->b, 32)) ||
           wrong(e, p, field, "not a key in base58");
}

static bool get_amount(json_t *o, const struct place *p, const char *field, uint64_t *raw,
                       struct err *e)
{
    json_t *v = json_object_get(o, field);
    return (json_is_string(v) && parse_u64(json_string_value(v), json_string_length(v), raw)) ||
           wrong(e, p, field, "not a whole number of 64 bits in a string");
}

/* A JSON integer of 0 to max; absent or null leaves *out when optional. */
static bool get_integer(json_t *o, const struct place *p, const char *field, uint64_t max,
                        bool optional, uint64_t *out, struct err *e)
{
    json_t *v = json_object_get(o, field);
    if (optional && (!v || json_is_null(v))) return true;
    if (!json_is_integer(v) || json_integer_value(v) < 0 || (uint64_t)json_integer_value(v) > max)
        return wrong(e, p, field, "not a whole number in its range");
    *out = (uint64_t)json_integer_value(v);
    return true;
}

static bool get_flag(json_t *o, const struct place *p, const char *field, bool *out, struct err *e)
{
    json_t *v = json_object_get(o, field);
    *out = json_is_true(v);
    return json_is_boolean(v) || wrong(e, p, field, "neither true nor false");
}

/* Text to be shown: printable ASCII, cut to room. */
static void get_shown(json_t *o, const char *field, char *out, size_t room)
{
    const char *s = json_string_value(json_object_get(o, field));
    snprintf(out, room, "%s", s ? s : "");
    for (; *out; out++)
        if (*out < ' ' || *out > '~') *out = '?';
}

static json_t *load(const char *text, size_t n, struct err *e)
{
    json_error_t je;
    json_t *o = json_loadb(text, n, JSON_REJECT_DUPLICATES, &je);
    if (json_is_object(o)) return o;
    json_decref(o);
    err_set(e, E_PEER, "Jupiter's answer is not a JSON object");
    return NULL;
}

/* ---- the quote ---- */

static bool read_leg(json_t *o, size_t i, struct jupiter_check_leg *l, struct err *e)
{
    const struct place p = {"routePlan", i};
    json_t *info = json_object_get(o, "swapInfo");
    uint64_t percent = 0, bps = BPS_ONE + 1;
    if (!json_is_object(info)) return wrong(e, &p, "swapInfo", "missing");
    if (!get_key(info, &p, "ammKey", &l->amm, e) ||
        !get_key(info, &p, "inputMint", &l->input_mint, e) ||
        !get_key(info, &p, "outputMint", &l->output_mint, e))
        return false;
    if (!get_amount(info, &p, "inAmount", &l->in_raw, e) ||
        !get_amount(info, &p, "outAmount", &l->out_raw, e))
        return false;
    if (!get_integer(o, &p, "bps", BPS_ONE, true, &bps, e) ||
        !get_integer(o, &p, "percent", 100, bps <= BPS_ONE, &percent, e))
        return false;
    l->share_bps = (uint16_t)(bps <= BPS_ONE ? bps : percent * 100);
    get_shown(info, "label", l->label, sizeof l->label);
    return true;
}

static bool read_legs(json_t *list, struct jupiter_check_quote *q, struct err *e)
{
    const struct place p = {"", SIZE_MAX};
    size_t i;
    json_t *leg;
    if (!json_is_array(list) || json_array_size(list) == 0 ||
        json_array_size(list) > JUPITER_CHECK_LEGS_MAX)
        return wrong(e, &p, "routePlan", "not a list of 1 to 32 steps");
    json_array_foreach(list, i, leg) if (!read_leg(leg, i, &q->leg[i], e)) return false;
    q->legs = json_array_size(list);
    return true;
}

static bool read_mode(json_t *o, const struct place *p, bool *exact_out, struct err *e)
{
    const char *mode = json_string_value(json_object_get(o, "swapMode"));
    if (!mode || (strcmp(mode, "ExactIn") != 0 && strcmp(mode, "ExactOut") != 0))
        return wrong(e, p, "swapMode", "neither ExactIn nor ExactOut");
    *exact_out = strcmp(mode, "ExactOut") == 0;
    return true;
}

static bool read_fee(json_t *fee, struct jupiter_check_quote *q, struct err *e)
{
    const struct place p = {"platformFee", SIZE_MAX};
    uint64_t bps = 0;
    if (!fee || json_is_null(fee)) return true;
    if (!json_is_object(fee)) return wrong(e, &p, "feeBps", "missing");
    if (!get_integer(fee, &p, "feeBps", BPS_ONE, true, &bps, e)) return false;
    q->platform_fee_bps = (uint16_t)bps;
    return true;
}

static bool read_quote(json_t *o, struct jupiter_check_quote *q, struct err *e)
{
    const struct place p = {"", SIZE_MAX};
    uint64_t slippage = 0;
    if (!get_key(o, &p, "inputMint", &q->input_mint, e) ||
        !get_key(o, &p, "outputMint", &q->output_mint, e))
        return false;
    if (!get_amount(o, &p, "inAmount", &q->in_raw, e) ||
        !get_amount(o, &p, "outAmount", &q->out_raw, e) ||
        !get_amount(o, &p, "otherAmountThreshold", &q->limit_raw, e))
        return false;
    if (!get_integer(o, &p, "slippageBps", BPS_ONE, false, &slippage, e) ||
        !get_integer(o, &p, "contextSlot", INT64_MAX, true, &q->context_slot, e))
        return false;
    q->slippage_bps = (uint16_t)slippage;
    get_shown(o, "priceImpactPct", q->impact_pct, sizeof q->impact_pct);
    return read_mode(o, &p, &q->exact_out, e) &&
           read_fee(json_object_get(o, "platformFee"), q, e) &&
           read_legs(json_object_get(o, "routePlan"), q, e);
}

enum error jupiter_quote_read(const char *text, size_t n, struct jupiter_check_quote *q,
                              struct err *e)
{
    memset(q, 0, sizeof *q);
    json_t *o = load(text, n, e);
    if (!o) return E_PEER;
    bool good = read_quote(o, q, e);
    json_decref(o);
    return good ? OK : E_PEER;
}

/* ---- the instructions ---- */

static bool read_accounts(json_t *list, const struct place *p, struct ix *x, struct err *e)
{
    size_t i;
    json_t *a;
    if (!json_is_array(list) || json_array_size(list) > IX_ACCOUNTS_MAX)
        return wrong(e, p, "accounts", "not a list of at most 64");
    json_array_foreach(list, i, a)
    {
        struct key k;
        bool signer, writable;
        if (!get_key(a, p, "pubkey", &k, e) || !get_flag(a, p, "isSigner", &signer, e) ||
            !get_flag(a, p, "isWritable", &writable, e))
            return false;
        ix_account(x, &k,
                   (uint8_t)((signer ? ACCOUNT_SIGNER : 0) | (writable ? ACCOUNT_WRITABLE : 0)));
    }
    return true;
}

static bool read_instruction(json_t *o, const struct place *p, struct plan *plan, struct err *e)
{
    struct key program;
    uint8_t data[IX_DATA_MAX];
    size_t n;
    json_t *v = json_object_get(o, "data");
    if (plan->count == PLAN_IX_MAX) return wrong(e, p, "programId", "more than 24 instructions");
    if (!get_key(o, p, "programId", &program, e)) return false;
    struct ix *x = plan_add(plan, &program);
    if (!json_is_string(v) ||
        !base64_bytes(json_string_value(v), json_string_length(v), data, sizeof data, &n))
        return wrong(e, p, "data", "not base64 of at most 1,024 bytes");
    ix_bytes(x, data, n);
    return read_accounts(json_object_get(o, "accounts"), p, x, e);
}

static bool read_list(json_t *o, const char *name, struct plan *plan, uint8_t *count, struct err *e)
{
    const struct place whole = {"", SIZE_MAX};
    json_t *list = json_object_get(o, name), *x;
    size_t i;
    if (!list || json_is_null(list)) return true;
    if (!json_is_array(list)) return wrong(e, &whole, name, "not a list");
    json_array_foreach(list, i, x)
    {
        const struct place p = {name, i};
        if (!read_instruction(x, &p, plan, e)) return false;
        (*count)++;
    }
    return true;
}

static bool read_one(json_t *o, const char *name, struct plan *plan, uint8_t *count, struct err *e)
{
    const struct place p = {name, SIZE_MAX};
    json_t *x = json_object_get(o, name);
    if (!x || json_is_null(x)) return true;
    (*count)++;
    return read_instruction(x, &p, plan, e);
}

static bool read_tables(json_t *list, struct jupiter_check_swap *s, struct err *e)
{
    const struct place p = {"", SIZE_MAX};
    size_t i;
    json_t *v;
    if (!list || json_is_null(list)) return true;
    if (!json_is_array(list) || json_array_size(list) > JUPITER_CHECK_TABLES_MAX)
        return wrong(e, &p, "addressLookupTableAddresses", "not a list of at most 16");
    json_array_foreach(
        list, i,
        v) if (!json_is_string(v) ||
               !base58_decode(json_string_value(v), json_string_length(v), s->table[s->tables++].b,
                              32)) return wrong(e, &p, "addressLookupTableAddresses",
                                                "not keys in base58");
    return true;
}

static void read_trouble(json_t *error, struct jupiter_check_swap *s)
{
    if (!error || json_is_null(error)) return;
    get_shown(error, "error", s->trouble, sizeof s->trouble);
    if (!s->trouble[0]) snprintf(s->trouble, sizeof s->trouble, "its simulation failed");
}

static bool read_swap(json_t *o, struct jupiter_check_swap *s, struct err *e)
{
    const struct place whole = {"", SIZE_MAX};
    uint8_t swaps = 0;
    json_t *ledger = json_object_get(o, "tokenLedgerInstruction");
    if (ledger && !json_is_null(ledger))
        return wrong(e, &whole, "tokenLedgerInstruction", "was not requested");
    if (!read_list(o, "computeBudgetInstructions", &s->plan, &s->budget, e) ||
        !read_list(o, "setupInstructions", &s->plan, &s->setup, e))
        return false;
    if (!read_one(o, "swapInstruction", &s->plan, &swaps, e)) return false;
    if (swaps == 0) return wrong(e, &whole, "swapInstruction", "missing");
    if (!read_one(o, "cleanupInstruction", &s->plan, &s->cleanup, e) ||
        !read_list(o, "otherInstructions", &s->plan, &s->others, e))
        return false;
    read_trouble(json_object_get(o, "simulationError"), s);
    return read_tables(json_object_get(o, "addressLookupTableAddresses"), s, e);
}

enum error jupiter_instructions_read(const char *text, size_t n, struct jupiter_check_swap *s,
                                     struct err *e)
{
    memset(s, 0, sizeof *s);
    json_t *o = load(text, n, e);
    if (!o) return E_PEER;
    bool good = read_swap(o, s, e);
    json_decref(o);
    return good ? OK : E_PEER;
}

/* ---- the exchange ---- */

enum error jupiter_refused(long status, uint64_t retry_after_s, const char *text, size_t n,
                           struct err *e)
{
    char said[160] = "", later[60] = "";
    json_error_t je;
    json_t *o = json_loadb(text, n, 0, &je);
    get_shown(o, "error", said, sizeof said);
    if (!said[0]) get_shown(o, "message", said, sizeof said);
    json_decref(o);
    if (retry_after_s)
        snprintf(later, sizeof later, "; it may be asked again in %llu s",
                 (unsigned long long)retry_after_s);
    const char *hint = status == 401 || status == 403 ? ": it needs a key, set jupiter-api-key"
                       : status == 429                ? ": too many requests"
                                                      : "";
    return err_set(e, E_PEER, "Jupiter answers %ld%s%s%s%s", status, hint, *said ? ": " : "", said,
                   later);
}

/* One request; the reply is valid until the next on the pool. */
static enum error call(struct http_pool *pool, const char *url, const char *body,
                       const char *header, uint64_t timeout_ms, struct http_reply *r, struct err *e)
{
    if (!http_pool_start(pool, &(struct http_post){.url = url,
                                                   .body = body,
                                                   .n = body ? strlen(body) : 0,
                                                   .header = *header ? header : NULL,
                                                   .timeout_ms = timeout_ms}))
        return err_set(e, E_INTERNAL, "the request does not start");
    while (!http_pool_wait(pool, NULL, 0, timeout_ms + 1000, r)) continue;
    if (r->why[0]) return err_set(e, E_PEER, "Jupiter: %s", r->why);
    return r->status == 200 ? OK : jupiter_refused(r->status, r->retry_after_s, r->body, r->n, e);
}

static enum error exchange(struct http_pool *pool, const char *base, const char *header,
                           uint64_t timeout_ms, const struct jupiter_check_ask *a,
                           struct jupiter_check_quote *q, struct jupiter_check_swap *s,
                           struct err *e)
{
    char url[JUPITER_URL_MAX], why[200];
    struct http_reply r;
    if (!jupiter_quote_url(base, a, url))
        return err_set(e, E_CONFIG, "the URL of Jupiter is too long");
    enum error rc = call(pool, url, NULL, header, timeout_ms, &r, e);
    if (rc == OK) rc = jupiter_quote_read(r.body, r.n, q, e);
    if (rc != OK) return rc;
    if (!jupiter_check_quote_check(a, q, why))
        return err_set(e, E_MISMATCH, "Jupiter's answer is not to the question: %s", why);
    char *body = jupiter_instructions_body(a, r.body, r.n);
    if (!body || !jupiter_instructions_url(base, url))
        rc = err_set(e, E_INTERNAL, "the quote cannot be sent back");
    if (rc == OK) rc = call(pool, url, body, header, timeout_ms, &r, e);
    free(body);
    if (rc == OK) rc = jupiter_instructions_read(r.body, r.n, s, e);
    if (rc == OK && !jupiter_check_check(a, q, s, why))
        rc = err_set(e, E_MISMATCH, "Jupiter's answer is not to the question: %s", why);
    return rc;
}

enum error jupiter_ask(const char *base, const char *header, uint64_t timeout_ms,
                       const struct jupiter_check_ask *a, struct jupiter_check_quote *q,
                       struct jupiter_check_swap *s, struct err *e)
{
    struct http_pool *pool = http_pool_open(1, JUPITER_ANSWER_MAX);
    if (!pool) return err_set(e, E_INTERNAL, "out of memory");
    enum error rc = exchange(pool, base, header, timeout_ms, a, q, s, e);
    http_pool_close(pool);
    return rc;
}
