/* block_json.c - see block_json.h. JSON into the view that common/decode/decode.h reads; nothing is
 * decided here. Must not: know programs or venues. */
#include "ingest/io/block_json.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/io/json.h"
#include "common/decode/decode.h"

#define ARENA_BYTES (1u << 20) /* bytes and account lists of one transaction's instructions */

/* What the view of one transaction points into. */
struct store {
    struct key keys[VIEW_ACCOUNTS_MAX], loaded[VIEW_ACCOUNTS_MAX];
    uint64_t pre[VIEW_ACCOUNTS_MAX], post[VIEW_ACCOUNTS_MAX];
    struct view_token pre_tokens[VIEW_TOKENS_MAX], post_tokens[VIEW_TOKENS_MAX];
    struct view_log logs[VIEW_LOGS_MAX];
    struct view_ix outer[VIEW_IX_MAX], calls[VIEW_IX_MAX], ix[VIEW_IX_MAX];
    struct tx tx;
    size_t used;
    uint8_t arena[ARENA_BYTES];
};

struct block {
    struct import *m;
    struct block_facts *f;
    struct store *s;
    uint64_t ts_ns;
};

/* ---- accounts ---- */

static const char *text_of(json_t *a)
{
    return json_string_value(json_is_object(a) ? json_object_get(a, "pubkey") : a);
}

static bool key_from(json_t *j, struct key *k)
{
    const char *t = text_of(j);
    return t && base58_decode(t, strlen(t), k->b, 32);
}

static const char *read_keys(json_t *array, struct key *to, uint16_t *count)
{
    size_t i;
    json_t *v;
    json_array_foreach(array, i, v)
    {
        if (*count == VIEW_ACCOUNTS_MAX) return "more accounts than are read";
        if (!key_from(v, &to[(*count)++])) return "an account that is no address";
    }
    return NULL;
}

static const char *read_loaded(struct store *s, json_t *meta, struct tx_view *v)
{
    json_t *loaded = json_object_get(meta, "loadedAddresses");
    const char *why = read_keys(json_object_get(loaded, "writable"), s->loaded, &v->loaded_count);
    if (!why) why = read_keys(json_object_get(loaded, "readonly"), s->loaded, &v->loaded_count);
    v->loaded = s->loaded;
    return why                                                   ? why
           : v->keys_count + v->loaded_count > VIEW_ACCOUNTS_MAX ? "more accounts than are read"
                                                                 : NULL;
}

/* ---- instructions ---- */

static uint8_t *take(struct store *s, size_t n)
{
    if (n > ARENA_BYTES - s->used) return NULL;
    uint8_t *p = s->arena + s->used;
    s->used += n;
    return p;
}

/* An account by its index, or by its address as jsonParsed writes it. */
static bool index_of(const struct tx_view *v, json_t *j, uint8_t *out)
{
    struct key k;
    json_int_t i = json_integer_value(j);
    if (json_is_integer(j)) {
        if (i < 0 || i >= (json_int_t)view_accounts(v)) return false;
        *out = (uint8_t)i;
        return true;
    }
    if (!key_from(j, &k)) return false;
    for (unsigned a = 0; a < view_accounts(v); a++)
        if (key_equal(view_key(v, a), &k)) {
            *out = (uint8_t)a;
            return true;
        }
    return false;
}

static const char *read_ix(struct store *s, const struct tx_view *v, json_t *j, unsigned outer,
                           unsigned height, struct view_ix *x)
{
    json_t *accounts = json_object_get(j, "accounts"),
           *program = json_object_get(j, "programIdIndex"), *a;
    const char *data = json_string_value(json_object_get(j, "data"));
    size_t i, n = json_array_size(accounts), len = 0;
    uint8_t *list = n <= 255 ? take(s, n) : NULL,
            *bytes =
                data ? take(s, strlen(data)) : NULL; /* base58 is longer than what it stands for */
    memset(x, 0, sizeof *x);
    if (!data) return "an instruction without its bytes";
    if (!list || !bytes || !base58_decode_any(data, strlen(data), bytes, strlen(data), &len) ||
        len > UINT16_MAX)
        return "an instruction whose bytes are none, or more than are read";
    if (!index_of(v, program ? program : json_object_get(j, "programId"), &x->program))
        return "an instruction of a program that is not there";
    json_array_foreach(
        accounts, i,
        a) if (!index_of(v, a,
                         &list[i])) return "an instruction names an account that is not there";
    x->accounts = list;
    x->accounts_count = (uint8_t)n;
    x->data = bytes;
    x->data_len = (uint16_t)len;
    x->outer = (uint8_t)outer;
    x->height = (uint8_t)(height < 255 ? height : 255);
    return NULL;
}

/* jsonParsed has taken some instructions apart: what they say is not read. */
static bool is_parsed(struct block *b, json_t *j)
{
    if (!json_object_get(j, "parsed")) return false;
    import_note(b->m,
                "an instruction that the node has parsed: ask it for the encoding json or base64");
    return true;
}

static const char *read_calls(struct block *b, struct tx_view *v, json_t *meta, size_t *count)
{
    json_t *set, *j;
    size_t i, k;
    json_array_foreach(json_object_get(meta, "innerInstructions"), i, set)
    {
        json_int_t outer = json_integer_value(json_object_get(set, "index"));
        json_array_foreach(json_object_get(set, "instructions"), k, j)
        {
            json_int_t height = json_integer_value(json_object_get(j, "stackHeight"));
            if (is_parsed(b, j)) continue;
            if (*count == VIEW_IX_MAX) return "more instructions than are read";
            if (outer < 0 || outer > 255) return "calls of an instruction that is not there";
            const char *why = read_ix(b->s, v, j, (unsigned)outer,
                                      height > 1 ? (unsigned)height : 0, &b->s->calls[*count]);
            if (why) return why;
            ++*count;
        }
    }
    return NULL;
}

static const char *read_outer(struct block *b, struct tx_view *v, json_t *message, size_t *count)
{
    json_t *j;
    size_t i;
    json_array_foreach(json_object_get(message, "instructions"), i, j)
    {
        if (is_parsed(b, j)) {
            /* It keeps its place: calls are told by it. */
            b->s->outer[*count] = (struct view_ix){.program = 0,
                                                   .outer = (uint8_t)i,
                                                   .height = 1,
                                                   .accounts = b->s->arena,
                                                   .data = b->s->arena};
            if (++*count == VIEW_IX_MAX) return "more instructions than are read";
            continue;
        }
        if (*count == VIEW_IX_MAX || i > 255) return "more instructions than are read";
        const char *why = read_ix(b->s, v, j, (unsigned)i, 1, &b->s->outer[(*count)++]);
        if (why) return why;
    }
    return NULL;
}

static const char *read_signature(json_t *transaction, struct tx_view *v)
{
    json_t *all = json_object_get(transaction, "signatures");
    const char *sig = json_string_value(json_array_get(all, 0));
    if (!sig || !base58_decode(sig, strlen(sig), v->signature.b, 64))
        return "a transaction without a signature";
    v->signatures = (uint8_t)(json_array_size(all) < 255 ? json_array_size(all) : 255);
    return NULL;
}

/* The encoding json: keys and instructions one by one. */
static const char *read_json(struct block *b, json_t *transaction, json_t *meta, struct tx_view *v)
{
    json_t *message = json_object_get(transaction, "message"),
           *keys = json_object_get(message, "accountKeys");
    size_t outer = 0, calls = 0;
    const char *why = json_is_object(message) ? read_signature(transaction, v)
                                              : "a transaction without meta or message";
    if (!why) why = read_keys(keys, b->s->keys, &v->keys_count);
    v->keys = b->s->keys;
    bool whole = json_is_object(
        json_array_get(keys, 0)); /* jsonParsed lists the looked-up ones among them */
    if (!why && !whole) why = read_loaded(b->s, meta, v);
    if (!why) why = read_outer(b, v, message, &outer);
    if (!why) why = read_calls(b, v, meta, &calls);
    return why ? why
               : view_instructions(v, b->s->outer, outer, b->s->calls, calls, b->s->ix,
                                   VIEW_IX_MAX);
}

/* The encoding base64: the wire bytes. */
static const char *read_base64(struct block *b, json_t *transaction, json_t *meta,
                               struct tx_view *v)
{
    struct store *s = b->s;
    const char *text = json_string_value(json_array_get(transaction, 0)),
               *form = json_string_value(json_array_get(transaction, 1));
    uint8_t *bytes = take(s, TX_V1_BYTES_MAX);
    size_t n, calls = 0;
    if (!text || (form && strcmp(form, "base64") != 0) ||
        !base64_decode(text, strlen(text), bytes, TX_V1_BYTES_MAX, &n))
        return "a transaction that is no base64";
    const char *why = message_tx_read(bytes, n, &s->tx);
    if (why) return why;
    v->keys = s->tx.message.keys;
    v->keys_count = s->tx.message.keys_count; /* calls name accounts by index: known first */
    if ((why = read_loaded(s, meta, v)) || (why = read_calls(b, v, meta, &calls))) return why;
    v->signature = s->tx.signatures[0];
    return view_message(v, &s->tx.message, s->calls, calls, s->ix, VIEW_IX_MAX);
}

/* ---- meta ---- */

/* Lamports of every account, or NULL when they are not all told. */
static const uint64_t *read_lamports(json_t *array, uint64_t *to, unsigned accounts)
{
    if (json_array_size(array) < accounts) return NULL;
    for (unsigned i = 0; i < accounts; i++)
        to[i] = (uint64_t)json_integer_value(json_array_get(array, i));
    return to;
}

static uint16_t read_tokens(json_t *array, struct view_token *to)
{
    uint16_t n = 0;
    size_t i;
    json_t *j;
    json_array_foreach(array, i, j)
    {
        struct view_token t;
        json_t *amount = json_object_get(j, "uiTokenAmount");
        json_int_t account = json_integer_value(json_object_get(j, "accountIndex"));
        const char *raw = json_string_value(json_object_get(amount, "amount"));
        memset(&t, 0, sizeof t);
        if (n == VIEW_TOKENS_MAX || account < 0 || account > 255 ||
            !key_from(json_object_get(j, "mint"), &t.mint))
            continue;
        if (!raw || !parse_u64(raw, strlen(raw), &t.amount_raw)) continue;
        if (!key_from(json_object_get(j, "owner"), &t.owner)) memset(&t.owner, 0, sizeof t.owner);
        if (!key_from(json_object_get(j, "programId"), &t.program))
            memset(&t.program, 0, sizeof t.program);
        t.account = (uint8_t)account;
        t.decimals = (uint8_t)json_integer_value(json_object_get(amount, "decimals"));
        to[n++] = t;
    }
    return n;
}

static uint16_t read_logs(json_t *array, struct view_log *to)
{
    uint16_t n = 0;
    size_t i;
    json_t *j;
    json_array_foreach(array, i, j) if (json_is_string(j) && n < VIEW_LOGS_MAX) to[n++] =
        (struct view_log){json_string_value(j), (uint32_t)json_string_length(j)};
    return n;
}

static void read_meta(struct store *s, json_t *meta, struct tx_view *v)
{
    json_t *err = json_object_get(meta, "err");
    v->failed = err && !json_is_null(err);
    v->fee_lamports = (uint64_t)json_integer_value(json_object_get(meta, "fee"));
    v->units = (uint64_t)json_integer_value(json_object_get(meta, "computeUnitsConsumed"));
    v->pre = read_lamports(json_object_get(meta, "preBalances"), s->pre, view_accounts(v));
    v->post = read_lamports(json_object_get(meta, "postBalances"), s->post, view_accounts(v));
    v->pre_tokens_count = read_tokens(json_object_get(meta, "preTokenBalances"), s->pre_tokens);
    v->post_tokens_count = read_tokens(json_object_get(meta, "postTokenBalances"), s->post_tokens);
    v->pre_tokens = s->pre_tokens;
    v->post_tokens = s->post_tokens;
    v->logs_count = read_logs(json_object_get(meta, "logMessages"), s->logs);
    v->logs = s->logs;
}

/* ---- records ---- */

static void put(void *to, const struct decoded *d)
{
    struct block *b = to;
    struct import_row *r = import_row_of(b->m, d->id);
    b->m->items++;
    if (!r) return;
    r->slot = b->f->slot;
    r->market = d->market;
    r->base_reserve_raw = d->base_reserve_raw;
    r->quote_reserve_raw = d->quote_reserve_raw;
    switch (d->id) {
    case REC_trade: r->u.trade = d->u.trade; break;
    case REC_pool:
        r->u.pool = d->u.pool;
        r->tx_index = d->u.pool.tx_index;
        break;
    case REC_token: r->u.token = d->u.token; break;
    case REC_alert: r->u.alert = d->u.alert; break;
    default:
        r->u.transfer = d->u.transfer;
        r->tx_index = d->u.transfer.tx_index;
        break;
    }
}

static void left_out(void *to, enum decode_out kind, const char *why)
{
    struct block *b = to;
    b->m->items++;
    b->f->unexplained += kind == DECODE_UNEXPLAINED;
    b->f->elsewhere += kind == DECODE_ELSEWHERE;
    if (kind == DECODE_ELSEWHERE)
        import_note(b->m, why);
    else
        import_reject(b->m, why);
}

static void note_money(struct block_facts *f, const struct tx_view *v)
{
    struct block_fee fee = {view_priority(v), v->units, view_tip(v)};
    bool vote = view_is_vote(v);
    f->failed += v->failed;
    f->votes += vote;
    f->base_fees_lamports += v->fee_lamports - fee.priority_lamports;
    f->priority_fees_lamports += fee.priority_lamports;
    f->tips_lamports += fee.tip_lamports;
    f->tipped += fee.tip_lamports != 0;
    if (vote) return;
    if (f->fees_count < BLOCK_FEES_MAX)
        f->fees[f->fees_count++] = fee;
    else
        f->fees_left_out++;
}

static void read_tx(struct block *b, json_t *item, uint32_t index)
{
    struct tx_view v = {.slot = b->f->slot, .ts_ns = b->ts_ns, .index = index};
    struct decode_sink sink = {b, put, left_out};
    json_t *transaction = json_object_get(item, "transaction"),
           *meta = json_object_get(item, "meta");
    b->f->txs++;
    b->s->used = 0;
    const char *why = !json_is_object(meta)        ? "a transaction without meta or message"
                      : json_is_array(transaction) ? read_base64(b, transaction, meta, &v)
                                                   : read_json(b, transaction, meta, &v);
    if (why) {
        import_reject(b->m, why);
        return;
    }
    read_meta(b->s, meta, &v);
    note_money(b->f, &v);
    decode(&v, &b->m->drift, &sink);
}

static enum error read_all(struct block *b, json_t *root, struct err *e)
{
    json_t *block = json_object_get(root, "result") ? json_object_get(root, "result") : root,
           *txs = json_object_get(block, "transactions");
    bool one = !txs && json_object_get(block, "transaction");
    if (!json_is_array(txs) && !one)
        return err_set(e, E_FORMAT, "no block: there is no list of transactions");
    if (one && !json_is_integer(json_object_get(block, "slot")))
        return err_set(e, E_FORMAT, "a transaction without its slot");
    b->f->slot =
        (uint64_t)json_integer_value(json_object_get(block, one ? "slot" : "parentSlot")) + !one;
    b->f->time_s = (uint64_t)json_integer_value(json_object_get(block, "blockTime"));
    b->ts_ns = b->f->time_s * NS_PER_S;
    if (one)
        read_tx(b, block, (uint32_t)json_integer_value(json_object_get(block, "transactionIndex")));
    for (size_t i = 0; i < json_array_size(txs); i++)
        read_tx(b, json_array_get(txs, i), (uint32_t)i);
    return OK;
}

enum error block_json_import(struct import *m, const char *text, size_t n, struct block_facts *f,
                             struct err *e)
{
    json_error_t je;
    memset(f, 0, offsetof(struct block_facts, fees));
    json_t *root = json_loadb(text, n, 0, &je);
    if (!root) return err_set(e, E_FORMAT, "no JSON: line %d: %s", je.line, je.text);
    struct block b = {m, f, malloc(sizeof *b.s), 0};
    enum error rc =
        b.s ? read_all(&b, root, e) : err_set(e, E_LIMIT, "out of memory for a transaction");
    free(b.s);
    json_decref(root);
    return rc;
}
