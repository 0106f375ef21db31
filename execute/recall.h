/* recall.h - what the journal of live execution still matters for: positions that are open, and which ends must be told again. Pure.
 * Must not: forget a position that holds tokens, unless RECALL_POSITIONS are open at once (then lost counts). */
#ifndef SLUICE_RECALL_H
#define SLUICE_RECALL_H

#include "common/rec/record.h"

#define RECALL_POSITIONS 1024u
#define RECALL_LAST 1024u      /* the latest ends are told again in any case, for a ledger that may not have heard of them */

struct recall_position { uint64_t id, held_raw; struct key mint, pool; uint8_t venue; };

struct recall {
    struct recall_position position[RECALL_POSITIONS];
    uint32_t positions;
    uint64_t ends, lost;           /* fills and final reports so far; positions that found no room */
    int64_t cash_delta_lamports;   /* of all fills */
};

/* A record of the journal, in order; others than fills and reports are passed over. */
void recall_take(struct recall *r, const struct record *rec);
/* In a second reading: must this end, the index-th, be told again? */
bool recall_wanted(const struct recall *r, const struct record *rec, uint64_t index);
/* The open position of a token, or NULL. */
const struct recall_position *recall_of(const struct recall *r, const struct key *mint);

#endif
