/* store.c - see store.h. One transaction spans the records until the input runs dry. */
#include "ledger/book/io/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/num.h"
#include "common/base/text.h"
#include "ledger/book/posting.h"
#include "ledger/book/tables.h"

struct store {
    struct db *db;
    struct db_query *put_run, *put_posting;
    struct db_query *put[REC_LIMIT]; /* by position in tables.def */
    bool open;                       /* a transaction is open */
};

/* ---- tables ---- */

/* What is not a record: the run, and double entry. %s is the dialect's integer. */
static const char run_table[] =
    "CREATE TABLE IF NOT EXISTS run(key TEXT PRIMARY KEY, value TEXT NOT NULL)";
static const char postings_table[] =
    "CREATE TABLE IF NOT EXISTS postings(order_id %s, line %s, account TEXT NOT NULL, "
    "unit TEXT NOT NULL, debit %s NOT NULL CHECK(debit>=0), credit %s NOT NULL "
    "CHECK(credit>=0), PRIMARY KEY(order_id,line))%s";
static const char balances_view[] =
    "CREATE VIEW balances AS SELECT account, unit, sum(debit)-sum(credit) AS balance FROM postings "
    "GROUP BY account, unit";
static const char put_run_sql[] = "INSERT INTO run(key,value) VALUES($1,$2) ON CONFLICT(key) DO "
                                  "UPDATE SET value=excluded.value";
static const char put_posting_sql[] =
    "INSERT INTO postings(order_id,line,account,unit,debit,credit) VALUES($1,$2,$3,$4,$5,$6)";

static enum error too_long(const struct table_desc *t, struct err *e)
{
    return err_set(e, E_INTERNAL, "the SQL of table %s exceeds %d bytes", t->name, TABLES_SQL_MAX);
}

/* The ledger is of an earlier version: add what its table lacks. */
static enum error add_columns(struct db *db, const struct table_desc *t, struct err *e)
{
    char sql[TABLES_SQL_MAX];
    enum error rc = OK;
    for (unsigned i = 0; i < record_desc(t->record)->field_count && rc == OK; i++) {
        const char *column = tables_column(t, i);
        if (!column) continue;
        if (!tables_probe(t, column, sql)) return too_long(t, e);
        if (db_accepts(db, sql)) continue;
        if (!tables_add_column(t, i, db_dialect(db), sql)) return too_long(t, e);
        rc = db_run(db, sql, e);
    }
    return rc;
}

static enum error create_table(struct db *db, const struct table_desc *t, struct err *e)
{
    char sql[TABLES_SQL_MAX];
    if (!tables_probe(t, "count(*)", sql)) return too_long(t, e);
    if (db_accepts(db, sql)) return OK;
    if (!tables_create(t, db_dialect(db), sql)) return too_long(t, e);
    enum error rc = db_run(db, sql, e);
    if (!tables_create_index(t, sql)) return too_long(t, e);
    return rc == OK && *sql ? db_run(db, sql, e) : rc;
}

/* Create the table where it is missing, complete it where it is old, prepare its insert. */
static enum error prepare_table(struct db *db, const struct table_desc *t, struct db_query **put,
                                struct err *e)
{
    char sql[TABLES_SQL_MAX];
    if (!tables_insert(t, sql)) return too_long(t, e);
    enum error rc = create_table(db, t, e);
    if (rc == OK && !db_accepts(db, sql)) rc = add_columns(db, t, e);
    return rc == OK ? db_prepare(db, sql, put, e) : rc;
}

static enum error create_fixed(struct db *db, struct err *e)
{
    char sql[sizeof postings_table + 64];
    const struct dialect *d = db_dialect(db);
    snprintf(sql, sizeof sql, postings_table, d->integer, d->integer, d->integer, d->integer,
             d->many_key);
    enum error rc = db_run(db, run_table, e);
    if (rc == OK) rc = db_run(db, sql, e);
    if (rc == OK && !db_accepts(db, "SELECT balance FROM balances"))
        rc = db_run(db, balances_view, e);
    return rc;
}

static enum error prepare_all(struct store *s, struct err *e)
{
    enum error rc = create_fixed(s->db, e);
    if (rc == OK) rc = db_prepare(s->db, put_run_sql, &s->put_run, e);
    if (rc == OK) rc = db_prepare(s->db, put_posting_sql, &s->put_posting, e);
    for (unsigned i = 0; tables_at(i) && rc == OK; i++)
        rc = prepare_table(s->db, tables_at(i), &s->put[i], e);
    return rc;
}

enum error store_open(const char *operand, struct store **out, struct err *e)
{
    struct store *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, E_LIMIT, "out of memory");
    enum error rc = db_open(operand, true, &s->db, e);
    if (rc == OK) rc = prepare_all(s, e);
    if (rc == OK)
        *out = s;
    else
        store_close(s);
    return rc;
}

void store_close(struct store *s)
{
    if (!s) return;
    db_release(s->put_run);
    db_release(s->put_posting);
    for (unsigned i = 0; i < REC_LIMIT; i++) db_release(s->put[i]);
    db_close(s->db);
    free(s);
}

/* ---- rows ---- */

static enum error begin(struct store *s, struct err *e)
{
    if (s->open) return OK;
    enum error rc = db_run(s->db, "BEGIN", e);
    s->open = rc == OK;
    return rc;
}

enum error store_flush(struct store *s, struct err *e)
{
    if (!s->open) return OK;
    s->open = false;
    return db_run(s->db, "COMMIT", e);
}

static enum error put_row(struct store *s, int table, const struct record *r, struct err *e)
{
    const struct record_desc *d = record_desc(r->id);
    struct db_query *q = s->put[table];
    int at = 0;
    for (unsigned i = 0; i < d->field_count; i++) {
        struct table_cell cell;
        if (d->fields[i].kind == KIND_VEC) continue;
        tables_cell(r, &d->fields[i], &cell);
        at++;
        if (cell.text)
            db_bind_text(q, at, cell.text);
        else
            db_bind_i64(q, at, cell.integer);
    }
    return db_step(q, NULL, e);
}

static enum error put_run(struct store *s, const char *key, const char *value, struct err *e)
{
    db_bind_text(s->put_run, 1, key);
    db_bind_text(s->put_run, 2, value);
    return db_step(s->put_run, NULL, e);
}

static enum error put_posting(struct store *s, const struct rec_fill *f, unsigned line,
                              const struct posting *p, struct err *e)
{
    char mint[2 * 32 + 2] = "";
    struct db_query *q = s->put_posting;
    if (p->token) base58_encode(f->mint.b, 32, mint);
    db_bind_i64(q, 1, (int64_t)f->order_id);
    db_bind_i64(q, 2, line);
    db_bind_text(q, 3, posting_account_name(p->account));
    db_bind_text(q, 4, p->token ? mint : "lamports");
    db_bind_i64(q, 5, (int64_t)p->debit);
    db_bind_i64(q, 6, (int64_t)p->credit);
    return db_step(q, NULL, e);
}

static enum error put_fill(struct store *s, int table, const struct record *r, struct err *e)
{
    const struct rec_fill *f = &r->u.fill;
    struct entry entry;
    if (!posting_entry_of_fill(f, &entry))
        return err_set(e, E_CORRUPT,
                       "the fill of order %llu is inconsistent: its parts do not sum to its cash "
                       "change; no row of it was written; check the stream with sluice-verify",
                       (unsigned long long)f->order_id);
    enum error rc = put_row(s, table, r, e);
    if (rc != OK || db_changes(s->db) == 0) return rc; /* a known order: its postings exist */
    for (unsigned i = 0; i < entry.count && rc == OK; i++)
        rc = put_posting(s, f, i, &entry.p[i], e);
    return rc;
}

static enum error put_head(struct store *s, const struct rec_head *h, struct err *e)
{
    enum error rc = put_run(s, "origin", h->origin, e);
    if (rc == OK) rc = put_run(s, "tool", h->tool, e);
    return rc == OK ? put_run(s, "complete", "no", e) : rc;
}

static enum error put_eos(struct store *s, const struct rec_eos *x, struct err *e)
{
    char hex[65];
    hex_encode(x->hash.b, 32, hex);
    enum error rc = put_run(s, "stream-hash", hex, e);
    return rc == OK ? put_run(s, "complete", x->truncated ? "no" : "yes", e) : rc;
}

enum error store_record(struct store *s, const struct record *r, struct err *e)
{
    int table = tables_find(r->id);
    enum error rc = begin(s, e);
    if (rc != OK) return rc;
    if (r->id == REC_head) return put_head(s, &r->u.head, e);
    if (r->id == REC_eos) return put_eos(s, &r->u.eos, e);
    if (r->id == REC_fill) return put_fill(s, table, r, e);
    return table < 0 ? OK : put_row(s, table, r, e);
}

/* ---- hash ---- */

/* The hashed text never changes: a new column is not part of it. */
static const char *const dumps[] = {
    "SELECT "
    "order_id||'|'||position_id||'|'||ts_ns||'|'||mint||'|'||side||'|'||status||'|'||base_raw||"
    "'|'||quote_lamports||'|'||cash_delta||'|'||naive||'|'||latency_cost||'|'||impact_cost||'|'"
    "||carried_cost||'|'||sandwich_cost FROM fills ORDER BY order_id",
    "SELECT order_id||'|'||line||'|'||account||'|'||unit||'|'||debit||'|'||credit FROM "
    "postings ORDER BY order_id,line",
    "SELECT ts_ns||'|'||cash||'|'||marked||'|'||rent||'|'||equity FROM equity ORDER BY "
    "ts_ns,seq"};

static enum error hash_rows(struct db *db, const char *sql, struct blake *b, struct err *e)
{
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(db, sql, &q, e);
    if (rc != OK) return rc;
    while ((rc = db_step(q, &row, e)) == OK && row)
        blake_add(b, db_get_text(q, 0), strlen(db_get_text(q, 0)) + 1);
    db_release(q);
    return rc;
}

enum error store_hash(struct store *s, char hex[65], struct err *e)
{
    struct blake b;
    uint8_t h[32];
    hex[0] = 0;
    if (db_discards(s->db)) return OK;
    blake_init(&b);
    for (size_t i = 0; i < COUNT_OF(dumps); i++) {
        enum error rc = hash_rows(s->db, dumps[i], &b, e);
        if (rc != OK) return rc;
    }
    blake_end(&b, h);
    hex_encode(h, 32, hex);
    return OK;
}
