/* carry.h - our own impact, carried forward. Two states of one pool: what was recorded, and what it
 * would be had our swaps happened. Later recorded swaps are re-applied to ours as their traders
 * meant them; those whose limit ours would have broken are counted as reverted and left out. Until
 * our first swap the two are one. Flat, pure, without pointers. */
#ifndef SLUICE_CARRY_H
#define SLUICE_CARRY_H

#include "common/amm/amm.h"

struct carry {
    struct amm_pool market;  /* as recorded */
    struct amm_pool ours;    /* with our swaps in it */
    uint64_t reverted_count; /* recorded swaps that our impact made fail */
    uint8_t differs;         /* ours has been touched */
    uint8_t pad[7];
};

/* A recorded trade happened. Failed trades and outliers change nothing. True when it would have
 * been reverted on ours. */
bool carry_trade(struct carry *c, const struct rec_trade *t);
/* A pool or reserve record told the state. A new venue or a liquidity change ends the difference.
 */
void carry_pool(struct carry *c, const struct rec_pool *r);
void carry_reserve(struct carry *c, const struct rec_reserve *r);
/* Our own swap, quoted on c->ours. */
void carry_own(struct carry *c, uint8_t side, const struct amm_swap *s);

#endif
