/* page_html.c - the report as one self-contained page: style, charts as SVG and tables, no script.
 * Text from outside is escaped. Light and dark follow the reader's setting; narrow screens get one
 * column. */
#include <inttypes.h>
#include <stdlib.h>

#include "common/run/operands.h"
#include "ledger/report/io/page.h"

static const char style[] =
    ":root{color-scheme:light "
    "dark;--bg:#fbfbfa;--card:#fff;--ink:#1d2327;--soft:#68737d;--line:#e3e6e8;--good:#12805c;--"
    "bad:#c0392b;--accent:#2563a8;--fill:#2563a81f}"
    "@media(prefers-color-scheme:dark){:root{--bg:#14181b;--card:#1c2226;--ink:#e6eaec;--soft:#"
    "94a0a8;--line:#2e363c;--good:#3ecf9a;--bad:#ff7b6b;--accent:#6cb2ff;--fill:#6cb2ff26}}"
    "*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 "
    "system-ui,-apple-system,'Segoe UI',sans-serif}main{max-width:1080px;margin:0 "
    "auto;padding:24px 16px 48px}"
    "h1{font-size:22px;margin:0 0 4px}h2{font-size:15px;margin:0 0 12px}p.sub{margin:0 0 "
    "20px;color:var(--soft)}.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,"
    "1fr));gap:12px;margin-bottom:16px}"
    ".card{background:var(--card);border:1px solid "
    "var(--line);border-radius:10px;padding:16px;margin-bottom:16px;min-width:0;overflow-x:auto}."
    "tiles "
    ".card{margin:0}.k{color:var(--soft);font-size:12px}.v{font-size:18px;white-space:nowrap;font-"
    "weight:600;font-variant-numeric:tabular-nums}"
    ".good{color:var(--good)}.bad{color:var(--bad)}.two{display:grid;grid-template-columns:1fr "
    "1fr;gap:16px}@media(max-width:720px){.two{grid-template-columns:1fr}.v{font-size:18px}}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:13px}th{"
    "color:var(--soft);font-weight:500;text-align:left}td,th{padding:5px 8px 5px "
    "0;border-bottom:1px solid "
    "var(--line);white-space:nowrap}td.n,th.n{text-align:right;padding-right:0;padding-left:8px}"
    "tr:last-child td{border-bottom:0}svg{display:block;width:100%;height:auto}svg "
    "text{fill:var(--soft);font:11px "
    "system-ui,sans-serif}code{font-size:11px;color:var(--soft);word-break:break-all}.warn{border-"
    "color:var(--bad)}";

static void escape(FILE *o, const char *s)
{
    for (; *s; s++) {
        if (*s == '<')
            fputs("&lt;", o);
        else if (*s == '>')
            fputs("&gt;", o);
        else if (*s == '&')
            fputs("&amp;", o);
        else if (*s == '"')
            fputs("&quot;", o);
        else
            fputc(*s, o);
    }
}

static void tile(FILE *o, const char *k, const char *v, const char *class)
{
    fprintf(o, "<div class=card><div class=k>%s</div><div class='v %s'>%s</div></div>", k, class,
            v);
}
static const char *tone(int64_t x) { return x > 0 ? "good" : x < 0 ? "bad" : ""; }

static void tiles(FILE *o, const struct figures *f)
{
    char a[32], b[64];
    int64_t result = f->equity - f->capital, closed = f->wins + f->losses;
    fprintf(o, "<div class=tiles>");
    snprintf(b, sizeof b, "%s SOL", page_sol(result, true, a));
    tile(o, "result", b, tone(result));
    snprintf(b, sizeof b, "%+.2f %%", f->capital ? 100.0 * (double)result / (double)f->capital : 0);
    tile(o, "return on capital", b, tone(result));
    snprintf(b, sizeof b, "%.2f %%", 100 * f->metrics.max_drawdown);
    tile(o, "deepest daily drawdown", b, "");
    snprintf(b, sizeof b, "%" PRId64, closed);
    tile(o, "closed positions", b, "");
    snprintf(b, sizeof b, "%.1f %%", closed ? 100.0 * (double)f->wins / (double)closed : 0);
    tile(o, "won", b, "");
    snprintf(b, sizeof b, "%.2f", f->lost ? (double)f->won / (double)f->lost : 0);
    tile(o, "profit factor", b, "");
    fprintf(o, "</div>");
}

#define CHART_W    1000.0
#define CHART_LEFT 74.0

static double x_of(const struct figures *f, int64_t ts)
{
    int64_t span = f->point[f->points - 1].ts_ns - f->point[0].ts_ns;
    return CHART_LEFT + (CHART_W - CHART_LEFT - 10) *
                            (span > 0 ? (double)(ts - f->point[0].ts_ns) / (double)span : 0);
}

static void axis(FILE *o, double lo, double hi, double h, const char *unit)
{
    for (int i = 0; i <= 4; i++) {
        double v = lo + (hi - lo) * i / 4, y = 10 + (h - 34) * (1 - i / 4.0);
        fprintf(o,
                "<line x1='%.0f' x2='%.0f' y1='%.1f' y2='%.1f' stroke='var(--line)'/><text "
                "x='%.0f' y='%.1f' text-anchor='end'>%.2f%s</text>",
                CHART_LEFT, CHART_W - 10, y, y, CHART_LEFT - 6, y + 4, v, unit);
    }
}

static void time_axis(FILE *o, const struct figures *f, double h)
{
    char t[24];
    for (int i = 0; i <= 3; i++) {
        int64_t ts =
            f->point[0].ts_ns + (f->point[f->points - 1].ts_ns - f->point[0].ts_ns) / 3 * i;
        format_moment((uint64_t)ts, t);
        fprintf(o, "<text x='%.1f' y='%.0f' text-anchor='%s'>%.5s %.5s</text>", x_of(f, ts), h - 6,
                i == 0   ? "start"
                : i == 3 ? "end"
                         : "middle",
                t + 5, t + 11);
    }
}

/* A line with a soft area under it. */
static void chart(FILE *o, const struct figures *f,
                  double (*value)(const struct figures *, unsigned), double h, const char *unit,
                  const char *color)
{
    double lo = value(f, 0), hi = lo;
    for (unsigned i = 0; i < f->points; i++) {
        double v = value(f, i);
        if (v < lo) lo = v;
        if (v > hi) hi = v;
    }
    double pad = (hi - lo) * 0.08 + 1e-4;
    lo -= pad;
    hi += color[6] == 'b' ? 0 : pad;
    fprintf(o, "<svg viewBox='0 0 %.0f %.0f' role=img>", CHART_W, h);
    axis(o, lo, hi, h, unit);
    time_axis(o, f, h);
    for (int area = 1; area >= 0; area--) {
        fprintf(o,
                area ? "<path fill='var(--fill)' d='"
                     : "<path fill=none stroke='%s' stroke-width=2 stroke-linejoin=round d='",
                color);
        for (unsigned i = 0; i < f->points; i++)
            fprintf(o, "%s%.1f %.1f", i ? "L" : "M", x_of(f, f->point[i].ts_ns),
                    10 + (h - 34) * (1 - (value(f, i) - lo) / (hi - lo)));
        if (area)
            fprintf(o, "L%.1f %.1fL%.1f %.1fZ", x_of(f, f->point[f->points - 1].ts_ns), h - 24,
                    CHART_LEFT, h - 24);
        fprintf(o, "'/>");
    }
    fprintf(o, "</svg>");
}

static double equity_at(const struct figures *f, unsigned i)
{
    return (double)f->point[i].equity / 1e9;
}
static double drawdown_at(const struct figures *f, unsigned i)
{
    static int64_t peak;
    if (i == 0) peak = f->point[0].equity;
    if (f->point[i].equity > peak) peak = f->point[i].equity;
    return peak > 0 ? -100.0 * (double)(peak - f->point[i].equity) / (double)peak : 0;
}

static void charts(FILE *o, const struct figures *f)
{
    if (f->points < 2) {
        fprintf(o, "<div class=card>Too few equity records for a chart.</div>");
        return;
    }
    fprintf(o, "<div class=card><h2>Equity, SOL, marked to the curve</h2>");
    chart(o, f, equity_at, 280, "", "var(--accent)");
    fprintf(o, "</div><div class=card><h2>Drawdown from the highest equity so far</h2>");
    chart(o, f, drawdown_at, 150, "%", "var(--bad)");
    fprintf(o, "</div>");
}

/* A waterfall: each step hangs where the one before ended. */
static void waterfall(FILE *o, const struct figures *f)
{
    const struct ladder *l = &f->ladder;
    const struct {
        const char *name;
        int64_t step;
    } steps[] = {{"naive P&amp;L", l->naive},     {"fees and tips", l->fees},
                 {"rent locked", l->rent_locked}, {"latency and landing", l->latency},
                 {"own impact", l->impact},       {"sandwich loss", l->sandwich},
                 {"marked to curve", l->marking}};
    enum { STEPS = sizeof steps / sizeof steps[0] };
    double at = 0, lo = 0, hi = 0, run = 0;
    char a[32], b[32];
    for (int i = 0; i < STEPS; i++) {
        run += (double)steps[i].step;
        if (run < lo) lo = run;
        if (run > hi) hi = run;
    }
    double span = hi - lo > 0 ? hi - lo : 1, left = 160, width = 620;
    fprintf(o,
            "<div class=card><h2>The ladder: from the naive result to the honest one, SOL</h2><svg "
            "viewBox='0 0 1000 %d' role=img>",
            (STEPS + 1) * 34 + 6);
    int64_t total = 0;
    for (int i = 0; i <= STEPS; i++) {
        bool end = i == STEPS;
        double from = end ? 0 : at, to = end ? run : at + (double)steps[i].step,
               x0 = left + width * ((from < to ? from : to) - lo) / span,
               w = width * (from < to ? to - from : from - to) / span;
        int64_t s = end ? l->result : steps[i].step;
        if (!end) total += s;
        fprintf(o,
                "<text x='150' y='%d' text-anchor='end' style='font-size:13px'>%s</text><rect "
                "x='%.1f' y='%d' width='%.1f' height='20' rx='3' fill='%s'/>",
                i * 34 + 22, end ? "result" : steps[i].name, x0, i * 34 + 7, w < 2 ? 2 : w,
                end     ? "var(--accent)"
                : s < 0 ? "var(--bad)"
                        : "var(--good)");
        fprintf(o,
                "<text x='885' y='%d' text-anchor='end' style='font-size:13px'>%s</text><text "
                "x='985' y='%d' text-anchor='end' style='font-size:13px;font-weight:600'>%s</text>",
                i * 34 + 22, end ? "" : page_sol(s, true, a), i * 34 + 22,
                page_sol(total, true, b));
        at = to;
    }
    double zero = left + width * (0 - lo) / span;
    fprintf(o,
            "<line x1='%.1f' x2='%.1f' y1='2' y2='%d' stroke='var(--soft)' stroke-dasharray='3 "
            "3'/></svg><p class=k>%s</p></div>",
            zero, zero, (STEPS + 1) * 34,
            l->adds_up ? "Steps add up to equity less capital, to the lamport."
                       : "The steps do NOT add up: the stream ended before a last equity record.");
}

static void rows(FILE *o, const char *title, const struct name_row *r, unsigned n, bool pnl)
{
    char a[32];
    fprintf(o, "<div class=card><h2>%s</h2><table><tr><th></th><th class=n>count</th>%s</tr>",
            title, pnl ? "<th class=n>won</th><th class=n>P&amp;L, SOL</th>" : "");
    for (unsigned i = 0; i < n; i++) {
        fprintf(o, "<tr><td>");
        escape(o, r[i].name);
        fprintf(o, "</td><td class=n>%" PRId64 "</td>", r[i].count);
        if (pnl)
            fprintf(o, "<td class=n>%.0f %%</td><td class='n %s'>%s</td>",
                    r[i].count ? 100.0 * (double)r[i].wins / (double)r[i].count : 0, tone(r[i].pnl),
                    page_sol(r[i].pnl, true, a));
        fprintf(o, "</tr>");
    }
    fprintf(o, "%s</table></div>", n ? "" : "<tr><td>none</td><td class=n>0</td></tr>");
}

static void metric_rows(FILE *o, const struct figures *f)
{
    const struct metrics *m = &f->metrics;
    fprintf(o,
            "<div class=card><h2>Metrics (UTC days, idle days "
            "included)</h2><table><tr><td>days</td><td class=n>%u</td></tr>",
            m->days);
    if (m->days < 2)
        fprintf(
            o,
            "<tr><td>Sharpe, PSR, DSR</td><td class=n>not computed: fewer than 2 days</td></tr>");
    else
        fprintf(o,
                "<tr><td>Sharpe, daily</td><td class=n>%.3f</td></tr><tr><td>PSR against 0</td><td "
                "class=n>%.3f</td></tr><tr><td>DSR</td><td class=n>%.3f</td></tr>",
                m->sharpe_daily, m->psr, m->dsr);
    if (m->annualised)
        fprintf(o,
                "<tr><td>Sharpe-365</td><td class=n>%.2f</td></tr><tr><td>Sortino-365</td><td "
                "class=n>%.2f</td></tr><tr><td>CAGR</td><td class=n>%.1f "
                "%%</td></tr><tr><td>Calmar</td><td class=n>%.2f</td></tr>",
                m->sharpe_365, m->sortino_365, 100 * m->cagr, m->calmar);
    else
        fprintf(o, "<tr><td>annual figures</td><td class=n>not shown below %d days</td></tr>",
                DAYS_TO_ANNUALISE);
    fprintf(o,
            "<tr><td>orders landed, failed</td><td class=n>%" PRId64 ", %" PRId64
            "</td></tr><tr><td>orders expired, refused</td><td class=n>%" PRId64 ", %" PRId64
            "</td></tr><tr><td>trades of others our impact broke</td><td class=n>%" PRId64
            "</td></tr>",
            f->landed, f->failed, f->expired, f->refused, f->reverted);
    if (f->audited)
        fprintf(o,
                "<tr><td>fills audited, sandwiched, fronted</td><td class=n>%" PRId64 ", %" PRId64
                ", %" PRId64 "</td></tr>",
                f->audited, f->sandwiched, f->fronted);
    fprintf(o, "</table></div>");
}

static void trades(FILE *o, const struct figures *f)
{
    unsigned shown = f->trades < 200 ? f->trades : 200;
    char a[32], b[32], t[24];
    fprintf(o,
            "<div class=card><h2>Trades%s</h2><table><tr><th>opened "
            "(UTC)</th><th>token</th><th>strategy</th><th>exit</th><th class=n>held, s</th><th "
            "class=n>cost</th><th class=n>P&amp;L, SOL</th></tr>",
            shown < f->trades ? ": the last 200" : "");
    for (unsigned i = f->trades - shown; i < f->trades; i++) {
        const struct closed_trade *x = &f->trade[i];
        format_moment((uint64_t)x->opened_ns, t);
        fprintf(o, "<tr><td>%.10s %.8s</td><td title='%s'>%.6s&hellip;</td><td>", t, t + 11,
                x->mint, x->mint);
        escape(o, x->strategy);
        fprintf(
            o,
            "</td><td>%s</td><td class=n>%.0f</td><td class=n>%s</td><td class='n %s'>%s</td></tr>",
            x->open ? "still open" : x->exit, (double)(x->closed_ns - x->opened_ns) / 1e9,
            page_sol(x->cost, false, a), x->open ? "" : tone(x->proceeds - x->cost),
            x->open ? "" : page_sol(x->proceeds - x->cost, true, b));
    }
    fprintf(o, "%s</table></div>", shown ? "" : "<tr><td>none</td></tr>");
}

void page_print_html(FILE *o, const struct figures *f)
{
    char from[24], to[24], a[32], b[32];
    format_moment((uint64_t)f->first_ns, from);
    format_moment((uint64_t)f->last_ns, to);
    fprintf(o,
            "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport "
            "content='width=device-width,initial-scale=1'><title>sluice "
            "report</title><style>%s</style></head><body><main><h1>sluice report</h1><p class=sub>",
            style);
    escape(o, f->origin);
    fprintf(o, " &middot; %s to %s &middot; capital %s SOL &middot; equity %s SOL</p>", from, to,
            page_sol(f->capital, false, a), page_sol(f->equity, false, b));
    if (!f->complete)
        fprintf(o, "<div class='card warn'>The input was truncated: this is what was known when it "
                   "ended.</div>");
    tiles(o, f);
    charts(o, f);
    waterfall(o, f);
    fprintf(o, "<div class=two>");
    metric_rows(o, f);
    rows(o, "Exits by cause", f->exit, f->exits, true);
    rows(o, "Strategies", f->strategy, f->strategies, true);
    rows(o, "Not traded: rejects by gate", f->gate, f->gates, false);
    fprintf(o, "</div>");
    trades(o, f);
    fprintf(o, "<p><code>stream-hash %s</code></p></main></body></html>\n", f->stream_hash);
}
