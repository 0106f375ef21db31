/* bench_flush.c - what the disk of TMPDIR takes to make a journal entry durable, at the pace of
 * orders, and what of it is CPU: the floor under the path of an order to the wire. Must not: touch
 * more than its one file. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "execute/trade/io/journal.h"
#include "tests/bench/bench.h"

#define ROUNDS   200
#define PAUSE_NS 20000000

static void ignore(void *self, const struct record *r)
{
    (void)self;
    (void)r;
}

static bool measure(struct journal *j, struct err *e)
{
    static struct record r = {.id = REC_intent};
    static double wall[ROUNDS], cpu[ROUNDS];
    const struct record *const one[] = {&r};
    for (size_t i = 0; i < ROUNDS; i++) {
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
        double t = now_us(), c = cpu_us();
        if (journal_put(j, one, 1, e) != OK) return false;
        cpu[i] = cpu_us() - c;
        wall[i] = now_us() - t;
    }
    qsort(wall, ROUNDS, sizeof *wall, by_value);
    qsort(cpu, ROUNDS, sizeof *cpu, by_value);
    printf("%-32s %8.0f us  (99%%: %.0f us; CPU %.0f us)\n", "a durable journal entry, this disk",
           wall[ROUNDS / 2], wall[ROUNDS * 99 / 100], cpu[ROUNDS / 2]);
    return true;
}

int main(void)
{
    char path[256];
    const char *tmp = getenv("TMPDIR");
    struct journal j;
    struct err e;
    snprintf(path, sizeof path, "%s/sluice-flush.XXXXXX", tmp ? tmp : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0) {
        perror("bench_flush");
        return 1;
    }
    close(fd);
    bool good = journal_open(&j, path, ignore, NULL, &e) == OK && measure(&j, &e);
    if (!good) fprintf(stderr, "bench_flush: %s\n", e.text);
    journal_close(&j);
    unlink(path);
    return !good;
}
