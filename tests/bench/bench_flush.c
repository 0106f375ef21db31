/* bench_flush.c - what the disk of TMPDIR takes to make a record durable, in the rhythm of orders
 * and as the journal does it: the floor under the way of an order to the wire. With nothing in
 * between, and with what journal_idle does in between. Must not: touch more than its one file. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "execute/trade/io/journal.h"
#include "tests/bench/bench.h"

#define ROUNDS       200
#define AWAKE_ROUNDS 16 /* of 10 ms between two records */

static void none(void *self, const struct record *r)
{
    (void)self;
    (void)r;
}

static bool measure(const char *name, const char *path, bool awake)
{
    static struct record r = {.id = REC_intent};
    static double took[ROUNDS];
    const struct record *const one[] = {&r};
    struct journal j;
    struct err e;
    if (journal_open(&j, path, none, NULL, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        return false;
    }
    for (size_t i = 0; i < ROUNDS; i++) {
        for (int k = 0; k < AWAKE_ROUNDS; k++) {
            nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
            if (awake) journal_idle(&j);
        }
        double t = now_us();
        if (journal_put(&j, one, 1, &e) != OK) {
            fprintf(stderr, "%s\n", e.text);
            return false;
        }
        took[i] = now_us() - t;
    }
    journal_close(&j);
    qsort(took, ROUNDS, sizeof *took, by_value);
    printf("%-32s %8.0f us  (99%%: %.0f us)\n", name, took[ROUNDS / 2], took[ROUNDS * 99 / 100]);
    return true;
}

int main(void)
{
    char dir[256];
    const char *tmp = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%s/sluice-flush.XXXXXX", tmp ? tmp : "/tmp");
    int fd = mkstemp(dir);
    if (fd < 0) {
        perror("bench_flush");
        return 1;
    }
    close(fd);
    bool good = measure("a flush of this disk alone", dir, false) &&
                measure("  of one kept awake", dir, true);
    unlink(dir);
    return !good;
}
