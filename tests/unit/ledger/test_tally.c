/* test_tally.c - sums over positions: open ones at their mark, failed entries, shares that are
 * exact, sums beyond 63 bits, more names than rows. */
#include "common/base/rng.h"
#include "ledger/report/tally.h"
#include "tests/unit/tap.h"

static struct tally_position closed(const char *strategy, const char *cause, int64_t cash)
{
    struct tally_position p = {
        .opened_ns = 10, .closed_ns = 30, .cash = cash, .entered = true, .valued = true};
    snprintf(p.strategy, sizeof p.strategy, "%s", strategy);
    snprintf(p.cause, sizeof p.cause, "%s", cause);
    return p;
}

static int64_t total(const struct tally_table *t)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < t->rows; i++) sum += t->row[i].pnl;
    return sum;
}

static void open_positions(void)
{
    static struct tally t;
    struct tally_position win = closed("a", "take", 70), open = closed("a", "take", -100),
                          blind = closed("b", "", -50), failed = closed("b", "", -5);
    open.open = blind.open = true;
    open.marked = 20;
    open.rent = 30;
    blind.valued = false;
    failed.entered = false;
    tally_add(&t, &win, 1000);
    tally_add(&t, &open, 1000);
    tally_add(&t, &blind, 1000);
    tally_add(&t, &failed, 1000);
    is_i64(t.positions, 3, "three positions");
    is_i64(t.open, 2, "two of them open");
    is_i64(t.valued, 2, "two have a value");
    is_i64(t.failed_entries, 1, "one entry failed");
    is_i64(t.wins, 1, "one won");
    is_i64(t.lost, 50, "the open one lost 100 less mark and rent");
    is_i64(t.pnl, 70 - 50 - 5, "the total has the fees of the failed entry");
    is_i64(total(&t.strategy), t.pnl, "strategies sum to it");
    is_i64(total(&t.cause), t.pnl, "causes sum to it");
    is_i64(t.hold_ns, 20 + 990 + 990, "open positions are held until now");
    is_i64(tally_row_named(&t.cause, "still open")->count, 2, "two are still open by cause");
    is_i64(tally_row_named(&t.cause, "still open")->valued, 1, "of which one has a value");
    is_i64(tally_row_named(&t.cause, "entry failed")->count, 1, "failed entries have a row");
    is_i64(tally_row_named(&t.strategy, "b")->count, 1, "a failed entry is not a position of b");
    is_i64(tally_count(&t.cause), 4, "causes count all four");
    ok(!t.overflow, "no sum overflowed");
}

static void shares(void)
{
    struct rng r;
    int wrong = 0;
    rng_seed(&r, 5);
    for (int i = 0; i < 5000; i++) {
        int64_t worth = (int64_t)(rng_u64(&r) >> 1), whole = 0, held[7], given = 0, upto = 0;
        for (int k = 0; k < 7; k++) {
            held[k] = (int64_t)(rng_u64(&r) >> (4 + rng_below(&r, 50)));
            whole += held[k];
        }
        for (int k = 0; k < 7; k++) {
            upto += held[k];
            given += tally_share(worth, held[k], upto, whole);
        }
        wrong += whole && given != worth;
    }
    ok(wrong == 0, "5,000 marks split over 7 positions: nothing is lost or made (seed 5)");
    is_i64(tally_share(10, 1, 1, 3) + tally_share(10, 1, 2, 3) + tally_share(10, 1, 3, 3), 10,
           "ten in three");
    is_i64(tally_share(10, 5, 4, 3), 0, "a share of more than the whole is none");
}

static void limits(void)
{
    static struct tally t, sums;
    struct tally_position p = closed("s", "stop", INT64_MAX);
    char name[16];
    int64_t pnl;
    p.marked = 1;
    ok(!tally_pnl(&p, &pnl), "a profit beyond 63 bits is refused");
    p.marked = 0;
    tally_add(&sums, &p, 0);
    ok(!sums.overflow, "the largest profit fits");
    tally_add(&sums, &p, 0);
    ok(sums.overflow, "twice the largest does not");
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "s%d", i);
        p = closed(name, "stop", 1);
        tally_add(&t, &p, 0);
    }
    is_u64(t.strategy.rows, TALLY_ROWS, "a hundred names fill the table");
    is_str(t.strategy.row[TALLY_ROWS - 1].name, "(others)", "the last row is for the others");
    is_i64(total(&t.strategy), 100, "and nothing is lost");
}

int main(void)
{
    open_positions();
    shares();
    limits();
    return done();
}
