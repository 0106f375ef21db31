/* test_store.c - the ledger on its backends: known ids, a ledger of an earlier version, operands,
 * and the backend that keeps nothing. */
#include <unistd.h>

#include "ledger/book/io/store.h"
#include "tests/unit/tap.h"

static char path[64];

static void fresh(void)
{
    char side[80];
    unlink(path);
    snprintf(side, sizeof side, "%s-wal", path);
    unlink(side);
    snprintf(side, sizeof side, "%s-shm", path);
    unlink(side);
}

static struct record fill(uint64_t id)
{
    struct record r = {.id = REC_fill};
    r.u.fill = (struct rec_fill){.ts_ns = 5,
                                 .order_id = id,
                                 .position_id = id,
                                 .strategy = "s",
                                 .side = side_buy,
                                 .status = order_status_landed,
                                 .base_raw = 10,
                                 .quote_lamports = 100,
                                 .network_fee_lamports = 5,
                                 .cash_delta_lamports = -105};
    r.u.fill.mint.b[0] = 7;
    return r;
}

static int64_t number(const char *sql)
{
    struct db *db;
    struct db_query *q;
    struct err e = {0};
    bool row = false;
    int64_t v = -1;
    if (db_open(path, false, &db, &e) != OK) return -2;
    if (db_prepare(db, sql, &q, &e) == OK) {
        if (db_step(q, &row, &e) == OK && row) v = db_get_i64(q, 0);
        db_release(q);
    }
    db_close(db);
    return v;
}

static enum error write_all(const char *operand, const struct record *r, int n, char hex[65],
                            struct err *e)
{
    struct store *s = NULL;
    enum error rc = store_open(operand, &s, e);
    for (int i = 0; i < n && rc == OK; i++) rc = store_record(s, &r[i], e);
    if (rc == OK) rc = store_flush(s, e);
    if (rc == OK) rc = store_hash(s, hex, e);
    store_close(s);
    return rc;
}

static void known_ids(void)
{
    struct err e = {0};
    char one[65], two[65], scheme[80];
    struct record r[2] = {fill(1), fill(UINT64_MAX)};
    fresh();
    is_u64(write_all(path, r, 2, one, &e), OK, "two fills: %s", e.text);
    snprintf(scheme, sizeof scheme, "sqlite:%s", path);
    is_u64(write_all(scheme, r, 2, two, &e), OK, "again, by scheme: %s", e.text);
    is_str(two, one, "a ledger fed twice is unchanged");
    is_i64(number("SELECT count(*) FROM fills"), 2, "two fills");
    is_i64(number("SELECT count(*) FROM postings"), 10, "five postings each");
    is_i64(number("SELECT count(*) FROM (SELECT 1 FROM postings GROUP BY order_id, unit "
                  "HAVING sum(debit)<>sum(credit))"),
           0, "debits equal credits");
    is_i64(number("SELECT count(*) FROM fills WHERE order_id=-1"), 1, "an id keeps its 64 bits");
    struct record audit[2] = {{.id = REC_audit}, {.id = REC_audit}};
    audit[0].u.audit.order_id = audit[1].u.audit.order_id = 1;
    audit[1].u.audit.verdict = audit_clean;
    is_u64(write_all(path, audit, 2, two, &e), OK, "two audits of one order: %s", e.text);
    is_i64(number("SELECT count(*) FROM audits WHERE verdict='clean'"), 1, "the later one stands");
}

static void refused(void)
{
    struct err e = {0};
    char hex[65];
    struct record r = fill(3);
    r.u.fill.cash_delta_lamports++;
    fresh();
    is_u64(write_all(path, &r, 1, hex, &e), E_CORRUPT, "one lamport off");
    ok(strstr(e.text, "order 3 ") != NULL, "the message names the order: %s", e.text);
    is_i64(number("SELECT (SELECT count(*) FROM fills)+(SELECT count(*) FROM postings)"), 0,
           "no row of it is kept");
    r = fill(4);
    r.u.fill.base_raw = UINT64_C(1) << 63;
    is_u64(write_all(path, &r, 1, hex, &e), E_CORRUPT, "an amount of 64 bits is refused");
}

/* Tables as version 0.1.0 created them: fewer columns, in another order. */
static const char old_ledger[] =
    "CREATE TABLE orders(order_id INTEGER PRIMARY KEY, position_id INTEGER, src INTEGER, seq "
    "INTEGER, cause_src INTEGER, cause_seq INTEGER, ts_ns INTEGER, slot INTEGER, mint TEXT, "
    "strategy TEXT, side TEXT, reason TEXT, amount INTEGER, limit_raw INTEGER, tip INTEGER, "
    "attempt INTEGER);"
    "CREATE TABLE alerts(src INTEGER, seq INTEGER, ts_ns INTEGER, level TEXT, code TEXT, text "
    "TEXT, PRIMARY KEY(src,seq)) WITHOUT ROWID;"
    "INSERT INTO orders VALUES(1,1,16,1,13,1,9,9,'m','s','buy','entry',1000,10,0,0);";

static void earlier_version(void)
{
    struct err e = {0};
    char hex[65];
    struct db *db;
    struct record r[2] = {{.id = REC_order}, {.id = REC_alert}};
    r[0].u.order.order_id = 2;
    r[0].u.order.amount_raw = 2000;
    r[0].u.order.expires_slot = 77;
    r[1].u.alert.cause_seq = 5;
    fresh();
    ok(db_open(path, true, &db, &e) == OK && db_run(db, old_ledger, &e) == OK, "an old ledger: %s",
       e.text);
    db_close(db);
    is_u64(write_all(path, r, 2, hex, &e), OK, "takes new records: %s", e.text);
    is_i64(number("SELECT sum(amount) FROM orders"), 3000, "in the columns of the same names");
    is_i64(number("SELECT expires_slot FROM orders WHERE order_id=2"), 77, "and in new columns");
    is_i64(number("SELECT expires_slot IS NULL FROM orders WHERE order_id=1"), 1,
           "which are NULL in old rows");
    is_i64(number("SELECT cause_seq FROM alerts"), 5, "in every table");
}

static void operands(void)
{
    struct err e = {0};
    char hex[65];
    struct db *db;
    struct record r[2] = {fill(1), fill(1)};
    is_u64(write_all("null:", r, 2, hex, &e), OK, "null: takes every record: %s", e.text);
    is_str(hex, "", "and has no hash");
    r[1].u.fill.cash_delta_lamports++;
    is_u64(write_all("null:", r, 2, hex, &e), E_CORRUPT, "but not a fill that does not add up");
    is_u64(db_open("null:", false, &db, &e), E_USAGE, "nothing can be read from null:");
    is_u64(db_open("null:x", true, &db, &e), E_USAGE, "null: has no name");
    is_u64(db_open("oracle:x", true, &db, &e), E_USAGE, "an unknown backend");
    ok(strstr(e.text, "'oracle'") && strstr(e.text, "sqlite:PATH") && strstr(e.text, "null:"),
       "the message names those that exist: %s", e.text);
    ok(access("oracle:x", F_OK) != 0, "and creates no file of that name");
}

int main(void)
{
    strcpy(path, "/tmp/sluice_store.XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0) return 1;
    close(fd);
    known_ids();
    refused();
    earlier_version();
    operands();
    fresh();
    return done();
}
