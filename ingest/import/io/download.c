/* download.c - see download.h. */
#include "ingest/import/io/download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/io/endpoint.h"
#include "common/io/http.h"
#include "common/io/sys.h"
#include "common/run/log.h"
#include "common/run/stage.h"

#define BAR_WIDTH    30
#define BAR_EVERY_MS 200

struct job {
    const struct download *d;
    struct err *e;
    int fd;
    uint64_t have;       /* bytes in the .part */
    uint64_t start_have; /* of these, from before this run */
    uint64_t started_ms, shown_ms;
    bool begun, broken; /* this answer; a local error */
    uint8_t magic[4];
};

static uint64_t clock_ms(void) { return sys_monotonic_ns() / NS_PER_MS; }

/* ---- the bar ---- */

static void show(struct job *j, const struct http_answer *a, bool last)
{
    uint64_t now = clock_ms();
    if (!j->d->bar || (!last && now - j->shown_ms < BAR_EVERY_MS)) return;
    j->shown_ms = now;
    double s = (double)(now - j->started_ms) / 1000,
           rate = s > 0 ? (double)(j->have - j->start_have) / s : 0;
    uint64_t total = a->total ? a->total : j->have, left = total > j->have ? total - j->have : 0;
    uint64_t eta = rate >= 1 ? (uint64_t)((double)left / rate) : 0;
    unsigned ppt = total ? (unsigned)(j->have * 1000 / total) : 0;
    char bar[BAR_WIDTH + 1];
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', ppt * BAR_WIDTH / 1000);
    bar[BAR_WIDTH] = 0;
    fprintf(stderr, "\r\033[K%s [%s] %5.1f %%  %.1f/%.1f MB  %.1f MB/s", j->d->label, bar,
            ppt / 10.0, (double)j->have / 1e6, (double)total / 1e6, rate / 1e6);
    if (last)
        fputc('\n', stderr);
    else if (rate >= 1)
        fprintf(stderr, "  ETA %llu:%02llu", (unsigned long long)eta / 60,
                (unsigned long long)eta % 60);
    fflush(stderr);
}

/* ---- one answer ---- */

static bool fail(struct job *j, enum error code, const char *what)
{
    err_set(j->e, code, "%s '%s.part': %s", what, j->d->path, strerror(errno));
    j->broken = true;
    return false;
}

/* The server may send the whole although the rest was asked for: then begin again. */
static bool begin(struct job *j, const struct http_answer *a)
{
    j->begun = true;
    if (a->from == j->have) return true;
    if (a->from != 0) {
        errno = EPROTO;
        return fail(j, E_PEER, "the server resumes at another place than asked for");
    }
    if (ftruncate(j->fd, 0) != 0 || lseek(j->fd, 0, SEEK_SET) != 0)
        return fail(j, E_WRITE, "unable to empty");
    j->have = j->start_have = 0;
    return true;
}

static bool on_body(void *self, const struct http_answer *a, const void *p, size_t n)
{
    struct job *j = self;
    if (!j->begun && !begin(j, a)) return false;
    if (j->have < 4) memcpy(j->magic + j->have, p, n < 4 - j->have ? n : 4 - j->have);
    if (!sys_write_all(j->fd, p, n)) return fail(j, E_WRITE, "unable to write");
    j->have += n;
    show(j, a, false);
    return true;
}

static bool on_tick(void *self, const struct http_answer *a)
{
    show(self, a, false);
    return !endpoint_stop;
}

/* ---- tries ---- */

static void pause_ms(uint64_t ms)
{
    for (uint64_t end = clock_ms() + ms; !endpoint_stop && clock_ms() < end;)
        nanosleep(&(struct timespec){0, 50 * (long)NS_PER_MS}, NULL);
}

static enum error open_part(struct job *j)
{
    char part[4200];
    struct stat st;
    if (snprintf(part, sizeof part, "%s.part", j->d->path) >= (int)sizeof part)
        return err_set(j->e, E_USAGE, "the path is too long");
    j->fd = open(part, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (j->fd < 0 || fstat(j->fd, &st) != 0)
        return err_set(j->e, E_OPEN, "unable to open '%s': %s", part, strerror(errno));
    if (lseek(j->fd, 0, SEEK_END) < 0 || pread(j->fd, j->magic, 4, 0) < 0)
        return err_set(j->e, E_READ, "unable to read '%s': %s", part, strerror(errno));
    j->have = j->start_have = (uint64_t)st.st_size;
    return OK;
}

static bool is_zstd(const struct job *j)
{
    return j->have >= 4 && memcmp(j->magic, "\x28\xb5\x2f\xfd", 4) == 0;
}

/* The whole is there: is it what was asked for? Then give it its name. */
static enum download_result settle(struct job *j, const struct http_answer *a)
{
    char part[4200];
    snprintf(part, sizeof part, "%s.part", j->d->path);
    show(j, a, true);
    if (!is_zstd(j)) {
        unlink(part);
        err_set(j->e, E_FORMAT, "'%s' is not compressed with zstd: a page instead of the file?",
                j->d->url);
        return DOWNLOAD_FAILED;
    }
    if (fsync(j->fd) != 0 || !sys_rename_durable(part, j->d->path)) {
        fail(j, E_WRITE, "unable to keep");
        return DOWNLOAD_FAILED;
    }
    return DOWNLOAD_DONE;
}

/* One request. True when another may help. */
static bool try_once(struct job *j, struct http_answer *a, enum download_result *result)
{
    struct http_request r = {.url = j->d->url,
                             .from = j->have,
                             .stall_s = j->d->stall_s,
                             .body = on_body,
                             .tick = on_tick,
                             .self = j};
    j->begun = false;
    bool whole = http_get(&r, a);
    *result = DOWNLOAD_FAILED;
    if (j->broken || endpoint_stop) {
        if (!j->broken)
            err_set(j->e, E_TRUNCATED,
                    "stopped by a signal; %llu bytes of %s are kept for the next time",
                    (unsigned long long)j->have, j->d->label);
        return false;
    }
    bool complete = whole && (a->total == 0 || j->have == a->total);
    if (complete || (a->status == 416 && a->total && a->total == j->have)) {
        *result = settle(j, a);
        return false;
    }
    if (a->status == 404 || a->status == 410) {
        *result = DOWNLOAD_MISSING;
        return false;
    }
    if (a->status == 416 && j->have) { /* longer than the whole, or no resuming: from the start */
        if (ftruncate(j->fd, 0) != 0 || lseek(j->fd, 0, SEEK_SET) != 0)
            return fail(j, E_WRITE, "unable to empty");
        j->have = j->start_have = 0;
        return true;
    }
    if (whole)
        snprintf(a->why, sizeof a->why, "%llu of %llu bytes came", (unsigned long long)j->have,
                 (unsigned long long)a->total);
    err_set(j->e, E_PEER, "'%s': %s", j->d->url, a->why);
    return whole || a->again;
}

enum download_result download(const struct download *d, uint64_t *bytes, struct err *e)
{
    struct job j = {.d = d, .e = e, .fd = -1, .started_ms = clock_ms()};
    struct http_answer a = {0};
    struct stat st;
    enum download_result result = DOWNLOAD_FAILED;
    if (stat(d->path, &st) == 0) {
        *bytes = (uint64_t)st.st_size;
        return DOWNLOAD_THERE;
    }
    if (open_part(&j) == OK) {
        uint64_t wait = d->backoff_ms;
        for (uint64_t n = 1; try_once(&j, &a, &result) && n < d->tries; n++) {
            uint64_t ms =
                a.retry_after_s ? (a.retry_after_s > 300 ? 300 : a.retry_after_s) * 1000 : wait;
            log_line(LOG_WARNING, "%s: %s; trying again in %.1f s", d->label, a.why,
                     (double)ms / 1000);
            pause_ms(ms);
            if (wait < d->backoff_ms * 64) wait *= 2;
        }
    }
    if (j.fd >= 0) close(j.fd);
    if (j.fd >= 0 && j.have == 0 && result != DOWNLOAD_DONE) { /* leave no empty file behind */
        char part[4200];
        snprintf(part, sizeof part, "%s.part", d->path);
        unlink(part);
    }
    *bytes = j.have;
    return result;
}
