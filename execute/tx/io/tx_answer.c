/* tx_answer.c - see tx_answer.h. */
#include "execute/tx/io/tx_answer.h"

#include <string.h>

#include "execute/tx/io/tx_view.h"

bool tx_answer_is(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && strchr(" \t\r\n", text[i])) i++;
    return i < n && text[i] == '{';
}

/* Looked-up keys: meta lists them; of jsonParsed they are the last accounts. */
static const struct key *loaded_of(const struct tx_answer *a)
{
    const struct tx_message *m = &a->store.tx.message;
    unsigned want = message_accounts(m) - m->keys_count;
    if (tx_json_is_parsed(&a->store))
        return a->view.keys_count == m->keys_count + want ? a->view.keys + m->keys_count : NULL;
    return a->view.loaded_count == want ? a->view.loaded : NULL;
}

enum error tx_answer_read(const char *text, size_t n, struct tx_answer *a, struct err *e)
{
    const char *why;
    struct slice err;
    struct err inner = {0};
    enum error rc = block_json_open(text, n, &a->at, e);
    if (rc != OK) return rc;
    if (!a->at.one)
        return err_set(e, E_FORMAT,
                       "a block, not a transaction: use sluice-import --format getblock");
    if (!block_json_next(&a->at, &a->store, &a->view, &why, &inner))
        return err_set(e, E_FORMAT, "%s", inner.text);
    if (!why) why = tx_json_rebuild(&a->store, &a->view);
    if (why) return err_set(e, E_FORMAT, "not a transaction: %s", why);
    a->loaded = loaded_of(a);
    err = a->store.parts.err;
    a->err = a->view.failed ? json_loadb(err.p, err.n, JSON_DECODE_ANY, NULL) : NULL;
    return OK;
}

/* What the node wrote in place of an instruction's data: its type as the name, plain members of its
 * info as the arguments. */
static void add_parsed(json_t *instruction, struct slice text)
{
    json_t *all = json_loadb(text.p, text.n, 0, NULL), *parsed = json_object_get(all, "parsed"), *v;
    const char *type = json_string_value(json_object_get(parsed, "type")), *k;
    json_t *arguments = json_object();
    json_object_foreach(json_object_get(parsed, "info"), k, v)
    {
        if (!json_is_object(v) && !json_is_array(v)) json_object_set(arguments, k, v);
    }
    json_object_set_new(instruction, "name", json_string(type ? type : "(parsed by the node)"));
    json_object_set_new(instruction, "arguments", arguments);
    json_object_set(instruction, "parsed", parsed);
    json_object_del(instruction, "data_hex");
    json_decref(all);
}

/* A message put together from jsonParsed need not be the one that was signed. */
static void leave_unchecked(json_t *signatures)
{
    json_t *v;
    size_t i;
    json_array_foreach(signatures, i, v) json_object_set_new(v, "state", json_string("unchecked"));
}

json_t *tx_answer_json(const struct tx_answer *a)
{
    json_t *o = tx_view_json(&a->store.tx, a->loaded), *x;
    size_t i;
    if (tx_json_is_parsed(&a->store)) leave_unchecked(json_object_get(o, "signatures"));
    if (!a->store.on_wire)
        json_array_foreach(json_object_get(o, "instructions"), i,
                           x) if (i < VIEW_IX_MAX && a->store.parsed_ix[i].n)
            add_parsed(x, a->store.parsed_ix[i]);
    json_object_set_new(o, "executed",
                        json_pack("{s:I, s:I, s:o, s:o, s:O?}", "slot", (json_int_t)a->view.slot,
                                  "time_s", (json_int_t)a->at.head.time_s, "fee_lamports",
                                  tx_view_amount(a->view.fee_lamports), "units",
                                  tx_view_amount(a->view.units), "err", a->err));
    return o;
}
