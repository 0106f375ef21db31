/* landing.h - what becomes of one order of the paper venue in its slot. Private to the room. Pure.
 */
#ifndef SLUICE_LANDING_H
#define SLUICE_LANDING_H

#include "execute/trade/paper.h"

struct landing {
    const struct rec_order *order;
    const struct paper_rules *rules;
    struct carry *pool; /* our swap is applied to it */
    int64_t cash;
    uint64_t held_raw; /* tokens of the mint before */
    uint64_t slot, now_ns;
    bool can_hold;
};

/* Slots until the order lands, at least 1. Drawn from seed and order id alone, so that no other
 * order can change it. */
uint64_t landing_latency(const struct paper_rules *rules, const struct rec_order *o);
/* Write f (landed, or failed on chain) and return 0; or return the enum failure for which nothing
 * reached the chain, with f->status expired when the order was sent and never landed. */
uint8_t landing_settle(struct landing *in, struct rec_fill *f);

#endif
