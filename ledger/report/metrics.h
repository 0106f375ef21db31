/* metrics.h - performance metrics of daily equity. Pure. Definitions: sluice-report(1). These are
 * statistics: double, never an amount. NAN means "not computed". */
#ifndef SLUICE_METRICS_H
#define SLUICE_METRICS_H

#include "common/base/base.h"

#define METRICS_DAYS_MAX  4000
#define DAYS_TO_ANNUALISE 30

/* Every figure but days is NAN where it is not computed: no returns, fewer than two, no variation,
 * or (annual figures) fewer than DAYS_TO_ANNUALISE days. */
struct metrics {
    unsigned days;                   /* returns used: one a calendar day, idle days included as 0 */
    double mean, sd, skew, kurtosis; /* of daily returns; sd with n - 1; kurtosis of a normal = 3 */
    double sharpe_daily;
    double psr;                                   /* probability that the daily Sharpe exceeds 0 */
    double dsr;                                   /* the same, deflated for the number of trials */
    double max_drawdown;                          /* of daily equity, share of the peak */
    double sharpe_365, sortino_365, cagr, calmar; /* annual figures */
};

/* equity[0 .. n]: value at the start and at the end of each of n days. trials: strategies tried,
 * for DSR (1 = no deflation). */
void metrics_of(const double *equity, unsigned n, unsigned trials, struct metrics *m);

#endif
