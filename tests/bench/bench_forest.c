/* bench_forest.c - one row through 300 full trees of depth 6 over 512 features: median of 9 rounds,
 * rows that differ. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/hash.h"
#include "common/base/rng.h"
#include "score/score/forest.h"
#include "tests/bench/bench.h"

#define ROWS   512
#define ROUNDS 9

static float uniform(struct rng *g)
{
    return (float)((double)rng_u64(g) / 18446744073709551616.0 - 0.5);
}

int main(void)
{
    static struct forest f;
    static float x[ROWS][512];
    struct rng g;
    double took[ROUNDS];
    volatile float sink = 0;
    rng_seed(&g, 1);
    for (int t = 0; t < 300; t++) {
        uint32_t base = f.nodes;
        f.root[f.trees++] = base;
        for (uint32_t i = 0; i < 127; i++) {
            struct forest_node *n = &f.node[base + i];
            *n = (struct forest_node){.split = uniform(&g)};
            if (i < 63) {
                n->feature = (uint16_t)rng_below(&g, 512);
                n->left = base + 2 * i + 1;
                n->right = base + 2 * i + 2;
            }
        }
        f.nodes += 127;
    }
    for (int i = 0; i < ROWS; i++)
        for (int k = 0; k < 512; k++) x[i][k] = uniform(&g);
    for (int r = 0; r < ROUNDS; r++) {
        double t0 = now_ns();
        for (int i = 0; i < ROWS; i++) sink = sink + forest_margin(&f, x[i]);
        took[r] = (now_ns() - t0) / ROWS;
    }
    qsort(took, ROUNDS, sizeof took[0], by_value);
    printf("%-28s %8.1f us\n", "forest of 300 trees, a row", took[ROUNDS / 2] / 1000);
    return 0;
}
