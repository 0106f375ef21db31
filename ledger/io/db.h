/* db.h - a database behind a table of functions: open, statements, rows. Book, report and why use
 * nothing else. Backends: DB_BACKENDS of db_backend.h.
 * SQL text must be common SQL; where databases differ, db_dialect() has the word. */
#ifndef SLUICE_DB_H
#define SLUICE_DB_H

#include "common/base/base.h"
#include "ledger/dialect.h"

struct db;
struct db_query;

/* Open a DATABASE operand: PATH or sqlite:PATH (an SQLite file, created when write is set; WAL,
 * synchronous FULL) or null: (accepts every write and keeps nothing).
 * E_USAGE: unknown scheme, or reading from null:. E_OPEN: no file to read. E_STORE: the database
 * refuses. The caller closes *out. */
enum error db_open(const char *operand, bool write, struct db **out, struct err *e);
/* NULL is allowed. Every query must have been released. */
void db_close(struct db *db);
/* True when the backend keeps nothing: there is nothing to read back or to hash. */
bool db_discards(const struct db *db);
const struct dialect *db_dialect(const struct db *db);
/* Run SQL text that returns no rows. E_STORE. */
enum error db_run(struct db *db, const char *sql, struct err *e);
/* Does this query prepare? Asks whether a table or a column exists. */
bool db_accepts(struct db *db, const char *sql);
/* Prepare a statement; release it with db_release(). E_STORE. */
enum error db_prepare(struct db *db, const char *sql, struct db_query **out, struct err *e);
/* NULL is allowed. */
void db_release(struct db_query *q);
/* Bind parameter `at`, counted from 1. Text is copied. */
void db_bind_i64(struct db_query *q, int at, int64_t v);
void db_bind_text(struct db_query *q, int at, const char *v);
/* Execute, or fetch the next row. *row (may be NULL) is set when a row is present. After the last
 * row, or after a write, the query is ready to be bound again. E_STORE. */
enum error db_step(struct db_query *q, bool *row, struct err *e);
/* Value of a column of the current row, counted from 0; NULL reads as 0 and "". The text is valid
 * until the next step. */
int64_t db_get_i64(const struct db_query *q, int column);
const char *db_get_text(const struct db_query *q, int column);
bool db_get_null(const struct db_query *q, int column);
/* Rows that the last write changed. */
int db_changes(const struct db *db);

#endif
