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

/* floor(a * b / d); false when d is 0 or the result exceeds 64 bits. */
static inline bool muldiv_floor(uint64_t a, uint64_t b, uint64_t d, uint64_t *out)
{
    if (d == 0) return false;
    u128 q = (u128)a * b / d;
    if (q >> 64) return false;
    *out = (uint64_t)q;
    return true;
}

/* ceil(a * b / d); false when d is 0 or the result exceeds 64 bits. */
static inline bool muldiv_ceil(uint64_t a, uint64_t b, uint64_t d, uint64_t *out)
{
    if (d == 0) return false;
    u128 p = (u128)a * b;
    u128 q = p / d + (p % d != 0);
    if (q >> 64) return false;
    *out = (uint64_t)q;
    return true;
}

/* Saturating forms, for statistics only (never for money that moves). */
static inline uint64_t add_sat_u64(uint64_t a, uint64_t b)
{
    uint64_t r;
    return __builtin_add_overflow(a, b, &r) ? UINT64_MAX : r;
}
static inline uint64_t sub_sat_u64(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }
static inline int64_t clamp_i64_from_u64(uint64_t a) { return a > (uint64_t)INT64_MAX ? INT64_MAX : (int64_t)a; }

/* a * part / whole in parts per million, saturating at UINT32_MAX; 0 when whole is 0. For features and gates. */
static inline uint32_t ratio_ppm(uint64_t part, uint64_t whole)
{
    if (whole == 0) return 0;
    u128 q = (u128)part * PPM_ONE / whole;
    return q > UINT32_MAX ? UINT32_MAX : (uint32_t)q;
}

#endif
