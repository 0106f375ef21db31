/* wide.h - 256-bit integers as far as market maths needs them: products of two 128-bit numbers, and
 * their quotients by one. Every function that can fail returns false instead of wrapping; *out is
 * untouched on failure. Must not: use floating point, grow into a big-number library. */
#ifndef SLUICE_WIDE_H
#define SLUICE_WIDE_H

#include "common/base/num.h"

#define U128_MAX (~(u128)0)

/* A 256-bit unsigned integer: hi * 2^128 + lo. */
struct u256 {
    u128 hi, lo;
};

static inline u128 load_u128(const uint8_t *p) { return (u128)load_u64(p + 8) << 64 | load_u64(p); }

static inline bool add_u128(u128 a, u128 b, u128 *out)
{
    u128 r;
    if (__builtin_add_overflow(a, b, &r)) return false;
    *out = r;
    return true;
}

static inline bool sub_u128(u128 a, u128 b, u128 *out)
{
    if (b > a) return false;
    *out = a - b;
    return true;
}

static inline bool mul_u128(u128 a, u128 b, u128 *out)
{
    u128 r;
    if (__builtin_mul_overflow(a, b, &r)) return false;
    *out = r;
    return true;
}

/* a * b, which always fits. */
static inline struct u256 wide_mul(u128 a, u128 b)
{
    uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64), b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
    u128 low = (u128)a0 * b0, mid = (u128)a1 * b0 + (uint64_t)(low >> 64),
         cross = (u128)a0 * b1 + (uint64_t)mid;
    return (struct u256){(u128)a1 * b1 + (uint64_t)(mid >> 64) + (uint64_t)(cross >> 64),
                         cross << 64 | (uint64_t)low};
}

static inline bool wide_add(struct u256 a, struct u256 b, struct u256 *out)
{
    struct u256 r = {0, a.lo + b.lo};
    u128 carry = r.lo < a.lo;
    if (__builtin_add_overflow(a.hi, b.hi, &r.hi) || __builtin_add_overflow(r.hi, carry, &r.hi))
        return false;
    *out = r;
    return true;
}

/* a << n for n < 128; false when bits would be lost. */
static inline bool wide_shl(struct u256 a, unsigned n, struct u256 *out)
{
    if (n == 0) {
        *out = a;
        return true;
    }
    if (a.hi >> (128 - n)) return false;
    *out = (struct u256){a.hi << n | a.lo >> (128 - n), a.lo << n};
    return true;
}

/* a >> n for n < 128; the bits that fall off are dropped. */
static inline struct u256 wide_shr(struct u256 a, unsigned n)
{
    if (n == 0) return a;
    return (struct u256){a.hi >> n, a.hi << (128 - n) | a.lo >> n};
}

/* (u * 2^64 + low) / d for u < d and d with its highest bit set: the quotient fits 64 bits. Knuth's
 * algorithm D, one digit. */
static inline uint64_t wide_digit(u128 u, uint64_t low, u128 d, u128 *rem)
{
    uint64_t d1 = (uint64_t)(d >> 64), d0 = (uint64_t)d, u1 = (uint64_t)(u >> 64), q, r;
    u128 rest;
    if (u1 >= d1) {
        q = UINT64_MAX;
        rest = (u128)(uint64_t)u + d1;
    } else {
        q = div_u128(u, d1, &r);
        rest = r;
    }
    while (rest >> 64 == 0 && (u128)q * d0 > (rest << 64 | low)) {
        q--;
        rest += d1;
    }
    *rem = (u << 64 | low) - d * q;
    return q;
}

/* floor(n / d) and the remainder; false when d is 0 or the quotient exceeds 128 bits. */
static inline bool wide_div(struct u256 n, u128 d, u128 *out, u128 *rem)
{
    if (n.hi >= d) return false;
    if (n.hi == 0) {
        *out = n.lo / d;
        *rem = n.lo - *out * d;
        return true;
    }
    if (d >> 64 == 0) {
        uint64_t r, q1 = div_u128(n.hi << 64 | (uint64_t)(n.lo >> 64), (uint64_t)d, &r),
                    q0 = div_u128((u128)r << 64 | (uint64_t)n.lo, (uint64_t)d, &r);
        *out = (u128)q1 << 64 | q0;
        *rem = r;
        return true;
    }
    unsigned s = (unsigned)__builtin_clzll((uint64_t)(d >> 64));
    u128 hi = s ? n.hi << s | n.lo >> (128 - s) : n.hi, lo = n.lo << s, r;
    uint64_t q1 = wide_digit(hi, (uint64_t)(lo >> 64), d << s, &r),
             q0 = wide_digit(r, (uint64_t)lo, d << s, &r);
    *out = (u128)q1 << 64 | q0;
    *rem = r >> s;
    return true;
}

static inline bool wide_div_floor(struct u256 n, u128 d, u128 *out)
{
    u128 rem;
    return wide_div(n, d, out, &rem);
}

static inline bool wide_div_ceil(struct u256 n, u128 d, u128 *out)
{
    u128 q, rem;
    if (!wide_div(n, d, &q, &rem) || (rem && q == U128_MAX)) return false;
    *out = q + (rem != 0);
    return true;
}

/* floor(n / d) and the remainder for a divisor of 256 bits; false when d is 0 or the quotient
 * exceeds 128 bits. */
static inline bool wide_div_wide(struct u256 n, struct u256 d, u128 *out, struct u256 *rem)
{
    u128 q, r, left;
    if (d.hi == 0) {
        if (!wide_div(n, d.lo, out, &r)) return false;
        *rem = (struct u256){0, r};
        return true;
    }
    /* One digit of 128 bits: both are moved so that the divisor's highest bit is set; the dividend
     * then has up to 384 bits. */
    unsigned s = d.hi >> 64 ? (unsigned)__builtin_clzll((uint64_t)(d.hi >> 64))
                            : 64 + (unsigned)__builtin_clzll((uint64_t)d.hi);
    u128 d1 = s ? d.hi << s | d.lo >> (128 - s) : d.hi, d0 = d.lo << s,
         top = s ? n.hi >> (128 - s) : 0;
    struct u256 low = s ? (struct u256){n.hi << s | n.lo >> (128 - s), n.lo << s} : n, part;
    if (!wide_div((struct u256){top, low.hi}, d1, &q, &r))
        return false; /* cannot be: top < 2^s <= d1 */
    for (part = wide_mul(q, d0); part.hi > r || (part.hi == r && part.lo > low.lo);
         part = wide_mul(q, d0)) {
        q--;
        if (__builtin_add_overflow(r, d1, &r)) break;
    }
    part = wide_mul(q, d0);
    left = low.lo - part.lo;
    *rem = wide_shr((struct u256){r - part.hi - (low.lo < part.lo), left}, s);
    *out = q;
    return true;
}

/* floor and ceil of a * b / d; false when d is 0 or the result exceeds 128 bits. */
static inline bool wide_muldiv_floor(u128 a, u128 b, u128 d, u128 *out)
{
    return wide_div_floor(wide_mul(a, b), d, out);
}
static inline bool wide_muldiv_ceil(u128 a, u128 b, u128 d, u128 *out)
{
    return wide_div_ceil(wide_mul(a, b), d, out);
}

#endif
