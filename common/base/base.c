/* base.c - error names and formatting. See base.h. */
#include "common/base/base.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name;
    int exit_code;
    const char *doc;
} table[] = {
#define ERROR(name, exit_code, doc) {#name, exit_code, doc},
#include "common/base/errors.def"
#undef ERROR
};

void text_one_line(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < 0x20 || *p == 0x7f) *p = '?';
}

enum error err_set(struct err *e, enum error code, const char *fmt, ...)
{
    if (!e) return code;
    e->code = code;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    text_one_line(e->text);
    return code;
}

static unsigned row(enum error code)
{
    return (unsigned)code < ERROR_COUNT ? (unsigned)code : (unsigned)E_INTERNAL;
}

int err_exit_code(enum error code) { return table[row(code)].exit_code; }
const char *err_doc(enum error code) { return table[row(code)].doc; }
