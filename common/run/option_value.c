/* option_value.c - parse one value of an option and hold it against its limits. See options.h. */
#include "common/run/moment.h"
#include "common/run/options.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/base/num.h"
#include "common/base/text.h"

#define WORDS_MAX 64

static bool parse_bool(const char *t, uint64_t *out)
{
    static const char *const yes[] = {"yes", "true", "1", "on"};
    static const char *const no[] = {"no", "false", "0", "off"};
    for (size_t i = 0; i < COUNT_OF(yes); i++) {
        *out = strcasecmp(t, yes[i]) == 0;
        if (*out || strcasecmp(t, no[i]) == 0) return true;
    }
    return false;
}

static bool parse_duration(const char *t, uint64_t *out)
{
    static const struct {
        const char *unit;
        uint64_t ns;
    } units[] = {{"ns", 1},
                 {"us", 1000},
                 {"ms", NS_PER_MS},
                 {"s", NS_PER_S},
                 {"m", 60 * NS_PER_S},
                 {"h", 3600 * NS_PER_S},
                 {"d", 86400 * NS_PER_S}};
    size_t digits = strspn(t, "0123456789");
    uint64_t n;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (strcmp(t + digits, units[i].unit) == 0)
            return parse_u64(t, digits, &n) && mul_u64(n, units[i].ns, out);
    *out = 0;
    return strcmp(t, "0") == 0;
}

bool option_parse(enum option_kind kind, const char *t, uint64_t *out)
{
    bool inexact = false;
    *out = 0;
    switch (kind) {
    case OPTION_BOOL: return parse_bool(t, out);
    case OPTION_DURATION: return parse_duration(t, out);
    case OPTION_TIME: return moment_parse(t, out);
    case OPTION_U64: return parse_u64(t, strlen(t), out);
    case OPTION_SOL: return parse_decimal_u64(t, strlen(t), 9, out, &inexact) && !inexact;
    case OPTION_DECIMAL: return parse_decimal_u64(t, strlen(t), 6, out, &inexact) && !inexact;
    case OPTION_STR:
    case OPTION_LIST: return true;
    }
    return false;
}

static bool in_range(const struct option_desc *o, uint64_t v)
{
    uint64_t limit;
    if (o->min && option_parse(o->kind, o->min, &limit) && v < limit) return false;
    if (o->max && option_parse(o->kind, o->max, &limit) && v > limit) return false;
    return true;
}

/* The limits' words, for the nearest one. */
static const char *nearest_word(const struct option_desc *o, const char *text, char out[48])
{
    char words[WORDS_MAX][48];
    const char *names[WORDS_MAX], *near;
    size_t n = 0;
    while (n < WORDS_MAX && option_word(o, n, words[n])) {
        names[n] = words[n];
        n++;
    }
    near = nearest_name(text, names, n);
    if (near) snprintf(out, 48, "%s", near);
    return near ? out : NULL;
}

static enum error refuse(const struct option_desc *o, const char *text, struct err *e)
{
    char wanted[240], word[48];
    const char *near = nearest_word(o, text, word);
    option_wanted(o, wanted, sizeof wanted);
    return err_set(e, E_CONFIG, "must be %s, not '%.60s'%s%s%s", wanted, text,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool is_word(const struct option_desc *o, const char *text)
{
    char word[48];
    for (size_t i = 0; option_word(o, i, word); i++)
        if (strcmp(word, text) == 0) return true;
    return false;
}

bool option_item(const char **list, char item[64])
{
    const char *p = *list + strspn(*list, " \t,\n");
    size_t n = strcspn(p, " \t,\n");
    snprintf(item, 64, "%.*s", (int)(n < 63 ? n : 63), p);
    *list = p + n;
    return n > 0;
}

static enum error check_items(const struct option_desc *o, const char *text, struct err *e)
{
    char item[64];
    while (option_item(&text, item))
        if (!is_word(o, item)) return refuse(o, item, e);
    return OK;
}

enum error option_check(const struct option_desc *o, const char *text, uint64_t *out, struct err *e)
{
    char word[48];
    if (!*text && !*o->fallback) {
        *out = 0;
        return OK;
    }
    if (!option_parse(o->kind, text, out) || !in_range(o, *out)) return refuse(o, text, e);
    if (!option_word(o, 0, word)) return OK;
    if (o->kind == OPTION_LIST) return check_items(o, text, e);
    return is_word(o, text) ? OK : refuse(o, text, e);
}
