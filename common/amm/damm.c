/* damm.c - see damm.h. */
#include "common/amm/damm.h"

#include <string.h>

#include "common/amm/q64.h"

#define FEE_ONE      UINT64_C(1000000000)
#define SHIFT_128(v) ((struct u256){v, 0})

/* ---- fees ---- */

/* Base fee after this many periods. */
static bool scheduled(const struct damm_pool *p, uint64_t period, uint64_t *fee)
{
    uint64_t less;
    u128 power, f;
    if (period > p->periods) period = p->periods;
    if (p->fee_mode == DAMM_TIME_LINEAR || p->fee_mode == DAMM_CAP_LINEAR)
        return mul_u64(p->third, period, &less) && sub_u64(p->cliff, less, fee);
    if (p->third == 0) {
        *fee = p->cliff;
        return true;
    }
    u128 cut = ((u128)p->third << 64) / BPS_ONE;
    if (cut > Q64_ONE || !q64_pow(Q64_ONE - cut, (int32_t)period, &power) ||
        !mul_u128(power, p->cliff, &f) || f >> 64 > UINT64_MAX)
        return false;
    *fee = (uint64_t)(f >> 64);
    return true;
}

static bool time_fee(const struct damm_pool *p, uint64_t point, uint64_t *fee)
{
    if (p->frequency == 0) {
        *fee = p->cliff;
        return true;
    }
    return scheduled(p, point < p->activation ? p->periods : (point - p->activation) / p->frequency,
                     fee);
}

/* Periods are steps of the square-root price above the first one; after the last point, or before
 * the first, the last period's fee. */
static bool price_fee(const struct damm_pool *p, uint64_t point, uint64_t *fee)
{
    uint64_t end;
    u128 moved, period = 0;
    if (!add_u64(p->activation, p->duration, &end)) return false;
    if (point > end || point < p->activation) return scheduled(p, p->periods, fee);
    if (p->sqrt_price > p->init_sqrt_price) {
        if (!p->init_sqrt_price || !p->step ||
            !mul_u128(p->sqrt_price - p->init_sqrt_price, BPS_ONE, &moved))
            return false;
        period = moved / p->init_sqrt_price / p->step;
    }
    return scheduled(p, period > p->periods ? p->periods : (uint64_t)period, fee);
}

bool damm_limited(const struct damm_pool *p, bool a_to_b, uint64_t point)
{
    bool none = p->third == 0 && p->duration == 0 && p->step == 0 && p->periods == 0;
    return p->fee_mode == DAMM_RATE_LIMITER && !none && !a_to_b && point >= p->activation &&
           point <= (u128)p->activation + p->duration;
}

/* Every further reference amount pays one increment more, up to the largest fee; the fee of the
 * whole is their average, rounded up twice. */
static bool limited_fee(const struct damm_pool *p, uint64_t in, uint64_t *fee)
{
    uint64_t most = p->step * (FEE_ONE / BPS_ONE), increment = p->periods * (FEE_ONE / BPS_ONE),
             span;
    if (in <= p->third) {
        *fee = p->cliff;
        return true;
    }
    if (!p->third || !increment || !sub_u64(most, p->cliff, &span)) return false;
    u128 a = (in - p->third) / p->third, b = (in - p->third) % p->third, last = span / increment,
         x0 = p->third, c = p->cliff, sum;
    if (a < last)
        sum = x0 * (c + c * a + increment * a * (a + 1) / 2) + b * (c + increment * (a + 1));
    else
        sum =
            x0 * (c + c * last + increment * last * (last + 1) / 2) + ((a - last) * x0 + b) * most;
    u128 whole = (sum + FEE_ONE - 1) / FEE_ONE;
    if (whole > UINT64_MAX) return false;
    return muldiv_ceil((uint64_t)whole, FEE_ONE, in, fee);
}

static bool base_fee(const struct damm_pool *p, bool a_to_b, uint64_t in, uint64_t point,
                     uint64_t *fee)
{
    if (p->fee_mode == DAMM_CAP_LINEAR || p->fee_mode == DAMM_CAP_EXPONENTIAL)
        return price_fee(p, point, fee);
    if (p->fee_mode != DAMM_RATE_LIMITER) return time_fee(p, point, fee);
    if (damm_limited(p, a_to_b, point)) return limited_fee(p, in, fee);
    *fee = p->cliff;
    return true;
}

/* The dynamic fee is that of the volatility the last swap left behind: the references move before a
 * swap, the accumulator only after it. */
static bool variable_fee(const struct damm_pool *p, u128 *fee)
{
    u128 v;
    if (!p->dynamic) {
        *fee = 0;
        return true;
    }
    if (!mul_u128(p->volatility, p->bin_step, &v) || !mul_u128(v, v, &v) ||
        !mul_u128(v, p->variable_control, &v) || !add_u128(v, UINT64_C(99999999999), &v))
        return false;
    *fee = v / UINT64_C(100000000000);
    return true;
}

/* Whole fee in units of 1e-9, capped by the pool's version. */
static bool fee_rate(const struct damm_pool *p, bool a_to_b, uint64_t in, uint64_t point,
                     uint64_t *rate)
{
    uint64_t base, most = p->fee_version == 0 ? FEE_ONE / 2 : FEE_ONE / 100 * 99;
    u128 sum;
    if (!base_fee(p, a_to_b, in, point, &base) || !variable_fee(p, &sum) ||
        !add_u128(sum, base, &sum) || sum > UINT64_MAX)
        return false;
    *rate = sum > most ? most : (uint64_t)sum;
    return true;
}

/* Take the fee off an amount. Our swaps name no referral, so its share stays with the protocol. */
static bool take_fee(const struct damm_pool *p, uint64_t rate, uint64_t *amount,
                     struct damm_swap *s)
{
    uint64_t fee;
    if (!muldiv_ceil(*amount, rate, FEE_ONE, &fee) || !sub_u64(*amount, fee, amount)) return false;
    s->protocol_fee = (uint64_t)((u128)fee * p->protocol_percent / 100);
    s->lp_fee = fee - s->protocol_fee;
    return true;
}

/* ---- liquidity ---- */

/* a = L * (upper - lower) / (upper * lower), rounded down. */
static bool delta_a(const struct damm_pool *p, u128 lower, u128 upper, uint64_t *out)
{
    u128 q;
    struct u256 rest;
    if (!wide_div_wide(wide_mul(p->liquidity, upper - lower), wide_mul(upper, lower), &q, &rest) ||
        q > UINT64_MAX)
        return false;
    *out = (uint64_t)q;
    return true;
}

/* b = L * (upper - lower) / 2^128, rounded down. */
static bool delta_b(const struct damm_pool *p, u128 lower, u128 upper, uint64_t *out)
{
    struct u256 product = wide_mul(p->liquidity, upper - lower);
    if (product.hi > UINT64_MAX) return false;
    *out = (uint64_t)product.hi;
    return true;
}

/* Next price rounded up: sqrt_p * L / (L + in * sqrt_p). */
static bool a_in(const struct damm_pool *p, uint64_t in, uint64_t *out)
{
    struct u256 denominator, rest = {0, 0};
    u128 next = p->sqrt_price;
    if (in &&
        (!wide_add(wide_mul(in, p->sqrt_price), (struct u256){0, p->liquidity}, &denominator) ||
         !wide_div_wide(wide_mul(p->liquidity, p->sqrt_price), denominator, &next, &rest)))
        return false;
    if ((rest.hi || rest.lo) && !add_u128(next, 1, &next)) return false;
    return next >= p->sqrt_min && next <= p->sqrt_price && delta_b(p, next, p->sqrt_price, out);
}

/* Next price rounded down: sqrt_p + in * 2^128 / L. */
static bool b_in(const struct damm_pool *p, uint64_t in, uint64_t *out)
{
    u128 next, rise;
    if (!wide_div_floor(SHIFT_128(in), p->liquidity, &rise) ||
        !add_u128(p->sqrt_price, rise, &next))
        return false;
    return next <= p->sqrt_max && delta_a(p, p->sqrt_price, next, out);
}

static bool move(const struct damm_pool *p, bool a_to_b, uint64_t in, uint64_t *out)
{
    uint64_t sum;
    if (p->collect != DAMM_COMPOUNDING) return a_to_b ? a_in(p, in, out) : b_in(p, in, out);
    if (!add_u64(a_to_b ? p->token_a : p->token_b, in, &sum)) return false;
    return muldiv_floor(a_to_b ? p->token_b : p->token_a, in, sum, out);
}

enum failure damm_swap_in(const struct damm_pool *p, bool a_to_b, uint64_t in, uint64_t point,
                          struct damm_swap *s)
{
    uint64_t rate, net = in, sum;
    memset(s, 0, sizeof *s);
    s->on_input = p->collect != DAMM_BOTH && !a_to_b; /* else of the output */
    if (in == 0 || !fee_rate(p, a_to_b, in, point, &rate)) return failure_math;
    if (s->on_input && !take_fee(p, rate, &net, s)) return failure_math;
    if (!move(p, a_to_b, net, &s->out)) return failure_math;
    /* The program keeps count of what it holds and refuses to pay more. */
    if (p->counted && (s->out > (a_to_b ? p->token_b : p->token_a) ||
                       !add_u64(a_to_b ? p->token_a : p->token_b, net, &sum)))
        return failure_math;
    return s->on_input || take_fee(p, rate, &s->out, s) ? failure_none : failure_math;
}

bool damm_reserves(const struct damm_pool *p, uint64_t *a, uint64_t *b)
{
    u128 x = p->token_a, y = p->token_b;
    if (p->collect != DAMM_COMPOUNDING) {
        x = p->liquidity / p->sqrt_price;
        y = wide_mul(p->liquidity, p->sqrt_price).hi;
    }
    for (; (x | y) >> 64; x >>= 1) y >>= 1;
    *a = (uint64_t)x;
    *b = (uint64_t)y;
    return x && y;
}

bool damm_held(const struct damm_pool *p, uint64_t *a, uint64_t *b)
{
    if (p->counted || p->collect == DAMM_COMPOUNDING) {
        *a = p->token_a;
        *b = p->token_b;
        return true;
    }
    return p->sqrt_min <= p->sqrt_price && p->sqrt_price <= p->sqrt_max &&
           delta_a(p, p->sqrt_price, p->sqrt_max, a) && delta_b(p, p->sqrt_min, p->sqrt_price, b);
}
