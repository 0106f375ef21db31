/* figures.h - everything that a report shows, read from a ledger once. Amounts in lamports. */
#ifndef SLUICE_FIGURES_H
#define SLUICE_FIGURES_H

#include "ledger/io/db.h"
#include "ledger/report/metrics.h"
#include "ledger/report/tally.h"

#define FIGURE_POINTS 4096u /* equity points kept for the charts: thinned evenly beyond */
#define FIGURE_TRADES 200u  /* the latest positions, one by one */
#define FIGURE_ALERTS 20u   /* the latest alerts, one by one */

struct figure_point {
    int64_t ts_ns, equity;
    double drawdown; /* deepest since the point before, share of the peak */
};

struct figure_alert {
    int64_t ts_ns;
    char level[16], code[40], text[256];
};

/* The ladder: each step is money; their sum is the result. */
struct ladder {
    int64_t naive, fees, rent_locked, latency, impact, sandwich, marking, result;
    bool adds_up; /* result equals equity less capital */
};

struct figures {
    char origin[64], stream_hash[80];
    bool complete;   /* the stream ended with its eos */
    bool has_equity; /* else capital, equity, result and drawdown are not computed */
    int64_t capital, equity, cash, marked, naive_marked, rent, open, reverted, first_ns, last_ns;
    int64_t result;   /* equity less capital */
    int64_t unplaced; /* result less everything in the tally: the row that tables end on */
    int64_t audited, sandwiched, fronted; /* live: fills judged by the trades around them */
    int64_t fills, landed, failed, expired, refused, signals, rejects;
    int64_t fee_lp, fee_protocol, fee_creator, fee_network, fee_priority, fee_tip;
    int64_t alerts, critical;
    int64_t drawdown_lamports; /* deepest fall of equity from its peak, over all equity records */
    double drawdown;           /* the same as share of the peak; NAN without equity */
    struct ladder ladder;
    struct metrics metrics;
    struct tally tally;
    struct tally_table gate; /* rejects: only count is used */
    unsigned points, trades, alerts_kept, trials;
    struct figure_point point[FIGURE_POINTS];
    struct tally_position trade[FIGURE_TRADES]; /* oldest first */
    struct figure_alert alert[FIGURE_ALERTS];   /* newest first */
};

/* Read all. trials: for the deflated Sharpe ratio. E_STORE: not a ledger, or the database refuses;
 * E_LIMIT: a sum exceeds 63 bits. */
enum error figures_read(struct db *db, unsigned trials, struct figures *f, struct err *e);

#endif
