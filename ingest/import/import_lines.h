/* import_lines.h - the decoders of formats that come as lines: one line in, rows out. Pure. */
#ifndef SLUICE_IMPORT_LINES_H
#define SLUICE_IMPORT_LINES_H

#include "ingest/rows.h"

/* One line of PumpApi's archive or stream. */
void import_pumpapi_line(struct rows *m, const char *line, size_t n);
/* One line of the pump.fun trades CSV (24 columns); the header line is recognised. */
void import_csv_line(struct rows *m, const char *line, size_t n);
/* Is it the header line of that CSV? */
bool import_csv_header(const char *line, size_t n);
/* One line of a floor capture (one launch). */
void import_floor_line(struct rows *m, const char *line, size_t n);

#endif
