/* options.h - the table of every option of every tool (options.def) and the check of one value.
 * Must not: hold values; those are in settings.h. */
#ifndef SLUICE_OPTIONS_H
#define SLUICE_OPTIONS_H

#include "common/base/base.h"

enum option_kind {
    OPTION_BOOL,
    OPTION_U64,
    OPTION_DECIMAL,
    OPTION_STR,
    OPTION_SOL,
    OPTION_DURATION,
    OPTION_TIME,
    OPTION_LIST
};

/* What a value may be, besides being of its kind. */
enum option_limit {
    LIMIT_ANY,
    LIMIT_RANGE, /* min and max, inclusive */
    LIMIT_ONE_OF,
    LIMIT_ENUM_OF,
    LIMIT_RECORDS,
    LIMIT_READS,
    LIMIT_WRITES,
    LIMIT_FOLDER,
    LIMIT_STREAM,
    LIMIT_LATER_ADDS,
    LIMIT_LATER_CHANGES
};

struct option_desc {
    const char *section, *key;
    enum option_kind kind;
    const char *fallback, *env, *doc;
    enum option_limit limit;
    const char *min, *max; /* LIMIT_RANGE: as text of the kind; NULL: no limit on that side */
    const char *words;     /* LIMIT_ONE_OF: "a|b|c"; LIMIT_ENUM_OF: name of the enum */
};

enum section_kind { SECTION_TOOL, SECTION_STAGE, SECTION_REPEATED, SECTION_SHARED };
struct section_desc {
    const char *name;
    enum section_kind kind;
    const char *doc;
};

/* A variable SLUICE_* that scripts use and no tool reads. */
struct variable_desc {
    const char *name, *doc;
};

/* Every option, section and script variable, in the order of options.def. */
const struct option_desc *option_table(size_t *count);
const struct section_desc *section_table(size_t *count);
const struct variable_desc *variable_table(size_t *count);
/* Section by name; NULL when unknown. */
const struct section_desc *section_find(const char *name);
/* May the section stand several times, as [strategy NAME]? */
bool section_is_repeated(const char *name);

/* The short form of a key ('c' of "config"), 0 when it has none; and the key of a letter, or NULL.
 */
char option_letter(const char *key);
const char *option_of_letter(char letter);

/* The i-th word that the limits name ("calm"); false past the last one or when they name none. */
bool option_word(const struct option_desc *o, size_t i, char out[48]);
/* "yes|no", "NUMBER", "calm|mania|attack", "FILE": the argument in --help and manual pages. */
void option_argument(const struct option_desc *o, char *out, size_t cap);
/* What a value must be: "a whole number from 1 to 150". */
void option_wanted(const struct option_desc *o, char *out, size_t cap);

/* Parse one value of a kind: BOOL to 0 or 1, SOL to lamports, DURATION and TIME to ns, DECIMAL to
 * millionths, text to 0. False when it is not of the kind. */
bool option_parse(enum option_kind kind, const char *text, uint64_t *out) MUST_USE;
/* Next item of a list, items separated by commas, blanks or newlines; items longer than 63 bytes
 * are cut. False at the end. *list advances. */
bool option_item(const char **list, char item[64]);
/* Parse a value and hold it against the limits of its row. OK, or E_CONFIG with the text "must be
 * ..., not '...'". Files are not opened here. */
enum error option_check(const struct option_desc *o, const char *text, uint64_t *out,
                        struct err *e);

#endif
