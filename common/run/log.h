/* log.h - messages to operators: one line each, on standard error.
 * Must not: be called by pure code; contain keys or passwords. */
#ifndef SLUICE_LOG_H
#define SLUICE_LOG_H

#include "common/base/base.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Print "sluice-risk: warning: ..." when the log level permits. Control characters are replaced;
 * longer texts are cut at 1,023 bytes. */
void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Name the tool and set the least level that is printed ("error", "warning", "info", "debug"). tool
 * must stay valid. */
void log_setup(const char *tool, const char *level);

/* Several errors of one input, one line each: all but the last are logged here, the last one is
 * left for the caller to return. */
struct log_errors {
    unsigned count, limit; /* limit: most errors to collect */
    struct err last;
};
/* Note an error (a copy is taken) and forget it in e. False when the limit is reached: stop. */
bool log_errors_add(struct log_errors *l, struct err *e);
/* OK, or the last error, moved to e. */
enum error log_errors_end(const struct log_errors *l, struct err *e);

#endif
