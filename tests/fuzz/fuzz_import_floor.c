/* fuzz_import_floor.c - lines of the floor format, and their sorting. */
#include "tests/fuzz/import_lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return import_lines(data, size, import_floor_line);
}
