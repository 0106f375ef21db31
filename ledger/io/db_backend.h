/* db_backend.h - what a database must offer to keep or to serve a ledger. A backend is one file
 * db_NAME.c that defines `const struct db_ops db_NAME`, and its row in DB_BACKENDS.
 * Must not: be included by anything but the files of ledger/io. */
#ifndef SLUICE_DB_BACKEND_H
#define SLUICE_DB_BACKEND_H

#include "ledger/io/db.h"

/* Every backend. The first one takes operands without a scheme. */
#define DB_BACKENDS(X) X(sqlite) X(null)

/* The functions of a backend; each does what its namesake in db.h promises. `where` is the operand
 * without its scheme. A backend's handle begins with struct db, its query with struct db_query. */
struct db_ops {
    const char *scheme; /* "sqlite": operands `sqlite:WHERE` */
    const char *usage;  /* its operand for messages: "sqlite:PATH" */
    bool discards;      /* nothing can be read back */
    struct dialect dialect;
    enum error (*open)(const char *where, bool write, struct db **out, struct err *e);
    void (*close)(struct db *db);
    enum error (*run)(struct db *db, const char *sql, struct err *e);
    enum error (*prepare)(struct db *db, const char *sql, struct db_query **out, struct err *e);
    void (*release)(struct db_query *q);
    void (*bind_i64)(struct db_query *q, int at, int64_t v);
    void (*bind_text)(struct db_query *q, int at, const char *v);
    enum error (*step)(struct db_query *q, bool *row, struct err *e);
    int64_t (*get_i64)(const struct db_query *q, int column);
    const char *(*get_text)(const struct db_query *q, int column);
    bool (*get_null)(const struct db_query *q, int column);
    int (*changes)(const struct db *db);
};

#define DECLARE(name) extern const struct db_ops db_##name;
DB_BACKENDS(DECLARE)
#undef DECLARE

struct db {
    const struct db_ops *ops;
};
struct db_query {
    struct db *db;
};

#endif
