/* tables.c - see tables.h. */
#include "ledger/book/tables.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"

enum { FIRST, LAST };

static const struct table_desc tables[] = {
#define TABLE(record, table, key, conflict, index) {#table, key, index, REC_##record, conflict},
#define COLUMN(record, field, column)
#include "ledger/book/tables.def"
#undef TABLE
#undef COLUMN
};

/* The offset names the field, and does not compile when the record lacks it. */
static const struct column_name {
    unsigned record;
    size_t offset;
    const char *column;
} column_names[] = {
#define TABLE(record, table, key, conflict, index)
#define COLUMN(record, field, column) {REC_##record, offsetof(struct rec_##record, field), #column},
#include "ledger/book/tables.def"
#undef TABLE
#undef COLUMN
};

const struct table_desc *tables_at(unsigned i) { return i < COUNT_OF(tables) ? &tables[i] : NULL; }

int tables_find(unsigned record_id)
{
    for (unsigned i = 0; i < COUNT_OF(tables); i++)
        if (tables[i].record == record_id) return (int)i;
    return -1;
}

const char *tables_column(const struct table_desc *t, unsigned field)
{
    const struct record_desc *d = record_desc(t->record);
    if (field >= d->field_count || d->fields[field].kind == KIND_VEC) return NULL;
    for (size_t i = 0; i < COUNT_OF(column_names); i++)
        if (column_names[i].record == t->record &&
            column_names[i].offset == d->fields[field].offset)
            return column_names[i].column;
    return d->fields[field].name;
}

/* ---- statements ---- */

struct sql {
    char *text;
    size_t used;
    bool full;
};

static void add(struct sql *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void add(struct sql *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(s->text + s->used, TABLES_SQL_MAX - s->used, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= TABLES_SQL_MAX - s->used)
        s->full = true;
    else
        s->used += (size_t)n;
}

static const char *type_of(const struct field_desc *f, const struct dialect *d)
{
    switch (f->kind) {
    case KIND_U8:
    case KIND_U16:
    case KIND_U32:
    case KIND_U64:
    case KIND_I64: return d->integer;
    default: return "TEXT";
    }
}

/* Call one for each column, with the text that stands between two. */
static void each_column(struct sql *s, const struct table_desc *t, const char *between,
                        void (*one)(struct sql *s, const char *column, unsigned number))
{
    unsigned number = 0;
    for (unsigned i = 0; i < record_desc(t->record)->field_count; i++) {
        const char *column = tables_column(t, i);
        if (!column) continue;
        if (number++) add(s, "%s", between);
        one(s, column, number);
    }
}

static void add_name(struct sql *s, const char *column, unsigned number)
{
    (void)number;
    add(s, "%s", column);
}

static void add_parameter(struct sql *s, const char *column, unsigned number)
{
    (void)column;
    add(s, "$%u", number);
}

static void add_update(struct sql *s, const char *column, unsigned number)
{
    (void)number;
    add(s, "%s=excluded.%s", column, column);
}

bool tables_create(const struct table_desc *t, const struct dialect *d, char *sql)
{
    struct sql s = {.text = sql};
    const struct record_desc *r = record_desc(t->record);
    add(&s, "CREATE TABLE %s(", t->name);
    for (unsigned i = 0; i < r->field_count; i++)
        if (tables_column(t, i)) add(&s, "%s %s, ", tables_column(t, i), type_of(&r->fields[i], d));
    add(&s, "PRIMARY KEY(%s))%s", t->key, strchr(t->key, ',') ? d->many_key : "");
    return !s.full;
}

bool tables_create_index(const struct table_desc *t, char *sql)
{
    struct sql s = {.text = sql};
    sql[0] = 0;
    if (*t->index)
        add(&s, "CREATE INDEX IF NOT EXISTS %s_%s ON %s(%s)", t->name, t->index, t->name, t->index);
    return !s.full;
}

bool tables_add_column(const struct table_desc *t, unsigned field, const struct dialect *d,
                       char *sql)
{
    struct sql s = {.text = sql};
    add(&s, "ALTER TABLE %s ADD COLUMN %s %s", t->name, tables_column(t, field),
        type_of(&record_desc(t->record)->fields[field], d));
    return !s.full;
}

bool tables_probe(const struct table_desc *t, const char *column, char *sql)
{
    struct sql s = {.text = sql};
    add(&s, "SELECT %s FROM %s", column, t->name);
    return !s.full;
}

bool tables_insert(const struct table_desc *t, char *sql)
{
    struct sql s = {.text = sql};
    add(&s, "INSERT INTO %s(", t->name);
    each_column(&s, t, ",", add_name);
    add(&s, ") VALUES(");
    each_column(&s, t, ",", add_parameter);
    add(&s, ") ON CONFLICT(%s) DO ", t->key);
    if (t->last) {
        add(&s, "UPDATE SET ");
        each_column(&s, t, ",", add_update);
    } else
        add(&s, "NOTHING");
    return !s.full;
}

/* ---- values ---- */

static bool is_amount(const struct field_desc *f)
{
    return strcmp(f->unit, "lamports") == 0 || strcmp(f->unit, "raw") == 0;
}

static int64_t integer_of(const struct field_desc *f, const void *p)
{
    uint64_t v;
    switch (f->kind) {
    case KIND_U8: return *(const uint8_t *)p;
    case KIND_U16: return *(const uint16_t *)p;
    case KIND_U32: return *(const uint32_t *)p;
    case KIND_I64: return *(const int64_t *)p;
    default: v = *(const uint64_t *)p;
    }
    return is_amount(f) ? clamp_i64_from_u64(v) : (int64_t)v;
}

static void base58_cell(const uint8_t *p, size_t n, struct table_cell *cell)
{
    uint8_t any = 0;
    for (size_t i = 0; i < n; i++) any |= p[i];
    if (any) base58_encode(p, n, cell->buf);
    cell->text = cell->buf;
}

void tables_cell(const struct record *r, const struct field_desc *f, struct table_cell *cell)
{
    const void *p = (const char *)&r->u + f->offset;
    cell->text = NULL;
    cell->buf[0] = 0;
    switch (f->kind) {
    case KIND_ENUM: cell->text = enum_name(f->unit, *(const uint8_t *)p); break;
    case KIND_KEY: base58_cell(p, 32, cell); break;
    case KIND_SIG: base58_cell(p, 64, cell); break;
    case KIND_STR: cell->text = p; break;
    case KIND_HASH:
        hex_encode(p, 32, cell->buf);
        cell->text = cell->buf;
        break;
    case KIND_VEC: cell->text = cell->buf; break;
    default: cell->integer = integer_of(f, p);
    }
}
