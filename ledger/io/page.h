/* page.h - the forms of a report. */
#ifndef SLUICE_PAGE_H
#define SLUICE_PAGE_H

#include <stdio.h>

#include "ledger/io/figures.h"

void print_text(FILE *out, const struct figures *f);
void print_json(FILE *out, const struct figures *f);
/* One self-contained page: no script, no outside resource. */
void print_html(FILE *out, const struct figures *f);
/* "+1.2345" SOL with four decimals, rounded half away from zero; the sign only when asked for. */
const char *sol(int64_t lamports, bool sign, char buf[32]);

#endif
