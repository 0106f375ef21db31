/* forest.c - see forest.h. e^x and ln x are made of + - * / alone, so that every machine gets the
 * same bits. */
#include "score/score/forest.h"

#include <float.h>

#define LANES                                                                           \
    8u /* trees walked side by side: their loads overlap, where one walk waits for each \
        */

/* Both children are read by index, so that the choice is no jump: it is as good as random. */
static inline const struct forest_node *child(const struct forest *f, const struct forest_node *n,
                                              const float *x)
{
    float v = x[n->feature];
    uint32_t next[2] = {n->right, n->left};
    unsigned left = (unsigned)(v < n->split) | ((unsigned)(v != v) & n->default_left);
    return &f->node[next[left]];
}

static float leaf(const struct forest *f, uint32_t root, const float *x)
{
    const struct forest_node *n = &f->node[root];
    while (n->left) n = child(f, n, x);
    return n->split;
}

float forest_margin(const struct forest *f, const float *x)
{
    float sum = f->base_margin;
    uint32_t t = 0;
    for (; t + LANES <= f->trees; t += LANES) {
        const struct forest_node *n[LANES];
        bool walking = true;
        for (unsigned k = 0; k < LANES; k++) n[k] = &f->node[f->root[t + k]];
        while (walking) {
            walking = false;
            for (unsigned k = 0; k < LANES; k++)
                if (n[k]->left) {
                    n[k] = child(f, n[k], x);
                    walking = true;
                }
        }
        for (unsigned k = 0; k < LANES; k++)
            sum += n[k]->split; /* in the order of the trees, as XGBoost adds */
    }
    for (; t < f->trees; t++) sum += leaf(f, f->root[t], x);
    return sum;
}

/* e^x for |x| <= 50: e^x = 2^k e^r, r in [-ln2/2, ln2/2], Taylor to the 13th term: relative error
 * below 1e-15. */
static double exp_of(double x)
{
    const double ln2 = 0.69314718055994530942;
    int k = (int)(x / ln2 + (x < 0 ? -0.5 : 0.5));
    double r = x - k * ln2, term = 1, sum = 1;
    for (int i = 1; i <= 13; i++) {
        term = term * r / i;
        sum += term;
    }
    for (; k > 0; k--) sum *= 2;
    for (; k < 0; k++) sum /= 2;
    return sum;
}

/* ln y = 2 artanh((y-1)/(y+1)), after taking out powers of two. */
double forest_natural_log(double y)
{
    const double ln2 = 0.69314718055994530942;
    int k = 0;
    if (!(y > 0 && y <= DBL_MAX)) return 0;
    for (; y > 1.5; k++) y /= 2;
    for (; y < 0.75; k--) y *= 2;
    double z = (y - 1) / (y + 1), power = z, sum = 0;
    for (int i = 1; i < 41; i += 2, power *= z * z) sum += power / i;
    return 2 * sum + k * ln2;
}

uint32_t forest_ppm(const struct forest *f, const float *x)
{
    double m = (double)forest_margin(f, x);
    if (m != m) return 0;
    if (!f->logistic) return m <= 0 ? 0 : m >= 1e6 ? PPM_ONE : (uint32_t)m;
    if (m > 50) return PPM_ONE;
    if (m < -50) return 0;
    return (uint32_t)(1e6 / (1 + exp_of(-m)) + 0.5);
}
