/* archive_hours.h - hours of an archive: their names, ranges of them, where each lies. Pure. */
#ifndef SLUICE_ARCHIVE_HOURS_H
#define SLUICE_ARCHIVE_HOURS_H

#include "common/base/base.h"

#define HOUR_TEXT 16 /* "2026-04-18T01" with its NUL */

/* "2026-04-18T01", "2026-04-18T01..06" (06 included), "2026-04-18T22..2026-04-19T03" or a whole day
 * "2026-04-18", as hours since 1970. False when malformed, ends before it begins, or spans more
 * than 366 days. */
bool archive_hours_parse(const char *text, uint32_t *first, uint32_t *last) MUST_USE;
/* "2026-04-18T01". */
void archive_hours_name(uint32_t hour, char out[HOUR_TEXT]);
/* BASE/2026/04/18/01.jsonl.zst; false when it does not fit. */
bool archive_hours_url(const char *base, uint32_t hour, char *out, size_t cap) MUST_USE;

#endif
