/* report_internal.h - what the files of the report share among themselves. */
#ifndef SLUICE_REPORT_INTERNAL_H
#define SLUICE_REPORT_INTERNAL_H

#include "ledger/report/io/figures.h"

/* Read one row of n integers, NULL as 0; without a row, out stays as it is. */
enum error figures_row(struct db *db, const char *sql, int64_t *const out[], int n, struct err *e);
/* Copy text out of the database: valid UTF-8, no control characters. */
void figures_text(char *out, size_t cap, const struct db_query *q, int column);

enum error figures_read_equity(struct db *db, unsigned trials, struct figures *f, struct err *e);
enum error figures_read_positions(struct db *db, struct figures *f, struct err *e);

#endif
