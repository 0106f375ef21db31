/* json_scan.c - see json_scan.h. */
#include "common/base/json_scan.h"

#include <string.h>

#include "common/base/text.h"

#define DEPTH_MAX 64

static void blanks(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r' || *s->p == '\n'))
        s->p++;
}

static bool take(struct scan *s, char c)
{
    blanks(s);
    if (s->p == s->end || *s->p != c) return false;
    s->p++;
    return true;
}

/* Past the string that starts here. */
static bool skip_string(struct scan *s)
{
    for (s->p++; s->p < s->end; s->p++) {
        const char *q = memchr(s->p, '"', (size_t)(s->end - s->p));
        if (!q) return false;
        size_t slashes = 0;
        while (q - slashes > s->p && q[-(ptrdiff_t)slashes - 1] == '\\') slashes++;
        s->p = q;
        if (slashes % 2 == 0) {
            s->p++;
            return true;
        }
    }
    return false;
}

static const bool ends_scalar[256] = {
    [','] = 1, [':'] = 1, ['{'] = 1,  ['}'] = 1,  ['['] = 1,  [']'] = 1,
    ['"'] = 1, [' '] = 1, ['\t'] = 1, ['\r'] = 1, ['\n'] = 1, [0] = 1};

/* Past a value of any kind; brackets must match in number and kind, to a bounded depth. */
static bool skip_value(struct scan *s)
{
    char open[DEPTH_MAX];
    int depth = 0;
    blanks(s);
    do {
        blanks(s);
        if (s->p == s->end) return false;
        char c = *s->p;
        if (c == '"') {
            if (!skip_string(s)) return false;
        } else if (c == '{' || c == '[') {
            if (depth == DEPTH_MAX) return false;
            open[depth++] = c;
            s->p++;
        } else if (c == '}' || c == ']') {
            if (depth == 0 || open[depth - 1] != (c == '}' ? '{' : '[')) return false;
            depth--;
            s->p++;
        } else if (c == ',' || c == ':') {
            if (depth == 0) return false;
            s->p++;
        } else {
            const char *start = s->p;
            while (s->p < s->end && !ends_scalar[(uint8_t)*s->p]) s->p++;
            if (s->p == start) return false;
        }
    } while (depth > 0);
    return true;
}

bool scan_enter(struct scan *s, char open) { return take(s, open); }

static bool value_here(struct scan *s, struct slice *v)
{
    blanks(s);
    v->p = s->p;
    if (!skip_value(s)) return false;
    v->n = (size_t)(s->p - v->p);
    return v->n > 0;
}

bool scan_member(struct scan *s, struct slice *key, struct slice *value, bool *bad)
{
    *bad = false;
    if (take(s, '}')) return false;
    take(s, ',');
    blanks(s);
    const char *start = s->p;
    *bad = true;
    if (s->p == s->end || *s->p != '"' || !skip_string(s)) return false;
    *key = (struct slice){start + 1, (size_t)(s->p - start) - 2};
    if (!take(s, ':') || !value_here(s, value)) return false;
    *bad = false;
    return true;
}

bool scan_element(struct scan *s, struct slice *value, bool *bad)
{
    *bad = false;
    if (take(s, ']')) return false;
    take(s, ',');
    *bad = !value_here(s, value);
    return !*bad;
}

bool slice_is(struct slice a, const char *text)
{
    return strlen(text) == a.n && memcmp(a.p, text, a.n) == 0;
}

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

/* The code point of an escape at p (after the backslash); *p moves past it. Halves of pairs alone
 * read as U+FFFD. */
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

/* Bytes of the UTF-8 character at p, 0 when it is none. */
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

void slice_text(struct slice v, char *out, size_t cap)
{
    struct slice s;
    size_t at = 0;
    if (slice_string(v, &s))
        for (const char *p = s.p, *end = s.p + s.n; p < end;) {
            char one[4];
            size_t n = utf8_length(p, end);
            if (*p == '\\' && end - p > 1) {
                p++;
                n = utf8(unescape(&p, end), one);
            } else if (n > 1) {
                memcpy(one, p, n);
                p += n;
            } else {
                n = utf8(n ? (uint8_t)*p : 0xfffd, one);
                p++;
            }
            if (cap - at <= n) break;
            memcpy(out + at, one, n);
            at += n;
        }
    memset(out + at, 0, cap - at);
}

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
