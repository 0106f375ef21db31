/* settings.c - load, read, hash and list the effective values. See settings.h and settings_load.h.
 */
#include "common/run/run_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"

static size_t option_count(void)
{
    size_t n;
    option_table(&n);
    return n;
}

static const struct option_desc *option_at(size_t i)
{
    size_t n;
    return &option_table(&n)[i];
}

/* ---- loading ---- */

static void read_env(struct settings *s, struct section *sec, char **env, struct log_errors *errors)
{
    struct err e = {0};
    if (errors->count < errors->limit && settings_read_env(s, sec, env, &e) != OK)
        log_errors_add(errors, &e);
}

/* Files and environment; flags were read before, as they name the files and win. */
static enum error read_sources(struct settings *s, char **env, struct err *e)
{
    struct log_errors errors = {.limit = s->want.errors ? s->want.errors : 1};
    read_env(s, s->single[0], env, &errors); /* first, for SLUICE_CONFIG */
    if (errors.count < errors.limit) settings_read_files(s, &errors);
    for (size_t i = 1; i < s->single_count; i++) read_env(s, s->single[i], env, &errors);
    for (size_t i = 0; i < s->instance_count; i++) read_env(s, s->instance[i], env, &errors);
    if (errors.count < errors.limit) settings_check_env(s, env, &errors);
    if (errors.count < errors.limit) settings_read_sets(s, &errors);
    return log_errors_end(&errors, e);
}

enum error settings_load(const struct settings_request *want, int argc, char **argv,
                         char **environment, struct settings **out, struct err *e)
{
    struct settings *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, E_LIMIT, "out of memory");
    s->want = *want;
    enum error rc = settings_make(s, e);
    if (rc == OK) rc = settings_read_flags(s, argc, argv, e);
    bool only_flags =
        rc == OK && want->section &&
        (settings_bool(s->single[0], "help") || settings_bool(s->single[0], "version"));
    if (rc == OK && !only_flags) rc = read_sources(s, environment, e);
    if (rc == OK)
        *out = s;
    else
        settings_free(s);
    return rc;
}

static void free_section(struct section *sec)
{
    for (size_t i = 0; sec && i < option_count(); i++) free(sec->v[i].text);
    free(sec);
}

void settings_free(struct settings *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->single_count; i++) free_section(s->single[i]);
    for (size_t i = 0; i < s->instance_count; i++) free_section(s->instance[i]);
    free(s->operands);
    free(s);
}

/* ---- reading ---- */

const struct section *settings_own(const struct settings *s) { return s->single[0]; }

size_t settings_instance_count(const struct settings *s, const char *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < s->instance_count; i++) n += strcmp(s->instance[i]->kind, kind) == 0;
    return n;
}

const struct section *settings_instance(const struct settings *s, const char *kind, size_t at)
{
    for (size_t i = 0; i < s->instance_count; i++)
        if (strcmp(s->instance[i]->kind, kind) == 0 && at-- == 0) return s->instance[i];
    return NULL;
}

const char *settings_section_name(const struct section *sec) { return sec->name; }

/* The index of a key that the section has; anything else is a defect of the caller. */
static size_t index_of(const struct section *sec, const char *key)
{
    for (size_t i = 0; i < option_count(); i++)
        if (sec->v[i].text && strcmp(option_at(i)->key, key) == 0) return i;
    fprintf(stderr, "sluice: defect: no option '%s' in [%s]\n", key, sec->kind);
    abort();
}

static uint64_t number_of(const struct section *sec, const char *key, enum option_kind kind)
{
    size_t i = index_of(sec, key);
    if (option_at(i)->kind == kind) return sec->v[i].number;
    fprintf(stderr, "sluice: defect: option '%s' in [%s] is read as another kind\n", key,
            sec->kind);
    abort();
}

bool settings_bool(const struct section *sec, const char *key)
{
    return number_of(sec, key, OPTION_BOOL) != 0;
}

uint64_t settings_u64(const struct section *sec, const char *key)
{
    return number_of(sec, key, OPTION_U64);
}

uint32_t settings_u32(const struct section *sec, const char *key)
{
    const struct option_desc *o = option_at(index_of(sec, key));
    uint64_t max;
    if (o->max && option_parse(OPTION_U64, o->max, &max) && max <= UINT32_MAX)
        return (uint32_t)settings_u64(sec, key);
    fprintf(stderr, "sluice: defect: option '%s' in [%s] has no limit of 32 bits\n", key,
            sec->kind);
    abort();
}

uint64_t settings_lamports(const struct section *sec, const char *key)
{
    return number_of(sec, key, OPTION_SOL);
}

uint64_t settings_micro(const struct section *sec, const char *key)
{
    return number_of(sec, key, OPTION_DECIMAL);
}

uint64_t settings_ns(const struct section *sec, const char *key)
{
    return number_of(sec, key, OPTION_DURATION);
}

uint64_t settings_time(const struct section *sec, const char *key)
{
    return number_of(sec, key, OPTION_TIME);
}

const char *settings_str(const struct section *sec, const char *key)
{
    return sec->v[index_of(sec, key)].text;
}

bool settings_is_set(const struct section *sec, const char *key)
{
    return sec->v[index_of(sec, key)].layer != LAYER_DEFAULT;
}

const char *settings_origin(const struct section *sec, const char *key)
{
    return sec->v[index_of(sec, key)].origin;
}

size_t settings_operand_count(const struct settings *s) { return s->operand_count; }
const char *settings_operand(const struct settings *s, size_t i)
{
    return i < s->operand_count ? s->operands[i] : NULL;
}

/* Does the option change the records of the output, or only where they come from and go? */
static bool decides_output(const struct option_desc *o)
{
    if (strcmp(o->section, "any") == 0 || strcmp(o->key, "output") == 0 ||
        strcmp(o->key, "truth") == 0)
        return false;
    if (strcmp(o->section, "stage") == 0) return strcmp(o->key, "seed") == 0;
    return true;
}

/* The operator may change these between two runs that one checkpoint joins. */
static bool is_operators(const struct option_desc *o)
{
    return strcmp(o->key, "sell-only") == 0 || strcmp(o->key, "venue-ok") == 0;
}

static void hash_section(struct blake *b, const struct section *sec, bool of_state)
{
    for (size_t i = 0; i < option_count(); i++) {
        if (!sec->v[i].text || !decides_output(option_at(i)) ||
            (of_state && is_operators(option_at(i))))
            continue;
        blake_add(b, sec->name, strlen(sec->name) + 1);
        blake_add(b, option_at(i)->key, strlen(option_at(i)->key) + 1);
        blake_add(b, sec->v[i].text, strlen(sec->v[i].text) + 1);
    }
}

static uint64_t hash_all(const struct settings *s, bool of_state)
{
    struct blake b;
    uint8_t h[32];
    uint64_t v;
    blake_init(&b);
    hash_section(&b, s->single[0], of_state);
    for (size_t i = 0; i < s->instance_count; i++) hash_section(&b, s->instance[i], of_state);
    blake_end(&b, h);
    memcpy(&v, h, 8);
    return v;
}

uint64_t settings_hash(const struct settings *s) { return hash_all(s, false); }
uint64_t settings_state_hash(const struct settings *s) { return hash_all(s, true); }

static bool row_of(const struct section *sec, size_t *i, struct setting_row *row)
{
    for (size_t k = 0; k < option_count(); k++) {
        if (!sec->v[k].text || strcmp(option_at(k)->section, "any") == 0) continue;
        if ((*i)-- != 0) continue;
        *row = (struct setting_row){.section = sec->kind,
                                    .instance = section_is_repeated(sec->kind) ? sec->name : NULL,
                                    .key = option_at(k)->key,
                                    .value = sec->v[k].text,
                                    .origin = sec->v[k].origin,
                                    .option = option_at(k)};
        return true;
    }
    return false;
}

bool settings_row(const struct settings *s, size_t i, struct setting_row *row)
{
    for (size_t k = 0; k < s->single_count; k++)
        if (row_of(s->single[k], &i, row)) return true;
    for (size_t k = 0; k < s->instance_count; k++)
        if (row_of(s->instance[k], &i, row)) return true;
    return false;
}
