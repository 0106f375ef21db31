/* json_scan.c - see json_scan.h. */
#include "common/base/json_scan.h"

#include <string.h>

#include "common/base/text.h"

#define DEPTH_MAX 64 /* brackets within a value that is skipped */

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

static void skip_blanks(struct scan *s)
{
    while (s->p < s->end && is_blank(*s->p)) s->p++;
}

static bool take(struct scan *s, char c)
{
    skip_blanks(s);
    if (s->p == s->end || *s->p != c) return false;
    s->p++;
    return true;
}

static bool fail(struct scan *s)
{
    s->bad = true;
    return false;
}

/* End of the string whose opening quote is at p (one behind its closing quote), or NULL. */
static const char *string_end(const char *p, const char *end)
{
    const char *from = p + 1;
    for (const char *q = from; (q = memchr(q, '"', (size_t)(end - q))) != NULL; q++) {
        size_t slashes = 0;
        while (q - slashes > from && q[-(ptrdiff_t)slashes - 1] == '\\') slashes++;
        if (slashes % 2 == 0) return q + 1;
    }
    return NULL;
}

static const bool ends_scalar[256] = {
    [','] = 1, [':'] = 1, ['{'] = 1,  ['}'] = 1,  ['['] = 1,  [']'] = 1,
    ['"'] = 1, [' '] = 1, ['\t'] = 1, ['\r'] = 1, ['\n'] = 1, [0] = 1};

/* End of the number or word at p; p itself when it is absent. */
static const char *scalar_end(const char *p, const char *end)
{
    while (p < end && !ends_scalar[(uint8_t)*p]) p++;
    return p;
}

/* End of the object or array at p, or NULL: brackets must match in number and kind, to a bounded
 * depth. */
static const char *container_end(const char *p, const char *end)
{
    char open[DEPTH_MAX];
    int depth = 0;
    while (p < end) {
        char c = *p;
        if (c == '"') {
            if (!(p = string_end(p, end))) return NULL;
            continue;
        }
        p++;
        if (c == '{' || c == '[') {
            if (depth == DEPTH_MAX) return NULL;
            open[depth++] = c;
        } else if (c == '}' || c == ']') {
            if (open[--depth] != (c == '}' ? '{' : '[')) return NULL;
            if (depth == 0) return p;
        } else if (c == 0)
            return NULL;
    }
    return NULL;
}

static const char *value_end(const char *p, const char *end)
{
    if (*p == '"') return string_end(p, end);
    if (*p == '{' || *p == '[') return container_end(p, end);
    const char *q = scalar_end(p, end);
    return q == p ? NULL : q;
}

bool scan_enter(struct scan *s, char open)
{
    if (s->bad || !take(s, open)) return false;
    s->first = true;
    return true;
}

/* Pass the comma before an element that is not the first; false at the end of the container. */
static bool next_element(struct scan *s, char close)
{
    if (s->bad) return false;
    bool first = s->first;
    s->first = false;
    if (take(s, close)) return false;
    return first || take(s, ',') || fail(s);
}

bool scan_key(struct scan *s, struct slice *key)
{
    if (!next_element(s, '}')) return false;
    skip_blanks(s);
    const char *end = s->p < s->end && *s->p == '"' ? string_end(s->p, s->end) : NULL;
    if (!end) return fail(s);
    *key = (struct slice){s->p + 1, (size_t)(end - s->p) - 2};
    s->p = end;
    return take(s, ':') || fail(s);
}

bool scan_item(struct scan *s) { return next_element(s, ']'); }

bool scan_value(struct scan *s, struct slice *value)
{
    skip_blanks(s);
    const char *end = s->bad || s->p == s->end ? NULL : value_end(s->p, s->end);
    if (!end) return fail(s);
    if (value) *value = (struct slice){s->p, (size_t)(end - s->p)};
    s->p = end;
    return true;
}

bool scan_member(struct scan *s, struct slice *key, struct slice *value)
{
    return scan_key(s, key) && scan_value(s, value);
}

bool scan_element(struct scan *s, struct slice *value)
{
    return scan_item(s) && scan_value(s, value);
}

bool scan_at_end(struct scan *s)
{
    skip_blanks(s);
    return !s->bad && s->p == s->end;
}

bool slice_is_null(struct slice v) { return v.n == 0 || slice_is(v, "null"); }

bool slice_string(struct slice v, struct slice *out)
{
    if (v.n < 2 || v.p[0] != '"' || v.p[v.n - 1] != '"') return false;
    *out = (struct slice){v.p + 1, v.n - 2};
    return true;
}

bool slice_base58(struct slice v, uint8_t *bytes, size_t n)
{
    struct slice s;
    return slice_string(v, &s) && base58_decode(s.p, s.n, bytes, n);
}

bool slice_base58_bare(struct slice s, uint8_t *bytes, size_t n)
{
    return base58_decode(s.p, s.n, bytes, n);
}

static int hex4(const char *p)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (d < 0) return -1;
        v = v * 16 + d;
    }
    return v;
}

/* The code point of an escape at p (after the backslash); *p moves past it. A lone surrogate reads
 * as U+FFFD. */
static uint32_t unescape(const char **p, const char *end)
{
    char c = *(*p)++;
    if (c == 'n' || c == 't' || c == 'r' || c == 'b' || c == 'f') return ' ';
    if (c != 'u') return (uint8_t)c;
    int hi = end - *p >= 4 ? hex4(*p) : -1;
    if (hi < 0) return 0xfffd;
    *p += 4;
    if (hi < 0xd800 || hi > 0xdfff) return (uint32_t)hi;
    int lo = hi < 0xdc00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u' ? hex4(*p + 2) : -1;
    if (lo < 0xdc00 || lo > 0xdfff) return 0xfffd;
    *p += 6;
    return 0x10000 + (((uint32_t)hi - 0xd800) << 10) + ((uint32_t)lo - 0xdc00);
}

static size_t utf8(uint32_t c, char *out)
{
    if (c < 0x20 || c == 0x7f) c = ' ';
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 63));
        out[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 63));
    out[2] = (char)(0x80 | (c >> 6 & 63));
    out[3] = (char)(0x80 | (c & 63));
    return 4;
}

/* Bytes of the UTF-8 character at p, 0 when it is malformed. */
static size_t utf8_length(const char *p, const char *end)
{
    uint8_t c = (uint8_t)*p;
    size_t n = c < 0x80                ? 1
               : c >= 0xc2 && c < 0xe0 ? 2
               : c >= 0xe0 && c < 0xf0 ? 3
               : c >= 0xf0 && c < 0xf5 ? 4
                                       : 0;
    if (n > (size_t)(end - p)) return 0;
    for (size_t i = 1; i < n; i++)
        if (((uint8_t)p[i] & 0xc0) != 0x80) return 0;
    return n;
}

/* The next character of p as UTF-8, resolved, into one[]; p moves past it. */
static size_t next_character(const char **p, const char *end, char one[4])
{
    size_t n = utf8_length(*p, end);
    if (**p == '\\' && end - *p > 1) {
        ++*p;
        return utf8(unescape(p, end), one);
    }
    if (n > 1) {
        memcpy(one, *p, n);
        *p += n;
        return n;
    }
    n = utf8(n ? (uint8_t) * *p : 0xfffd, one);
    ++*p;
    return n;
}

size_t slice_unescape(struct slice s, char *out, size_t cap)
{
    size_t at = 0;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        char one[4];
        size_t n = next_character(&p, end, one);
        if (cap - at < n) break;
        memcpy(out + at, one, n);
        at += n;
    }
    return at;
}

void slice_text(struct slice v, char *out, size_t cap)
{
    struct slice s;
    size_t n = slice_string(v, &s) ? slice_unescape(s, out, cap - 1) : 0;
    memset(out + n, 0, cap - n);
}

bool slice_u64(struct slice v, uint64_t *out) { return parse_u64(v.p, v.n, out); }

bool slice_decimal_exact(struct slice s, unsigned decimals, uint64_t *out, bool *inexact)
{
    return s.n > 0 && parse_decimal_u64(s.p, s.n, decimals, out, inexact);
}

bool slice_decimal(struct slice v, unsigned decimals, uint64_t *out)
{
    struct slice s = v;
    if (v.n && v.p[0] == '"') slice_string(v, &s);
    return s.n > 0 && parse_decimal_u64(s.p, s.n, decimals, out, NULL);
}
