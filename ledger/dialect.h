/* dialect.h - the few words in which SQL databases differ. Everything else is common SQL. */
#ifndef SLUICE_DIALECT_H
#define SLUICE_DIALECT_H

struct dialect {
    const char *integer;  /* type of a signed 64-bit column */
    const char *many_key; /* ends CREATE TABLE when the key has several columns; may be "" */
};

#endif
