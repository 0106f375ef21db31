/* tx_input.h - a transaction from a file or standard input, in the encodings people paste.
 * Must not: guess where two readings are possible without saying so. */
#ifndef SLUICE_TX_INPUT_H
#define SLUICE_TX_INPUT_H

#include "common/sol/message.h"

/* All of a file ("-": standard input), at most max bytes, NUL added (text holds max + 1). E_LIMIT
 * when longer. */
enum error tx_input_read(const char *path, char *text, size_t max, size_t *n, struct err *e);
/* Decode text as base64, base58, hex or raw; auto takes the only one of them that gives a
 * well-formed transaction. bytes holds TX_V1_BYTES_MAX; t points into it. A bare message (without
 * signatures) is accepted too. */
enum error tx_input_tx(const char *encoding, const char *text, size_t n, uint8_t *bytes,
                       struct tx *t, struct err *e);

#endif
