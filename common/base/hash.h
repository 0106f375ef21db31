/* hash.h - the hashes sluice uses: BLAKE2b for streams and files (libsodium), a fast mix for tables
 * and ids. Must not: be used for anything secret. */
#ifndef SLUICE_HASH_H
#define SLUICE_HASH_H

#include <sodium.h>
#include <string.h>

#include "common/base/base.h"

/* Once at the start of a process: lets libsodium pick the fastest code for this machine. Results do
 * not depend on it. */
static inline enum error hash_setup(void) { return sodium_init() < 0 ? E_LIMIT : OK; }

/* Running BLAKE2b-256. */
struct blake {
    crypto_generichash_state s;
};
static inline void blake_init(struct blake *b) { crypto_generichash_init(&b->s, NULL, 0, 32); }
static inline void blake_add(struct blake *b, const void *p, size_t n)
{
    crypto_generichash_update(&b->s, p, n);
}
static inline void blake_end(struct blake *b, uint8_t out[32])
{
    crypto_generichash_final(&b->s, out, 32);
}

/* BLAKE2b-256 of n bytes. */
static inline void blake_of(const void *p, size_t n, uint8_t out[32])
{
    crypto_generichash(out, 32, p, n, NULL, 0);
}

/* First 8 bytes, little endian, of BLAKE2b-256: a short name for configurations, schemas and
 * orders. */
static inline uint64_t blake_u64(const void *p, size_t n)
{
    uint8_t h[32];
    uint64_t v;
    blake_of(p, n, h);
    memcpy(&v, h, 8);
    return v;
}

/* Mix of 64 bits (splitmix64's finaliser). */
static inline uint64_t hash_u64(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Table hash of a 32-byte key: all four words count, multiplied crosswise so that grinding one word
 * is not enough. */
static inline uint64_t hash_key(const uint8_t key[32])
{
    uint64_t w[4];
    memcpy(w, key, 32);
    u128 a = (u128)(w[0] ^ UINT64_C(0xa0761d6478bd642f)) * (w[1] ^ UINT64_C(0xe7037ed1a0b428db));
    u128 b = (u128)(w[2] ^ UINT64_C(0x8ebc6af09c88c6e3)) * (w[3] ^ UINT64_C(0x589965cc75374cc3));
    return hash_u64((uint64_t)a ^ (uint64_t)(a >> 64) ^ ((uint64_t)b + (uint64_t)(b >> 64)));
}

#endif
