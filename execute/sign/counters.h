/* counters.h - what was signed in the last hour and day, in a form that survives the process: two
 * slots of a file, written in turn, so that an incomplete write leaves the older slot. Pure:
 * counter_file.h reads, writes and reads the clocks.
 *
 * Time only goes forward. Within one boot it is CLOCK_BOOTTIME under the boot's id: it survives
 * restarts of the process, and no user can set it. Across a boot it is the wall clock; one that
 * went back counts as no time.
 *
 * Must not: trust a byte of the file. */
#ifndef SLUICE_COUNTERS_H
#define SLUICE_COUNTERS_H

#include "execute/sign/policy.h"

#define COUNTERS_SLOT_BYTES 28672u
#define COUNTERS_BYTES      (2 * COUNTERS_SLOT_BYTES)

/* One reading of the clocks: the boot's id, seconds since boot, seconds since 1970. */
struct counters_clock {
    uint8_t boot[16];
    uint64_t boot_s, wall_s;
};

/* A slot as it lies in the file, little endian; the rest of COUNTERS_SLOT_BYTES is zero. */
struct counters {
    uint8_t magic[8];    /* "SLCOUNT" 1 */
    uint64_t generation; /* goes up by one a write; slot = generation % 2 */
    struct key wallet;
    struct counters_clock clock; /* when it was written; wall_s: the latest ever seen */
    uint64_t now_s;              /* the counters' own time, then */
    struct policy_counts counts;
    uint64_t check; /* XXH3 of all before it */
};
_Static_assert(sizeof(struct counters) <= COUNTERS_SLOT_BYTES &&
                   sizeof(struct counters) ==
                       8 + 8 + 32 + 32 + 8 + sizeof(struct policy_counts) + 8,
               "a slot has no gaps");

/* Zero counts. */
void counters_begin(struct counters *c, const struct key *wallet, const struct counters_clock *at);
/* The counters' own time at this reading of the clocks: seconds, never less than at the last seal.
 */
uint64_t counters_now(const struct counters *c, const struct counters_clock *at);
/* Advance to the next generation at this reading, with its checksum, ready to be written. */
void counters_seal(struct counters *c, const struct counters_clock *at);
/* Copy the newer valid slot of a file of COUNTERS_BYTES. NULL, or what is wrong ("is damaged"). */
const char *counters_pick(const uint8_t *file, const struct key *wallet, struct counters *out);

#endif
