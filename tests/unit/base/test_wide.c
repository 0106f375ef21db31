/* test_wide.c - 256-bit products and quotients: edges, and division undone by multiplication over
 * seeded numbers of every size. */
#include "common/base/rng.h"
#include "common/base/wide.h"
#include "tests/unit/tap.h"

static u128 random_u128(struct rng *r)
{
    u128 v = (u128)rng_u64(r) << 64 | rng_u64(r);
    if (rng_below(r, 8) == 0)
        v |= ~(u128)0 << rng_below(r, 128); /* long runs of ones strain the estimate of a digit */
    if (rng_below(r, 8) == 0) v &= ~(u128)0 << rng_below(r, 128);
    return v >> rng_below(r, 128);
}

static void edges(void)
{
    u128 q = 7, rem = 7;
    struct u256 square = wide_mul(U128_MAX, U128_MAX), w;
    ok(square.hi == U128_MAX - 1 && square.lo == 1, "(2^128-1)^2 = 2^256 - 2^129 + 1");
    ok(wide_div(square, U128_MAX, &q, &rem) && q == U128_MAX && rem == 0, "and divides back");
    ok(!wide_div(square, U128_MAX - 1, &q, &rem) && q == U128_MAX,
       "a quotient beyond 128 bits fails and leaves the result alone");
    ok(!wide_div((struct u256){0, 5}, 0, &q, &rem), "nothing is divided by zero");
    ok(wide_div_ceil((struct u256){0, 10}, 3, &q) && q == 4 &&
           wide_div_floor((struct u256){0, 10}, 3, &q) && q == 3,
       "ceil and floor");
    ok(!wide_div_ceil((struct u256){U128_MAX - 2, U128_MAX}, U128_MAX - 1, &q) &&
           wide_div_floor((struct u256){U128_MAX - 2, U128_MAX}, U128_MAX - 1, &q),
       "a ceil that would wrap fails");
    ok(wide_shl((struct u256){0, U128_MAX}, 64, &w) && w.hi == UINT64_MAX && w.lo == U128_MAX << 64,
       "shift left over the middle");
    ok(!wide_shl((struct u256){1, 0}, 127, &w) == false && !wide_shl((struct u256){2, 0}, 127, &w),
       "shift left loses no bit");
    w = wide_shr((struct u256){3, 0}, 1);
    ok(w.hi == 1 && w.lo == (u128)1 << 127, "shift right over the middle");
    ok(!wide_add((struct u256){U128_MAX, U128_MAX}, (struct u256){0, 1}, &w) &&
           wide_add((struct u256){0, U128_MAX}, (struct u256){0, 1}, &w) && w.hi == 1 && w.lo == 0,
       "sums carry and do not wrap");
}

static void undone(void)
{
    struct rng r;
    rng_seed(&r, 256);
    int good = 0, n = 200000;
    for (int i = 0; i < n; i++) {
        u128 d = random_u128(&r), q = random_u128(&r), rem, got, left;
        if (!d) d = 1;
        rem = random_u128(&r) % d;
        struct u256 x = wide_mul(d, q);
        if (!wide_add(x, (struct u256){0, rem}, &x)) {
            good++;
            continue;
        }
        good += wide_div(x, d, &got, &left) && got == q && left == rem;
    }
    is_i64(good, n, "(q * d + r) / d gives q and r back");
}

/* The same with divisors of up to 256 bits. */
static void undone_wide(void)
{
    struct rng r;
    rng_seed(&r, 512);
    int good = 0, tried = 0;
    for (int i = 0; i < 200000; i++) {
        struct u256 d = {random_u128(&r), random_u128(&r)}, x, y,
                    rem = {random_u128(&r), random_u128(&r)}, left;
        u128 q = random_u128(&r), got;
        if (!d.hi && !d.lo) d.lo = 1;
        if (rem.hi > d.hi || (rem.hi == d.hi && rem.lo >= d.lo))
            rem = d.lo ? (struct u256){d.hi, d.lo - 1} : (struct u256){d.hi - 1, U128_MAX};
        x = wide_mul(d.lo, q);
        y = wide_mul(d.hi, q);
        if (y.hi || !wide_add(x, (struct u256){y.lo, 0}, &x) || !wide_add(x, rem, &x)) continue;
        tried++;
        good +=
            wide_div_wide(x, d, &got, &left) && got == q && left.hi == rem.hi && left.lo == rem.lo;
    }
    is_i64(good, tried, "(q * d + r) / d with divisors of 256 bits too");
    ok(tried > 20000, "of which there were enough (%d)", tried);
    u128 q;
    struct u256 left;
    ok(!wide_div_wide((struct u256){1, 0}, (struct u256){0, 0}, &q, &left) &&
           !wide_div_wide((struct u256){1, 0}, (struct u256){0, 1}, &q, &left),
       "not by zero, and no quotient beyond 128 bits");
}

/* The product, digit by digit of 32 bits. */
static struct u256 slow_mul(u128 a, u128 b)
{
    uint32_t out[8] = {0};
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 4; j++) {
            uint64_t t = (uint64_t)(uint32_t)(a >> (32 * i)) * (uint32_t)(b >> (32 * j)) +
                         out[i + j] + carry;
            out[i + j] = (uint32_t)t;
            carry = t >> 32;
        }
        out[i + 4] = (uint32_t)carry;
    }
    struct u256 r = {0, 0};
    for (int i = 3; i >= 0; i--) {
        r.lo = r.lo << 32 | out[i];
        r.hi = r.hi << 32 | out[i + 4];
    }
    return r;
}

static void products(void)
{
    struct rng r;
    rng_seed(&r, 4);
    int good = 0, n = 50000;
    for (int i = 0; i < n; i++) {
        u128 a = random_u128(&r), b = random_u128(&r);
        struct u256 x = wide_mul(a, b), y = slow_mul(a, b);
        good += x.hi == y.hi && x.lo == y.lo;
    }
    is_i64(good, n, "products equal those of the school method");
}

int main(void)
{
    edges();
    undone();
    undone_wide();
    products();
    return done();
}
