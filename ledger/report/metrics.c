/* metrics.c - see metrics.h. Sharpe: mean over standard deviation (n - 1) of simple daily returns,
 * times sqrt(365). PSR and DSR: Bailey and Lopez de Prado, 2012 and 2014. */
#include "ledger/report/metrics.h"

#include <math.h>

/* Standard normal distribution, by erfc. */
static double normal_cdf(double x) { return 0.5 * erfc(-x / 1.4142135623730951); }

/* Its inverse, by bisection: 60 halvings of [-8, 8]. */
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

static double return_of(const double *equity, unsigned i)
{
    return equity[i] > 0 ? equity[i + 1] / equity[i] - 1 : 0;
}

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
    m->sd = n > 1 ? sqrt(s2 / (n - 1)) : 0;
    double v = s2 / n;
    m->skew = v > 0 ? s3 / n / (v * sqrt(v)) : 0;
    m->kurtosis = v > 0 ? s4 / n / (v * v) : 3;
    m->sharpe_daily = m->sd > 0 ? m->mean / m->sd : 0;
}

static double psr_against(const struct metrics *m, double benchmark)
{
    double sr = m->sharpe_daily, v = 1 - m->skew * sr + (m->kurtosis - 1) / 4 * sr * sr;
    if (m->days < 2 || v <= 0 || m->sd == 0) return 0;
    return normal_cdf((sr - benchmark) * sqrt(m->days - 1) / sqrt(v));
}

/* Highest Sharpe expected among `trials` of no skill, their spread taken as that of one estimate,
 * 1/(n-1). */
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

void metrics_of(const double *equity, unsigned n, unsigned trials, struct metrics *m)
{
    *m = (struct metrics){.days = n, .kurtosis = 3};
    if (n == 0) return;
    moments(equity, n, m);
    m->max_drawdown = drawdown(equity, n);
    m->psr = psr_against(m, 0);
    m->dsr = psr_against(m, expected_best(trials, n));
    m->annualised = n >= DAYS_TO_ANNUALISE;
    double down = 0;
    for (unsigned i = 0; i < n; i++) {
        double r = return_of(equity, i);
        if (r < 0) down += r * r;
    }
    m->sharpe_365 = m->sharpe_daily * sqrt(365);
    m->sortino_365 = down > 0 ? m->mean / sqrt(down / n) * sqrt(365) : 0;
    m->cagr = equity[0] > 0 && equity[n] > 0 ? pow(equity[n] / equity[0], 365.0 / n) - 1 : -1;
    m->calmar = m->max_drawdown > 0 ? m->cagr / m->max_drawdown : 0;
}
