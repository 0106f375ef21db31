/* journal.c - see journal.h. */
#include "execute/trade/io/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/base/checksum.h"
#include "common/rec/codec.h"

#define BLOCK       4096u
#define HEAD        12u
#define RECORDS_MAX 4096u /* of one entry, in bytes */
#define ENTRY_MAX   (HEAD + RECORDS_MAX)
#define CHUNK       (1u << 18) /* read at a time, and written ahead as zeros: some 1,000 entries */
#define RESERVE_LOW (1u << 15)
#define READY_CALLS                                                                          \
    500u /* the kernel writes back what it finds dirty after 30 s, and what is clean must be \
            touched anew */

static uint8_t chunk[CHUNK];
static uint8_t entry[ENTRY_MAX + RECORD_MAX + 4]; /* that is being written */

/* ---- entries ---- */

static uint64_t checksum(const uint8_t *p, size_t n)
{
    struct checksum q;
    checksum_init(&q);
    checksum_add(&q, p, 4);
    checksum_add(&q, p + HEAD, n);
    return checksum_end(&q);
}

/* The length of the whole entry at p; 0: there is none. */
static size_t entry_at(const uint8_t *p, size_t have)
{
    size_t n = have >= HEAD ? load_u32(p) : 0;
    if (n == 0 || n > RECORDS_MAX || n > have - HEAD || load_u64(p + 4) != checksum(p, n)) return 0;
    return HEAD + n;
}

/* False: a record that this build does not know. */
static bool hand_over(const uint8_t *p, size_t n, void (*each)(void *, const struct record *),
                      void *self)
{
    static struct record r;
    struct record_view v;
    for (size_t at = HEAD; at < n; at += v.wire_len) {
        if (frame_next(p + at, n - at, &v) != FRAME_OK || !record_decode(&v, &r)) return false;
        each(self, &r);
    }
    return true;
}

/* ---- reading ---- */

static enum error damaged(const char *path, uint64_t at, struct err *e)
{
    return err_set(e, E_CORRUPT, "'%s' is damaged at byte %llu", path, (unsigned long long)at);
}

/* As many of the bytes from at on as chunk takes. */
static enum error read_chunk(const struct journal *j, const char *path, uint64_t at, size_t *have,
                             struct err *e)
{
    *have = 0;
    while (*have < CHUNK) {
        ssize_t got = pread(j->fd, chunk + *have, CHUNK - *have, (off_t)(at + *have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return err_set(e, E_READ, "unable to read '%s': %s", path, strerror(errno));
        if (got == 0) break;
        *have += (size_t)got;
    }
    return OK;
}

/* *end: where the first byte lies that begins no entry. */
static enum error replay(const struct journal *j, const char *path,
                         void (*each)(void *, const struct record *), void *self, uint64_t *end,
                         struct err *e)
{
    size_t have, used;
    *end = 0;
    do {
        enum error rc = read_chunk(j, path, *end, &have, e);
        if (rc != OK) return rc;
        used = 0;
        for (size_t n; (n = entry_at(chunk + used, have - used)); used += n)
            if (!hand_over(chunk + used, n, each, self)) return damaged(path, *end + used, e);
        *end += used;
    } while (used);
    return OK;
}

/* What follows the entries: zeros; or a torn entry, the last thing that was written, and zeros. */
static enum error look_behind(const struct journal *j, const char *path, bool *torn, struct err *e)
{
    size_t have;
    *torn = false;
    for (uint64_t at = j->end; at < j->size; at += have) {
        enum error rc = read_chunk(j, path, at, &have, e);
        if (rc != OK) return rc;
        if (have == 0) return OK;
        for (size_t i = 0; i < have; i++) {
            bool near = at + i < j->end + ENTRY_MAX;
            if ((chunk[i] && !near) || (near && at + i > j->end && entry_at(chunk + i, have - i)))
                return damaged(path, j->end, e);
            *torn |= chunk[i] != 0;
        }
    }
    return OK;
}

static enum error cut(struct journal *j, const char *path, struct err *e)
{
    if (ftruncate(j->fd, (off_t)j->end) != 0)
        return err_set(e, E_WRITE, "unable to cut the torn end of '%s': %s", path, strerror(errno));
    j->size = j->end;
    return OK;
}

/* ---- writing ---- */

static bool write_at(int fd, const uint8_t *p, size_t n, uint64_t at)
{
    while (n) {
        ssize_t w = pwrite(fd, p, n, (off_t)at);
        if (w < 0 && errno == EINTR) continue;
        if (w <= 0) return false;
        p += w;
        n -= (size_t)w;
        at += (size_t)w;
    }
    return true;
}

/* Nobody else has changed its size: what is mapped is there. */
static bool is_ours(const struct journal *j)
{
    struct stat st;
    return fstat(j->fd, &st) == 0 && (uint64_t)st.st_size == j->size;
}

static void unmap(struct journal *j)
{
    if (j->map) munmap(j->map, j->size - j->mapped_from);
    j->map = NULL;
}

/* Block by block: what is written at once the kernel keeps, and writes to the disk, as one. */
static bool write_zeros(const struct journal *j, uint64_t end)
{
    static const uint8_t zeros[BLOCK];
    for (uint64_t at = j->size, n; at < end; at += n) {
        n = BLOCK - at % BLOCK;
        if (!write_at(j->fd, zeros, n, at)) return false;
    }
    return fdatasync(j->fd) == 0;
}

/* Zeros behind what there is, to the end of a block; they and the block of the next entry are
 * mapped. */
static void reserve(struct journal *j)
{
    uint64_t end = j->size - j->size % BLOCK + CHUNK;
    unmap(j);
    j->scarce = !write_zeros(j, end);
    if (!j->scarce)
        j->size = end;
    else if (ftruncate(j->fd, (off_t)j->size) != 0)
        return; /* what stays of them reads as the end, all the same */
    j->mapped_from = j->end - j->end % BLOCK;
    j->map = j->scarce ? MAP_FAILED
                       : mmap(NULL, j->size - j->mapped_from, PROT_READ | PROT_WRITE, MAP_SHARED,
                              j->fd, (off_t)j->mapped_from);
    if (j->map == MAP_FAILED) j->map = NULL;
}

/* The blocks of the next entry become dirty now, and the new time of the file is written down with
 * a block that is none of them: the entry's own flush finds nothing but its bytes. */
static void make_ready(struct journal *j)
{
    volatile uint8_t *place = j->map + (j->end - j->mapped_from);
    place[0] = place[0];
    place[BLOCK] = place[BLOCK];
    if (msync(j->map + (j->size - j->mapped_from) - BLOCK, BLOCK, MS_SYNC) == 0)
        j->ready = READY_CALLS;
}

/* Does the entry lie in the map? */
static bool is_mapped(const struct journal *j) { return j->map && j->size - j->end >= j->begun; }

static bool put_bytes(struct journal *j, const uint8_t *p)
{
    if (!is_mapped(j)) return write_at(j->fd, p, j->begun, j->end);
    memcpy(j->map + (j->end - j->mapped_from), p, j->begun);
    return true;
}

static bool flush(const struct journal *j)
{
    size_t at = (size_t)(j->end - j->mapped_from), block = at - at % BLOCK;
    return is_mapped(j) ? msync(j->map + block, at + j->begun - block, MS_SYNC) == 0
                        : fdatasync(j->fd) == 0;
}

enum error journal_open(struct journal *j, const char *path,
                        void (*each)(void *self, const struct record *r), void *self, struct err *e)
{
    struct stat st;
    bool torn;
    *j = (struct journal){.awake_fd = -1};
    j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (j->fd < 0 || fstat(j->fd, &st) != 0)
        return err_set(e, E_OPEN, "unable to open '%s': %s", path, strerror(errno));
    if (flock(j->fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(e, E_OPEN, "'%s' is in use by another sluice-execute", path);
    j->awake_fd = open(path, O_RDONLY | O_DIRECT | O_NOATIME | O_CLOEXEC);
    j->size = (uint64_t)st.st_size;
    posix_fadvise(j->fd, 0, 0, POSIX_FADV_RANDOM); /* what is read is kept block by block, too */
    enum error rc = replay(j, path, each, self, &j->end, e);
    if (rc == OK) rc = look_behind(j, path, &torn, e);
    if (rc == OK && torn) rc = cut(j, path, e);
    if (rc == OK && fdatasync(j->fd) != 0)
        rc = err_set(e, E_WRITE, "unable to flush '%s': %s", path,
                     strerror(errno)); /* what one that was killed had not flushed: later entries
                                          flush only themselves */
    if (rc == OK)
        reserve(j);
    else {
        j->size = j->end;
        journal_close(j);
    } /* as it was found */
    return rc;
}

enum error journal_read(struct journal *j, const char *path,
                        void (*each)(void *self, const struct record *r), void *self, struct err *e)
{
    uint64_t end;
    enum error rc = replay(j, path, each, self, &end, e);
    return rc == OK && end != j->end ? damaged(path, end, e) : rc;
}

/* Make an entry; its length, more than ENTRY_MAX: it is too long. */
static size_t make_entry(const struct record *const *r, size_t count)
{
    size_t n = HEAD;
    for (size_t i = 0; i < count && n <= ENTRY_MAX; i++) n += record_encode(entry + n, r[i]);
    if (n > ENTRY_MAX) return n;
    uint32_t length = (uint32_t)(n - HEAD);
    memcpy(entry, &length, 4);
    uint64_t sum = checksum(entry, length);
    memcpy(entry + 4, &sum, 8);
    return n;
}

enum error journal_begin(struct journal *j, const struct record *const *r, size_t count,
                         struct err *e)
{
    size_t n = make_entry(r, count);
    if (n > ENTRY_MAX)
        return err_set(e, E_LIMIT, "an entry of the journal is longer than %u bytes", RECORDS_MAX);
    if (!is_ours(j))
        return err_set(e, E_WRITE, "the journal was cut, or written to, by somebody else");
    j->begun = n;
    if (!put_bytes(j, entry))
        return err_set(e, E_WRITE, "unable to write the journal: %s", strerror(errno));
    sync_file_range(j->fd, (off_t)j->end, (off_t)n,
                    SYNC_FILE_RANGE_WRITE); /* only starts it: what counts is the flush */
    return OK;
}

enum error journal_end(struct journal *j, struct err *e)
{
    if (!flush(j)) return err_set(e, E_WRITE, "unable to flush the journal: %s", strerror(errno));
    j->end += j->begun;
    j->begun = 0;
    j->ready = 0;
    if (j->end > j->size) {
        unmap(j);
        j->size = j->end;
    }
    return OK;
}

enum error journal_put(struct journal *j, const struct record *const *r, size_t count,
                       struct err *e)
{
    enum error rc = journal_begin(j, r, count, e);
    return rc == OK ? journal_end(j, e) : rc;
}

void journal_rehearse(const struct journal *j, const struct record *const *r, size_t count)
{
    (void)make_entry(r, count);
    if (j->map && j->size > j->end && is_ours(j))
        (void)*(volatile uint8_t *)(j->map + (j->end - j->mapped_from));
}

void journal_idle(struct journal *j)
{
    static _Alignas(BLOCK) uint8_t block[BLOCK];
    off_t last = j->size < BLOCK ? 0
                                 : (off_t)(j->size / BLOCK - 1) *
                                       BLOCK; /* far from the next entry: reading past the caches
                                                 writes back what is dirty there */
    if (j->size - j->end < RESERVE_LOW && !j->scarce)
        reserve(j);
    else if (j->map && j->size - j->end > 3 * BLOCK && j->ready == 0 && is_ours(j))
        make_ready(j);
    else if (j->awake_fd >= 0 && pread(j->awake_fd, block, sizeof block, last) < 0) {
        close(j->awake_fd);
        j->awake_fd = -1;
    }
    if (j->ready) j->ready--;
}

void journal_close(struct journal *j)
{
    unmap(j);
    if (j->fd > 0 && j->size > j->end && is_ours(j) && ftruncate(j->fd, (off_t)j->end) != 0)
        j->size = j->end; /* the zeros stay: no harm */
    if (j->awake_fd > 0) close(j->awake_fd);
    j->awake_fd = -1;
    if (j->fd > 0) close(j->fd);
    j->fd = -1;
}
