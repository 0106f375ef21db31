/* tx_view.h - a transaction as a person reads it, and as JSON: every instruction by name, every
 * account by the part it plays. Must not: change, sign or send anything. */
#ifndef SLUICE_TX_VIEW_H
#define SLUICE_TX_VIEW_H

#include <stdio.h>

#include "common/io/json.h"
#include "common/sol/message.h"

/* A new JSON object; the caller owns it. loaded: the keys that lookup tables add, or NULL when they
 * are not known. Signatures of a tx are checked against the message. A message alone has
 * signatures_count 0. */
json_t *tx_view_json(const struct tx *t, const struct key *loaded);
/* The object of tx_view_json as text. */
void tx_view_text(json_t *view, FILE *f);
/* Values as tx_view_json writes them: a key in base58 (null without), an amount (a string beyond
 * 2^53), bytes in hex (at most 4096). */
json_t *tx_view_key(const struct key *k);
json_t *tx_view_amount(uint64_t v);
json_t *tx_view_hex(const uint8_t *p, size_t n);
/* What a program's own error number means ("too little SOL received"), or NULL. */
const char *tx_view_error(const struct key *program, uint32_t code);

#endif
