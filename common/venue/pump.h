/* pump.h - what pump.fun and PumpSwap share: the fee schedule. For the files of these two venues.
 */
#ifndef SLUICE_PUMP_H
#define SLUICE_PUMP_H

#include "common/venue/venue.h"

#define PUMP_TIERS 50u

/* The FeeConfig of a program, in a market's space. own_creator_bps: the coin's own creator fee, 0 =
 * the tier's. */
struct pump_tier {
    uint64_t from_low, from_high;
    struct amm_fees fees;
};
struct pump_schedule {
    uint32_t tiers, own_creator_bps;
    struct amm_fees flat;
    struct pump_tier tier[PUMP_TIERS];
};

/* Read a FeeConfig account into the market's space and set the fees of its market cap; canonical:
 * by tier, else the flat ones. Without such an account the dated table counts. */
void pump_fees_read(struct venue_market *m, const struct venue_account *a, bool canonical,
                    uint64_t own_creator_bps);
/* The fees at the market cap of now. */
void pump_reprice(struct venue_market *m);

#endif
