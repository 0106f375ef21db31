/* store.h - the ledger in a database: records in, tables out. */
#ifndef SLUICE_STORE_H
#define SLUICE_STORE_H

#include "common/rec/record.h"
#include "ledger/io/db.h"

struct store;

/* Open or make the ledger at path. */
enum error store_open(const char *path, struct store **out, struct err *e);
/* Take one record. Known ids are skipped, so a ledger fed the same stream twice is unchanged.
 * E_STORE; a fill that does not add up is E_CORRUPT and nothing of it is written. */
enum error store_record(struct store *s, const struct record *r, struct err *e);
/* Make durable what was taken. */
enum error store_flush(struct store *s, struct err *e);
/* BLAKE2b-256, hex, over the accounting tables in a fixed order. */
enum error store_hash(struct db *db, char hex[65], struct err *e);
struct db *store_db(struct store *s);
void store_close(struct store *s);

#endif
