/* carry.h - our own impact, carried forward. Two states of one pool: the recorded one, and the one
 * in which our swaps happened. Later recorded swaps are re-applied to the second with the terms of
 * their traders; those whose limit our impact breaks are counted as reverted and left out. Before
 * our first swap the two are equal. Flat, pure, without pointers. */
#ifndef SLUICE_CARRY_H
#define SLUICE_CARRY_H

#include "common/amm/amm.h"

struct carry {
    struct amm_pool market;  /* as recorded */
    struct amm_pool ours;    /* with our swaps in it */
    uint64_t reverted_count; /* recorded swaps that our impact made fail */
    uint8_t differs;         /* ours differs from market */
    uint8_t pad[7];
};

/* Apply a recorded trade. Failed trades and outliers change nothing. True when it would be reverted
 * on ours. */
bool carry_trade(struct carry *c, const struct rec_trade *t);
/* Apply a pool or reserve record. A new venue ends the difference. */
void carry_pool(struct carry *c, const struct rec_pool *r);
void carry_reserve(struct carry *c, const struct rec_reserve *r);
/* Apply our own swap, quoted on c->ours. */
void carry_own(struct carry *c, uint8_t side, const struct amm_swap *s);

#endif
