/* story.h - everything a ledger holds about one token, in order of time. */
#ifndef SLUICE_STORY_H
#define SLUICE_STORY_H

#include <stdio.h>

#include "ledger/io/db.h"

/* Print the story of a token, one event a line, and its result. E_MISMATCH: the ledger has no
 * record of it. E_STORE: not a ledger, or the database refuses. */
enum error story_print(FILE *out, struct db *db, const char *mint, struct err *e);

#endif
