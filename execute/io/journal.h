/* journal.h - what live execution has promised and heard, durable before anything leaves: order and intent before sending, fill or
 * report at the end. A file of records, appended to only; a torn end is cut off at opening.
 * Must not: be shared by two processes (it is locked). */
#ifndef SLUICE_JOURNAL_H
#define SLUICE_JOURNAL_H

#include "common/rec/record.h"

struct journal { int fd, awake_fd; };
/* Open or make it, hand every record in it to each, in order. E_OPEN when another process has it. */
enum error journal_open(struct journal *j, const char *path, void (*each)(void *self, const struct record *r), void *self, struct err *e);
/* Read it again from its start, as far as it has been written. */
enum error journal_read(struct journal *j, const char *path, void (*each)(void *self, const struct record *r), void *self, struct err *e);
/* Append records and wait until they are on the disk. */
enum error journal_put(struct journal *j, const struct record *const *r, size_t n, struct err *e);
/* Read a block of it past all caches, so that its disk does not doze off: a flush then takes a half to a third of the time. Nothing where
 * its file system knows no such reading; about 0.1 ms else. */
void journal_awake(struct journal *j);
void journal_close(struct journal *j);

#endif
