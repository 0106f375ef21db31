/* import_tape.c - see import_tape.h. */
#include "ingest/import/io/import_tape.h"

#include "common/base/num.h"
#include "common/run/stage.h"

#define GAP_SLOTS UINT64_C(216000) /* a day: more empty slots than this are one gap record */

/* Open the slots after `from` up to `to`, times spread evenly between. The last one gets the counts
 * of `known` (NULL: unknown). */
static enum error put_slots(struct writer *w, uint64_t from, uint64_t from_ns, uint64_t to,
                            uint64_t to_ns, const struct rec_slot *known, struct err *e)
{
    if (to - from > GAP_SLOTS) {
        struct rec_gap g = {.ts_ns = from_ns,
                            .missing_src = SRC_IMPORT,
                            .reason = "more than a day without a record"};
        put_gap(writer_out(w), &g);
        from = to - 1;
    }
    for (uint64_t s = from + 1; s <= to; s++) {
        struct rec_slot r = {
            .slot = s,
            .ts_ns = to_ns > from_ns
                         ? from_ns + (uint64_t)((u128)(to_ns - from_ns) * (s - from) / (to - from))
                         : from_ns};
        if (s == to && known) {
            r.tx_count = known->tx_count;
            r.failed_tx_count = known->failed_tx_count;
        }
        put_slot(writer_out(w), &r);
        enum error rc = writer_pump(w, e);
        if (rc != OK) return rc;
    }
    return OK;
}

/* Write one row, after the slots that lead to it. Its time never goes back: a late row counts into
 * the slot that is open. */
static enum error put_row(struct import_tape *t, struct row *r, struct err *e)
{
    enum error rc = OK;
    uint64_t at = r->d.u.any.ts_ns, now = at > t->ts_ns ? at : t->ts_ns;
    const struct rec_slot *slot = r->d.id == REC_slot ? &r->d.u.slot : NULL;
    if (r->slot != t->slot)
        rc = put_slots(t->w, t->slot ? t->slot : r->slot - 1, t->ts_ns ? t->ts_ns : now, r->slot,
                       now, slot, e);
    t->slot = r->slot;
    t->ts_ns = now;
    if (!slot) rows_put(writer_out(t->w), r, now);
    return rc == OK ? writer_pump(t->w, e) : rc;
}

/* Write the rows of slots up to `slot` in order, each slot opened once, and forget them. */
static enum error put_rows(struct import_tape *t, uint64_t slot, struct err *e)
{
    enum error rc = OK;
    uint32_t n = rows_sort(&t->m, slot);
    for (uint32_t i = 0; i < n && rc == OK; i++) rc = put_row(t, &t->m.rows[t->m.order[i]], e);
    rows_drop(&t->m, n);
    return rc;
}

enum error import_tape_pour(struct import_tape *t, struct err *e)
{
    if (!t->streamed || t->m.count == 0) return OK;
    uint64_t last = t->m.rows[t->m.count - 1].slot;
    if (last > t->newest && (t->newest == 0 || last - t->newest < GAP_SLOTS || t->m.count > 1000))
        t->newest = last;
    if (t->m.cap - t->m.count > 1024 && t->newest < t->written_slot + 2 * IMPORT_WINDOW_SLOTS)
        return OK;
    t->written_slot = t->newest > IMPORT_WINDOW_SLOTS ? t->newest - IMPORT_WINDOW_SLOTS : 0;
    enum error rc = put_rows(t, t->written_slot, e);
    if (rc == OK && t->m.cap - t->m.count <= 1024)
        rc = put_rows(t, UINT64_MAX,
                      e); /* the window holds more rows than fit: later ones for it are late */
    return rc;
}

enum error import_tape_close(struct import_tape *t, struct err *e)
{
    enum error rc = put_rows(t, UINT64_MAX, e);
    return rc == OK && t->slot
               ? put_slots(t->w, t->slot, t->ts_ns, t->slot + 1, t->ts_ns + SLOT_NS, NULL, e)
               : rc;
}
