/* owner_file.h - files that are their owner's alone: opened only when they are, made whole or not
 * at all. Must not: follow a symbolic link; write over a file unless told to. */
#ifndef SLUICE_OWNER_FILE_H
#define SLUICE_OWNER_FILE_H

#include "common/base/base.h"

/* Open a file of exactly `bytes` bytes that belongs to this user and that nobody else may read or
 * write. what: "a key file of sluice". E_OPEN when it is not there; E_KEY for what is wrong with it
 * and what to do. */
enum error owner_file_open(const char *path, bool write, const char *what, uint64_t bytes, int *fd,
                           struct err *e);
/* Make a file of mode 0600, flushed to the disk. E_OPEN when it exists (unless replace), E_WRITE
 * when it cannot be written whole: then what was there stands. A process that is killed leaves the
 * old or the new file; with replace it may also leave PATH.part, which the next call removes. */
enum error owner_file_write(const char *path, const uint8_t *p, size_t n, bool replace,
                            struct err *e);
bool write_all(int fd, const uint8_t *p, size_t n) MUST_USE;

#endif
