/* settings_sections.c - the sections of one process and the values in them: creation, lookup by
 * name, assignment by precedence. See run_internal.h. */
#include "common/run/run_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"

#define NAMES_MAX 512 /* of options, for the nearest one */

/* A tool's own section also holds `any`, and `stage` when it is a stage. */
bool settings_belongs(const struct settings *s, const char *kind, size_t i)
{
    size_t n;
    const char *section = option_table(&n)[i].section;
    if (strcmp(section, kind) == 0) return true;
    bool own = s->want.section && strcmp(kind, s->want.section) == 0;
    return own && (strcmp(section, "any") == 0 || (s->want.stage && strcmp(section, "stage") == 0));
}

size_t settings_index(const struct settings *s, const char *kind, const char *key)
{
    size_t n, i = 0;
    const struct option_desc *o = option_table(&n);
    while (i < n && !(settings_belongs(s, kind, i) && strcmp(o[i].key, key) == 0)) i++;
    return i;
}

static struct section *new_section(const struct settings *s, const char *kind, const char *name,
                                   struct err *e)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    struct section *sec = calloc(1, sizeof *sec + n * sizeof sec->v[0]);
    if (!sec) err_set(e, E_LIMIT, "out of memory");
    if (!sec) return NULL;
    sec->kind = kind;
    snprintf(sec->name, sizeof sec->name, "%s", name);
    for (size_t i = 0; i < n; i++)
        if (settings_belongs(s, kind, i) &&
            settings_assign(sec, i, LAYER_DEFAULT, o[i].fallback, "default", e) != OK)
            return NULL;
    return sec;
}

static enum error add_single(struct settings *s, const char *kind, struct err *e)
{
    if (s->single_count == SECTIONS_MAX) return err_set(e, E_INTERNAL, "too many sections");
    struct section *sec = new_section(s, kind, kind, e);
    if (!sec) return E_LIMIT;
    s->single[s->single_count++] = sec;
    return OK;
}

enum error settings_make(struct settings *s, struct err *e)
{
    size_t n;
    const struct section_desc *d = section_table(&n);
    enum error rc = s->want.section ? add_single(s, s->want.section, e) : OK;
    for (size_t i = 0; i < n && rc == OK; i++) {
        bool own = s->want.section && strcmp(d[i].name, s->want.section) == 0;
        bool part = strcmp(d[i].name, "any") == 0 || strcmp(d[i].name, "stage") == 0;
        if (!own && !part && d[i].kind != SECTION_REPEATED) rc = add_single(s, d[i].name, e);
    }
    return rc;
}

/* ---- lookup ---- */

const struct section *settings_section(const struct settings *s, const char *name)
{
    for (size_t i = 0; i < s->single_count; i++)
        if (strcmp(s->single[i]->kind, name) == 0) return s->single[i];
    return NULL;
}

static struct section *find_instance(const struct settings *s, const char *kind, const char *name)
{
    for (size_t i = 0; i < s->instance_count; i++)
        if (strcmp(s->instance[i]->kind, kind) == 0 && strcmp(s->instance[i]->name, name) == 0)
            return s->instance[i];
    return NULL;
}

static enum error add_instance(struct settings *s, const struct section_desc *kind,
                               const char *name, const char *origin, struct section **out,
                               struct err *e)
{
    if ((*out = find_instance(s, kind->name, name))) return OK;
    size_t n = strlen(name);
    if (n == 0 || n > 32 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != n)
        return err_set(e, E_CONFIG,
                       "%s: a %s needs a name of 1 to 32 characters of a-z 0-9 - _, as in [%s "
                       "momentum]",
                       origin, kind->name, kind->name);
    if (s->instance_count == INSTANCES_MAX)
        return err_set(e, E_CONFIG, "%s: more than %d repeated sections", origin, INSTANCES_MAX);
    if (!(*out = new_section(s, kind->name, name, e))) return E_LIMIT;
    s->instance[s->instance_count++] = *out;
    return OK;
}

static enum error unknown_section(const char *header, const char *kind, const char *origin,
                                  struct err *e)
{
    const char *names[SECTIONS_MAX];
    size_t n, count = 0;
    const struct section_desc *d = section_table(&n);
    for (size_t i = 0; i < n && count < SECTIONS_MAX; i++) names[count++] = d[i].name;
    const char *near = nearest_name(kind, names, count);
    return err_set(e, E_CONFIG, "%s: unknown section [%.60s]%s%s%s", origin, header,
                   near ? "; did you mean [" : "", near ? near : "", near ? "]?" : "");
}

enum error settings_of_header(struct settings *s, const char *header, const char *origin,
                              struct section **out, struct err *e)
{
    char kind[64];
    size_t n = strcspn(header, " ");
    snprintf(kind, sizeof kind, "%.*s", (int)(n < 63 ? n : 63), header);
    const struct section_desc *d = section_find(kind);
    if (d && d->kind == SECTION_REPEATED)
        return add_instance(s, d, header + n + strspn(header + n, " "), origin, out, e);
    *out = (struct section *)(uintptr_t)settings_section(s, header);
    return *out ? OK : unknown_section(header, kind, origin, e);
}

/* ---- assignment ---- */

/* "my.conf:3: key must be ..."; a flag's origin is its key already. */
static enum error refuse(enum layer layer, const char *origin, const char *key, const char *why,
                         struct err *e)
{
    bool named =
        layer == LAYER_FLAG && strncmp(origin, "--", 2) == 0 && strcmp(origin + 2, key) == 0;
    return err_set(e, layer == LAYER_FLAG ? E_USAGE : E_CONFIG, named ? "%s%s%s %s" : "%s: %s%s %s",
                   origin, named ? "" : key, "", why);
}

enum error settings_assign(struct section *sec, size_t i, enum layer layer, const char *text,
                           const char *origin, struct err *e)
{
    size_t n;
    const struct option_desc *o = &option_table(&n)[i];
    struct value *v = &sec->v[i];
    struct err why = {0};
    uint64_t number;
    if (v->layer > layer) return OK;
    if (option_check(o, text, &number, &why) != OK)
        return refuse(layer, origin, o->key, why.text, e);
    bool append = o->kind == OPTION_LIST && v->layer == layer && v->text && layer != LAYER_DEFAULT;
    if (strlen(text) + (append ? strlen(v->text) : 0) >= VALUE_MAX)
        return refuse(layer, origin, o->key, "is longer than 8191 bytes", e);
    char *joined = NULL;
    if (asprintf(&joined, "%s%s%s", append ? v->text : "", append ? "\n" : "", text) < 0)
        return err_set(e, E_LIMIT, "out of memory");
    free(v->text);
    *v = (struct value){.text = joined, .number = number, .layer = (uint8_t)layer};
    snprintf(v->origin, sizeof v->origin, "%s", origin);
    return OK;
}

enum error settings_assign_key(struct settings *s, struct section *sec, const char *key,
                               enum layer layer, const char *text, const char *origin,
                               struct err *e)
{
    const char *names[NAMES_MAX];
    size_t n, count = 0, i = settings_index(s, sec->kind, key);
    const struct option_desc *o = option_table(&n);
    if (i < n) return settings_assign(sec, i, layer, text, origin, e);
    for (i = 0; i < n && count < NAMES_MAX; i++)
        if (settings_belongs(s, sec->kind, i)) names[count++] = o[i].key;
    const char *near = nearest_name(key, names, count);
    return err_set(e, layer == LAYER_FLAG ? E_USAGE : E_CONFIG,
                   "%s: unknown key '%.60s' in [%s]%s%s%s", origin, key, sec->kind,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}
