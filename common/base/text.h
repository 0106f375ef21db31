/* text.h - numbers, keys and names as text, strictly: base58, hex, decimals to integers, nearest
 * name. Must not: use locale, floating point or unbounded buffers. */
#ifndef SLUICE_TEXT_H
#define SLUICE_TEXT_H

#include "common/base/base.h"

#define BASE58_KEY_MAX 44 /* characters of a 32-byte key */
#define BASE58_SIG_MAX 88 /* characters of a 64-byte signature */

/* Encode n bytes (at most 64) as base58 with a NUL; out holds at least 2 * n + 2 bytes. Returns the
 * length. */
size_t base58_encode(const uint8_t *bytes, size_t n, char *out);
/* Decode len characters into exactly n bytes (32 or 64); false on a bad character or another
 * length. */
bool base58_decode(const char *text, size_t len, uint8_t *bytes, size_t n) MUST_USE;

/* Decode base58 of any length into at most max (up to BASE58_ANY_MAX) bytes; false on a bad
 * character or when it is longer. Quadratic: 0.5 us for 200 bytes. */
#define BASE58_ANY_MAX 4096u
bool base58_decode_any(const char *text, size_t len, uint8_t *out, size_t max, size_t *n) MUST_USE;

/* Decode base64 (the alphabet of RFC 4648, padded) into at most max bytes; false on another
 * character or when it is longer. */
bool base64_decode(const char *text, size_t len, uint8_t *out, size_t max, size_t *n) MUST_USE;
/* Copy text of others into a field of cap bytes, NUL included: whole characters as long as they
 * fit, up to the first NUL; what is no UTF-8 becomes U+FFFD. */
void text_take(char *out, size_t cap, const char *text, size_t len);

/* Encode as lower-case hex with a NUL; out holds 2 * n + 1. */
void hex_encode(const uint8_t *bytes, size_t n, char *out);
/* Decode exactly 2 * n hex digits; false otherwise. */
bool hex_decode(const char *text, size_t len, uint8_t *bytes, size_t n) MUST_USE;

/* Whole decimal integer of len characters, no sign, no blank, no overflow. */
bool parse_u64(const char *text, size_t len, uint64_t *out) MUST_USE;
/* Decimal text without a sign ("12.5", "1e-7") to an integer of 10^-decimals units; decimals up to
 * 18. Digits beyond are rounded half up and *inexact is set (may be NULL). False on syntax errors
 * and overflow. */
bool parse_decimal_u64(const char *text, size_t len, unsigned decimals, uint64_t *out,
                       bool *inexact) MUST_USE;
/* Write units of 10^-decimals as decimal text without trailing zeros ("1.5"); out holds 48 bytes.
 */
void format_decimal(int64_t units, unsigned decimals, char out[48]);

/* Of count names (stride bytes apart, each a const char *), the nearest to word by edits, or NULL
 * when none is near. */
const char *nearest_name(const char *word, const char *const *names, size_t count);

#endif
