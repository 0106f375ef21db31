/* page.h - the forms of a report. */
#ifndef SLUICE_PAGE_H
#define SLUICE_PAGE_H

#include <stdio.h>

#include "ledger/report/io/figures.h"

void page_print_text(FILE *out, const struct figures *f);
void page_print_json(FILE *out, const struct figures *f);
/* One self-contained page: no script, no outside resource. */
void page_print_html(FILE *out, const struct figures *f);
/* "+1.2345" SOL with four decimals, rounded half away from zero; the sign only when asked for. */
const char *page_sol(int64_t lamports, bool sign, char buf[32]);

#endif
