/* page_html.c - the report as one self-contained page: style, charts, tables, no script. Text out
 * of the ledger is escaped. Light and dark follow the reader's setting; a narrow screen gets one
 * column, and tables drop their least columns (class wide). */
#include <inttypes.h>

#include "common/run/moment.h"
#include "ledger/report/io/page.h"

static const char style[] =
    ":root{color-scheme:light dark;--bg:#f7f7f5;--card:#fff;--ink:#1d2327;--soft:#5f6a73;"
    "--line:#e3e6e8;--good:#0f7351;--bad:#b83227;--accent:#2563a8;--fill:#2563a81f;--red:#b832271f}"
    "@media(prefers-color-scheme:dark){:root{--bg:#14181b;--card:#1c2226;--ink:#e6eaec;"
    "--soft:#9aa6ae;--line:#2e363c;--good:#3ecf9a;--bad:#ff7b6b;--accent:#6cb2ff;--fill:#6cb2ff26;"
    "--red:#ff7b6b26}}"
    "*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 "
    "system-ui,-apple-system,'Segoe UI',sans-serif}"
    "main{max-width:1080px;margin:0 auto;padding:24px 16px 48px}"
    "h1{font-size:22px;margin:0 0 4px}h2{font-size:15px;margin:0 0 12px}"
    "p{margin:0}p.sub{margin:0 0 20px;color:var(--soft)}p.note,code{color:var(--soft);"
    "font-size:12px}p.note{margin-top:10px}code{overflow-wrap:anywhere}"
    ".card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;"
    "margin-bottom:16px;min-width:0}.warn{border-color:var(--bad)}"
    ".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;"
    "margin-bottom:16px}.tiles .card{margin:0}.k{color:var(--soft);font-size:12px}"
    ".v{font-size:19px;font-weight:600;white-space:nowrap}"
    ".v,td,th,.ys,.step{font-variant-numeric:tabular-nums}.good{color:var(--good)}"
    ".bad{color:var(--bad)}"
    ".two{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 16px;"
    "align-items:start}"
    "table{border-collapse:collapse;width:100%;font-size:13px}th{color:var(--soft);"
    "font-weight:500;text-align:left;vertical-align:bottom}td,th{padding:5px 10px 5px 0;"
    "border-bottom:1px solid var(--line);overflow-wrap:anywhere}"
    "td.n,th.n{text-align:right;padding:5px 0 5px 10px;overflow-wrap:normal}"
    "td.n.s{white-space:nowrap}"
    "tr:last-child td{border-bottom:0}tr.total td{font-weight:600;border-top:1px solid var(--soft)}"
    ".chart{display:flex;height:240px}.chart.fall{height:120px}"
    ".chart svg{flex:1;min-width:0;height:100%;overflow:visible}"
    ".ys{display:flex;flex-direction:column;justify-content:space-between;text-align:right;"
    "padding-right:8px;margin:-8px "
    "0;width:64px;white-space:nowrap}.ys,.xs{color:var(--soft);font-size:11px}"
    ".xs{display:flex;justify-content:space-between;margin:10px 0 0 64px}"
    "svg *{vector-effect:non-scaling-stroke}svg line{stroke:var(--line)}"
    ".line{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round}"
    ".area{fill:var(--fill)}.fall .line{stroke:var(--bad)}.fall .area{fill:var(--red)}"
    ".step{display:grid;grid-template-columns:220px 1fr 84px 84px;gap:0 12px;align-items:center;"
    "font-size:13px;padding:5px 0}.step span{text-align:right}"
    ".bar{position:relative;height:18px;background:linear-gradient(var(--line),var(--line)) "
    "var(--zero) 0/1px 100% no-repeat}"
    ".bar i{position:absolute;top:0;bottom:0;min-width:2px;border-radius:3px}"
    ".bar .good{background:var(--good)}.bar .bad{background:var(--bad)}"
    ".bar .all{background:var(--accent)}.step b{font-weight:600;text-align:right}"
    ".alert{font-size:13px;padding:5px 0;border-bottom:1px solid var(--line);"
    "overflow-wrap:anywhere}.alert:last-of-type{border-bottom:0}.alert time{color:var(--soft)}"
    "@media(max-width:720px){.two{grid-template-columns:minmax(0,1fr)}.wide{display:none}"
    "main{padding:16px 12px 32px}.card{padding:14px 12px}.xs span:nth-child(2),.xs "
    "span:nth-child(3){display:none}"
    ".ys{width:52px}.xs{margin-left:52px}.step{grid-template-columns:1fr 74px 74px}"
    ".step .bar{grid-row:2;grid-column:1/4}}";

static void escape(FILE *o, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '<': fputs("&lt;", o); break;
        case '>': fputs("&gt;", o); break;
        case '&': fputs("&amp;", o); break;
        case '"': fputs("&quot;", o); break;
        case '\'': fputs("&#39;", o); break;
        default: fputc(*s, o);
        }
    }
}

static const char *tone(int64_t x) { return x > 0 ? "good" : x < 0 ? "bad" : ""; }

static void tile(FILE *o, const char *name, const char *value, const char *class)
{
    fprintf(o, "<div class=card><div class=k>%s</div><div class='v %s'>%s</div></div>", name, class,
            value);
}

static void tile_result(FILE *o, const struct figures *f)
{
    char a[32], b[64] = "not computed";
    if (!f->has_equity) {
        tile(o, "result, SOL", b, "");
        tile(o, "return on capital", b, "");
        tile(o, "drawdown, intraday", b, "");
        return;
    }
    fprintf(o,
            "<div class=card><div class=k>result, SOL</div><div class='v %s' id=result "
            "data-lamports='%" PRId64 "'>%s</div></div>",
            tone(f->result), f->result, page_sol(f->result, true, a));
    if (f->capital > 0)
        snprintf(b, sizeof b, "%+.2f %%", 100.0 * (double)f->result / (double)f->capital);
    tile(o, "return on capital", b, tone(f->result));
    snprintf(b, sizeof b, "%.2f %%", 100 * f->drawdown);
    tile(o, "drawdown, intraday", b, "");
}

static void tiles(FILE *o, const struct figures *f)
{
    const struct tally *t = &f->tally;
    char b[64], label[48];
    fprintf(o, "<div class=tiles>");
    tile_result(o, f);
    snprintf(label, sizeof label, "positions, %" PRId64 " open", t->open);
    snprintf(b, sizeof b, "%" PRId64, t->positions);
    tile(o, label, b, "");
    snprintf(b, sizeof b, "%.1f %%", 100 * (double)t->wins / (double)(t->valued ? t->valued : 1));
    tile(o, "won", t->valued ? b : "not computed", "");
    snprintf(b, sizeof b, "%.2f", (double)t->won / (double)(t->lost ? t->lost : 1));
    tile(o, "profit factor", t->lost ? b : t->valued ? "no losses" : "not computed", "");
    fprintf(o, "</div>");
}

static void alerts(FILE *o, const struct figures *f)
{
    char t[24];
    if (!f->alerts) return;
    fprintf(o, "<div class='card%s'><h2>Alerts: %" PRId64 ", of which critical %" PRId64 "%s</h2>",
            f->critical ? " warn" : "", f->alerts, f->critical,
            f->alerts > f->alerts_kept ? "; the latest" : "");
    for (unsigned i = 0; i < f->alerts_kept; i++) {
        const struct figure_alert *a = &f->alert[i];
        moment_format((uint64_t)a->ts_ns, t);
        fprintf(o, "<div class=alert><time>%.10s %.8s</time> <b>", t, t + 11);
        escape(o, a->level);
        fprintf(o, "</b> ");
        escape(o, a->code);
        fprintf(o, ": ");
        escape(o, a->text);
        fprintf(o, "</div>");
    }
    fprintf(o, "</div>");
}

static void charts(FILE *o, const struct figures *f)
{
    if (f->points < 2) {
        fprintf(o, "<div class=card>Too few equity records for a chart.</div>");
        return;
    }
    fprintf(o, "<div class=card><h2>Equity, SOL, marked to the curve</h2>");
    page_chart_equity(o, f);
    fprintf(o, "</div><div class=card><h2>Drawdown from the highest equity so far</h2>");
    page_chart_drawdown(o, f);
    fprintf(o, "</div>");
}

/* ---- the ladder as a waterfall: each bar hangs where the one before it ended ---- */

struct span {
    double lo, hi;
};

static double percent(const struct span *s, double v)
{
    return s->hi > s->lo ? 100 * (v - s->lo) / (s->hi - s->lo) : 0;
}

static struct span span_of(const struct page_step *step)
{
    struct span s = {0, 0};
    double run = 0;
    for (unsigned i = 0; i < PAGE_STEPS; i++) {
        run += (double)step[i].lamports;
        if (run < s.lo) s.lo = run;
        if (run > s.hi) s.hi = run;
    }
    return s;
}

static void bar(FILE *o, const struct span *s, double from, double to, const char *class)
{
    double left = percent(s, from < to ? from : to), right = percent(s, from < to ? to : from);
    fprintf(o,
            "<div class=bar style='--zero:%.2f%%'><i class='%s' "
            "style='left:%.2f%%;width:%.2f%%'></i></div>",
            percent(s, 0), class, left, right - left);
}

static void waterfall(FILE *o, const struct figures *f)
{
    struct page_step step[PAGE_STEPS];
    char a[32], b[32];
    int64_t run = 0;
    page_steps(f, step);
    struct span s = span_of(step);
    fprintf(o, "<div class=card id=ladder><h2>From the naive result to the honest one, SOL</h2>");
    for (unsigned i = 0; i < PAGE_STEPS; i++) {
        int64_t from = run;
        run += step[i].lamports;
        fprintf(o, "<div class=step><div>");
        escape(o, step[i].name);
        fprintf(o, "</div>");
        bar(o, &s, (double)from, (double)run, tone(step[i].lamports));
        fprintf(o, "<span class=step-value data-lamports='%" PRId64 "'>%s</span><b>%s</b></div>",
                step[i].lamports, page_sol(step[i].lamports, true, a), page_sol(run, true, b));
    }
    fprintf(o, "<div class=step><div><b>result</b></div>");
    bar(o, &s, 0, (double)run, "all");
    fprintf(o, "<span></span><b>%s</b></div><p class=note>%s</p></div>", page_sol(run, true, a),
            f->ladder.adds_up
                ? "The steps add up to equity less capital, to the lamport."
                : "The steps do NOT add up: the stream ended before a last equity record.");
}

/* ---- tables ---- */

static void amount(FILE *o, int64_t lamports, bool sign)
{
    char a[32];
    fprintf(o, "<td class='n s %s' data-lamports='%" PRId64 "'>%s</td>", sign ? tone(lamports) : "",
            lamports, page_sol(lamports, sign, a));
}

static void total(FILE *o, const struct figures *f)
{
    if (f->has_equity)
        amount(o, f->result, true);
    else
        fprintf(o, "<td class=n>not computed</td>");
}

/* What no row of the table holds: rare, so it is a row only when it is not zero. */
static void unplaced(FILE *o, const struct figures *f, int columns)
{
    if (!f->unplaced) return;
    fprintf(o, "<tr><td colspan=%d>outside marked positions</td>", columns);
    amount(o, f->unplaced, true);
    fprintf(o, "</tr>");
}

static void outcome(FILE *o, const struct tally_row *r)
{
    fprintf(o, "<tr><td>");
    escape(o, r->name);
    fprintf(o, "</td><td class=n>%" PRId64 "</td><td class=n>%" PRId64 "</td>", r->count, r->open);
    if (r->valued)
        fprintf(o, "<td class='n s'>%.0f %%</td>", 100 * (double)r->wins / (double)r->valued);
    else
        fprintf(o, "<td class=n>-</td>");
    amount(o, r->pnl, true);
    fprintf(o, "</tr>");
}

static void outcomes(FILE *o, const char *title, const char *id, const struct tally_table *t,
                     const struct figures *f)
{
    fprintf(o,
            "<div class=card><h2>%s</h2><table id=%s><tr><th></th><th class=n>count</th><th "
            "class=n>open</th><th class=n>won</th><th class=n>P&amp;L, SOL</th></tr>",
            title, id);
    for (unsigned i = 0; i < t->rows; i++) outcome(o, &t->row[i]);
    unplaced(o, f, 4);
    fprintf(o,
            "<tr class=total><td>total</td><td class=n>%" PRId64 "</td><td class=n>%" PRId64
            "</td><td></td>",
            tally_count(t), f->tally.open);
    total(o, f);
    fprintf(o, "</tr></table></div>");
}

static void gates(FILE *o, const struct figures *f)
{
    fprintf(o, "<div class=card><h2>Not traded: rejects by gate</h2><table><tr><th></th><th "
               "class=n>count</th></tr>");
    for (unsigned i = 0; i < f->gate.rows; i++) {
        fprintf(o, "<tr><td>");
        escape(o, f->gate.row[i].name);
        fprintf(o, "</td><td class=n>%" PRId64 "</td></tr>", f->gate.row[i].count);
    }
    fprintf(o, "<tr class=total><td>total</td><td class=n>%" PRId64 "</td></tr></table></div>",
            f->rejects);
}

static void lines(FILE *o, const char *title, const struct page_line *line, unsigned n)
{
    fprintf(o, "<div class=card><h2>%s</h2><table>", title);
    for (unsigned i = 0; i < n; i++)
        fprintf(o, "<tr><td>%s</td><td class=n>%s</td></tr>", line[i].label, line[i].value);
    fprintf(o, "</table></div>");
}

static void orders(FILE *o, const struct figures *f)
{
    fprintf(o,
            "<div class=card><h2>Orders</h2><table><tr><td>signals</td><td class=n>%" PRId64
            "</td></tr><tr><td>landed</td><td class=n>%" PRId64
            "</td></tr><tr><td>failed on chain</td><td class=n>%" PRId64
            "</td></tr><tr><td>expired</td><td class=n>%" PRId64
            "</td></tr><tr><td>refused</td><td class=n>%" PRId64
            "</td></tr><tr><td>trades of others that our impact broke</td><td class=n>%" PRId64
            "</td></tr>",
            f->signals, f->landed, f->failed, f->expired, f->refused, f->reverted);
    if (f->audited)
        fprintf(o,
                "<tr><td>fills audited, sandwiched, fronted</td><td class=n>%" PRId64 ", %" PRId64
                ", %" PRId64 "</td></tr>",
                f->audited, f->sandwiched, f->fronted);
    fprintf(o, "</table></div>");
}

/* One position; returns what it adds to the total. */
static int64_t trade(FILE *o, const struct tally_position *p, int64_t now_ns)
{
    char t[24];
    int64_t pnl = 0;
    bool known = p->valued && tally_pnl(p, &pnl);
    moment_format((uint64_t)p->opened_ns, t);
    fprintf(o, "<tr><td><span class=wide>%.10s </span>%.8s</td><td title='", t, t + 11);
    escape(o, p->mint);
    fprintf(o, "'>%.6s&hellip;</td><td class=wide>", p->mint);
    escape(o, p->strategy);
    fprintf(o, "</td><td>");
    escape(o, p->open ? "still open" : p->cause);
    fprintf(o, "</td><td class='n wide'>%.0f</td>",
            (double)((p->open ? now_ns : p->closed_ns) - p->opened_ns) / 1e9);
    char a[32];
    fprintf(o, "<td class='n s wide'>%s</td>", page_sol(p->cost, false, a));
    if (known)
        amount(o, pnl, true);
    else
        fprintf(o, "<td class=n>not marked</td>");
    fprintf(o, "</tr>");
    return known ? pnl : 0;
}

static void footer_row(FILE *o, const char *class, const char *what)
{
    fprintf(o,
            "<tr%s><td>%s</td><td></td><td class=wide></td><td></td><td class=wide></td><td "
            "class=wide></td>",
            class, what);
}

static void trades(FILE *o, const struct figures *f)
{
    int64_t shown = 0;
    fprintf(o,
            "<div class=card><h2>Positions one by one%s</h2><table id=trades><tr><th>opened "
            "(UTC)</th><th>token</th><th class=wide>strategy</th><th>exit</th><th class='n "
            "wide'>held, s</th><th class='n wide'>cost</th><th class=n>P&amp;L, SOL</th></tr>",
            f->trades < f->tally.positions ? ": the latest" : "");
    for (unsigned i = 0; i < f->trades; i++) shown += trade(o, &f->trade[i], f->last_ns);
    if (f->tally.pnl != shown) {
        footer_row(o, "", "earlier positions, failed entries");
        amount(o, f->tally.pnl - shown, true);
        fprintf(o, "</tr>");
    }
    if (f->unplaced) {
        footer_row(o, "", "outside marked positions");
        amount(o, f->unplaced, true);
        fprintf(o, "</tr>");
    }
    footer_row(o, " class=total", "total");
    total(o, f);
    fprintf(o, "</tr></table></div>");
}

static void header(FILE *o, const struct figures *f)
{
    char from[24], to[24], a[32], b[32];
    moment_format((uint64_t)f->first_ns, from);
    moment_format((uint64_t)f->last_ns, to);
    fprintf(o,
            "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport "
            "content='width=device-width,initial-scale=1'><title>sluice "
            "report</title><style>%s</style></head><body><main><h1>sluice report</h1><p class=sub>",
            style);
    escape(o, f->origin);
    if (f->has_equity)
        fprintf(o,
                " &middot; %.10s %.5s to %.10s %.5s UTC &middot; capital %s SOL &middot; equity %s "
                "SOL",
                from, from + 11, to, to + 11, page_sol(f->capital, false, a),
                page_sol(f->equity, false, b));
    fprintf(o, "</p>");
    if (!f->complete)
        fprintf(o, "<div class='card warn'>The stream was truncated: the figures are those of its "
                   "last record.</div>");
}

void page_print_html(FILE *o, const struct figures *f)
{
    struct page_line line[PAGE_LINES];
    header(o, f);
    tiles(o, f);
    alerts(o, f);
    charts(o, f);
    waterfall(o, f);
    fprintf(o, "<div class=two><div>");
    outcomes(o, "Strategies", "strategies", &f->tally.strategy, f);
    lines(o, "Positions", line, page_position_lines(f, line));
    orders(o, f);
    fprintf(o, "</div><div>");
    outcomes(o, "Exits by cause", "exits", &f->tally.cause, f);
    lines(o, "Metrics (UTC days, idle days included)", line, page_metric_lines(f, line));
    gates(o, f);
    fprintf(o, "</div></div>");
    trades(o, f);
    fprintf(o, "<p><code>stream-hash %s</code></p></main></body></html>\n", f->stream_hash);
}
