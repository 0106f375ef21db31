/* page.h - the forms of a report: terminal, JSON, one HTML page. */
#ifndef SLUICE_PAGE_H
#define SLUICE_PAGE_H

#include <stdio.h>

#include "ledger/report/io/figures.h"

void page_print_text(FILE *out, const struct figures *f);
/* What is not computed is null; amounts are integers in lamports. */
void page_print_json(FILE *out, const struct figures *f);
/* One self-contained page: no script, no outside resource. Amounts that are shown rounded carry
 * their lamports in data-lamports. */
void page_print_html(FILE *out, const struct figures *f);

/* "+1.2345" SOL with four decimals, rounded half away from zero; the sign only when asked for. */
const char *page_sol(int64_t lamports, bool sign, char buf[32]);

/* Named figures that terminal and HTML page show alike. */
#define PAGE_LINES 24
struct page_line {
    const char *label;
    char value[80]; /* "not computed (REASON)" where there is no figure */
};
/* Fill in lines, at most PAGE_LINES, and return their number. */
unsigned page_position_lines(const struct figures *f, struct page_line *lines);
unsigned page_metric_lines(const struct figures *f, struct page_line *lines);

/* The steps of the ladder in order; they sum to ladder.result. */
#define PAGE_STEPS 7
struct page_step {
    const char *name, *key; /* key: in JSON */
    int64_t lamports;
};
void page_steps(const struct figures *f, struct page_step steps[PAGE_STEPS]);

/* The equity and drawdown charts of the HTML page: SVG that stretches to its box, labels as text.
 * At least two points. */
void page_chart_equity(FILE *out, const struct figures *f);
void page_chart_drawdown(FILE *out, const struct figures *f);

#endif
