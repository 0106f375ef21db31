/* drift.h - programs change: what landed on the chain and is not as it was known is counted by
 * venue, and said once it is no accident. Seen are bytes behind the known ones of an event, events
 * and instructions of an unknown discriminator, accounts of an unknown size. A venue drifts when
 * DRIFT_DISTINCT different transactions (or accounts) within DRIFT_SLOTS slots show it: one alert,
 * critical, code "drift.VENUE", until drift_clear(). Only transactions that landed may be noted:
 * anybody can send what fails. State is flat and holds no pointers. Must not: decide what follows
 * from it; that is for those who read the alert. */
#ifndef SLUICE_DRIFT_H
#define SLUICE_DRIFT_H

#include "common/rec/record.h"

#define DRIFT_CODE     "drift."
#define DRIFT_CLEARED  ".cleared"
#define DRIFT_DISTINCT 3u
#define DRIFT_SLOTS    UINT64_C(9000) /* an hour */
#define DRIFT_VENUES   32u

enum drift_kind { DRIFT_TRAILING, DRIFT_EVENT, DRIFT_INSTRUCTION, DRIFT_SIZE, DRIFT_KINDS };

struct drift_venue {
    uint64_t seen[DRIFT_KINDS];
    uint64_t who[DRIFT_DISTINCT], slot[DRIFT_DISTINCT]; /* the last distinct ones; slot 0 = free */
    bool told;
};
struct drift {
    struct drift_venue venue[DRIFT_VENUES];
};

/* Where it was seen. */
struct drift_at {
    uint64_t slot, ts_ns;
    const struct sig *signature;
};

/* Count one sight; bytes: the discriminator (of what has trailing bytes, or is unknown), at most 8
 * of them are named; n: how many, or for DRIFT_TRAILING the bytes that trail. True when this makes
 * the alert, which is then filled. */
bool drift_note(struct drift *d, uint8_t venue, enum drift_kind kind, const uint8_t *bytes,
                size_t n, const struct drift_at *at, struct rec_alert *alert) MUST_USE;
/* An account of a venue's program as it was read: is its size one that is known? The same rules, by
 * account. */
bool drift_account(struct drift *d, uint8_t venue, const struct key *account, size_t size,
                   uint64_t slot, uint64_t ts_ns, struct rec_alert *alert) MUST_USE;
/* Somebody has looked: count anew. */
void drift_clear(struct drift *d, uint8_t venue);

/* The bit of a venue by its name of n bytes, as in enums.def; 0 when there is none. */
uint64_t drift_venue_bit(const char *name, size_t n);
/* The venues (bits) that are shut once this alert is heard: drift.VENUE shuts one,
 * drift.VENUE.cleared opens it again, every other code changes nothing. */
uint64_t drift_apply(uint64_t shut, const struct rec_alert *a);

#endif
