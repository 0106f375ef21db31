/* owner_file.h - owner-only (0600) files: open refuses anything else; creation is atomic. Must not:
 * follow a symbolic link; overwrite a file unless `replace` is set. */
#ifndef SLUICE_OWNER_FILE_H
#define SLUICE_OWNER_FILE_H

#include "common/base/base.h"

/* Open a file of exactly `bytes` bytes that belongs to this user and is closed to all others. what
 * names it in messages: "a key file of sluice". E_OPEN: missing. E_KEY: unsafe or of another kind;
 * the text names the remedy. */
enum error owner_file_open(const char *path, bool write, const char *what, uint64_t bytes, int *fd,
                           struct err *e);
/* Create a durable file of mode 0600. E_OPEN: it exists (unless replace). E_WRITE: it cannot be
 * written whole; an older file stays. A process that is killed leaves the old or the new file; with
 * replace it may also leave PATH.part, which the next call removes. */
enum error owner_file_write(const char *path, const uint8_t *p, size_t n, bool replace,
                            struct err *e);

#endif
