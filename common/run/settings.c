/* settings.c - options.def filled from flags, environment and INI files. See settings.h. The only
 * file that knows inih. Bounded: at most 64 repeated sections, values of at most 4096 bytes. */
#include "common/run/settings_load.h"

#include <ctype.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/num.h"
#include "common/base/text.h"

#define INSTANCES_MAX  64
#define VALUE_MAX      4096
#define NAME_MAX_BYTES 48

static const struct option_desc options[] = {
#define OPTION(section, key, kind, fallback, env, doc) \
    {#section, key, OPTION_##kind, fallback, env, doc},
#include "common/run/options.def"
#undef OPTION
};
#define N_OPTIONS COUNT_OF(options)

/* Layers in rising precedence. */
enum layer { LAYER_DEFAULT, LAYER_FILE, LAYER_ENV, LAYER_FLAG };

struct value {
    char *text;      /* owned; NULL = default */
    uint64_t number; /* parsed */
    uint8_t layer;
    char origin[120];
};

struct section {
    const char *kind; /* name in options.def */
    char name[NAME_MAX_BYTES + 1];
    struct value v[N_OPTIONS];
};

struct settings {
    struct settings_request want;
    struct section *single[64]; /* one a section name of options.def, first the tool's own */
    size_t single_count;
    struct section *instance[INSTANCES_MAX];
    size_t instance_count;
    const char **operands;
    size_t operand_count;
    const char *file; /* while parsing a file: its name, line and the shape of that line */
    FILE *stream;
    int line;
    bool continued, too_long;
    struct err *err;
};

const struct option_desc *option_table(size_t *count)
{
    *count = N_OPTIONS;
    return options;
}

const char *option_kind_name(enum option_kind kind)
{
    static const char *const names[] = {"yes|no", "NUMBER", "TEXT", "SOL", "DURATION", "TEXT"};
    return names[kind];
}

bool section_is_repeated(const char *section) { return strcmp(section, "strategy") == 0; }

/* ---- values ---- */

static enum error parse_bool(const char *t, uint64_t *out, struct err *e)
{
    static const char *const yes[] = {"yes", "true", "1", "on"}, *const no[] = {"no", "false", "0",
                                                                                "off"};
    for (size_t i = 0; i < COUNT_OF(yes); i++) {
        if (strcasecmp(t, yes[i]) == 0) {
            *out = 1;
            return OK;
        }
        if (strcasecmp(t, no[i]) == 0) {
            *out = 0;
            return OK;
        }
    }
    return err_set(e, E_CONFIG, "wants yes or no, not '%.60s'", t);
}

static enum error parse_duration(const char *t, uint64_t *out, struct err *e)
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
        if (strcmp(t + digits, units[i].unit) == 0 && parse_u64(t, digits, &n) &&
            mul_u64(n, units[i].ns, out))
            return OK;
    if (strcmp(t, "0") == 0) {
        *out = 0;
        return OK;
    }
    return err_set(e, E_CONFIG, "wants a duration such as 200ms, 30s, 5m, 2h or 7d, not '%.60s'",
                   t);
}

enum error option_parse(enum option_kind kind, const char *t, uint64_t *out, struct err *e)
{
    bool inexact = false;
    *out = 0;
    switch (kind) {
    case OPTION_BOOL: return parse_bool(t, out, e);
    case OPTION_DURATION: return parse_duration(t, out, e);
    case OPTION_U64:
        return parse_u64(t, strlen(t), out)
                   ? OK
                   : err_set(e, E_CONFIG, "wants a whole number, not '%.60s'", t);
    case OPTION_SOL:
        if (parse_decimal_u64(t, strlen(t), 9, out, &inexact) && !inexact) return OK;
        return err_set(e, E_CONFIG, "wants an amount of SOL with at most 9 decimals, not '%.60s'",
                       t);
    default: return OK;
    }
}

/* Set a value unless a stronger layer already has. Lists grow within a layer. */
static enum error assign(struct section *sec, size_t i, enum layer layer, const char *text,
                         const char *origin, struct err *e)
{
    struct value *v = &sec->v[i];
    if (v->layer > layer) return OK;
    struct err why = {0};
    uint64_t number;
    if (strlen(text) > VALUE_MAX)
        return err_set(e, E_CONFIG, "%s: '%s' is longer than %d bytes", origin, options[i].key,
                       VALUE_MAX);
    if (option_parse(options[i].kind, text, &number, &why) != OK)
        return err_set(e, layer == LAYER_FLAG ? E_USAGE : E_CONFIG, "%s: '%s' %s", origin,
                       options[i].key, why.text);
    char *joined = NULL;
    bool append =
        options[i].kind == OPTION_LIST && v->layer == layer && v->text && layer != LAYER_DEFAULT;
    if (asprintf(&joined, "%s%s%s", append ? v->text : "", append ? "\n" : "", text) < 0)
        return err_set(e, E_LIMIT, "out of memory");
    free(v->text);
    v->text = joined;
    v->number = number;
    v->layer = (uint8_t)layer;
    snprintf(v->origin, sizeof v->origin, "%s", origin);
    return OK;
}

/* ---- sections ---- */

/* Does option i belong to a section of this kind, in this process? Own section also holds any and
 * stage. */
static bool belongs(const struct settings *s, const char *kind, size_t i)
{
    const char *os = options[i].section;
    if (strcmp(os, kind) == 0) return true;
    bool own = s->want.section && strcmp(kind, s->want.section) == 0;
    return own && (strcmp(os, "any") == 0 || (s->want.stage && strcmp(os, "stage") == 0));
}

static struct section *new_section(const struct settings *s, const char *kind, const char *name,
                                   struct err *e)
{
    struct section *sec = calloc(1, sizeof *sec);
    if (!sec) return NULL;
    sec->kind = kind;
    snprintf(sec->name, sizeof sec->name, "%s", name);
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (belongs(s, kind, i) &&
            assign(sec, i, LAYER_DEFAULT, options[i].fallback, "default", e) != OK)
            return NULL;
    return sec;
}

static struct section *find_single(const struct settings *s, const char *kind)
{
    for (size_t i = 0; i < s->single_count; i++)
        if (strcmp(s->single[i]->kind, kind) == 0) return s->single[i];
    return NULL;
}

static struct section *find_instance(const struct settings *s, const char *kind, const char *name)
{
    for (size_t i = 0; i < s->instance_count; i++)
        if (strcmp(s->instance[i]->kind, kind) == 0 && strcmp(s->instance[i]->name, name) == 0)
            return s->instance[i];
    return NULL;
}

static enum error make_singles(struct settings *s, struct err *e)
{
    if (s->want.section)
        s->single[s->single_count++] = new_section(s, s->want.section, s->want.section, e);
    for (size_t i = 0; i < N_OPTIONS; i++) {
        const char *kind = options[i].section;
        if (strcmp(kind, "any") == 0 || strcmp(kind, "stage") == 0 || section_is_repeated(kind) ||
            find_single(s, kind))
            continue;
        if (s->single_count == COUNT_OF(s->single))
            return err_set(e, E_INTERNAL, "too many sections");
        s->single[s->single_count++] = new_section(s, kind, kind, e);
        if (!s->single[s->single_count - 1])
            return e->code ? e->code : err_set(e, E_LIMIT, "out of memory");
    }
    return OK;
}

/* Index of a key in a kind of section, or N_OPTIONS. */
static size_t option_index(const struct settings *s, const char *kind, const char *key)
{
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (belongs(s, kind, i) && strcmp(options[i].key, key) == 0) return i;
    return N_OPTIONS;
}

static const char *nearest_key(const struct settings *s, const char *kind, const char *key)
{
    const char *names[N_OPTIONS];
    size_t n = 0;
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (belongs(s, kind, i)) names[n++] = options[i].key;
    return nearest_name(key, names, n);
}

static const char *nearest_section(const char *name)
{
    const char *names[N_OPTIONS];
    for (size_t i = 0; i < N_OPTIONS; i++) names[i] = options[i].section;
    return nearest_name(name, names, N_OPTIONS);
}

static enum error add_instance(struct settings *s, const char *kind, const char *name,
                               const char *origin, struct section **out, struct err *e)
{
    if ((*out = find_instance(s, kind, name))) return OK;
    size_t n = strlen(name);
    if (n == 0 || n > 32 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != n)
        return err_set(e, E_CONFIG,
                       "%s: a %s needs a name of 1 to 32 of a-z 0-9 - _, as in [%s momentum]",
                       origin, kind, kind);
    if (s->instance_count == INSTANCES_MAX)
        return err_set(e, E_CONFIG, "%s: more than %d repeated sections", origin, INSTANCES_MAX);
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (strcmp(options[i].section, kind) != 0) continue;
        *out = new_section(s, options[i].section, name, e);
        if (!*out) return err_set(e, E_LIMIT, "out of memory");
        s->instance[s->instance_count++] = *out;
        return OK;
    }
    return err_set(e, E_INTERNAL, "no options for section '%s'", kind);
}

/* The section that a header "risk" or "strategy momentum" names; made when it is a new instance. */
static enum error section_of(struct settings *s, const char *header, const char *origin,
                             struct section **out, struct err *e)
{
    char kind[64];
    const char *space = strchr(header, ' ');
    snprintf(kind, sizeof kind, "%.*s", space ? (int)(space - header) : 63, header);
    if (section_is_repeated(kind))
        return add_instance(s, kind, space ? space + 1 + strspn(space + 1, " ") : "", origin, out,
                            e);
    if ((*out = find_single(s, header))) return OK;
    const char *near = nearest_section(kind);
    return err_set(e, E_CONFIG, "%s: unknown section [%.60s]%s%s%s", origin, header,
                   near ? "; did you mean [" : "", near ? near : "", near ? "]?" : "");
}

static enum error assign_named(struct settings *s, struct section *sec, const char *key,
                               enum layer layer, const char *text, const char *origin,
                               struct err *e)
{
    size_t i = option_index(s, sec->kind, key);
    if (i < N_OPTIONS) return assign(sec, i, layer, text, origin, e);
    const char *near = nearest_key(s, sec->kind, key);
    return err_set(e, E_CONFIG, "%s: unknown key '%.60s' in [%s]%s%s%s", origin, key, sec->kind,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- files ---- */

/* inih's line source: counts lines (Debian's build does not tell them) and notes continuations and
 * overlong lines. */
static char *next_line(char *buf, int cap, void *user)
{
    struct settings *s = user;
    if (s->too_long || !fgets(buf, cap, s->stream)) return NULL;
    s->line++;
    size_t n = strlen(buf);
    if (n + 1 == (size_t)cap && buf[n - 1] != '\n') {
        s->too_long = true;
        return NULL;
    }
    s->continued = buf[0] == ' ' || buf[0] == '\t';
    return buf;
}

/* An indented line goes on with the value above it; the same key on a line of its own is a mistake
 * unless it is a list. */
static enum error join_value(struct settings *s, struct section *sec, const char *name,
                             const char **text, char joined[VALUE_MAX], const char *origin)
{
    size_t i = option_index(s, sec->kind, name);
    struct value *v = i < N_OPTIONS ? &sec->v[i] : NULL;
    bool again =
        v && v->layer == LAYER_FILE && v->text && strncmp(v->origin, s->file, strlen(s->file)) == 0;
    if (s->continued && again) {
        snprintf(joined, VALUE_MAX, "%s %s", v->text, *text);
        *text = joined;
        if (options[i].kind == OPTION_LIST) v->layer = LAYER_DEFAULT;
        return OK;
    }
    if (again && options[i].kind != OPTION_LIST)
        return err_set(s->err, E_CONFIG,
                       "%s: '%s' was already given at %s (indent a line to continue a value)",
                       origin, name, v->origin);
    return OK;
}

static int on_ini(void *user, const char *header, const char *name, const char *text)
{
    struct settings *s = user;
    char origin[120], joined[VALUE_MAX];
    snprintf(origin, sizeof origin, "%.100s:%d", s->file, s->line);
    struct section *sec;
    if (!*header) {
        err_set(s->err, E_CONFIG, "%s: '%s' stands before any [section]", origin, name);
        return 0;
    }
    enum error rc = section_of(s, header, origin, &sec, s->err);
    /* a file serves all tools: keys of `stage` and `any` in another tool's section are that tool's
     * affair */
    bool foreign = rc == OK && !section_is_repeated(sec->kind) &&
                   (!s->want.section || strcmp(sec->kind, s->want.section) != 0);
    for (size_t i = 0; foreign && i < N_OPTIONS; i++)
        if (strcmp(options[i].key, name) == 0 &&
            (!strcmp(options[i].section, "stage") || !strcmp(options[i].section, "any")))
            return 1;
    if (rc == OK) rc = join_value(s, sec, name, &text, joined, origin);
    if (rc == OK) rc = assign_named(s, sec, name, LAYER_FILE, text, origin, s->err);
    return rc == OK;
}

static enum error load_file(struct settings *s, const char *path, struct err *e)
{
    FILE *f = fopen(path, "re");
    if (!f) return err_set(e, E_OPEN, "unable to open configuration '%s'", path);
    s->file = path;
    s->stream = f;
    s->line = 0;
    s->too_long = false;
    s->err = e;
    e->code = OK;
    int rc = ini_parse_stream(next_line, s, on_ini, s);
    fclose(f);
    if (s->too_long)
        return err_set(e, E_CONFIG, "%s:%d: the line is too long; break it and indent the rest",
                       path, s->line);
    if (e->code != OK) return e->code;
    if (rc > 0) return err_set(e, E_CONFIG, "%s:%d: neither [section] nor key = value", path, rc);
    return rc == 0 ? OK : err_set(e, E_CONFIG, "unable to read configuration '%s'", path);
}

static enum error load_files(struct settings *s, struct err *e)
{
    struct section *own = s->single[0];
    size_t i = option_index(s, own->kind, "config");
    if (i == N_OPTIONS || !own->v[i].text) return OK;
    char list[VALUE_MAX * 2];
    snprintf(list, sizeof list, "%s", own->v[i].text);
    for (char *save, *p = strtok_r(list, "\n", &save); p; p = strtok_r(NULL, "\n", &save)) {
        char *path =
            strdup(p); /* kept: origins point into copies, but s->file is used while parsing only */
        enum error rc = load_file(s, path, e);
        free(path);
        if (rc != OK) return rc;
    }
    return OK;
}

/* ---- environment ---- */

static const char *env_get(char **env, const char *name)
{
    size_t n = strlen(name);
    for (; *name && env && *env; env++)
        if (strncmp(*env, name, n) == 0 && (*env)[n] == '=') return *env + n + 1;
    return NULL;
}

static void env_name(const struct section *sec, const char *key, char out[160])
{
    if (section_is_repeated(sec->kind))
        snprintf(out, 160, "SLUICE_%s_%s_%s", sec->kind, sec->name, key);
    else
        snprintf(out, 160, "SLUICE_%s_%s", sec->kind, key);
    for (char *p = out; *p; p++) *p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
}

static enum error env_section(struct settings *s, struct section *sec, char **env, struct err *e)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (!belongs(s, sec->kind, i)) continue;
        char name[160];
        env_name(sec, options[i].key, name);
        const char *v = env_get(env, name);
        if (!v && *options[i].env && (v = env_get(env, options[i].env)))
            snprintf(name, sizeof name, "%s", options[i].env);
        enum error rc = v && *v ? assign(sec, i, LAYER_ENV, v, name, e) : OK;
        if (rc != OK) return rc;
    }
    return OK;
}

static enum error load_env(struct settings *s, char **env, struct err *e)
{
    enum error rc = OK;
    for (size_t i = 0; i < s->single_count && rc == OK; i++)
        rc = env_section(s, s->single[i], env, e);
    for (size_t i = 0; i < s->instance_count && rc == OK; i++)
        rc = env_section(s, s->instance[i], env, e);
    return rc;
}

/* ---- flags ---- */

static const char *long_of(char c)
{
    static const struct {
        char c;
        const char *name;
    } shorts[] = {
        {'i', "input"}, {'o', "output"}, {'c', "config"}, {'h', "help"}, {'V', "version"}};
    for (size_t i = 0; i < COUNT_OF(shorts); i++)
        if (shorts[i].c == c) return shorts[i].name;
    return NULL;
}

/* --set section.key=value, --set strategy.NAME.key=value */
static enum error apply_set(struct settings *s, const char *text, struct err *e)
{
    char copy[VALUE_MAX], *eq, *dot;
    snprintf(copy, sizeof copy, "%s", text);
    eq = strchr(copy, '=');
    if (eq) *eq = 0;
    dot = strrchr(copy, '.');
    if (!eq || !dot)
        return err_set(e, E_USAGE,
                       "--set wants SECTION.KEY=VALUE or strategy.NAME.KEY=VALUE, not '%.80s'",
                       text);
    *dot = 0;
    char *inner = strchr(copy, '.');
    if (inner) *inner = ' ';
    struct section *sec;
    enum error rc = section_of(s, copy, "--set", &sec, e);
    return rc == OK ? assign_named(s, sec, dot + 1, LAYER_FLAG, eq + 1, "--set", e) : rc;
}

/* One argument that begins with '-'. *used = further arguments taken. */
static enum error flag(struct settings *s, const char *arg, const char *following, int *used,
                       struct err *e)
{
    struct section *own = s->single[0];
    char key[64];
    const char *eq = NULL, *text;
    *used = 0;
    if (arg[1] != '-') {
        const char *name = long_of(arg[1]);
        if (!name) return err_set(e, E_USAGE, "unknown option '-%c'; see --help", arg[1]);
        snprintf(key, sizeof key, "%s", name);
        if (arg[2]) eq = arg + 1; /* -oFILE */
    } else {
        eq = strchr(arg, '=');
        snprintf(key, sizeof key, "%.*s", eq ? (int)(eq - arg - 2) : 60, arg + 2);
    }
    size_t i = option_index(s, own->kind, key);
    if (i == N_OPTIONS) {
        const char *near = nearest_key(s, own->kind, key);
        return err_set(e, E_USAGE, "unknown option '--%s'%s%s%s", key,
                       near ? "; did you mean '--" : "; see --help", near ? near : "",
                       near ? "'?" : "");
    }
    if (eq)
        text = eq + 1;
    else if (options[i].kind == OPTION_BOOL)
        text = "yes";
    else if (following) {
        text = following;
        *used = 1;
    } else
        return err_set(e, E_USAGE, "option '--%s' wants %s", key,
                       option_kind_name(options[i].kind));
    char origin[80];
    snprintf(origin, sizeof origin, "--%s", key);
    return assign(own, i, LAYER_FLAG, text, origin, e);
}

static enum error load_flags(struct settings *s, int argc, char **argv, struct err *e)
{
    s->operands = calloc((size_t)argc + 1, sizeof *s->operands);
    if (!s->operands) return err_set(e, E_LIMIT, "out of memory");
    for (int i = 1, plain = 0; i < argc; i++) {
        if (plain || argv[i][0] != '-' || !argv[i][1]) {
            s->operands[s->operand_count++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--") == 0) {
            plain = 1;
            continue;
        }
        int used;
        enum error rc = flag(s, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used, e);
        if (rc != OK) return rc;
        i += used;
    }
    return OK;
}

static enum error apply_sets(struct settings *s, struct err *e)
{
    size_t i = option_index(s, s->single[0]->kind, "set");
    const char *all = i < N_OPTIONS ? s->single[0]->v[i].text : NULL;
    char list[VALUE_MAX * 2];
    snprintf(list, sizeof list, "%s", all ? all : "");
    for (char *save, *p = strtok_r(list, "\n", &save); p; p = strtok_r(NULL, "\n", &save)) {
        enum error rc = apply_set(s, p, e);
        if (rc != OK) return rc;
    }
    return OK;
}

enum error settings_load(const struct settings_request *want, int argc, char **argv,
                         char **environment, struct settings **out, struct err *e)
{
    struct settings *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, E_LIMIT, "out of memory");
    s->want = *want;
    e->code = OK;
    enum error rc = make_singles(s, e);
    if (rc == OK) rc = load_flags(s, argc, argv, e); /* first, for --config */
    if (rc == OK) rc = env_section(s, s->single[0], environment, e);
    if (rc == OK) rc = load_files(s, e);
    if (rc == OK) rc = load_env(s, environment, e);
    if (rc == OK) rc = apply_sets(s, e);
    if (rc == OK)
        *out = s;
    else
        settings_free(s);
    return rc;
}

static void free_section(struct section *sec)
{
    for (size_t i = 0; sec && i < N_OPTIONS; i++) free(sec->v[i].text);
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
const struct section *settings_section(const struct settings *s, const char *name)
{
    return find_single(s, name);
}

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

/* The value of a key that options.def has; anything else is a defect of the caller. */
static const struct value *value_of(const struct section *sec, const char *key, int kind)
{
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (sec->v[i].text && strcmp(options[i].key, key) == 0 &&
            (kind < 0 || (int)options[i].kind == kind))
            return &sec->v[i];
    fprintf(stderr, "sluice: defect: no option '%s' of that kind in [%s]\n", key, sec->kind);
    abort();
}

bool settings_bool(const struct section *sec, const char *key)
{
    return value_of(sec, key, OPTION_BOOL)->number != 0;
}
uint64_t settings_u64(const struct section *sec, const char *key)
{
    return value_of(sec, key, OPTION_U64)->number;
}
uint64_t settings_lamports(const struct section *sec, const char *key)
{
    return value_of(sec, key, OPTION_SOL)->number;
}
uint64_t settings_ns(const struct section *sec, const char *key)
{
    return value_of(sec, key, OPTION_DURATION)->number;
}
const char *settings_str(const struct section *sec, const char *key)
{
    return value_of(sec, key, -1)->text;
}
bool settings_is_set(const struct section *sec, const char *key)
{
    return value_of(sec, key, -1)->layer != LAYER_DEFAULT;
}
const char *settings_origin(const struct section *sec, const char *key)
{
    return value_of(sec, key, -1)->origin;
}
size_t settings_operand_count(const struct settings *s) { return s->operand_count; }
const char *settings_operand(const struct settings *s, size_t i)
{
    return i < s->operand_count ? s->operands[i] : NULL;
}

/* Does the option decide what comes out, or only where from and where to? */
static bool decides_output(const struct option_desc *o)
{
    if (strcmp(o->section, "any") == 0 || strcmp(o->key, "output") == 0 ||
        strcmp(o->key, "truth") == 0)
        return false;
    if (strcmp(o->section, "stage") == 0) return strcmp(o->key, "seed") == 0;
    return true;
}

/* An order to the state as it is, not a rule it was made by. */
static bool is_operators(const struct option_desc *o)
{
    return strcmp(o->key, "sell-only") == 0 || strcmp(o->key, "venue-ok") == 0;
}

static void hash_section(struct blake *b, const struct section *sec, bool of_state)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        if (!sec->v[i].text || !decides_output(&options[i]) ||
            (of_state && is_operators(&options[i])))
            continue;
        blake_add(b, sec->name, strlen(sec->name) + 1);
        blake_add(b, options[i].key, strlen(options[i].key) + 1);
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
    for (size_t k = 0; k < N_OPTIONS; k++) {
        if (!sec->v[k].text || strcmp(options[k].section, "any") == 0) continue;
        if ((*i)-- != 0) continue;
        *row = (struct setting_row){
            sec->kind,        section_is_repeated(sec->kind) ? sec->name : NULL,
            options[k].key,   sec->v[k].text,
            sec->v[k].origin, options[k].doc};
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
