/* moment.h - times as text. Pure. */
#ifndef SLUICE_MOMENT_H
#define SLUICE_MOMENT_H

#include "common/base/base.h"

/* 2026-01-15T00:00:00Z, 2026-01-15 or unix seconds to Unix ns; years 1970 to 2500. False for
 * anything else. */
bool moment_parse(const char *text, uint64_t *ts_ns) MUST_USE;
/* "2026-01-15T00:00:00Z"; out holds 24 bytes. */
void moment_format(uint64_t ts_ns, char out[24]);

#endif
