/* pda.c - see pda.h. The curve test is Euler's criterion on u * v of x^2 = u / v, u = y^2 - 1, v =
 * d * y^2 + 1, in the field of 2^255 - 19 with five limbs of 51 bits. No secret is handled here:
 * constant time is not needed. */
#include "common/sol/pda.h"

#include <sodium.h>
#include <string.h>

#include "common/base/num.h"
#include "common/sol/address.h"

struct fe {
    uint64_t v[5];
};
#define LIMB UINT64_C(0x7ffffffffffff)

static struct fe fe_from(const uint8_t b[32])
{
    return (struct fe){{load_u64(b) & LIMB, load_u64(b + 6) >> 3 & LIMB,
                        load_u64(b + 12) >> 6 & LIMB, load_u64(b + 19) >> 1 & LIMB,
                        load_u64(b + 24) >> 12 & LIMB}};
}

static struct fe fe_carry(struct fe a)
{
    for (int i = 0; i < 4; i++) {
        a.v[i + 1] += a.v[i] >> 51;
        a.v[i] &= LIMB;
    }
    a.v[0] += 19 * (a.v[4] >> 51);
    a.v[4] &= LIMB;
    a.v[1] += a.v[0] >> 51;
    a.v[0] &= LIMB;
    return a;
}

/* Carry five sums of products into limbs. */
static inline struct fe fe_reduce(u128 t0, u128 t1, u128 t2, u128 t3, u128 t4)
{
    struct fe r;
    t1 += (uint64_t)(t0 >> 51);
    t2 += (uint64_t)(t1 >> 51);
    t3 += (uint64_t)(t2 >> 51);
    t4 += (uint64_t)(t3 >> 51);
    u128 low = (u128)((uint64_t)t0 & LIMB) + (u128)19 * (uint64_t)(t4 >> 51);
    r.v[0] = (uint64_t)low & LIMB;
    r.v[1] = ((uint64_t)t1 & LIMB) + (uint64_t)(low >> 51);
    r.v[2] = (uint64_t)t2 & LIMB;
    r.v[3] = (uint64_t)t3 & LIMB;
    r.v[4] = (uint64_t)t4 & LIMB;
    return r;
}

/* Limbs of at most 54 bits in, 52 bits out: no sum of five products leaves 128 bits. */
static inline struct fe fe_mul(struct fe a, struct fe b)
{
    uint64_t b1 = 19 * b.v[1], b2 = 19 * b.v[2], b3 = 19 * b.v[3], b4 = 19 * b.v[4];
#define M(x, y) ((u128)(x) * (y))
    return fe_reduce(
        M(a.v[0], b.v[0]) + M(a.v[1], b4) + M(a.v[2], b3) + M(a.v[3], b2) + M(a.v[4], b1),
        M(a.v[0], b.v[1]) + M(a.v[1], b.v[0]) + M(a.v[2], b4) + M(a.v[3], b3) + M(a.v[4], b2),
        M(a.v[0], b.v[2]) + M(a.v[1], b.v[1]) + M(a.v[2], b.v[0]) + M(a.v[3], b4) + M(a.v[4], b3),
        M(a.v[0], b.v[3]) + M(a.v[1], b.v[2]) + M(a.v[2], b.v[1]) + M(a.v[3], b.v[0]) +
            M(a.v[4], b4),
        M(a.v[0], b.v[4]) + M(a.v[1], b.v[3]) + M(a.v[2], b.v[2]) + M(a.v[3], b.v[1]) +
            M(a.v[4], b.v[0]));
}

static inline struct fe fe_square(struct fe a)
{
    uint64_t d0 = 2 * a.v[0], d1 = 2 * a.v[1], d2 = 38 * a.v[2], d3 = 19 * a.v[3], d4 = 19 * a.v[4];
    return fe_reduce(M(a.v[0], a.v[0]) + M(2 * d4, a.v[1]) + M(d2, a.v[3]),
                     M(d0, a.v[1]) + M(2 * d4, a.v[2]) + M(d3, a.v[3]),
                     M(d0, a.v[2]) + M(a.v[1], a.v[1]) + M(2 * d4, a.v[3]),
                     M(d0, a.v[3]) + M(d1, a.v[2]) + M(d4, a.v[4]),
                     M(d0, a.v[4]) + M(d1, a.v[3]) + M(a.v[2], a.v[2]));
#undef M
}

static struct fe fe_square_n(struct fe a, int n)
{
    while (n--) a = fe_square(a);
    return a;
}

static struct fe fe_add(struct fe a, struct fe b)
{
    for (int i = 0; i < 5; i++) a.v[i] += b.v[i];
    return fe_carry(a);
}

/* a - b, by adding 4p first so that no limb goes below zero. */
static struct fe fe_sub(struct fe a, struct fe b)
{
    static const uint64_t four_p[5] = {4 * (LIMB - 18), 4 * LIMB, 4 * LIMB, 4 * LIMB, 4 * LIMB};
    for (int i = 0; i < 5; i++) a.v[i] += four_p[i] - b.v[i];
    return fe_carry(a);
}

/* The only value below p that is congruent. */
static struct fe fe_canonical(struct fe a)
{
    a = fe_carry(fe_carry(a));
    uint64_t q = (a.v[0] + 19) >> 51;
    for (int i = 1; i < 5; i++) q = (a.v[i] + q) >> 51;
    a.v[0] += 19 * q;
    for (int i = 0; i < 4; i++) {
        a.v[i + 1] += a.v[i] >> 51;
        a.v[i] &= LIMB;
    }
    a.v[4] &= LIMB;
    return a;
}

/* z^(2^252 - 3), the usual chain. */
static struct fe fe_pow22523(struct fe z)
{
    struct fe z2 = fe_square_n(z, 1), z9 = fe_mul(z, fe_square_n(z2, 2)), z11 = fe_mul(z2, z9),
              z5 = fe_mul(z9, fe_square_n(z11, 1));
    struct fe z10 = fe_mul(fe_square_n(z5, 5), z5), z20 = fe_mul(fe_square_n(z10, 10), z10),
              z40 = fe_mul(fe_square_n(z20, 20), z20);
    struct fe z50 = fe_mul(fe_square_n(z40, 10), z10), z100 = fe_mul(fe_square_n(z50, 50), z50),
              z200 = fe_mul(fe_square_n(z100, 100), z100);
    return fe_mul(fe_square_n(fe_mul(fe_square_n(z200, 50), z50), 2), z);
}

bool pda_on_curve(const struct key *k)
{
    static const uint8_t d_bytes[32] = {0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75,
                                        0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00,
                                        0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c,
                                        0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52};
    const struct fe one = {{1}};
    struct fe y = fe_from(k->b), yy = fe_mul(y, y),
              uv = fe_mul(fe_sub(yy, one), fe_add(fe_mul(yy, fe_from(d_bytes)), one));
    /* (p - 1) / 2 = 4 * (2^252 - 3) + 2 */
    struct fe chi = fe_canonical(fe_mul(fe_square_n(fe_pow22523(uv), 2), fe_mul(uv, uv)));
    return chi.v[0] <= 1 && (chi.v[1] | chi.v[2] | chi.v[3] | chi.v[4]) == 0;
}

static bool hash_seeds(crypto_hash_sha256_state *h, const struct pda_seed *seeds, size_t count,
                       size_t most)
{
    if (count > most) return false;
    crypto_hash_sha256_init(h);
    for (size_t i = 0; i < count; i++) {
        if (seeds[i].n > PDA_SEED_MAX) return false;
        crypto_hash_sha256_update(h, seeds[i].bytes, seeds[i].n);
    }
    return true;
}

static bool finish_address(crypto_hash_sha256_state *h, const struct key *program, struct key *out)
{
    static const char marker[] = "ProgramDerivedAddress";
    crypto_hash_sha256_update(h, program->b, 32);
    crypto_hash_sha256_update(h, (const uint8_t *)marker, sizeof marker - 1);
    crypto_hash_sha256_final(h, out->b);
    return !pda_on_curve(out);
}

bool pda_create(const struct pda_seed *seeds, size_t count, const struct key *program,
                struct key *out)
{
    crypto_hash_sha256_state h;
    return hash_seeds(&h, seeds, count, PDA_SEEDS_MAX) && finish_address(&h, program, out);
}

bool pda_find(const struct pda_seed *seeds, size_t count, const struct key *program,
              struct key *out, uint8_t *bump)
{
    crypto_hash_sha256_state h;
    if (!hash_seeds(&h, seeds, count, PDA_SEEDS_MAX - 1)) return false;
    for (unsigned b = 255;; b--) {
        crypto_hash_sha256_state t = h;
        uint8_t byte = (uint8_t)b;
        crypto_hash_sha256_update(&t, &byte, 1);
        if (finish_address(&t, program, out)) {
            if (bump) *bump = byte;
            return true;
        }
        if (b == 0) return false;
    }
}

bool pda_token_account(const struct key *owner, const struct key *token_program,
                       const struct key *mint, struct key *out)
{
    struct pda_seed seeds[] = {{owner->b, 32}, {token_program->b, 32}, {mint->b, 32}};
    return pda_find(seeds, 3, address_key(address_associated_token), out, NULL);
}

bool pda_with_seed(const struct key *base, const char *seed, size_t n, const struct key *owner,
                   struct key *out)
{
    crypto_hash_sha256_state h;
    if (n > PDA_SEED_MAX) return false;
    crypto_hash_sha256_init(&h);
    crypto_hash_sha256_update(&h, base->b, 32);
    crypto_hash_sha256_update(&h, (const uint8_t *)seed, n);
    crypto_hash_sha256_update(&h, owner->b, 32);
    crypto_hash_sha256_final(&h, out->b);
    return true;
}
