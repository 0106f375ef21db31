/* fd.c - endpoints over descriptors: standard streams, files, FIFOs, Unix sockets. Must
 * not: know records. */
#include "common/io/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/io/sys.h"

#define PIPE_BYTES (1 << 20) /* pipes are widened to this: fewer switches between processes */
#define DIAL_TRIES 600       /* unix: dialers wait for their listener, 600 x 50 ms */

volatile int endpoint_stop;

static enum error fd_read(struct endpoint *ep, void *buf, size_t cap, size_t *got, struct err *e)
{
    *got = 0;
    while (!endpoint_stop) {
        ssize_t n = read(ep->fd, buf, cap);
        if (n >= 0) {
            *got = (size_t)n;
            return OK;
        }
        if (errno == EAGAIN) {
            struct pollfd p = {.fd = ep->fd, .events = POLLIN};
            poll(&p, 1, 1000);
        } else if (errno != EINTR) {
            return err_set(e, E_READ, "unable to read '%s': %s", ep->spec, strerror(errno));
        }
    }
    return OK;
}

static enum error write_failed(const struct endpoint *ep, struct err *e)
{
    if (errno == EPIPE || errno == ECONNRESET)
        return err_set(e, E_PIPE, "the reader of '%s' went away", ep->spec);
    return err_set(e, E_WRITE, "unable to write '%s': %s", ep->spec, strerror(errno));
}

/* Wait until the descriptor takes bytes again; serve the back channel meanwhile. */
static enum error wait_writable(struct endpoint *ep, struct err *e)
{
    struct pollfd p[2] = {{.fd = ep->fd, .events = POLLOUT},
                          {.fd = ep->idle ? ep->idle->fd : -1, .events = POLLIN}};
    if (poll(p, 2, 1000) < 0 && errno != EINTR)
        return err_set(e, E_WRITE, "unable to wait for '%s': %s", ep->spec, strerror(errno));
    if (p[1].revents) return ep->idle->ready(ep->idle, e);
    return OK;
}

static enum error fd_writev(struct endpoint *ep, const struct iovec *iov, int n, struct err *e)
{
    struct iovec part[64];
    int at = 0;
    size_t skip = 0;
    while (at < n) {
        int k = 0;
        for (; k < (int)COUNT_OF(part) && at + k < n; k++) part[k] = iov[at + k];
        part[0].iov_base = (char *)part[0].iov_base + skip;
        part[0].iov_len -= skip;
        ssize_t done = writev(ep->fd, part, k);
        if (done < 0 && errno == EAGAIN) {
            enum error rc = wait_writable(ep, e);
            if (rc != OK) return rc;
            continue;
        }
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return write_failed(ep, e);
        size_t left = (size_t)done + skip;
        while (at < n && left >= iov[at].iov_len) left -= iov[at++].iov_len;
        skip = left;
    }
    return OK;
}

static enum error fd_finish(struct endpoint *ep, struct err *e)
{
    struct stat st;
    if (fstat(ep->fd, &st) == 0 && S_ISREG(st.st_mode) && fsync(ep->fd) != 0)
        return err_set(e, E_WRITE, "unable to flush '%s': %s", ep->spec, strerror(errno));
    return OK;
}

static void fd_close(struct endpoint *ep)
{
    if (ep->fd > 2) close(ep->fd);
    free(ep);
}

static const struct endpoint_ops fd_ops = {fd_read, fd_writev, fd_finish, fd_close};

enum error endpoint_from_fd(int fd, const char *spec, struct endpoint **out, struct err *e)
{
    struct endpoint *ep = calloc(1, sizeof *ep);
    if (!ep) return err_set(e, E_LIMIT, "out of memory");
    *ep = (struct endpoint){.ops = &fd_ops, .fd = fd, .spec = spec};
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode)) (void)fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES);
    *out = ep;
    return OK;
}

static bool has_suffix(const char *s, const char *suffix)
{
    size_t n = strlen(s), k = strlen(suffix);
    return n >= k && strcmp(s + n - k, suffix) == 0;
}

/* One peer, then the path is free again. */
static enum error unix_accept(const char *path, int *fd, struct err *e)
{
    int s;
    enum error rc = sys_unix_listen(path, 1, &s, e);
    if (rc != OK) return rc;
    *fd = accept4(s, NULL, NULL, SOCK_CLOEXEC);
    if (*fd < 0) rc = err_set(e, E_OPEN, "unable to accept on '%s': %s", path, strerror(errno));
    close(s);
    unlink(path);
    return rc;
}

/* Retry until the listener is there. */
static enum error unix_dial(const char *path, int *fd, struct err *e)
{
    enum error rc = E_OPEN;
    for (int i = 0; i < DIAL_TRIES && !endpoint_stop; i++) {
        rc = sys_unix_connect(path, fd, e);
        if (rc != E_OPEN || (errno != ENOENT && errno != ECONNREFUSED)) return rc;
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    return rc;
}

static enum error open_unix(const char *rest, int *fd, struct err *e)
{
    return *rest == '+' ? unix_accept(rest + 1, fd, e) : unix_dial(rest, fd, e);
}

/* A descriptor for everything that is one. */
static enum error open_fd(const char *spec, bool writing, int *fd, struct err *e)
{
    if (strcmp(spec, "-") == 0) {
        *fd = writing ? 1 : 0;
        return OK;
    }
    if (strncmp(spec, "unix:", 5) == 0) return open_unix(spec + 5, fd, e);
    if (strncmp(spec, LOG_PREFIX, 4) == 0) return (*fd = log_pipe(spec + 4, e)) >= 0 ? OK : e->code;
    if (strncmp(spec, "fd:", 3) == 0) {
        uint64_t n;
        if (!parse_u64(spec + 3, strlen(spec + 3), &n) || n > 65535 || fcntl((int)n, F_GETFD) < 0)
            return err_set(e, E_OPEN, "'%s' is not an open descriptor", spec);
        *fd = (int)n;
        return OK;
    }
    *fd =
        open(spec, writing ? O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0666);
    if (*fd < 0) return err_set(e, E_OPEN, "unable to open '%s': %s", spec, strerror(errno));
    struct stat st;
    if (fstat(*fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(*fd);
        return err_set(e, E_OPEN, "unable to open '%s': it is a directory", spec);
    }
    return OK;
}

enum error endpoint_open_back(const char *spec, bool writing, struct endpoint **out, struct err *e)
{
    int fd;
    if (strncmp(spec, LOG_PREFIX, 4) == 0 && writing) {
        fd = open(spec + 4, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0)
            return err_set(e, E_OPEN,
                           "unable to open '%s', or it is being written by another process: %s",
                           spec + 4, strerror(errno));
        return endpoint_from_fd(fd, spec, out, e);
    }
    if (strncmp(spec, "unix:", 5) == 0 || strncmp(spec, "fd:", 3) == 0 ||
        strncmp(spec, LOG_PREFIX, 4) == 0) {
        enum error rc = open_fd(spec, writing, &fd, e);
        if (rc != OK) return rc;
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
        return endpoint_from_fd(fd, spec, out, e);
    }
    if (!writing && mkfifo(spec, 0600) != 0 && errno != EEXIST)
        return err_set(e, E_OPEN, "unable to make the FIFO '%s': %s", spec, strerror(errno));
    struct stat st;
    if (stat(spec, &st) != 0 || !S_ISFIFO(st.st_mode))
        return err_set(e, E_OPEN,
                       "'%s' is not a FIFO; the reading side makes it when there is nothing", spec);
    fd = open(spec, (writing ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENXIO)
        return err_set(e, E_PIPE,
                       "no process reads '%s': the stage that reads reports has ended, or runs "
                       "without --reports",
                       spec);
    if (fd < 0) return err_set(e, E_OPEN, "unable to open '%s': %s", spec, strerror(errno));
    return endpoint_from_fd(fd, spec, out, e);
}

void endpoint_set_idle(struct endpoint *ep, struct endpoint_idle *idle)
{
    ep->idle = idle;
    if (ep->fd >= 0 && idle) fcntl(ep->fd, F_SETFL, fcntl(ep->fd, F_GETFL) | O_NONBLOCK);
}

static bool is_nng(const char *spec)
{
    return !strncmp(spec, "push:", 5) || !strncmp(spec, "pull:", 5) || !strncmp(spec, "pub:", 4) ||
           !strncmp(spec, "sub:", 4);
}

enum error endpoint_open_read(const char *spec, struct endpoint **out, struct err *e)
{
    if (is_nng(spec)) return nng_open(spec, false, out, e);
    int fd;
    enum error rc = open_fd(spec, false, &fd, e);
    if (rc != OK) return rc;
    if (isatty(fd))
        return err_set(e, E_USAGE, "'%s' is a terminal; give a tape or pipe a stream in", spec);
    struct endpoint *below;
    if ((rc = endpoint_from_fd(fd, spec, &below, e)) != OK) return rc;
    rc = zstd_reader(below, out, e); /* passes plain bytes through when there is no zstd magic */
    if (rc != OK) endpoint_close(below);
    return rc;
}

static enum error null_writev(struct endpoint *ep, const struct iovec *iov, int n, struct err *e)
{
    (void)ep;
    (void)iov;
    (void)n;
    (void)e;
    return OK;
}
static enum error null_finish(struct endpoint *ep, struct err *e)
{
    (void)ep;
    (void)e;
    return OK;
}
static void null_close(struct endpoint *ep) { free(ep); }
static const struct endpoint_ops null_ops = {NULL, null_writev, null_finish, null_close};

enum error endpoint_open_write(const char *spec, struct endpoint **out, struct err *e)
{
    if (is_nng(spec)) return nng_open(spec, true, out, e);
    if (strncmp(spec, LOG_PREFIX, 4) == 0) return log_open_write(spec, out, e);
    if (strcmp(spec, "null") == 0) {
        enum error rc = endpoint_from_fd(-1, spec, out, e);
        if (rc == OK) (*out)->ops = &null_ops;
        return rc;
    }
    int fd;
    enum error rc = open_fd(spec, true, &fd, e);
    if (rc != OK) return rc;
    if (isatty(fd))
        return err_set(
            e, E_USAGE,
            "refusing to write records to a terminal; pipe them into sluice-cat to read them");
    struct endpoint *below;
    if ((rc = endpoint_from_fd(fd, spec, &below, e)) != OK) return rc;
    *out = below;
    if (!has_suffix(spec, ".zst")) return OK;
    rc = zstd_writer(below, out, e);
    if (rc != OK) endpoint_close(below);
    return rc;
}

enum error endpoint_read(struct endpoint *ep, void *buf, size_t cap, size_t *got, struct err *e)
{
    return ep->ops->read(ep, buf, cap, got, e);
}
enum error endpoint_writev(struct endpoint *ep, const struct iovec *iov, int n, struct err *e)
{
    return ep->ops->writev(ep, iov, n, e);
}
enum error endpoint_finish(struct endpoint *ep, struct err *e) { return ep->ops->finish(ep, e); }
void endpoint_close(struct endpoint *ep)
{
    if (ep) ep->ops->close(ep);
}
