/* metrics.h - named performance metrics from daily equity and closed positions. Pure. Definitions:
 * sluice-report(1). These are statistics: double, never an amount. */
#ifndef SLUICE_METRICS_H
#define SLUICE_METRICS_H

#include "common/base/base.h"

#define METRICS_DAYS_MAX  4000
#define DAYS_TO_ANNUALISE 30

struct metrics {
    unsigned days;                   /* returns used: one a calendar day, idle days included as 0 */
    double mean, sd, skew, kurtosis; /* of daily returns; sd with n - 1; kurtosis of a normal = 3 */
    double sharpe_daily, sharpe_365, sortino_365, calmar, cagr;
    double psr;          /* probability that the true daily Sharpe exceeds 0 */
    double dsr;          /* the same, deflated for the number of trials */
    double max_drawdown; /* share of the peak */
    bool annualised; /* false below DAYS_TO_ANNUALISE days: then *_365, calmar and cagr are not to
                        be shown */
};

/* equity[0 .. n]: value at the start and at the end of each of n days. trials: strategies tried,
 * for DSR (1 = no deflation). */
void metrics_of(const double *equity, unsigned n, unsigned trials, struct metrics *m);

#endif
