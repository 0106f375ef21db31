/* page_json.c - the report as one JSON object. */
#include <inttypes.h>
#include <math.h>

#include "ledger/report/io/page.h"

/* The text is valid UTF-8 without control characters: see figures_text(). */
static void string(FILE *o, const char *key, const char *s)
{
    fprintf(o, "\"%s\":\"", key);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') fputc('\\', o);
        fputc(*s, o);
    }
    fputc('"', o);
}

static void integer(FILE *o, const char *key, int64_t v) { fprintf(o, ",\"%s\":%" PRId64, key, v); }

static void integer_or_null(FILE *o, const char *key, bool known, int64_t v)
{
    if (known)
        integer(o, key, v);
    else
        fprintf(o, ",\"%s\":null", key);
}

static void number(FILE *o, const char *key, double v)
{
    if (isfinite(v))
        fprintf(o, ",\"%s\":%.12g", key, v);
    else
        fprintf(o, ",\"%s\":null", key);
}

static double ratio(int64_t part, int64_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

static void worth(FILE *o, const struct figures *f)
{
    bool known = f->has_equity;
    fprintf(o, ",\"complete\":%s", f->complete ? "true" : "false");
    integer_or_null(o, "first_ts_ns", known, f->first_ns);
    integer_or_null(o, "last_ts_ns", known, f->last_ns);
    integer_or_null(o, "capital_lamports", known, f->capital);
    integer_or_null(o, "equity_lamports", known, f->equity);
    integer_or_null(o, "result_lamports", known, f->result);
    integer_or_null(o, "cash_lamports", known, f->cash);
    integer_or_null(o, "marked_lamports", known, f->marked);
    integer_or_null(o, "rent_lamports", known, f->rent);
}

static void counts(FILE *o, const struct figures *f)
{
    integer(o, "signals", f->signals);
    integer(o, "rejects", f->rejects);
    integer(o, "landed", f->landed);
    integer(o, "failed", f->failed);
    integer(o, "expired", f->expired);
    integer(o, "refused", f->refused);
    integer(o, "audited", f->audited);
    integer(o, "sandwiched", f->sandwiched);
    integer(o, "fronted", f->fronted);
    integer(o, "reverted", f->reverted);
}

static void positions(FILE *o, const struct figures *f)
{
    const struct tally *t = &f->tally;
    integer(o, "positions", t->positions);
    integer(o, "open_positions", t->open);
    integer(o, "unmarked_positions", t->positions - t->valued);
    integer(o, "failed_entries", t->failed_entries);
    integer(o, "wins", t->wins);
    integer(o, "losses", t->losses);
    number(o, "win_rate", ratio(t->wins, t->valued));
    number(o, "profit_factor", ratio(t->won, t->lost));
    integer_or_null(o, "average_win_lamports", t->wins, t->wins ? t->won / t->wins : 0);
    integer_or_null(o, "average_loss_lamports", t->losses, t->losses ? -t->lost / t->losses : 0);
    integer_or_null(o, "average_hold_ns", t->positions,
                    t->positions ? t->hold_ns / t->positions : 0);
    integer_or_null(o, "unplaced_lamports", f->has_equity, f->unplaced);
}

static void ladder(FILE *o, const struct figures *f)
{
    struct page_step step[PAGE_STEPS];
    page_steps(f, step);
    fprintf(o, ",\"ladder\":{");
    for (unsigned i = 0; i < PAGE_STEPS; i++)
        fprintf(o, "%s\"%s_lamports\":%" PRId64, i ? "," : "", step[i].key, step[i].lamports);
    integer_or_null(o, "result_lamports", f->has_equity, f->ladder.result);
    fprintf(o, ",\"adds_up\":%s}", f->ladder.adds_up ? "true" : "false");
}

static void metrics(FILE *o, const struct figures *f)
{
    const struct metrics *m = &f->metrics;
    fprintf(o, ",\"metrics\":{\"days\":%u,\"trials\":%u", m->days, f->trials);
    number(o, "mean", m->mean);
    number(o, "sd", m->sd);
    number(o, "skew", m->skew);
    number(o, "kurtosis", m->kurtosis);
    number(o, "sharpe_daily", m->sharpe_daily);
    number(o, "psr", m->psr);
    number(o, "dsr", m->dsr);
    number(o, "max_drawdown", m->max_drawdown);
    number(o, "max_drawdown_intraday", f->drawdown);
    integer_or_null(o, "max_drawdown_intraday_lamports", f->has_equity, f->drawdown_lamports);
    number(o, "sharpe_365", m->sharpe_365);
    number(o, "sortino_365", m->sortino_365);
    number(o, "cagr", m->cagr);
    number(o, "calmar", m->calmar);
    fputc('}', o);
}

static void outcomes(FILE *o, const char *key, const struct tally_table *t)
{
    fprintf(o, ",\"%s\":[", key);
    for (unsigned i = 0; i < t->rows; i++) {
        const struct tally_row *r = &t->row[i];
        fprintf(o, "%s{", i ? "," : "");
        string(o, "name", r->name);
        integer(o, "count", r->count);
        integer(o, "open", r->open);
        integer_or_null(o, "wins", r->valued, r->wins);
        integer(o, "pnl_lamports", r->pnl);
        fputc('}', o);
    }
    fputc(']', o);
}

static void gates(FILE *o, const struct tally_table *t)
{
    fprintf(o, ",\"gates\":[");
    for (unsigned i = 0; i < t->rows; i++) {
        fprintf(o, "%s{", i ? "," : "");
        string(o, "name", t->row[i].name);
        integer(o, "count", t->row[i].count);
        fputc('}', o);
    }
    fputc(']', o);
}

static void alerts(FILE *o, const struct figures *f)
{
    integer(o, "alert_count", f->alerts);
    integer(o, "critical_count", f->critical);
    fprintf(o, ",\"alerts\":[");
    for (unsigned i = 0; i < f->alerts_kept; i++) {
        const struct figure_alert *a = &f->alert[i];
        fprintf(o, "%s{\"ts_ns\":%" PRId64 ",", i ? "," : "", a->ts_ns);
        string(o, "level", a->level);
        fputc(',', o);
        string(o, "code", a->code);
        fputc(',', o);
        string(o, "text", a->text);
        fputc('}', o);
    }
    fputc(']', o);
}

void page_print_json(FILE *o, const struct figures *f)
{
    fputc('{', o);
    string(o, "origin", f->origin);
    worth(o, f);
    counts(o, f);
    positions(o, f);
    ladder(o, f);
    metrics(o, f);
    outcomes(o, "strategies", &f->tally.strategy);
    outcomes(o, "exits", &f->tally.cause);
    gates(o, &f->gate);
    alerts(o, f);
    fputc(',', o);
    string(o, "stream_hash", f->stream_hash);
    fprintf(o, "}\n");
}
