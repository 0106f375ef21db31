/* journal_state.h - the part of the journal that still matters: open positions, and the ends to
 * repeat after a restart. Pure. Must not: forget a position that holds tokens, unless
 * JOURNAL_STATE_POSITIONS are open at once (`lost` counts those). */
#ifndef SLUICE_JOURNAL_STATE_H
#define SLUICE_JOURNAL_STATE_H

#include "common/rec/record.h"

#define JOURNAL_STATE_POSITIONS 1024u
#define JOURNAL_STATE_LAST                                                               \
    1024u /* the latest ends are reported again, for a ledger that may not have received \
             them */

struct journal_state_position {
    uint64_t id, held_raw;
    struct key mint, pool;
    uint8_t venue;
};

struct journal_state {
    struct journal_state_position position[JOURNAL_STATE_POSITIONS];
    uint32_t positions;
    uint64_t ends, lost;         /* fills and final reports so far; positions without room */
    int64_t cash_delta_lamports; /* of all fills */
};

/* Take the next record of the journal; kinds other than fill and report are ignored. */
void journal_state_take(struct journal_state *r, const struct record *rec);
/* In a second reading: must this end, the index-th from 0, be repeated? */
bool journal_state_wanted(const struct journal_state *r, const struct record *rec, uint64_t index);
/* The open position of a token, or NULL. */
const struct journal_state_position *journal_state_of(const struct journal_state *r,
                                                      const struct key *mint);

#endif
