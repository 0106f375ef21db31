/* rows.h - records that were decoded from a source, held until their slots are complete, then
 * ordered and written. Pure. Items that cannot be used are counted by reason. Must not: guess
 * silently: a record that is inferred, cut or out of line carries a flag. */
#ifndef SLUICE_ROWS_H
#define SLUICE_ROWS_H

#include "common/base/table.h"
#include "common/rec/out.h"
#include "common/rec/record.h"
#include "common/decode/decode.h"

#define ROWS_REASONS 24

/* One record to be written, and where it belongs. */
struct row {
    uint16_t lp_bps; /* not 0: the net quote was inferred from the reserves after, with this fee,
                        and may be some units off */
    uint32_t file_order, tx_index;
    uint64_t slot;
    struct decoded d;
};

/* The reserves that the last written row of a market left behind. */
struct row_tail {
    uint64_t base_reserve_raw, quote_reserve_raw;
};
#define ROWS_MARKETS 65536u

/* One swap of an event that reports several. */
struct row_leg {
    struct key trader;
    uint8_t side;
    uint64_t base, quote;
};

struct rows {
    struct row *rows; /* cap rows, given by the caller */
    uint32_t *order;  /* cap entries: the order in which rows are written */
    uint32_t count, cap;
    struct table *markets; /* ROWS_MARKETS rows, tails beside them; evicts the market without a row
                              for longest */
    struct row_tail *tails;
    uint64_t closed_slot; /* rows up to this slot were written; a later row for one is late */
    bool full;
    uint64_t items, rejected;
    uint64_t outliers, breaks, rounded, trades, late;
    struct {
        const char *text;
        uint64_t count;
    } reason[ROWS_REASONS];
    struct {
        const char *text;
        uint64_t count;
    } note[ROWS_REASONS]; /* items that are valid but not read */
    struct drift drift;   /* of whole transactions */
};

/* Count an item that cannot be used; why is a static text. */
void rows_reject(struct rows *m, const char *why);
/* Count an item that is valid but not read. what is a static text. */
void rows_note(struct rows *m, const char *what);
/* Bytes that rows_init() needs for cap rows. The caller gives them zeroed and aligned to 64 bytes.
 */
size_t rows_size(uint32_t cap);
void rows_init(struct rows *m, void *mem, uint32_t cap);
/* Append a row, zeroed; NULL when full (m->full is then set). rows_add: the caller sets slot,
 * market and reserves. rows_add_trade: rows_sort() copies these from the trade. */
struct row *rows_add(struct rows *m, uint8_t id);
struct rec_trade *rows_add_trade(struct rows *m);
/* Append the swaps of one event, in order. t holds what they share and the reserves after the last.
 * NULL, or why not; then no row was added. */
const char *rows_add_legs(struct rows *m, const struct rec_trade *t, const struct row_leg *legs,
                          unsigned n);
/* Order the rows of slots up to `slot` (UINT64_MAX: all): by slot, then market, then along the
 * reserves; a break in a chain is flagged. Returns their number n: rows[order[0]] to
 * rows[order[n - 1]]. rows_drop() removes them after they were written. */
uint32_t rows_sort(struct rows *m, uint64_t slot);
void rows_drop(struct rows *m, uint32_t n);
/* Write one row with the row's slot and the time given. */
void rows_put(struct out *o, struct row *r, uint64_t ts_ns);

#endif
