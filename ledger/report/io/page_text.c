/* page_text.c - the report on a terminal, and as JSON. */
#include <inttypes.h>

#include "common/run/operands.h"
#include "ledger/report/io/page.h"

const char *page_sol(int64_t lamports, bool sign, char buf[32])
{
    uint64_t a = lamports < 0 ? 0 - (uint64_t)lamports : (uint64_t)lamports;
    a = (a + 50000) / 100000;
    snprintf(buf, 32, "%s%" PRIu64 ".%04" PRIu64,
             lamports < 0 && a ? "-"
             : sign            ? "+"
                               : "",
             a / 10000, a % 10000);
    return buf;
}

static void step(FILE *o, const char *what, int64_t delta, int64_t *run)
{
    char a[32], b[32];
    *run += delta;
    fprintf(o, "  %-34s %14s %14s\n", what, page_sol(delta, true, a), page_sol(*run, true, b));
}

static void text_ladder(FILE *o, const struct figures *f)
{
    const struct ladder *l = &f->ladder;
    int64_t run = 0;
    fprintf(o, "\nladder (SOL)                                   step          total\n");
    step(o, "naive P&L (last price, no costs)", l->naive, &run);
    step(o, "fees: pools, network, tips", l->fees, &run);
    step(o, "rent locked in accounts", l->rent_locked, &run);
    step(o, "latency and landing", l->latency, &run);
    step(o, "own impact", l->impact, &run);
    step(o, "sandwich loss", l->sandwich, &run);
    step(o, "marked to the curve, rent back", l->marking, &run);
    fprintf(o, "  %s\n",
            l->adds_up
                ? "the ladder adds up to equity less capital, to the lamport"
                : "THE LADDER DOES NOT ADD UP: the stream ended before a last equity record");
}

static void text_metrics(FILE *o, const struct figures *f)
{
    const struct metrics *m = &f->metrics;
    char a[32], b[32];
    int64_t closed = f->wins + f->losses;
    fprintf(o, "\nmetrics (daily-365: UTC days, idle days included)\n");
    fprintf(o,
            "  closed positions        %" PRId64 "   won %" PRId64
            " (%.1f %%)   profit factor %.2f\n",
            closed, f->wins, closed ? 100.0 * (double)f->wins / (double)closed : 0,
            f->lost ? (double)f->won / (double)f->lost : 0);
    fprintf(o, "  average win, loss       %s, %s SOL   average hold %.0f s\n",
            page_sol(f->wins ? f->won / f->wins : 0, true, a),
            page_sol(f->losses ? -f->lost / f->losses : 0, true, b),
            closed ? (double)f->hold_ns / 1e9 / (double)closed : 0);
    fprintf(o, "  days                    %u\n", m->days);
    if (m->days < 2)
        fprintf(o, "  Sharpe, Sortino, PSR    not computed: less than 2 daily returns\n");
    else
        fprintf(
            o,
            "  Sharpe (daily)          %.3f   PSR(0) %.3f   DSR %.3f   skew %.2f   kurtosis %.2f\n",
            m->sharpe_daily, m->psr, m->dsr, m->skew, m->kurtosis);
    if (m->annualised)
        fprintf(o,
                "  Sharpe-365              %.2f   Sortino-365 %.2f   CAGR %.1f %%   Calmar %.2f\n",
                m->sharpe_365, m->sortino_365, 100 * m->cagr, m->calmar);
    else
        fprintf(o, "  annual figures          not shown: %u days are fewer than %d\n", m->days,
                DAYS_TO_ANNUALISE);
}

static void text_rows(FILE *o, const char *title, const struct name_row *r, unsigned n, bool pnl)
{
    char a[32];
    if (n == 0) return;
    fprintf(o, "\n%s\n", title);
    for (unsigned i = 0; i < n; i++) {
        fprintf(o, "  %-34s %8" PRId64, r[i].name, r[i].count);
        if (pnl)
            fprintf(o, "   won %5.1f %%   %14s SOL",
                    r[i].count ? 100.0 * (double)r[i].wins / (double)r[i].count : 0,
                    page_sol(r[i].pnl, true, a));
        fputc('\n', o);
    }
}

void page_print_text(FILE *o, const struct figures *f)
{
    char a[32], b[32], c[32], from[24], to[24];
    format_moment((uint64_t)f->first_ns, from);
    format_moment((uint64_t)f->last_ns, to);
    fprintf(o, "sluice report   %s%s   %s to %s\n", f->origin,
            f->complete ? "" : " (INCOMPLETE: the stream was truncated)", from, to);
    fprintf(o, "capital %s SOL   equity %s SOL   result %s SOL (%+.2f %%)   open %" PRId64 "\n",
            page_sol(f->capital, false, a), page_sol(f->equity, false, b),
            page_sol(f->equity - f->capital, true, c),
            f->capital ? 100.0 * (double)(f->equity - f->capital) / (double)f->capital : 0,
            f->open);
    fprintf(o,
            "signals %" PRId64 "   rejects %" PRId64 "   fills %" PRId64 "   failed %" PRId64
            "   expired %" PRId64 "   refused %" PRId64
            "   others' trades our impact broke %" PRId64 "\n",
            f->signals, f->rejects, f->landed, f->failed, f->expired, f->refused, f->reverted);
    if (f->audited)
        fprintf(o, "audited %" PRId64 " fills   sandwiched %" PRId64 "   fronted %" PRId64 "\n",
                f->audited, f->sandwiched, f->fronted);
    text_ladder(o, f);
    text_metrics(o, f);
    text_rows(o, "strategies", f->strategy, f->strategies, true);
    text_rows(o, "exits by cause", f->exit, f->exits, true);
    text_rows(o, "rejects by gate", f->gate, f->gates, false);
    if (f->stream_hash[0]) fprintf(o, "\nstream-hash: %s\n", f->stream_hash);
}

static void json_string(FILE *o, const char *s)
{
    fputc('"', o);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            fprintf(o, "\\%c", *s);
        else if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f)
            fprintf(o, "\\u%04x", (unsigned char)*s);
        else
            fputc(*s, o);
    }
    fputc('"', o);
}

static void json_rows(FILE *o, const char *key, const struct name_row *r, unsigned n)
{
    fprintf(o, ",\"%s\":[", key);
    for (unsigned i = 0; i < n; i++) {
        fprintf(o, "%s{\"name\":", i ? "," : "");
        json_string(o, r[i].name);
        fprintf(o, ",\"count\":%" PRId64 ",\"wins\":%" PRId64 ",\"pnl_lamports\":%" PRId64 "}",
                r[i].count, r[i].wins, r[i].pnl);
    }
    fprintf(o, "]");
}

static void json_metrics(FILE *o, const struct metrics *m)
{
    fprintf(o,
            ",\"metrics\":{\"days\":%u,\"mean\":%.12g,\"sd\":%.12g,\"skew\":%.12g,\"kurtosis\":%."
            "12g,\"sharpe_daily\":%.12g,\"psr\":%.12g,\"dsr\":%.12g,\"max_drawdown\":%.12g",
            m->days, m->mean, m->sd, m->skew, m->kurtosis, m->sharpe_daily, m->psr, m->dsr,
            m->max_drawdown);
    if (m->annualised)
        fprintf(o, ",\"sharpe_365\":%.12g,\"sortino_365\":%.12g,\"cagr\":%.12g,\"calmar\":%.12g",
                m->sharpe_365, m->sortino_365, m->cagr, m->calmar);
    fprintf(o, "}");
}

void page_print_json(FILE *o, const struct figures *f)
{
    const struct ladder *l = &f->ladder;
    fprintf(o, "{\"origin\":");
    json_string(o, f->origin);
    fprintf(o,
            ",\"complete\":%s,\"first_ts_ns\":%" PRId64 ",\"last_ts_ns\":%" PRId64
            ",\"capital_lamports\":%" PRId64 ",\"equity_lamports\":%" PRId64
            ",\"cash_lamports\":%" PRId64 ",\"marked_lamports\":%" PRId64
            ",\"rent_lamports\":%" PRId64,
            f->complete ? "true" : "false", f->first_ns, f->last_ns, f->capital, f->equity, f->cash,
            f->marked, f->rent);
    fprintf(o,
            ",\"signals\":%" PRId64 ",\"rejects\":%" PRId64 ",\"landed\":%" PRId64
            ",\"failed\":%" PRId64 ",\"expired\":%" PRId64 ",\"refused\":%" PRId64
            ",\"wins\":%" PRId64 ",\"losses\":%" PRId64,
            f->signals, f->rejects, f->landed, f->failed, f->expired, f->refused, f->wins,
            f->losses);
    fprintf(o,
            ",\"ladder\":{\"naive_lamports\":%" PRId64 ",\"fees_lamports\":%" PRId64
            ",\"rent_locked_lamports\":%" PRId64 ",\"latency_lamports\":%" PRId64
            ",\"impact_lamports\":%" PRId64 ",\"sandwich_lamports\":%" PRId64
            ",\"marking_lamports\":%" PRId64 ",\"result_lamports\":%" PRId64 ",\"adds_up\":%s}",
            l->naive, l->fees, l->rent_locked, l->latency, l->impact, l->sandwich, l->marking,
            l->result, l->adds_up ? "true" : "false");
    json_metrics(o, &f->metrics);
    json_rows(o, "strategies", f->strategy, f->strategies);
    json_rows(o, "exits", f->exit, f->exits);
    json_rows(o, "gates", f->gate, f->gates);
    fprintf(o, ",\"stream_hash\":\"%s\"}\n", f->stream_hash);
}
