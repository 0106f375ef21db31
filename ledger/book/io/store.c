/* store.c - see store.h. One transaction spans records until input runs dry; SQLite's FULL makes
 * each commit durable. */
#include "ledger/book/io/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/num.h"
#include "common/base/text.h"
#include "ledger/book/posting.h"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS run(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS fills(order_id INTEGER PRIMARY KEY, position_id INTEGER, ts_ns "
    "INTEGER, slot INTEGER, sent_slot INTEGER, strategy TEXT, mint TEXT, venue TEXT, side TEXT, "
    "reason TEXT, status TEXT, failure TEXT,"
    " base_raw INTEGER, quote_lamports INTEGER, lp_fee INTEGER, protocol_fee INTEGER, creator_fee "
    "INTEGER, network_fee INTEGER, priority_fee INTEGER, tip INTEGER, rent_paid INTEGER, "
    "rent_refund INTEGER, cash_delta INTEGER,"
    " naive INTEGER, latency_cost INTEGER, impact_cost INTEGER, carried_cost INTEGER, "
    "sandwich_cost INTEGER, cause_src INTEGER, cause_seq INTEGER);"
    "CREATE TABLE IF NOT EXISTS postings(order_id INTEGER, line INTEGER, account TEXT NOT NULL, "
    "unit TEXT NOT NULL, debit INTEGER NOT NULL CHECK(debit>=0), credit INTEGER NOT NULL "
    "CHECK(credit>=0), PRIMARY KEY(order_id,line)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS signals(src INTEGER, seq INTEGER, ts_ns INTEGER, slot INTEGER, "
    "mint TEXT, strategy TEXT, side TEXT, probability_ppm INTEGER, reason TEXT, PRIMARY "
    "KEY(src,seq)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS rejects(src INTEGER, seq INTEGER, ts_ns INTEGER, slot INTEGER, "
    "mint TEXT, strategy TEXT, gate TEXT, threshold INTEGER, value INTEGER, margin INTEGER, unit "
    "TEXT, PRIMARY KEY(src,seq)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS orders(order_id INTEGER PRIMARY KEY, position_id INTEGER, src "
    "INTEGER, seq INTEGER, cause_src INTEGER, cause_seq INTEGER, ts_ns INTEGER, slot INTEGER, mint "
    "TEXT, strategy TEXT, side TEXT, reason TEXT, amount INTEGER, limit_raw INTEGER, tip INTEGER, "
    "attempt INTEGER);"
    "CREATE TABLE IF NOT EXISTS reports(src INTEGER, seq INTEGER, ts_ns INTEGER, slot INTEGER, "
    "order_id INTEGER, position_id INTEGER, mint TEXT, status TEXT, failure TEXT, PRIMARY "
    "KEY(src,seq)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS equity(ts_ns INTEGER, seq INTEGER, cash INTEGER, marked INTEGER, "
    "naive INTEGER, rent INTEGER, equity INTEGER, open INTEGER, reverted INTEGER, PRIMARY "
    "KEY(ts_ns,seq)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS alerts(src INTEGER, seq INTEGER, ts_ns INTEGER, level TEXT, code "
    "TEXT, text TEXT, PRIMARY KEY(src,seq)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS audits(order_id INTEGER PRIMARY KEY, ts_ns INTEGER, slot INTEGER, "
    "mint TEXT, verdict TEXT, attacker TEXT, front TEXT, back TEXT, loss_raw INTEGER, leader TEXT, "
    "trades INTEGER);"
    "CREATE INDEX IF NOT EXISTS fills_mint ON fills(mint); CREATE INDEX IF NOT EXISTS rejects_mint "
    "ON rejects(mint); CREATE INDEX IF NOT EXISTS signals_mint ON signals(mint);"
    "CREATE VIEW IF NOT EXISTS balances AS SELECT account, unit, sum(debit)-sum(credit) AS balance "
    "FROM postings GROUP BY account, unit;";

enum statement {
    PUT_RUN,
    PUT_FILL,
    PUT_POSTING,
    PUT_SIGNAL,
    PUT_REJECT,
    PUT_ORDER,
    PUT_REPORT,
    PUT_EQUITY,
    PUT_ALERT,
    PUT_AUDIT,
    STATEMENTS
};
static const char *const sql[STATEMENTS] = {
    [PUT_RUN] = "INSERT OR REPLACE INTO run VALUES(?,?)",
    [PUT_FILL] = "INSERT OR IGNORE INTO fills "
                 "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [PUT_POSTING] = "INSERT INTO postings VALUES(?,?,?,?,?,?)",
    [PUT_SIGNAL] = "INSERT OR IGNORE INTO signals VALUES(?,?,?,?,?,?,?,?,?)",
    [PUT_REJECT] = "INSERT OR IGNORE INTO rejects VALUES(?,?,?,?,?,?,?,?,?,?,?)",
    [PUT_ORDER] = "INSERT OR IGNORE INTO orders VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [PUT_REPORT] = "INSERT OR IGNORE INTO reports VALUES(?,?,?,?,?,?,?,?,?)",
    [PUT_EQUITY] = "INSERT OR IGNORE INTO equity VALUES(?,?,?,?,?,?,?,?,?)",
    [PUT_ALERT] = "INSERT OR IGNORE INTO alerts VALUES(?,?,?,?,?,?)",
    [PUT_AUDIT] = "INSERT OR REPLACE INTO audits VALUES(?,?,?,?,?,?,?,?,?,?,?)"};

struct store {
    struct db *db;
    struct query *q[STATEMENTS];
    bool open;
};

struct db *store_db(struct store *s) { return s->db; }

enum error store_open(const char *path, struct store **out, struct err *e)
{
    struct store *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, E_LIMIT, "out of memory");
    enum error rc = db_open(path, true, &s->db, e);
    if (rc == OK) rc = db_run(s->db, schema, e);
    for (int i = 0; i < STATEMENTS && rc == OK; i++) rc = db_prepare(s->db, sql[i], &s->q[i], e);
    if (rc == OK)
        *out = s;
    else
        store_close(s);
    return rc;
}

void store_close(struct store *s)
{
    if (!s) return;
    for (int i = 0; i < STATEMENTS; i++) query_free(s->q[i]);
    db_close(s->db);
    free(s);
}

static enum error begin(struct store *s, struct err *e)
{
    if (s->open) return OK;
    enum error rc = db_run(s->db, "BEGIN IMMEDIATE", e);
    s->open = rc == OK;
    return rc;
}

enum error store_flush(struct store *s, struct err *e)
{
    if (!s->open) return OK;
    s->open = false;
    return db_run(s->db, "COMMIT", e);
}

static void bind_key(struct query *q, int at, const struct key *k)
{
    char t[2 * 32 + 2] = "";
    if (!key_is_none(k)) base58_encode(k->b, 32, t);
    query_text(q, at, t);
}

/* Bind a run of integers from column `at` on. */
static void bind_all(struct query *q, int at, const int64_t *v, int n)
{
    for (int i = 0; i < n; i++) query_i64(q, at + i, v[i]);
}

static enum error put_run(struct store *s, const char *key, const char *value, struct err *e)
{
    query_text(s->q[PUT_RUN], 1, key);
    query_text(s->q[PUT_RUN], 2, value);
    return query_step(s->q[PUT_RUN], NULL, e);
}

static enum error put_postings(struct store *s, const struct rec_fill *f, const struct entry *entry,
                               struct err *e)
{
    enum error rc = OK;
    struct query *q = s->q[PUT_POSTING];
    for (unsigned i = 0; i < entry->count && rc == OK; i++) {
        const struct posting *p = &entry->p[i];
        query_i64(q, 1, (int64_t)f->order_id);
        query_i64(q, 2, i);
        query_text(q, 3, account_name(p->account));
        if (p->token)
            bind_key(q, 4, &f->mint);
        else
            query_text(q, 4, "lamports");
        query_i64(q, 5, (int64_t)p->debit);
        query_i64(q, 6, (int64_t)p->credit);
        rc = query_step(q, NULL, e);
    }
    return rc;
}

static enum error put_fill_row(struct store *s, const struct rec_fill *f, struct err *e)
{
    struct query *q = s->q[PUT_FILL];
    const int64_t head[] = {(int64_t)f->order_id, (int64_t)f->position_id, (int64_t)f->ts_ns,
                            (int64_t)f->slot, (int64_t)f->sent_slot};
    const int64_t tail[] = {(int64_t)f->base_raw,
                            (int64_t)f->quote_lamports,
                            (int64_t)f->lp_fee_lamports,
                            (int64_t)f->protocol_fee_lamports,
                            (int64_t)f->creator_fee_lamports,
                            (int64_t)f->network_fee_lamports,
                            (int64_t)f->priority_fee_lamports,
                            (int64_t)f->tip_lamports,
                            (int64_t)f->rent_paid_lamports,
                            (int64_t)f->rent_refund_lamports,
                            f->cash_delta_lamports,
                            (int64_t)f->naive_lamports,
                            f->latency_cost_lamports,
                            f->impact_cost_lamports,
                            f->carried_cost_lamports,
                            f->sandwich_cost_lamports,
                            f->cause_src,
                            (int64_t)f->cause_seq};
    bind_all(q, 1, head, COUNT_OF(head));
    query_text(q, 6, f->strategy);
    bind_key(q, 7, &f->mint);
    query_text(q, 8, enum_name("venue", f->venue));
    query_text(q, 9, enum_name("side", f->side));
    query_text(q, 10, enum_name("order_reason", f->reason));
    query_text(q, 11, enum_name("order_status", f->status));
    query_text(q, 12, enum_name("failure", f->failure));
    bind_all(q, 13, tail, COUNT_OF(tail));
    return query_step(q, NULL, e);
}

/* SQLite's integers have 63 bits: larger amounts are refused, not wrapped. */
static bool fits(const struct rec_fill *f)
{
    uint64_t all = f->base_raw | f->quote_lamports | f->lp_fee_lamports | f->protocol_fee_lamports |
                   f->creator_fee_lamports | f->network_fee_lamports | f->priority_fee_lamports |
                   f->tip_lamports | f->rent_paid_lamports | f->rent_refund_lamports |
                   f->naive_lamports | f->ts_ns;
    return all <= (uint64_t)INT64_MAX;
}

static enum error take_fill(struct store *s, const struct rec_fill *f, struct err *e)
{
    struct entry entry;
    if (!fits(f) || !posting_entry_of_fill(f, &entry))
        return err_set(e, E_CORRUPT,
                       "fill of order %llu does not add up: its parts are not its cash change",
                       (unsigned long long)f->order_id);
    enum error rc = put_fill_row(s, f, e);
    if (rc != OK || db_changes(s->db) == 0) return rc; /* known: nothing more to write */
    return put_postings(s, f, &entry, e);
}

static enum error take_signal(struct store *s, const struct rec_signal *r, struct err *e)
{
    struct query *q = s->q[PUT_SIGNAL];
    const int64_t head[] = {r->src, (int64_t)r->seq, (int64_t)r->ts_ns, (int64_t)r->slot};
    bind_all(q, 1, head, 4);
    bind_key(q, 5, &r->mint);
    query_text(q, 6, r->strategy);
    query_text(q, 7, enum_name("side", r->side));
    query_i64(q, 8, r->probability_ppm);
    query_text(q, 9, r->reason);
    return query_step(q, NULL, e);
}

static enum error take_reject(struct store *s, const struct rec_reject *r, struct err *e)
{
    struct query *q = s->q[PUT_REJECT];
    const int64_t head[] = {r->src, (int64_t)r->seq, (int64_t)r->ts_ns, (int64_t)r->slot},
                  tail[] = {r->threshold, r->value, r->margin};
    bind_all(q, 1, head, 4);
    bind_key(q, 5, &r->mint);
    query_text(q, 6, r->strategy);
    query_text(q, 7, r->gate);
    bind_all(q, 8, tail, 3);
    query_text(q, 11, r->unit);
    return query_step(q, NULL, e);
}

static enum error take_order(struct store *s, const struct rec_order *r, struct err *e)
{
    struct query *q = s->q[PUT_ORDER];
    const int64_t head[] = {(int64_t)r->order_id,
                            (int64_t)r->position_id,
                            r->src,
                            (int64_t)r->seq,
                            r->cause_src,
                            (int64_t)r->cause_seq,
                            (int64_t)r->ts_ns,
                            (int64_t)r->slot},
                  tail[] = {(int64_t)r->amount_raw, (int64_t)r->limit_raw, (int64_t)r->tip_lamports,
                            r->attempt_count};
    bind_all(q, 1, head, 8);
    bind_key(q, 9, &r->mint);
    query_text(q, 10, r->strategy);
    query_text(q, 11, enum_name("side", r->side));
    query_text(q, 12, enum_name("order_reason", r->reason));
    bind_all(q, 13, tail, 4);
    return query_step(q, NULL, e);
}

static enum error take_report(struct store *s, const struct rec_report *r, struct err *e)
{
    struct query *q = s->q[PUT_REPORT];
    const int64_t head[] = {r->src,           (int64_t)r->seq,      (int64_t)r->ts_ns,
                            (int64_t)r->slot, (int64_t)r->order_id, (int64_t)r->position_id};
    bind_all(q, 1, head, 6);
    bind_key(q, 7, &r->mint);
    query_text(q, 8, enum_name("order_status", r->status));
    query_text(q, 9, enum_name("failure", r->failure));
    return query_step(q, NULL, e);
}

static enum error take_equity(struct store *s, const struct rec_equity *r, struct err *e)
{
    const int64_t all[] = {(int64_t)r->ts_ns,          (int64_t)r->seq,
                           r->cash_lamports,           (int64_t)r->marked_lamports,
                           (int64_t)r->naive_lamports, (int64_t)r->rent_lamports,
                           r->equity_lamports,         r->open_count,
                           (int64_t)r->reverted_count};
    bind_all(s->q[PUT_EQUITY], 1, all, COUNT_OF(all));
    return query_step(s->q[PUT_EQUITY], NULL, e);
}

static enum error take_alert(struct store *s, const struct rec_alert *r, struct err *e)
{
    struct query *q = s->q[PUT_ALERT];
    const int64_t head[] = {r->src, (int64_t)r->seq, (int64_t)r->ts_ns};
    bind_all(q, 1, head, 3);
    query_text(q, 4, enum_name("level", r->level));
    query_text(q, 5, r->code);
    query_text(q, 6, r->text);
    return query_step(q, NULL, e);
}

static void bind_sig(struct query *q, int at, const struct sig *sig)
{
    static const struct sig none;
    char t[130] = "";
    if (memcmp(sig->b, none.b, 64) != 0) base58_encode(sig->b, 64, t);
    query_text(q, at, t);
}

static enum error take_audit(struct store *s, const struct rec_audit *r, struct err *e)
{
    struct query *q = s->q[PUT_AUDIT];
    const int64_t head[] = {(int64_t)r->order_id, (int64_t)r->ts_ns, (int64_t)r->slot};
    bind_all(q, 1, head, 3);
    bind_key(q, 4, &r->mint);
    query_text(q, 5, enum_name("audit", r->verdict));
    bind_key(q, 6, &r->attacker);
    bind_sig(q, 7, &r->front);
    bind_sig(q, 8, &r->back);
    query_i64(q, 9, clamp_i64_from_u64(r->loss_raw));
    bind_key(q, 10, &r->leader);
    query_i64(q, 11, r->trades_count);
    return query_step(q, NULL, e);
}

static enum error take_head(struct store *s, const struct rec_head *h, struct err *e)
{
    enum error rc = put_run(s, "origin", h->origin, e);
    if (rc == OK) rc = put_run(s, "tool", h->tool, e);
    return rc == OK ? put_run(s, "complete", "no", e) : rc;
}

static enum error take_eos(struct store *s, const struct rec_eos *x, struct err *e)
{
    char hex[65];
    hex_encode(x->hash.b, 32, hex);
    enum error rc = put_run(s, "stream-hash", hex, e);
    return rc == OK ? put_run(s, "complete", x->truncated ? "no" : "yes", e) : rc;
}

enum error store_record(struct store *s, const struct record *r, struct err *e)
{
    enum error rc = begin(s, e);
    if (rc != OK) return rc;
    switch (r->id) {
    case REC_head: return take_head(s, &r->u.head, e);
    case REC_eos: return take_eos(s, &r->u.eos, e);
    case REC_fill: return take_fill(s, &r->u.fill, e);
    case REC_signal: return take_signal(s, &r->u.signal, e);
    case REC_reject: return take_reject(s, &r->u.reject, e);
    case REC_order: return take_order(s, &r->u.order, e);
    case REC_report: return take_report(s, &r->u.report, e);
    case REC_equity: return take_equity(s, &r->u.equity, e);
    case REC_alert: return take_alert(s, &r->u.alert, e);
    case REC_audit: return take_audit(s, &r->u.audit, e);
    default: return OK;
    }
}

enum error store_hash(struct db *db, char hex[65], struct err *e)
{
    static const char *const dumps[] = {
        "SELECT "
        "order_id||'|'||position_id||'|'||ts_ns||'|'||mint||'|'||side||'|'||status||'|'||base_raw||"
        "'|'||quote_lamports||'|'||cash_delta||'|'||naive||'|'||latency_cost||'|'||impact_cost||'|'"
        "||carried_cost||'|'||sandwich_cost FROM fills ORDER BY order_id",
        "SELECT order_id||'|'||line||'|'||account||'|'||unit||'|'||debit||'|'||credit FROM "
        "postings ORDER BY order_id,line",
        "SELECT ts_ns||'|'||cash||'|'||marked||'|'||rent||'|'||equity FROM equity ORDER BY "
        "ts_ns,seq"};
    struct blake b;
    uint8_t h[32];
    blake_init(&b);
    for (size_t i = 0; i < COUNT_OF(dumps); i++) {
        struct query *q;
        bool row;
        enum error rc = db_prepare(db, dumps[i], &q, e);
        while (rc == OK && (rc = query_step(q, &row, e)) == OK && row)
            blake_add(&b, query_get_text(q, 0), strlen(query_get_text(q, 0)) + 1);
        if (rc != OK) return rc;
        query_free(q);
    }
    blake_end(&b, h);
    hex_encode(h, 32, hex);
    return OK;
}
