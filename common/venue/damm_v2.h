/* damm_v2.h - the account of a Meteora DAMM v2 pool. Its swap maths is common/amm/damm.h. Pure. */
#ifndef SLUICE_VENUE_DAMM_V2_H
#define SLUICE_VENUE_DAMM_V2_H

#include "common/amm/damm.h"

/* Read a pool account. Returns NULL, or a static text why it cannot be quoted. */
const char *damm_v2_read(const uint8_t *data, size_t n, struct damm_pool *p);

#endif
