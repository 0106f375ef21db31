/* drift.h - drift: landed transactions that differ from the known form of a program. Counted by
 * venue: bytes behind the known ones of an event, events and instructions of an unknown
 * discriminator, accounts of an unknown size. A venue drifts when DRIFT_DISTINCT different
 * transactions (or accounts) within DRIFT_SLOTS slots show it: it raises one critical
 * alert, code "drift.VENUE". Only landed transactions may be noted: anyone can send one
 * that fails. State is flat and holds no pointers. Must not: decide what follows from it; readers
 * of the alert do. */
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
    bool alerted;
};
struct drift {
    struct drift_venue venue[DRIFT_VENUES];
};

/* Where it was seen. */
struct drift_at {
    uint64_t slot, ts_ns;
    const struct sig *signature;
};

/* Count one sight. bytes: the discriminator, of which at most 8 bytes are printed; n: its length,
 * or for DRIFT_TRAILING the number of trailing bytes. True when this sight raises the alert, which
 * is then filled. */
bool drift_note(struct drift *d, uint8_t venue, enum drift_kind kind, const uint8_t *bytes,
                size_t n, const struct drift_at *at, struct rec_alert *alert) MUST_USE;
/* Check the size of an account of a venue's program that was read. The same rules, by account. */
bool drift_account(struct drift *d, uint8_t venue, const struct key *account, size_t size,
                   uint64_t slot, uint64_t ts_ns, struct rec_alert *alert) MUST_USE;

/* The bit of a venue by its name of n bytes; 0 when no venue has it. */
uint64_t drift_venue_bit(const char *name, size_t n);
/* The venues (bits) that are shut after this alert: drift.VENUE shuts one, drift.VENUE.cleared
 * opens it again, other codes change nothing. */
uint64_t drift_apply(uint64_t shut, const struct rec_alert *a);

#endif
