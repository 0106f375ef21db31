/* jupiter.h - Jupiter's swap API, first version: requests to write and answers to read, and one
 * whole exchange for tools used by hand. GET  BASE/swap/v1/quote?inputMint=...          what a swap
 * would bring POST BASE/swap/v1/swap-instructions            its instructions, for the quote that
 * is sent back as it came Must not: hold state, retry, decide. Every answer is hostile: what does
 * not have the documented shape is an error that names the place, and nothing of it may be built
 * before jupiter_check_check (execute/tx/jupiter_check.h). Shapes: types of @jup-ag/api 6.0.48. */
#ifndef SLUICE_JUPITER_H
#define SLUICE_JUPITER_H

#include "execute/tx/jupiter_check.h"

#define JUPITER_URL_MAX    1024u
#define JUPITER_HEADER_MAX 200u
#define JUPITER_ANSWER_MAX (512u * 1024u)

/* The URL of a quote; BASE without a slash at its end. False when it does not fit JUPITER_URL_MAX.
 */
bool jupiter_quote_url(const char *base, const struct jupiter_check_ask *a,
                       char url[JUPITER_URL_MAX]) MUST_USE;
bool jupiter_instructions_url(const char *base, char url[JUPITER_URL_MAX]) MUST_USE;
/* "x-api-key: KEY", empty for an empty key. False when the key is too long or has anything but
 * printable ASCII in it. */
bool jupiter_header(const char *key, char header[JUPITER_HEADER_MAX]) MUST_USE;
/* Body of the second request: the quote as it came, the wallet, the caps. The caller frees it; NULL
 * when the quote is no JSON. */
char *jupiter_instructions_body(const struct jupiter_check_ask *a, const char *quote, size_t n);

/* Read an answer. E_PEER with the place. Amounts are whole numbers in strings, keys base58 of 32
 * bytes, data base64; at most 32 legs, 16 lookup tables, 24 instructions of 64 accounts and 1,024
 * bytes. */
enum error jupiter_quote_read(const char *text, size_t n, struct jupiter_check_quote *q,
                              struct err *e);
enum error jupiter_instructions_read(const char *text, size_t n, struct jupiter_check_swap *s,
                                     struct err *e);
/* The reason that the API gives for a status other than 200, in one line. */
enum error jupiter_refused(long status, uint64_t retry_after_s, const char *text, size_t n,
                           struct err *e);

/* Ask both, read, check. s and q are as checked when OK; E_PEER for what the API did, E_MISMATCH
 * for an answer that is not to the question. */
enum error jupiter_ask(const char *base, const char *header, uint64_t timeout_ms,
                       const struct jupiter_check_ask *a, struct jupiter_check_quote *q,
                       struct jupiter_check_swap *s, struct err *e);

#endif
