/* sluice-config - show the effective configuration: every value and, with --origin, where it came
 * from. Must not: print a secret. Keys that hold one are shown as set or not set. */
#include <stdio.h>
#include <string.h>

#include "common/run/operands.h"
#include "common/run/settings_load.h"
#include "common/run/stage.h"

static bool is_secret(const char *key)
{
    return strstr(key, "api-key") || strstr(key, "secret") ||
           (strlen(key) > 5 && strcmp(key + strlen(key) - 6, "-token") == 0) ||
           strstr(key, "database-url") || strstr(key, "redis-url") || strstr(key, "quicknode") ||
           strstr(key, "rpc-url");
}

/* An URL may carry a key in its user part, path or query: only scheme and host are shown. */
static void print_value(const struct setting_row *row)
{
    const char *host = strstr(row->value, "://");
    if (!is_secret(row->key) || !*row->value) {
        for (const char *p = row->value; *p; p++) putchar(*p == '\n' ? ',' : *p);
        return;
    }
    if (!host) {
        printf("(set, not shown)");
        return;
    }
    const char *start = host + 3, *end = start + strcspn(start, "/?#"),
               *at = memchr(start, '@', (size_t)(end - start));
    if (at) start = at + 1;
    printf("%.*s%.*s/...", (int)(host + 3 - row->value), row->value, (int)(end - start), start);
}

static enum error show(const struct settings *s, bool origin, bool all, struct err *e)
{
    struct setting_row row;
    char last[128] = "", section[128];
    for (size_t i = 0; settings_row(s, i, &row); i++) {
        if (!all && strcmp(row.origin, "default") == 0 && !origin) continue;
        if (strcmp(row.section, "config") == 0) continue;
        snprintf(section, sizeof section, "%s%s%s", row.section, row.instance ? " " : "",
                 row.instance ? row.instance : "");
        if (strcmp(section, last) != 0) printf("%s[%s]\n", *last ? "\n" : "", section);
        snprintf(last, sizeof last, "%s", section);
        printf("%s = ", row.key);
        print_value(&row);
        if (origin) printf("  ; %s", row.origin);
        putchar('\n');
    }
    return fflush(stdout) ? operand_stdout_failed(e) : OK;
}

static enum error config(const struct settings *s, struct err *e)
{
    const struct section *own = settings_own(s);
    const char *verb = settings_operand(s, 0);
    if (verb && (strcmp(verb, "show") != 0 || settings_operand_count(s) > 1))
        return err_set(e, E_USAGE, "wants `show`, not '%.60s'",
                       settings_operand_count(s) > 1 ? settings_operand(s, 1) : verb);
    return show(s, settings_bool(own, "origin"), settings_bool(own, "all"), e);
}

static const struct tool tool = {.name = "sluice-config",
                                 .section = "config",
                                 .purpose = "show the effective configuration",
                                 .operands = "show",
                                 .run = config};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
