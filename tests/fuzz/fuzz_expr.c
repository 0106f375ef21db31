/* fuzz_expr.c - expressions of strategies. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "score/score/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct expr x;
    static float features[512];
    char text[EXPR_TEXT_MAX + 8];
    struct err e = {0};
    size_t n = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, data, n);
    text[n] = 0;
    unsigned first = 0;
    if (expr_compile(text, &x, &e) == OK)
        expr_failing(&x, features, 5, &first);
    else if (!e.text[0])
        abort();
    return 0;
}
