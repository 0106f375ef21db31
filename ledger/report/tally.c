/* tally.c - see tally.h. */
#include "ledger/report/tally.h"

#include <stdio.h>
#include <string.h>

#include "common/base/num.h"

struct tally_row *tally_row_named(struct tally_table *t, const char *name)
{
    for (unsigned i = 0; i < t->rows; i++)
        if (strcmp(t->row[i].name, name) == 0) return &t->row[i];
    if (t->rows == TALLY_ROWS) return &t->row[TALLY_ROWS - 1];
    struct tally_row *r = &t->row[t->rows++];
    snprintf(r->name, sizeof r->name, "%.39s", t->rows == TALLY_ROWS ? "(others)" : name);
    return r;
}

int64_t tally_count(const struct tally_table *t)
{
    int64_t n = 0;
    for (unsigned i = 0; i < t->rows; i++) n += t->row[i].count;
    return n;
}

bool tally_pnl(const struct tally_position *p, int64_t *pnl)
{
    return add_i64(p->cash, p->marked, pnl) && add_i64(*pnl, p->rent, pnl);
}

int64_t tally_share(int64_t total, int64_t held, int64_t upto, int64_t whole)
{
    if (whole <= 0 || held < 0 || upto < held || upto > whole || total < 0) return 0;
    u128 before = (u128)(uint64_t)total * (uint64_t)(upto - held) / (uint64_t)whole;
    u128 after = (u128)(uint64_t)total * (uint64_t)upto / (uint64_t)whole;
    return (int64_t)(after - before);
}

static void count_in_row(struct tally *t, struct tally_row *r, const struct tally_position *p,
                         int64_t pnl)
{
    r->open += p->open;
    if (!p->valued) return;
    r->valued += p->entered;
    r->wins += p->entered && pnl > 0;
    t->overflow |= !add_i64(r->pnl, pnl, &r->pnl);
}

static void count_outcome(struct tally *t, int64_t pnl)
{
    t->valued++;
    if (pnl > 0) {
        t->wins++;
        t->overflow |= !add_i64(t->won, pnl, &t->won);
    } else {
        t->losses++;
        t->overflow |= !sub_i64(t->lost, pnl, &t->lost);
    }
}

static const char *cause_of(const struct tally_position *p)
{
    if (!p->entered) return "entry failed";
    return p->open ? "still open" : p->cause;
}

void tally_add(struct tally *t, const struct tally_position *p, int64_t now_ns)
{
    int64_t pnl = 0;
    if (p->valued && !tally_pnl(p, &pnl)) t->overflow = true;
    struct tally_row *strategy = tally_row_named(&t->strategy, p->strategy),
                     *cause = tally_row_named(&t->cause, cause_of(p));
    strategy->count += p->entered;
    cause->count++;
    count_in_row(t, strategy, p, pnl);
    count_in_row(t, cause, p, pnl);
    if (p->valued) t->overflow |= !add_i64(t->pnl, pnl, &t->pnl);
    if (!p->entered) {
        t->failed_entries++;
        return;
    }
    t->positions++;
    t->open += p->open;
    t->overflow |=
        !add_i64(t->hold_ns, (p->open ? now_ns : p->closed_ns) - p->opened_ns, &t->hold_ns);
    if (p->valued) count_outcome(t, pnl);
}
