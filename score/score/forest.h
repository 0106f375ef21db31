/* forest.h - inference of gradient-boosted trees (XGBoost), flat and bounded. Pure;
 * score/score/io/model.c fills it. */
#ifndef SLUICE_FOREST_H
#define SLUICE_FOREST_H

#include "common/base/base.h"

#define FOREST_TREES_MAX 2048u
#define FOREST_NODES_MAX (1u << 18)

/* left == 0: a leaf whose value is `split`. Children lie after their parent. Missing (NaN) goes
 * left when default_left. */
struct forest_node {
    float split;
    uint16_t feature;
    uint8_t default_left, pad;
    uint32_t left, right;
};

struct forest {
    uint32_t trees, nodes;
    float base_margin;
    uint8_t logistic, pad[3];
    uint32_t root[FOREST_TREES_MAX];
    struct forest_node node[FOREST_NODES_MAX];
};

/* Sum of the leaves and the base, in float32 in order of the trees, as XGBoost adds them. */
float forest_margin(const struct forest *f, const float *features);
/* Logistic: 1e6 / (1 + e^-margin), to the nearest ppm; else the margin as it is, clamped to 0 ..
 * 1,000,000. */
uint32_t forest_ppm(const struct forest *f, const float *features);
/* ln y for finite y > 0 (else 0), by series, the same on every machine. */
double forest_natural_log(double y);

#endif
