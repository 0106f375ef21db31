/* bench.h - the clock and the order of figures, for every bench_*.c. Must not: decide what is
 * measured. */
#ifndef SLUICE_BENCH_H
#define SLUICE_BENCH_H

#include <stdlib.h>
#include <time.h>

__attribute__((unused)) static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

__attribute__((unused)) static double now_us(void) { return now_ns() / 1e3; }

/* CPU time of this thread. */
__attribute__((unused)) static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* For qsort of doubles, the smallest first. */
__attribute__((unused)) static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#endif
