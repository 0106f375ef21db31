/* bid.c - see bid.h. */
#include "execute/trade/bid.h"

#include <string.h>

#include "common/base/num.h"

static const uint32_t tip_percentiles[5] = {25, 50, 75, 95, 99},
                      price_percentiles[3] = {50, 75, 95};

void bid_tip_level(struct fee_levels *l, const struct rec_tip_level *r)
{
    const uint64_t v[5] = {r->p25_lamports, r->p50_lamports, r->p75_lamports, r->p95_lamports,
                           r->p99_lamports};
    memcpy(l->tip_lamports, v, sizeof v);
}

void bid_fee_level(struct fee_levels *l, const struct rec_fee_level *r)
{
    const uint64_t v[3] = {r->p50_ulamports, r->p75_ulamports, r->p95_ulamports};
    memcpy(l->price_ulamports, v, sizeof v);
}

/* Index of a percentile in the list; n when the list lacks it. */
static size_t place(const uint32_t *list, size_t n, uint64_t percentile)
{
    size_t i = 0;
    while (i < n && list[i] != percentile) i++;
    return i;
}

static uint64_t at_most(uint64_t v, uint64_t bound) { return v < bound ? v : bound; }
static uint64_t at_least(uint64_t v, uint64_t bound) { return v > bound ? v : bound; }

uint64_t bid_tip(const struct fee_rules *r, const struct fee_levels *l, uint64_t own,
                 uint64_t worth)
{
    size_t i = place(tip_percentiles, 5, r->tip_percentile);
    uint64_t share, want = i < 5 ? at_least(own, l->tip_lamports[i]) : own;
    if (r->tip_worth_bps && muldiv_floor(worth, r->tip_worth_bps, BPS_ONE, &share))
        want = at_most(want, share);
    return at_most(at_least(want, TIP_LEAST), at_least(r->tip_max_lamports, TIP_LEAST));
}

uint64_t bid_priority(const struct fee_rules *r, const struct fee_levels *l, uint64_t own,
                      uint32_t units)
{
    size_t i = place(price_percentiles, 3, r->priority_percentile);
    uint64_t level;
    if (i < 3 && muldiv_ceil(l->price_ulamports[i], units, 1000000, &level))
        own = at_least(own, level);
    return at_most(own, r->priority_max_lamports);
}

/* ---- numbers ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Digits without their point, and the power of ten to multiply by. */
struct decimal {
    uint64_t digits;
    int power;
};

static bool read_digits(const char **p, const char *end, struct decimal *d, bool fraction)
{
    bool any = false, full = false;
    for (; *p < end && is_digit(**p); (*p)++, any = true) {
        uint64_t next;
        full =
            full || !mul_u64(d->digits, 10, &next) || !add_u64(next, (uint64_t)(**p - '0'), &next);
        if (full && !fraction) return false;
        if (!full) {
            d->digits = next;
            d->power -= fraction;
        } /* further digits are below a lamport */
    }
    return any;
}

static bool read_exponent(const char **p, const char *end, int *power)
{
    int e = 0, sign = 1;
    (*p)++;
    if (*p < end && (**p == '-' || **p == '+')) sign = *(*p)++ == '-' ? -1 : 1;
    if (*p == end || !is_digit(**p)) return false;
    for (; *p < end && is_digit(**p); (*p)++)
        if (e < 100) e = e * 10 + (**p - '0');
    *power += sign * e;
    return true;
}

bool bid_sol(const char *text, size_t n, uint64_t *lamports)
{
    const char *p = text, *end = text + n;
    struct decimal d = {0, 9};
    if (!read_digits(&p, end, &d, false)) return false;
    bool fraction = p < end && *p == '.';
    if (fraction) p++;
    if (fraction && !read_digits(&p, end, &d, true)) return false;
    if (p < end && (*p == 'e' || *p == 'E') && !read_exponent(&p, end, &d.power)) return false;
    if (p != end) return false;
    for (; d.power < 0 && d.digits; d.power++) d.digits /= 10;
    for (; d.power > 0 && d.digits; d.power--)
        if (!mul_u64(d.digits, 10, &d.digits)) return false;
    *lamports = d.digits;
    return true;
}

static bool find_number(const char *json, const char *name, uint64_t *lamports)
{
    const char *p = strstr(json, name);
    if (!p) return false;
    p += strlen(name);
    p += strspn(p, "\": \t\r\n");
    return bid_sol(p, strspn(p, "0123456789.eE+-"), lamports);
}

bool bid_tip_floor(const char *json, size_t n, struct fee_levels *l)
{
    static const char *const names[5] = {
        "\"landed_tips_25th_percentile\"", "\"landed_tips_50th_percentile\"",
        "\"landed_tips_75th_percentile\"", "\"landed_tips_95th_percentile\"",
        "\"landed_tips_99th_percentile\""};
    uint64_t v[5];
    if (memchr(json, 0, n)) return false;
    for (size_t i = 0; i < 5; i++)
        if (!find_number(json, names[i], &v[i])) return false;
    memcpy(l->tip_lamports, v, sizeof v);
    return true;
}
