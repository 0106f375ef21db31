/* q64.c - see q64.h. */
#include "common/amm/q64.h"

#define EXPONENT_END (UINT32_C(1) << 19)

bool q64_pow(u128 base, int32_t exp, u128 *out)
{
    bool invert = exp < 0;
    uint32_t e = invert ? 0u - (uint32_t)exp : (uint32_t)exp;
    u128 square = base, result = Q64_ONE;
    if (e >= EXPONENT_END) return false;
    if (e == 0) {
        *out = Q64_ONE;
        return true;
    }
    if (square >= Q64_ONE) {
        square = U128_MAX / square;
        invert = !invert;
    } /* from here on below 2^64, so products fit */
    for (; e; e >>= 1) {
        if (e & 1) result = result * square >> 64;
        square = square * square >> 64;
    }
    if (result == 0) return false;
    *out = invert ? U128_MAX / result : result;
    return true;
}
