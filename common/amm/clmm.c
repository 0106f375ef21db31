/* clmm.c - see clmm.h. */
#include "common/amm/clmm.h"

#define W(hi, lo) ((u128)UINT64_C(hi) << 64 | UINT64_C(lo))

/* ---- ticks ---- */

/* 1.0001^(2^i / 2) with 96 fraction bits, i from 0. */
static const u128 up[19] = {
    W(0x1000346d6, 0xff11672ae55ad00f),    W(0x100068db8, 0xbac710cb295e9e1b),
    W(0x1000d1b9c, 0x68abe5f76b30fb75),    W(0x1001a37e4, 0xa234cb0830516e51),
    W(0x100347278, 0xab0e92ada25ab460),    W(0x10068efb0, 0x0a525480a5d7fdc2),
    W(0x100d20a63, 0xb4173839df9daaa5),    W(0x101a4c11c, 0x742dd7729738df5e),
    W(0x1034c35c3, 0x1f64cfa6dc0d6de4),    W(0x106a34b78, 0xc8aaffbf81bed5a3),
    W(0x10d72a6a4, 0x6ccd8bce9ae771b1),    W(0x11b9a258e, 0x63928596dc757faa),
    W(0x13a2e2bda, 0x04f8379f3cd17be5),    W(0x181954be6, 0x9e0da8fe77f2ab42),
    W(0x244c2655d, 0x185a029080252877),    W(0x525816eeb, 0x9f935b1c616779e8),
    W(0x1a7c8d00b5, 0x51684ff4d31ae065),   W(0x2bd893d0b2d, 0xf7c97884590c66cd),
    W(0x78278e1e19e44, 0x8cf8b95d2152dccf)};
/* 1.0001^(-2^i / 2) with 64 fraction bits. */
static const uint64_t down[19] = {
    UINT64_C(18445821805675392311), UINT64_C(18444899583751176498), UINT64_C(18443055278223354162),
    UINT64_C(18439367220385604838), UINT64_C(18431993317065449817), UINT64_C(18417254355718160513),
    UINT64_C(18387811781193591352), UINT64_C(18329067761203520168), UINT64_C(18212142134806087854),
    UINT64_C(17980523815641551639), UINT64_C(17526086738831147013), UINT64_C(16651378430235024244),
    UINT64_C(15030750278693429944), UINT64_C(12247334978882834399), UINT64_C(8131365268884726200),
    UINT64_C(3584323654723342297),  UINT64_C(696457651847595233),   UINT64_C(26294789957452057),
    UINT64_C(37481735321082)};

u128 clmm_sqrt_price(int32_t tick)
{
    uint32_t n = tick < 0 ? 0 - (uint32_t)tick : (uint32_t)tick;
    u128 r = tick < 0 ? (u128)1 << 64 : (u128)1 << 96;
    for (unsigned i = 0; i < 19; i++) {
        if (!(n >> i & 1)) continue;
        r = tick < 0 ? r * down[i] >> 64 : wide_shr(wide_mul(r, up[i]), 96).lo;
    }
    return tick < 0 ? r : r >> 32;
}

/* Binary logarithm to 14 fraction bits, scaled to the base 1.0001^(1/2); the remaining doubt is
 * settled by the price of the upper guess. */
int32_t clmm_tick(u128 sqrt_price)
{
    unsigned msb = sqrt_price >> 64 ? 127u - (unsigned)__builtin_clzll((uint64_t)(sqrt_price >> 64))
                                    : 63u - (unsigned)__builtin_clzll((uint64_t)sqrt_price);
    uint64_t r = msb >= 64 ? (uint64_t)(sqrt_price >> (msb - 63))
                           : (uint64_t)sqrt_price << (63 - msb),
             fraction = 0;
    for (unsigned i = 0; i < 14; i++) {
        u128 square = (u128)r * r;
        unsigned more = (unsigned)(square >> 127);
        r = (uint64_t)(square >> (63 + more));
        if (more) fraction |= UINT64_C(1) << (63 - i);
    }
    i128 log2 = ((i128)msb - 64) * ((i128)1 << 32) + (i128)(fraction >> 32),
         log = log2 * INT64_C(59543866431248);
    int32_t low = (int32_t)((log - INT64_C(184467440737095516)) >> 64),
            high = (int32_t)((log + (i128)UINT64_C(15793534762490258745)) >> 64);
    return low != high && clmm_sqrt_price(high) <= sqrt_price ? high : low;
}

/* ---- amounts ---- */

static enum clmm_amount amount(bool fits, u128 q, bool rest, uint64_t *out)
{
    if (!fits || q > UINT64_MAX - (u128)rest) return CLMM_EXCEEDS;
    *out = (uint64_t)q + rest;
    return CLMM_FITS;
}

enum clmm_amount clmm_delta_a(u128 sqrt_0, u128 sqrt_1, u128 liquidity, bool round_up,
                              uint64_t *out)
{
    u128 lower = sqrt_0 < sqrt_1 ? sqrt_0 : sqrt_1, upper = sqrt_0 < sqrt_1 ? sqrt_1 : sqrt_0,
         q = 0;
    struct u256 n, rem = {0, 0};
    if (!wide_shl(wide_mul(liquidity, upper - lower), 64, &n)) return CLMM_FAILS;
    bool fits = wide_div_wide(n, wide_mul(upper, lower), &q, &rem);
    return amount(fits, q, round_up && (rem.hi || rem.lo), out);
}

enum clmm_amount clmm_delta_b(u128 sqrt_0, u128 sqrt_1, u128 liquidity, bool round_up,
                              uint64_t *out)
{
    u128 span = sqrt_0 < sqrt_1 ? sqrt_1 - sqrt_0 : sqrt_0 - sqrt_1, p;
    if (!mul_u128(liquidity, span, &p)) return CLMM_EXCEEDS;
    return amount(true, p >> 64, round_up && (uint64_t)p, out);
}

/* liquidity * 2^64 * price / (liquidity * 2^64 + amount * price), rounded up. */
static bool price_after_a(u128 price, u128 liquidity, uint64_t amount_raw, u128 *out)
{
    struct u256 n, d, rem;
    u128 q;
    if (amount_raw == 0) {
        *out = price;
        return true;
    }
    if (!wide_shl(wide_mul(liquidity, price), 64, &n) ||
        !wide_shl((struct u256){0, liquidity}, 64, &d) ||
        !wide_add(d, wide_mul(price, amount_raw), &d))
        return false;
    if (!wide_div_wide(n, d, &q, &rem)) return false;
    if ((rem.hi || rem.lo) && !add_u128(q, 1, &q)) return false;
    *out = q;
    return q >= CLMM_SQRT_MIN && q <= CLMM_SQRT_MAX;
}

static bool price_after_b(u128 price, u128 liquidity, uint64_t amount_raw, u128 *out)
{
    return liquidity && add_u128(price, ((u128)amount_raw << 64) / liquidity, out);
}

bool clmm_step(uint64_t remaining_raw, uint32_t fee_ppm, u128 liquidity, u128 from, u128 to,
               bool a_to_b, struct clmm_step *s)
{
    enum clmm_amount (*in_of)(u128, u128, u128, bool,
                              uint64_t *) = a_to_b ? clmm_delta_a : clmm_delta_b,
                                       (*out_of)(u128, u128, u128, bool, uint64_t *) =
                                           a_to_b ? clmm_delta_b : clmm_delta_a;
    uint64_t calc, whole = 0;
    enum clmm_amount all = in_of(from, to, liquidity, true, &whole);
    if (fee_ppm >= PPM_ONE || all == CLMM_FAILS ||
        !muldiv_floor(remaining_raw, PPM_ONE - fee_ppm, PPM_ONE, &calc))
        return false;
    s->sqrt_price = to;
    if ((all == CLMM_EXCEEDS || whole > calc) &&
        !(a_to_b ? price_after_a : price_after_b)(from, liquidity, calc, &s->sqrt_price))
        return false;
    bool reached = s->sqrt_price == to;
    if (out_of(from, s->sqrt_price, liquidity, false, &s->out_raw) != CLMM_FITS) return false;
    s->in_raw = whole;
    if ((!reached || all == CLMM_EXCEEDS) &&
        in_of(from, s->sqrt_price, liquidity, true, &s->in_raw) != CLMM_FITS)
        return false;
    return reached ? muldiv_ceil(s->in_raw, fee_ppm, PPM_ONE - fee_ppm, &s->fee_raw)
                   : sub_u64(remaining_raw, s->in_raw, &s->fee_raw);
}

void clmm_virtual(u128 sqrt_price, u128 liquidity, uint64_t *a_raw, uint64_t *b_raw)
{
    u128 a, b;
    *a_raw = *b_raw = 0;
    if (!sqrt_price ||
        !wide_div_floor((struct u256){liquidity >> 64, liquidity << 64}, sqrt_price, &a))
        return;
    struct u256 product = wide_mul(liquidity, sqrt_price);
    if (product.hi >> 64) return;
    b = wide_shr(product, 64).lo;
    while (a > UINT64_MAX || b > UINT64_MAX) {
        a >>= 1;
        b >>= 1;
    }
    *a_raw = (uint64_t)a;
    *b_raw = (uint64_t)b;
}
