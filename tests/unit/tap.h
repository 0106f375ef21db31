/* tap.h - the checker of every unit test: prints TAP, counts, names the line.
 * Usage: ok(cond, "what"); is_u64(got, want, "what"); ... return done(); */
#ifndef SLUICE_TAP_H
#define SLUICE_TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_count, tap_failed;

#define ok(cond, ...) tap_ok(!!(cond), #cond, __FILE__, __LINE__, __VA_ARGS__)
#define is_u64(got, want, ...) \
    tap_u64((uint64_t)(got), (uint64_t)(want), __FILE__, __LINE__, __VA_ARGS__)
#define is_i64(got, want, ...) \
    tap_i64((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, __VA_ARGS__)
#define is_str(got, want, ...) tap_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)

/* "ok 3 - name" or "not ok 3 - name". */
#define TAP_LINE(pass, fmt)                                      \
    do {                                                         \
        va_list ap;                                              \
        printf("%sok %d - ", (pass) ? "" : "not ", ++tap_count); \
        va_start(ap, fmt);                                       \
        vprintf(fmt, ap);                                        \
        va_end(ap);                                              \
        putchar('\n');                                           \
        if (!(pass)) tap_failed++;                               \
    } while (0)

__attribute__((unused, format(printf, 5, 6))) static int
tap_ok(int pass, const char *expr, const char *file, int line, const char *fmt, ...)
{
    TAP_LINE(pass, fmt);
    if (!pass) printf("# %s:%d: %s\n", file, line, expr);
    return pass;
}
__attribute__((unused, format(printf, 5, 6))) static int
tap_u64(uint64_t got, uint64_t want, const char *file, int line, const char *fmt, ...)
{
    int pass = got == want;
    TAP_LINE(pass, fmt);
    if (!pass) printf("# %s:%d: got %" PRIu64 ", want %" PRIu64 "\n", file, line, got, want);
    return pass;
}
__attribute__((unused, format(printf, 5, 6))) static int
tap_i64(int64_t got, int64_t want, const char *file, int line, const char *fmt, ...)
{
    int pass = got == want;
    TAP_LINE(pass, fmt);
    if (!pass) printf("# %s:%d: got %" PRId64 ", want %" PRId64 "\n", file, line, got, want);
    return pass;
}
__attribute__((unused, format(printf, 5, 6))) static int
tap_str(const char *got, const char *want, const char *file, int line, const char *fmt, ...)
{
    int pass = strcmp(got, want) == 0;
    TAP_LINE(pass, fmt);
    if (!pass) printf("# %s:%d: got '%s', want '%s'\n", file, line, got, want);
    return pass;
}
/* Leave the whole program out, with the reason. */
__attribute__((unused)) static void skip_all(const char *why)
{
    printf("1..0 # SKIP %s\n", why);
    exit(0);
}
__attribute__((unused)) static int done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed ? 1 : 0;
}

#endif
