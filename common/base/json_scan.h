/* json_scan.h - a bounded, in-place scanner of JSON text: it hands out slices and keeps numbers as
 * their text, so that no amount ever becomes a float. It checks what it walks over, not what it
 * skips beyond brackets and strings. Must not: allocate, recurse, or read past the end. */
#ifndef SLUICE_JSON_SCAN_H
#define SLUICE_JSON_SCAN_H

#include "common/base/base.h"

struct slice {
    const char *p;
    size_t n;
};
struct scan {
    const char *p, *end;
};

/* Enter an object or array: '{' or '['. */
bool scan_enter(struct scan *s, char open);
/* Next member of an object: key without quotes (escapes left as they are), value as raw text. False
 * at the end or on an error; *bad tells which. */
bool scan_member(struct scan *s, struct slice *key, struct slice *value, bool *bad);
/* Next element of an array. */
bool scan_element(struct scan *s, struct slice *value, bool *bad);
/* Is the slice this text? */
bool slice_is(struct slice a, const char *text);
/* Content of a JSON string slice without its quotes; false when it is no string. */
bool slice_string(struct slice value, struct slice *out);
/* A base58 address or signature string into 32 or 64 bytes. */
bool slice_base58(struct slice value, uint8_t *bytes, size_t n);
/* The same of text without quotes. */
bool slice_base58_bare(struct slice text, uint8_t *bytes, size_t n);
/* A JSON string as UTF-8 with its escapes resolved, control characters as blanks, cut at a
 * character to fit cap bytes with the NUL. Empty when it is no string. */
void slice_text(struct slice value, char *out, size_t cap);
/* A number, or a string that holds one, as units of 10^-decimals, rounded; no sign. */
bool slice_decimal(struct slice value, unsigned decimals, uint64_t *out);

/* The same of bare text; *inexact when digits beyond the decimals were rounded. */
bool slice_decimal_exact(struct slice text, unsigned decimals, uint64_t *out, bool *inexact);

#endif
