/* expr.c - lexer, recursive descent parser with bounded depth, and evaluator. See expr.h. Each
 * parse function appends operations and returns the side that they compute, for the check of units.
 */
#include "score/score/expr.h"

#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/rec/form.h"
#include "score/score/expr_unit.h"

#define DEPTH_MAX 32

struct parser {
    const char *text, *p;
    struct expr_code *code;
    struct err *e;
    int depth;
    bool bad;
};

static void fail(struct parser *s, const char *what)
{
    if (!s->bad) err_set(s->e, E_CONFIG, "column %d: %s", (int)(s->p - s->text) + 1, what);
    s->bad = true;
}

static void blanks(struct parser *s)
{
    while (*s->p == ' ' || *s->p == '\t' || *s->p == '\n') s->p++;
}

static void emit(struct parser *s, uint8_t op, uint16_t feature, double number)
{
    if (s->code->n == EXPR_OPS_MAX) {
        fail(s, "the expression is too long");
        return;
    }
    s->code->ops[s->code->n].op = op;
    s->code->ops[s->code->n].feature = feature;
    s->code->ops[s->code->n++].number = number;
}

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Take this word if it stands here. */
static bool word(struct parser *s, const char *w)
{
    size_t n = strlen(w);
    blanks(s);
    if (strncmp(s->p, w, n) != 0 || (name_char(w[0]) && name_char(s->p[n]))) return false;
    s->p += n;
    return true;
}

static const struct expr_side any_side = {.unit = UNIT_ANY};

static struct expr_side parse_or(struct parser *s);

/* The unit behind a number, blanks between them allowed; n: its length, 0 without one. */
static const struct expr_suffix *suffix(struct parser *s, const char **at, size_t *n)
{
    const char *p = s->p;
    while (*p == ' ' || *p == '\t') p++;
    *at = p;
    *n = *p == '%';
    if (*p >= '0' && *p <= '9') return NULL;
    while (*p != '%' && name_char(p[*n])) ++*n;
    return *n ? expr_suffix_find(p, *n) : NULL;
}

/* Words that may follow a number and are no unit. */
static bool is_operator_word(const char *p, size_t n)
{
    return (n == 3 && memcmp(p, "and", 3) == 0) || (n == 2 && memcmp(p, "or", 2) == 0);
}

static struct expr_side number(struct parser *s)
{
    const char *start = s->p, *at;
    size_t n = strspn(s->p, "0123456789."), unit_len;
    uint64_t micro;
    if (!parse_decimal_u64(s->p, n, 6, &micro, NULL)) {
        fail(s, "invalid number");
        return any_side;
    }
    double v = (double)micro / 1e6;
    s->p += n;
    const struct expr_suffix *x = suffix(s, &at, &unit_len);
    if (!x && unit_len && !is_operator_word(at, unit_len)) {
        fail(s, "unknown unit; the units are sol lamports % ppm ms s m h d, and k for a thousand");
        return any_side;
    }
    if (x) s->p = at + unit_len;
    if (x) v = v * x->times / x->over;
    emit(s, OP_NUMBER, 0, v);
    return (struct expr_side){.unit = x && x->unit != UNIT_BARE ? x->unit
                                      : micro == 0              ? UNIT_ANY
                                                                : UNIT_BARE,
                              .literal = true,
                              .text = start,
                              .len = (unsigned)(s->p - start)};
}

static void unknown_name(struct parser *s, const char *name)
{
    const char *names[FEATURE_SLOTS];
    size_t n = 0;
    char what[200];
    for (size_t i = 0; i < FEATURE_SLOTS; i++)
        if (feature_names[i]) names[n++] = feature_names[i];
    const char *near = nearest_name(name, names, n);
    snprintf(what, sizeof what, "there is no feature '%.60s'%s%s%s", name,
             near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    fail(s, what);
}

/* Multiply what was computed last, at compile time when it is one number. */
static void scale_last(struct parser *s, const struct expr_side *side, uint8_t op, double by)
{
    if (side->literal && s->code->n && s->code->ops[s->code->n - 1].op == OP_NUMBER &&
        op == OP_MUL) {
        s->code->ops[s->code->n - 1].number *= by;
        return;
    }
    emit(s, OP_NUMBER, 0, by);
    emit(s, op, 0, 0);
}

/* Check the units of two sides, of which b was computed last; durations are seconds until they meet
 * a feature in milliseconds. */
static struct expr_side join(struct parser *s, const struct expr_side *a, struct expr_side b)
{
    struct expr_side out = any_side;
    const struct expr_side *wrong;
    char what[200];
    if (s->bad) return out;
    if (!expr_unit_join(a, &b, &out, &wrong, what)) {
        s->p = wrong->text;
        fail(s, what);
        return out;
    }
    if (a->unit == UNIT_MS && b.unit == UNIT_SECONDS && b.literal) scale_last(s, &b, OP_MUL, 1000);
    if (a->unit == UNIT_SECONDS && a->literal && b.unit == UNIT_MS) scale_last(s, &b, OP_DIV, 1000);
    return out;
}

static struct expr_side call(struct parser *s, uint8_t op, int args)
{
    struct expr_side side = any_side;
    for (int i = 0; i < args && !s->bad; i++) {
        if (!word(s, i ? "," : "(")) fail(s, i ? "',' expected" : "'(' expected");
        struct expr_side next = parse_or(s);
        side = i ? join(s, &side, next) : next;
    }
    if (!word(s, ")")) fail(s, "')' expected");
    emit(s, op, 0, 0);
    return side;
}

static struct expr_side feature(struct parser *s, uint16_t index, const char *label,
                                const char *unit)
{
    emit(s, OP_FEATURE, index, 0);
    return (struct expr_side){.unit = expr_unit_of(unit), .name = label};
}

static struct expr_side name(struct parser *s)
{
    char t[64];
    size_t n = 0;
    if (word(s, "min")) return call(s, OP_MIN, 2);
    if (word(s, "max")) return call(s, OP_MAX, 2);
    if (word(s, "abs")) return call(s, OP_ABS, 1);
    while (name_char(s->p[n]) && n < sizeof t - 1) n++;
    memcpy(t, s->p, n);
    t[n] = 0;
    if (strcmp(t, "probability_ppm") == 0) {
        s->p += n;
        return feature(s, EXPR_PROBABILITY, "probability_ppm", "ppm");
    }
    for (uint16_t i = 0; i < FEATURE_SLOTS; i++)
        if (feature_names[i] && strcmp(feature_names[i], t) == 0) {
            s->p += n;
            return feature(s, i, feature_names[i], feature_units[i]);
        }
    unknown_name(s, t);
    return any_side;
}

static struct expr_side negated(struct parser *s, const char *minus);

static struct expr_side primary(struct parser *s)
{
    struct expr_side side = any_side;
    blanks(s);
    if (s->bad) return side;
    const char *start = s->p;
    if (++s->depth > DEPTH_MAX)
        fail(s, "nested too deeply");
    else if (word(s, "(")) {
        side = parse_or(s);
        if (!word(s, ")")) fail(s, "')' expected");
    } else if (word(s, "-"))
        side = negated(s, start);
    else if (*s->p >= '0' && *s->p <= '9')
        side = number(s);
    else if (name_char(*s->p))
        side = name(s);
    else
        fail(s, *s->p ? "a number or a feature name is expected here"
                      : "the expression ends too early");
    s->depth--;
    return side;
}

static struct expr_side negated(struct parser *s, const char *minus)
{
    struct expr_side side = primary(s);
    emit(s, OP_NEG, 0, 0);
    if (side.literal && side.text == minus + 1) {
        side.text = minus;
        side.len++;
    }
    return side;
}

static struct expr_side product(struct parser *s)
{
    struct expr_side side = primary(s);
    while (!s->bad) {
        uint8_t op = word(s, "*") ? OP_MUL : word(s, "/") ? OP_DIV : 0;
        if (!op) return side;
        struct expr_side next = primary(s);
        side = op == OP_MUL ? expr_unit_product(&side, &next) : expr_unit_quotient(&side, &next);
        emit(s, op, 0, 0);
    }
    return side;
}

static struct expr_side sum(struct parser *s)
{
    struct expr_side side = product(s);
    while (!s->bad) {
        uint8_t op = word(s, "+") ? OP_ADD : word(s, "-") ? OP_SUB : 0;
        if (!op) return side;
        side = join(s, &side, product(s));
        emit(s, op, 0, 0);
    }
    return side;
}

static uint8_t comparison_op(struct parser *s)
{
    static const struct {
        const char *sign;
        uint8_t op;
    } signs[] = {{"<=", OP_LE}, {">=", OP_GE}, {"==", OP_EQ},
                 {"!=", OP_NE}, {"<", OP_LT},  {">", OP_GT}};
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (word(s, signs[i].sign)) return signs[i].op;
    return 0;
}

static struct expr_side comparison(struct parser *s)
{
    struct expr_side left = sum(s);
    uint8_t op = s->bad ? 0 : comparison_op(s);
    if (!op) return left;
    join(s, &left, sum(s));
    emit(s, op, 0, 0);
    if (!s->bad && comparison_op(s)) fail(s, "comparisons do not chain; join them with `and`");
    return any_side;
}

static struct expr_side negation(struct parser *s)
{
    if (!word(s, "not")) return comparison(s);
    if (++s->depth > DEPTH_MAX)
        fail(s, "nested too deeply");
    else
        negation(s);
    s->depth--;
    emit(s, OP_NOT, 0, 0);
    return any_side;
}

static struct expr_side parse_and(struct parser *s)
{
    struct expr_side side = negation(s);
    while (!s->bad && word(s, "and")) {
        negation(s);
        emit(s, OP_AND, 0, 0);
        side = any_side;
    }
    return side;
}

static struct expr_side parse_or(struct parser *s)
{
    struct expr_side side = parse_and(s);
    while (!s->bad && word(s, "or")) {
        parse_and(s);
        emit(s, OP_OR, 0, 0);
        side = any_side;
    }
    return side;
}

/* Number of operations of the sub-program that ends before op `end`. */
static unsigned span_before(const struct expr_code *c, unsigned end)
{
    int need = 1;
    unsigned i = end;
    while (need > 0 && i > 0) {
        uint8_t op = c->ops[--i].op;
        need += op == OP_NUMBER || op == OP_FEATURE            ? -1
                : op == OP_NEG || op == OP_NOT || op == OP_ABS ? 0
                                                               : 1;
    }
    return end - i;
}

/* A term that is one comparison keeps its two sides, for margins. */
static void split_sides(struct expr_term *t)
{
    uint8_t last = t->code.ops[t->code.n - 1].op;
    if (last < OP_LT || last > OP_NE) return;
    unsigned right = span_before(&t->code, t->code.n - 1u), left = t->code.n - 1u - right;
    t->compares = last;
    t->left.n = (uint16_t)left;
    t->right.n = (uint16_t)right;
    memcpy(t->left.ops, t->code.ops, left * sizeof t->code.ops[0]);
    memcpy(t->right.ops, t->code.ops + left, right * sizeof t->code.ops[0]);
}

enum error expr_compile(const char *text, struct expr *x, struct err *e)
{
    memset(x, 0, sizeof *x);
    if (strlen(text) >= EXPR_TEXT_MAX)
        return err_set(e, E_CONFIG, "the expression is longer than %d characters",
                       EXPR_TEXT_MAX - 1);
    memcpy(x->text, text, strlen(text) + 1);
    struct parser s = {.text = x->text, .p = x->text, .e = e};
    blanks(&s);
    if (!*s.p) return OK;
    bool whole = false; /* an `or` at the top makes it one term */
    for (;;) {
        if (x->count == EXPR_TERMS_MAX) {
            fail(&s, "more than 16 terms");
            break;
        }
        struct expr_term *t = &x->term[x->count++];
        blanks(&s);
        t->text_at = (uint16_t)(s.p - s.text);
        s.code = &t->code;
        if (whole)
            parse_or(&s);
        else
            negation(&s);
        t->text_len = (uint16_t)(s.p - s.text - t->text_at);
        while (t->text_len && x->text[t->text_at + t->text_len - 1] == ' ') t->text_len--;
        if (s.bad || (!whole && word(&s, "and"))) {
            if (s.bad) break;
            continue;
        }
        blanks(&s);
        if (!whole && strncmp(s.p, "or", 2) == 0 && !name_char(s.p[2])) {
            memset(x->term, 0, sizeof x->term);
            x->count = 0;
            s.p = s.text;
            whole = true;
            continue;
        }
        if (*s.p) fail(&s, "unexpected text; an operator or the end of the rule must follow");
        break;
    }
    if (s.bad) return E_CONFIG;
    for (unsigned i = 0; i < x->count; i++) split_sides(&x->term[i]);
    return OK;
}

double expr_value(const struct expr_code *c, const float *f, double probability_ppm)
{
    double st[EXPR_OPS_MAX + 1];
    int n = 0;
    for (unsigned i = 0; i < c->n; i++) {
        double b = n > 0 ? st[n - 1] : 0, a = n > 1 ? st[n - 2] : 0;
        switch (c->ops[i].op) {
        case OP_NUMBER: st[n++] = c->ops[i].number; continue;
        case OP_FEATURE:
            st[n++] = c->ops[i].feature == EXPR_PROBABILITY ? probability_ppm
                                                            : (double)f[c->ops[i].feature];
            continue;
        case OP_NEG: st[n - 1] = -b; continue;
        case OP_NOT: st[n - 1] = b == 0; continue;
        case OP_ABS: st[n - 1] = b < 0 ? -b : b; continue;
        case OP_ADD: a = a + b; break;
        case OP_SUB: a = a - b; break;
        case OP_MUL: a = a * b; break;
        case OP_DIV: a = b == 0 ? 0 : a / b; break;
        case OP_LT: a = a < b; break;
        case OP_LE: a = a <= b; break;
        case OP_GT: a = a > b; break;
        case OP_GE: a = a >= b; break;
        case OP_EQ: a = a == b; break;
        case OP_NE: a = a != b; break;
        case OP_AND: a = a != 0 && b != 0; break;
        case OP_OR: a = a != 0 || b != 0; break;
        case OP_MIN: a = a < b ? a : b; break;
        case OP_MAX: a = a > b ? a : b; break;
        default: break;
        }
        st[--n - 1] = a;
    }
    return n ? st[n - 1] : 0;
}

unsigned expr_failing(const struct expr *x, const float *f, double probability_ppm,
                      unsigned *first_false)
{
    unsigned failing = 0;
    for (unsigned i = 0; i < x->count; i++) {
        if (expr_value(&x->term[i].code, f, probability_ppm) != 0) continue;
        if (failing++ == 0)
            *first_false = i;
        else
            break; /* two are enough: no near miss */
    }
    return failing;
}
