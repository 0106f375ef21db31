/* counter_file.c - see counter_file.h. */
#include "execute/sign/io/counter_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "execute/sign/io/owner_file.h"

#define WHAT "a counters file of sluice"
#define PAGE 4096u

/* ---- the map ---- */

/* The compiler's own jump: it makes no system call, and none of a sanitizer's, which the sandbox
 * would end. */
static void *nothing_beneath[5];
static volatile sig_atomic_t storing;

__attribute__((no_sanitize("address"))) static void on_bus(int sig)
{
    (void)sig;
    if (storing) __builtin_longjmp(nothing_beneath, 1);
    __builtin_trap(); /* not of the map: it must not go on */
}

static uint8_t *slot_of(const struct counter_file *f, uint64_t generation)
{
    return f->map + generation % 2 * COUNTERS_SLOT_BYTES;
}

static void put(const struct counter_file *f)
{
    memcpy(slot_of(f, f->c.generation), &f->c, sizeof f->c);
}

static void touch_next(const struct counter_file *f)
{
    volatile uint8_t *p = slot_of(f, f->c.generation + 1);
    for (size_t i = 0; i < COUNTERS_SLOT_BYTES; i += PAGE) p[i] = p[i];
}

/* Do something with the map; false when the file does not reach so far any more, or the disk gave
 * no room. */
static bool with_map(const struct counter_file *f, void (*what)(const struct counter_file *))
{
    if (__builtin_setjmp(nothing_beneath)) {
        storing = 0;
        return false;
    }
    storing = 1;
    atomic_signal_fence(memory_order_seq_cst);
    what(f);
    atomic_signal_fence(memory_order_seq_cst);
    storing = 0;
    return true;
}

/* Written once in a plain way, so that all of it has its place on the disk; then mapped. */
static enum error map_file(struct counter_file *f, const char *path, const uint8_t *file,
                           struct err *e)
{
    if (!write_all(f->fd, file, COUNTERS_BYTES) || fdatasync(f->fd) != 0)
        return err_set(e, E_OPEN, "unable to write '%s': %s", path, strerror(errno));
    f->map = mmap(NULL, COUNTERS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, f->fd, 0);
    if (f->map == MAP_FAILED) {
        f->map = NULL;
        return err_set(e, E_OPEN, "unable to map '%s': %s", path, strerror(errno));
    }
    sigaction(SIGBUS, &(struct sigaction){.sa_handler = on_bus, .sa_flags = SA_NODEFER}, NULL);
    return OK;
}

/* ---- the file ---- */

/* A name for this boot of the kernel. Where there is none, one for this process: then restarts go
 * by the wall clock. */
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

static struct counters_clock look_at_clocks(const struct counter_file *f)
{
    struct timespec boot, wall;
    struct counters_clock at = {{0}};
    clock_gettime(CLOCK_BOOTTIME, &boot);
    clock_gettime(CLOCK_REALTIME, &wall);
    memcpy(at.boot, f->boot, sizeof at.boot);
    at.boot_s = (uint64_t)boot.tv_sec;
    at.wall_s = wall.tv_sec > 0 ? (uint64_t)wall.tv_sec : 0;
    return at;
}

void counter_file_none(struct counter_file *f, const struct key *wallet)
{
    f->fd = -1;
    f->map = NULL;
    read_boot(f->boot);
    struct counters_clock at = look_at_clocks(f);
    counters_begin(&f->c, wallet, &at);
}

enum error counter_file_make(const char *path, const struct key *wallet, struct err *e)
{
    static uint8_t file[COUNTERS_BYTES];
    static struct counter_file f;
    if (access(path, F_OK) == 0)
        return err_set(e, E_OPEN, "'%s' exists already: start without --counters-new", path);
    counter_file_none(&f, wallet);
    struct counters_clock at = look_at_clocks(&f);
    counters_seal(&f.c, &at);
    memset(file, 0, sizeof file);
    memcpy(file + f.c.generation % 2 * COUNTERS_SLOT_BYTES, &f.c, sizeof f.c);
    return owner_file_write(path, file, sizeof file, false, e);
}

static enum error take_over(struct counter_file *f, const char *path, const struct key *wallet,
                            uint8_t *file, struct err *e)
{
    ssize_t got = pread(f->fd, file, COUNTERS_BYTES, 0);
    if (got != (ssize_t)COUNTERS_BYTES)
        return err_set(e, E_READ, "unable to read '%s': %s", path,
                       got < 0 ? strerror(errno) : "it is cut");
    const char *bad = counters_pick(file, wallet, &f->c);
    if (!bad) return OK;
    return err_set(e, E_KEY,
                   "'%s' %s: what the wallet spent today is not known from it; make another with "
                   "--counters-new, after moving this one away",
                   path, bad);
}

enum error counter_file_look(struct counter_file *f, const char *path, const struct key *wallet,
                             struct err *e)
{
    static uint8_t file[COUNTERS_BYTES];
    read_boot(f->boot);
    enum error rc = owner_file_open(path, false, WHAT, COUNTERS_BYTES, &f->fd, e);
    if (rc != OK) return rc;
    rc = take_over(f, path, wallet, file, e);
    close(f->fd);
    f->fd = -1;
    return rc;
}

enum error counter_file_open(struct counter_file *f, const char *path, const struct key *wallet,
                             bool sync, struct err *e)
{
    static uint8_t file[COUNTERS_BYTES];
    f->sync = sync;
    f->map = NULL;
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
    if (rc == OK) rc = take_over(f, path, wallet, file, e);
    if (rc == OK) rc = map_file(f, path, file, e);
    if (rc == OK && !counter_file_save(f, &f->c.counts))
        rc = err_set(e, E_OPEN, "unable to write '%s'", path);
    if (rc != OK) counter_file_close(f);
    return rc;
}

void counter_file_close(struct counter_file *f)
{
    if (f->map) munmap(f->map, COUNTERS_BYTES); /* it holds the lock as well */
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
    f->map = NULL;
}

uint64_t counter_file_now(const struct counter_file *f)
{
    struct counters_clock at = look_at_clocks(f);
    return counters_now(&f->c, &at);
}

bool counter_file_save(struct counter_file *f, const struct policy_counts *counts)
{
    if (f->fd < 0) return true;
    struct counters_clock at = look_at_clocks(f);
    if (counts != &f->c.counts) f->c.counts = *counts;
    counters_seal(&f->c, &at);
    if (with_map(f, put) && (!f->sync || msync(f->map, COUNTERS_BYTES, MS_SYNC) == 0)) return true;
    f->c.generation--; /* the next try goes to the same slot: the other one is still whole */
    return false;
}

void counter_file_ready(struct counter_file *f, const struct policy_counts *counts)
{
    if (f->fd < 0) return;
    f->c.counts = *counts;
    (void)counters_whole(&f->c);
    (void)with_map(f, touch_next);
}
