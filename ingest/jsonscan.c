/* jsonscan.c - see jsonscan.h. */
#include "ingest/jsonscan.h"

#include <string.h>

#include "common/base/text.h"

#define DEPTH_MAX 64

static void blanks(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r' || *s->p == '\n')) s->p++;
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
        if (slashes % 2 == 0) { s->p++; return true; }
    }
    return false;
}

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
        if (c == '"') { if (!skip_string(s)) return false; }
        else if (c == '{' || c == '[') { if (depth == DEPTH_MAX) return false; open[depth++] = c; s->p++; }
        else if (c == '}' || c == ']') { if (depth == 0 || open[depth - 1] != (c == '}' ? '{' : '[')) return false; depth--; s->p++; }
        else if (c == ',' || c == ':') { if (depth == 0) return false; s->p++; }
        else {
            const char *start = s->p;
            while (s->p < s->end && !strchr(",:{}[]\" \t\r\n", *s->p)) s->p++;
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

bool slice_is(struct slice a, const char *text) { return strlen(text) == a.n && memcmp(a.p, text, a.n) == 0; }

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

bool slice_decimal(struct slice v, unsigned decimals, uint64_t *out)
{
    struct slice s = v;
    if (v.n && v.p[0] == '"') slice_string(v, &s);
    return s.n > 0 && parse_decimal_u64(s.p, s.n, decimals, out, NULL);
}
