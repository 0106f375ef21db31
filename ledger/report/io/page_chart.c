/* page_chart.c - the charts of the HTML page. The drawing stretches with the page, the labels are
 * text beside it, so that they stay readable on a telephone. */
#include "common/run/moment.h"
#include "ledger/report/io/page.h"

#define WIDTH  1000.0 /* of the drawing, in its own units */
#define HEIGHT 100.0
#define LINES  4 /* horizontal lines above the lowest */

struct chart {
    FILE *out;
    const struct figures *f;
    double (*value)(const struct figures *f, unsigned i);
    double lo, hi, floor; /* the area lies between the curve and floor, 0 (top) to HEIGHT */
    const char *name, *unit, *kind; /* kind: a class of the style sheet */
};

static double x_of(const struct chart *c, unsigned i)
{
    const struct figure_point *p = c->f->point;
    double span = (double)p[c->f->points - 1].ts_ns - (double)p[0].ts_ns;
    return span > 0 ? WIDTH * ((double)p[i].ts_ns - (double)p[0].ts_ns) / span : 0;
}

static double y_of(const struct chart *c, double v)
{
    return HEIGHT * (1 - (v - c->lo) / (c->hi - c->lo));
}

static void bounds(struct chart *c, bool room_above)
{
    c->lo = c->hi = c->value(c->f, 0);
    for (unsigned i = 1; i < c->f->points; i++) {
        double v = c->value(c->f, i);
        if (v < c->lo) c->lo = v;
        if (v > c->hi) c->hi = v;
    }
    double room = (c->hi - c->lo) * 0.08 + 1e-4;
    c->lo -= room;
    if (room_above) c->hi += room;
}

static void scale(const struct chart *c)
{
    fprintf(c->out, "<div class=ys>");
    for (int i = LINES; i >= 0; i--)
        fprintf(c->out, "<span>%.2f%s</span>", c->lo + (c->hi - c->lo) * i / LINES, c->unit);
    fprintf(c->out, "</div>");
}

static void grid(const struct chart *c)
{
    for (int i = 0; i <= LINES; i++)
        fprintf(c->out, "<line x1=0 x2=%.0f y1='%.1f' y2='%.1f' />", WIDTH, HEIGHT * i / LINES,
                HEIGHT * i / LINES);
}

static void curve(const struct chart *c, bool area)
{
    fprintf(c->out, "<path class=%s d='", area ? "area" : "line");
    for (unsigned i = 0; i < c->f->points; i++)
        fprintf(c->out, "%s%.1f %.2f", i ? "L" : "M", x_of(c, i), y_of(c, c->value(c->f, i)));
    if (area) fprintf(c->out, "L%.1f %.1fL0 %.1fZ", WIDTH, c->floor, c->floor);
    fprintf(c->out, "'/>");
}

static void times(const struct chart *c)
{
    char t[24];
    int64_t first = c->f->point[0].ts_ns, last = c->f->point[c->f->points - 1].ts_ns;
    fprintf(c->out, "<div class=xs>");
    for (int i = 0; i <= 3; i++) {
        moment_format((uint64_t)(first + (last - first) / 3 * i), t);
        fprintf(c->out, "<span>%.5s %.5s</span>", t + 5, t + 11);
    }
    fprintf(c->out, "</div>");
}

static void draw(const struct chart *c)
{
    fprintf(c->out, "<div class='chart %s'>", c->kind);
    scale(c);
    fprintf(c->out,
            "<svg viewBox='0 0 %.0f %.0f' preserveAspectRatio=none role=img aria-label='%s'>",
            WIDTH, HEIGHT, c->name);
    grid(c);
    curve(c, true);
    curve(c, false);
    fprintf(c->out, "</svg></div>");
    times(c);
}

static double equity_at(const struct figures *f, unsigned i)
{
    return (double)f->point[i].equity / 1e9;
}
static double drawdown_at(const struct figures *f, unsigned i)
{
    return -100 * f->point[i].drawdown;
}

void page_chart_equity(FILE *out, const struct figures *f)
{
    struct chart c = {out, f, equity_at, 0, 0, HEIGHT, "equity over time", "", "equity"};
    bounds(&c, true);
    draw(&c);
}

void page_chart_drawdown(FILE *out, const struct figures *f)
{
    struct chart c = {out, f, drawdown_at, 0, 0, 0, "drawdown over time", " %", "fall"};
    bounds(&c, false);
    draw(&c);
}
