/* archive_hours.c - see archive_hours.h. Days are counted in the proleptic Gregorian calendar, UTC.
 */
#include "ingest/import/archive_hours.h"

#include <stdio.h>
#include <string.h>

#include "common/base/text.h"

#define SPAN_MAX (366u * 24u)

/* Days since 1970-01-01; the year begins in March, so that the leap day is its last. */
static uint32_t days_of(unsigned y, unsigned m, unsigned d)
{
    if (m <= 2) {
        y--;
        m += 12;
    }
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + d - 1 - 719468;
}

static void date_of(uint32_t days, unsigned *y, unsigned *m, unsigned *d)
{
    for (*y = 1970; days_of(*y + 1, 1, 1) <= days;) ++*y;
    for (*m = 1; *m < 12 && days_of(*y, *m + 1, 1) <= days;) ++*m;
    *d = days - days_of(*y, *m, 1) + 1;
}

static bool digits(const char *t, size_t n, unsigned *out)
{
    uint64_t v;
    if (strnlen(t, n) < n || !parse_u64(t, n, &v)) return false;
    *out = (unsigned)v;
    return true;
}

/* "2026-04-18" at t; days since 1970. */
static bool parse_day(const char *t, uint32_t *days)
{
    unsigned y, m, d, y2, m2, d2;
    if (!digits(t, 4, &y) || t[4] != '-' || !digits(t + 5, 2, &m) || t[7] != '-' ||
        !digits(t + 8, 2, &d))
        return false;
    if (y < 1970 || y > 2199 || m < 1 || m > 12 || d < 1 || d > 31) return false;
    *days = days_of(y, m, d);
    date_of(*days, &y2, &m2, &d2);
    return y2 == y && m2 == m && d2 == d; /* no 31st of June */
}

static bool parse_clock(const char *t, uint32_t *hour) { return digits(t, 2, hour) && *hour < 24; }

bool archive_hours_parse(const char *t, uint32_t *first, uint32_t *last)
{
    uint32_t day, hour, day2;
    if (!parse_day(t, &day)) return false;
    t += 10;
    *first = day * 24;
    *last = day * 24 + 23;
    if (*t == 0) return true;
    if (*t != 'T' || !parse_clock(t + 1, &hour)) return false;
    *first = *last = day * 24 + hour;
    t += 3;
    if (*t == 0) return true;
    if (strncmp(t, "..", 2) != 0) return false;
    t += 2;
    if (strlen(t) == 2)
        day2 = day;
    else if (strlen(t) == 13 && parse_day(t, &day2) && t[10] == 'T')
        t += 11;
    else
        return false;
    if (!parse_clock(t, &hour)) return false;
    *last = day2 * 24 + hour;
    return *last >= *first && *last - *first < SPAN_MAX;
}

void archive_hours_name(uint32_t hour, char out[HOUR_TEXT])
{
    unsigned y, m, d;
    date_of(hour / 24, &y, &m, &d);
    snprintf(out, HOUR_TEXT, "%04u-%02u-%02uT%02u", y % 10000, m % 100, d % 100, hour % 24);
}

bool archive_hours_url(const char *base, uint32_t hour, char *out, size_t cap)
{
    unsigned y, m, d;
    date_of(hour / 24, &y, &m, &d);
    size_t n = strlen(base);
    while (n && base[n - 1] == '/') n--;
    int len =
        snprintf(out, cap, "%.*s/%04u/%02u/%02u/%02u.jsonl.zst", (int)n, base, y, m, d, hour % 24);
    return len > 0 && (size_t)len < cap;
}
