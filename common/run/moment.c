/* moment.c - see moment.h. */
#include "common/run/moment.h"

#include <stdio.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"

/* Days since 1970-01-01 of a date of the Gregorian calendar (Howard Hinnant's days_from_civil). */
static int64_t days_of(int64_t y, unsigned m, unsigned d)
{
    y -= m <= 2;
    int64_t era = y / 400;
    unsigned yoe = (unsigned)(y - era * 400), doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1,
             doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static bool digits(const char *t, size_t n, unsigned *out)
{
    uint64_t v;
    if (strnlen(t, n) < n || !parse_u64(t, n, &v)) return false;
    *out = (unsigned)v;
    return true;
}

static bool parse_clock(const char *t, uint64_t *seconds)
{
    unsigned h, m, s = 0;
    if (!digits(t, 2, &h) || t[2] != ':' || !digits(t + 3, 2, &m) || h > 23 || m > 59) return false;
    t += 5;
    if (*t == ':') {
        if (!digits(t + 1, 2, &s) || s > 59) return false;
        t += 3;
    }
    *seconds = h * 3600u + m * 60u + s;
    return *t == 0 || strcmp(t, "Z") == 0;
}

bool moment_parse(const char *text, uint64_t *ts_ns)
{
    uint64_t seconds;
    if (parse_u64(text, strlen(text), &seconds)) return mul_u64(seconds, NS_PER_S, ts_ns);
    unsigned y, m, d;
    if (!digits(text, 4, &y) || text[4] != '-' || !digits(text + 5, 2, &m) || text[7] != '-' ||
        !digits(text + 8, 2, &d))
        return false;
    if (y < 1970 || y > 2500 || m < 1 || m > 12 || d < 1 || d > 31) return false;
    seconds = 0;
    if (text[10] && (text[10] != 'T' || !parse_clock(text + 11, &seconds))) return false;
    *ts_ns = ((uint64_t)days_of(y, m, d) * 86400 + seconds) * NS_PER_S;
    return true;
}

void moment_format(uint64_t ts_ns, char out[24])
{
    int64_t days = (int64_t)(ts_ns / NS_PER_S / 86400), z = days + 719468, era = z / 146097;
    unsigned s = (unsigned)(ts_ns / NS_PER_S % 86400), doe = (unsigned)(z - era * 146097),
             yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153,
             m = mp < 10 ? mp + 3 : mp - 9;
    snprintf(out, 24, "%04u-%02u-%02uT%02u:%02u:%02uZ",
             (unsigned)(yoe + era * 400 + (m <= 2)) % 10000, m % 100,
             (doy - (153 * mp + 2) / 5 + 1) % 100, s / 3600 % 100, s / 60 % 60, s % 60);
}
