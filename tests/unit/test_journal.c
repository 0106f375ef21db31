/* test_journal.c - the journal as a file: what was put comes back, a torn end is cut off, damage is told, one process has it. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "execute/io/journal.h"
#include "tests/unit/tap.h"

static uint64_t seen, sum;
static void each(void *self, const struct record *r) { (void)self, seen++, sum += r->u.report.order_id; }

static enum error open_it(struct journal *j, const char *path)
{
    struct err e;
    seen = sum = 0;
    return journal_open(j, path, each, NULL, &e);
}

static enum error put(struct journal *j, uint64_t id)
{
    static struct record r = {.id = REC_report};
    struct err e;
    r.u.report.order_id = id;
    return journal_put(j, (const struct record *const[]){&r}, 1, &e);
}

static off_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? st.st_size : -1;
}

int main(void)
{
    char dir[] = "/tmp/sluice-journal.XXXXXX", path[64];
    struct journal j, other;
    struct err e;
    ok(mkdtemp(dir) != NULL, "a folder");
    snprintf(path, sizeof path, "%s/journal", dir);
    ok(open_it(&j, path) == OK && seen == 0, "a new journal is empty");
    journal_awake(&j);
    ok(put(&j, 5) == OK && put(&j, 70000) == OK, "two records");
    off_t whole = size_of(path);
    ok(open_it(&other, path) == E_OPEN, "a second process does not get it");
    journal_close(&other);
    for (int i = 0; i < 3; i++) journal_awake(&j);
    seen = sum = 0;
    ok(journal_read(&j, path, each, NULL, &e) == OK && seen == 2, "it is read again from its start");
    journal_awake(&j);
    ok(put(&j, 900) == OK, "and goes on at its end, whatever was read between");
    journal_close(&j);
    ok(open_it(&j, path) == OK && seen == 3, "opened again: every record comes back");
    is_u64(sum, 5 + 70000 + 900, "as it was put");
    journal_close(&j);
    off_t all = size_of(path);
    ok(truncate(path, all - 3) == 0 && open_it(&j, path) == OK && seen == 2, "a torn end is no record");
    is_u64((uint64_t)size_of(path), (uint64_t)whole, "and is cut off");
    ok(put(&j, 1) == OK, "what comes then stands behind whole records");
    journal_close(&j);
    ok(open_it(&j, path) == OK && seen == 3 && sum == 5 + 70000 + 1, "and comes back");
    journal_close(&j);
    int fd = open(path, O_WRONLY);
    ok(fd >= 0 && pwrite(fd, "x", 1, 0) == 1 && close(fd) == 0, "a record does not begin as one");
    ok(open_it(&j, path) == E_CORRUPT, "damage within is told, not passed over");
    journal_close(&j);
    ok(open_it(&j, dir) == E_OPEN, "what is no file is no journal");
    unlink(path), rmdir(dir);
    return done();
}
