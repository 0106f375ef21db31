/* journal.h - what live execution has promised and heard, durable before anything leaves: order and
 * intent before sending, fill or report at the end. A file of entries: length (4 bytes), XXH3-64 of
 * length and records (8), records; little endian. It is written on into zeros that were put there
 * before, so that a flush has no size of a file to write down; a length of 0 is the end. Closing
 * cuts the zeros off. The zeros are mapped: a write(2) would change the file's time, which some
 * file systems write down with every flush. What is mapped and was touched before takes a store,
 * and its flush writes little more than the entry. Must not: be shared by two processes (it is
 * locked). */
#ifndef SLUICE_JOURNAL_H
#define SLUICE_JOURNAL_H

#include "common/rec/record.h"

struct journal {
    int fd, awake_fd;
    uint64_t end, size; /* bytes of entries, of the file */
    size_t begun;       /* bytes of the entry behind end that is on its way */
    uint8_t *map; /* the zeros, and entries that took their place: mapped_from to size; NULL where
                     there are none */
    uint64_t mapped_from;
    bool scarce;    /* zeros could not be put there: not tried again */
    unsigned ready; /* calls of journal_idle for which the place of the next entry is at hand */
};
/* Open or make it, hand every record in it to each, in order. A torn last entry is cut off: its
 * write did not finish, so nothing was sent on it. E_CORRUPT: damage of any other kind. E_OPEN when
 * another process has it. */
enum error journal_open(struct journal *j, const char *path,
                        void (*each)(void *self, const struct record *r), void *self,
                        struct err *e);
/* Read it again from its start, as far as it has been written. */
enum error journal_read(struct journal *j, const char *path,
                        void (*each)(void *self, const struct record *r), void *self,
                        struct err *e);
/* Append records, together at most 4,096 bytes (else E_LIMIT), as one entry: all of them come back,
 * or none. Waits until they are on the disk. E_WRITE: it cannot be written, or somebody else has
 * changed the file's size. */
enum error journal_put(struct journal *j, const struct record *const *r, size_t n, struct err *e);
/* The same in two steps, the second next: something can be done while the disk is at it. Nothing is
 * durable, nor any of it there, before the second is OK. */
enum error journal_begin(struct journal *j, const struct record *const *r, size_t n, struct err *e);
enum error journal_end(struct journal *j, struct err *e);
/* To be called a hundred times a second when there is nothing else to do. Makes the place of the
 * next entry ready (0.2 ms, after each entry and every few seconds), puts more zeros there when few
 * are left (some 3 ms, once in a thousand entries), else reads a block past all caches, so that the
 * disk does not doze off: a flush then takes a half to a third of the time. What cannot be had of
 * this makes entries slower and nothing else. */
void journal_idle(struct journal *j);
/* Make an entry of these records and forget it: what writing one reads and runs is brought near. */
void journal_rehearse(const struct journal *j, const struct record *const *r, size_t n);
void journal_close(struct journal *j);

#endif
