/* import_lines.h - the body of the targets for formats of lines: every line in, rows sorted in two
 * parts, written rows dropped. Each must come out once, in the order of slots. */
#ifndef SLUICE_FUZZ_IMPORT_LINES_H
#define SLUICE_FUZZ_IMPORT_LINES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/import/import_lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES_ROWS 512u

static inline void check_rows(const struct rows *m, uint32_t n)
{
    if (n > m->count) abort();
    for (uint32_t i = 0; i < n; i++)
        if (m->order[i] >= m->count ||
            (i && m->rows[m->order[i]].slot < m->rows[m->order[i - 1]].slot))
            abort();
}

static inline int import_lines(const uint8_t *data, size_t size,
                               void (*line)(struct rows *, const char *, size_t))
{
    static void *mem;
    struct rows m;
    const char *p = (const char *)data, *end = p + size;
    if (!mem) mem = calloc(1, rows_size(LINES_ROWS));
    rows_init(&m, mem, LINES_ROWS);
    for (; p < end;) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        size_t n = nl ? (size_t)(nl - p) + 1 : (size_t)(end - p);
        line(&m, p, n);
        p += n;
    }
    uint32_t all = m.count, half = rows_sort(&m, all ? m.rows[all / 2].slot : 0);
    check_rows(&m, half);
    rows_drop(&m, half);
    if (m.count != all - half) abort();
    check_rows(&m, rows_sort(&m, UINT64_MAX));
    return 0;
}

#endif
