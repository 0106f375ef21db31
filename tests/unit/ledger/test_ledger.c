/* test_ledger.c - double entry of fills, and the metrics against a vector computed independently
 * (Python's statistics module, population skew and kurtosis, NormalDist; 40 days of a linear
 * congruential walk, 20 trials). */
#include <math.h>
#include <string.h>

#include "common/base/rng.h"
#include "ledger/report/metrics.h"
#include "ledger/book/posting.h"
#include "tests/unit/tap.h"

static void near(double got, double want, const char *name)
{
    ok(fabs(got - want) <= 1e-9 * (1 + fabs(want)), "%s: %.12g, want %.12g", name, got, want);
}

static void golden(void)
{
    double equity[41] = {100};
    uint64_t x = 12345;
    struct metrics m;
    for (int i = 0; i < 40; i++) {
        x = (UINT64_C(1103515245) * x + 12345) % (UINT64_C(1) << 31);
        equity[i + 1] = equity[i] * (1 + ((double)x / 2147483648.0 - 0.45) * 0.06);
    }
    metrics_of(equity, 40, 20, &m);
    near(m.mean, 0.00335962526220829, "mean");
    near(m.sd, 0.0150602515428754, "sd");
    near(m.skew, -0.13796560967929, "skew");
    near(m.kurtosis, 2.18970655838369, "kurtosis");
    near(m.sharpe_daily, 0.223078960709501, "sharpe_daily");
    near(m.sharpe_365, 4.2619175601599, "sharpe_365");
    near(m.sortino_365, 7.1648579549404, "sortino_365");
    near(m.cagr, 2.26759819696872, "cagr");
    near(m.calmar, 38.4188263790062, "calmar");
    near(m.psr, 0.913468102822796, "psr");
    near(m.dsr, 0.309808262307439, "dsr");
    near(m.max_drawdown, 0.0590230991076771, "max_drawdown");
    metrics_of(equity, 29, 1, &m);
    ok(isnan(m.sharpe_365) && isnan(m.sortino_365) && isnan(m.cagr) && isnan(m.calmar) &&
           m.sharpe_daily > 0,
       "29 days are not annualised");
    metrics_of(equity, 1, 1, &m);
    ok(!isnan(m.mean) && isnan(m.sd) && isnan(m.skew) && isnan(m.kurtosis) &&
           isnan(m.sharpe_daily) && isnan(m.psr) && isnan(m.dsr),
       "one day has a mean and a drawdown (%g), nothing else", m.max_drawdown);
    metrics_of(equity, 0, 1, &m);
    ok(m.days == 0 && isnan(m.mean) && isnan(m.sharpe_daily) && isnan(m.max_drawdown),
       "no days, no figures");
    double flat[11] = {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};
    metrics_of(flat, 10, 1, &m);
    ok(m.sd == 0 && m.max_drawdown == 0 && isnan(m.sharpe_daily) && isnan(m.psr),
       "idle days vary by 0, and have no Sharpe ratio");
}

static void postings(void)
{
    struct rng r;
    struct entry e;
    int unbalanced = 0, accepted = 0;
    rng_seed(&r, 9);
    for (int i = 0; i < 20000; i++) {
        struct rec_fill f = {.side = (uint8_t)(1 + (i & 1)),
                             .status = order_status_landed,
                             .base_raw = rng_u64(&r) >> 20,
                             .quote_lamports = rng_u64(&r) >> 30,
                             .lp_fee_lamports = rng_below(&r, 1000),
                             .tip_lamports = rng_below(&r, 9999),
                             .protocol_fee_lamports = rng_below(&r, 1000),
                             .creator_fee_lamports = rng_below(&r, 2),
                             .network_fee_lamports = 5000,
                             .rent_paid_lamports = i % 3 ? 0 : 2039280};
        int64_t fees =
            (int64_t)(f.lp_fee_lamports + f.tip_lamports + f.protocol_fee_lamports +
                      f.creator_fee_lamports + f.network_fee_lamports + f.rent_paid_lamports);
        f.cash_delta_lamports =
            (f.side == side_buy ? -(int64_t)f.quote_lamports : (int64_t)f.quote_lamports) - fees;
        if (!posting_entry_of_fill(&f, &e) || !posting_entry_balances(&e) || e.count > POSTINGS_MAX)
            unbalanced++;
        f.cash_delta_lamports += 1;
        accepted += posting_entry_of_fill(&f, &e);
    }
    ok(unbalanced == 0, "20,000 fills: debits equal credits in lamports and in tokens (seed 9)");
    ok(accepted == 0, "one lamport off is refused");
    struct rec_fill failed = {.status = order_status_failed,
                              .side = side_buy,
                              .network_fee_lamports = 5000,
                              .cash_delta_lamports = -5000};
    ok(posting_entry_of_fill(&failed, &e) && posting_entry_balances(&e),
       "a failed fill pays its fee");
    failed.base_raw = 1;
    ok(!posting_entry_of_fill(&failed, &e), "and moves nothing");
    struct rec_fill odd = {.status = order_status_landed, .side = side_none};
    ok(!posting_entry_of_fill(&odd, &e), "a fill of no side is refused");
    struct rec_fill large = {
        .status = order_status_landed, .side = side_buy, .base_raw = (uint64_t)INT64_MAX + 1};
    ok(!posting_entry_of_fill(&large, &e), "an amount beyond 63 bits is refused: SQL has no more");
    large.base_raw--;
    ok(posting_entry_of_fill(&large, &e), "the largest of 63 bits is booked");
    struct rec_fill refund = {.status = order_status_landed,
                              .side = side_sell,
                              .base_raw = 7,
                              .quote_lamports = 1000,
                              .rent_refund_lamports = 2039280,
                              .cash_delta_lamports = 2040280};
    ok(posting_entry_of_fill(&refund, &e) && posting_entry_balances(&e),
       "rent that comes back is credited to the rent account");
}

int main(void)
{
    golden();
    postings();
    return done();
}
