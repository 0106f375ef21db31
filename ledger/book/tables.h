/* tables.h - the ledger's tables as SQL text, generated from records.def and tables.def. Pure.
 * The text is common SQL: parameters are $1, $2, ... in column order, and conflicts are settled by
 * ON CONFLICT, as SQLite (3.24) and PostgreSQL (9.5) both read it. */
#ifndef SLUICE_TABLES_H
#define SLUICE_TABLES_H

#include "common/rec/record.h"
#include "ledger/dialect.h"

#define TABLES_SQL_MAX 8192 /* longest statement; an overflow is a defect and returns false */

struct table_desc {
    const char *name, *key, *index; /* index: a column, or "" */
    enum record_id record;
    bool last; /* a row whose key is known is replaced, not skipped */
};

/* The i-th table, or NULL beyond the last. */
const struct table_desc *tables_at(unsigned i);
/* Position of the table that keeps a record, or -1 when the ledger does not keep it. */
int tables_find(unsigned record_id);
/* Column name of a field; NULL when the field is not kept (VEC) or beyond the last. */
const char *tables_column(const struct table_desc *t, unsigned field);

/* Statements of one table. sql holds TABLES_SQL_MAX bytes; false when it does not fit. */
bool tables_create(const struct table_desc *t, const struct dialect *d, char *sql) MUST_USE;
bool tables_create_index(const struct table_desc *t, char *sql) MUST_USE;
bool tables_add_column(const struct table_desc *t, unsigned field, const struct dialect *d,
                       char *sql) MUST_USE;
/* Prepares only where the column exists. */
bool tables_probe(const struct table_desc *t, const char *column, char *sql) MUST_USE;
bool tables_insert(const struct table_desc *t, char *sql) MUST_USE;

/* One value, ready to be bound. */
struct table_cell {
    const char *text; /* NULL: the value is `integer`. Else in the record, or in `buf`. */
    int64_t integer;
    char buf[2 * 64 + 2];
};

/* The value of a field. An integer keeps its 64 bits: a u64 from 2^63 up becomes the negative
 * number of the same bits. Amounts (units lamports and raw) are limited to 2^63-1 instead, so that
 * a sum over them keeps its sign. Enums are their names; keys and signatures base58, "" when zero;
 * hashes hex. */
void tables_cell(const struct record *r, const struct field_desc *f, struct table_cell *cell);

#endif
