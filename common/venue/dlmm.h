/* dlmm.h - the accounts of a Meteora DLMM pair. Its swap maths is common/amm/dlmm.h. Pure. */
#ifndef SLUICE_VENUE_DLMM_H
#define SLUICE_VENUE_DLMM_H

#include "common/amm/dlmm.h"

/* Read accounts. Return NULL, or a static text why they cannot be quoted. An array goes to its
 * place in one direction; it must be that of the index and of this pair, and its bins must have the
 * prices of the formula. */
const char *dlmm_read_pair(const uint8_t *data, size_t n, struct dlmm_pair *p);
const char *dlmm_read_bitmap(const uint8_t *data, size_t n, const struct key *pair,
                             struct dlmm_pair *p);
const char *dlmm_read_array(const uint8_t *data, size_t n, const struct key *pair,
                            struct dlmm_pair *p, enum dlmm_way way, unsigned at, int32_t index);

#endif
