/* tally.h - sums over positions: won and lost, by strategy and by cause of the last exit. Pure.
 * Open positions count at what the curve would pay now, so every table sums to the same total. */
#ifndef SLUICE_TALLY_H
#define SLUICE_TALLY_H

#include "common/base/base.h"

#define TALLY_ROWS 40u /* rows of one table; further names share the last, "(others)" */

/* One position, or the fees of an entry that never landed. Amounts in lamports. */
struct tally_position {
    int64_t opened_ns, closed_ns; /* first and last fill */
    int64_t cost, cash;           /* paid in all; change of cash in all, fees and rent included */
    int64_t marked, rent;         /* open: what the curve pays now, and refundable rent */
    bool entered;                 /* a buy landed */
    bool open;                    /* tokens are held */
    bool valued;                  /* closed, or open with a mark */
    char mint[48], strategy[40], cause[40]; /* cause: reason of the last exit that landed */
};

struct tally_row {
    char name[40];
    int64_t count, open, wins, pnl;
    int64_t valued; /* positions that wins includes */
};

struct tally_table {
    struct tally_row row[TALLY_ROWS];
    unsigned rows;
};

struct tally {
    struct tally_table strategy, cause;
    int64_t positions, open, valued, failed_entries;
    int64_t wins, losses, won, lost; /* lost is positive */
    int64_t hold_ns;                 /* sum over all positions; open ones up to now */
    int64_t pnl;                     /* of everything that is valued, failed entries included */
    bool overflow;                   /* a sum exceeded 63 bits: the figures are invalid */
};

/* Profit of a position so far; only when it is valued. False: it exceeds 63 bits. */
bool tally_pnl(const struct tally_position *p, int64_t *pnl) MUST_USE;
/* Count one position. now_ns: event time reached, for the hold of open positions. */
void tally_add(struct tally *t, const struct tally_position *p, int64_t now_ns);
/* The row of a name, added when new. */
struct tally_row *tally_row_named(struct tally_table *t, const char *name);
/* Sum of the counts of all rows. */
int64_t tally_count(const struct tally_table *t);
/* Part of `total` that falls to the units (upto - held, upto] of `whole`: exact over all parts. */
int64_t tally_share(int64_t total, int64_t held, int64_t upto, int64_t whole);

#endif
