/* run_internal.h - the values behind settings.h, shared by the files that fill them. */
#ifndef SLUICE_RUN_INTERNAL_H
#define SLUICE_RUN_INTERNAL_H

#include "common/run/log.h"
#include "common/run/options.h"
#include "common/run/settings_load.h"

#define SECTIONS_MAX  64   /* single sections */
#define INSTANCES_MAX 64   /* repeated sections */
#define VALUE_MAX     8192 /* bytes of a value, and of a line of a configuration file */
#define ORIGIN_MAX    160

/* Sources of values, in rising precedence. */
enum layer { LAYER_DEFAULT, LAYER_FILE, LAYER_ENV, LAYER_FLAG };

struct value {
    char *text; /* owned; NULL: the section has no such option */
    uint64_t number;
    uint8_t layer;
    char origin[ORIGIN_MAX];
};

struct section {
    const char *kind; /* name in options.def */
    char name[49];
    struct value v[]; /* one an option of option_table() */
};

struct settings {
    struct settings_request want;
    struct section *single[SECTIONS_MAX]; /* one a section of options.def, first the tool's own */
    size_t single_count;
    struct section *instance[INSTANCES_MAX];
    size_t instance_count;
    const char **operands;
    size_t operand_count;
};

/* Index into option_table() of a key in a kind of section, or the count of options. */
size_t settings_index(const struct settings *s, const char *kind, const char *key);
/* Does option i belong to this kind of section, in this process? */
bool settings_belongs(const struct settings *s, const char *kind, size_t i);

/* Create the single sections with their defaults. */
enum error settings_make(struct settings *s, struct err *e);
/* The section that a header "risk" or "strategy momentum" names; created when it is a new
 * instance. E_CONFIG with origin and the nearest name. */
enum error settings_of_header(struct settings *s, const char *header, const char *origin,
                              struct section **out, struct err *e);
/* Set option i unless a stronger layer has. Lists grow within a layer. E_CONFIG (E_USAGE for a
 * flag) with origin, key and what is required. */
enum error settings_assign(struct section *sec, size_t i, enum layer layer, const char *text,
                           const char *origin, struct err *e);
/* The same by name; an unknown key is E_CONFIG with the nearest one. */
enum error settings_assign_key(struct settings *s, struct section *sec, const char *key,
                               enum layer layer, const char *text, const char *origin,
                               struct err *e);

/* The three sources. */
enum error settings_read_files(struct settings *s, struct log_errors *errors);
enum error settings_read_env(struct settings *s, struct section *sec, char **env, struct err *e);
enum error settings_read_flags(struct settings *s, int argc, char **argv, struct err *e);
enum error settings_read_sets(struct settings *s, struct log_errors *errors);
/* Unknown SLUICE_* variables. */
void settings_check_env(struct settings *s, char **env, struct log_errors *errors);

#endif
