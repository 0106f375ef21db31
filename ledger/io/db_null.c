/* db_null.c - the backend that keeps nothing: every write succeeds and changes one row, no query
 * returns a row. It checks a stream's books, or measures a pipeline, without a disk. */
#include <stdlib.h>

#include "ledger/io/db_backend.h"

static enum error null_open(const char *where, bool write, struct db **out, struct err *e)
{
    if (*where) return err_set(e, E_USAGE, "the null ledger has no name: write null:");
    if (!write)
        return err_set(e, E_USAGE, "the null ledger keeps nothing: name a database to read");
    struct db *db = malloc(sizeof *db);
    if (!db) return err_set(e, E_LIMIT, "out of memory");
    *db = (struct db){.ops = &db_null};
    *out = db;
    return OK;
}

static void null_close(struct db *db) { free(db); }

static enum error null_run(struct db *db, const char *sql, struct err *e)
{
    (void)db;
    (void)sql;
    (void)e;
    return OK;
}

static enum error null_prepare(struct db *db, const char *sql, struct db_query **out, struct err *e)
{
    (void)sql;
    struct db_query *q = malloc(sizeof *q);
    if (!q) return err_set(e, E_LIMIT, "out of memory");
    *q = (struct db_query){.db = db};
    *out = q;
    return OK;
}

static void null_release(struct db_query *q) { free(q); }

static void null_bind_i64(struct db_query *q, int at, int64_t v)
{
    (void)q;
    (void)at;
    (void)v;
}

static void null_bind_text(struct db_query *q, int at, const char *v)
{
    (void)q;
    (void)at;
    (void)v;
}

static enum error null_step(struct db_query *q, bool *row, struct err *e)
{
    (void)q;
    (void)e;
    if (row) *row = false;
    return OK;
}

static int64_t null_get_i64(const struct db_query *q, int column)
{
    (void)q;
    (void)column;
    return 0;
}

static const char *null_get_text(const struct db_query *q, int column)
{
    (void)q;
    (void)column;
    return "";
}

static bool null_get_null(const struct db_query *q, int column)
{
    (void)q;
    (void)column;
    return true;
}

static int null_changes(const struct db *db)
{
    (void)db;
    return 1;
}

const struct db_ops db_null = {.scheme = "null",
                               .usage = "null:",
                               .discards = true,
                               .dialect = {"BIGINT", ""},
                               .open = null_open,
                               .close = null_close,
                               .run = null_run,
                               .prepare = null_prepare,
                               .release = null_release,
                               .bind_i64 = null_bind_i64,
                               .bind_text = null_bind_text,
                               .step = null_step,
                               .get_i64 = null_get_i64,
                               .get_text = null_get_text,
                               .get_null = null_get_null,
                               .changes = null_changes};
