/* settings.h - the effective value of every option, and where it comes from. Precedence: flag,
 * environment, file, default. Values are checked against options.def when they are loaded. Must
 * not: be read on the hot path; a stage reads what it needs in init. */
#ifndef SLUICE_SETTINGS_H
#define SLUICE_SETTINGS_H

#include "common/base/base.h"

struct settings; /* one a process */
struct section;  /* one [section] or one [strategy NAME] */

/* The section with the tool's own options ("risk" for sluice-risk); also holds `any` and `stage`
 * options. */
const struct section *settings_own(const struct settings *s);
/* A named single section ("risk"); NULL when the option table has none. */
const struct section *settings_section(const struct settings *s, const char *name);
/* Named instances of a repeated section ("strategy"), in order of first appearance. At most 64. */
size_t settings_instance_count(const struct settings *s, const char *kind);
const struct section *settings_instance(const struct settings *s, const char *kind, size_t i);
const char *settings_section_name(
    const struct section *sec); /* "momentum" of [strategy momentum]; "risk" of [risk] */

/* Values, within the limits of options.def. A key that the section does not have, or that has
 * another kind, is a defect: abort. */
bool settings_bool(const struct section *sec, const char *key);
uint64_t settings_u64(const struct section *sec, const char *key);
uint32_t settings_u32(const struct section *sec, const char *key);      /* RANGE must fit 32 bits */
uint64_t settings_lamports(const struct section *sec, const char *key); /* of SOL */
uint64_t settings_micro(const struct section *sec, const char *key);    /* millionths, of DECIMAL */
uint64_t settings_ns(const struct section *sec, const char *key);       /* of DURATION */
uint64_t settings_time(const struct section *sec, const char *key);     /* of TIME: Unix ns */
const char *settings_str(const struct section *sec, const char *key);   /* the text, of any kind */
/* True when any source set the value; false for the default. */
bool settings_is_set(const struct section *sec, const char *key);
/* "file.conf:12", "--flag", "SLUICE_RISK_X", "default": for error messages. */
const char *settings_origin(const struct section *sec, const char *key);

/* Operands after the options. */
size_t settings_operand_count(const struct settings *s);
const char *settings_operand(const struct settings *s, size_t i);
/* Hash of all values that can change the output (endpoints, logging and paths left out). */
uint64_t settings_hash(const struct settings *s);
/* The same without what an operator may change between two runs that one checkpoint joins. */
uint64_t settings_state_hash(const struct settings *s);

#endif
