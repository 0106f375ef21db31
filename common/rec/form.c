/* form.c - see form.h. One walk over the field table serves the three forms. */
#include "common/rec/form.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"

const char *const feature_units[FEATURE_SLOTS] = {
#define FEATURE(index, name, unit, window, doc) [index] = #unit,
#include "common/rec/features.def"
#undef FEATURE
};

const char *const feature_names[FEATURE_SLOTS] = {
#define FEATURE(index, name, unit, window, doc) [index] = #name,
#include "common/rec/features.def"
#undef FEATURE
};

/* A bounded line under construction. What does not fit is dropped; FORM_LINE_MAX is large enough
 * for every record. */
struct line {
    char *buf;
    size_t len;
};

static void add_bytes(struct line *l, const char *p, size_t n)
{
    if (n > FORM_LINE_MAX - 1 - l->len) n = FORM_LINE_MAX - 1 - l->len;
    memcpy(l->buf + l->len, p, n);
    l->len += n;
}
static void add_text(struct line *l, const char *p) { add_bytes(l, p, strlen(p)); }
static void add_char(struct line *l, char c) { add_bytes(l, &c, 1); }

static void add_u64(struct line *l, uint64_t v)
{
    char digits[24];
    int n = 0;
    do digits[23 - n++] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    add_bytes(l, digits + 24 - n, (size_t)n);
}

static void add_i64(struct line *l, int64_t v)
{
    if (v < 0) add_char(l, '-');
    add_u64(l, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

static void add_float(struct line *l, float v)
{
    char t[32];
    /* JSON has no NaN and no infinity. */
    if (!(v >= -FLT_MAX && v <= FLT_MAX)) {
        add_text(l, "null");
        return;
    }
    snprintf(t, sizeof t, "%.9g", (double)v);
    add_text(l, t);
}

/* Is p the start of a well-formed UTF-8 sequence of n bytes that end within left? 0 when not. */
static size_t utf8_length(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80) return 1;
    size_t n = p[0] >= 0xc2 && p[0] < 0xe0   ? 2
               : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
               : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                             : 0;
    if (n == 0 || n > left) return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return n;
}

/* Text from outside: control bytes and broken UTF-8 never reach a terminal or a JSON reader as they
 * are. */
static void add_string(struct line *l, const char *s)
{
    add_char(l, '"');
    size_t left = strlen(s);
    while (left) {
        unsigned char c = (unsigned char)*s;
        size_t n = utf8_length((const unsigned char *)s, left);
        char escape[8];
        if (c == '"' || c == '\\') {
            add_char(l, '\\');
            add_char(l, (char)c);
        } else if (c < 0x20 || c == 0x7f) {
            snprintf(escape, sizeof escape, "\\u%04x", c);
            add_text(l, escape);
        } else if (n == 0)
            add_text(l, "\\ufffd");
        else if (n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0) {
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned char)s[1]);
            add_text(l, escape);
        } else
            add_bytes(l, s, n);
        if (n == 0) n = 1;
        s += n;
        left -= n;
    }
    add_char(l, '"');
}

static void add_csv_string(struct line *l, const char *s)
{
    if (!strpbrk(s, ",\"\r\n")) {
        add_text(l, s);
        return;
    }
    add_char(l, '"');
    for (; *s; s++) {
        if (*s == '"') add_char(l, '"');
        add_char(l, *s);
    }
    add_char(l, '"');
}

const void *field_of(const struct record *r, const struct field_desc *f)
{
    return (const char *)&r->u + f->offset;
}

bool field_u64(const struct record *r, const struct field_desc *f, uint64_t *out)
{
    const void *p = field_of(r, f);
    switch (f->kind) {
    case KIND_U8:
    case KIND_ENUM: *out = *(const uint8_t *)p; return true;
    case KIND_U16: *out = *(const uint16_t *)p; return true;
    case KIND_U32: *out = *(const uint32_t *)p; return true;
    case KIND_U64:
    case KIND_I64: *out = *(const uint64_t *)p; return true;
    default: return false;
    }
}

static bool is_zero(const void *p, size_t n)
{
    const char *b = p;
    for (size_t i = 0; i < n; i++)
        if (b[i]) return false;
    return true;
}

/* Has the field nothing to say? */
static bool is_blank(const struct record *r, const struct field_desc *f)
{
    const void *p = field_of(r, f);
    if (f->kind == KIND_STR) return *(const char *)p == 0;
    if (f->kind == KIND_VEC) return ((const struct vec512 *)p)->n == 0;
    return is_zero(p, f->capacity);
}

static void add_vec(struct line *l, const struct vec512 *v, bool json)
{
    char index[16];
    add_char(l, '{');
    for (unsigned i = 0, first = 1; i < v->n; i++) {
        if (v->v[i] == 0) continue;
        if (!first) add_char(l, json ? ',' : ' ');
        first = 0;
        const char *name = feature_names[i];
        if (!name) {
            snprintf(index, sizeof index, "f%u", i);
            name = index;
        }
        if (json) {
            add_char(l, '"');
            add_text(l, name);
            add_text(l, "\":");
        } else {
            add_text(l, name);
            add_char(l, '=');
        }
        add_float(l, v->v[i]);
    }
    add_char(l, '}');
}

static void add_base58(struct line *l, const uint8_t *p, size_t n, bool shorten)
{
    char t[2 * 64 + 2];
    base58_encode(p, n, t);
    if (shorten && strlen(t) > 12) memcpy(t + 8, "..", 3);
    add_text(l, t);
}

static void add_key(struct line *l, const uint8_t *p, size_t n, enum form form)
{
    bool none = is_zero(p, n);
    if (form == FORM_JSON && none) {
        add_text(l, "null");
        return;
    }
    if (none) return;
    if (form == FORM_JSON) add_char(l, '"');
    add_base58(l, p, n, form == FORM_TEXT);
    if (form == FORM_JSON) add_char(l, '"');
}

/* Names (enum values, hashes) are quoted in JSON only. */
static void add_word(struct line *l, const char *word, enum form form)
{
    if (form == FORM_JSON) add_char(l, '"');
    add_text(l, word);
    if (form == FORM_JSON) add_char(l, '"');
}

static void add_value(struct line *l, const struct record *r, const struct field_desc *f,
                      enum form form)
{
    const void *p = field_of(r, f);
    char hex[65];
    uint64_t v = 0;
    switch (f->kind) {
    case KIND_U8:
    case KIND_U16:
    case KIND_U32:
    case KIND_U64:
        field_u64(r, f, &v);
        add_u64(l, v);
        break;
    case KIND_I64: add_i64(l, *(const int64_t *)p); break;
    case KIND_ENUM: add_word(l, enum_name(f->unit, *(const uint8_t *)p), form); break;
    case KIND_KEY: add_key(l, p, 32, form); break;
    case KIND_SIG: add_key(l, p, 64, form); break;
    case KIND_HASH:
        hex_encode(p, 32, hex);
        add_word(l, hex, form);
        break;
    case KIND_STR:
        if (form == FORM_CSV)
            add_csv_string(l, p);
        else
            add_string(l, p);
        break;
    case KIND_VEC: add_vec(l, p, form == FORM_JSON); break;
    }
}

static size_t end_line(struct line *l)
{
    l->buf[l->len++] = '\n';
    return l->len;
}

size_t form_line(const struct record *r, enum form form, field_set fields, char *buf)
{
    struct line l = {buf, 0};
    const struct record_desc *d = record_desc(r->id);
    if (!d) return 0;
    if (form == FORM_JSON) {
        add_text(&l, "{\"rec\":\"");
        add_text(&l, d->name);
        add_char(&l, '"');
    } else
        add_text(&l, d->name);
    for (unsigned i = 0; i < d->field_count; i++) {
        const struct field_desc *f = &d->fields[i];
        if (!(fields >> i & 1) || (form == FORM_TEXT && is_blank(r, f))) continue;
        add_char(&l, form == FORM_TEXT ? ' ' : ',');
        if (form == FORM_JSON) {
            add_char(&l, '"');
            add_text(&l, f->name);
            add_text(&l, "\":");
        } else if (form == FORM_TEXT) {
            add_text(&l, f->name);
            add_char(&l, '=');
        }
        add_value(&l, r, f, form);
    }
    if (form == FORM_JSON) add_char(&l, '}');
    return end_line(&l);
}

size_t form_csv_header(unsigned id, field_set fields, char *buf)
{
    struct line l = {buf, 0};
    const struct record_desc *d = record_desc(id);
    if (!d) return 0;
    add_text(&l, "rec");
    for (unsigned i = 0; i < d->field_count; i++)
        if (fields >> i & 1) {
            add_char(&l, ',');
            add_text(&l, d->fields[i].name);
        }
    return end_line(&l);
}
