/* import.h - recorded data of others to trades. Decoders take text or bytes and put rows; the end
 * sorts rows into slots. Pure. Every item that cannot be used is counted under a reason. Must not:
 * guess silently: what is inferred, cut or out of line carries a flag. */
#ifndef SLUICE_IMPORT_H
#define SLUICE_IMPORT_H

#include "common/base/table.h"
#include "common/rec/out.h"
#include "common/rec/record.h"
#include "common/decode/decode.h"

#define IMPORT_REASONS 24

/* One record to be written, and where it belongs. */
struct import_row {
    uint16_t lp_bps; /* not 0: the net quote was inferred from the reserves after, with this fee,
                        and may be some units off */
    uint32_t file_order, tx_index;
    uint64_t slot;
    struct decoded d;
};

/* The reserves that the last written row of a market left behind. */
struct import_tail {
    uint64_t base_reserve_raw, quote_reserve_raw;
};
#define IMPORT_MARKETS 65536u

/* One swap of an event that tells of several. */
struct import_leg {
    struct key trader;
    uint8_t side;
    uint64_t base, quote;
};

struct import {
    struct import_row *rows; /* cap rows, given by the caller */
    uint32_t *order;         /* cap entries: the order in which rows are written */
    uint32_t count, cap;
    struct table *markets; /* IMPORT_MARKETS rows, with tails beside them; the market without a row
                              for longest is forgotten */
    struct import_tail *tails;
    uint64_t
        closed_slot; /* rows up to here have been taken: what comes later for these slots is late */
    bool full;
    uint64_t items, rejected;
    uint64_t outliers, breaks, rounded, trades, late;
    struct {
        const char *text;
        uint64_t count;
    } reason[IMPORT_REASONS];
    struct {
        const char *text;
        uint64_t count;
    } note[IMPORT_REASONS]; /* what is no fault and yet not read */
    struct drift drift;     /* of whole transactions */
};

/* Count an item that cannot be used; why is a static text. */
void import_reject(struct import *m, const char *why);
/* Count what is known and not read: no rejected item. */
void import_note(struct import *m, const char *what);
/* Bytes of the memory that import_init() wants for cap rows, 64-byte aligned and zeroed. */
size_t import_size(uint32_t cap);
void import_init(struct import *m, void *mem, uint32_t cap);
/* Room for one more row, zeroed; NULL when full. import_row_of: any record, the caller sets slot,
 * market and reserves. import_trade: a trade; what the row says of it is taken by import_sort(). */
struct import_row *import_row_of(struct import *m, uint8_t id);
struct rec_trade *import_trade(struct import *m);
/* The swaps of one event, in order; t holds what they share and the reserves after the last. NULL
 * or why not. */
const char *import_legs(struct import *m, const struct rec_trade *t, const struct import_leg *legs,
                        unsigned n);
/* One line of PumpApi's archive or stream. */
void import_pumpapi_line(struct import *m, const char *line, size_t n);
/* One line of the pump.fun trades CSV (24 columns); the header line is recognised. */
void import_csv_line(struct import *m, const char *line, size_t n);
/* The header line: is it that of the format? */
bool import_csv_header(const char *line, size_t n);
/* One line of a floor capture (one launch). */
void import_floor_line(struct import *m, const char *line, size_t n);
/* Order the rows of slots up to `slot` (UINT64_MAX: all): by slot, then market, then along the
 * reserves; breaks in a chain are flagged. Returns how many these are; rows[order[0..]] are they.
 * import_drop() takes them away when written. */
uint32_t import_sort(struct import *m, uint64_t slot);
void import_drop(struct import *m, uint32_t n);
/* Put one row, which belongs to the slot it names, at the time given. */
void import_put(struct out *o, struct import_row *r, uint64_t ts_ns);

#endif
