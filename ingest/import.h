/* import.h - recorded data of others to trades. Decoders take text or bytes and put rows; the end sorts rows into slots.
 * Pure. Every item that cannot be used is counted under a reason.
 * Must not: guess silently: what is inferred, cut or out of line carries a flag. */
#ifndef SLUICE_IMPORT_H
#define SLUICE_IMPORT_H

#include "common/rec/out.h"
#include "common/rec/record.h"

#define IMPORT_REASONS 24

struct import_row { struct rec_trade t; uint32_t file_order; uint32_t pad; };

struct import {
    struct import_row *rows;   /* cap rows, given by the caller */
    uint32_t *order;           /* cap entries: the order in which rows are written */
    uint32_t count, cap;
    bool full;
    uint64_t items, rejected;
    uint64_t outliers, breaks;
    struct { const char *text; uint64_t count; } reason[IMPORT_REASONS];
};

/* Count an item that cannot be used; why is a static text. */
void import_reject(struct import *m, const char *why);
/* Room for one more row, zeroed; NULL when full. */
struct rec_trade *import_row(struct import *m);
/* One line of the pump.fun trades CSV (24 columns); the header line is recognised. */
void import_csv_line(struct import *m, const char *line, size_t n);
/* The header line: is it that of the format? */
bool import_csv_header(const char *line, size_t n);
/* One line of a floor capture (one launch). */
void import_floor_line(struct import *m, const char *line, size_t n);
/* Order the rows: by slot, then token, then along the reserves; breaks in a chain are flagged. */
void import_sort(struct import *m);

#endif
