/* clmm.h - exact maths of concentrated liquidity: prices as square roots with 64 fraction bits,
 * ticks of a basis point, and what one step of a swap takes and gives while the liquidity stays the
 * same. To the unit as the Whirlpool program computes it; source: orca-so/whirlpools,
 * programs/whirlpool/src/math/{tick,token,swap}_math.rs (August 2026). Token a is what is priced,
 * in units of token b. Must not: depend on accounts, use floating point, I/O, or hold state. */
#ifndef SLUICE_CLMM_H
#define SLUICE_CLMM_H

#include "common/base/wide.h"

#define CLMM_TICK_MIN (-443636)
#define CLMM_TICK_MAX 443636
#define CLMM_SQRT_MIN ((u128)UINT64_C(4295048016))
#define CLMM_SQRT_MAX                   \
    ((u128)UINT64_C(0xfffec4b1) << 64 | \
     UINT64_C(0x35bb7f32a81b33af)) /* 79226673515401279992447579055 */

/* Square root of 1.0001^tick with 64 fraction bits, as the program rounds it. tick: CLMM_TICK_MIN
 * to CLMM_TICK_MAX. */
u128 clmm_sqrt_price(int32_t tick);
/* The highest tick whose price is not above this one. sqrt_price: CLMM_SQRT_MIN to CLMM_SQRT_MAX.
 */
int32_t clmm_tick(u128 sqrt_price);

/* Amount of a token between two prices: it fits 64 bits, it does not, or the program's own
 * arithmetic fails. */
enum clmm_amount { CLMM_FITS, CLMM_EXCEEDS, CLMM_FAILS };
/* liquidity * 2^64 * (upper - lower) / (upper * lower), and liquidity * (upper - lower) / 2^64;
 * rounded up or down. Prices in either order. */
enum clmm_amount clmm_delta_a(u128 sqrt_0, u128 sqrt_1, u128 liquidity, bool up, uint64_t *out);
enum clmm_amount clmm_delta_b(u128 sqrt_0, u128 sqrt_1, u128 liquidity, bool up, uint64_t *out);

/* One step: at most remaining_raw of the input (fee included, fee_ppm of it) moves the price from
 * `from` at most to `to`. in_raw is without the fee. False where the program fails (overflow, price
 * out of bounds). */
struct clmm_step {
    uint64_t in_raw, out_raw, fee_raw;
    u128 sqrt_price;
};
bool clmm_step(uint64_t remaining_raw, uint32_t fee_ppm, u128 liquidity, u128 from, u128 to,
               bool a_to_b, struct clmm_step *s) MUST_USE;

/* Reserves that a constant-product pool of this liquidity and price would have: what a small swap
 * sees. Both are halved together until they fit 64 bits, so the price is right and the depth never
 * overstated. */
void clmm_virtual(u128 sqrt_price, u128 liquidity, uint64_t *a_raw, uint64_t *b_raw);

#endif
