/* sys.h - small wrappers of the operating system: clocks, whole writes, files that are replaced or
 * read whole, Unix sockets. Must not: depend on records, endpoints or settings. */
#ifndef SLUICE_SYS_H
#define SLUICE_SYS_H

#include "common/base/base.h"

/* Nanoseconds. Monotonic does not count suspend; boottime does, and no user can set either; both
 * start at boot. Realtime is since 1970 and follows the system's clock. */
uint64_t sys_monotonic_ns(void);
uint64_t sys_boottime_ns(void);
uint64_t sys_realtime_ns(void);
/* CPU time that the calling thread has used. */
uint64_t sys_thread_cpu_ns(void);

/* Write all n bytes to a blocking descriptor; false with errno set. */
bool sys_write_all(int fd, const void *data, size_t n) MUST_USE;

/* Replace the file at path: write PATH.tmp, fsync, rename, fsync the folder. After a crash the file
 * is the old one or the new one, whole. E_WRITE; nothing is left behind. */
enum error sys_file_replace(const char *path, const void *data, size_t n, struct err *e) MUST_USE;
/* Rename and make the new name durable; false with errno set. */
bool sys_rename_durable(const char *from, const char *to) MUST_USE;
/* Read a file of at most max bytes into memory from malloc (a NUL is added, not counted). E_OPEN,
 * E_READ, E_LIMIT. */
enum error sys_file_read(const char *path, size_t max, char **data, size_t *n,
                         struct err *e) MUST_USE;

/* Stream sockets with a path, closed on exec. Connect: E_USAGE when the path does not fit, else
 * E_OPEN with errno set. Listen: remove what is at the path first; the caller has checked that it
 * may. */
enum error sys_unix_connect(const char *path, int *fd, struct err *e) MUST_USE;
enum error sys_unix_listen(const char *path, int backlog, int *fd, struct err *e) MUST_USE;

#endif
