/* sluice-report - report on a ledger: as text, as JSON, or as one HTML page. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/run/operands.h"
#include "common/run/stage.h"
#include "ledger/report/io/page.h"

static enum error write_html(const char *path, const struct figures *f, struct err *e)
{
    FILE *o = fopen(path, "w");
    if (!o) return err_set(e, E_OPEN, "unable to write '%.300s': %s", path, strerror(errno));
    page_print_html(o, f);
    bool bad = ferror(o) != 0;
    if (fclose(o) != 0 || bad)
        return err_set(e, E_WRITE, "unable to write '%.300s': %s", path, strerror(errno));
    return OK;
}

static enum error report(const struct settings *s, struct err *e)
{
    const struct section *own = settings_own(s);
    static struct figures f;
    struct db *db;
    uint64_t trials = settings_u64(own, "trials");
    if (settings_operand_count(s) != 1)
        return err_set(e, E_USAGE, "name one database, such as run.db");
    enum error rc = db_open(settings_operand(s, 0), false, &db, e);
    if (rc != OK) return rc;
    rc = figures_read(db, (unsigned)trials, &f, e);
    db_close(db);
    if (rc != OK) return rc;
    if (settings_bool(own, "json"))
        page_print_json(stdout, &f);
    else if (*settings_str(own, "html"))
        rc = write_html(settings_str(own, "html"), &f, e);
    else
        page_print_text(stdout, &f);
    return rc == OK && fflush(stdout) ? operands_stdout_failed(e) : rc;
}

static const struct tool tool = {.name = "sluice-report",
                                 .section = "report",
                                 .purpose = "report the result of a run",
                                 .operands = "DATABASE",
                                 .run = report};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
