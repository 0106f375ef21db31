/* metrics.c - see metrics.h. Sharpe: mean over standard deviation (n - 1) of simple daily returns,
 * times sqrt(365). PSR and DSR: Bailey and Lopez de Prado, 2012 and 2014. */
#include "ledger/report/metrics.h"

#include <math.h>

/* Standard normal distribution. */
static double normal_cdf(double x) { return 0.5 * erfc(-x / 1.4142135623730951); }

/* The inverse of normal_cdf: 60 bisections of [-8, 8]. */
static double normal_inverse(double p)
{
    double lo = -8, hi = 8;
    for (int i = 0; i < 60; i++) {
        double mid = (lo + hi) / 2;
        if (normal_cdf(mid) < p)
            lo = mid;
        else
            hi = mid;
    }
    return (lo + hi) / 2;
}

/* Simple return of day i; 0 when nothing was left to lose. */
static double return_of(const double *equity, unsigned i)
{
    return equity[i] > 0 ? equity[i + 1] / equity[i] - 1 : 0;
}

/* Mean, deviation and shape of n daily returns. */
static void moments(const double *equity, unsigned n, struct metrics *m)
{
    double s2 = 0, s3 = 0, s4 = 0, sum = 0;
    for (unsigned i = 0; i < n; i++) sum += return_of(equity, i);
    m->mean = sum / n;
    for (unsigned i = 0; i < n; i++) {
        double d = return_of(equity, i) - m->mean;
        s2 += d * d;
        s3 += d * d * d;
        s4 += d * d * d * d;
    }
    if (n > 1) m->sd = sqrt(s2 / (n - 1));
    double v = s2 / n;
    if (v <= 0) return;
    m->skew = s3 / n / (v * sqrt(v));
    m->kurtosis = s4 / n / (v * v);
    if (n > 1) m->sharpe_daily = m->mean / m->sd;
}

/* NAN when the Sharpe ratio is. */
static double psr_against(const struct metrics *m, double benchmark)
{
    double sr = m->sharpe_daily, v = 1 - m->skew * sr + (m->kurtosis - 1) / 4 * sr * sr;
    if (!(v > 0)) return NAN;
    return normal_cdf((sr - benchmark) * sqrt(m->days - 1) / sqrt(v));
}

/* Highest Sharpe expected among `trials` strategies without skill; the spread of their ratios is
 * taken as that of one estimate, 1/(n-1). */
static double expected_best(unsigned trials, unsigned days)
{
    if (trials < 2 || days < 2) return 0;
    const double gamma = 0.57721566490153286, e = 2.718281828459045;
    return sqrt(1.0 / (days - 1)) * ((1 - gamma) * normal_inverse(1 - 1.0 / trials) +
                                     gamma * normal_inverse(1 - 1.0 / (trials * e)));
}

static double drawdown(const double *equity, unsigned n)
{
    double peak = equity[0], worst = 0;
    for (unsigned i = 0; i <= n; i++) {
        if (equity[i] > peak) peak = equity[i];
        if (peak > 0 && (peak - equity[i]) / peak > worst) worst = (peak - equity[i]) / peak;
    }
    return worst;
}

static void annual(const double *equity, unsigned n, struct metrics *m)
{
    double down = 0;
    for (unsigned i = 0; i < n; i++) {
        double r = return_of(equity, i);
        if (r < 0) down += r * r;
    }
    m->sharpe_365 = m->sharpe_daily * sqrt(365);
    if (down > 0) m->sortino_365 = m->mean / sqrt(down / n) * sqrt(365);
    if (equity[0] > 0 && equity[n] > 0) m->cagr = pow(equity[n] / equity[0], 365.0 / n) - 1;
    if (m->max_drawdown > 0) m->calmar = m->cagr / m->max_drawdown;
}

void metrics_of(const double *equity, unsigned n, unsigned trials, struct metrics *m)
{
    *m = (struct metrics){.days = n,
                          .mean = NAN,
                          .sd = NAN,
                          .skew = NAN,
                          .kurtosis = NAN,
                          .sharpe_daily = NAN,
                          .psr = NAN,
                          .dsr = NAN,
                          .max_drawdown = NAN,
                          .sharpe_365 = NAN,
                          .sortino_365 = NAN,
                          .cagr = NAN,
                          .calmar = NAN};
    if (n == 0) return;
    moments(equity, n, m);
    m->max_drawdown = drawdown(equity, n);
    m->psr = psr_against(m, 0);
    m->dsr = psr_against(m, expected_best(trials, n));
    if (n >= DAYS_TO_ANNUALISE) annual(equity, n, m);
}
