/* line.h - how the test programs of this folder read lines, of the official SDKs or of scripts:
 * name=value fields, keys, hex, venues, instructions. Must not: be lenient; what is missing or
 * malformed ends the program with status 2. */
#ifndef SLUICE_LINE_H
#define SLUICE_LINE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/rec/record.h"
#include "common/sol/layout.h"

static inline struct key key_text(const char *s, size_t n)
{
    struct key k;
    if (!base58_decode(s, n, k.b, 32)) {
        fprintf(stderr, "# not a key: %.*s\n", (int)n, s);
        exit(2);
    }
    return k;
}

/* Value of the first name= after from; its length in *n. NULL without. */
static inline const char *value(const char *from, const char *name, size_t *n)
{
    size_t len = strlen(name);
    for (const char *p = from; (p = strstr(p, name)); p += len)
        if ((p == from || p[-1] == ' ') && p[len] == '=') {
            p += len + 1;
            *n = strcspn(p, " \n");
            return p;
        }
    return NULL;
}

static inline struct key key_of(const char *line, const char *name)
{
    size_t n;
    const char *v = value(line, name, &n);
    if (!v) {
        fprintf(stderr, "# %s is missing\n", name);
        exit(2);
    }
    return key_text(v, n);
}

/* None when the line has no such field. */
static inline struct key key_or_none(const char *line, const char *name)
{
    static const struct key none;
    size_t n;
    return value(line, name, &n) ? key_of(line, name) : none;
}

static inline uint64_t number_of(const char *line, const char *name)
{
    size_t n;
    uint64_t v = 0;
    const char *s = value(line, name, &n);
    if (s && !parse_u64(s, n, &v)) {
        fprintf(stderr, "# %s is no number\n", name);
        exit(2);
    }
    return v;
}

static inline bool is(const char *line, const char *name, const char *want)
{
    size_t n;
    const char *v = value(line, name, &n);
    return v && n == strlen(want) && memcmp(v, want, n) == 0;
}

/* venue=, by its name in enums.def; otherwise when the line has none. */
static inline uint8_t venue_of_line(const char *line, uint8_t otherwise)
{
    size_t n;
    const char *v = value(line, "venue", &n);
    const struct enum_desc *d = enum_desc("venue");
    for (uint32_t i = 0; v && i < d->value_count; i++)
        if (n == strlen(d->values[i].name) && memcmp(v, d->values[i].name, n) == 0)
            return (uint8_t)d->values[i].number;
    if (v) {
        fprintf(stderr, "# no venue: %.*s\n", (int)n, v);
        exit(2);
    }
    return otherwise;
}

static inline size_t hex_of(const char *line, const char *name, uint8_t *out, size_t max)
{
    size_t n;
    const char *v = value(line, name, &n);
    if (!v || n / 2 > max || !hex_decode(v, n, out, n / 2)) {
        fprintf(stderr, "# %s is not hex\n", name);
        exit(2);
    }
    return n / 2;
}

static inline uint8_t flags_of(const char *p, size_t n)
{
    const char *colon = memchr(p, ':', n);
    return (uint8_t)((colon && memchr(colon, 's', n - (size_t)(colon - p)) ? ACCOUNT_SIGNER : 0) |
                     (colon && memchr(colon, 'w', n - (size_t)(colon - p)) ? ACCOUNT_WRITABLE : 0));
}

/* Is the instruction what the line wants (program=, data=, accounts=)? NULL, or what differs. */
static inline const char *compare(const struct ix *x, const char *want)
{
    uint8_t data[IX_DATA_MAX];
    size_t n = hex_of(want, "data", data, sizeof data), len, i = 0;
    struct key program = key_of(want, "program");
    if (!key_equal(&program, &x->program)) return "another program";
    if (n != x->data_len || memcmp(data, x->data, n)) return "other data";
    for (const char *p = value(want, "accounts", &n), *end = p + n; p < end; p += len + 1, i++) {
        static char why[160];
        len = strcspn(p, ", \n");
        struct key k = key_text(p, strcspn(p, ":"));
        if (i >= x->accounts_count) return "too few accounts";
        snprintf(why, sizeof why, "account %zu: another key", i);
        if (!key_equal(&k, &x->account[i].key)) return why;
        snprintf(why, sizeof why, "account %zu: flags %u, not %.*s", i, x->account[i].flags,
                 (int)(len - strcspn(p, ":")), p + strcspn(p, ":"));
        if (flags_of(p, len) != x->account[i].flags) return why;
    }
    return i == x->accounts_count ? NULL : "too many accounts";
}

#endif
