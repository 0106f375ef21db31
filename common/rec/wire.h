/* wire.h - msgpack primitives, inlined: writing in smallest form, reading from hostile bytes with a
 * bounded cursor. msgpack-c's unpacker reserves gigabytes for a 5-byte input, so it is the oracle
 * of the tests and does not decode here. Must not: allocate, or read a byte outside [p, end). */
#ifndef SLUICE_WIRE_H
#define SLUICE_WIRE_H

#include <string.h>

#include "common/rec/record.h"

#define WIRE_EXT16 0xc8u /* first byte of every record */
#define WIRE_HEAD  4u    /* 0xc8, length hi, length lo, record id */

static inline uint8_t *put_be16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
    return p + 2;
}
static inline uint8_t *put_be32(uint8_t *p, uint32_t v)
{
    v = __builtin_bswap32(v);
    memcpy(p, &v, 4);
    return p + 4;
}
static inline uint8_t *put_be64(uint8_t *p, uint64_t v)
{
    v = __builtin_bswap64(v);
    memcpy(p, &v, 8);
    return p + 8;
}
static inline uint16_t get_be16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t get_be32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, 4);
    return __builtin_bswap32(v);
}
static inline uint64_t get_be64(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return __builtin_bswap64(v);
}

/* ---- writing: each returns the position after what it wrote; the caller left room ---- */

static inline uint8_t *wire_put_uint(uint8_t *p, uint64_t v)
{
    if (v < 0x80) {
        *p = (uint8_t)v;
        return p + 1;
    }
    if (v <= UINT8_MAX) {
        p[0] = 0xcc;
        p[1] = (uint8_t)v;
        return p + 2;
    }
    if (v <= UINT16_MAX) {
        *p = 0xcd;
        return put_be16(p + 1, (uint16_t)v);
    }
    if (v <= UINT32_MAX) {
        *p = 0xce;
        return put_be32(p + 1, (uint32_t)v);
    }
    *p = 0xcf;
    return put_be64(p + 1, v);
}

static inline uint8_t *wire_put_int(uint8_t *p, int64_t v)
{
    if (v >= 0) return wire_put_uint(p, (uint64_t)v);
    if (v >= -32) {
        *p = (uint8_t)(int8_t)v;
        return p + 1;
    }
    if (v >= INT8_MIN) {
        p[0] = 0xd0;
        p[1] = (uint8_t)(int8_t)v;
        return p + 2;
    }
    if (v >= INT16_MIN) {
        *p = 0xd1;
        return put_be16(p + 1, (uint16_t)(int16_t)v);
    }
    if (v >= INT32_MIN) {
        *p = 0xd2;
        return put_be32(p + 1, (uint32_t)(int32_t)v);
    }
    *p = 0xd3;
    return put_be64(p + 1, (uint64_t)v);
}

static inline uint8_t *wire_put_bin(uint8_t *p, const void *data, size_t n)
{
    if (n <= UINT8_MAX) {
        p[0] = 0xc4;
        p[1] = (uint8_t)n;
        p += 2;
    } else {
        *p = 0xc5;
        p = put_be16(p + 1, (uint16_t)n);
    }
    memcpy(p, data, n);
    return p + n;
}

static inline bool wire_all_zero(const uint8_t *b, size_t n)
{
    uint64_t any = 0, w;
    for (size_t i = 0; i < n; i += 8) {
        memcpy(&w, b + i, 8);
        any |= w;
    }
    return any == 0;
}

/* KEY and SIG: all zero travels as nil. */
static inline uint8_t *wire_put_address(uint8_t *p, const uint8_t *b, size_t n)
{
    if (wire_all_zero(b, n)) {
        *p = 0xc0;
        return p + 1;
    }
    p[0] = 0xc4;
    p[1] = (uint8_t)n;
    memcpy(p + 2, b, n);
    return p + 2 + n;
}

static inline uint8_t *wire_put_str(uint8_t *p, const char *s, size_t cap)
{
    size_t n = strnlen(s, cap);
    if (n < 32)
        *p++ = (uint8_t)(0xa0 | n);
    else if (n <= UINT8_MAX) {
        p[0] = 0xd9;
        p[1] = (uint8_t)n;
        p += 2;
    } else {
        *p = 0xda;
        p = put_be16(p + 1, (uint16_t)n);
    }
    memcpy(p, s, n);
    return p + n;
}

static inline uint8_t *wire_put_vec(uint8_t *p, const struct vec512 *v)
{
    size_t n = v->n > FEATURE_SLOTS ? FEATURE_SLOTS : v->n;
    return wire_put_bin(
        p, v->v,
        n * 4); /* float32 little endian: the host is little endian (checked in record.c) */
}

/* ---- reading ---- */

struct cursor {
    const uint8_t *p, *end;
    bool bad;
};

static inline size_t cursor_left(const struct cursor *c) { return (size_t)(c->end - c->p); }

static inline uint64_t wire_get_wide_uint(struct cursor *c)
{
    uint8_t t = *c->p;
    static const uint8_t width[8] = {1, 2, 4, 8, 1, 2, 4, 8};
    if (t < 0xcc || t > 0xd3 || cursor_left(c) < 1u + width[t - 0xcc]) {
        c->bad = true;
        return 0;
    }
    const uint8_t *q = c->p + 1;
    c->p = q + width[t - 0xcc];
    switch (t) {
    case 0xcc: return *q;
    case 0xcd: return get_be16(q);
    case 0xce: return get_be32(q);
    case 0xcf: return get_be64(q);
    default: break;
    }
    int64_t v = t == 0xd0   ? (int8_t)*q
                : t == 0xd1 ? (int16_t)get_be16(q)
                : t == 0xd2 ? (int32_t)get_be32(q)
                            : (int64_t)get_be64(q);
    if (v < 0) c->bad = true;
    return (uint64_t)v;
}

/* An unsigned integer of at most `max`; a field beyond the end is 0. */
static inline uint64_t wire_get_uint(struct cursor *c, uint64_t max)
{
    if (c->p == c->end) return 0;
    if (LIKELY(*c->p < 0x80)) return *c->p++;
    uint64_t v = wire_get_wide_uint(c);
    if (v > max) c->bad = true;
    return v;
}

static inline int64_t wire_get_int(struct cursor *c)
{
    if (c->p == c->end) return 0;
    uint8_t t = *c->p;
    if (t < 0x80) {
        c->p++;
        return t;
    }
    if (t >= 0xe0) {
        c->p++;
        return (int8_t)t;
    }
    if (t < 0xd0) {
        uint64_t v = wire_get_wide_uint(c);
        if (v > INT64_MAX) c->bad = true;
        return (int64_t)v;
    }
    static const uint8_t width[4] = {1, 2, 4, 8};
    if (t > 0xd3 || cursor_left(c) < 1u + width[t - 0xd0]) {
        c->bad = true;
        return 0;
    }
    const uint8_t *q = c->p + 1;
    c->p = q + width[t - 0xd0];
    return t == 0xd0   ? (int8_t)*q
           : t == 0xd1 ? (int16_t)get_be16(q)
           : t == 0xd2 ? (int32_t)get_be32(q)
                       : (int64_t)get_be64(q);
}

/* A binary or text value: its bytes in the input; NULL (and bad) when it is neither or does not
 * fit. */
static inline const uint8_t *wire_get_bytes(struct cursor *c, uint8_t tag8, size_t *n)
{
    uint8_t t = *c->p;
    size_t left = cursor_left(c), head;
    if (tag8 == 0xd9 && (t & 0xe0) == 0xa0) {
        *n = t & 0x1f;
        head = 1;
    } else if (t == tag8 && left >= 2) {
        *n = c->p[1];
        head = 2;
    } else if (t == tag8 + 1 && left >= 3) {
        *n = get_be16(c->p + 1);
        head = 3;
    } else {
        c->bad = true;
        return NULL;
    }
    if (left - head < *n) {
        c->bad = true;
        return NULL;
    }
    const uint8_t *q = c->p + head;
    c->p = q + *n;
    return q;
}

/* 32 or 64 bytes; nil or a missing field is all zero. */
static inline void wire_get_address(struct cursor *c, uint8_t *out, size_t n)
{
    if (LIKELY(cursor_left(c) >= n + 2 && c->p[0] == 0xc4 && c->p[1] == n)) {
        memcpy(out, c->p + 2, n);
        c->p += n + 2;
        return;
    }
    memset(out, 0, n);
    if (c->p == c->end) return;
    if (*c->p == 0xc0)
        c->p++;
    else
        c->bad = true;
}

static inline void wire_get_str(struct cursor *c, char *out, size_t cap)
{
    size_t n = 0;
    const uint8_t *q = c->p == c->end ? NULL : wire_get_bytes(c, 0xd9, &n);
    if (!q) n = 0;
    if (n > cap || (n && memchr(q, 0, n))) {
        c->bad = true;
        n = 0;
    }
    if (n) memcpy(out, q, n);
    memset(out + n, 0, cap + 1 - n);
}

static inline void wire_get_vec(struct cursor *c, struct vec512 *out)
{
    size_t n = 0;
    const uint8_t *q = c->p == c->end ? NULL : wire_get_bytes(c, 0xc4, &n);
    if (!q) n = 0;
    if (n % 4 || n > sizeof out->v) {
        c->bad = true;
        n = 0;
    }
    if (n) memcpy(out->v, q, n);
    uint32_t odd = 0; /* NaN and infinities are no features: they would make both a rule and its
                         opposite hold */
    for (size_t i = 0; i < n / 4; i++) {
        uint32_t bits;
        memcpy(&bits, &out->v[i], 4);
        odd |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    if (odd) c->bad = true;
    memset((uint8_t *)out->v + n, 0, sizeof out->v - n);
    out->n = (uint16_t)(n / 4);
}

#endif
