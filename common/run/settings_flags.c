/* settings_flags.c - the command line: flags, operands and --set. See run_internal.h. */
#include "common/run/run_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"

#define NAMES_MAX 512

static enum error unknown_flag(const struct settings *s, const char *key, struct err *e)
{
    const char *names[NAMES_MAX];
    size_t n, count = 0;
    const struct option_desc *o = option_table(&n);
    for (size_t i = 0; i < n && count < NAMES_MAX; i++)
        if (settings_belongs(s, s->single[0]->kind, i)) names[count++] = o[i].key;
    const char *near = nearest_name(key, names, count);
    return err_set(e, E_USAGE, "unknown option '--%s'%s%s%s", key,
                   near ? "; did you mean '--" : "; see --help", near ? near : "",
                   near ? "'?" : "");
}

/* Split "--key=value", "-oVALUE" or "-o": the key, and the value when it is part of arg. */
static enum error split_flag(const char *arg, char key[64], const char **value, struct err *e)
{
    *value = NULL;
    if (arg[1] == '-') {
        size_t n = strcspn(arg + 2, "=");
        snprintf(key, 64, "%.*s", (int)(n < 63 ? n : 63), arg + 2);
        if (arg[2 + n]) *value = arg + 3 + n;
        return OK;
    }
    const char *name = option_of_letter(arg[1]);
    if (!name) return err_set(e, E_USAGE, "unknown option '-%c'; see --help", arg[1]);
    snprintf(key, 64, "%s", name);
    if (arg[2]) *value = arg + 2;
    return OK;
}

/* One argument that begins with '-'. *used: the following argument was its value. */
static enum error read_flag(struct settings *s, const char *arg, const char *following, bool *used,
                            struct err *e)
{
    struct section *own = s->single[0];
    char key[64], origin[80], argument[160];
    const char *text;
    size_t n;
    const struct option_desc *o = option_table(&n);
    *used = false;
    enum error rc = split_flag(arg, key, &text, e);
    if (rc != OK) return rc;
    size_t i = settings_index(s, own->kind, key);
    if (i == n) return unknown_flag(s, key, e);
    if (!text && o[i].kind == OPTION_BOOL) text = "yes";
    if (!text) {
        text = following;
        *used = true;
    }
    option_argument(&o[i], argument, sizeof argument);
    if (!text) return err_set(e, E_USAGE, "option '--%s' needs a value: %s", key, argument);
    snprintf(origin, sizeof origin, "--%s", key);
    return settings_assign(own, i, LAYER_FLAG, text, origin, e);
}

enum error settings_read_flags(struct settings *s, int argc, char **argv, struct err *e)
{
    bool plain = false, used;
    s->operands = calloc((size_t)argc + 1, sizeof *s->operands);
    if (!s->operands) return err_set(e, E_LIMIT, "out of memory");
    for (int i = 1; i < argc; i++) {
        if (!plain && strcmp(argv[i], "--") == 0) {
            plain = true;
            continue;
        }
        if (plain || argv[i][0] != '-' || !argv[i][1]) {
            s->operands[s->operand_count++] = argv[i];
            continue;
        }
        enum error rc = read_flag(s, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used, e);
        if (rc != OK) return rc;
        i += used;
    }
    return OK;
}

/* --set section.key=value, --set strategy.NAME.key=value. text is changed. */
static enum error apply_set(struct settings *s, char *text, struct err *e)
{
    char *eq = strchr(text, '=');
    if (eq) *eq = 0;
    char *dot = strrchr(text, '.');
    if (!eq || !dot)
        return err_set(
            e, E_USAGE,
            "--set needs SECTION.KEY=VALUE or strategy.NAME.KEY=VALUE, not '%.80s%s%.80s'", text,
            eq ? "=" : "", eq ? eq + 1 : "");
    *dot = 0;
    char *inner = strchr(text, '.');
    if (inner) *inner = ' ';
    struct section *sec;
    enum error rc = settings_of_header(s, text, "--set", &sec, e);
    if (rc != OK) return rc;
    return settings_assign_key(s, sec, dot + 1, LAYER_FLAG, eq + 1, "--set", e);
}

enum error settings_read_sets(struct settings *s, struct log_errors *errors)
{
    size_t n, i = settings_index(s, s->single[0]->kind, "set");
    option_table(&n);
    char *list = i < n ? strdup(s->single[0]->v[i].text) : NULL;
    struct err e = {0};
    for (char *rest = list, *item; rest && (item = strsep(&rest, "\n"));)
        if (*item && apply_set(s, item, &e) != OK && !log_errors_add(errors, &e)) break;
    free(list);
    return errors->count ? errors->last.code : OK;
}
