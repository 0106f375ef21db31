/* sandwich_guard.h - how an order is kept from being sandwiched: what a searcher could take at its
 * limit, and what is done about it. Pure. A protected order goes as a bundle that nobody may stand
 * in front of; what remains is the validator itself, so leaders on the list are waited out. An
 * unprotected one is tightened until a sandwich does not pay, cut into parts where a tight limit
 * would fail by itself, or left. Must not: send; loosen a limit. */
#ifndef SLUICE_SANDWICH_GUARD_H
#define SLUICE_SANDWICH_GUARD_H

#include "common/venue/venue.h"

#define SANDWICH_GUARD_LEADERS  2048u /* leaders to avoid */
#define SANDWICH_GUARD_SCHEDULE 256u  /* slots whose leader is known */
#define SANDWICH_GUARD_SEARCHER_TIP                                                                \
    UINT64_C(100000) /* lamports a searcher must at least pay: below that no sandwich is worth its \
                        bundle */

struct sandwich_guard_rules {
    uint32_t max_loss_bps; /* of the output: what a sandwich may take; 0 = do not look */
    uint32_t room_bps; /* least distance between quote and limit: tighter ones fail by the market's
                          own movement */
    uint32_t delay_slots; /* longest wait for a leader on the list to pass, exits; entries wait
                             until they expire */
    uint32_t leaders;
    struct key leader[SANDWICH_GUARD_LEADERS]; /* sorted */
};

/* Who leads which slot, as far as it is known. */
struct sandwich_guard_schedule {
    uint64_t first;
    uint32_t count;
    struct key leader[SANDWICH_GUARD_SCHEDULE];
};

enum sandwich_guard_action {
    SANDWICH_GUARD_SEND,
    SANDWICH_GUARD_TIGHTEN,
    SANDWICH_GUARD_SPLIT,
    SANDWICH_GUARD_DELAY,
    SANDWICH_GUARD_SKIP
};

struct sandwich_guard_order {
    uint8_t side;
    bool protect;
    uint64_t in_raw, limit_raw, slot, expires_slot, waiting_since_slot;
};
struct sandwich_guard_plan {
    enum sandwich_guard_action action;
    uint64_t in_raw, limit_raw, loss_raw;
};

/* Output that the best sandwich takes from a swap at this limit; 0 where the venue's maths is not
 * constant product. */
uint64_t sandwich_guard_loss(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                             uint64_t limit_raw);
/* Can the loss be computed for this venue? */
bool sandwich_guard_knows(uint8_t venue);
/* Is this a slot to avoid, or one of the next two? One whose leader is not known is, as soon as
 * there is a list. */
bool sandwich_guard_bad_leader(const struct sandwich_guard_rules *r,
                               const struct sandwich_guard_schedule *s, uint64_t slot);
/* What to do with an order. in_raw and limit_raw of the plan are to be sent (SEND, TIGHTEN, SPLIT).
 */
void sandwich_guard_decide(const struct sandwich_guard_rules *r,
                           const struct sandwich_guard_schedule *s, const struct venue_market *m,
                           const struct sandwich_guard_order *o, struct sandwich_guard_plan *plan);
/* Add a leader; kept sorted, once. False when the list is full. */
bool sandwich_guard_avoid(struct sandwich_guard_rules *r, const struct key *leader) MUST_USE;
const struct key *sandwich_guard_leader_of(const struct sandwich_guard_schedule *s, uint64_t slot);

#endif
