/* txview.h - a transaction as a person reads it, and as JSON: every instruction by name, every account by the part it plays.
 * Must not: change, sign or send anything. */
#ifndef SLUICE_TXVIEW_H
#define SLUICE_TXVIEW_H

#include <stdio.h>

#include "common/io/json.h"
#include "common/sol/message.h"

/* A new JSON object; the caller owns it. loaded: the keys that lookup tables add, or NULL when they are not known.
 * Signatures of a tx are checked against the message. A message alone has signatures_count 0. */
json_t *txview_json(const struct tx *t, const struct key *loaded);
/* The object of txview_json as text. */
void txview_text(json_t *view, FILE *f);
/* Values as txview_json writes them: a key in base58 (null without), an amount (a string beyond 2^53), bytes in hex (at most 4096). */
json_t *txview_key(const struct key *k);
json_t *txview_amount(uint64_t v);
json_t *txview_hex(const uint8_t *p, size_t n);
/* What a program's own error number means ("too little SOL received"), or NULL. */
const char *txview_error(const struct key *program, uint32_t code);

#endif
