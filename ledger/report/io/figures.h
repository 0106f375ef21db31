/* figures.h - everything a report shows, read from a ledger once. Amounts in lamports. */
#ifndef SLUICE_FIGURES_H
#define SLUICE_FIGURES_H

#include "ledger/io/db.h"
#include "ledger/report/metrics.h"

#define FIGURE_POINTS 4096u /* equity points kept for the chart: thinned evenly beyond */
#define FIGURE_TRADES 100000u
#define FIGURE_NAMES  40u

struct point {
    int64_t ts_ns, equity;
};
struct closed_trade {
    int64_t opened_ns, closed_ns, cost, proceeds;
    char mint[48], strategy[33], exit[24];
    bool open;
};
struct name_row {
    char name[40];
    int64_t count, pnl, wins;
};

/* The ladder: each step is money; their sum is the result. */
struct ladder {
    int64_t naive, fees, rent_locked, latency, impact, sandwich, marking, result;
    bool adds_up;
};

struct figures {
    char origin[64], stream_hash[80];
    bool complete;
    int64_t capital, equity, cash, marked, rent, open, reverted, first_ns, last_ns;
    int64_t audited, sandwiched, fronted; /* live: fills judged by the trades around them */
    int64_t fills, landed, failed, expired, refused, signals, rejects;
    int64_t fee_lp, fee_protocol, fee_creator, fee_network, fee_priority, fee_tip;
    struct ladder ladder;
    struct metrics metrics;
    unsigned points, trades, strategies, exits, gates, trades_left_out;
    struct point point[FIGURE_POINTS];
    struct closed_trade trade[FIGURE_TRADES];
    struct name_row strategy[FIGURE_NAMES], exit[FIGURE_NAMES], gate[FIGURE_NAMES];
    int64_t wins, losses, won, lost, hold_ns;
};

/* Read all. trials: for the deflated Sharpe ratio. E_STORE when it is no ledger. */
enum error figures_read(struct db *db, unsigned trials, struct figures *f, struct err *e);

#endif
