/* fuzz_import_block.c - blocks in JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/block_records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tx_json store;
    static struct block_facts f;
    static struct rows m; /* reused: setting up its table takes longer than a block */
    static void *mem;
    struct block_json b;
    struct err e = {0};
    if (!mem) {
        mem = calloc(1, rows_size(512));
        rows_init(&m, mem, 512);
    }
    m.closed_slot = 0;
    if (block_json_open((const char *)data, size, &b, &e) != OK ||
        block_records_read(&m, &b, &store, &f, &e) != OK) {
        if (!e.text[0]) abort();
    }
    rows_drop(&m, rows_sort(&m, UINT64_MAX));
    if (m.count) abort();
    return 0;
}
