/* test_score.c - expressions against a table of values worked by hand, errors that name the column,
 * forests against a walk written anew here, and strategies: once, cool-down, near misses, exits. */
#include <math.h>

#include "common/base/hash.h"
#include "common/base/rng.h"
#include "common/rec/codec.h"
#include "common/rec/form.h"
#include "score/score/score.h"
#include "tests/unit/tap.h"

static float f[FEATURE_SLOTS];

static unsigned index_of(const char *name)
{
    for (unsigned i = 0; i < FEATURE_SLOTS; i++)
        if (feature_names[i] && strcmp(feature_names[i], name) == 0) return i;
    fprintf(stderr, "no feature %s\n", name);
    abort();
}

static void set(const char *name, float v) { f[index_of(name)] = v; }

/* The value of an expression that is one term. */
static double value(const char *text)
{
    struct expr x;
    struct err e = {0};
    if (expr_compile(text, &x, &e) != OK || x.count != 1) {
        printf("# '%s': %s, %u terms\n", text, e.text, x.count);
        return NAN;
    }
    return expr_value(&x.term[0].code, f, 250000);
}

static void test_values(void)
{
    static const struct {
        const char *text;
        double want;
    } cases[] = {{"1 + 2 * 3", 7},
                 {"(1 + 2) * 3", 9},
                 {"10 - 4 - 3", 3},
                 {"24 / 4 / 2", 3},
                 {"-3 + 5", 2},
                 {"- -3", 3},
                 {"2 * -3", -6},
                 {"7 / 0", 0},
                 {"1.5k", 1500},
                 {"2 k", 2000},
                 {"3SOL", 3e9},
                 {"7lamports", 7},
                 {"250ms * 4", 1},
                 {"90s", 90},
                 {"15m", 900},
                 {"2h", 7200},
                 {"7d", 604800},
                 {"age_s == 30s", 1},
                 {"age_s < 0.6m", 1},
                 {"trade_gap_ms < 1.5s", 1},
                 {"trade_gap_ms > 1.4s", 0},
                 {"1.5s > trade_gap_ms", 1},
                 {"min(trade_gap_ms, 5s)", 1400},
                 {"trade_gap_ms + 1s", 2400},
                 {"2 * 1s > trade_gap_ms", 1},
                 {"35%", 350000},
                 {"0.25sol", 2.5e8},
                 {"1 < 2", 1},
                 {"2 <= 2", 1},
                 {"3 > 3", 0},
                 {"3 >= 3", 1},
                 {"2 == 2", 1},
                 {"2 != 2", 0},
                 {"1 + 1 == 2", 1},
                 {"not 0", 1},
                 {"not 1 == 2", 1},
                 {"not not 5", 1},
                 {"0 or 1 and 0", 0},
                 {"(0 or 1) and 0 or 1", 1},
                 {"1 or 0 and 0", 1},
                 {"min(3, 2) + max(3, 2)", 5},
                 {"abs(-4) + abs(4)", 8},
                 {"min(1, max(2, 3)) ", 1},
                 {"age_s", 30},
                 {"age_s * 2 >= 60", 1},
                 {"probability_ppm", 250000},
                 {"uniq_buyers_30s >= 15 or top10_share_ppm < 350000ppm", 1},
                 {"net_lamports_30s < 0", 1},
                 {"(((((age_s)))))", 30},
                 {"price_lamports == 0.5lamports", 1}};
    set("age_s", 30);
    set("uniq_buyers_30s", 14);
    set("top10_share_ppm", 349999);
    set("net_lamports_30s", -1);
    set("price_lamports", 0.5f);
    set("trade_gap_ms", 1400);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        double got = value(cases[i].text);
        ok(got == cases[i].want, "%s = %g (got %g)", cases[i].text, cases[i].want, got);
    }
}

static void test_errors(void)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"age_s >", "column 8: the expression ends too early"},
        {"uniq_buyers_30 > 1", "did you mean 'uniq_buyers_30s'?"},
        {"age_s > 1 > 2", "comparisons do not chain"},
        {"(age_s", "')' expected"},
        {"age_s ) 1", "unexpected text"},
        {"1 2", "unexpected text"},
        {"min(1)", "',' expected"},
        {"1..2", "invalid number"},
        {"age_s & 1", "unexpected text"},
        {"and", "feature 'and'"},
        {"nan > 1", "there is no feature 'nan'"},
        {"return_ppm_60s > 5", "column 18: return_ppm_60s is in ppm: write 5% or 5ppm, not 5"},
        {"buy_lamports_5m > 3",
         "column 19: buy_lamports_5m is in lamports: write 3sol or 3lamports, not 3"},
        {"-0.5 < net_lamports_1s", "write -0.5sol or -0.5lamports, not -0.5"},
        {"buy_lamports_5m > 3k", "write an amount such as 1.5sol or 5000lamports, not 3k"},
        {"buy_lamports_5m > 5%", "write an amount such as 1.5sol or 5000lamports, not 5%"},
        {"return_ppm_60s > 3sol", "write a share such as 5% or 50000ppm, not 3sol"},
        {"buys_60s > 2m",
         "buys_60s is a plain number: write a plain number, such as 1000k for a million, "
         "not 2m"},
        {"age_s > 5%", "age_s is in seconds: write a duration such as 30s or 5m, not 5%"},
        {"trade_gap_ms > 2sol", "trade_gap_ms is in milliseconds: write a duration"},
        {"probability_ppm > 600000", "write 600000% or 600000ppm"},
        {"2 * buy_lamports_5m > 3", "buy_lamports_5m is in lamports"},
        {"buy_lamports_5m / buys_5m > 3", "buy_lamports_5m is in lamports"},
        {"buy_lamports_5m / 2 > 3", "buy_lamports_5m is in lamports"},
        {"max(0, net_lamports_1s) > 3", "net_lamports_1s is in lamports"},
        {"abs(net_lamports_1s) > 3", "net_lamports_1s is in lamports"},
        {"min(return_ppm_5m, 5) > 0", "return_ppm_5m is in ppm"},
        {"return_ppm_5m - 5 > 0", "return_ppm_5m is in ppm"},
        {"buy_lamports_5m > 1 + 2", "buy_lamports_5m is in lamports"},
        {"not (buy_lamports_5m > 3)", "buy_lamports_5m is in lamports"},
        {"3sol > 2", "the other side is in lamports: write 2sol or 2lamports, not 2"},
        {"age_s > 5x", "unknown unit; the units are sol lamports"},
        {"buys_60s > 2M", "unknown unit"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct expr x;
        struct err e = {0};
        enum error rc = expr_compile(cases[i].text, &x, &e);
        ok(rc == E_CONFIG && strstr(e.text, cases[i].want), "'%s': %s", cases[i].text, e.text);
    }
    static const char *const good[] = {"buy_lamports_5m / sell_lamports_5m > 2",
                                       "buy_lamports_5m > 2 * sell_lamports_5m",
                                       "net_lamports_1s > 0",
                                       "return_ppm_5m > -0",
                                       "buys_60s * 2 > sells_60s + 3",
                                       "buy_lamports_5m / buys_5m > 0.1sol",
                                       "buy_lamports_5m > buys_5m * 0.1sol",
                                       "supply_raw > 1000k",
                                       "venue == 1",
                                       "age_s > 60 or age_s > 1m",
                                       "probability_ppm > 60%"};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct expr x;
        struct err e = {0};
        ok(expr_compile(good[i], &x, &e) == OK, "'%s' is right%s", good[i], e.text);
    }
    char deep[EXPR_TEXT_MAX + 8];
    struct expr x;
    struct err e = {0};
    memset(deep, '(', 200);
    deep[200] = 0;
    ok(expr_compile(deep, &x, &e) == E_CONFIG && strstr(e.text, "too deeply"), "200 brackets: %s",
       e.text);
    memset(deep, ' ', sizeof deep);
    deep[sizeof deep - 1] = 0;
    ok(expr_compile(deep, &x, &e) == E_CONFIG && strstr(e.text, "longer"), "too long: %s", e.text);
    for (int i = 0; i < 40; i++) memcpy(deep + i * 2, "1+", 2);
    strcpy(deep + 80, "1");
    ok(expr_compile(deep, &x, &e) == E_CONFIG && strstr(e.text, "too long"),
       "too many operations: %s", e.text);
    ok(expr_compile("  ", &x, &e) == OK && x.count == 0, "an empty text has no terms");
}

static void test_terms(void)
{
    struct expr x;
    struct err e = {0};
    unsigned first = 9;
    is_u64(expr_compile("age_s >= 20 and uniq_buyers_30s >= 15 and not (age_s > 100)", &x, &e), OK,
           "three conjuncts compile");
    is_u64(x.count, 3, "and are three terms");
    is_u64(expr_failing(&x, f, 0, &first), 1, "one fails");
    is_u64(first, 1, "the second");
    ok(x.term[1].compares == OP_GE && expr_value(&x.term[1].left, f, 0) == 14 &&
           expr_value(&x.term[1].right, f, 0) == 15,
       "its sides are known for the margin");
    is_u64(expr_compile("age_s >= 20 and uniq_buyers_30s >= 15 or 1", &x, &e), OK,
           "an or at the top");
    is_u64(x.count, 1, "makes it one term");
    is_u64(expr_failing(&x, f, 0, &first), 0, "which holds");
}

/* ---- forests ---- */

/* A random tree of `depth` levels; nodes in breadth-first order. */
static void grow(struct forest *t, struct rng *g, unsigned depth, unsigned features)
{
    uint32_t base = t->nodes, inner = (1u << depth) - 1;
    t->root[t->trees++] = base;
    for (uint32_t i = 0; i < inner + (1u << depth); i++) {
        struct forest_node *n = &t->node[base + i];
        *n = (struct forest_node){.split =
                                      (float)((double)rng_u64(g) / 18446744073709551616.0 - 0.5)};
        if (i >= inner) continue;
        n->feature = (uint16_t)(rng_u64(g) % features);
        n->default_left = rng_u64(g) & 1;
        n->left = base + 2 * i + 1;
        n->right = base + 2 * i + 2;
    }
    t->nodes = base + inner + (1u << depth);
}

/* One leaf, found by recursion from the definition. */
static float leaf_of(const struct forest *t, uint32_t i, const float *x)
{
    const struct forest_node *n = &t->node[i];
    if (n->left == 0) return n->split;
    float v = x[n->feature];
    if (isnan(v)) return leaf_of(t, n->default_left ? n->left : n->right, x);
    return leaf_of(t, v < n->split ? n->left : n->right, x);
}

static void test_forest(void)
{
    static struct forest t;
    struct rng g;
    float x[FEATURE_SLOTS];
    unsigned wrong = 0, wrong_ppm = 0;
    rng_seed(&g, 5);
    t.base_margin = 0.25f;
    t.logistic = 1;
    for (int i = 0; i < 300; i++) grow(&t, &g, 6, FEATURE_SLOTS);
    for (int row = 0; row < 2000; row++) {
        for (unsigned i = 0; i < FEATURE_SLOTS; i++)
            x[i] = rng_u64(&g) % 16 == 0
                       ? NAN
                       : (float)((double)rng_u64(&g) / 18446744073709551616.0 - 0.5);
        float want = t.base_margin;
        for (uint32_t k = 0; k < t.trees; k++) want += leaf_of(&t, t.root[k], x);
        wrong += forest_margin(&t, x) != want;
        double p = 1e6 / (1 + exp(-(double)want));
        wrong_ppm += fabs((double)forest_ppm(&t, x) - p) > 0.500001;
    }
    is_u64(wrong, 0,
           "2,000 rows of 300 trees, some values missing: the margin of a recursive walk (seed 5)");
    is_u64(wrong_ppm, 0, "and the probability to the nearest ppm");
}

static void test_ppm_ends(void)
{
    static struct forest t = {.trees = 0, .logistic = 1};
    static const struct {
        float margin;
        uint32_t want;
    } cases[] = {{0, 500000}, {60, 1000000}, {-60, 0},
                 {1, 731059}, {-1, 268941},  {13.8155f, 999999}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        t.base_margin = cases[i].margin;
        is_u64(forest_ppm(&t, f), cases[i].want, "logistic of %g", (double)cases[i].margin);
    }
    t.logistic = 0;
    static const struct {
        float margin;
        uint32_t want;
    } plain[] = {{-5, 0}, {0.9f, 0}, {1234.5f, 1234}, {2e6f, 1000000}, {NAN, 0}};
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        t.base_margin = plain[i].margin;
        is_u64(forest_ppm(&t, f), plain[i].want, "regression of %g", (double)plain[i].margin);
    }
    ok(fabs(forest_natural_log(10) - log(10)) < 1e-15 &&
           fabs(forest_natural_log(1e-300) - log(1e-300)) < 1e-12 && forest_natural_log(0) == 0 &&
           forest_natural_log(-1) == 0,
       "natural logarithm");
}

/* ---- strategies ---- */

struct bench {
    struct score_state *s;
    struct out out;
    uint8_t buf[1 << 20];
    size_t read;
};

static void bench_open(struct bench *b, const char *entry, const char *leave)
{
    struct err e = {0};
    memset(b, 0, sizeof *b);
    b->s = calloc(1, sizeof *b->s);
    score_init(b->s);
    b->s->size = sizeof *b->s;
    b->s->count = 1;
    struct strategy *g = &b->s->strategy[0];
    g->enabled = g->once = g->on_traded = 1;
    g->probability_ppm = 400000;
    g->cooldown_ns = 60 * NS_PER_S;
    strcpy(g->name, "s");
    if (expr_compile(entry, &g->entry, &e) != OK || expr_compile(leave, &g->exit, &e) != OK)
        abort();
    b->out = (struct out){.buf = b->buf, .cap = sizeof b->buf, .src = 14, .next_seq = 1};
}

static void see(struct bench *b, uint64_t at_s, uint8_t mint)
{
    static struct rec_fvec v;
    v = (struct rec_fvec){.ts_ns = (1000 + at_s) * NS_PER_S, .reason = fvec_reason_traded};
    v.mint.b[0] = mint;
    v.values.n = FEATURE_SLOTS;
    memcpy(v.values.v, f, sizeof f);
    score_step(b->s, &v, &b->out);
}

/* What came since the last look: "buy", "sell", "miss gate margin", "" for nothing, "more" for
 * several. */
static const char *news(struct bench *b)
{
    static char text[200];
    static struct record r;
    struct record_view v;
    if (b->read == b->out.len) return "";
    if (frame_next(b->buf + b->read, b->out.len - b->read, &v) != FRAME_OK ||
        !record_decode(&v, &r))
        return "broken";
    b->read += v.wire_len;
    if (b->read != b->out.len) return "more";
    if (r.id == REC_signal) return enum_name("side", r.u.signal.side);
    snprintf(text, sizeof text, "miss %s %lld %s", r.u.reject.gate, (long long)r.u.reject.margin,
             r.u.reject.unit);
    return text;
}

static void test_strategies(void)
{
    static struct bench b;
    bench_open(&b, "age_s >= 20 and uniq_buyers_30s >= 15 and top10_share_ppm < 35%",
               "net_lamports_30s < -1lamports");
    set("age_s", 30);
    set("uniq_buyers_30s", 14);
    set("top10_share_ppm", 1000);
    set("net_lamports_30s", 0);
    see(&b, 0, 1);
    is_str(news(&b), "miss uniq_buyers_30s >= 15 -1 count",
           "one term short is a near miss with its margin and unit");
    see(&b, 59, 1);
    is_str(news(&b), "", "which is said once a minute");
    see(&b, 60, 1);
    is_str(news(&b), "miss uniq_buyers_30s >= 15 -1 count", "and then again");
    see(&b, 60, 2);
    is_str(news(&b), "miss uniq_buyers_30s >= 15 -1 count", "for each token by itself");
    set("age_s", 10);
    see(&b, 200, 1);
    is_str(news(&b), "", "two terms short is none");
    set("age_s", 30);
    set("uniq_buyers_30s", 15);
    see(&b, 300, 1);
    is_str(news(&b), "buy", "all terms hold: a buy");
    see(&b, 900, 1);
    is_str(news(&b), "", "once only");
    set("net_lamports_30s", -2);
    see(&b, 901, 1);
    is_str(news(&b), "sell", "the exit rule: a sell");
    see(&b, 902, 1);
    is_str(news(&b), "", "once for this entry");
    see(&b, 903, 2);
    is_str(news(&b), "buy", "a token never entered is not left but entered");
    b.s->strategy[0].once = 0;
    see(&b, 904, 1);
    is_str(news(&b), "buy", "without once it enters again after the cool-down");
    see(&b, 904 + 59, 1);
    is_str(news(&b), "sell", "and leaves again");
    see(&b, 904 + 59, 1);
    is_str(news(&b), "", "but does not enter within the cool-down");
    b.s->strategy[0].min_probability_ppm = 400001;
    see(&b, 2000, 3);
    is_str(news(&b), "miss min-probability-ppm -1 ppm", "too improbable is a near miss too");
    free(b.s);
}

int main(void)
{
    test_values();
    test_errors();
    test_terms();
    test_forest();
    test_ppm_ends();
    test_strategies();
    return done();
}
