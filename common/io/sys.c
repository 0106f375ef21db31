/* sys.c - see sys.h. */
#include "common/io/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* ---- clocks ---- */

static uint64_t clock_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return t.tv_sec < 0 ? 0 : (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t sys_monotonic_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
uint64_t sys_boottime_ns(void) { return clock_ns(CLOCK_BOOTTIME); }
uint64_t sys_thread_cpu_ns(void) { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }
uint64_t sys_realtime_ns(void) { return clock_ns(CLOCK_REALTIME); }

/* ---- files ---- */

bool sys_write_all(int fd, const void *data, size_t n)
{
    const char *p = data;
    while (n) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

/* A file system without fsync of folders answers EINVAL: then the rename is all there is. */
static bool sync_folder(const char *path)
{
    char folder[4096];
    if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder) return false;
    char *slash = strrchr(folder, '/');
    if (slash) *(slash == folder ? slash + 1 : slash) = 0;
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool good = fsync(fd) == 0 || errno == EINVAL;
    close(fd);
    return good;
}

bool sys_rename_durable(const char *from, const char *to)
{
    return rename(from, to) == 0 && sync_folder(to);
}

enum error sys_file_replace(const char *path, const void *data, size_t n, struct err *e)
{
    char tmp[4096];
    if (snprintf(tmp, sizeof tmp, "%s.tmp", path) >= (int)sizeof tmp)
        return err_set(e, E_USAGE, "the path is longer than 4,000 bytes");
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return err_set(e, E_WRITE, "unable to create '%s': %s", tmp, strerror(errno));
    bool good = sys_write_all(fd, data, n) && (fsync(fd) == 0 || errno == EINVAL);
    int why = errno;
    close(fd);
    if (good && !sys_rename_durable(tmp, path)) {
        good = false;
        why = errno;
    }
    if (good) return OK;
    unlink(tmp);
    return err_set(e, E_WRITE, "unable to write '%s': %s", path, strerror(why));
}

/* All of a stream, at most a little more than max bytes; NULL when out of memory. */
static char *read_stream(FILE *f, size_t max, size_t *n)
{
    size_t cap = 65536, len = 0;
    char *buf = malloc(cap + 1);
    while (buf) {
        len += fread(buf + len, 1, cap - len, f);
        if (len < cap || cap > max) break;
        char *more = realloc(buf, cap * 2 + 1);
        if (!more) free(buf);
        buf = more;
        cap *= 2;
    }
    *n = len;
    return buf;
}

enum error sys_file_read(const char *path, size_t max, char **data, size_t *n, struct err *e)
{
    FILE *f = fopen(path, "rbe");
    if (!f) return err_set(e, E_OPEN, "unable to open '%s': %s", path, strerror(errno));
    char *buf = read_stream(f, max, n);
    bool failed = ferror(f);
    int why = errno;
    fclose(f);
    if (!buf) return err_set(e, E_LIMIT, "out of memory reading '%s'", path);
    if (!failed && *n <= max) {
        buf[*n] = 0;
        *data = buf;
        return OK;
    }
    free(buf);
    return failed ? err_set(e, E_READ, "unable to read '%s': %s", path, strerror(why))
                  : err_set(e, E_LIMIT, "'%s' is larger than %zu bytes", path, max);
}

/* ---- Unix sockets ---- */

static enum error unix_address(const char *path, struct sockaddr_un *a, struct err *e)
{
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (!*path || strlen(path) >= sizeof a->sun_path)
        return err_set(e, E_USAGE, "the socket path '%s' is empty or longer than %zu bytes", path,
                       sizeof a->sun_path - 1);
    memcpy(a->sun_path, path, strlen(path) + 1);
    return OK;
}

/* Close and keep errno. */
static void close_failed(int *fd)
{
    int why = errno;
    if (*fd >= 0) close(*fd);
    *fd = -1;
    errno = why;
}

enum error sys_unix_connect(const char *path, int *fd, struct err *e)
{
    struct sockaddr_un a;
    *fd = -1;
    enum error rc = unix_address(path, &a, e);
    if (rc != OK) return rc;
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd >= 0 && connect(*fd, (const struct sockaddr *)&a, sizeof a) == 0) return OK;
    close_failed(fd);
    int why = errno;
    rc = err_set(e, E_OPEN, "unable to connect to '%s': %s", path, strerror(why));
    errno = why;
    return rc;
}

enum error sys_unix_listen(const char *path, int backlog, int *fd, struct err *e)
{
    struct sockaddr_un a;
    *fd = -1;
    enum error rc = unix_address(path, &a, e);
    if (rc != OK) return rc;
    unlink(path);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd >= 0 && bind(*fd, (const struct sockaddr *)&a, sizeof a) == 0 &&
        listen(*fd, backlog) == 0)
        return OK;
    close_failed(fd);
    return err_set(e, E_OPEN, "unable to listen on '%s': %s", path,
                   errno == ENOENT ? "its directory does not exist" : strerror(errno));
}
