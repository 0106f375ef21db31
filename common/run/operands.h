/* operands.h - operands of tools that read streams, and the error of a standard output that cannot
 * be written. */
#ifndef SLUICE_OPERANDS_H
#define SLUICE_OPERANDS_H

#include "common/run/settings.h"
#include "common/run/stream.h"

/* Open each operand in turn, standard input when it is absent, and call visit. Stops at the first
 * error. */
enum error operands_each(const struct settings *s,
                         enum error (*visit)(void *self, struct reader *r, struct err *e),
                         void *self, struct err *e);
/* All operands as one newline-separated list of inputs to merge, "-" without operands. spec holds
 * cap bytes. E_LIMIT when too long. */
enum error operands_inputs(const struct settings *s, char *spec, size_t cap, struct err *e);
/* Call after a failed write of text to standard output, with its errno. A reader that has closed
 * the pipe, as head does, is no error: the process ends by SIGPIPE, without a message. Anything
 * else is E_WRITE. */
enum error operands_stdout_failed(struct err *e);

#endif
