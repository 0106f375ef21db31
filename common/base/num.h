/* num.h - checked integer arithmetic for money and amounts.
 * Every function returns false instead of wrapping; *out is untouched on failure.
 * Must not: use floating point. */
#ifndef SLUICE_NUM_H
#define SLUICE_NUM_H

#include "common/base/base.h"

static inline bool add_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    uint64_t r;
    if (__builtin_add_overflow(a, b, &r)) return false;
    *out = r;
    return true;
}

static inline bool sub_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    if (b > a) return false;
    *out = a - b;
    return true;
}

static inline bool mul_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    uint64_t r;
    if (__builtin_mul_overflow(a, b, &r)) return false;
    *out = r;
    return true;
}

static inline bool add_i64(int64_t a, int64_t b, int64_t *out)
{
    int64_t r;
    if (__builtin_add_overflow(a, b, &r)) return false;
    *out = r;
    return true;
}

static inline bool sub_i64(int64_t a, int64_t b, int64_t *out)
{
    int64_t r;
    if (__builtin_sub_overflow(a, b, &r)) return false;
    *out = r;
    return true;
}

/* floor(n / d) and the remainder, for n >> 64 < d: then the quotient fits 64 bits and one machine
 * division does it, where the compiler would call a library routine three times as slow. The second
 * form is the same in plain C. */
static inline uint64_t div_u128_plain(u128 n, uint64_t d, uint64_t *rem)
{
    *rem = (uint64_t)(n % d);
    return (uint64_t)(n / d);
}
static inline uint64_t div_u128(u128 n, uint64_t d, uint64_t *rem)
{
#if defined(__x86_64__)
    uint64_t q, r;
    __asm__("divq %4"
            : "=a"(q), "=d"(r)
            : "0"((uint64_t)n), "1"((uint64_t)(n >> 64)), "r"(d)
            : "cc");
    *rem = r;
    return q;
#else
    return div_u128_plain(n, d, rem);
#endif
}

/* floor(a * b / d); false when d is 0 or the result exceeds 64 bits. */
static inline bool muldiv_floor(uint64_t a, uint64_t b, uint64_t d, uint64_t *out)
{
    u128 p = (u128)a * b;
    uint64_t rem;
    if ((uint64_t)(p >> 64) >= d) return false;
    *out = div_u128(p, d, &rem);
    return true;
}

/* ceil(a * b / d); false when d is 0 or the result exceeds 64 bits. */
static inline bool muldiv_ceil(uint64_t a, uint64_t b, uint64_t d, uint64_t *out)
{
    u128 p = (u128)a * b;
    uint64_t rem, q;
    if ((uint64_t)(p >> 64) >= d) return false;
    q = div_u128(p, d, &rem);
    if (rem != 0 && q == UINT64_MAX) return false;
    *out = q + (rem != 0);
    return true;
}

/* Little-endian numbers as they lie in the chain's data, aligned or not. */
static inline uint16_t load_u16(const uint8_t *p)
{
    uint16_t v;
    __builtin_memcpy(&v, p, 2);
    return v;
}
static inline uint32_t load_u32(const uint8_t *p)
{
    uint32_t v;
    __builtin_memcpy(&v, p, 4);
    return v;
}
static inline uint64_t load_u64(const uint8_t *p)
{
    uint64_t v;
    __builtin_memcpy(&v, p, 8);
    return v;
}

/* Saturating forms, for statistics only (never for money that moves). */
static inline uint64_t add_sat_u64(uint64_t a, uint64_t b)
{
    uint64_t r;
    return __builtin_add_overflow(a, b, &r) ? UINT64_MAX : r;
}
static inline uint64_t sub_sat_u64(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }
static inline int64_t clamp_i64_from_u64(uint64_t a)
{
    return a > (uint64_t)INT64_MAX ? INT64_MAX : (int64_t)a;
}

/* a * part / whole in parts per million, saturating at UINT32_MAX; 0 when whole is 0. For features
 * and gates. */
static inline uint32_t ratio_ppm(uint64_t part, uint64_t whole)
{
    if (whole == 0) return 0;
    u128 p = (u128)part * PPM_ONE;
    uint64_t rem, q;
    if ((uint64_t)(p >> 64) == 0)
        q = (uint64_t)p / whole;
    else if ((uint64_t)(p >> 64) >= whole)
        return UINT32_MAX;
    else
        q = div_u128(p, whole, &rem);
    return q > UINT32_MAX ? UINT32_MAX : (uint32_t)q;
}

#endif
