/* block_json.h - the answer of an RPC node to getBlock or getTransaction, with or without its
 * JSON-RPC wrapper, read in place: its head first, then transaction by transaction. Pure. Must not:
 * depend on programs or venues, allocate. */
#ifndef SLUICE_BLOCK_JSON_H
#define SLUICE_BLOCK_JSON_H

#include "common/decode/tx_json.h"

/* What the answer holds besides its transactions. Of getTransaction only slot and time. */
struct block_json_head {
    uint64_t slot;   /* of a block: parentSlot + 1, because a block does not name its own slot */
    uint64_t parent; /* parentSlot */
    uint64_t time_s; /* blockTime; 0 when null or missing */
    bool has_parent, has_hash, has_previous, timed;
    struct key hash, previous;
};

struct block_json {
    struct block_json_head head;
    bool one;          /* an answer of getTransaction */
    struct slice list; /* the list of transactions; or the one */
    struct scan at;
    uint32_t index; /* of the next transaction in the block */
};

/* Read the head and check brackets and strings of the whole text, so that a cut answer yields no
 * transaction. E_FORMAT with the byte, or with the node's own error, when it is no such answer. The
 * text must outlive *b. */
enum error block_json_open(const char *text, size_t n, struct block_json *b,
                           struct err *e) MUST_USE;
/* Read the next transaction into *v, which points into *t and the text. *why: NULL, or why this
 * transaction cannot be read. False at the end, or with e set (E_FORMAT) when the JSON is
 * malformed. */
bool block_json_next(struct block_json *b, struct tx_json *t, struct tx_view *v, const char **why,
                     struct err *e) MUST_USE;

#endif
