/* journal.h - the durable memory of live execution: an order and its intent before they are sent,
 * a fill or report at the end. A file of entries: length u32, XXH3-64 of length and records u64,
 * records; little endian.
 *
 * Entries overwrite zeros that were written ahead. Appending would change the file's size, which
 * fdatasync must then write as well: two flushes of the disk an entry instead of one (measured on
 * ext4 with a journal and on xfs). A length of 0 is the end; closing truncates the zeros. Because
 * of the zeros a torn entry is not a short one, so each entry has a checksum.
 *
 * Must not: be shared by two processes (it is locked); return from journal_put before the entry is
 * on the disk. */
#ifndef SLUICE_JOURNAL_H
#define SLUICE_JOURNAL_H

#include "common/rec/record.h"

struct journal {
    int fd;             /* -1: closed */
    uint64_t end, size; /* bytes of entries; of the file, zeros included */
    bool scarce;        /* zeros could not be written ahead; not tried again */
};
/* Open or create it and pass every record in it to each, in order. A torn last entry is truncated:
 * its write did not finish, so no order was sent on it. E_CORRUPT: damaged in any other way; the
 * file is left as it is. E_OPEN: another process has it. */
enum error journal_open(struct journal *j, const char *path,
                        void (*each)(void *self, const struct record *r), void *self,
                        struct err *e);
/* Read it again from its start to the last entry. */
enum error journal_read(struct journal *j, const char *path,
                        void (*each)(void *self, const struct record *r), void *self,
                        struct err *e);
/* Append records, together at most 4,096 bytes (else E_LIMIT), as one entry: after a crash all of
 * them come back, or none. Returns when they are on the disk. E_WRITE: the disk refused, or another
 * process changed the file's size. */
enum error journal_put(struct journal *j, const struct record *const *r, size_t n, struct err *e);
/* Write zeros ahead when few are left (some 3 ms, once in a thousand entries). Call it when no
 * order waits. Without it, or without disk space, entries are appended: slower, and as safe. */
void journal_reserve(struct journal *j);
void journal_close(struct journal *j);

#endif
