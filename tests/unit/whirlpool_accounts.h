/* whirlpool_accounts.h - Whirlpool accounts as bytes, for tests, bench and fuzz targets. Must not:
 * read them. */
#ifndef SLUICE_WHIRLPOOL_ACCOUNTS_H
#define SLUICE_WHIRLPOOL_ACCOUNTS_H

#include <string.h>

#include "common/venue/venue.h"
#include "common/venue/whirlpool.h"

#define PUT(at, v) memcpy(d + (at), &(v), sizeof(v))

struct pool_facts {
    u128 liquidity, sqrt_price;
    int32_t tick;
    uint16_t spacing, fee_rate, protocol_rate;
    struct key mint_a, mint_b;
};

__attribute__((unused)) static size_t pool_bytes(uint8_t *d, const struct pool_facts *p)
{
    static const uint8_t disc[8] = {0x3f, 0x95, 0xd1, 0x0c, 0xe1, 0x80, 0x63, 0x09};
    memset(d, 0, 653);
    memcpy(d, disc, 8);
    PUT(41, p->spacing);
    PUT(43, p->spacing);
    PUT(45, p->fee_rate);
    PUT(47, p->protocol_rate);
    PUT(49, p->liquidity);
    PUT(65, p->sqrt_price);
    PUT(81, p->tick);
    memcpy(d + 101, p->mint_a.b, 32);
    memcpy(d + 181, p->mint_b.b, 32);
    memset(d + 133, 7, 32);
    memset(d + 213, 8, 32);
    return 653;
}

/* Ticks with these numbers (ascending) and liquidities. */
__attribute__((unused)) static size_t dynamic_bytes(uint8_t *d, const struct key *pool,
                                                    int32_t start, const unsigned *tick,
                                                    const i128 *net, size_t count)
{
    static const uint8_t disc[8] = {0x11, 0xd8, 0xf6, 0x8e, 0xe1, 0xc7, 0xda, 0x38};
    u128 bits = 0;
    size_t at = 60, next = 0;
    memcpy(d, disc, 8);
    PUT(8, start);
    memcpy(d + 12, pool->b, 32);
    for (unsigned i = 0; i < WHIRLPOOL_TICKS; i++) {
        bool set = next < count && tick[next] == i;
        size_t n = set ? 113 : 1;
        memset(d + at, 0, n);
        if (set) {
            d[at] = 1;
            bits |= (u128)1 << i;
            memcpy(d + at + 1, &net[next++], 16);
        }
        at += n;
    }
    PUT(44, bits);
    return at;
}

__attribute__((unused)) static size_t fixed_bytes(uint8_t *d, const struct key *pool, int32_t start,
                                                  const unsigned *tick, const i128 *net,
                                                  size_t count)
{
    static const uint8_t disc[8] = {0x45, 0x61, 0xbd, 0xbe, 0x6e, 0x07, 0x42, 0xbb};
    memset(d, 0, 9988);
    memcpy(d, disc, 8);
    PUT(8, start);
    for (size_t i = 0; i < count; i++) {
        d[12 + tick[i] * 113] = 1;
        memcpy(d + 13 + tick[i] * 113, &net[i], 16);
    }
    memcpy(d + 9956, pool->b, 32);
    return 9988;
}

__attribute__((unused)) static size_t oracle_bytes(uint8_t *d, const struct key *pool,
                                                   const struct whirlpool_oracle *o)
{
    static const uint8_t disc[8] = {0x8b, 0xc2, 0x83, 0xb3, 0x8c, 0xb3, 0xe5, 0xf4};
    memset(d, 0, 254);
    memcpy(d, disc, 8);
    memcpy(d + 8, pool->b, 32);
    PUT(48, o->filter_s);
    PUT(50, o->decay_s);
    PUT(52, o->reduction);
    PUT(54, o->control);
    PUT(58, o->max_accumulator);
    PUT(62, o->group_ticks);
    PUT(82, o->reference_s);
    PUT(90, o->major_s);
    PUT(98, o->reference);
    PUT(102, o->group_reference);
    PUT(106, o->accumulator);
    return 254;
}

#undef PUT
#endif
