/* raydium_clmm.c - Raydium CLMM: decoded from the transfers of its swaps, not traded. Account
 * sizes: raydium-idl. */
#include "common/venue/venue.h"

static const uint16_t sizes[] = {1544, 117, 10240, 1832, 225, 281, 0};

const struct venue_ops venue_row_raydium_clmm = {
    .venue = venue_raydium_clmm, .program = address_raydium_clmm, .size = sizes};
