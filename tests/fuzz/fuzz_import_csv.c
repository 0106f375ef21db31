/* fuzz_import_csv.c - lines of the csv format, and their sorting. */
#include "tests/fuzz/import_lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return import_lines(data, size, import_csv_line);
}
