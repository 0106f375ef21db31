/* q64.h - integer powers in Q64.64 fixed point as Meteora's programs compute them.
 * Source: damm-v2 math/fee_math.rs and dlmm-sdk commons/src/math/u64x64_math.rs (the same algorithm
 * in both). Must not: use floating point. */
#ifndef SLUICE_Q64_H
#define SLUICE_Q64_H

#include "common/base/wide.h"

#define Q64_ONE ((u128)1 << 64)

/* base^exp in Q64.64, every product cut to 64 fraction bits in the programs' own order. False where
 * they fail: |exp| >= 2^19, or a result that is 0 or does not fit. */
bool q64_pow(u128 base, int32_t exp, u128 *out) MUST_USE;

#endif
