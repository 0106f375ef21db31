/* tx_json.h - one executed transaction in the JSON of an RPC node (an element of getBlock's list,
 * or the result of getTransaction) as a view. Reads the encodings json, jsonParsed, base64 and
 * base58 in place. Pure. Must not: depend on programs or venues; pass over what it does not
 * understand.
 */
#ifndef SLUICE_TX_JSON_H
#define SLUICE_TX_JSON_H

#include "common/base/json_scan.h"
#include "common/sol/view.h"

#define TX_JSON_ARENA                                                          \
    (1u << 20) /* bytes of instructions, account lists and unescaped log lines \
                */

/* Raw text of the members that are read; n = 0: missing. */
struct tx_json_parts {
    struct slice wire; /* base64, base58: [TEXT, ENCODING] */
    struct slice signatures, header, keys, blockhash, instructions, lookups; /* json, jsonParsed */
    struct slice version;
    struct slice meta; /* only whether it is there */
    struct slice err, fee, units, pre, post, pre_tokens, post_tokens, logs, calls;
    struct slice loaded_writable, loaded_readonly;
};

/* What a view points into: owned by the caller, large (static memory or a mapping), reused freely.
 */
struct tx_json {
    struct tx_json_parts parts;
    struct key keys[VIEW_ACCOUNTS_MAX], loaded[VIEW_ACCOUNTS_MAX];
    uint64_t pre[VIEW_ACCOUNTS_MAX], post[VIEW_ACCOUNTS_MAX];
    struct view_token pre_tokens[VIEW_TOKENS_MAX], post_tokens[VIEW_TOKENS_MAX];
    struct view_log logs[VIEW_LOGS_MAX];
    struct view_ix outer[VIEW_IX_MAX], calls[VIEW_IX_MAX], ix[VIEW_IX_MAX];
    bool on_wire;    /* the transaction came as bytes: */
    struct tx tx;    /* these, read */
    uint32_t parsed; /* instructions whose bytes the node replaced by their meaning (jsonParsed) */
    struct slice
        parsed_ix[VIEW_IX_MAX]; /* by outer instruction: its text when the node parsed it */
    size_t used;                /* of the arena */
    uint8_t arena[TX_JSON_ARENA];
};

/* Find the members of the object at s and move s behind it. False when the JSON is malformed
 * (s->bad) or is no object. */
bool tx_json_find(struct scan *s, struct tx_json_parts *parts) MUST_USE;
/* Fill the view from t->parts. The caller sets v->slot, ts_ns and index before; all else of *v is
 * zero. The view points into *t and into the text. NULL, or why the transaction is left out (static
 * text). An instruction that the node parsed keeps its place among the outer ones, without accounts
 * or bytes; a parsed call is left out. Both are counted in t->parsed. */
const char *tx_json_view(struct tx_json *t, struct tx_view *v) MUST_USE;
/* Make t->tx, the transaction as it is on the wire, after tx_json_view(). Bytes of base64 and
 * base58 are that already; json is put together again; of jsonParsed the header follows from the
 * accounts (a node reports reserved accounts as read-only, so signatures need not match) and what
 * the node parsed has no data. NULL, or why not. */
const char *tx_json_rebuild(struct tx_json *t, const struct tx_view *v) MUST_USE;
/* Does the node write accounts as objects (jsonParsed)? Their list then includes looked-up ones. */
bool tx_json_is_parsed(const struct tx_json *t);

#endif
