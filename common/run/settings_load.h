/* settings_load.h - fill settings from the command line, the environment and files: for main
 * functions, `sluice config` and tests. Everything else includes settings.h only. */
#ifndef SLUICE_SETTINGS_LOAD_H
#define SLUICE_SETTINGS_LOAD_H

#include "common/run/log.h"
#include "common/run/options.h"
#include "common/run/settings.h"

struct settings_request {
    const char *tool;    /* "sluice-risk" */
    const char *section; /* "risk"; NULL: no section of its own */
    bool stage;          /* takes the options of `stage` too */
    const char *allowed; /* repeated section whose keys --help lists ("strategy"); NULL */
    unsigned errors;     /* most errors to report; 0 and 1: stop at the first */
};

/* Read command line, environment and files. All errors but the last are logged; the last one is
 * returned in e: E_USAGE, E_CONFIG, E_OPEN, E_LIMIT. With --help or --version only flags are read.
 * The caller releases *out with settings_free(). */
enum error settings_load(const struct settings_request *want, int argc, char **argv,
                         char **environment, struct settings **out, struct err *e);
void settings_free(struct settings *s);

/* Settings that this version cannot use yet: those whose absence changes what happens are errors;
 * with `warn`, the others are logged as warnings. */
void settings_check_built(const struct settings *s, bool warn, struct log_errors *errors);
/* Files that settings name and that must exist. */
void settings_check_files(const struct settings *s, struct log_errors *errors);

/* Walk every value of every section present: for `sluice config`. False past the end. */
struct setting_row {
    const char *section, *instance, *key, *value, *origin; /* instance: NULL unless repeated */
    const struct option_desc *option;
};
bool settings_row(const struct settings *s, size_t i, struct setting_row *row);

#endif
