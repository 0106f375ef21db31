/* halt.h - the trader's side of sluice-halt(1): empty files whose presence is the order.
 *   FILE         send no entries
 *   FILE.sell    sell all holdings; FILE.sold is created when nothing is left
 *   FILE.cancel  send nothing at all
 *   FILE.seen    touched once a second while FILE exists and this process lives
 * Must not: wait; share code with sluice-halt. */
#ifndef SLUICE_HALT_H
#define SLUICE_HALT_H

#include "common/base/base.h"

enum halt_bit { HALT_STOP = 1, HALT_CANCEL = 2, HALT_SELL = 4 };

struct halt {
    char path[256];
    unsigned state;
    uint64_t looked_ms, seen_ms;
};

/* path "": never halted. */
void halt_init(struct halt *h, const char *path);
/* The halt bits in force, read at most every 50 ms. */
unsigned halt_look(struct halt *h, uint64_t now_ms);
/* Create FILE.sold: all holdings are sold. */
void halt_sold(const struct halt *h);

#endif
