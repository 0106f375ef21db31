/* db_sqlite.c - ledgers in an SQLite file. The only file that includes sqlite3.h. */
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/io/db_backend.h"

#define BUSY_MS 10000 /* wait this long for another process's lock */

struct sqlite_db {
    struct db base;
    sqlite3 *s;
};
struct sqlite_query {
    struct db_query base;
    sqlite3_stmt *s;
    bool unbound; /* a value could not be bound (out of memory): the next step fails */
};

static sqlite3 *handle(const struct db *db) { return ((const struct sqlite_db *)db)->s; }
static sqlite3_stmt *statement(const struct db_query *q)
{
    return ((const struct sqlite_query *)q)->s;
}

static enum error fail(const struct db *db, const char *what, struct err *e)
{
    return err_set(e, E_STORE, "%s: %s", what, sqlite3_errmsg(handle(db)));
}

static enum error sqlite_run(struct db *db, const char *sql, struct err *e)
{
    if (sqlite3_exec(handle(db), sql, NULL, NULL, NULL) == SQLITE_OK) return OK;
    return fail(db, "the database refused a statement", e);
}

static void sqlite_close(struct db *db)
{
    sqlite3_close(handle(db));
    free(db);
}

/* SQLite opens lazily: read something, so that a file that is not a database fails here. */
static enum error start(struct db *db, bool write, struct err *e)
{
    sqlite3_busy_timeout(handle(db), BUSY_MS);
    if (write) return sqlite_run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", e);
    return sqlite_run(db, "SELECT count(*) FROM sqlite_master;", e);
}

static enum error sqlite_open(const char *path, bool write, struct db **out, struct err *e)
{
    int flags = write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (!write && access(path, R_OK) != 0)
        return err_set(e, E_OPEN, "unable to read the database '%.300s': %s", path,
                       strerror(errno));
    struct sqlite_db *db = calloc(1, sizeof *db);
    if (!db) return err_set(e, E_LIMIT, "out of memory");
    db->base.ops = &db_sqlite;
    enum error rc = OK;
    if (sqlite3_open_v2(path, &db->s, flags, NULL) != SQLITE_OK)
        rc = err_set(e, E_STORE, "unable to open the database '%.300s': %s", path,
                     sqlite3_errmsg(db->s));
    else
        rc = start(&db->base, write, e);
    if (rc == OK)
        *out = &db->base;
    else
        sqlite_close(&db->base);
    return rc;
}

static enum error sqlite_prepare(struct db *db, const char *sql, struct db_query **out,
                                 struct err *e)
{
    struct sqlite_query *q = calloc(1, sizeof *q);
    if (!q) return err_set(e, E_LIMIT, "out of memory");
    q->base.db = db;
    if (sqlite3_prepare_v2(handle(db), sql, -1, &q->s, NULL) != SQLITE_OK) {
        free(q);
        return fail(db, "not a ledger of sluice, or of another version", e);
    }
    *out = &q->base;
    return OK;
}

static void sqlite_release(struct db_query *q)
{
    sqlite3_finalize(statement(q));
    free(q);
}

static void sqlite_bind_i64(struct db_query *q, int at, int64_t v)
{
    struct sqlite_query *own = (struct sqlite_query *)q;
    own->unbound |= sqlite3_bind_int64(own->s, at, v) != SQLITE_OK;
}

static void sqlite_bind_text(struct db_query *q, int at, const char *v)
{
    struct sqlite_query *own = (struct sqlite_query *)q;
    own->unbound |= sqlite3_bind_text(own->s, at, v, -1, SQLITE_TRANSIENT) != SQLITE_OK;
}

static enum error sqlite_step(struct db_query *q, bool *row, struct err *e)
{
    if (((const struct sqlite_query *)q)->unbound)
        return err_set(e, E_STORE, "the database did not accept a value: out of memory");
    int rc = sqlite3_step(statement(q));
    if (row) *row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW) return OK;
    enum error out = rc == SQLITE_DONE ? OK : fail(q->db, "the database refused a statement", e);
    sqlite3_reset(statement(q));
    return out;
}

static int64_t sqlite_get_i64(const struct db_query *q, int column)
{
    return sqlite3_column_int64(statement(q), column);
}

static const char *sqlite_get_text(const struct db_query *q, int column)
{
    const unsigned char *t = sqlite3_column_text(statement(q), column);
    return t ? (const char *)t : "";
}

static bool sqlite_get_null(const struct db_query *q, int column)
{
    return sqlite3_column_type(statement(q), column) == SQLITE_NULL;
}

static int sqlite_changes(const struct db *db) { return sqlite3_changes(handle(db)); }

const struct db_ops db_sqlite = {.scheme = "sqlite",
                                 .usage = "sqlite:PATH",
                                 .dialect = {"INTEGER", " WITHOUT ROWID"},
                                 .open = sqlite_open,
                                 .close = sqlite_close,
                                 .run = sqlite_run,
                                 .prepare = sqlite_prepare,
                                 .release = sqlite_release,
                                 .bind_i64 = sqlite_bind_i64,
                                 .bind_text = sqlite_bind_text,
                                 .step = sqlite_step,
                                 .get_i64 = sqlite_get_i64,
                                 .get_text = sqlite_get_text,
                                 .get_null = sqlite_get_null,
                                 .changes = sqlite_changes};
