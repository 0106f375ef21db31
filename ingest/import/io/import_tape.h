/* import_tape.h - write rows as a tape: slots opened in order, times that never go back. Must not:
 * read a source. */
#ifndef SLUICE_IMPORT_TAPE_H
#define SLUICE_IMPORT_TAPE_H

#include "common/run/stream.h"
#include "ingest/rows.h"

/* A streamed source is in order of arrival and too long to hold: rows are written once the newest
 * slot is this far beyond them. */
#define IMPORT_WINDOW_SLOTS 150u

struct import_tape {
    struct rows m;
    struct writer *w; /* NULL until the first input was recognised */
    bool streamed;
    uint64_t slot, ts_ns; /* written last */
    uint64_t newest, written_slot;
};

/* When the rows of a streamed source span twice the window, write the older part. */
enum error import_tape_pour(struct import_tape *t, struct err *e) MUST_USE;
/* Write all rows and one slot more, which closes the last. */
enum error import_tape_close(struct import_tape *t, struct err *e) MUST_USE;

#endif
