/* test_xgboost.c - forests against XGBoost itself: FOREST_MODEL names a model in JSON, FOREST_ROWS
 * a file of rows, each 512 features and the margin that XGBoost gave, float32. Written by
 * tests/venue/golden/xgboost_oracle.py; skips without. */
#include <math.h>

#include "score/score/forest.h"
#include "score/score/io/model.h"
#include "tests/unit/tap.h"

/* Distance in units of the last place. */
static uint32_t ulps(float a, float b)
{
    int32_t x, y;
    memcpy(&x, &a, 4);
    memcpy(&y, &b, 4);
    if (x < 0) x = INT32_MIN - x;
    if (y < 0) y = INT32_MIN - y;
    return (uint32_t)(x > y ? (int64_t)x - y : (int64_t)y - x);
}

int main(void)
{
    static struct forest f;
    struct err e = {0};
    const char *model = getenv("FOREST_MODEL"), *rows = getenv("FOREST_ROWS");
    float row[513], worst_got = 0, worst_want = 0;
    uint32_t n = 0, exact = 0, worst = 0;
    if (!model || !rows) {
        printf("1..0 # SKIP tests/venue/golden/test_xgboost.sh runs this with a model\n");
        return 0;
    }
    ok(model_load(model, &f, &e) == OK, "the model loads: %s", e.text);
    FILE *in = fopen(rows, "rb");
    ok(in != NULL, "the rows open");
    while (in && fread(row, sizeof row, 1, in) == 1) {
        float got = forest_margin(&f, row);
        uint32_t d = ulps(got, row[512]);
        n++;
        exact += d == 0;
        if (d > worst) {
            worst = d;
            worst_got = got;
            worst_want = row[512];
        }
    }
    printf("# %u rows, %u bit-equal, worst %u ulp (%.9g for %.9g), %u trees\n", n, exact, worst,
           (double)worst_got, (double)worst_want, f.trees);
    ok(n == 3000, "all rows are read");
    ok(worst <= 1, "every margin is XGBoost's within one unit of the last place");
    if (in) fclose(in);
    return done();
}
