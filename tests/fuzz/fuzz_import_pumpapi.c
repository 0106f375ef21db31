/* fuzz_import_pumpapi.c - lines of the pumpapi format, and their sorting. */
#include "tests/fuzz/import_lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return import_lines(data, size, import_pumpapi_line);
}
