/* expr.c - lexer, recursive descent parser with bounded depth, and evaluator. See expr.h. */
#include "score/score/expr.h"

#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/rec/form.h"

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

static void parse_or(struct parser *s);

static void number(struct parser *s)
{
    size_t n = strspn(s->p, "0123456789.");
    uint64_t micro;
    if (!parse_decimal_u64(s->p, n, 6, &micro, NULL)) {
        fail(s, "this is no number");
        return;
    }
    double v = (double)micro / 1e6;
    s->p += n;
    if (word(s, "sol"))
        v *= 1e9;
    else if (word(s, "k"))
        v *= 1e3;
    else if (word(s, "m"))
        v *= 1e6;
    else if (word(s, "%"))
        v *= 1e4;
    emit(s, OP_NUMBER, 0, v);
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

static void call(struct parser *s, uint8_t op, int args)
{
    for (int i = 0; i < args && !s->bad; i++) {
        if (!word(s, i ? "," : "(")) fail(s, i ? "',' expected" : "'(' expected");
        parse_or(s);
    }
    if (!word(s, ")")) fail(s, "')' expected");
    emit(s, op, 0, 0);
}

static void name(struct parser *s)
{
    char t[64];
    size_t n = 0;
    if (word(s, "min")) {
        call(s, OP_MIN, 2);
        return;
    }
    if (word(s, "max")) {
        call(s, OP_MAX, 2);
        return;
    }
    if (word(s, "abs")) {
        call(s, OP_ABS, 1);
        return;
    }
    while (name_char(s->p[n]) && n < sizeof t - 1) n++;
    memcpy(t, s->p, n);
    t[n] = 0;
    if (strcmp(t, "probability_ppm") == 0) {
        s->p += n;
        emit(s, OP_FEATURE, EXPR_PROBABILITY, 0);
        return;
    }
    for (uint16_t i = 0; i < FEATURE_SLOTS; i++)
        if (feature_names[i] && strcmp(feature_names[i], t) == 0) {
            s->p += n;
            emit(s, OP_FEATURE, i, 0);
            return;
        }
    unknown_name(s, t);
}

static void primary(struct parser *s)
{
    blanks(s);
    if (s->bad) return;
    if (++s->depth > DEPTH_MAX)
        fail(s, "nested too deeply");
    else if (word(s, "(")) {
        parse_or(s);
        if (!word(s, ")")) fail(s, "')' expected");
    } else if (word(s, "-")) {
        primary(s);
        emit(s, OP_NEG, 0, 0);
    } else if (*s->p >= '0' && *s->p <= '9')
        number(s);
    else if (name_char(*s->p))
        name(s);
    else
        fail(s, *s->p ? "a number or a feature name is expected here"
                      : "the expression ends too early");
    s->depth--;
}

static void product(struct parser *s)
{
    primary(s);
    while (!s->bad) {
        uint8_t op = word(s, "*") ? OP_MUL : word(s, "/") ? OP_DIV : 0;
        if (!op) return;
        primary(s);
        emit(s, op, 0, 0);
    }
}

static void sum(struct parser *s)
{
    product(s);
    while (!s->bad) {
        uint8_t op = word(s, "+") ? OP_ADD : word(s, "-") ? OP_SUB : 0;
        if (!op) return;
        product(s);
        emit(s, op, 0, 0);
    }
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

static void comparison(struct parser *s)
{
    sum(s);
    uint8_t op = s->bad ? 0 : comparison_op(s);
    if (!op) return;
    sum(s);
    emit(s, op, 0, 0);
    if (!s->bad && comparison_op(s)) fail(s, "comparisons do not chain; join them with `and`");
}

static void negation(struct parser *s)
{
    if (!word(s, "not")) {
        comparison(s);
        return;
    }
    if (++s->depth > DEPTH_MAX)
        fail(s, "nested too deeply");
    else
        negation(s);
    s->depth--;
    emit(s, OP_NOT, 0, 0);
}

static void parse_and(struct parser *s)
{
    negation(s);
    while (!s->bad && word(s, "and")) {
        negation(s);
        emit(s, OP_AND, 0, 0);
    }
}

static void parse_or(struct parser *s)
{
    parse_and(s);
    while (!s->bad && word(s, "or")) {
        parse_and(s);
        emit(s, OP_OR, 0, 0);
    }
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
        if (*s.p) fail(&s, "this is not understood");
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
