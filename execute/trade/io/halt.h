/* halt.h - the trader's side of sluice-halt: empty files whose presence says how far to go. See
 * sluice-halt(1). FILE         no entry is sent          FILE.sell    everything is sold; FILE.sold
 * when nothing is left FILE.cancel  nothing is sent at all    FILE.seen    touched once a second
 * while FILE is there and we live Must not: wait; share code with sluice-halt. */
#ifndef SLUICE_HALT_H
#define SLUICE_HALT_H

#include "common/base/base.h"

enum halt_bit { HALT_STOP = 1, HALT_CANCEL = 2, HALT_SELL = 4 };

struct halt {
    char path[256];
    unsigned state;
    uint64_t looked_ms, seen_ms;
};

/* path: "" = never halted. */
void halt_init(struct halt *h, const char *path);
/* What is in force, looked up at most every 50 ms. */
unsigned halt_look(struct halt *h, uint64_t now_ms);
/* Everything is sold: say so. */
void halt_sold(const struct halt *h);

#endif
