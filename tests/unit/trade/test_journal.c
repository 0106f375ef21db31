/* test_journal.c - the journal as a file: what was put comes back, all of an entry or none of it; a
 * torn end is cut off wherever it is torn, damage is told, one process has it. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "execute/trade/io/journal.h"
#include "tests/unit/tap.h"

#define MANY 60u /* reports: some 3 KB */

static uint64_t seen, sum;
static char dir[] = "/tmp/sluice-journal.XXXXXX", path[64];
static struct err e;

static void each(void *self, const struct record *r)
{
    (void)self;
    seen++;
    sum += r->u.report.order_id;
}

static enum error open_it(struct journal *j, const char *where)
{
    seen = sum = 0;
    return journal_open(j, where, each, NULL, &e);
}

static enum error put_n(struct journal *j, uint64_t id, size_t n)
{
    static struct record r[4 * MANY];
    const struct record *all[4 * MANY];
    for (size_t i = 0; i < n; i++) {
        r[i].id = REC_report;
        r[i].u.report.order_id = id;
        r[i].u.report.mint.b[0] = 1;
        all[i] = &r[i];
    }
    return journal_put(j, all, n, &e);
}

static enum error put(struct journal *j, uint64_t id) { return put_n(j, id, 1); }

static off_t size_of(const char *where)
{
    struct stat st;
    return stat(where, &st) == 0 ? st.st_size : -1;
}

static size_t get_file(uint8_t *to, size_t max)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, to, max) : -1;
    close(fd);
    return n > 0 ? (size_t)n : 0;
}

/* The file holds these bytes and this many zeros behind them. */
static void set_file(const uint8_t *bytes, size_t n, size_t zeros)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0600);
    if (fd < 0 || write(fd, bytes, n) != (ssize_t)n || ftruncate(fd, (off_t)(n + zeros)) != 0)
        exit(printf("Bail out! unable to write a file\n"));
    close(fd);
}

static void test_basics(void)
{
    struct journal j, other;
    ok(open_it(&j, path) == OK && seen == 0, "a new journal is empty");
    journal_reserve(&j);
    ok(put(&j, 5) == OK && put(&j, 70000) == OK, "two records");
    ok(size_of(path) > (off_t)j.end + 65536, "zeros lie behind them, ahead of time");
    ok(open_it(&other, path) == E_OPEN, "a second process does not get it");
    journal_close(&other);
    for (int i = 0; i < 3; i++) journal_reserve(&j);
    seen = sum = 0;
    ok(journal_read(&j, path, each, NULL, &e) == OK && seen == 2,
       "it is read again from its start");
    journal_reserve(&j);
    ok(put(&j, 900) == OK, "and goes on at its end, whatever was read between");
    off_t end = (off_t)j.end;
    journal_close(&j);
    ok(size_of(path) == end, "closed, it has no zeros");
    ok(open_it(&j, path) == OK && seen == 3, "opened again: every record comes back");
    is_u64(sum, 5 + 70000 + 900, "as it was put");
    journal_close(&j);
}

/* Three entries of two records: their bytes and where each ends. */
static size_t three_entries(uint8_t *bytes, size_t max, size_t end[3])
{
    struct journal j;
    unlink(path);
    if (open_it(&j, path) != OK) exit(printf("Bail out! no journal\n"));
    for (size_t i = 0; i < 3; i++) {
        put_n(&j, 1000 + i, 2);
        end[i] = (size_t)j.end;
    }
    journal_close(&j);
    return get_file(bytes, max);
}

static bool holds(uint64_t count, uint64_t total)
{
    struct journal j;
    bool good = open_it(&j, path) == OK && seen == count && sum == total && put(&j, 7) == OK;
    journal_close(&j);
    if (good) good = open_it(&j, path) == OK && seen == count + 1 && sum == total + 7;
    journal_close(&j);
    return good;
}

static void test_torn(void)
{
    static uint8_t all[4096], torn[4096];
    size_t end[3], n = three_entries(all, sizeof all, end), bad_short = 0, bad_zeros = 0,
                   bad_tail = 0;
    is_u64(n, end[2], "three entries and nothing else");
    set_file(all, n, 300000);
    ok(holds(6, 6006), "after a kill: zeros behind the entries are no harm");
    for (size_t k = end[1] + 1; k < n; k++) {
        set_file(all, k, 0);
        bad_short += !holds(4, 4002);
        set_file(all, k, 70000);
        /* an entry that ends in zeros may be whole without them */
        bad_zeros += !holds(4, 4002) && !(all[k] == 0 && holds(6, 6006));
        memcpy(torn, all, n);
        memset(torn + end[1], 0, k - end[1]); /* the blocks of a write come in any order */
        set_file(torn, n, 70000);
        bad_tail += !holds(4, 4002);
    }
    is_u64(bad_short, 0,
           "an entry that is cut anywhere is none: neither of its records comes back, and what "
           "comes then does");
    is_u64(bad_zeros, 0, "nor is one whose end is still zeros");
    is_u64(bad_tail, 0, "nor one whose beginning is");
}

static void test_damage(void)
{
    static uint8_t all[4096], hurt[40000], after[80000];
    struct journal j;
    size_t end[3], n = three_entries(all, sizeof all, end), passed = 0, changed = 0;
    for (size_t k = 0; k < end[1]; k++) {
        memcpy(hurt, all, n);
        hurt[k] ^= 0x10;
        set_file(hurt, n, k % 2 ? 70000 : 0);
        passed += open_it(&j, path) != E_CORRUPT;
        journal_close(&j);
        changed += get_file(after, sizeof after) < n || memcmp(after, hurt, n) != 0;
    }
    is_u64(passed, 0, "a bit that is wrong in any entry but the last is told, not passed over");
    is_u64(changed, 0, "and the file left as it was");
    memset(hurt, 0, sizeof hurt);
    memcpy(hurt, all, n);
    hurt[n + 20000] = 1;
    set_file(hurt, sizeof hurt, 0);
    ok(open_it(&j, path) == E_CORRUPT && strstr(e.text, "is damaged at byte") != NULL,
       "so is what lies further behind than an entry is long");
    journal_close(&j);
    memset(hurt, 0xff, sizeof hurt);
    set_file(hurt, sizeof hurt, 0);
    ok(open_it(&j, path) == E_CORRUPT, "a file of something else is no journal");
    journal_close(&j);
    ok(open_it(&j, dir) == E_OPEN, "nor is what is no file");
    journal_close(&j);
}

static void test_room(void)
{
    struct journal j;
    size_t failed = 0;
    unlink(path);
    ok(open_it(&j, path) == OK && put_n(&j, 1, 4 * MANY) == E_LIMIT,
       "an entry of more than 4,096 bytes is refused");
    for (size_t i = 0; i < 120; i++) failed += put_n(&j, 1, MANY) != OK;
    is_u64(failed, 0, "without a moment of rest more is put than there were zeros for");
    ok(size_of(path) == (off_t)j.end, "it is appended then");
    for (int i = 0; i < 3; i++) journal_reserve(&j);
    ok(size_of(path) > (off_t)j.end, "a moment of rest puts zeros there again");
    for (size_t i = 0; i < 10; i++) {
        failed += put_n(&j, 1, MANY) != OK;
        journal_reserve(&j);
    }
    journal_close(&j);
    ok(failed == 0 && open_it(&j, path) == OK && seen == 130 * MANY, "and every record comes back");
    ok(truncate(path, 100) == 0 && put(&j, 1) == E_WRITE,
       "a journal that somebody has cut takes nothing more");
    journal_reserve(&j);
    journal_close(&j);
    is_u64(size_of(path), 100, "nor is it touched");
}

/* No room for zeros: at most 20,000 bytes. */
static void test_scarce(void)
{
    struct journal j;
    struct rlimit was, few;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    few = was;
    few.rlim_cur = 20000;
    unlink(path);
    setrlimit(RLIMIT_FSIZE, &few);
    bool opened = open_it(&j, path) == OK, empty = size_of(path) == 0;
    ok(opened && empty && put(&j, 3) == OK,
       "where zeros find no room entries are put all the same");
    for (int i = 0; i < 3; i++) journal_reserve(&j);
    ok(size_of(path) == (off_t)j.end, "and it is tried once only");
    size_t whole = 1;
    while (whole < 100 && put_n(&j, 3, MANY) == OK) whole += MANY;
    ok(whole > MANY && whole < 100 * MANY && e.code == E_WRITE,
       "where they find none themselves, that is said");
    setrlimit(RLIMIT_FSIZE, &was);
    int fd = open(path, O_WRONLY);
    ok(fd >= 0 && write(fd, "", 0) == 0 && close(fd) == 0 && j.end < 20000, "what was there stays");
    journal_close(&j);
    ok(open_it(&j, path) == OK && seen == whole, "and comes back");
    journal_close(&j);
}

int main(void)
{
    ok(mkdtemp(dir) != NULL, "a folder");
    snprintf(path, sizeof path, "%s/journal", dir);
    test_basics();
    test_torn();
    test_damage();
    test_room();
    test_scarce();
    unlink(path);
    rmdir(dir);
    return done();
}
