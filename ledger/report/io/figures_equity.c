/* figures_equity.c - the equity curve: first and last value, days, deepest drawdown, chart points.
 */
#include <math.h>

#include "common/base/num.h"
#include "ledger/report/io/report_internal.h"

#define DAY_NS (INT64_C(86400) * 1000000000)

/* A walk over all equity records, in order of time. */
struct walk {
    struct figures *f;
    int64_t every, seen;      /* one point is kept of so many records */
    int64_t day, value, peak; /* day and equity of the record before */
    double deepest;           /* drawdown since the last point that was kept */
    double day_end[METRICS_DAYS_MAX + 1];
    unsigned days;
};

static void begin(struct walk *w, int64_t ts_ns, int64_t equity)
{
    w->f->first_ns = ts_ns;
    w->f->capital = equity;
    w->f->drawdown = 0;
    w->f->has_equity = true;
    w->day = ts_ns / DAY_NS;
    w->value = w->peak = equity;
    w->day_end[0] = (double)equity;
}

/* A day without a record keeps the value before it: idle days count. */
static void end_days(struct walk *w, int64_t ts_ns)
{
    for (; ts_ns / DAY_NS > w->day && w->days < METRICS_DAYS_MAX; w->day++)
        w->day_end[++w->days] = (double)w->value;
}

static void fall(struct walk *w, int64_t equity)
{
    if (equity > w->peak) w->peak = equity;
    double share = w->peak > 0 ? ((double)w->peak - (double)equity) / (double)w->peak : 0;
    if (share > w->deepest) w->deepest = share;
    if (share <= w->f->drawdown) return;
    w->f->drawdown = share;
    if (!sub_i64(w->peak, equity, &w->f->drawdown_lamports)) w->f->drawdown_lamports = INT64_MAX;
}

static void keep(struct walk *w, int64_t ts_ns, int64_t equity)
{
    if (w->f->points == FIGURE_POINTS) return;
    w->f->point[w->f->points++] = (struct figure_point){ts_ns, equity, w->deepest};
    w->deepest = 0;
}

static void take(struct walk *w, int64_t ts_ns, int64_t equity, bool last)
{
    if (w->seen == 0) begin(w, ts_ns, equity);
    end_days(w, ts_ns);
    fall(w, equity);
    if (w->seen % w->every == 0 || last) keep(w, ts_ns, equity);
    w->value = equity;
    w->seen++;
}

static enum error walk_all(struct db *db, struct walk *w, int64_t records, struct err *e)
{
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(db, "SELECT ts_ns, equity FROM equity ORDER BY ts_ns, seq", &q, e);
    if (rc != OK) return rc;
    while ((rc = db_step(q, &row, e)) == OK && row)
        take(w, db_get_i64(q, 0), db_get_i64(q, 1), w->seen == records - 1);
    db_release(q);
    if (w->seen && w->days < METRICS_DAYS_MAX) w->day_end[++w->days] = (double)w->value;
    return rc;
}

enum error figures_read_equity(struct db *db, unsigned trials, struct figures *f, struct err *e)
{
    static struct walk w;
    int64_t records = 0, *const count[] = {&records};
    int64_t *const last[] = {&f->last_ns, &f->cash,   &f->marked, &f->naive_marked,
                             &f->rent,    &f->equity, &f->open,   &f->reverted};
    enum error rc = figures_row(db, "SELECT count(*) FROM equity", count, 1, e);
    if (rc == OK)
        rc = figures_row(db,
                         "SELECT ts_ns, cash, marked, naive, rent, equity, open, reverted FROM "
                         "equity ORDER BY ts_ns DESC, seq DESC LIMIT 1",
                         last, COUNT_OF(last), e);
    if (rc != OK) return rc;
    w = (struct walk){.f = f, .every = records / (FIGURE_POINTS - 1) + 1};
    f->drawdown = NAN;
    rc = walk_all(db, &w, records, e);
    if (rc == OK) metrics_of(w.day_end, w.days, trials, &f->metrics);
    return rc;
}
