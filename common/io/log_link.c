/* log_link.c - a link between two processes that is a file: log:PATH. The writer makes the same
 * bytes again when it starts again, so what is there already is compared and not written; the
 * reader reads from the start and waits for more. Either may be killed and started at will. Must
 * not: write over what is there; know records. */
#include "common/io/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CHUNK   65536u
#define WAIT_MS 20 /* for the file to be made */

/* ---- writing ---- */

struct log_end {
    struct endpoint ep;
    uint64_t at, have;
};

static enum error compare(struct log_end *l, const uint8_t *p, size_t n, struct err *e)
{
    static uint8_t there[CHUNK];
    for (size_t k; n; p += k, n -= k, l->at += k) {
        ssize_t got = pread(l->ep.fd, there, n < CHUNK ? n : CHUNK, (off_t)l->at);
        if (got <= 0)
            return err_set(e, E_READ, "unable to read '%s' again: %s", l->ep.spec,
                           got ? strerror(errno) : "it has become shorter");
        k = (size_t)got;
        if (memcmp(there, p, k) != 0)
            return err_set(e, E_FORMAT,
                           "'%s' holds another stream from byte %llu on: other input, "
                           "configuration or build made it; begin a new one",
                           l->ep.spec, (unsigned long long)l->at);
    }
    return OK;
}

static enum error append(struct log_end *l, const uint8_t *p, size_t n, struct err *e)
{
    while (n) {
        ssize_t k = pwrite(l->ep.fd, p, n, (off_t)l->at);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0)
            return err_set(e, E_WRITE, "unable to write '%s': %s", l->ep.spec, strerror(errno));
        p += k;
        n -= (size_t)k;
        l->at += (uint64_t)k;
    }
    return OK;
}

static enum error log_writev(struct endpoint *ep, const struct iovec *iov, int n, struct err *e)
{
    struct log_end *l = (struct log_end *)ep;
    enum error rc = OK;
    for (int i = 0; i < n && rc == OK; i++) {
        const uint8_t *p = iov[i].iov_base;
        uint64_t left = l->have > l->at ? l->have - l->at : 0;
        size_t old = iov[i].iov_len < left ? iov[i].iov_len : (size_t)left;
        rc = compare(l, p, old, e);
        if (rc == OK) rc = append(l, p + old, iov[i].iov_len - old, e);
    }
    return rc;
}

static enum error log_finish(struct endpoint *ep, struct err *e)
{
    return fsync(ep->fd) == 0
               ? OK
               : err_set(e, E_WRITE, "unable to flush '%s': %s", ep->spec, strerror(errno));
}

static void log_close(struct endpoint *ep)
{
    close(ep->fd);
    free(ep);
}

static const struct endpoint_ops log_ops = {NULL, log_writev, log_finish, log_close};

enum error log_open_write(const char *spec, struct endpoint **out, struct err *e)
{
    const char *path = spec + strlen(LOG_PREFIX);
    struct stat st;
    struct log_end *l = calloc(1, sizeof *l);
    if (!l) return err_set(e, E_LIMIT, "out of memory");
    l->ep = (struct endpoint){.ops = &log_ops,
                              .spec = spec,
                              .resumes = true,
                              .fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666)};
    bool good = l->ep.fd >= 0 && fstat(l->ep.fd, &st) == 0;
    if (!good)
        err_set(e, E_OPEN, "unable to open '%s': %s", path, strerror(errno));
    else if (!S_ISREG(st.st_mode)) {
        good = false;
        err_set(e, E_OPEN, "'%s' is no regular file", path);
    } else if (flock(l->ep.fd, LOCK_EX | LOCK_NB) != 0) {
        good = false;
        err_set(e, E_OPEN, "'%s' is being written by another process", path);
    }
    if (good) {
        l->have = (uint64_t)st.st_size;
        *out = &l->ep;
        return OK;
    }
    if (l->ep.fd >= 0) close(l->ep.fd);
    free(l);
    return e->code;
}

/* ---- reading ---- */

/* The child: file to pipe, for ever. Ends with the stage, or when that reads no more. */
static void pump(const char *path)
{
    static uint8_t buf[CHUNK];
    int fd, news = inotify_init1(IN_CLOEXEC);
    while ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
        nanosleep(&(struct timespec){.tv_nsec = WAIT_MS * 1000000}, NULL);
    inotify_add_watch(news, path, IN_MODIFY);
    for (;;) {
        ssize_t n = read(fd, buf, sizeof buf);
        if (n < 0 && errno != EINTR) _exit(1);
        for (ssize_t at = 0, k; n > 0 && at < n; at += k)
            if ((k = write(STDOUT_FILENO, buf + at, (size_t)(n - at))) < 0) _exit(1);
        if (n > 0) continue;
        struct pollfd p = {news, POLLIN, 0};
        if (poll(&p, 1, 1000) > 0 && read(news, buf, sizeof buf) < 0) _exit(1);
    }
}

/* A pipe can be polled together with everything else, a file cannot: a child turns one into the
 * other. */
int log_pipe(const char *path, struct err *e)
{
    int p[2];
    pid_t parent = getpid();
    if (pipe2(p, O_CLOEXEC) != 0) {
        err_set(e, E_OPEN, "unable to make a pipe: %s", strerror(errno));
        return -1;
    }
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
        if (getppid() != parent || dup2(p[1], STDOUT_FILENO) < 0) _exit(1);
        close(STDIN_FILENO);
        syscall(SYS_close_range, 3, ~0u, 0); /* close every other inherited descriptor */
        pump(path);
    }
    close(p[1]);
    if (child > 0) return p[0];
    close(p[0]);
    err_set(e, E_OPEN, "unable to make a process: %s", strerror(errno));
    return -1;
}
