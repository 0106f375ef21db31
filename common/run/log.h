/* log.h - messages for operators: one line each, on standard error.
 * Must not: be used by pure code; carry keys or passwords. */
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

#endif
