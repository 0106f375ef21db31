/* key_verbs.h - the verbs of sluice-key. Passwords come from a descriptor, a credential or the
 * terminal. Must not: take a password from arguments or the environment; overwrite a file. */
#ifndef SLUICE_KEY_VERBS_H
#define SLUICE_KEY_VERBS_H

#include "common/run/settings.h"

/* Each takes its two operands; b is NULL for a verb of one. */
enum error key_verb_new(const struct section *own, const char *path, const char *b, struct err *e);
enum error key_verb_import(const struct section *own, const char *from, const char *path,
                           struct err *e);
enum error key_verb_export(const struct section *own, const char *path, const char *to,
                           struct err *e);
enum error key_verb_show(const struct section *own, const char *path, const char *b, struct err *e);
enum error key_verb_rotate(const struct section *own, const char *path, const char *b,
                           struct err *e);

#endif
