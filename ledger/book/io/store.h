/* store.h - the ledger in a database: records in, rows out. */
#ifndef SLUICE_STORE_H
#define SLUICE_STORE_H

#include "common/rec/record.h"
#include "ledger/io/db.h"

struct store;

/* Open the ledger that a DATABASE operand names (see db_open), and create the tables and columns
 * that it lacks: a ledger of an earlier version gets the new columns, NULL in its old rows. */
enum error store_open(const char *operand, struct store **out, struct err *e);
/* Write one record. A known id is skipped, so a ledger fed the same stream twice is unchanged.
 * E_STORE; a fill that does not add up is E_CORRUPT and no row of it is written. */
enum error store_record(struct store *s, const struct record *r, struct err *e);
/* Commit what was written: it is durable when this returns. */
enum error store_flush(struct store *s, struct err *e);
/* BLAKE2b-256, hex, over fills, postings and equity in a fixed order; "" when the backend keeps
 * nothing. */
enum error store_hash(struct store *s, char hex[65], struct err *e);
/* NULL is allowed. Uncommitted rows are rolled back. */
void store_close(struct store *s);

#endif
