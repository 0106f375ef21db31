/* fuzz_import_block.c - blocks in JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/io/block_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void *mem;
    struct import m;
    if (!mem) mem = calloc(1, import_size(512));
    import_init(&m, mem, 512);
    struct block_facts f;
    struct err e = {0};
    if (block_json_import(&m, (const char *)data, size, &f, &e) == OK)
        import_sort(&m, UINT64_MAX);
    else if (!e.text[0])
        abort();
    return 0;
}
