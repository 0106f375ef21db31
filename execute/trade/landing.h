/* landing.h - what happens to one order when its slot has come. Private to the room. Pure. */
#ifndef SLUICE_LANDING_H
#define SLUICE_LANDING_H

#include "execute/trade/paper.h"

struct landing {
    const struct rec_order *order;
    const struct paper_rules *rules;
    struct carry *pool; /* gets our swap */
    int64_t cash;
    uint64_t held_raw; /* tokens of the mint before */
    uint64_t slot, now_ns;
    bool can_hold;
};

/* Slots until the order lands, at least 1: drawn from seed and order id alone, so no other order
 * can move it. */
uint64_t landing_latency(const struct paper_rules *rules, const struct rec_order *o);
/* Fill in f (landed or failed on chain) and return 0; or return why nothing reached the chain (enum
 * failure), with f->status expired when it was sent and never landed. */
uint8_t landing_settle(struct landing *in, struct rec_fill *f);

#endif
