/* counters.h - what was signed in the last hour and day, in a form that outlives the process: two
 * slots of a file, written in turn, so that a write that is cut leaves the older one. And the time
 * it is counted by, which only goes forward, at the pace of the machine. Pure: countfile.h reads,
 * writes and asks the clocks. Must not: trust a byte of the file. Time: while the machine runs, its
 * clock since boot is believed (it survives restarts of the process, and nobody can set it); after
 * a boot the wall clock is, unless it went back: then no time has passed. */
#ifndef SLUICE_COUNTERS_H
#define SLUICE_COUNTERS_H

#include "execute/sign/policy.h"

#define COUNTERS_SLOT_BYTES 28672u
#define COUNTERS_BYTES      (2 * COUNTERS_SLOT_BYTES)

/* One look at the machine's clocks: which boot it is, seconds since then, seconds since 1970. */
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
    uint64_t now_s;              /* the time it is counted by, then */
    struct policy_counts counts;
    uint64_t check; /* XXH3 of all before it */
};
_Static_assert(sizeof(struct counters) <= COUNTERS_SLOT_BYTES &&
                   sizeof(struct counters) ==
                       8 + 8 + 32 + 32 + 8 + sizeof(struct policy_counts) + 8,
               "a slot has no gaps");

/* Nothing signed yet. */
void counters_begin(struct counters *c, const struct key *wallet, const struct counters_clock *at);
/* The time it is counted by, at this look at the clocks: seconds, never less than at the last seal.
 */
uint64_t counters_now(const struct counters *c, const struct counters_clock *at);
/* Make it the next generation, as of this look, ready to be written. */
void counters_seal(struct counters *c, const struct counters_clock *at);
/* The newer good slot of a file of COUNTERS_BYTES. NULL, or what is wrong with it ("is damaged").
 */
const char *counters_pick(const uint8_t *file, const struct key *wallet, struct counters *out);

#endif
