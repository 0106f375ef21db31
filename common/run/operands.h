/* operands.h - what tools over streams share: visiting each operand (standard input when none is
 * named), and the one message for a standard output that cannot be written. */
#ifndef SLUICE_OPERANDS_H
#define SLUICE_OPERANDS_H

#include "common/run/settings.h"
#include "common/run/stream.h"

/* Open each operand in turn and hand it to visit. The first error ends it. */
enum error each_operand(const struct settings *s,
                        enum error (*visit)(void *self, struct reader *r, struct err *e),
                        void *self, struct err *e);
/* All operands as one newline-separated list of inputs to merge ("-" when none). spec holds cap
 * bytes. E_LIMIT when too long. */
enum error operands_as_inputs(const struct settings *s, char *spec, size_t cap, struct err *e);
/* Call after a failed write of text to standard output, with its errno. A reader that has closed
 * the pipe, as head does, is no error: the process ends by SIGPIPE, without a message. Anything
 * else is E_WRITE. */
enum error operand_stdout_failed(struct err *e);
/* A moment as people write it: 2026-01-15T00:00:00Z, 2026-01-15, or unix seconds, to ns. False when
 * it is none. */
bool parse_moment(const char *text, uint64_t *ts_ns) MUST_USE;
/* "2026-01-15T00:00:00Z" (out holds 24 bytes). */
void format_moment(uint64_t ts_ns, char out[24]);

#endif
