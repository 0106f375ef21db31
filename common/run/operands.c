/* operands.c - see operands.h. */
#include "common/run/operands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static enum error visit_one(const char *spec,
                            enum error (*visit)(void *, struct reader *, struct err *), void *self,
                            struct err *e)
{
    struct reader *r;
    enum error rc = reader_open(spec, &r, e);
    if (rc != OK) return rc;
    rc = visit(self, r, e);
    reader_close(r);
    return rc;
}

enum error operands_each(const struct settings *s,
                         enum error (*visit)(void *, struct reader *, struct err *), void *self,
                         struct err *e)
{
    size_t n = settings_operand_count(s);
    if (n == 0) return visit_one("-", visit, self, e);
    enum error rc = OK;
    for (size_t i = 0; i < n && rc == OK; i++)
        rc = visit_one(settings_operand(s, i), visit, self, e);
    return rc;
}

enum error operands_inputs(const struct settings *s, char *spec, size_t cap, struct err *e)
{
    size_t used = 0, n = settings_operand_count(s);
    snprintf(spec, cap, "-");
    for (size_t i = 0; i < n; i++) {
        int k = snprintf(spec + used, cap - used, "%s%s", i ? "\n" : "", settings_operand(s, i));
        if (k < 0 || (size_t)k >= cap - used) return err_set(e, E_LIMIT, "too many operands");
        used += (size_t)k;
    }
    return OK;
}

enum error operands_stdout_failed(struct err *e)
{
    if (errno == EPIPE) { /* end as other text tools do before `head` */
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
        return err_set(e, E_PIPE,
                       "the reader of standard output went away"); /* SIGPIPE is blocked */
    }
    return err_set(e, E_WRITE, "unable to write standard output: %s", strerror(errno));
}
