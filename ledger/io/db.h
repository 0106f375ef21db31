/* db.h - the one place where SQLite enters: opening, statements, rows. Everybody else of ledger
 * goes through it. */
#ifndef SLUICE_DB_H
#define SLUICE_DB_H

#include "common/base/base.h"

struct db;
struct query;

/* Open for writing (made when absent; WAL, FULL) or reading. E_STORE. */
enum error db_open(const char *path, bool write, struct db **out, struct err *e);
void db_close(struct db *db);
/* Run SQL text without results. */
enum error db_run(struct db *db, const char *sql, struct err *e);
/* Prepare; the query lives until query_free(). */
enum error db_prepare(struct db *db, const char *sql, struct query **out, struct err *e);
void query_free(struct query *q);
void query_i64(struct query *q, int at, int64_t v);      /* at counts from 1 */
void query_text(struct query *q, int at, const char *v); /* copied */
/* Step: *row tells whether there is one. After the last, or after a write, the query is reset by
 * itself. */
enum error query_step(struct query *q, bool *row, struct err *e);
int64_t query_get(const struct query *q, int column); /* column counts from 0 */
const char *query_get_text(const struct query *q,
                           int column); /* "" for NULL; valid until the next step */
/* Rows changed by the last write. */
int db_changes(const struct db *db);

#endif
