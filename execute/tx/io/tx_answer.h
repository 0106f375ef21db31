/* tx_answer.h - what getTransaction returned, saved as JSON in any encoding, as sluice-tx shows it.
 * Must not: request anything from a node. */
#ifndef SLUICE_TX_ANSWER_H
#define SLUICE_TX_ANSWER_H

#include "common/decode/block_json.h"
#include "common/io/json.h"

struct tx_answer {
    struct tx_json store; /* store.tx: the transaction */
    struct block_json at;
    struct tx_view view;
    const struct key *loaded; /* keys from lookup tables; NULL when unknown */
    json_t *err;              /* why it failed on chain; NULL when it succeeded */
};

/* Does the text hold JSON rather than an encoded transaction? */
bool tx_answer_is(const char *text, size_t n);
/* Read the whole JSON-RPC response or its result alone. *a points into the text. E_FORMAT with the
 * reason. Release a->err with json_decref(). */
enum error tx_answer_read(const char *text, size_t n, struct tx_answer *a, struct err *e) MUST_USE;
/* The object of tx_view_json(), with what the node parsed and what execution cost. The caller owns
 * it. */
json_t *tx_answer_json(const struct tx_answer *a);

#endif
