/* journal.c - see journal.h. */
#include "execute/io/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/rec/codec.h"

#define CHUNK (1u << 20)
#define AWAKE_BYTES 4096u

static enum error replay(struct journal *j, const char *path, void (*each)(void *, const struct record *), void *self, struct err *e)
{
    static uint8_t buf[CHUNK];
    static struct record r;
    size_t have = 0;
    off_t good = 0;
    for (;;) {
        ssize_t got = read(j->fd, buf + have, sizeof buf - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return err_set(e, E_READ, "unable to read '%s': %s", path, strerror(errno));
        have += (size_t)got;
        size_t at = 0;
        struct record_view v;
        enum frame_result fr;
        while ((fr = frame_next(buf + at, have - at, &v)) == FRAME_OK) {
            size_t n = v.wire_len;
            if (!record_decode(&v, &r)) return err_set(e, E_CORRUPT, "'%s' is damaged at byte %lld: a record does not decode", path, (long long)good);
            each(self, &r);
            at += n, good += (off_t)n;
        }
        if (fr == FRAME_BAD) return err_set(e, E_CORRUPT, "'%s' is damaged at byte %lld", path, (long long)good);
        memmove(buf, buf + at, have -= at);
        if (got == 0) break;
    }
    if (have && ftruncate(j->fd, good) != 0) return err_set(e, E_WRITE, "unable to cut the torn end of '%s': %s", path, strerror(errno)); /* a write that did not finish: nothing was sent on it */
    return lseek(j->fd, good, SEEK_SET) < 0 ? err_set(e, E_READ, "unable to read '%s': %s", path, strerror(errno)) : OK;
}

enum error journal_open(struct journal *j, const char *path, void (*each)(void *self, const struct record *r), void *self, struct err *e)
{
    j->awake_fd = -1;
    j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (j->fd < 0) return err_set(e, E_OPEN, "unable to open '%s': %s", path, strerror(errno));
    if (flock(j->fd, LOCK_EX | LOCK_NB) != 0) return err_set(e, E_OPEN, "'%s' is in use by another sluice-execute", path);
    j->awake_fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
    return replay(j, path, each, self, e);
}

enum error journal_read(struct journal *j, const char *path, void (*each)(void *self, const struct record *r), void *self, struct err *e)
{
    if (lseek(j->fd, 0, SEEK_SET) < 0) return err_set(e, E_READ, "unable to read '%s': %s", path, strerror(errno));
    return replay(j, path, each, self, e);
}

enum error journal_put(struct journal *j, const struct record *const *r, size_t count, struct err *e)
{
    static uint8_t buf[4 * (RECORD_MAX + 4)];
    size_t n = 0;
    for (size_t i = 0; i < count && i < 4; i++) n += record_encode(buf + n, r[i]);
    for (const uint8_t *p = buf; n;) {
        ssize_t w = write(j->fd, p, n);
        if (w < 0 && errno == EINTR) continue;
        if (w <= 0) return err_set(e, E_WRITE, "unable to write the journal: %s", strerror(errno));
        p += w, n -= (size_t)w;
    }
    return fdatasync(j->fd) != 0 ? err_set(e, E_WRITE, "unable to flush the journal: %s", strerror(errno)) : OK;
}

void journal_awake(struct journal *j)
{
    static _Alignas(AWAKE_BYTES) uint8_t block[AWAKE_BYTES];
    if (j->awake_fd < 0 || pread(j->awake_fd, block, sizeof block, 0) >= 0) return;
    close(j->awake_fd);
    j->awake_fd = -1;
}

void journal_close(struct journal *j)
{
    if (j->awake_fd > 0) close(j->awake_fd);
    j->awake_fd = -1;
    if (j->fd > 0) close(j->fd);
    j->fd = -1;
}
