/* figures_positions.c - positions out of fills, the open ones with what the curve pays now. */
#include <stdio.h>
#include <string.h>

#include "ledger/report/io/report_internal.h"

/* One row a position, in order of opening. A mark counts only when the last equity record sums it.
 * Marks of position 0 are of all positions in the token together: `upto` of `whole` tokens lie in
 * this position and those before it. */
#define POSITIONS                                                                                  \
    "WITH p AS (SELECT position_id, min(ts_ns) AS opened, max(ts_ns) AS closed, min(mint) AS "     \
    "mint, min(strategy) AS strategy, sum(cash_delta) AS cash, sum(CASE WHEN cash_delta<0 THEN "   \
    "-cash_delta ELSE 0 END) AS cost, sum(CASE side WHEN 'buy' THEN base_raw ELSE -base_raw END) " \
    "AS held, max(CASE WHEN status='landed' AND side='buy' THEN 1 ELSE 0 END) AS entered "         \
    "FROM fills GROUP BY position_id), x AS (SELECT position_id AS id, reason AS cause, "          \
    "row_number() OVER (PARTITION BY position_id ORDER BY ts_ns DESC, order_id) AS back FROM "     \
    "fills "                                                                                       \
    "WHERE side='sell' AND status='landed'), o AS (SELECT position_id AS id, sum(held) OVER "      \
    "(PARTITION BY mint ORDER BY "                                                                 \
    "opened, position_id) AS upto, sum(held) OVER (PARTITION BY mint) AS whole FROM p WHERE "      \
    "held>0) SELECT opened, closed, cash, cost, p.mint, strategy, cause, held, entered, upto, "    \
    "whole, "
static const char with_marks[] =
    POSITIONS "m.position_id, m.marked, m.rent FROM p LEFT JOIN o ON o.id=p.position_id LEFT JOIN "
              "x ON x.id=p.position_id AND back=1 LEFT JOIN "
              "marks m ON held>0 AND m.mint=p.mint AND m.position_id IN (0, p.position_id) AND "
              "m.ts_ns=$1 ORDER BY opened, p.position_id";
static const char without_marks[] =
    POSITIONS "NULL, NULL, NULL FROM p LEFT JOIN o ON o.id=p.position_id LEFT JOIN x ON "
              "x.id=p.position_id AND back=1 WHERE $1=$1 ORDER BY "
              "opened, p.position_id";
#undef POSITIONS

enum {
    OPENED,
    CLOSED,
    CASH,
    COST,
    MINT,
    STRATEGY,
    CAUSE,
    HELD,
    ENTERED,
    UPTO,
    WHOLE,
    MARK_POSITION,
    MARKED,
    RENT
};

static void value(const struct db_query *q, struct tally_position *p)
{
    int64_t held = db_get_i64(q, HELD), upto = db_get_i64(q, UPTO), whole = db_get_i64(q, WHOLE);
    p->open = held > 0;
    p->valued = !p->open || !db_get_null(q, MARKED);
    if (!p->open || !p->valued) return;
    p->marked = db_get_i64(q, MARKED);
    p->rent = db_get_i64(q, RENT);
    if (db_get_i64(q, MARK_POSITION)) return;
    p->marked = tally_share(p->marked, held, upto, whole);
    p->rent = tally_share(p->rent, held, upto, whole);
}

static void take(const struct db_query *q, struct tally_position *p)
{
    *p = (struct tally_position){.opened_ns = db_get_i64(q, OPENED),
                                 .closed_ns = db_get_i64(q, CLOSED),
                                 .cash = db_get_i64(q, CASH),
                                 .cost = db_get_i64(q, COST),
                                 .entered = db_get_i64(q, ENTERED) != 0};
    figures_text(p->mint, sizeof p->mint, q, MINT);
    figures_text(p->strategy, sizeof p->strategy, q, STRATEGY);
    figures_text(p->cause, sizeof p->cause, q, CAUSE);
    value(q, p);
}

/* The latest positions stand in a ring while they are read. */
static void keep(struct figures *f, const struct tally_position *p, uint64_t n)
{
    f->trade[n % FIGURE_TRADES] = *p;
    if (f->trades < FIGURE_TRADES) f->trades++;
}

/* Turn the ring so that the oldest comes first. */
static void unroll(struct figures *f, uint64_t n)
{
    static struct tally_position copy[FIGURE_TRADES];
    if (n <= FIGURE_TRADES) return;
    memcpy(copy, f->trade, sizeof copy);
    for (unsigned i = 0; i < FIGURE_TRADES; i++) f->trade[i] = copy[(n + i) % FIGURE_TRADES];
}

enum error figures_read_positions(struct db *db, struct figures *f, struct err *e)
{
    struct db_query *q;
    bool row, marks = db_accepts(db, "SELECT marked FROM marks");
    uint64_t n = 0;
    enum error rc = db_prepare(db, marks ? with_marks : without_marks, &q, e);
    if (rc != OK) return rc;
    db_bind_i64(q, 1, f->last_ns);
    while ((rc = db_step(q, &row, e)) == OK && row) {
        struct tally_position p;
        take(q, &p);
        tally_add(&f->tally, &p, f->last_ns);
        if (p.entered) keep(f, &p, n++);
    }
    db_release(q);
    unroll(f, n);
    return rc;
}
