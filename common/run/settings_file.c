/* settings_file.c - configuration files. The only file that includes inih. Lines and values have
 * less than VALUE_MAX bytes. See run_internal.h. */
#include "common/run/run_internal.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct file {
    struct settings *s;
    struct log_errors *errors;
    const char *path;
    FILE *stream;
    int line;
    bool continued; /* the line is indented: it continues the value above */
    bool too_long, stop;
};

/* inih reads lines through this. It counts them, as Debian's inih does not pass line numbers. */
static char *next_line(char *buf, int cap, void *user)
{
    struct file *f = user;
    if (f->stop || !fgets(buf, cap, f->stream)) return NULL;
    f->line++;
    size_t n = strlen(buf);
    f->too_long = n + 1 == (size_t)cap && buf[n - 1] != '\n';
    if (f->too_long) return NULL;
    f->continued = buf[0] == ' ' || buf[0] == '\t';
    return buf;
}

/* The value that option i of the section already has from this file, or NULL. */
static struct value *given_before(const struct file *f, struct section *sec, size_t i)
{
    struct value *v = &sec->v[i];
    size_t n = strlen(f->path);
    bool here = v->layer == LAYER_FILE && v->text && strncmp(v->origin, f->path, n) == 0;
    return here && v->origin[n] == ':' ? v : NULL;
}

/* Assign one line. An indented line extends the value above it; a key given twice is an error
 * unless it is a list. */
static enum error assign_line(struct file *f, struct section *sec, const char *key,
                              const char *text, const char *origin, struct err *e)
{
    size_t n, i = settings_index(f->s, sec->kind, key);
    const struct option_desc *o = option_table(&n);
    struct value *v = i < n ? given_before(f, sec, i) : NULL;
    if (!v || (!f->continued && o[i].kind == OPTION_LIST))
        return settings_assign_key(f->s, sec, key, LAYER_FILE, text, origin, e);
    if (!f->continued)
        return err_set(e, E_CONFIG,
                       "%s: %s was already set at %s; indent a line to continue a value", origin,
                       key, v->origin);
    char *joined = NULL;
    if (asprintf(&joined, "%s %s", v->text, text) < 0) return err_set(e, E_LIMIT, "out of memory");
    v->layer = LAYER_DEFAULT; /* replace, also a list */
    enum error rc = settings_assign(sec, i, LAYER_FILE, joined, origin, e);
    free(joined);
    return rc;
}

/* A key of `any` or `stage` in the section of another tool: checked, and left to that tool. NULL
 * when it is not one. */
static const struct option_desc *foreign_key(const struct file *f, const struct section *sec,
                                             const char *key)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    const struct section_desc *d = section_find(sec->kind);
    if (!d || d->kind == SECTION_REPEATED || settings_index(f->s, sec->kind, key) < n) return NULL;
    for (size_t i = 0; i < n; i++)
        if (strcmp(o[i].key, key) == 0 &&
            (strcmp(o[i].section, "any") == 0 ||
             (d->kind == SECTION_STAGE && strcmp(o[i].section, "stage") == 0)))
            return &o[i];
    return NULL;
}

static enum error check_foreign(const struct option_desc *o, const char *text, const char *origin,
                                struct err *e)
{
    uint64_t number;
    struct err why = {0};
    if (option_check(o, text, &number, &why) == OK) return OK;
    return err_set(e, E_CONFIG, "%s: %s %s", origin, o->key, why.text);
}

static int on_pair(void *user, const char *header, const char *key, const char *text)
{
    struct file *f = user;
    struct section *sec = NULL;
    const struct option_desc *foreign;
    struct err e = {0};
    char origin[ORIGIN_MAX];
    snprintf(origin, sizeof origin, "%.140s:%d", f->path, f->line);
    if (f->stop) return 0;
    enum error rc = *header ? settings_of_header(f->s, header, origin, &sec, &e)
                            : err_set(&e, E_CONFIG, "%s: '%.60s' stands before the first [section]",
                                      origin, key);
    if (rc == OK && (foreign = foreign_key(f, sec, key)))
        rc = check_foreign(foreign, text, origin, &e);
    else if (rc == OK)
        rc = assign_line(f, sec, key, text, origin, &e);
    if (rc != OK) f->stop = !log_errors_add(f->errors, &e);
    return 1;
}

static void add_error(struct file *f, int bad_line)
{
    struct err e = {0};
    if (f->stop) return;
    if (f->too_long)
        err_set(&e, E_CONFIG,
                "%s:%d: the line is longer than %d bytes; break it and indent the rest", f->path,
                f->line, VALUE_MAX - 1);
    else if (bad_line > 0)
        err_set(&e, E_CONFIG, "%s:%d: expected [section] or key = value", f->path, bad_line);
    else if (bad_line < 0 || ferror(f->stream))
        err_set(&e, E_CONFIG, "unable to read configuration '%s'", f->path);
    if (e.code != OK) f->stop = !log_errors_add(f->errors, &e);
}

static void read_file(struct settings *s, const char *path, struct log_errors *errors)
{
    struct file f = {.s = s, .errors = errors, .path = path, .stream = fopen(path, "re")};
    struct err e = {0};
    if (!f.stream) {
        err_set(&e, E_OPEN, "unable to open configuration '%.200s': %s", path, strerror(errno));
        log_errors_add(errors, &e);
        return;
    }
    /* Debian's inih has these as variables; the default is a buffer of 200 bytes on the stack. */
    ini_use_stack = false;
    ini_max_line = VALUE_MAX + 1;
    ini_initial_alloc = VALUE_MAX + 1;
    add_error(&f, ini_parse_stream(next_line, &f, on_pair, &f));
    fclose(f.stream);
}

enum error settings_read_files(struct settings *s, struct log_errors *errors)
{
    size_t n, i = settings_index(s, s->single[0]->kind, "config");
    option_table(&n);
    char *list = i < n ? strdup(s->single[0]->v[i].text) : NULL;
    for (char *rest = list, *path; rest && (path = strsep(&rest, "\n"));)
        if (*path && errors->count < errors->limit) read_file(s, path, errors);
    free(list);
    return errors->count ? errors->last.code : OK;
}
