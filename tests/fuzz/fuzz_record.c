/* fuzz_record.c - frames and records from hostile bytes, and their text forms. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/rec/codec.h"
#include "common/rec/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct record r, again;
    static char line[FORM_LINE_MAX];
    static uint8_t buf[RECORD_MAX + 4096];
    struct record_view v;
    for (size_t at = 0; at < size && frame_next(data + at, size - at, &v) == FRAME_OK;
         at += v.wire_len) {
        if (!record_decode(&v, &r)) continue;
        for (int f = FORM_TEXT; f <= FORM_CSV; f++) form_line(&r, (enum form)f, FIELDS_ALL, line);
        /* What decodes encodes, and decodes to the same bytes again. */
        size_t n = record_encode(buf, &r);
        struct record_view w;
        if (frame_next(buf, n, &w) != FRAME_OK || !record_decode(&w, &again)) abort();
        static uint8_t twice[RECORD_MAX + 4096];
        if (record_encode(twice, &again) != n || memcmp(buf, twice, n) != 0) abort();
    }
    return 0;
}
