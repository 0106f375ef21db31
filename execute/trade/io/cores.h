/* cores.h - keeps the processor's cores from falling asleep while the disk writes an order down:
 * one that does takes some 50 to 100 us to wake up, and what comes then finds nothing at hand. By
 * the kernel's file for the latency that a program can bear, held at 0 us. Where the file is not to
 * be had (it is root's) nothing is held, and orders are as good, only later. Must not: hold for
 * longer than an order takes; fail an order. */
#ifndef SLUICE_CORES_H
#define SLUICE_CORES_H

#include "common/base/base.h"

struct cores {
    int fd;
    uint64_t held_until_ms; /* 0: not held */
};

/* fd is -1, and errno says why, where cores cannot be held. */
void cores_open(struct cores *c);
/* For 5 ms from now on. Some 20 us, as every core is told. */
void cores_hold(struct cores *c, uint64_t now_ms);
/* End the hold when its time is over. */
void cores_rest(struct cores *c, uint64_t now_ms);
void cores_close(struct cores *c);

#endif
