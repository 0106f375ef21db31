/* expr_unit.c - see expr_unit.h. */
#include "score/score/expr_unit.h"

#include <stdio.h>
#include <string.h>

static const struct expr_suffix suffixes[] = {
    {"sol", UNIT_LAMPORTS, 1e9, 1},    {"SOL", UNIT_LAMPORTS, 1e9, 1},
    {"lamports", UNIT_LAMPORTS, 1, 1}, {"%", UNIT_PPM, 1e4, 1},
    {"ppm", UNIT_PPM, 1, 1},           {"ms", UNIT_SECONDS, 1, 1e3},
    {"s", UNIT_SECONDS, 1, 1},         {"m", UNIT_SECONDS, 60, 1},
    {"h", UNIT_SECONDS, 3600, 1},      {"d", UNIT_SECONDS, 86400, 1},
    {"k", UNIT_BARE, 1e3, 1}};

const struct expr_suffix *expr_suffix_find(const char *word, size_t n)
{
    for (size_t i = 0; i < COUNT_OF(suffixes); i++)
        if (strlen(suffixes[i].word) == n && memcmp(suffixes[i].word, word, n) == 0)
            return &suffixes[i];
    return NULL;
}

enum expr_unit expr_unit_of(const char *unit)
{
    static const struct {
        const char *name;
        enum expr_unit unit;
    } units[] = {
        {"lamports", UNIT_LAMPORTS}, {"ppm", UNIT_PPM}, {"s", UNIT_SECONDS}, {"ms", UNIT_MS}};
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (strcmp(units[i].name, unit) == 0) return units[i].unit;
    return UNIT_PLAIN;
}

/* Does a number of this unit fit a side of that unit? A bare number is a count or a time in the
 * unit of the feature's name; lamports and ppm are too easily taken for SOL and percent. */
static bool fits(const struct expr_side *number, enum expr_unit unit)
{
    if (number->unit == UNIT_ANY || unit == UNIT_ANY || number->unit == unit) return true;
    if (number->unit == UNIT_BARE) return unit != UNIT_LAMPORTS && unit != UNIT_PPM;
    return number->unit == UNIT_SECONDS && unit == UNIT_MS;
}

/* Is it written without any suffix, so that a unit can be appended to it? */
static bool is_bare_text(const struct expr_side *number)
{
    return number->unit == UNIT_BARE && strspn(number->text, "-0123456789.") >= number->len;
}

/* What to write instead: the same number with each unit, or examples. */
static void suggest(const struct expr_side *number, enum expr_unit unit, char out[96])
{
    int n = (int)(number->len < 24 ? number->len : 24);
    const char *text = number->text, *examples = "a duration such as 30s or 5m";
    if (unit == UNIT_LAMPORTS) examples = "an amount such as 1.5sol or 5000lamports";
    if (unit == UNIT_PPM) examples = "a share such as 5% or 50000ppm";
    if (unit == UNIT_PLAIN) examples = "a plain number, such as 1000k for a million";
    if (is_bare_text(number) && unit == UNIT_LAMPORTS)
        snprintf(out, 96, "%.*ssol or %.*slamports", n, text, n, text);
    else if (is_bare_text(number) && unit == UNIT_PPM)
        snprintf(out, 96, "%.*s%% or %.*sppm", n, text, n, text);
    else
        snprintf(out, 96, "%s", examples);
}

static const char *name_of(enum expr_unit unit)
{
    static const char *const names[] = {
        [UNIT_ANY] = "of any unit",      [UNIT_BARE] = "a plain number",
        [UNIT_LAMPORTS] = "in lamports", [UNIT_PPM] = "in ppm",
        [UNIT_SECONDS] = "in seconds",   [UNIT_MS] = "in milliseconds",
        [UNIT_PLAIN] = "a plain number"};
    return names[unit];
}

static void explain(const struct expr_side *number, const struct expr_side *other, char what[200])
{
    char better[96];
    suggest(number, other->unit, better);
    snprintf(what, 200, "%.60s is %s: write %s, not %.*s",
             other->name ? other->name : "the other side", name_of(other->unit), better,
             (int)(number->len < 24 ? number->len : 24), number->text);
}

/* The side that decides: a unit before a bare number, a bare number before 0. */
static const struct expr_side *stronger(const struct expr_side *a, const struct expr_side *b)
{
    if (a->unit == UNIT_ANY) return a->literal ? b : a;
    if (b->unit == UNIT_ANY) return b->literal ? a : b;
    return a->unit == UNIT_BARE ? b : a;
}

bool expr_unit_join(const struct expr_side *a, const struct expr_side *b, struct expr_side *out,
                    const struct expr_side **wrong, char what[200])
{
    *wrong = a->literal && !fits(a, b->unit) ? a : b->literal && !fits(b, a->unit) ? b : NULL;
    if (*wrong && a->literal && b->literal) *wrong = a->unit == UNIT_BARE ? a : b;
    if (*wrong) {
        explain(*wrong, *wrong == a ? b : a, what);
        return false;
    }
    *out = *stronger(a, b);
    out->literal = a->literal && b->literal;
    return true;
}

static bool scales(enum expr_unit unit) { return unit == UNIT_BARE || unit == UNIT_PLAIN; }

struct expr_side expr_unit_product(const struct expr_side *a, const struct expr_side *b)
{
    struct expr_side out = {.unit = UNIT_ANY};
    if (a->unit == UNIT_BARE || (a->unit == UNIT_PLAIN && b->unit != UNIT_BARE))
        out = *b;
    else if (scales(b->unit))
        out = *a;
    out.literal = a->literal && b->literal;
    return out;
}

struct expr_side expr_unit_quotient(const struct expr_side *a, const struct expr_side *b)
{
    struct expr_side out = {.unit = UNIT_ANY};
    if (scales(b->unit) && a->unit != UNIT_BARE && a->unit != UNIT_PLAIN) out = *a;
    if (b->unit == UNIT_BARE) out = *a;
    out.literal = a->literal && b->literal;
    return out;
}
