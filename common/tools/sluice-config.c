/* sluice-config - show or check the effective configuration: every value and where it comes from.
 * Must not: print a secret. Keys that hold one are shown as set or not set. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/run/main.h"
#include "common/run/operands.h"

#define ARGS_MAX 256

static bool is_secret(const char *key)
{
    static const char *const parts[] = {"api-key",   "secret", "uuid",  "database-url",
                                        "redis-url", "rpc",    "geyser"};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (strstr(key, parts[i])) return true;
    return false;
}

/* A URL may carry a key in its user part, query or path. The path is shown unless the option is
 * secret. */
static void print_url(const char *url, size_t n, const char *host, bool secret)
{
    const char *end = url + n, *stop = host;
    while (stop < end && !strchr(secret ? "/?#" : "?#", *stop)) stop++;
    const char *slash = memchr(host, '/', (size_t)(stop - host));
    const char *at = memchr(host, '@', (size_t)((slash ? slash : stop) - host));
    if (at) printf("%.*s...@%.*s", (int)(host - url), url, (int)(stop - at - 1), at + 1);
    if (!at) printf("%.*s", (int)(stop - url), url);
    if (stop < end && !(end - stop == 1 && *stop == '/')) printf("/...");
}

static void print_item(const char *item, size_t n, bool secret)
{
    const char *scheme = memmem(item, n, "://", 3);
    if (scheme)
        print_url(item, n, scheme + 3, secret);
    else
        printf("%.*s", secret ? 0 : (int)n, item);
    if (!scheme && secret && n) printf("(set, not shown)");
}

static void print_value(const struct setting_row *row)
{
    for (const char *p = row->value; *p;) {
        size_t n = strcspn(p, "\n,");
        print_item(p, n, is_secret(row->key));
        p += n;
        if (*p && p++) putchar(',');
    }
}

static void print_row(const struct setting_row *row, bool origin)
{
    printf("%s = ", row->key);
    print_value(row);
    if (origin) printf("  ; %s", row->origin);
    putchar('\n');
}

static enum error show(const struct settings *s, bool origin, bool all, struct err *e)
{
    struct setting_row row;
    char last[128] = "", section[128];
    for (size_t i = 0; settings_row(s, i, &row); i++) {
        if (!all && !origin && strcmp(row.origin, "default") == 0) continue;
        if (strcmp(row.section, "config") == 0) continue;
        snprintf(section, sizeof section, "%s%s%s", row.section, row.instance ? " " : "",
                 row.instance ? row.instance : "");
        if (strcmp(section, last) != 0) printf("%s[%s]\n", *last ? "\n" : "", section);
        snprintf(last, sizeof last, "%s", section);
        print_row(&row, origin);
    }
    return fflush(stdout) ? operands_stdout_failed(e) : OK;
}

/* ---- check ---- */

/* The command line of one stage's check, made from the values in force here. list is changed. */
struct command {
    char path[1200];
    char *argv[ARGS_MAX];
    size_t argc;
};

static void add_flags(struct command *c, const char *flag, char *list)
{
    for (char *item; (item = strsep(&list, "\n")) && c->argc + 3 < ARGS_MAX;) {
        if (!*item) continue;
        c->argv[c->argc++] = (char *)(uintptr_t)flag;
        c->argv[c->argc++] = item;
    }
}

/* The tools lie beside this one. */
static void tool_path(const char *stage, char *path, size_t cap)
{
    char dir[1024];
    ssize_t n = readlink("/proc/self/exe", dir, sizeof dir - 1);
    dir[n > 0 ? n : 0] = 0;
    char *slash = strrchr(dir, '/');
    if (slash) *slash = 0;
    snprintf(path, cap, "%s/sluice-%s", dir, stage);
}

/* Start path with its standard error as a pipe. The pipe, or NULL. */
static FILE *start(const struct command *c, pid_t *pid)
{
    int fd[2];
    if (pipe(fd) != 0) return NULL;
    *pid = fork();
    if (*pid == 0) {
        dup2(fd[1], STDERR_FILENO);
        close(fd[0]);
        close(fd[1]);
        execv(c->path, c->argv);
        fprintf(stderr, "x: error: unable to run %s: %s\n", c->path, strerror(errno));
        _exit(3);
    }
    close(fd[1]);
    return fdopen(fd[0], "r");
}

/* "sluice-score: error: my.conf:7: ..." is an error of this program too, once. */
static void take_line(char *line, struct log_errors *errors)
{
    struct err e = {0};
    char *text = strstr(line, ": error: ");
    line[strcspn(line, "\n")] = 0;
    if (!text) {
        fprintf(stderr, "%s\n", line);
        return;
    }
    err_set(&e, E_CONFIG, "%s", text + strlen(": error: "));
    if (errors->count == 0 || strcmp(errors->last.text, e.text) != 0) log_errors_add(errors, &e);
}

/* Rules and models are the stages' own: each checks its part and exits. */
static void check_stage(const struct settings *s, const char *stage, struct log_errors *errors)
{
    struct command c = {.argc = 2};
    struct err e = {0};
    char line[1024];
    int status = 0;
    unsigned before = errors->count;
    const struct section *own = settings_own(s);
    char *files = strdup(settings_str(own, "config")), *sets = strdup(settings_str(own, "set"));
    tool_path(stage, c.path, sizeof c.path);
    c.argv[0] = c.path;
    c.argv[1] = (char *)(uintptr_t) "--check-config";
    add_flags(&c, "--config", files);
    add_flags(&c, "--set", sets);
    pid_t pid = -1;
    FILE *f = files && sets ? start(&c, &pid) : NULL;
    while (f && fgets(line, sizeof line, f)) take_line(line, errors);
    if (f) fclose(f);
    if (pid > 0) waitpid(pid, &status, 0);
    if (!f || (status != 0 && errors->count == before)) {
        err_set(&e, E_CONFIG, "unable to check the settings of sluice-%s", stage);
        log_errors_add(errors, &e);
    }
    free(files);
    free(sets);
}

/* Keys, ranges and choices were checked when the settings were loaded. */
static enum error check(const struct settings *s, struct err *e)
{
    struct log_errors errors = {.limit = ERRORS_MAX};
    size_t n;
    const struct section_desc *d = section_table(&n);
    settings_check_built(s, true, &errors);
    settings_check_files(s, &errors);
    bool stages = errors.count == 0;
    for (size_t i = 0; i < n && stages; i++)
        if (d[i].kind == SECTION_STAGE) check_stage(s, d[i].name, &errors);
    return log_errors_end(&errors, e);
}

static enum error config(const struct settings *s, struct err *e)
{
    const struct section *own = settings_own(s);
    const char *verb = settings_operand_count(s) ? settings_operand(s, 0) : "show";
    if (settings_operand_count(s) > 1)
        return err_set(e, E_USAGE, "unexpected operand '%.60s'; files are named with -c",
                       settings_operand(s, 1));
    if (strcmp(verb, "check") == 0) return check(s, e);
    if (strcmp(verb, "show") == 0)
        return show(s, settings_bool(own, "origin"), settings_bool(own, "all"), e);
    return err_set(e, E_USAGE, "unknown verb '%.60s'; use show or check", verb);
}

static const struct tool tool = {.name = "sluice-config",
                                 .section = "config",
                                 .purpose = "show or check the effective configuration",
                                 .operands = "show | check",
                                 .run = config};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
