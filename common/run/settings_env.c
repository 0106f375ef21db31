/* settings_env.c - values from environment variables, and variables that no tool defines. See
 * run_internal.h. */
#include "common/run/run_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"

#define NAME_BYTES 160
#define PREFIX     "SLUICE_"

static const char *env_get(char **env, const char *name)
{
    size_t n = strlen(name);
    for (; *name && env && *env; env++)
        if (strncmp(*env, name, n) == 0 && (*env)[n] == '=') return *env + n + 1;
    return NULL;
}

/* SLUICE_RISK_MAX_OPEN, SLUICE_STRATEGY_MOMENTUM_ENTRY. instance: NULL unless repeated. */
static void env_name(const char *kind, const char *instance, const char *key, char out[NAME_BYTES])
{
    snprintf(out, NAME_BYTES, PREFIX "%s%s%s_%s", kind, instance ? "_" : "",
             instance ? instance : "", key);
    for (char *p = out; *p; p++) *p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
}

enum error settings_read_env(struct settings *s, struct section *sec, char **env, struct err *e)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    const char *instance = section_is_repeated(sec->kind) ? sec->name : NULL;
    enum error rc = OK;
    for (size_t i = 0; i < n && rc == OK; i++) {
        if (!settings_belongs(s, sec->kind, i)) continue;
        char name[NAME_BYTES];
        env_name(sec->kind, instance, o[i].key, name);
        const char *v = env_get(env, name);
        if (!v && *o[i].env && (v = env_get(env, o[i].env)))
            snprintf(name, sizeof name, "%s", o[i].env);
        if (v && *v) rc = settings_assign(sec, i, LAYER_ENV, v, name, e);
    }
    return rc;
}

/* ---- unknown variables ---- */

/* The nearest of the names offered so far. */
struct search {
    const char *word;
    char name[NAME_BYTES]; /* the one offered now */
    char near[NAME_BYTES];
    bool found; /* the word itself was offered */
};

static void offer(struct search *q)
{
    const char *names[2] = {q->near, q->name};
    if (strcmp(q->name, q->word) == 0) q->found = true;
    if (!q->found && nearest_name(q->word, names, 2) == q->name)
        snprintf(q->near, sizeof q->near, "%s", q->name);
}

/* Does a section take option o, in whatever process reads it? */
static bool takes(const struct section_desc *d, const struct option_desc *o)
{
    if (strcmp(o->section, d->name) == 0) return true;
    if (d->kind == SECTION_STAGE && strcmp(o->section, "stage") == 0) return true;
    return (d->kind == SECTION_STAGE || d->kind == SECTION_TOOL) && strcmp(o->section, "any") == 0;
}

static void offer_section(struct search *q, const struct section_desc *d, const char *instance)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    for (size_t i = 0; i < n && !q->found; i++) {
        if (!takes(d, &o[i])) continue;
        env_name(d->name, instance, o[i].key, q->name);
        offer(q);
    }
}

/* A process that reads no configuration file has no instances: any name passes then. */
static void offer_instances(struct search *q, const struct settings *s,
                            const struct section_desc *d)
{
    size_t n = strlen(d->name), count = settings_instance_count(s, d->name);
    for (size_t i = 0; i < count; i++)
        offer_section(q, d, settings_section_name(settings_instance(s, d->name, i)));
    if (count == 0 && strncmp(q->word, PREFIX, strlen(PREFIX)) == 0 &&
        strncasecmp(q->word + strlen(PREFIX), d->name, n) == 0 &&
        q->word[strlen(PREFIX) + n] == '_')
        q->found = true;
}

static void offer_aliases(struct search *q)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    for (size_t i = 0; i < n; i++) {
        snprintf(q->name, sizeof q->name, "%s", o[i].env);
        offer(q);
    }
    const struct variable_desc *v = variable_table(&n);
    for (size_t i = 0; i < n; i++) {
        snprintf(q->name, sizeof q->name, "%s", v[i].name);
        offer(q);
    }
}

static bool is_known(const struct settings *s, const char *word, char near[NAME_BYTES])
{
    size_t n;
    const struct section_desc *d = section_table(&n);
    struct search q = {.word = word};
    for (size_t i = 0; i < n && !q.found; i++)
        if (d[i].kind == SECTION_REPEATED)
            offer_instances(&q, s, &d[i]);
        else
            offer_section(&q, &d[i], NULL);
    if (!q.found) offer_aliases(&q);
    snprintf(near, NAME_BYTES, "%s", q.near);
    return q.found;
}

/* Variables of tests are free. */
void settings_check_env(struct settings *s, char **env, struct log_errors *errors)
{
    for (; env && *env; env++) {
        char word[NAME_BYTES], near[NAME_BYTES];
        size_t n = strcspn(*env, "=");
        struct err e = {0};
        if (strncmp(*env, PREFIX, strlen(PREFIX)) != 0 ||
            strncmp(*env, PREFIX "TEST_", strlen(PREFIX "TEST_")) == 0)
            continue;
        snprintf(word, sizeof word, "%.*s", (int)(n < NAME_BYTES ? n : NAME_BYTES - 1), *env);
        if (is_known(s, word, near)) continue;
        err_set(&e, E_CONFIG, "unknown environment variable '%.80s'%s%s%s", word,
                *near ? "; did you mean '" : "; unset it", near, *near ? "'?" : "");
        if (!log_errors_add(errors, &e)) return;
    }
}
