/* json_scan.h - a bounded scanner that reads JSON text in place. It returns slices of the text and
 * keeps numbers as their digits, so that no amount becomes a float. It checks the syntax of what it
 * visits; of what it skips it checks strings and brackets only. Must not: allocate, recurse, or
 * read past the end.
 *
 * Two ways to walk. scan_member() and scan_element() return each value as a slice: simple, but a
 * nested value is skipped here and read again when its slice is scanned. scan_key() and scan_item()
 * stop before the value instead; the caller then enters, skips or takes it, so that a large
 * document is read once. */
#ifndef SLUICE_JSON_SCAN_H
#define SLUICE_JSON_SCAN_H

#include "common/base/base.h"

/* Text of one value, or of a part of one. n = 0: missing. */
struct slice {
    const char *p;
    size_t n;
};

/* A position in the text. */
struct scan {
    const char *p, *end;
    bool first; /* no element of the innermost container was read yet */
    bool bad;   /* malformed at p; every later call returns false */
};

static inline struct scan scan_of(struct slice text)
{
    return (struct scan){.p = text.p, .end = text.n ? text.p + text.n : text.p};
}

/* Enter an object ('{') or array ('['). False, without marking the scan bad, when the value here is
 * something else. */
bool scan_enter(struct scan *s, char open);
/* Move to the value of the next member of the object. key: without quotes, escapes left as they
 * are. False at the end of the object, which is then passed, or when malformed (s->bad). */
bool scan_key(struct scan *s, struct slice *key);
/* Move to the next element of the array; false as scan_key(). */
bool scan_item(struct scan *s);
/* Pass the value here; *value (may be NULL) is its raw text. False when malformed. */
bool scan_value(struct scan *s, struct slice *value);
/* scan_key() and scan_value() in one; scan_item() and scan_value() in one. */
bool scan_member(struct scan *s, struct slice *key, struct slice *value);
bool scan_element(struct scan *s, struct slice *value);
/* Does only white space follow? */
bool scan_at_end(struct scan *s);

/* Is the slice exactly this text? */
static inline bool slice_is(struct slice a, const char *text)
{
    return __builtin_strlen(text) == a.n && __builtin_memcmp(a.p, text, a.n) == 0;
}
/* Is the value missing or null? */
bool slice_is_null(struct slice value);
/* Content of a JSON string without its quotes, escapes left as they are; false for other values. */
bool slice_string(struct slice value, struct slice *out);
/* A base58 address or signature string into n (32 or 64) bytes. */
bool slice_base58(struct slice value, uint8_t *bytes, size_t n) MUST_USE;
/* The same of text without quotes. */
bool slice_base58_bare(struct slice text, uint8_t *bytes, size_t n) MUST_USE;
/* A whole number of 64 bits without sign, fraction or exponent. */
bool slice_u64(struct slice value, uint64_t *out) MUST_USE;
/* Content of a JSON string as UTF-8 with its escapes resolved, control characters as blanks, cut at
 * a character to fit cap bytes. Returns the length; no NUL is added. */
size_t slice_unescape(struct slice content, char *out, size_t cap);
/* A JSON string as slice_unescape() gives it, padded with NULs to cap bytes (at least one NUL).
 * Empty for other values. */
void slice_text(struct slice value, char *out, size_t cap);
/* A number, or a string that holds one, as units of 10^-decimals, rounded; no sign. */
bool slice_decimal(struct slice value, unsigned decimals, uint64_t *out);
/* The same of bare text; *inexact when digits beyond the decimals were rounded. */
bool slice_decimal_exact(struct slice text, unsigned decimals, uint64_t *out, bool *inexact);

#endif
