/* sluice-ledger - keep the books: fills in double entry; signals, rejects, orders, reports, equity,
 * alerts and audits beside them. */
#include <stdio.h>

#include "common/run/stage.h"
#include "ledger/book/io/store.h"

struct ledger {
    struct store *store;
    bool complete;
};

static size_t state_size(const struct settings *s)
{
    (void)s;
    return sizeof(struct ledger);
}

static enum error init(void *state, const struct settings *s, struct err *e)
{
    struct ledger *l = state;
    if (settings_operand_count(s) != 1)
        return err_set(e, E_USAGE, "name one database, such as run.db");
    return store_open(settings_operand(s, 0), &l->store, e);
}

static enum error sink_step(void *state, const struct record *r, struct err *e)
{
    struct ledger *l = state;
    if (r->id == REC_eos) l->complete = !r->u.eos.truncated;
    return store_record(l->store, r, e);
}

static enum error sink_idle(void *state, struct err *e)
{
    struct ledger *l = state;
    return store_flush(l->store, e);
}

static enum error sink_finish(void *state, struct err *e)
{
    struct ledger *l = state;
    char hex[65];
    enum error rc = store_flush(l->store, e);
    if (rc == OK) rc = store_hash(l->store, hex, e);
    if (rc != OK) return rc;
    printf("ledger-hash: %s%s\n", *hex ? hex : "not computed",
           l->complete ? "" : " (input truncated)");
    return OK;
}

static void release(void *state)
{
    struct ledger *l = state;
    store_close(l->store);
    l->store = NULL;
}

static const struct stage_sink sink = {.step = sink_step, .idle = sink_idle, .finish = sink_finish};
static const struct stage_io io = {.sink = &sink, .release = release};

/* It reads head, eos and every record of tables.def. */
#define TABLE(record, table, key, conflict, index) | REC_BIT(record)
#define COLUMN(record, field, column)
static const struct stage stage = {.name = "sluice-ledger",
                                   .purpose = "keep double-entry books of a run in a database",
                                   .src = SRC_LEDGER,
                                   .records = {.reads = REC_BIT(head) | REC_BIT(eos)
#include "ledger/book/tables.def"
                                   },
                                   .state_size = state_size,
                                   .init = init,
                                   .io = &io};
#undef TABLE
#undef COLUMN

int main(int argc, char **argv) { return stage_main(&stage, argc, argv); }
