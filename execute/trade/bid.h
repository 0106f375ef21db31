/* bid.h - tip and priority fee of an order: from what recently landed, within bounds. Pure.
 * Sources: tip_level and fee_level records of the stream, and Jito's tip floor. Must not: exceed a
 * bound, whatever the levels are. */
#ifndef SLUICE_BID_H
#define SLUICE_BID_H

#include "common/rec/record.h"

#define TIP_LEAST UINT64_C(1000) /* lamports: the least that Jito's auction takes */

struct fee_rules {
    uint32_t tip_percentile; /* 25, 50, 75, 95 or 99 of the tips that landed; 0: the order's own tip
                                as it is */
    uint32_t tip_worth_bps;  /* the most, as a share of the order's worth */
    uint64_t tip_max_lamports;
    uint32_t priority_percentile; /* 50, 75 or 95 of the prices paid; 0: the order's own */
    uint64_t priority_max_lamports;
};

/* The latest levels; 0: unknown. */
struct fee_levels {
    uint64_t tip_lamports[5], price_ulamports[3];
};

void bid_tip_level(struct fee_levels *l, const struct rec_tip_level *r);
void bid_fee_level(struct fee_levels *l, const struct rec_fee_level *r);
/* Lamports to tip: the larger of the order's own and the level, but never above the bounds nor
 * below what the auction takes; worth in lamports (spent by a buy, expected of a sale). */
uint64_t bid_tip(const struct fee_rules *r, const struct fee_levels *l, uint64_t own_lamports,
                 uint64_t worth_lamports);
/* Lamports of priority fee for `units` compute units. */
uint64_t bid_priority(const struct fee_rules *r, const struct fee_levels *l, uint64_t own_lamports,
                      uint32_t units);
/* A number of SOL as JSON writes it ("1.5e-05", "0.001") in whole lamports, rounded down; false
 * when it is not a number or does not fit. */
bool bid_sol(const char *text, size_t n, uint64_t *lamports) MUST_USE;
/* Jito's tip floor: the percentiles of landed tips in the text of its answer. False when one is
 * missing. */
bool bid_tip_floor(const char *json, size_t n, struct fee_levels *l) MUST_USE;

#endif
