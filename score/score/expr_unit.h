/* expr_unit.h - the units of rule expressions: which sides of a comparison or sum fit each other.
 * Private to expr.c. Pure. */
#ifndef SLUICE_EXPR_UNIT_H
#define SLUICE_EXPR_UNIT_H

#include "common/base/base.h"

enum expr_unit {
    UNIT_ANY,  /* fits everything: 0, a truth value, a ratio, a product of units */
    UNIT_BARE, /* a number without a unit */
    UNIT_LAMPORTS,
    UNIT_PPM,
    UNIT_SECONDS,
    UNIT_MS,
    UNIT_PLAIN /* a feature that counts: raw, count, flag, none */
};

/* One side of an operator. */
struct expr_side {
    enum expr_unit unit;
    bool literal;     /* no feature is part of it */
    const char *text; /* the number that gave the unit, as written; in the rule's text */
    unsigned len;     /* of text */
    const char *name; /* the feature that gave the unit, NULL without one */
};

/* A unit that may follow a number; NULL when the word is no unit. The number is multiplied by
 * `times` and divided by `over`. */
struct expr_suffix {
    const char *word;
    enum expr_unit unit;
    double times, over;
};
const struct expr_suffix *expr_suffix_find(const char *word, size_t n);
/* The unit of a feature by its name in features.def ("lamports"). */
enum expr_unit expr_unit_of(const char *unit);
/* The sides of + - min max or a comparison. False when a number lacks its unit or has a wrong one:
 * *wrong is the side of that number, what names the unit it needs. */
bool expr_unit_join(const struct expr_side *a, const struct expr_side *b, struct expr_side *out,
                    const struct expr_side **wrong, char what[200]);
struct expr_side expr_unit_product(const struct expr_side *a, const struct expr_side *b);
struct expr_side expr_unit_quotient(const struct expr_side *a, const struct expr_side *b);

#endif
