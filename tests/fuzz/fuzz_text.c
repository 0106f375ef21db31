/* fuzz_text.c - base58 and decimal numbers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t key[64];
    char out[160];
    uint64_t v;
    bool inexact;
    const char *t = (const char *)data;
    if (base58_decode(t, size, key, 32)) {
        size_t n = base58_encode(key, 32, out);
        if (n != size || memcmp(out, t, n) != 0) abort();
    }
    if (base58_decode(t, size, key, 64)) base58_encode(key, 64, out);
    if (size < 40 && parse_decimal_u64(t, size, 9, &v, &inexact) && v <= INT64_MAX) {
        format_decimal((int64_t)v, 9, out);
        uint64_t back;
        if (!parse_decimal_u64(out, strlen(out), 9, &back, NULL) || back != v) abort();
    }
    return 0;
}
