/* sluice-keep - keep what a source writes in a log, over any number of the source's lives: for
 * links that begin with log:. Must not: keep a record twice, or write over what was kept. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/run/stage.h"
#include "common/run/stream.h"

#define SOURCES 16u

struct kept {
    int fd;
    off_t end;     /* of the last whole record */
    uint64_t slot; /* last slot opened */
    uint32_t src[SOURCES], sources;
    uint64_t seq[SOURCES]; /* highest of each source */
    bool passed[SOURCES];  /* a record beyond it has come */
};

static uint32_t place_of(struct kept *k, uint32_t src)
{
    for (uint32_t i = 0; i < k->sources; i++)
        if (k->src[i] == src) return i;
    if (k->sources == SOURCES) return SOURCES;
    k->src[k->sources] = src;
    return k->sources++;
}

static void note(struct kept *k, const struct record_view *v)
{
    static struct record r;
    uint64_t ts, seq;
    uint32_t src, i;
    if (v->id == REC_head || !record_name(v, &ts, &src, &seq)) return;
    if ((i = place_of(k, src)) < SOURCES && seq > k->seq[i]) k->seq[i] = seq;
    if (v->id == REC_slot && record_decode(v, &r)) k->slot = r.u.slot.slot;
}

/* Read what is there, cut what was torn. */
static enum error look_through(struct kept *k, const char *path, struct err *e)
{
    static uint8_t buf[4u << 20];
    struct record_view v;
    for (ssize_t n; (n = pread(k->fd, buf, sizeof buf, k->end)) > 0;) {
        size_t at = 0;
        enum frame_result fr;
        for (; (fr = frame_next(buf + at, (size_t)n - at, &v)) == FRAME_OK; at += v.wire_len) {
            if (v.id == REC_eos)
                return err_set(e, E_FORMAT, "'%s' has ended; begin a new one", path);
            note(k, &v);
        }
        if (fr == FRAME_BAD)
            return err_set(e, E_CORRUPT, "'%s' is damaged at byte %lld", path,
                           (long long)k->end + (long long)at);
        if (at == 0) break;
        k->end += (off_t)at;
    }
    return OK;
}

static enum error open_log(struct kept *k, const char *path, bool look_only, struct err *e)
{
    k->fd = open(path, look_only ? O_RDONLY | O_CLOEXEC : O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (k->fd < 0) return err_set(e, E_OPEN, "unable to open '%s': %s", path, strerror(errno));
    if (!look_only && flock(k->fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(e, E_OPEN, "'%s' is being written by another process", path);
    enum error rc = look_through(k, path, e);
    if (rc == OK && !look_only && ftruncate(k->fd, k->end) != 0)
        return err_set(e, E_WRITE, "unable to cut the torn end of '%s': %s", path, strerror(errno));
    return rc;
}

static enum error append(struct kept *k, const uint8_t *p, size_t n, struct err *e)
{
    while (n) {
        ssize_t w = pwrite(k->fd, p, n, k->end);
        if (w < 0 && errno == EINTR) continue;
        if (w <= 0) return err_set(e, E_WRITE, "unable to write the log: %s", strerror(errno));
        p += w;
        n -= (size_t)w;
        k->end += w;
    }
    return OK;
}

/* A restarted source repeats its last moments: what it writes before anything new is
 * known already. */
static bool is_known(struct kept *k, const struct record_view *v)
{
    uint64_t ts, seq;
    uint32_t src, i;
    if (!record_name(v, &ts, &src, &seq) || (i = place_of(k, src)) == SOURCES) return false;
    if (seq > k->seq[i] || k->seq[i] == 0) k->passed[i] = true;
    return !k->passed[i];
}

static enum error keep(struct kept *k, struct reader *r, struct err *e)
{
    static uint8_t head[RECORD_MAX + 4];
    struct record h = {.id = REC_head, .u.head = *reader_head(r)};
    struct record_view v;
    bool more = true;
    enum error rc = k->end == 0 ? append(k, head, record_encode(head, &h), e) : OK;
    while (rc == OK && (rc = reader_next(r, &v, &more, e)) == OK && more)
        if (!is_known(k, &v)) rc = append(k, v.wire, v.wire_len, e);
    if (rc == OK && fsync(k->fd) != 0)
        return err_set(e, E_WRITE, "unable to flush the log: %s", strerror(errno));
    return rc;
}

static enum error run(const struct settings *s, struct err *e)
{
    static struct kept k;
    const struct section *own = settings_own(s);
    const char *path = settings_operand(s, 0);
    if (settings_operand_count(s) != 1) return err_set(e, E_USAGE, "one LOG is required");
    enum error rc = open_log(&k, path, settings_bool(own, "last-slot"), e);
    if (rc != OK) return rc;
    if (settings_bool(own, "last-slot"))
        return printf("%llu\n", (unsigned long long)k.slot) < 0
                   ? err_set(e, E_WRITE, "unable to write")
                   : OK;
    struct reader *r = NULL;
    rc = reader_open(settings_str(own, "input"), &r, e);
    if (rc != OK) return rc;
    reader_skip_hash(r);
    rc = keep(&k, r, e);
    reader_close(r);
    return rc;
}

static const struct tool tool = {.name = "sluice-keep",
                                 .section = "keep",
                                 .purpose =
                                     "append a source's records to a log, across its restarts",
                                 .operands = "LOG",
                                 .run = run};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
