/* pump.h - what pump.fun and PumpSwap share: the fee schedule. For the files of these two venues. */
#ifndef SLUICE_PUMP_H
#define SLUICE_PUMP_H

#include "common/venue/venue.h"

/* Fees of a FeeConfig account at this pool's market cap; canonical: by tier, else the flat ones. False when it is none. */
bool pump_fees_read(const struct venue_account *a, const struct amm_pool *p, bool canonical, struct amm_fees *f) MUST_USE;

#endif
