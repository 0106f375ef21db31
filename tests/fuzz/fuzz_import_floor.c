/* fuzz_import_floor.c - lines of the floor format, and their sorting. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct import_row rows[512];
    static uint32_t order[512];
    struct import m = {.rows = rows, .order = order, .cap = 512};
    const char *p = (const char *)data, *end = p + size;
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        size_t n = nl ? (size_t)(nl - p) + 1 : (size_t)(end - p);
        import_floor_line(&m, p, n);
        p += n;
    }
    import_sort(&m);
    for (uint32_t i = 0; i < m.count; i++)
        if (order[i] >= m.count) abort();
    return 0;
}
