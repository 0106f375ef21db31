/* settings_check.c - checks of loaded settings that `sluice config check` and stages run. See
 * settings_load.h. */
#include "common/run/run_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool at_default(const struct setting_row *row)
{
    uint64_t value, fallback;
    const struct option_desc *o = row->option;
    if (o->kind != OPTION_BOOL) return strcmp(row->value, o->fallback) == 0;
    return option_parse(OPTION_BOOL, row->value, &value) &&
           option_parse(OPTION_BOOL, o->fallback, &fallback) && value == fallback;
}

void settings_check_built(const struct settings *s, bool warn, struct log_errors *errors)
{
    struct setting_row row;
    for (size_t i = 0; settings_row(s, i, &row); i++) {
        enum option_limit limit = row.option->limit;
        struct err e = {0};
        if (at_default(&row)) continue;
        if (limit == LIMIT_LATER_ADDS && warn)
            log_line(LOG_WARNING, "%s: %s (%s) is not built yet and has no effect", row.origin,
                     row.key, row.option->doc);
        if (limit != LIMIT_LATER_CHANGES) continue;
        err_set(&e, E_CONFIG, "%s: %s (%s) is not built yet and nothing would use it; remove it",
                row.origin, row.key, row.option->doc);
        if (!log_errors_add(errors, &e)) return;
    }
}

/* False when the file is missing for certain; a folder that this user may not search is no proof.
 */
static bool may_exist(const char *path) { return access(path, F_OK) == 0 || errno == EACCES; }

void settings_check_files(const struct settings *s, struct log_errors *errors)
{
    struct setting_row row;
    for (size_t i = 0; settings_row(s, i, &row); i++) {
        struct err e = {0};
        if (row.option->limit != LIMIT_READS || !*row.value || may_exist(row.value)) continue;
        err_set(&e, E_CONFIG, "%s: %s: the file '%.160s' does not exist", row.origin, row.key,
                row.value);
        if (!log_errors_add(errors, &e)) return;
    }
}
