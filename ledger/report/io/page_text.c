/* page_text.c - the report on a terminal. */
#include <inttypes.h>

#include "common/run/moment.h"
#include "ledger/report/io/page.h"

static void header(FILE *o, const struct figures *f)
{
    char a[32], b[32], c[32], from[24], to[24];
    moment_format((uint64_t)f->first_ns, from);
    moment_format((uint64_t)f->last_ns, to);
    fprintf(o, "sluice report   %s%s", f->origin,
            f->complete ? "" : " (INCOMPLETE: the stream was truncated)");
    if (!f->has_equity) {
        fprintf(o, "\ncapital, equity, result: not computed (no equity records)\n");
        return;
    }
    fprintf(o, "   %s to %s\ncapital %s SOL   equity %s SOL   result %s SOL", from, to,
            page_sol(f->capital, false, a), page_sol(f->equity, false, b),
            page_sol(f->result, true, c));
    if (f->capital > 0) fprintf(o, " (%+.2f %%)", 100.0 * (double)f->result / (double)f->capital);
    fputc('\n', o);
}

static void counts(FILE *o, const struct figures *f)
{
    fprintf(o,
            "signals %" PRId64 "   rejects %" PRId64 "   fills %" PRId64 "   failed %" PRId64
            "   expired %" PRId64 "   refused %" PRId64
            "   trades of others that our impact broke %" PRId64 "\n",
            f->signals, f->rejects, f->landed, f->failed, f->expired, f->refused, f->reverted);
    if (f->audited)
        fprintf(o, "audited %" PRId64 " fills   sandwiched %" PRId64 "   fronted %" PRId64 "\n",
                f->audited, f->sandwiched, f->fronted);
}

static void alerts(FILE *o, const struct figures *f)
{
    char t[24];
    if (!f->alerts) return;
    fprintf(o, "\nalerts: %" PRId64 ", of which critical %" PRId64 "%s\n", f->alerts, f->critical,
            f->alerts > f->alerts_kept ? "; the latest" : "");
    for (unsigned i = 0; i < f->alerts_kept; i++) {
        const struct figure_alert *a = &f->alert[i];
        moment_format((uint64_t)a->ts_ns, t);
        fprintf(o, "  %s %-8s %s: %s\n", t, a->level, a->code, a->text);
    }
}

static void ladder(FILE *o, const struct figures *f)
{
    struct page_step step[PAGE_STEPS];
    char a[32], b[32];
    int64_t run = 0;
    page_steps(f, step);
    fprintf(o, "\nladder (SOL)                                   step          total\n");
    for (unsigned i = 0; i < PAGE_STEPS; i++) {
        run += step[i].lamports;
        fprintf(o, "  %-34s %14s %14s\n", step[i].name, page_sol(step[i].lamports, true, a),
                page_sol(run, true, b));
    }
    fprintf(o, "  %s\n",
            f->ladder.adds_up
                ? "the ladder adds up to equity less capital, to the lamport"
                : "THE LADDER DOES NOT ADD UP: the stream ended before a last equity record");
}

static void lines(FILE *o, const char *title, const struct page_line *line, unsigned n)
{
    fprintf(o, "\n%s\n", title);
    for (unsigned i = 0; i < n; i++) fprintf(o, "  %-34s %s\n", line[i].label, line[i].value);
}

static void outcome(FILE *o, const struct tally_row *r)
{
    char a[32];
    fprintf(o, "  %-34s %8" PRId64 " %6" PRId64, r->name, r->count, r->open);
    if (r->valued)
        fprintf(o, " %7.1f %%", 100 * (double)r->wins / (double)r->valued);
    else
        fprintf(o, " %9s", "-");
    fprintf(o, " %14s\n", page_sol(r->pnl, true, a));
}

static void outcomes(FILE *o, const char *title, const struct tally_table *t,
                     const struct figures *f)
{
    char a[32];
    if (t->rows == 0) return;
    fprintf(o, "\n%-36s %8s %6s %9s %14s\n", title, "count", "open", "won", "P&L, SOL");
    for (unsigned i = 0; i < t->rows; i++) outcome(o, &t->row[i]);
    if (f->unplaced)
        fprintf(o, "  %-34s %40s\n", "outside marked positions", page_sol(f->unplaced, true, a));
    fprintf(o, "  %-34s %8" PRId64 " %6" PRId64 " %24s\n", "total", tally_count(t), f->tally.open,
            f->has_equity ? page_sol(f->result, true, a) : "not computed");
}

static void gates(FILE *o, const struct figures *f)
{
    if (f->gate.rows == 0) return;
    fprintf(o, "\nrejects by gate\n");
    for (unsigned i = 0; i < f->gate.rows; i++)
        fprintf(o, "  %-34s %8" PRId64 "\n", f->gate.row[i].name, f->gate.row[i].count);
    fprintf(o, "  %-34s %8" PRId64 "\n", "total", f->rejects);
}

void page_print_text(FILE *o, const struct figures *f)
{
    struct page_line line[PAGE_LINES];
    header(o, f);
    counts(o, f);
    alerts(o, f);
    ladder(o, f);
    lines(o, "positions", line, page_position_lines(f, line));
    lines(o, "metrics (UTC days, idle days included)", line, page_metric_lines(f, line));
    outcomes(o, "strategies", &f->tally.strategy, f);
    outcomes(o, "exits by cause", &f->tally.cause, f);
    gates(o, f);
    if (f->stream_hash[0]) fprintf(o, "\nstream-hash: %s\n", f->stream_hash);
}
