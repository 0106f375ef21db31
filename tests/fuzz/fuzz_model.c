/* fuzz_model.c - XGBoost models in JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "score/score/io/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct forest f;
    static float features[512];
    struct err e = {0};
    if (model_parse((const char *)data, size, &f, &e) == OK) {
        if (forest_ppm(&f, features) > 1000000) abort();
    } else if (!e.text[0])
        abort();
    return 0;
}
