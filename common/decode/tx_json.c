/* tx_json.c - see tx_json.h. Two steps, because a node writes meta before the transaction that meta
 * refers to: find the text of every member in one pass, then read the members in order. */
#include "common/decode/tx_json.h"

#include <string.h>

#include "common/base/text.h"

static const char malformed[] = "malformed JSON";

/* ---- members ---- */

/* One name, and where its text goes. */
struct member {
    const char *name;
    size_t at; /* offset in struct tx_json_parts */
};
#define MEMBER(name, field)                         \
    {                                               \
        name, offsetof(struct tx_json_parts, field) \
    }

static void keep(struct tx_json_parts *p, const struct member *names, size_t count,
                 struct slice key, struct slice value)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(key, names[i].name)) memcpy((char *)p + names[i].at, &value, sizeof value);
}

/* Read the members of the object at s. A value that is no object (null) is passed. */
static bool find_members(struct scan *s, struct tx_json_parts *p, const struct member *names,
                         size_t count)
{
    struct slice key, value;
    if (!scan_enter(s, '{')) return scan_value(s, NULL);
    while (scan_member(s, &key, &value)) keep(p, names, count, key, value);
    return !s->bad;
}

static bool find_loaded(struct scan *s, struct tx_json_parts *p)
{
    static const struct member names[] = {MEMBER("writable", loaded_writable),
                                          MEMBER("readonly", loaded_readonly)};
    return find_members(s, p, names, COUNT_OF(names));
}

static bool find_meta(struct scan *s, struct tx_json_parts *p)
{
    static const struct member names[] = {MEMBER("err", err),
                                          MEMBER("fee", fee),
                                          MEMBER("computeUnitsConsumed", units),
                                          MEMBER("preBalances", pre),
                                          MEMBER("postBalances", post),
                                          MEMBER("preTokenBalances", pre_tokens),
                                          MEMBER("postTokenBalances", post_tokens),
                                          MEMBER("logMessages", logs),
                                          MEMBER("innerInstructions", calls)};
    struct slice key, value;
    p->meta = (struct slice){s->p, 1};
    if (!scan_enter(s, '{')) {
        p->meta.n = 0;
        return scan_value(s, NULL);
    }
    while (scan_key(s, &key)) {
        if (slice_is(key, "loadedAddresses")) {
            if (!find_loaded(s, p)) return false;
        } else if (scan_value(s, &value))
            keep(p, names, COUNT_OF(names), key, value);
    }
    return !s->bad;
}

static bool find_transaction(struct scan *s, struct tx_json_parts *p)
{
    static const struct member names[] = {
        MEMBER("header", header), MEMBER("accountKeys", keys), MEMBER("recentBlockhash", blockhash),
        MEMBER("instructions", instructions), MEMBER("addressTableLookups", lookups)};
    struct slice key;
    if (!scan_enter(s, '{')) return scan_value(s, &p->wire);
    while (scan_key(s, &key)) {
        if (slice_is(key, "message")) {
            if (!find_members(s, p, names, COUNT_OF(names))) return false;
        } else if (!scan_value(s, slice_is(key, "signatures") ? &p->signatures : NULL))
            return false;
    }
    return !s->bad;
}

bool tx_json_find(struct scan *s, struct tx_json_parts *p)
{
    struct slice key;
    memset(p, 0, sizeof *p);
    if (!scan_enter(s, '{')) return false;
    while (scan_key(s, &key)) {
        bool ok = slice_is(key, "meta")          ? find_meta(s, p)
                  : slice_is(key, "transaction") ? find_transaction(s, p)
                  : slice_is(key, "version")     ? scan_value(s, &p->version)
                                                 : scan_value(s, NULL);
        if (!ok) return false;
    }
    return !s->bad;
}

/* ---- lists ---- */

/* Enter a list; a missing one and null are empty. False when there is nothing to read, *why then
 * says whether that is an error. */
static bool enter_list(struct slice v, struct scan *s, const char **why)
{
    *why = NULL;
    if (slice_is_null(v)) return false;
    *s = scan_of(v);
    if (scan_enter(s, '[')) return true;
    *why = "a list that is something else";
    return false;
}

static const char *list_end(const struct scan *s) { return s->bad ? malformed : NULL; }

static uint8_t *take(struct tx_json *t, size_t n)
{
    if (n > TX_JSON_ARENA - t->used) return NULL;
    uint8_t *p = t->arena + t->used;
    t->used += n;
    return p;
}

/* ---- accounts ---- */

/* An address, or the object with a pubkey that jsonParsed writes. */
static bool read_key(struct slice v, struct key *k)
{
    struct slice name, value, pubkey = {NULL, 0};
    struct scan s = scan_of(v);
    if (!scan_enter(&s, '{')) return slice_base58(v, k->b, 32);
    while (scan_member(&s, &name, &value))
        if (slice_is(name, "pubkey")) pubkey = value;
    return !s.bad && slice_base58(pubkey, k->b, 32);
}

static const char *read_keys(struct slice list, struct key *to, uint16_t *count)
{
    struct scan s;
    struct slice v;
    const char *why;
    if (!enter_list(list, &s, &why)) return why;
    while (scan_element(&s, &v)) {
        if (*count == VIEW_ACCOUNTS_MAX) return "more accounts than are read";
        if (!read_key(v, &to[(*count)++])) return "an account is not an address";
    }
    return list_end(&s);
}

static const char *read_loaded(struct tx_json *t, struct tx_view *v)
{
    const char *why = read_keys(t->parts.loaded_writable, t->loaded, &v->loaded_count);
    if (!why) why = read_keys(t->parts.loaded_readonly, t->loaded, &v->loaded_count);
    v->loaded = t->loaded;
    if (!why && v->keys_count + v->loaded_count > VIEW_ACCOUNTS_MAX)
        why = "more accounts than are read";
    return why;
}

bool tx_json_is_parsed(const struct tx_json *t)
{
    struct scan s = scan_of(t->parts.keys);
    struct slice v;
    return scan_enter(&s, '[') && scan_element(&s, &v) && v.p[0] == '{';
}

/* An account by its index, or by its address as jsonParsed writes it. */
static bool read_index(const struct tx_view *v, struct slice value, uint8_t *out)
{
    struct key k;
    uint64_t i;
    if (slice_u64(value, &i)) {
        if (i >= view_accounts(v)) return false;
        *out = (uint8_t)i;
        return true;
    }
    if (!slice_base58(value, k.b, 32)) return false;
    for (unsigned a = 0; a < view_accounts(v); a++)
        if (key_equal(view_key(v, a), &k)) {
            *out = (uint8_t)a;
            return true;
        }
    return false;
}

/* ---- instructions ---- */

struct ix_text {
    struct slice program, accounts, data, height;
    bool parsed;
};

static bool find_ix(struct slice v, struct ix_text *x)
{
    struct scan s = scan_of(v);
    struct slice key, value;
    memset(x, 0, sizeof *x);
    if (!scan_enter(&s, '{')) return false;
    while (scan_member(&s, &key, &value)) {
        if (slice_is(key, "programIdIndex"))
            x->program = value;
        else if (slice_is(key, "programId") && !x->program.n)
            x->program = value;
        else if (slice_is(key, "accounts"))
            x->accounts = value;
        else if (slice_is(key, "data"))
            x->data = value;
        else if (slice_is(key, "stackHeight"))
            x->height = value;
        else if (slice_is(key, "parsed"))
            x->parsed = true;
    }
    return !s.bad;
}

static const char *read_accounts(struct tx_json *t, const struct tx_view *v, struct slice list,
                                 struct view_ix *x)
{
    struct scan s;
    struct slice value;
    const char *why;
    x->accounts = t->arena + t->used;
    if (!enter_list(list, &s, &why)) return why;
    while (scan_element(&s, &value)) {
        uint8_t *to = x->accounts_count < 255 ? take(t, 1) : NULL;
        if (!to) return "an instruction names more accounts than are read";
        if (!read_index(v, value, to)) return "an instruction names an account that is missing";
        x->accounts_count++;
    }
    return list_end(&s);
}

static const char *read_data(struct tx_json *t, struct slice value, struct view_ix *x)
{
    struct slice text;
    size_t n = 0;
    if (!slice_string(value, &text)) return "an instruction has no data";
    size_t max = text.n < BASE58_ANY_MAX ? text.n : BASE58_ANY_MAX; /* base58 is the longer form */
    uint8_t *to = take(t, max);
    if (!to || !base58_decode_any(text.p, text.n, to, max, &n))
        return "instruction data is malformed or longer than 4,096 bytes";
    x->data = to;
    x->data_len = (uint16_t)n;
    return NULL;
}

static const char *read_ix(struct tx_json *t, const struct tx_view *v, const struct ix_text *text,
                           struct view_ix *x)
{
    if (!read_index(v, text->program, &x->program))
        return "an instruction of a program that is missing";
    const char *why = read_data(t, text->data, x);
    return why ? why : read_accounts(t, v, text->accounts, x);
}

static const char *read_outer(struct tx_json *t, const struct tx_view *v, size_t *count)
{
    struct scan s;
    struct slice value;
    struct ix_text text;
    const char *why;
    if (!enter_list(t->parts.instructions, &s, &why)) return why;
    while (scan_element(&s, &value)) {
        if (*count == VIEW_IX_MAX) return "more instructions than are read";
        struct view_ix *x = &t->outer[*count];
        *x = (struct view_ix){
            .outer = (uint8_t)*count, .height = 1, .accounts = t->arena, .data = t->arena};
        ++*count;
        if (!find_ix(value, &text)) return malformed;
        t->parsed += text.parsed;
        t->parsed_ix[*count - 1] = text.parsed ? value : (struct slice){NULL, 0};
        if (!text.parsed && (why = read_ix(t, v, &text, x))) return why;
    }
    return list_end(&s);
}

/* The calls of one outer instruction. */
static const char *read_set(struct tx_json *t, const struct tx_view *v, struct slice list,
                            uint8_t outer, size_t *count)
{
    struct scan s;
    struct slice value;
    struct ix_text text;
    const char *why;
    uint64_t height;
    if (!enter_list(list, &s, &why)) return why;
    while (scan_element(&s, &value)) {
        if (!find_ix(value, &text)) return malformed;
        t->parsed += text.parsed;
        if (text.parsed) continue;
        if (*count == VIEW_IX_MAX) return "more instructions than are read";
        struct view_ix *x = &t->calls[(*count)++];
        *x = (struct view_ix){.outer = outer};
        if (slice_u64(text.height, &height) && height > 1)
            x->height = (uint8_t)(height < 255 ? height : 255);
        if ((why = read_ix(t, v, &text, x))) return why;
    }
    return list_end(&s);
}

static const char *read_calls(struct tx_json *t, const struct tx_view *v, size_t *count)
{
    struct scan s, o;
    struct slice set, key, value, list, index;
    const char *why;
    uint64_t outer;
    if (!enter_list(t->parts.calls, &s, &why)) return why;
    while (scan_element(&s, &set)) {
        o = scan_of(set);
        list = index = (struct slice){NULL, 0};
        if (!scan_enter(&o, '{')) return malformed;
        while (scan_member(&o, &key, &value)) {
            if (slice_is(key, "index")) index = value;
            if (slice_is(key, "instructions")) list = value;
        }
        if (o.bad) return malformed;
        if (!slice_u64(index, &outer) || outer > 255)
            return "calls of an instruction that is missing";
        if ((why = read_set(t, v, list, (uint8_t)outer, count))) return why;
    }
    return list_end(&s);
}

/* ---- the two forms of a transaction ---- */

static const char *read_signature(struct slice list, struct tx_view *v)
{
    struct scan s = scan_of(list);
    struct slice value;
    unsigned n = 0;
    if (!scan_enter(&s, '[')) return "a transaction without a signature";
    for (; scan_element(&s, &value); n++)
        if (n == 0 && !slice_base58(value, v->signature.b, 64))
            return "a signature is not base58 of 64 bytes";
    v->signatures = (uint8_t)(n < 255 ? n : 255);
    if (s.bad) return malformed;
    return n ? NULL : "a transaction without a signature";
}

/* json and jsonParsed: keys and instructions one by one. */
static const char *read_members(struct tx_json *t, struct tx_view *v)
{
    size_t outer = 0, calls = 0;
    if (!t->parts.keys.n) return "a transaction without meta or message";
    const char *why = read_signature(t->parts.signatures, v);
    if (!why) why = read_keys(t->parts.keys, t->keys, &v->keys_count);
    v->keys = t->keys;
    if (!why && !tx_json_is_parsed(t)) why = read_loaded(t, v);
    if (!why) why = read_outer(t, v, &outer);
    if (!why) why = read_calls(t, v, &calls);
    return why ? why : view_instructions(v, t->outer, outer, t->calls, calls, t->ix, VIEW_IX_MAX);
}

/* The bytes of [TEXT, "base64" or "base58"], or of bare base58 text (the old encoding "binary"). */
static bool read_wire_bytes(struct slice v, uint8_t *bytes, size_t *n)
{
    struct scan s = scan_of(v);
    struct slice first = v, second = {NULL, 0}, text, form = {"base58", 6};
    if (scan_enter(&s, '[')) {
        form = (struct slice){"base64", 6};
        if (!scan_element(&s, &first)) return false;
        if (scan_element(&s, &second) && !slice_string(second, &form)) return false;
        if (s.bad) return false;
    }
    if (!slice_string(first, &text)) return false;
    if (slice_is(form, "base64")) return base64_decode(text.p, text.n, bytes, TX_V1_BYTES_MAX, n);
    return slice_is(form, "base58") && base58_decode_any(text.p, text.n, bytes, TX_V1_BYTES_MAX, n);
}

static const char *read_wire(struct tx_json *t, struct tx_view *v)
{
    uint8_t *bytes = take(t, TX_V1_BYTES_MAX);
    size_t n, calls = 0;
    if (!bytes || !read_wire_bytes(t->parts.wire, bytes, &n))
        return "a transaction that is neither base64 nor base58";
    const char *why = message_tx_read(bytes, n, &t->tx);
    if (why) return why;
    t->on_wire = true;
    v->keys = t->tx.message.keys; /* calls name accounts by index, so keys come first */
    v->keys_count = t->tx.message.keys_count;
    why = read_loaded(t, v);
    if (!why) why = read_calls(t, v, &calls);
    if (why) return why;
    v->signature = t->tx.signatures[0];
    return view_message(v, &t->tx.message, t->calls, calls, t->ix, VIEW_IX_MAX);
}

/* ---- meta ---- */

/* A count that old nodes leave out: missing and null are 0. */
static bool read_count(struct slice v, uint64_t *out)
{
    *out = 0;
    return slice_is_null(v) || slice_u64(v, out);
}

/* Lamports of every account; *out stays NULL when the list is shorter than the accounts. */
static const char *read_lamports(struct slice list, uint64_t *to, unsigned accounts,
                                 const uint64_t **out)
{
    struct scan s;
    struct slice v;
    const char *why;
    unsigned n = 0;
    if (!enter_list(list, &s, &why)) return why;
    for (; scan_element(&s, &v); n++)
        if (n < accounts && !slice_u64(v, &to[n])) return "a balance is not a whole number";
    if (n >= accounts) *out = to;
    return list_end(&s);
}

struct token_text {
    struct slice account, mint, owner, program, amount, decimals;
};

static bool find_amount(struct scan *s, struct token_text *t)
{
    struct slice key, value;
    if (!scan_enter(s, '{')) return scan_value(s, NULL);
    while (scan_member(s, &key, &value)) {
        if (slice_is(key, "amount")) t->amount = value;
        if (slice_is(key, "decimals")) t->decimals = value;
    }
    return !s->bad;
}

static bool find_token(struct scan *s, struct token_text *t)
{
    struct slice key, other;
    memset(t, 0, sizeof *t);
    if (!scan_enter(s, '{')) return false;
    while (scan_key(s, &key)) {
        bool ok = slice_is(key, "uiTokenAmount")  ? find_amount(s, t)
                  : slice_is(key, "accountIndex") ? scan_value(s, &t->account)
                  : slice_is(key, "mint")         ? scan_value(s, &t->mint)
                  : slice_is(key, "owner")        ? scan_value(s, &t->owner)
                  : slice_is(key, "programId")    ? scan_value(s, &t->program)
                                                  : scan_value(s, &other);
        if (!ok) return false;
    }
    return !s->bad;
}

/* Old nodes leave out owner and program, or write empty text. */
static bool read_optional_key(struct slice v, struct key *k)
{
    return slice_is_null(v) || slice_is(v, "\"\"") || slice_base58(v, k->b, 32);
}

static const char *read_token(const struct token_text *text, struct view_token *t)
{
    struct slice amount;
    uint64_t account, decimals;
    memset(t, 0, sizeof *t);
    if (!slice_u64(text->account, &account) || account >= VIEW_ACCOUNTS_MAX)
        return "a token balance of an account that is missing";
    if (!slice_base58(text->mint, t->mint.b, 32) || !read_optional_key(text->owner, &t->owner) ||
        !read_optional_key(text->program, &t->program))
        return "a token balance names no address";
    if (!slice_string(text->amount, &amount) || !slice_u64(amount, &t->amount_raw) ||
        !read_count(text->decimals, &decimals) || decimals > 255)
        return "a token balance is not a whole number";
    t->account = (uint8_t)account;
    t->decimals = (uint8_t)decimals;
    return NULL;
}

static const char *read_tokens(struct slice list, struct view_token *to, uint16_t *count)
{
    struct scan s;
    struct token_text text;
    const char *why;
    if (!enter_list(list, &s, &why)) return why;
    while (scan_item(&s)) {
        if (!find_token(&s, &text)) return malformed;
        if (*count == VIEW_TOKENS_MAX) return "more token balances than are read";
        if ((why = read_token(&text, &to[*count]))) return why;
        ++*count;
    }
    return list_end(&s);
}

/* Log lines stay where they are unless they hold escapes. */
static bool read_log(struct tx_json *t, struct slice content, struct view_log *to)
{
    if (memchr(content.p, '\\', content.n)) {
        size_t cap = 3 * content.n; /* a byte that is not UTF-8 becomes three */
        char *out = (char *)take(t, cap);
        if (!out) return false;
        content = (struct slice){out, slice_unescape(content, out, cap)};
        t->used -= cap - content.n;
    }
    *to = (struct view_log){content.p, (uint32_t)content.n};
    return content.n <= UINT32_MAX;
}

static const char *read_logs(struct tx_json *t, struct tx_view *v)
{
    struct scan s;
    struct slice line, content;
    const char *why;
    v->logs = t->logs;
    if (!enter_list(t->parts.logs, &s, &why)) return why;
    while (scan_element(&s, &line)) {
        if (v->logs_count == VIEW_LOGS_MAX) return "more log lines than are read";
        if (!slice_string(line, &content)) return "a log line that is no text";
        if (!read_log(t, content, &t->logs[v->logs_count++]))
            return "log lines longer than are read";
    }
    return list_end(&s);
}

static const char *read_meta(struct tx_json *t, struct tx_view *v)
{
    const struct tx_json_parts *p = &t->parts;
    v->failed = !slice_is_null(p->err);
    v->pre_tokens = t->pre_tokens;
    v->post_tokens = t->post_tokens;
    if (!read_count(p->fee, &v->fee_lamports) || !read_count(p->units, &v->units))
        return "a fee or unit count is not a whole number";
    const char *why = read_lamports(p->pre, t->pre, view_accounts(v), &v->pre);
    if (!why) why = read_lamports(p->post, t->post, view_accounts(v), &v->post);
    if (!why) why = read_tokens(p->pre_tokens, t->pre_tokens, &v->pre_tokens_count);
    if (!why) why = read_tokens(p->post_tokens, t->post_tokens, &v->post_tokens_count);
    return why ? why : read_logs(t, v);
}

const char *tx_json_view(struct tx_json *t, struct tx_view *v)
{
    t->used = 0;
    t->parsed = 0;
    t->on_wire = false;
    if (!t->parts.meta.n) return "a transaction without meta or message";
    const char *why = t->parts.wire.n ? read_wire(t, v) : read_members(t, v);
    return why ? why : read_meta(t, v);
}

/* ---- back to the wire ---- */

/* Bytes of a transaction in the making. */
struct wire {
    uint8_t *p;
    size_t n;
    bool full;
};

static void put_bytes(struct wire *w, const void *bytes, size_t n)
{
    if (n > TX_BYTES_MAX - w->n) w->full = true;
    if (w->full) return;
    memcpy(w->p + w->n, bytes, n);
    w->n += n;
}

static void put_byte(struct wire *w, uint8_t byte) { put_bytes(w, &byte, 1); }

static void put_count(struct wire *w, size_t n)
{
    uint8_t bytes[3];
    put_bytes(w, bytes, message_u16_write((uint16_t)n, bytes));
}

static bool read_byte(struct slice v, uint8_t *out)
{
    uint64_t n;
    if (!slice_u64(v, &n) || n > 255) return false;
    *out = (uint8_t)n;
    return true;
}

/* The three counts of a message's header, and its static keys. */
struct message_head {
    uint8_t signers, readonly_signed, readonly_unsigned, keys;
};

static bool read_header(const struct tx_json *t, const struct tx_view *v, struct message_head *h)
{
    struct scan s = scan_of(t->parts.header);
    struct slice key, value;
    unsigned have = 0;
    if (!scan_enter(&s, '{')) return false;
    while (scan_member(&s, &key, &value)) {
        if (slice_is(key, "numRequiredSignatures"))
            have += read_byte(value, &h->signers);
        else if (slice_is(key, "numReadonlySignedAccounts"))
            have += read_byte(value, &h->readonly_signed);
        else if (slice_is(key, "numReadonlyUnsignedAccounts"))
            have += read_byte(value, &h->readonly_unsigned);
    }
    h->keys = (uint8_t)v->keys_count;
    return !s.bad && have == 3 && v->keys_count <= 255;
}

/* jsonParsed: the header follows from what each account is. */
static bool infer_header(const struct tx_json *t, struct message_head *h)
{
    struct scan s = scan_of(t->parts.keys);
    struct slice account, key, value;
    if (!scan_enter(&s, '[')) return false;
    while (scan_element(&s, &account)) {
        struct scan o = scan_of(account);
        bool signer = false, writable = false, loaded = false;
        if (!scan_enter(&o, '{')) return false;
        while (scan_member(&o, &key, &value)) {
            if (slice_is(key, "signer")) signer = slice_is(value, "true");
            if (slice_is(key, "writable")) writable = slice_is(value, "true");
            if (slice_is(key, "source")) loaded = slice_is(value, "\"lookupTable\"");
        }
        if (loaded) continue;
        h->keys++;
        h->signers += signer;
        h->readonly_signed += signer && !writable;
        h->readonly_unsigned += !signer && !writable;
    }
    return !s.bad;
}

static const char *put_signatures(struct wire *w, const struct tx_json *t, unsigned count)
{
    struct scan s = scan_of(t->parts.signatures);
    struct slice v;
    struct sig signature;
    put_count(w, count);
    if (!scan_enter(&s, '[')) return malformed;
    while (scan_element(&s, &v)) {
        if (!slice_base58(v, signature.b, 64)) return "a signature is not base58 of 64 bytes";
        put_bytes(w, signature.b, 64);
    }
    return list_end(&s);
}

static const char *put_instructions(struct wire *w, const struct tx_json *t,
                                    const struct tx_view *v)
{
    unsigned outer = 0;
    for (unsigned i = 0; i < v->ix_count; i++) outer += v->ix[i].height == 1;
    put_count(w, outer);
    for (unsigned i = 0; i < v->ix_count; i++) {
        const struct view_ix *x = &v->ix[i];
        struct ix_text text;
        uint8_t program = x->program;
        if (x->height != 1) continue;
        if (t->parsed_ix[x->outer].n &&
            (!find_ix(t->parsed_ix[x->outer], &text) || !read_index(v, text.program, &program)))
            return "an instruction of a program that is missing";
        put_byte(w, program);
        put_count(w, x->accounts_count);
        put_bytes(w, x->accounts, x->accounts_count);
        put_count(w, x->data_len);
        put_bytes(w, x->data, x->data_len);
    }
    return NULL;
}

static const char *put_indexes(struct wire *w, struct slice list)
{
    struct scan s;
    struct slice v;
    uint8_t index[256];
    size_t n = 0;
    const char *why;
    if (!enter_list(list, &s, &why))
        put_count(w, 0);
    else {
        for (; scan_element(&s, &v); n++)
            if (n == COUNT_OF(index) || !read_byte(v, &index[n])) return malformed;
        put_count(w, n);
        put_bytes(w, index, n);
        why = list_end(&s);
    }
    return why;
}

static const char *put_lookups(struct wire *w, struct slice list)
{
    struct scan s;
    struct slice v, key, value;
    const char *why;
    size_t at = w->n;
    uint8_t count = 0;
    put_byte(w, 0); /* their number, when known: at most 127 is one byte */
    if (!enter_list(list, &s, &why)) return why;
    for (; scan_element(&s, &v); count++) {
        struct scan o = scan_of(v);
        struct slice writable = {NULL, 0}, readonly = {NULL, 0};
        struct key table = {{0}};
        if (count == TX_TABLES_MAX || !scan_enter(&o, '{')) return malformed;
        while (scan_member(&o, &key, &value)) {
            if (slice_is(key, "accountKey") && !slice_base58(value, table.b, 32)) return malformed;
            if (slice_is(key, "writableIndexes")) writable = value;
            if (slice_is(key, "readonlyIndexes")) readonly = value;
        }
        if (o.bad) return malformed;
        put_bytes(w, table.b, 32);
        if ((why = put_indexes(w, writable)) || (why = put_indexes(w, readonly))) return why;
    }
    if (!w->full) w->p[at] = count;
    return list_end(&s);
}

const char *tx_json_rebuild(struct tx_json *t, const struct tx_view *v)
{
    struct wire w = {.p = take(t, TX_BYTES_MAX)};
    struct message_head h = {0};
    struct key blockhash;
    bool legacy = slice_is(t->parts.version, "\"legacy\"") ||
                  (!slice_is(t->parts.version, "0") && slice_is_null(t->parts.lookups));
    if (t->on_wire) return NULL;
    if (!w.p) return "a transaction longer than is read";
    if (slice_is(t->parts.version, "1")) return "version 1 is read from base64 only";
    if (!(tx_json_is_parsed(t) ? infer_header(t, &h) : read_header(t, v, &h)))
        return "the message's header is missing or malformed";
    if (!slice_base58(t->parts.blockhash, blockhash.b, 32)) return "the blockhash is no hash";
    const char *why = put_signatures(&w, t, v->signatures);
    if (why) return why;
    if (!legacy) put_byte(&w, 0x80);
    put_byte(&w, h.signers);
    put_byte(&w, h.readonly_signed);
    put_byte(&w, h.readonly_unsigned);
    put_count(&w, h.keys);
    put_bytes(&w, v->keys, 32u * h.keys);
    put_bytes(&w, blockhash.b, 32);
    why = put_instructions(&w, t, v);
    if (!why && !legacy) why = put_lookups(&w, t->parts.lookups);
    if (why) return why;
    return w.full ? "more than 1,232 bytes" : message_tx_read(w.p, w.n, &t->tx);
}
