/* page_lines.c - the named figures and the ladder's steps, which every form of the report shows. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

#include "ledger/report/io/page.h"

const char *page_sol(int64_t lamports, bool sign, char buf[32])
{
    uint64_t a = lamports < 0 ? 0 - (uint64_t)lamports : (uint64_t)lamports;
    const char *mark = lamports > 0 ? "+" : "";
    a = a / 100000 + (a % 100000 >= 50000);
    if (lamports < 0 && a) mark = "-";
    snprintf(buf, 32, "%s%" PRIu64 ".%04" PRIu64, sign || lamports < 0 ? mark : "", a / 10000,
             a % 10000);
    return buf;
}

void page_steps(const struct figures *f, struct page_step steps[PAGE_STEPS])
{
    const struct ladder *l = &f->ladder;
    const struct page_step all[PAGE_STEPS] = {
        {"naive P&L (last price, no costs)", "naive", l->naive},
        {"fees: pools, network, tips", "fees", l->fees},
        {"rent locked in accounts", "rent_locked", l->rent_locked},
        {"latency and landing", "latency", l->latency},
        {"own impact", "impact", l->impact},
        {"sandwich loss", "sandwich", l->sandwich},
        {"marked to the curve, rent back", "marking", l->marking}};
    for (unsigned i = 0; i < PAGE_STEPS; i++) steps[i] = all[i];
}

struct lines {
    struct page_line *line;
    unsigned n;
};

static void add(struct lines *l, const char *label, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void add(struct lines *l, const char *label, const char *fmt, ...)
{
    va_list ap;
    if (l->n == PAGE_LINES) return;
    struct page_line *x = &l->line[l->n++];
    x->label = label;
    va_start(ap, fmt);
    vsnprintf(x->value, sizeof x->value, fmt, ap);
    va_end(ap);
}

/* A statistic with its decimals, or the reason why it is absent. */
static void add_figure(struct lines *l, const char *label, double v, int decimals, const char *unit,
                       const char *reason)
{
    if (isnan(v))
        add(l, label, "not computed (%s)", reason);
    else
        add(l, label, "%.*f%s", decimals, v, unit);
}

static void add_average(struct lines *l, const char *label, int64_t sum, int64_t n,
                        const char *reason)
{
    char a[32];
    if (n)
        add(l, label, "%s SOL", page_sol(sum / n, true, a));
    else
        add(l, label, "not computed (%s)", reason);
}

unsigned page_position_lines(const struct figures *f, struct page_line *lines)
{
    const struct tally *t = &f->tally;
    struct lines l = {.line = lines};
    double n = (double)t->positions, valued = (double)t->valued;
    add(&l, "positions", "%" PRId64, t->positions);
    add(&l, "still open, marked to the curve", "%" PRId64, t->open - (t->positions - t->valued));
    if (t->positions > t->valued)
        add(&l, "still open, without a mark", "%" PRId64 " (not in the figures below)",
            t->positions - t->valued);
    add(&l, "entries that failed, fees paid", "%" PRId64, t->failed_entries);
    if (t->valued)
        add(&l, "won", "%" PRId64 " (%.1f %%)", t->wins, 100 * (double)t->wins / valued);
    else
        add(&l, "won", "not computed (no positions)");
    add_figure(&l, "profit factor", t->lost ? (double)t->won / (double)t->lost : NAN, 2, "",
               t->valued ? "no losses" : "no positions");
    add_average(&l, "average win", t->won, t->wins, "no wins");
    add_average(&l, "average loss", -t->lost, t->losses, "no losses");
    add_figure(&l, "average hold", n > 0 ? (double)t->hold_ns / 1e9 / n : NAN, 0, " s",
               "no positions");
    return l.n;
}

static void add_drawdown(struct lines *l, const struct figures *f)
{
    char a[32];
    if (f->has_equity)
        add(l, "deepest drawdown, intraday", "%.2f %% (%s SOL)", 100 * f->drawdown,
            page_sol(f->drawdown_lamports, false, a));
    else
        add(l, "deepest drawdown, intraday", "not computed (no equity records)");
    add_figure(l, "deepest drawdown, daily", 100 * f->metrics.max_drawdown, 2, " %",
               "no equity records");
}

static void add_annual(struct lines *l, const struct metrics *m)
{
    char few[40];
    snprintf(few, sizeof few, "fewer than %d days", DAYS_TO_ANNUALISE);
    const char *why = m->days < DAYS_TO_ANNUALISE ? few : NULL;
    add_figure(l, "Sharpe-365", m->sharpe_365, 2, "", why ? why : "no variation");
    add_figure(l, "Sortino-365", m->sortino_365, 2, "", why ? why : "no losing day");
    add_figure(l, "CAGR", 100 * m->cagr, 1, " %", why ? why : "no capital left");
    add_figure(l, "Calmar", m->calmar, 2, "", why ? why : "no drawdown");
}

unsigned page_metric_lines(const struct figures *f, struct page_line *lines)
{
    struct lines l = {.line = lines};
    const struct metrics *m = &f->metrics;
    const char *why = m->days < 2 ? "fewer than 2 days" : "no variation";
    add(&l, "days", "%u", m->days);
    add_drawdown(&l, f);
    add_figure(&l, "Sharpe, daily", m->sharpe_daily, 3, "", why);
    add_figure(&l, "PSR against 0", m->psr, 3, "", why);
    add_figure(&l, "DSR", m->dsr, 3, "", why);
    add_figure(&l, "skew", m->skew, 2, "", why);
    add_figure(&l, "kurtosis", m->kurtosis, 2, "", why);
    add_annual(&l, m);
    return l.n;
}
