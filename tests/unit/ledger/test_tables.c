/* test_tables.c - the SQL of the ledger against records.def, and values at their limits. */
#include "ledger/book/tables.h"
#include "tests/unit/tap.h"

static const struct dialect plain = {"BIGINT", " END"};

static const struct table_desc *table(unsigned record)
{
    int i = tables_find(record);
    return i < 0 ? NULL : tables_at((unsigned)i);
}

static const struct field_desc *field(unsigned record, const char *name)
{
    const struct record_desc *d = record_desc(record);
    for (unsigned i = 0; i < d->field_count; i++)
        if (strcmp(d->fields[i].name, name) == 0) return &d->fields[i];
    printf("Bail out! no field %s\n", name);
    exit(1);
}

static void statements(void)
{
    char sql[TABLES_SQL_MAX];
    ok(tables_create(table(REC_equity), &plain, sql), "equity: CREATE TABLE fits");
    is_str(sql,
           "CREATE TABLE equity(ts_ns BIGINT, src BIGINT, seq BIGINT, slot BIGINT, cash BIGINT, "
           "marked BIGINT, naive BIGINT, rent BIGINT, equity BIGINT, open BIGINT, reverted BIGINT, "
           "PRIMARY KEY(ts_ns,seq)) END",
           "every field is a column, renamed where scripts know another name");
    ok(tables_insert(table(REC_alert), sql), "alerts: INSERT fits");
    is_str(sql,
           "INSERT INTO alerts(ts_ns,src,seq,cause_src,cause_seq,level,code,text) "
           "VALUES($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT(src,seq) DO NOTHING",
           "columns are named, so that their order in an old ledger does not matter");
    ok(tables_insert(table(REC_audit), sql) && strstr(sql, "DO UPDATE SET ts_ns=excluded.ts_ns,"),
       "a later audit of the same order replaces the earlier one");
    ok(tables_create_index(table(REC_fill), sql), "fills: CREATE INDEX fits");
    is_str(sql, "CREATE INDEX IF NOT EXISTS fills_mint ON fills(mint)", "the index of fills");
    ok(tables_create_index(table(REC_order), sql) && *sql == 0, "orders have no index");
    ok(tables_find(REC_trade) == -1 && tables_find(REC_LIMIT) == -1, "trades are not kept");
}

static void every_field(void)
{
    char sql[TABLES_SQL_MAX];
    int wrong = 0;
    for (unsigned i = 0; tables_at(i); i++) {
        const struct table_desc *t = tables_at(i);
        wrong += !tables_create(t, &plain, sql) || !tables_insert(t, sql);
        for (unsigned f = 0; f < record_desc(t->record)->field_count; f++)
            wrong += tables_column(t, f) == NULL || !tables_add_column(t, f, &plain, sql);
        wrong += tables_column(t, record_desc(t->record)->field_count) != NULL;
    }
    ok(wrong == 0, "every table has a column for every field of its record");
}

static void values(void)
{
    struct record r = {.id = REC_order};
    struct table_cell c;
    r.u.order.order_id = UINT64_MAX;
    r.u.order.amount_raw = UINT64_MAX;
    r.u.order.side = side_sell;
    r.u.order.mint.b[31] = 1;
    strcpy(r.u.order.strategy, "it's");
    tables_cell(&r, field(REC_order, "order_id"), &c);
    ok(c.text == NULL, "an id is an integer");
    is_i64(c.integer, -1, "an id keeps its 64 bits");
    tables_cell(&r, field(REC_order, "amount_raw"), &c);
    is_i64(c.integer, INT64_MAX, "an amount beyond 2^63-1 is limited, never negative");
    tables_cell(&r, field(REC_order, "side"), &c);
    is_str(c.text, "sell", "an enum is its name");
    tables_cell(&r, field(REC_order, "mint"), &c);
    is_str(c.text, "11111111111111111111111111111112", "a key is base58");
    tables_cell(&r, field(REC_order, "pool"), &c);
    is_str(c.text, "", "no key is empty text");
    tables_cell(&r, field(REC_order, "strategy"), &c);
    is_str(c.text, "it's", "text is bound as it is");
    r = (struct record){.id = REC_fill};
    r.u.fill.cash_delta_lamports = INT64_MIN;
    tables_cell(&r, field(REC_fill, "cash_delta_lamports"), &c);
    is_i64(c.integer, INT64_MIN, "a signed amount keeps its sign");
    r = (struct record){.id = REC_eos};
    r.u.eos.hash.b[0] = 0xab;
    tables_cell(&r, field(REC_eos, "hash"), &c);
    ok(strncmp(c.text, "ab00", 4) == 0 && strlen(c.text) == 64, "a hash is hex");
}

int main(void)
{
    statements();
    every_field();
    values();
    return done();
}
