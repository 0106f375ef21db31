/* sluice-why - why a token was traded, or why not: its signals, rejects, orders, fills and audits
 * in order of time. */
#include <string.h>

#include "common/base/text.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
#include "ledger/report/io/story.h"

static enum error why(const struct settings *s, struct err *e)
{
    struct db *db;
    uint8_t key[32];
    if (settings_operand_count(s) != 2)
        return err_set(e, E_USAGE,
                       "name one database and the address of one token: sluice-why run.db MINT");
    const char *mint = settings_operand(s, 1);
    if (!base58_decode(mint, strlen(mint), key, 32))
        return err_set(e, E_USAGE, "'%.60s' is not the address of a token: 32 bytes in base58",
                       mint);
    enum error rc = db_open(settings_operand(s, 0), false, &db, e);
    if (rc != OK) return rc;
    rc = story_print(stdout, db, mint, e);
    db_close(db);
    return rc == OK && fflush(stdout) ? operands_stdout_failed(e) : rc;
}

static const struct tool tool = {.name = "sluice-why",
                                 .section = "why",
                                 .purpose = "explain why a token was traded or not",
                                 .operands = "DATABASE MINT",
                                 .run = why};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
