/* test_settings.c - the option table holds together; values, ranges, choices, files, environment
 * and flags are accepted or refused as their rows say, each error in one line. */
#include <unistd.h>

#include "common/base/base.h"
#include "common/run/options.h"
#include "common/run/settings_load.h"
#include "common/sol/message.h"
#include "execute/trade/bid.h"
#include "execute/trade/market_cache.h"
#include "ingest/sim/sim.h"
#include "risk/risk/risk.h"
#include "tests/unit/tap.h"

static char path[64];
static struct err failed;

/* Write a configuration file of n bytes. */
static void write_file(const char *text, size_t n)
{
    FILE *f = fopen(path, "w");
    if (!f || fwrite(text, 1, n, f) != n || fclose(f) != 0) abort();
}

/* Load as sluice-risk: arguments end with NULL. The settings, or NULL with the error in `failed`.
 */
static struct settings *load(char **env, const char *const *args)
{
    struct settings_request want = {
        .tool = "sluice-risk", .section = "risk", .stage = true, .allowed = "strategy"};
    struct settings *s = NULL;
    char *argv[16] = {(char *)(uintptr_t) "sluice-risk"};
    int argc = 1;
    while (*args) argv[argc++] = (char *)(uintptr_t)*args++;
    failed = (struct err){0};
    return settings_load(&want, argc, argv, env, &s, &failed) == OK ? s : NULL;
}

static struct settings *load_text(const char *text)
{
    write_file(text, strlen(text));
    return load(NULL, (const char *const[]){"-c", path, NULL});
}

static const struct option_desc *find(const char *section, const char *key)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(o[i].section, section) == 0 && strcmp(o[i].key, key) == 0) return &o[i];
    abort();
}

static void test_table(void)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    unsigned bad = 0;
    for (size_t i = 0; i < n; i++) {
        struct err e = {0};
        uint64_t v, low = 0, high = 0;
        bool range = o[i].limit == LIMIT_RANGE;
        if (option_check(&o[i], o[i].fallback, &v, &e) != OK || !section_find(o[i].section) ||
            (range && (!o[i].min || !option_parse(o[i].kind, o[i].min, &low))) ||
            (range && o[i].max && (!option_parse(o[i].kind, o[i].max, &high) || high <= low)) ||
            (o[i].limit == LIMIT_ENUM_OF && !option_word(&o[i], 0, (char[48]){0}))) {
            printf("# %s.%s: %s\n", o[i].section, o[i].key, e.text);
            bad++;
        }
    }
    is_u64(bad, 0, "every default satisfies the limits of its row, every section has a row");
}

/* Limits of the table that a constant of the code must equal. */
static void test_constants(void)
{
    static const struct {
        const char *section, *key;
        uint64_t max;
    } rows[] = {{"risk", "max-open", RISK_POSITIONS},      {"sim", "launches", SIM_LAUNCHES_MAX},
                {"execute", "warm", MARKET_CACHE_MARKETS}, {"execute", "units", TX_COMPUTE_MAX},
                {"execute", "tip-worth-bps", BPS_ONE},     {"strategy", "stop-ppm", PPM_ONE}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct option_desc *o = find(rows[i].section, rows[i].key);
        uint64_t v = 0;
        ok(o->max && option_parse(o->kind, o->max, &v), "%s.%s has a maximum", rows[i].section,
           rows[i].key);
        is_u64(v, rows[i].max, "%s.%s: the maximum is that of the code", rows[i].section,
               rows[i].key);
    }
}

/* Each percentile that the table offers has a level in the bid: none falls back to the order's own
 * amount. */
static void test_percentiles(void)
{
    char word[48];
    struct fee_levels l = {{9000, 9001, 9002, 9003, 9004}, {9000000, 9000001, 9000002}};
    struct fee_rules r = {.tip_max_lamports = 1000000, .priority_max_lamports = 1000000000};
    const struct option_desc *tip = find("execute", "tip-percentile");
    const struct option_desc *price = find("execute", "priority-percentile");
    size_t i;
    for (i = 0; option_word(tip, i, word); i++) {
        r.tip_percentile = (uint32_t)strtoul(word, NULL, 10);
        is_u64(bid_tip(&r, &l, 2000, 1000000), i ? 8999 + i : 2000, "tip-percentile %s", word);
    }
    is_u64(i, 6, "five tip levels and 0");
    for (i = 0; option_word(price, i, word); i++) {
        r.priority_percentile = (uint32_t)strtoul(word, NULL, 10);
        is_u64(bid_priority(&r, &l, 2000, 1000000), i ? 8999999 + i : 2000,
               "priority-percentile %s", word);
    }
    is_u64(i, 4, "three price levels and 0");
}

static void test_values(void)
{
    static const struct {
        const char *section, *key, *text;
        const char *wanted; /* NULL: accepted with this number */
        uint64_t number;
    } cases[] = {
        {"risk", "max-open", "0", NULL, 0},
        {"risk", "max-open", "256", NULL, 256},
        {"risk", "max-open", "257", "must be a whole number from 0 to 256, not '257'", 0},
        {"risk", "max-open", "-1", "must be a whole number from 0 to 256, not '-1'", 0},
        {"risk", "max-open", "", "must be a whole number from 0 to 256, not ''", 0},
        {"risk", "expires-slots", "0", "must be a whole number from 1 to 150, not '0'", 0},
        {"risk", "expires-slots", "150", NULL, 150},
        {"risk", "capital-sol", "0.000000001", NULL, 1},
        {"risk", "capital-sol", "0", "from 0.000000001 to 1000000000, not '0'", 0},
        {"risk", "capital-sol", "1.0000000001", "at most 9 decimals", 0},
        {"risk", "sell-only", "pump, pumpswap\nwhirlpool", NULL, 0},
        {"risk", "sell-only", "pump,pumpswop", "not 'pumpswop'; did you mean 'pumpswap'?", 0},
        {"risk", "sell-only", "none", "not 'none'", 0},
        {"risk", "sell-only", "", NULL, 0},
        {"rpc", "poll", "10ms", NULL, 10 * NS_PER_MS},
        {"rpc", "poll", "9ms", "such as 200ms, 30s, 5m, 2h or 7d from 10ms to 60s, not '9ms'", 0},
        {"rpc", "poll", "61s", "not '61s'", 0},
        {"rpc", "poll", "1 m", "not '1 m'", 0},
        {"execute", "equity-every", "999ms", "of at least 1s, not '999ms'", 0},
        {"execute", "equity-every", "400d", NULL, UINT64_C(34560000) * NS_PER_S},
        {"execute", "route", "auto", NULL, 0},
        {"execute", "route", "none", "must be bundle, bundle_only, plain or auto, not 'none'", 0},
        {"execute", "tip-percentile", "0", NULL, 0},
        {"execute", "tip-percentile", "99", NULL, 99},
        {"execute", "tip-percentile", "98", "must be 0, 25, 50, 75, 95 or 99, not '98'", 0},
        {"sim", "hours", "0.5", NULL, 500000},
        {"sim", "hours", "0", "from 0.000001 to 100000, not '0'", 0},
        {"sim", "hours", "100001", "not '100001'", 0},
        {"sim", "start", "2026-01-15T00:00:01Z", NULL, UINT64_C(1768435201) * NS_PER_S},
        {"sim", "start", "2026-13-15", "must be a time such as", 0},
        {"sim", "profile", "clam", "must be calm, mania or attack, not 'clam'; did you mean", 0},
        {"sluice", "trading-env", "Live", "must be backtest, paper or live, not 'Live'", 0},
        {"any", "log-level", "verbose", "must be error, warning, info or debug", 0},
        {"cat", "only", "trade,fill", NULL, 0},
        {"cat", "only", "trade,trads", "see sluice-records(5), not 'trads'; did you mean", 0},
        {"import", "format", "", NULL, 0},
        {"strategy", "on", "age,traded", NULL, 0},
        {"strategy", "on", "trade", "must be traded or age, not 'trade'", 0},
        {"strategy", "enabled", "maybe", "must be yes or no, not 'maybe'", 0},
        {"strategy", "enabled", "On", NULL, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct err e = {0};
        uint64_t v = 77;
        enum error rc = option_check(find(cases[i].section, cases[i].key), cases[i].text, &v, &e);
        if (cases[i].wanted)
            ok(rc == E_CONFIG && strstr(e.text, cases[i].wanted), "%s.%s = '%s': %s",
               cases[i].section, cases[i].key, cases[i].text, e.text);
        else
            ok(rc == OK && v == cases[i].number, "%s.%s: value %zu is accepted", cases[i].section,
               cases[i].key, i);
    }
}

static void refused(const char *text, const char *wanted)
{
    struct settings *s = load_text(text);
    char full[400];
    snprintf(full, sizeof full, "%s:%s", path, wanted);
    ok(!s && failed.code == E_CONFIG, "refused: %s", wanted);
    is_str(failed.text, full, "and the message names file and line");
    settings_free(s);
}

static void test_files(void)
{
    refused("[risk]\nmax-open = 500\n",
            "2: max-open must be a whole number from 0 to 256, not '500'");
    refused("[risk]\ncapitol-sol = 3\n",
            "2: unknown key 'capitol-sol' in [risk]; did you mean 'capital-sol'?");
    refused("[rsik]\na = 3\n", "2: unknown section [rsik]; did you mean [risk]?");
    refused("a = 3\n", "1: 'a' stands before the first [section]");
    refused("[risk]\nmax-open\n", "2: expected [section] or key = value");
    refused("[features]\nseed = x\n", "2: seed must be a whole number, not 'x'");
    refused("[features]\nlog-level = loud\n",
            "2: log-level must be error, warning, info or debug, not 'loud'");
    refused("[cat]\nseed = 3\n", "2: unknown key 'seed' in [cat]");
    refused("[strategy A]\nentry = x\n",
            "2: a strategy needs a name of 1 to 32 characters of a-z 0-9 - _, as in [strategy "
            "momentum]");
    char again[300];
    snprintf(again, sizeof again,
             "3: max-open was already set at %s:2; indent a line to continue a value", path);
    refused("[risk]\nmax-open = 3\nmax-open = 4\n", again);
    struct settings *s = load_text("[risk]\nmax-open = 3\nsell-only = pump\nsell-only = dbc\n"
                                   "[features]\nseed = 4\n[strategy a]\nentry = x\n  and y\n");
    ok(s != NULL, "accepted: %s", failed.text);
    is_u64(settings_u64(settings_own(s), "max-open"), 3, "a number");
    is_u64(settings_u32(settings_own(s), "max-open"), 3, "as 32 bits");
    is_str(settings_str(settings_own(s), "sell-only"), "pump\ndbc", "a list grows");
    is_str(settings_str(settings_instance(s, "strategy", 0), "entry"), "x and y",
           "an indented line continues the value");
    settings_free(s);
}

/* A key whose value has n bytes, on one line. */
static struct settings *load_long(size_t n)
{
    static char text[20000];
    int at = snprintf(text, sizeof text, "[strategy a]\nentry = ");
    memset(text + at, 'x', n);
    memcpy(text + at + n, "\nonce = no\n", 12);
    return load_text(text);
}

static void test_long_lines(void)
{
    static const size_t sizes[] = {150, 191, 192, 200, 250, 4095, 4096, 8000, 8182};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct settings *s = load_long(sizes[i]);
        const struct section *sec = s ? settings_instance(s, "strategy", 0) : NULL;
        ok(sec && strlen(settings_str(sec, "entry")) == sizes[i] && !settings_bool(sec, "once"),
           "a value of %zu bytes on one line %s", sizes[i], failed.text);
        settings_free(s);
    }
    struct settings *s = load_long(8184);
    ok(!s && strstr(failed.text, ":2: the line is longer than 8191 bytes; break it and indent"),
       "a line beyond the limit: %s", failed.text);
    settings_free(s);
    static char text[20000];
    int at = snprintf(text, sizeof text, "[strategy a]\nentry = x\n");
    for (int i = 0; i < 60; i++) at += snprintf(text + at, sizeof text - at, "  %0150d\n", i);
    s = load_text(text);
    ok(!s && strstr(failed.text, ": entry is longer than 8191 bytes"),
       "continued beyond the limit, never cut: %s", failed.text);
    settings_free(s);
}

static void test_environment(void)
{
    static const struct {
        const char *variable, *wanted;
    } cases[] = {
        {"SLUICE_RISK_MAX_OPEN=300",
         "SLUICE_RISK_MAX_OPEN: max-open must be a whole number from 0 to 256, not '300'"},
        {"SLUICE_RISK_MAX_OPN=3", "unknown environment variable 'SLUICE_RISK_MAX_OPN'; did you "
                                  "mean 'SLUICE_RISK_MAX_OPEN'?"},
        {"SLUICE_ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ=1", "unknown environment variable"},
        {"SLUICE_FEATURES_SEED=3", NULL}, /* another stage's */
        {"SLUICE_CAT_SEED=3", "unknown environment variable 'SLUICE_CAT_SEED'"},
        {"SLUICE_SCORE_LOG_LEVEL=info", NULL},
        {"SLUICE_RUN=/var/lib/sluice", NULL}, /* a script's */
        {"SLUICE_TEST_ANYTHING=1", NULL},
        {"TRADING_ENV=lief", "TRADING_ENV: trading-env must be backtest, paper or live"},
        {"LOG_LEVEL=info", NULL},
        {"SLUICE_STRATEGY_A_ONCE=no", NULL},
        {"SLUICE_STRATEGY_B_ONCE=no", "did you mean 'SLUICE_STRATEGY_A_ONCE'?"},
        {"SLUICE_STRATEGY_A_ONCE=maybe", "SLUICE_STRATEGY_A_ONCE: once must be yes or no"},
    };
    write_file("[strategy a]\nentry = x\n", 23);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *env[] = {(char *)(uintptr_t)cases[i].variable, NULL};
        struct settings *s = load(env, (const char *const[]){"-c", path, NULL});
        const char *wanted = cases[i].wanted;
        ok(wanted ? !s && strstr(failed.text, wanted) : s != NULL, "%s: %s", cases[i].variable,
           failed.text);
        settings_free(s);
    }
}

static void test_flags(void)
{
    static const struct {
        const char *args[4];
        const char *wanted;
    } cases[] = {
        {{"--max-open", "300"}, "--max-open must be a whole number from 0 to 256, not '300'"},
        {{"--max-open"}, "option '--max-open' needs a value: NUMBER"},
        {{"--max-opn=3"}, "unknown option '--max-opn'; did you mean '--max-open'?"},
        {{"-x"}, "unknown option '-x'; see --help"},
        {{"--keep", "fvec,trads"}, "--keep must be the name of a record, see sluice-records(5)"},
        {{"--set", "risk.max-open=300"}, "--set: max-open must be a whole number from 0 to 256"},
        {{"--set", "risk.max-opn=3"}, "--set: unknown key 'max-opn' in [risk]"},
        {{"--set", "risk"}, "--set needs SECTION.KEY=VALUE"},
        {{"--set", "sluice.trading-env=real"}, "must be backtest, paper or live, not 'real'"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct settings *s = load(NULL, cases[i].args);
        ok(!s && failed.code == E_USAGE && strstr(failed.text, cases[i].wanted), "%s %s: %s",
           cases[i].args[0], cases[i].args[1] ? cases[i].args[1] : "", failed.text);
        settings_free(s);
    }
    struct settings *s =
        load(NULL, (const char *const[]){"-ofile", "--max-open=7", "--", "-x", NULL});
    ok(s && strcmp(settings_str(settings_own(s), "output"), "file") == 0 &&
           settings_operand_count(s) == 1,
       "a short option with its value, and -- before operands");
    is_str(settings_origin(settings_own(s), "max-open"), "--max-open", "origin of a flag");
    settings_free(s);
}

static void test_precedence(void)
{
    char *env[] = {(char *)(uintptr_t) "SLUICE_RISK_MAX_OPEN=5", NULL};
    write_file("[risk]\nmax-open = 4\nexpires-slots = 9\n", 39);
    struct settings *s = load(env, (const char *const[]){"-c", path, NULL});
    is_u64(settings_u64(settings_own(s), "max-open"), 5, "the environment wins over the file");
    is_u64(settings_u64(settings_own(s), "expires-slots"), 9, "the file over the default");
    settings_free(s);
    s = load(env, (const char *const[]){"-c", path, "--max-open", "6", NULL});
    is_u64(settings_u64(settings_own(s), "max-open"), 6, "a flag over both");
    settings_free(s);
    write_file("[risk]\nmax-open = x\n", 20);
    s = load(NULL, (const char *const[]){"-c", path, "--help", NULL});
    ok(s != NULL, "--help works with a wrong configuration");
    settings_free(s);
}

static unsigned unbuilt(const char *setting)
{
    struct settings *s = load(NULL, (const char *const[]){"--set", setting, NULL});
    struct log_errors errors = {.limit = 9};
    settings_check_built(s, false, &errors);
    settings_free(s);
    return errors.count;
}

static void test_unbuilt(void)
{
    is_u64(unbuilt("sluice.database-url=postgres://h/db"), 1, "no PostgreSQL yet: an error");
    is_u64(unbuilt("sluice.geyser-endpoint=http://h"), 1, "no Geyser yet: an error");
    is_u64(unbuilt("sluice.quicknode-rpc=http://h"), 1, "no QuickNode yet: an error");
    is_u64(unbuilt("sluice.redis-url=redis://h"), 0, "a cache only adds: no error");
    is_u64(unbuilt("sluice.enable-flash-loans=off"), 0, "off is what it is anyway");
    is_u64(unbuilt("sluice.database-url="), 0, "empty is not set");
}

int main(void)
{
    snprintf(path, sizeof path, "/tmp/test_settings.%ld.conf", (long)getpid());
    test_table();
    test_constants();
    test_percentiles();
    test_values();
    test_files();
    test_long_lines();
    test_environment();
    test_flags();
    test_precedence();
    test_unbuilt();
    unlink(path);
    return done();
}
