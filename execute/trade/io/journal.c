/* journal.c - see journal.h. */
#include "execute/trade/io/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/base/checksum.h"
#include "common/rec/codec.h"

#define BLOCK       4096u
#define HEAD        12u
#define RECORDS_MAX 4096u /* of one entry, in bytes */
#define ENTRY_MAX   (HEAD + RECORDS_MAX)
#define CHUNK       (1u << 18) /* read at a time, and written ahead as zeros: 1,000 entries */
#define RESERVE_LOW (1u << 15)

static uint8_t chunk[CHUNK];
static uint8_t entry[ENTRY_MAX + RECORD_MAX + 4]; /* the entry being written */

/* ---- entries ---- */

static uint64_t checksum(const uint8_t *p, size_t n)
{
    struct checksum q;
    checksum_init(&q);
    checksum_add(&q, p, 4);
    checksum_add(&q, p + HEAD, n);
    return checksum_end(&q);
}

/* Bytes of the whole entry at p; 0: no valid entry starts there. */
static size_t entry_at(const uint8_t *p, size_t have)
{
    size_t n = have >= HEAD ? load_u32(p) : 0;
    if (n == 0 || n > RECORDS_MAX || n > have - HEAD || load_u64(p + 4) != checksum(p, n)) return 0;
    return HEAD + n;
}

/* Pass the records of an entry of n bytes to each. False: this build does not define one of them.
 */
static bool pass_records(const uint8_t *p, size_t n, void (*each)(void *, const struct record *),
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
    return err_set(e, E_CORRUPT,
                   "journal '%s' is damaged at byte %llu: restore it from a copy, or move it away "
                   "after settling "
                   "its open orders by hand",
                   path, (unsigned long long)at);
}

/* Fill chunk with the bytes from at on; *have is fewer at the end of the file. */
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

/* Pass all entries; *end is the first byte that starts none. */
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
            if (!pass_records(chunk + used, n, each, self)) return damaged(path, *end + used, e);
        *end += used;
    } while (used);
    return OK;
}

/* What follows the entries must be zeros, or one torn entry and zeros: a torn entry was the last
 * write. Anything else is damage. */
static enum error check_tail(const struct journal *j, const char *path, bool *torn, struct err *e)
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

static enum error truncate_torn(struct journal *j, const char *path, struct err *e)
{
    if (ftruncate(j->fd, (off_t)j->end) != 0)
        return err_set(e, E_WRITE, "unable to truncate the torn end of '%s': %s", path,
                       strerror(errno));
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

/* False when another process changed the file's size. */
static bool is_ours(const struct journal *j)
{
    struct stat st;
    return fstat(j->fd, &st) == 0 && (uint64_t)st.st_size == j->size;
}

/* Write block by block: zeros that are written at once the kernel caches as one piece (a folio of
 * 256 KiB), and the flush of one entry would then write all of it. */
static bool write_zeros(const struct journal *j, uint64_t end)
{
    static const uint8_t zeros[BLOCK];
    for (uint64_t at = j->size, n; at < end; at += n) {
        n = BLOCK - at % BLOCK;
        if (!write_at(j->fd, zeros, n, at)) return false;
    }
    return fdatasync(j->fd) == 0;
}

/* Write zeros behind the file's end. When the disk has no room, restore the size; zeros that stay
 * read as the end all the same. */
static void write_ahead(struct journal *j)
{
    struct stat st;
    uint64_t end = j->size - j->size % BLOCK + CHUNK;
    j->scarce = !write_zeros(j, end);
    if (!j->scarce)
        j->size = end;
    else if (ftruncate(j->fd, (off_t)j->size) != 0 && fstat(j->fd, &st) == 0)
        j->size = (uint64_t)st.st_size;
}

/* ---- opening ---- */

static enum error open_file(struct journal *j, const char *path, struct err *e)
{
    struct stat st;
    *j = (struct journal){0};
    j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (j->fd < 0 || fstat(j->fd, &st) != 0)
        return err_set(e, E_OPEN, "unable to open '%s': %s", path, strerror(errno));
    if (flock(j->fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(e, E_OPEN, "'%s' is in use by another sluice-execute", path);
    j->size = (uint64_t)st.st_size;
    posix_fadvise(j->fd, 0, 0, POSIX_FADV_RANDOM); /* cache what is read block by block, too */
    return OK;
}

enum error journal_open(struct journal *j, const char *path,
                        void (*each)(void *self, const struct record *r), void *self, struct err *e)
{
    bool torn;
    enum error rc = open_file(j, path, e);
    if (rc != OK) return rc;
    rc = replay(j, path, each, self, &j->end, e);
    if (rc == OK) rc = check_tail(j, path, &torn, e);
    if (rc == OK && torn) rc = truncate_torn(j, path, e);
    /* Entries of a process that was killed may not be on the disk yet; later entries flush only
     * themselves. */
    if (rc == OK && fdatasync(j->fd) != 0)
        rc = err_set(e, E_WRITE, "unable to flush '%s': %s", path, strerror(errno));
    if (rc == OK) {
        write_ahead(j);
        return OK;
    }
    j->size = j->end; /* leave the file as it was found */
    journal_close(j);
    return rc;
}

enum error journal_read(struct journal *j, const char *path,
                        void (*each)(void *self, const struct record *r), void *self, struct err *e)
{
    uint64_t end;
    enum error rc = replay(j, path, each, self, &end, e);
    return rc == OK && end != j->end ? damaged(path, end, e) : rc;
}

/* Encode an entry; returns its bytes, more than ENTRY_MAX when it is too long. */
static size_t encode_entry(const struct record *const *r, size_t count)
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

enum error journal_put(struct journal *j, const struct record *const *r, size_t count,
                       struct err *e)
{
    size_t n = encode_entry(r, count);
    if (n > ENTRY_MAX)
        return err_set(e, E_LIMIT, "an entry of the journal has more than %u bytes", RECORDS_MAX);
    if (!is_ours(j))
        return err_set(e, E_WRITE,
                       "another process changed the journal's size: stop it, then start again");
    if (!write_at(j->fd, entry, n, j->end))
        return err_set(e, E_WRITE, "unable to write the journal: %s", strerror(errno));
    if (fdatasync(j->fd) != 0)
        return err_set(e, E_WRITE, "unable to flush the journal: %s", strerror(errno));
    j->end += n;
    if (j->end > j->size) j->size = j->end;
    return OK;
}

void journal_reserve(struct journal *j)
{
    if (j->size - j->end < RESERVE_LOW && !j->scarce && is_ours(j)) write_ahead(j);
}

void journal_close(struct journal *j)
{
    if (j->fd < 0) return;
    /* Zeros that cannot be truncated stay, and read as the end. */
    if (j->size > j->end && is_ours(j) && ftruncate(j->fd, (off_t)j->end) != 0) j->size = j->end;
    close(j->fd);
    j->fd = -1;
}
