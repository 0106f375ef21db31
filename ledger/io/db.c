/* db.c - see db.h. The only file that includes sqlite3.h. */
#include "ledger/io/db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

struct db {
    sqlite3 *s;
};
struct query {
    sqlite3_stmt *s;
    struct db *db;
};

static enum error fail(struct db *db, const char *what, struct err *e)
{
    return err_set(e, E_STORE, "%s: %s", what, sqlite3_errmsg(db->s));
}

enum error db_run(struct db *db, const char *sql, struct err *e)
{
    return sqlite3_exec(db->s, sql, NULL, NULL, NULL) == SQLITE_OK
               ? OK
               : fail(db, "the database refused", e);
}

enum error db_open(const char *path, bool write, struct db **out, struct err *e)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db) return err_set(e, E_LIMIT, "out of memory");
    if (!write && access(path, R_OK) != 0) {
        free(db);
        return err_set(e, E_OPEN, "unable to read the database '%.300s'", path);
    }
    if (sqlite3_open_v2(path, &db->s,
                        write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY,
                        NULL) != SQLITE_OK) {
        enum error rc = err_set(e, E_STORE, "unable to open the database '%.300s': %s", path,
                                sqlite3_errmsg(db->s));
        db_close(db);
        return rc;
    }
    sqlite3_busy_timeout(db->s, 10000);
    enum error rc =
        write
            ? db_run(db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;", e)
            : db_run(db, "SELECT count(*) FROM sqlite_master;", e);
    if (rc == OK)
        *out = db;
    else
        db_close(db);
    return rc;
}

void db_close(struct db *db)
{
    if (!db) return;
    sqlite3_close(db->s);
    free(db);
}

enum error db_prepare(struct db *db, const char *sql, struct query **out, struct err *e)
{
    struct query *q = calloc(1, sizeof *q);
    if (!q) return err_set(e, E_LIMIT, "out of memory");
    q->db = db;
    if (sqlite3_prepare_v2(db->s, sql, -1, &q->s, NULL) != SQLITE_OK) {
        free(q);
        return fail(db, "this is no ledger of sluice", e);
    }
    *out = q;
    return OK;
}

void query_free(struct query *q)
{
    if (!q) return;
    sqlite3_finalize(q->s);
    free(q);
}

void query_i64(struct query *q, int at, int64_t v) { sqlite3_bind_int64(q->s, at, v); }
void query_text(struct query *q, int at, const char *v)
{
    sqlite3_bind_text(q->s, at, v, -1, SQLITE_TRANSIENT);
}

enum error query_step(struct query *q, bool *row, struct err *e)
{
    int rc = sqlite3_step(q->s);
    if (row) *row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW) return OK;
    enum error out = rc == SQLITE_DONE ? OK : fail(q->db, "the database refused", e);
    sqlite3_reset(q->s);
    return out;
}

int64_t query_get(const struct query *q, int column) { return sqlite3_column_int64(q->s, column); }
const char *query_get_text(const struct query *q, int column)
{
    const unsigned char *t = sqlite3_column_text(q->s, column);
    return t ? (const char *)t : "";
}
int db_changes(const struct db *db) { return sqlite3_changes(db->s); }
