/* expr.h - expressions over features: `uniq_buyers_30s >= 15 and top10_share_ppm < 350000`.
 * Compiled once to a short stack program; evaluated without allocation. Arithmetic is that of
 * double: the same on every machine, as only + - * / and comparisons are used. Division by zero
 * gives 0. True is 1, false is 0; anything but 0 is true.
 *
 *   or > and > not > comparison (< <= > >= == !=) > + - > * / > unary - > number, name, min(a,b),
 * max(a,b), abs(a), ( )
 *
 * Units follow a number: sol, lamports; % and ppm (35% = 350,000ppm); ms, s, m, h, d as in settings
 * (m is minutes); k is a thousand. A number that meets a feature in lamports or ppm needs a unit,
 * except 0; a bare number that meets a time is in the feature's own unit. A missing or wrong unit
 * is an error that names what to write. Pure. */
#ifndef SLUICE_EXPR_H
#define SLUICE_EXPR_H

#include "common/base/base.h"

#define EXPR_OPS_MAX     64
#define EXPR_TERMS_MAX   16
#define EXPR_TEXT_MAX    1024
#define EXPR_PROBABILITY 65535u /* the name probability_ppm */

enum expr_op {
    OP_NUMBER,
    OP_FEATURE,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_NEG,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_EQ,
    OP_NE,
    OP_AND,
    OP_OR,
    OP_NOT,
    OP_MIN,
    OP_MAX,
    OP_ABS
};

struct expr_code {
    uint16_t n;
    struct {
        uint8_t op;
        uint16_t feature;
        double number;
    } ops[EXPR_OPS_MAX];
};

/* One conjunct of the top level: `a and b and c` has three. */
struct expr_term {
    struct expr_code code;
    uint16_t text_at, text_len;
    uint8_t compares;             /* OP_LT .. OP_NE when the term is one comparison, else 0 */
    struct expr_code left, right; /* its sides then */
};

struct expr {
    uint16_t count;
    char text[EXPR_TEXT_MAX];
    struct expr_term term[EXPR_TERMS_MAX];
};

/* Compile. E_CONFIG with column and, for unknown names, the nearest one. Empty text has no terms
 * and is never true. */
enum error expr_compile(const char *text, struct expr *x, struct err *e);
double expr_value(const struct expr_code *c, const float *features, double probability_ppm);
/* How many terms are false; *first_false is the index of the first of them. */
unsigned expr_failing(const struct expr *x, const float *features, double probability_ppm,
                      unsigned *first_false);

#endif
