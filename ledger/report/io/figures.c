/* figures.c - see figures.h. SQL sums integers exactly; nothing is rounded before it is printed. */
#include "ledger/report/io/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One row of integers. */
static enum error one_row(struct db *db, const char *sql, int64_t *const out[], int n,
                          struct err *e)
{
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(db, sql, &q, e);
    if (rc != OK) return rc;
    rc = db_step(q, &row, e);
    for (int i = 0; rc == OK && row && i < n; i++) *out[i] = db_get_i64(q, i);
    db_release(q);
    return rc;
}

static enum error read_run(struct db *db, struct figures *f, struct err *e)
{
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(db, "SELECT key, value FROM run", &q, e);
    while (rc == OK && (rc = db_step(q, &row, e)) == OK && row) {
        const char *k = db_get_text(q, 0), *v = db_get_text(q, 1);
        if (strcmp(k, "origin") == 0) snprintf(f->origin, sizeof f->origin, "%s", v);
        if (strcmp(k, "stream-hash") == 0) snprintf(f->stream_hash, sizeof f->stream_hash, "%s", v);
        if (strcmp(k, "complete") == 0) f->complete = strcmp(v, "yes") == 0;
    }
    if (rc == OK) db_release(q);
    return rc;
}

static enum error read_counts(struct db *db, struct figures *f, struct err *e)
{
    int64_t audits = 0, *const has_audits[] = {&audits},
            *const judged[] = {&f->audited, &f->sandwiched, &f->fronted};
    int64_t *const fills[] = {&f->fills,       &f->landed,       &f->failed,
                              &f->fee_lp,      &f->fee_protocol, &f->fee_creator,
                              &f->fee_network, &f->fee_priority, &f->fee_tip};
    int64_t *const reports[] = {&f->expired, &f->refused}, *const signals[] = {&f->signals},
                   *const rejects[] = {&f->rejects};
    enum error rc = one_row(
        db,
        "SELECT count(*), ifnull(sum(status='landed'),0), ifnull(sum(status='failed'),0), "
        "ifnull(sum(lp_fee),0), ifnull(sum(protocol_fee),0), ifnull(sum(creator_fee),0), "
        "ifnull(sum(network_fee),0), ifnull(sum(priority_fee),0), ifnull(sum(tip),0) FROM fills",
        fills, 9, e);
    if (rc == OK)
        rc = one_row(
            db,
            "SELECT ifnull(sum(status='expired'),0), ifnull(sum(status='refused'),0) FROM reports",
            reports, 2, e);
    if (rc == OK) rc = one_row(db, "SELECT count(*) FROM signals", signals, 1, e);
    if (rc == OK)
        rc =
            one_row(db, "SELECT count(*) FROM sqlite_master WHERE name='audits'", has_audits, 1, e);
    if (rc == OK && audits)
        rc =
            one_row(db,
                    "SELECT ifnull(sum(verdict!='unseen'),0), ifnull(sum(verdict='sandwiched'),0), "
                    "ifnull(sum(verdict='fronted'),0) FROM audits",
                    judged, 3, e);
    return rc == OK ? one_row(db, "SELECT count(*) FROM rejects", rejects, 1, e) : rc;
}

static enum error read_equity(struct db *db, struct figures *f, int64_t *naive_marked,
                              struct err *e)
{
    int64_t n = 0, *const count[] = {&n}, *const last[] = {&f->last_ns,  &f->cash,    &f->marked,
                                                           naive_marked, &f->rent,    &f->equity,
                                                           &f->open,     &f->reverted},
            *const first[] = {&f->first_ns, &f->capital};
    enum error rc = one_row(db, "SELECT count(*) FROM equity", count, 1, e);
    if (rc == OK)
        rc = one_row(db,
                     "SELECT ts_ns, cash, marked, naive, rent, equity, open, reverted FROM equity "
                     "ORDER BY ts_ns DESC, seq DESC LIMIT 1",
                     last, 8, e);
    if (rc == OK)
        rc = one_row(db, "SELECT ts_ns, equity FROM equity ORDER BY ts_ns, seq LIMIT 1", first, 2,
                     e);
    if (rc != OK) return rc;
    struct db_query *q;
    bool row;
    int64_t every = n / (FIGURE_POINTS - 1) + 1, i = 0;
    rc = db_prepare(db, "SELECT ts_ns, equity FROM equity ORDER BY ts_ns, seq", &q, e);
    if (rc != OK) return rc;
    for (; (rc = db_step(q, &row, e)) == OK && row; i++)
        if ((i % every == 0 || i == n - 1) && f->points < FIGURE_POINTS)
            f->point[f->points++] = (struct point){db_get_i64(q, 0), db_get_i64(q, 1)};
    db_release(q);
    return rc;
}

/* Equity at the end of each UTC day; days without a record keep the value before: idle days count.
 */
static enum error read_days(struct db *db, unsigned trials, struct figures *f, struct err *e)
{
    static double equity[METRICS_DAYS_MAX + 1];
    const int64_t day_ns = INT64_C(86400) * 1000000000;
    unsigned n = 0;
    int64_t day = f->first_ns / day_ns, value = f->capital;
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(db, "SELECT ts_ns, equity FROM equity ORDER BY ts_ns, seq", &q, e);
    if (rc != OK) return rc;
    equity[0] = (double)f->capital;
    while ((rc = db_step(q, &row, e)) == OK && row) {
        for (; db_get_i64(q, 0) / day_ns > day && n < METRICS_DAYS_MAX; day++)
            equity[++n] = (double)value;
        value = db_get_i64(q, 1);
    }
    db_release(q);
    if (f->points && n < METRICS_DAYS_MAX) equity[++n] = (double)value;
    metrics_of(equity, f->points ? n : 0, trials, &f->metrics);
    return rc;
}

static enum error read_ladder(struct db *db, struct figures *f, int64_t naive_marked, struct err *e)
{
    struct ladder *l = &f->ladder;
    int64_t flow = 0, latency = 0, impact = 0, sandwich = 0,
            rent = 0, *const out[] = {&flow, &latency, &impact, &sandwich, &rent};
    enum error rc = one_row(
        db,
        "SELECT ifnull(sum(CASE WHEN status!='landed' THEN 0 WHEN side='sell' THEN naive ELSE "
        "-naive END),0), ifnull(sum(latency_cost),0), ifnull(sum(impact_cost+carried_cost),0), "
        "ifnull(sum(sandwich_cost),0), ifnull(sum(rent_paid-rent_refund),0) FROM fills",
        out, 5, e);
    if (rc != OK) return rc;
    l->naive = flow + naive_marked;
    l->fees = -(f->fee_lp + f->fee_protocol + f->fee_creator + f->fee_network + f->fee_priority +
                f->fee_tip);
    l->rent_locked = -rent;
    l->latency = -latency;
    l->impact = -impact;
    l->sandwich = -sandwich;
    l->marking = f->marked - naive_marked + f->rent;
    l->result =
        l->naive + l->fees + l->rent_locked + l->latency + l->impact + l->sandwich + l->marking;
    l->adds_up = l->result == f->equity - f->capital;
    return OK;
}

static void read_trade(const struct db_query *q, struct closed_trade *t)
{
    t->opened_ns = db_get_i64(q, 0);
    t->closed_ns = db_get_i64(q, 1);
    t->cost = db_get_i64(q, 2);
    t->proceeds = db_get_i64(q, 3);
    snprintf(t->mint, sizeof t->mint, "%s", db_get_text(q, 4));
    snprintf(t->strategy, sizeof t->strategy, "%s", db_get_text(q, 5));
    snprintf(t->exit, sizeof t->exit, "%s", db_get_text(q, 6));
    t->open = db_get_i64(q, 7) != 0;
}

static enum error read_trades(struct db *db, struct figures *f, struct err *e)
{
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(
        db,
        "SELECT min(ts_ns), max(ts_ns), -sum(CASE WHEN cash_delta<0 THEN cash_delta ELSE 0 END), "
        "sum(CASE WHEN cash_delta>0 THEN cash_delta ELSE 0 END), min(mint), min(strategy),"
        " ifnull((SELECT g.reason FROM fills g WHERE g.position_id=f.position_id AND g.side='sell' "
        "AND g.status='landed' ORDER BY g.ts_ns DESC, g.order_id LIMIT 1),'open'),"
        " sum(CASE WHEN side='buy' THEN base_raw ELSE -base_raw END)>0 FROM fills f GROUP BY "
        "position_id HAVING sum(status='landed' AND side='buy')>0 ORDER BY min(ts_ns), position_id",
        &q, e);
    if (rc != OK) return rc;
    while ((rc = db_step(q, &row, e)) == OK && row) {
        if (f->trades == FIGURE_TRADES) {
            f->trades_left_out++;
            continue;
        }
        struct closed_trade *t = &f->trade[f->trades++];
        read_trade(q, t);
        if (t->open) continue;
        int64_t pnl = t->proceeds - t->cost;
        if (pnl > 0) {
            f->wins++;
            f->won += pnl;
        } else {
            f->losses++;
            f->lost -= pnl;
        }
        f->hold_ns += t->closed_ns - t->opened_ns;
    }
    db_release(q);
    return rc;
}

static struct name_row *row_named(struct name_row *rows, unsigned *n, const char *name)
{
    for (unsigned i = 0; i < *n; i++)
        if (strcmp(rows[i].name, name) == 0) return &rows[i];
    if (*n == FIGURE_NAMES) return &rows[FIGURE_NAMES - 1];
    snprintf(rows[*n].name, sizeof rows[*n].name, "%.39s", name);
    return &rows[(*n)++];
}

static void group_trades(struct figures *f)
{
    for (unsigned i = 0; i < f->trades; i++) {
        const struct closed_trade *t = &f->trade[i];
        struct name_row *r[2] = {row_named(f->strategy, &f->strategies, t->strategy),
                                 row_named(f->exit, &f->exits, t->open ? "still open" : t->exit)};
        for (int k = 0; k < 2; k++) {
            r[k]->count++;
            if (t->open) continue;
            r[k]->pnl += t->proceeds - t->cost;
            r[k]->wins += t->proceeds > t->cost;
        }
    }
}

static enum error read_gates(struct db *db, struct figures *f, struct err *e)
{
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(
        db,
        "SELECT gate, count(*) FROM rejects GROUP BY gate ORDER BY count(*) DESC, gate LIMIT 20",
        &q, e);
    if (rc != OK) return rc;
    while ((rc = db_step(q, &row, e)) == OK && row)
        row_named(f->gate, &f->gates, db_get_text(q, 0))->count = db_get_i64(q, 1);
    db_release(q);
    return rc;
}

enum error figures_read(struct db *db, unsigned trials, struct figures *f, struct err *e)
{
    int64_t naive_marked = 0;
    memset(f, 0, sizeof *f);
    enum error rc = read_run(db, f, e);
    if (rc == OK) rc = read_counts(db, f, e);
    if (rc == OK) rc = read_equity(db, f, &naive_marked, e);
    if (rc == OK) rc = read_ladder(db, f, naive_marked, e);
    if (rc == OK) rc = read_days(db, trials, f, e);
    if (rc == OK) rc = read_trades(db, f, e);
    if (rc == OK) rc = read_gates(db, f, e);
    if (rc == OK) group_trades(f);
    return rc;
}
