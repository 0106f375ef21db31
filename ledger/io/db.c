/* db.c - see db.h. Chooses the backend by the operand's scheme; the rest is dispatch. */
#include "ledger/io/db.h"

#include <stdio.h>
#include <string.h>

#include "ledger/io/db_backend.h"

#define ENTER(name) &db_##name,
static const struct db_ops *const backends[] = {DB_BACKENDS(ENTER)};
#undef ENTER

/* Length of a leading scheme of small letters, without its colon; 0 when the operand is a path. */
static size_t scheme_length(const char *operand)
{
    size_t n = strspn(operand, "abcdefghijklmnopqrstuvwxyz");
    return operand[n] == ':' ? n : 0;
}

static enum error unknown_scheme(const char *operand, size_t n, struct err *e)
{
    char known[160] = "PATH";
    for (size_t i = 0; i < COUNT_OF(backends); i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, ", %s", backends[i]->usage);
    }
    return err_set(e, E_USAGE, "unknown ledger backend '%.*s' in '%.200s': use one of %s",
                   n > 40 ? 40 : (int)n, operand, operand, known);
}

enum error db_open(const char *operand, bool write, struct db **out, struct err *e)
{
    size_t n = scheme_length(operand);
    if (n == 0) return backends[0]->open(operand, write, out, e);
    for (size_t i = 0; i < COUNT_OF(backends); i++)
        if (strlen(backends[i]->scheme) == n && strncmp(backends[i]->scheme, operand, n) == 0)
            return backends[i]->open(operand + n + 1, write, out, e);
    return unknown_scheme(operand, n, e);
}

void db_close(struct db *db)
{
    if (db) db->ops->close(db);
}

bool db_discards(const struct db *db) { return db->ops->discards; }
const struct dialect *db_dialect(const struct db *db) { return &db->ops->dialect; }

enum error db_run(struct db *db, const char *sql, struct err *e)
{
    return db->ops->run(db, sql, e);
}

bool db_accepts(struct db *db, const char *sql)
{
    struct db_query *q = NULL;
    bool known = db->ops->prepare(db, sql, &q, NULL) == OK;
    db_release(q);
    return known;
}

enum error db_prepare(struct db *db, const char *sql, struct db_query **out, struct err *e)
{
    return db->ops->prepare(db, sql, out, e);
}

void db_release(struct db_query *q)
{
    if (q) q->db->ops->release(q);
}

void db_bind_i64(struct db_query *q, int at, int64_t v) { q->db->ops->bind_i64(q, at, v); }
void db_bind_text(struct db_query *q, int at, const char *v) { q->db->ops->bind_text(q, at, v); }

enum error db_step(struct db_query *q, bool *row, struct err *e)
{
    return q->db->ops->step(q, row, e);
}

int64_t db_get_i64(const struct db_query *q, int column) { return q->db->ops->get_i64(q, column); }
const char *db_get_text(const struct db_query *q, int column)
{
    return q->db->ops->get_text(q, column);
}
bool db_get_null(const struct db_query *q, int column) { return q->db->ops->get_null(q, column); }
int db_changes(const struct db *db) { return db->ops->changes(db); }
