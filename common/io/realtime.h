/* realtime.h - what a live process asks of the host once, at start, for steady response times:
 * memory that is present and stays, and processor cores that do not enter deep sleep.
 * Each call may be refused (it needs privileges); the caller logs why and continues: orders are
 * then as good, only later. Must not: be called on the path of an order. */
#ifndef SLUICE_REALTIME_H
#define SLUICE_REALTIME_H

#include "common/base/base.h"

/* Fault in n bytes at p, and 64 KiB of stack, so that their first use causes no page fault. The
 * bytes keep their values. */
void realtime_prefault(void *p, size_t n);
/* Lock all present memory (mlockall), which also faults it in. E_LIMIT: not permitted; the text
 * names the limit to raise. */
enum error realtime_lock_memory(struct err *e);
/* Hold the wake-up latency of all cores at 0 us until *fd is closed or the process ends.
 * E_OPEN: not permitted; *fd is -1 then. */
enum error realtime_hold_latency(int *fd, struct err *e);

#endif
