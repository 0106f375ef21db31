/* options.c - options.def as tables, and how a row describes itself. See options.h. */
#include "common/run/options.h"

#include <stdio.h>
#include <string.h>

#include "common/rec/record.h"

#define ANY           LIMIT_ANY
#define RANGE(a, b)   LIMIT_RANGE, a, b
#define AT_LEAST(a)   LIMIT_RANGE, a
#define ONE_OF(w)     LIMIT_ONE_OF, NULL, NULL, w
#define ENUM_OF(e)    LIMIT_ENUM_OF, NULL, NULL, #e
#define RECORDS       LIMIT_RECORDS
#define READS         LIMIT_READS
#define WRITES        LIMIT_WRITES
#define FOLDER        LIMIT_FOLDER
#define STREAM        LIMIT_STREAM
#define LATER_ADDS    LIMIT_LATER_ADDS
#define LATER_CHANGES LIMIT_LATER_CHANGES
#define SECTION(name, kind, doc)
#define OPTION(section, key, kind, fallback, env, limits, doc)
#define SHORT(letter, key)
#define VARIABLE(name, doc)

#undef OPTION
#define OPTION(section, key, kind, fallback, env, limits, doc) \
    {#section, key, OPTION_##kind, fallback, env, doc, limits},
static const struct option_desc options[] = {
#include "common/run/options.def"
};
#undef OPTION
#define OPTION(section, key, kind, fallback, env, limits, doc)

#undef SECTION
#define SECTION(name, kind, doc) {#name, SECTION_##kind, doc},
static const struct section_desc sections[] = {
#include "common/run/options.def"
};
#undef SECTION
#define SECTION(name, kind, doc)

#undef SHORT
#define SHORT(letter, key) {letter, key},
static const struct {
    char letter;
    const char *key;
} shorts[] = {
#include "common/run/options.def"
};
#undef SHORT
#define SHORT(letter, key)

#undef VARIABLE
#define VARIABLE(name, doc) {name, doc},
static const struct variable_desc variables[] = {
#include "common/run/options.def"
};

const struct option_desc *option_table(size_t *count)
{
    *count = COUNT_OF(options);
    return options;
}

const struct section_desc *section_table(size_t *count)
{
    *count = COUNT_OF(sections);
    return sections;
}

const struct variable_desc *variable_table(size_t *count)
{
    *count = COUNT_OF(variables);
    return variables;
}

const struct section_desc *section_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(sections); i++)
        if (strcmp(sections[i].name, name) == 0) return &sections[i];
    return NULL;
}

bool section_is_repeated(const char *name)
{
    const struct section_desc *d = section_find(name);
    return d && d->kind == SECTION_REPEATED;
}

char option_letter(const char *key)
{
    for (size_t i = 0; i < COUNT_OF(shorts); i++)
        if (strcmp(shorts[i].key, key) == 0) return shorts[i].letter;
    return 0;
}

const char *option_of_letter(char letter)
{
    for (size_t i = 0; i < COUNT_OF(shorts); i++)
        if (shorts[i].letter == letter) return shorts[i].key;
    return NULL;
}

/* ---- the words that limits name ---- */

static bool word_of_list(const char *words, size_t i, char out[48])
{
    for (; i > 0; i--) {
        words += strcspn(words, "|");
        if (!*words) return false;
        words++;
    }
    snprintf(out, 48, "%.*s", (int)strcspn(words, "|"), words);
    return true;
}

/* Number 0 of an enum means unknown: it is no choice. */
static bool word_of_enum(const struct enum_desc *d, size_t i, char out[48])
{
    for (uint32_t k = 0; d && k < d->value_count; k++) {
        if (d->values[k].number == 0 || i-- != 0) continue;
        snprintf(out, 48, "%s", d->values[k].name);
        return true;
    }
    return false;
}

static bool word_of_records(size_t i, char out[48])
{
    for (unsigned id = 0; id < REC_LIMIT; id++) {
        if (!record_desc(id) || i-- != 0) continue;
        snprintf(out, 48, "%s", record_desc(id)->name);
        return true;
    }
    return false;
}

bool option_word(const struct option_desc *o, size_t i, char out[48])
{
    switch (o->limit) {
    case LIMIT_ONE_OF: return word_of_list(o->words, i, out);
    case LIMIT_ENUM_OF: return word_of_enum(enum_desc(o->words), i, out);
    case LIMIT_RECORDS: return word_of_records(i, out);
    default: return false;
    }
}

/* ---- descriptions ---- */

static const char *argument_of_kind(enum option_kind kind)
{
    static const char *const names[] = {
        [OPTION_BOOL] = "yes|no", [OPTION_U64] = "NUMBER", [OPTION_DECIMAL] = "NUMBER",
        [OPTION_STR] = "TEXT",    [OPTION_SOL] = "SOL",    [OPTION_DURATION] = "DURATION",
        [OPTION_TIME] = "TIME",   [OPTION_LIST] = "TEXT",
    };
    return names[kind];
}

void option_argument(const struct option_desc *o, char *out, size_t cap)
{
    switch (o->limit) {
    case LIMIT_ONE_OF: snprintf(out, cap, "%s", o->words); break;
    case LIMIT_ENUM_OF:
        snprintf(out, cap, "%s", strcmp(o->words, "venue") == 0 ? "VENUE" : "NAME");
        break;
    case LIMIT_RECORDS: snprintf(out, cap, "RECORD"); break;
    case LIMIT_READS:
    case LIMIT_WRITES: snprintf(out, cap, "FILE"); break;
    case LIMIT_FOLDER: snprintf(out, cap, "FOLDER"); break;
    case LIMIT_STREAM: snprintf(out, cap, "STREAM"); break;
    default: snprintf(out, cap, "%s", argument_of_kind(o->kind));
    }
}

/* "a, b or c"; at most cap bytes. */
static void list_words(const struct option_desc *o, char *out, size_t cap)
{
    char word[48], next[48];
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; option_word(o, i, word) && used < cap; i++) {
        const char *joint = i == 0 ? "" : option_word(o, i + 1, next) ? ", " : " or ";
        int n = snprintf(out + used, cap - used, "%s%s", joint, word);
        used += n > 0 ? (size_t)n : 0;
    }
}

void option_wanted(const struct option_desc *o, char *out, size_t cap)
{
    static const char *const kinds[] = {
        [OPTION_BOOL] = "yes or no",
        [OPTION_U64] = "a whole number",
        [OPTION_DECIMAL] = "a number with at most 6 decimals",
        [OPTION_STR] = "text",
        [OPTION_SOL] = "an amount of SOL with at most 9 decimals",
        [OPTION_DURATION] = "a duration such as 200ms, 30s, 5m, 2h or 7d",
        [OPTION_TIME] = "a time such as 2026-01-15T00:00:00Z, 2026-01-15 or unix seconds",
        [OPTION_LIST] = "text",
    };
    if (o->limit == LIMIT_RECORDS)
        snprintf(out, cap, "the name of a record, see sluice-records(5)");
    else if (o->limit == LIMIT_ONE_OF || o->limit == LIMIT_ENUM_OF)
        list_words(o, out, cap);
    else if (o->limit != LIMIT_RANGE)
        snprintf(out, cap, "%s", kinds[o->kind]);
    else if (o->max)
        snprintf(out, cap, "%s from %s to %s", kinds[o->kind], o->min, o->max);
    else
        snprintf(out, cap, "%s of at least %s", kinds[o->kind], o->min);
}
