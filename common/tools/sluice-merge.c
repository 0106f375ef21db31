/* sluice-merge - several streams into one, ordered by (ts_ns, src, seq): a total order, so the same
 * inputs give the same bytes. Must not: change a record, or hold more than one input buffer a
 * stream. A slot that several inputs open is opened once. */
#include <stdio.h>

#include "common/run/operands.h"
#include "common/run/stage.h"
#include "common/run/stream.h"

static enum error copy_all(struct reader *r, struct writer *w, uint64_t *ts_ns, struct err *e)
{
    struct record_view v;
    bool more;
    enum error rc;
    while ((rc = reader_next(r, &v, &more, e)) == OK && more) {
        uint32_t src;
        uint64_t ts, seq;
        if (record_name(&v, &ts, &src, &seq) && ts > *ts_ns) *ts_ns = ts;
        if ((rc = writer_copy(w, &v, e)) != OK) return rc;
    }
    return rc;
}

static enum error merge(const struct settings *s, struct err *e)
{
    static char inputs[1 << 16];
    struct reader *r;
    struct writer *w;
    struct rec_head head;
    uint64_t ts_ns = 0;
    enum error rc = operands_inputs(s, inputs, sizeof inputs, e);
    if (rc == OK) rc = reader_open(inputs, &r, e);
    if (rc != OK) return rc;
    reader_merged_head(r, &head);
    struct writer_info info = {.tool = "sluice-merge",
                               .src = SRC_TOOL,
                               .config = settings_hash(s),
                               .origin = head.origin,
                               .upstream = head.upstream};
    rc = writer_open(settings_str(settings_own(s), "output"), &info, &w, e);
    if (rc == OK) {
        rc = copy_all(r, w, &ts_ns, e);
        struct err second = {0};
        bool cut = rc == E_TRUNCATED || rc == E_CORRUPT || rc == E_READ;
        if (rc == OK || cut) {
            enum error end = writer_finish(w, ts_ns, 0, cut, &second);
            if (rc == OK && end != OK) {
                *e = second;
                rc = end;
            }
        } else
            writer_abandon(w);
    }
    reader_close(r);
    return rc;
}

static const struct tool tool = {.name = "sluice-merge",
                                 .section = "merge",
                                 .purpose = "merge streams by time",
                                 .operands = "[FILE...]",
                                 .run = merge};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
