/* log.c - see log.h. */
#include "common/run/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *log_tool = "sluice";
static enum log_level log_least = LOG_WARNING;
static const char *const level_names[] = {"error", "warning", "info", "debug"};

void log_setup(const char *tool, const char *level)
{
    log_tool = tool;
    for (size_t i = 0; i < COUNT_OF(level_names); i++)
        if (strcmp(level, level_names[i]) == 0) log_least = (enum log_level)i;
}

void log_line(enum log_level level, const char *fmt, ...)
{
    if (level > log_least) return;
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    text_one_line(line);
    fprintf(stderr, "%s: %s: %s\n", log_tool, level_names[level], line);
}

bool log_errors_add(struct log_errors *l, struct err *e)
{
    if (l->count++) log_line(LOG_ERROR, "%s", l->last.text);
    l->last = *e;
    *e = (struct err){0};
    return l->count < l->limit;
}

enum error log_errors_end(const struct log_errors *l, struct err *e)
{
    if (l->count == 0) return OK;
    if (e) *e = l->last;
    return l->last.code;
}
