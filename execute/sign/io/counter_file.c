/* counter_file.c - see counter_file.h. */
#include "execute/sign/io/counter_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "common/io/sys.h"
#include "execute/sign/io/owner_file.h"

#define WHAT "a counters file of sluice"

/* An identifier of this boot of the kernel. Without /proc it is random, one per process: restarts
 * then go by the wall clock. */
static void read_boot(uint8_t out[16])
{
    char text[64];
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0) close(fd);
    if (n > 0)
        crypto_generichash(out, 16, (const uint8_t *)text, (size_t)n, NULL, 0);
    else
        randombytes_buf(out, 16);
}

static struct counters_clock read_clocks(const struct counter_file *f)
{
    struct counters_clock at = {{0}};
    memcpy(at.boot, f->boot, sizeof at.boot);
    at.boot_s = sys_boottime_ns() / NS_PER_S;
    at.wall_s = sys_realtime_ns() / NS_PER_S;
    return at;
}

void counter_file_none(struct counter_file *f, const struct key *wallet)
{
    f->fd = -1;
    read_boot(f->boot);
    struct counters_clock at = read_clocks(f);
    counters_begin(&f->c, wallet, &at);
}

enum error counter_file_make(const char *path, const struct key *wallet, struct err *e)
{
    static uint8_t file[COUNTERS_BYTES];
    static struct counter_file f;
    if (access(path, F_OK) == 0)
        return err_set(e, E_OPEN, "'%s' exists already: start without --counters-new", path);
    counter_file_none(&f, wallet);
    struct counters_clock at = read_clocks(&f);
    counters_seal(&f.c, &at);
    memset(file, 0, sizeof file);
    memcpy(file + f.c.generation % 2 * COUNTERS_SLOT_BYTES, &f.c, sizeof f.c);
    return owner_file_write(path, file, sizeof file, false, e);
}

static enum error load(struct counter_file *f, const char *path, const struct key *wallet,
                       uint8_t *file, struct err *e)
{
    ssize_t got = pread(f->fd, file, COUNTERS_BYTES, 0);
    if (got != (ssize_t)COUNTERS_BYTES)
        return err_set(e, E_READ, "unable to read '%s': %s", path,
                       got < 0 ? strerror(errno) : "the file is truncated");
    const char *bad = counters_pick(file, wallet, &f->c);
    if (!bad) return OK;
    return err_set(
        e, E_KEY,
        "'%s' %s: so what the wallet spent today is unknown; move the file away and start "
        "with --counters-new",
        path, bad);
}

enum error counter_file_look(struct counter_file *f, const char *path, const struct key *wallet,
                             struct err *e)
{
    static uint8_t file[COUNTERS_BYTES];
    read_boot(f->boot);
    enum error rc = owner_file_open(path, false, WHAT, COUNTERS_BYTES, &f->fd, e);
    if (rc != OK) return rc;
    rc = load(f, path, wallet, file, e);
    close(f->fd);
    f->fd = -1;
    return rc;
}

/* Write every byte once: the file's blocks are then allocated, and later writes need no new space
 * on file systems that overwrite in place. */
static enum error write_whole(struct counter_file *f, const char *path, const uint8_t *file,
                              struct err *e)
{
    if (!sys_write_all(f->fd, file, COUNTERS_BYTES) || fdatasync(f->fd) != 0)
        return err_set(e, E_OPEN, "unable to write '%s': %s", path, strerror(errno));
    int why = counter_file_save(f, &f->c.counts);
    return why ? err_set(e, E_OPEN, "unable to write '%s': %s", path, strerror(why)) : OK;
}

enum error counter_file_open(struct counter_file *f, const char *path, const struct key *wallet,
                             bool sync, struct err *e)
{
    static uint8_t file[COUNTERS_BYTES];
    f->sync = sync;
    read_boot(f->boot);
    enum error rc = owner_file_open(path, true, WHAT, COUNTERS_BYTES, &f->fd, e);
    if (rc == E_OPEN && access(path, F_OK) != 0 && errno == ENOENT)
        return err_set(
            e, E_OPEN,
            "there is no counters file '%s': the first time, start with --counters-new to make it",
            path);
    if (rc != OK) return rc;
    if (flock(f->fd, LOCK_EX | LOCK_NB) != 0)
        rc = err_set(e, E_OPEN, "'%s' is in use by another signer", path);
    if (rc == OK) rc = load(f, path, wallet, file, e);
    if (rc == OK) rc = write_whole(f, path, file, e);
    if (rc != OK) counter_file_close(f);
    return rc;
}

void counter_file_close(struct counter_file *f)
{
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}

uint64_t counter_file_now(const struct counter_file *f)
{
    struct counters_clock at = read_clocks(f);
    return counters_now(&f->c, &at);
}

/* One pwrite of 28 KiB into the page cache takes 4 us of CPU. fdatasync before the answer adds the
 * disk's time (0.15 ms at the median, 1.5 ms at the 99th percentile where it was measured), so it
 * is a choice (counters-sync). */
int counter_file_save(struct counter_file *f, const struct policy_counts *counts)
{
    if (f->fd < 0) return 0;
    struct counters_clock at = read_clocks(f);
    if (counts != &f->c.counts) f->c.counts = *counts;
    counters_seal(&f->c, &at);
    ssize_t n =
        pwrite(f->fd, &f->c, sizeof f->c, (off_t)(f->c.generation % 2 * COUNTERS_SLOT_BYTES));
    bool whole = n == (ssize_t)sizeof f->c;
    if (whole && (!f->sync || fdatasync(f->fd) == 0)) return 0;
    int why = n < 0 || whole ? errno : ENOSPC; /* a short write: the disk or a limit is full */
    f->c.generation--; /* the next save writes the same slot: the other slot is still whole */
    return why;
}
