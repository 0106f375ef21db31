/* rng.h - the one seeded generator (xoshiro256**, Blackman & Vigna, public domain algorithm).
 * Must not: be seeded from a clock or the system; the same seed gives the same numbers for ever. */
#ifndef SLUICE_RNG_H
#define SLUICE_RNG_H

#include "common/base/hash.h"

struct rng {
    uint64_t s[4];
};

static inline void rng_seed(struct rng *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++) r->s[i] = hash_u64(seed += UINT64_C(0x9e3779b97f4a7c15));
}

static inline uint64_t rng_u64(struct rng *r)
{
    uint64_t *s = r->s, x = s[1] * 5, result = ((x << 7) | (x >> 57)) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

/* Uniform in [0, n); n > 0. Multiply-shift: bias below 2^-64 * n. */
static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
    return (uint64_t)((u128)rng_u64(r) * n >> 64);
}
/* True with probability ppm / 1,000,000. */
static inline bool rng_chance(struct rng *r, uint32_t ppm) { return rng_below(r, PPM_ONE) < ppm; }

#endif
