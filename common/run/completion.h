/* completion.h - a bash completion script printed from the option table. */
#ifndef SLUICE_COMPLETION_H
#define SLUICE_COMPLETION_H

#include "common/base/base.h"

/* Print the script for `sluice VERB` and sluice-VERB to standard output: options, their choices,
 * and paths where an option takes one. verbs: count names without "sluice-". */
void completion_bash(const char *const *verbs, size_t count);

#endif
