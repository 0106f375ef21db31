/* jupiter.h - what Jupiter v6 says of a route: its events of swaps and fees, read from the bytes
 * where they lie. Must not: guess. A list that is cut is no event. Layouts:
 * @jup-ag/instruction-parser 6.0.28; SwapsEvent (written by the v2 instructions instead of one
 * SwapEvent a step): the program's description on chain of September 2026. */
#ifndef SLUICE_VENUE_JUPITER_H
#define SLUICE_VENUE_JUPITER_H

#include "common/rec/record.h"

enum jupiter_said { JUPITER_SAID_NOTHING, JUPITER_SAID_SWAP, JUPITER_SAID_SWAPS, JUPITER_SAID_FEE };

/* One step: what went into a venue and what came out. amm is the venue's program, none (zero) in
 * SwapsEvent. */
struct jupiter_swap {
    struct key amm, input_mint, output_mint;
    uint64_t input_raw, output_raw;
};
struct jupiter_fee {
    struct key account, mint;
    uint64_t amount_raw;
};

struct jupiter_event {
    enum jupiter_said said;
    uint32_t swaps;         /* how many swaps it holds */
    const uint8_t *at;      /* where they start */
    struct jupiter_fee fee; /* of JUPITER_SAID_FEE */
};

/* Read the data of Jupiter's call to itself (its 8-byte tag may be left away). What is none of the
 * three events, or cut, says nothing. */
enum jupiter_said jupiter_event_read(const uint8_t *data, size_t n, struct jupiter_event *e);
/* Swap i of it, below e->swaps. */
struct jupiter_swap jupiter_event_swap(const struct jupiter_event *e, uint32_t i);

#endif
