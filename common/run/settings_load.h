/* settings_load.h - building settings: for main functions, `sluice config` and tests. Everybody
 * else uses settings.h. */
#ifndef SLUICE_SETTINGS_LOAD_H
#define SLUICE_SETTINGS_LOAD_H

#include "common/run/settings.h"

enum option_kind { OPTION_BOOL, OPTION_U64, OPTION_STR, OPTION_SOL, OPTION_DURATION, OPTION_LIST };

struct option_desc {
    const char *section, *key;
    enum option_kind kind;
    const char *fallback, *env, *doc;
};

/* Every option of every tool, from options.def. */
const struct option_desc *option_table(size_t *count);
/* "yes|no", "NUMBER", ... for help and man pages. */
const char *option_kind_name(enum option_kind kind);
/* Is this a section that may stand several times, as [strategy NAME]? */
bool section_is_repeated(const char *section);

struct settings_request {
    const char *tool;    /* "sluice-risk" */
    const char *section; /* "risk"; NULL: none of its own */
    bool stage;          /* takes the options of `stage` too */
    const char
        *allowed; /* sections this tool may be given flags for, besides any and its own; NULL */
};

/* Read command line, environment and files. *out is released by settings_free(). E_USAGE, E_CONFIG,
 * E_OPEN. */
enum error settings_load(const struct settings_request *want, int argc, char **argv,
                         char **environment, struct settings **out, struct err *e);
void settings_free(struct settings *s);

/* Walk every value of every section present: for `sluice config show`. Returns false past the end.
 * text holds the value. */
struct setting_row {
    const char *section, *instance, *key, *value, *origin, *doc;
};
bool settings_row(const struct settings *s, size_t i, struct setting_row *row);

/* Parse one value of a kind; OK or E_CONFIG with what is wanted in e. */
enum error option_parse(enum option_kind kind, const char *text, uint64_t *out, struct err *e);

#endif
