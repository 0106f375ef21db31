/* sandwich_guard.h - protects an order from sandwiches: computes what a searcher could take at its
 * limit, and decides what to do. Pure. A protected order goes as a bundle marked so that no other
 * transaction may precede it. The validator itself remains a risk, so the order waits while a
 * leader of the list leads. An unprotected order gets a tighter limit until a sandwich does not
 * pay; where that limit would fail by itself, only a part is sent, or nothing. Must not: send;
 * loosen a limit.
 */
#ifndef SLUICE_SANDWICH_GUARD_H
#define SLUICE_SANDWICH_GUARD_H

#include "common/venue/venue.h"

#define SANDWICH_GUARD_LEADERS  2048u /* leaders to avoid */
#define SANDWICH_GUARD_SCHEDULE 256u  /* slots whose leader is known */
#define SANDWICH_GUARD_SEARCHER_TIP                                                                \
    UINT64_C(100000) /* lamports a searcher must at least pay: below that no sandwich is worth its \
                        bundle */

struct sandwich_guard_rules {
    uint32_t max_loss_bps; /* of the output: the most that a sandwich may take; 0: not checked */
    uint32_t room_bps; /* least distance between quote and limit: tighter ones fail by the market's
                          own movement */
    uint32_t delay_slots; /* longest wait for a leader on the list to pass, exits; entries wait
                             until they expire */
    uint32_t leaders;
    struct key leader[SANDWICH_GUARD_LEADERS]; /* sorted */
};

/* The leaders of `count` slots from `first` on. */
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
/* Does a leader to avoid lead this slot or one of the next two? With a list, an unknown leader is
 * one to avoid. */
bool sandwich_guard_bad_leader(const struct sandwich_guard_rules *r,
                               const struct sandwich_guard_schedule *s, uint64_t slot);
/* Decide what to do with an order. For SEND, TIGHTEN and SPLIT the plan has the amounts to send. */
void sandwich_guard_decide(const struct sandwich_guard_rules *r,
                           const struct sandwich_guard_schedule *s, const struct venue_market *m,
                           const struct sandwich_guard_order *o, struct sandwich_guard_plan *plan);
/* Add a leader to the sorted list, once. False: the list is full. */
bool sandwich_guard_avoid(struct sandwich_guard_rules *r, const struct key *leader) MUST_USE;
const struct key *sandwich_guard_leader_of(const struct sandwich_guard_schedule *s, uint64_t slot);

#endif
