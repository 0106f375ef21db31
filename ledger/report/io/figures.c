/* figures.c - see figures.h. SQL sums integers exactly; nothing is rounded before it is printed. */
#include "ledger/report/io/figures.h"

#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "ledger/report/io/report_internal.h"

enum error figures_row(struct db *db, const char *sql, int64_t *const out[], int n, struct err *e)
{
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(db, sql, &q, e);
    if (rc != OK) return rc;
    rc = db_step(q, &row, e);
    for (int i = 0; rc == OK && row && i < n; i++) *out[i] = db_get_i64(q, i);
    db_release(q);
    return rc;
}

void figures_text(char *out, size_t cap, const struct db_query *q, int column)
{
    const char *t = db_get_text(q, column);
    text_take(out, cap, t, strlen(t));
    text_one_line(out);
}

static void take_run(struct figures *f, const struct db_query *q)
{
    const char *key = db_get_text(q, 0);
    if (strcmp(key, "origin") == 0) figures_text(f->origin, sizeof f->origin, q, 1);
    if (strcmp(key, "stream-hash") == 0) figures_text(f->stream_hash, sizeof f->stream_hash, q, 1);
    if (strcmp(key, "complete") == 0) f->complete = strcmp(db_get_text(q, 1), "yes") == 0;
}

static enum error read_run(struct db *db, struct figures *f, struct err *e)
{
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(db, "SELECT key, value FROM run", &q, e);
    if (rc != OK) return rc;
    while ((rc = db_step(q, &row, e)) == OK && row) take_run(f, q);
    db_release(q);
    return rc;
}

static enum error read_fills(struct db *db, struct figures *f, struct err *e)
{
    int64_t *const out[] = {&f->fills,       &f->landed,       &f->failed,
                            &f->fee_lp,      &f->fee_protocol, &f->fee_creator,
                            &f->fee_network, &f->fee_priority, &f->fee_tip};
    return figures_row(db,
                       "SELECT count(*), sum(CASE status WHEN 'landed' THEN 1 ELSE 0 END), "
                       "sum(CASE status WHEN 'failed' THEN 1 ELSE 0 END), sum(lp_fee), "
                       "sum(protocol_fee), sum(creator_fee), sum(network_fee), sum(priority_fee), "
                       "sum(tip) FROM fills",
                       out, COUNT_OF(out), e);
}

static enum error read_counts(struct db *db, struct figures *f, struct err *e)
{
    int64_t *const out[] = {&f->expired, &f->refused, &f->signals,
                            &f->rejects, &f->alerts,  &f->critical};
    return figures_row(db,
                       "SELECT (SELECT count(*) FROM reports WHERE status='expired'), (SELECT "
                       "count(*) FROM reports WHERE status='refused'), (SELECT count(*) FROM "
                       "signals), (SELECT count(*) FROM rejects), (SELECT count(*) FROM alerts), "
                       "(SELECT count(*) FROM alerts WHERE level='critical')",
                       out, COUNT_OF(out), e);
}

/* Ledgers of early versions have no table audits. */
static enum error read_audits(struct db *db, struct figures *f, struct err *e)
{
    int64_t *const out[] = {&f->audited, &f->sandwiched, &f->fronted};
    if (!db_accepts(db, "SELECT verdict FROM audits")) return OK;
    return figures_row(db,
                       "SELECT sum(CASE verdict WHEN 'unseen' THEN 0 ELSE 1 END), sum(CASE verdict "
                       "WHEN 'sandwiched' THEN 1 ELSE 0 END), sum(CASE verdict WHEN 'fronted' THEN "
                       "1 ELSE 0 END) FROM audits",
                       out, COUNT_OF(out), e);
}

static enum error read_alerts(struct db *db, struct figures *f, struct err *e)
{
    struct db_query *q;
    bool row;
    enum error rc = db_prepare(
        db, "SELECT ts_ns, level, code, text FROM alerts ORDER BY ts_ns DESC, src, seq DESC", &q,
        e);
    if (rc != OK) return rc;
    while (f->alerts_kept < FIGURE_ALERTS && (rc = db_step(q, &row, e)) == OK && row) {
        struct figure_alert *a = &f->alert[f->alerts_kept++];
        a->ts_ns = db_get_i64(q, 0);
        figures_text(a->level, sizeof a->level, q, 1);
        figures_text(a->code, sizeof a->code, q, 2);
        figures_text(a->text, sizeof a->text, q, 3);
    }
    db_release(q);
    return rc;
}

static enum error read_gates(struct db *db, struct figures *f, struct err *e)
{
    struct db_query *q;
    bool row;
    char name[40];
    enum error rc = db_prepare(
        db, "SELECT gate, count(*) FROM rejects GROUP BY gate ORDER BY count(*) DESC, gate", &q, e);
    if (rc != OK) return rc;
    while ((rc = db_step(q, &row, e)) == OK && row) {
        figures_text(name, sizeof name, q, 0);
        tally_row_named(&f->gate, name)->count += db_get_i64(q, 1);
    }
    db_release(q);
    return rc;
}

static bool sum(const int64_t *v, size_t n, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++)
        if (!add_i64(*out, v[i], out)) return false;
    return true;
}

static enum error too_large(struct err *e)
{
    return err_set(e, E_LIMIT,
                   "a sum over this ledger exceeds 2^63-1 lamports: check its fills and "
                   "equity, and the stream with sluice-verify");
}

static bool climb(struct figures *f, int64_t flow, int64_t rent)
{
    struct ladder *l = &f->ladder;
    const int64_t fees[] = {f->fee_lp,      f->fee_protocol, f->fee_creator,
                            f->fee_network, f->fee_priority, f->fee_tip};
    int64_t paid, gain;
    if (!sum(fees, COUNT_OF(fees), &paid) || !add_i64(flow, f->naive_marked, &l->naive) ||
        !sub_i64(f->marked, f->naive_marked, &l->marking) ||
        !add_i64(l->marking, f->rent, &l->marking) || !sub_i64(f->equity, f->capital, &gain))
        return false;
    l->fees = -paid;
    l->rent_locked = -rent;
    const int64_t steps[] = {l->naive,  l->fees,     l->rent_locked, l->latency,
                             l->impact, l->sandwich, l->marking};
    if (!sum(steps, COUNT_OF(steps), &l->result)) return false;
    l->adds_up = f->has_equity && l->result == gain;
    f->result = gain;
    return true;
}

static enum error read_ladder(struct db *db, struct figures *f, struct err *e)
{
    struct ladder *l = &f->ladder;
    int64_t flow = 0, rent = 0;
    int64_t *const out[] = {&flow, &l->latency, &l->impact, &l->sandwich, &rent};
    enum error rc = figures_row(
        db,
        "SELECT sum(CASE WHEN status!='landed' THEN 0 WHEN side='sell' THEN naive ELSE -naive "
        "END), -sum(latency_cost), -sum(impact_cost+carried_cost), -sum(sandwich_cost), "
        "sum(rent_paid-rent_refund) FROM fills",
        out, COUNT_OF(out), e);
    if (rc != OK) return rc;
    return climb(f, flow, rent) ? OK : too_large(e);
}

static enum error place(struct figures *f, struct err *e)
{
    if (f->tally.overflow) return too_large(e);
    if (!f->has_equity) return OK;
    return sub_i64(f->result, f->tally.pnl, &f->unplaced) ? OK : too_large(e);
}

enum error figures_read(struct db *db, unsigned trials, struct figures *f, struct err *e)
{
    memset(f, 0, sizeof *f);
    f->trials = trials;
    enum error rc = read_run(db, f, e);
    if (rc == OK) rc = read_fills(db, f, e);
    if (rc == OK) rc = read_counts(db, f, e);
    if (rc == OK) rc = read_audits(db, f, e);
    if (rc == OK) rc = read_alerts(db, f, e);
    if (rc == OK) rc = read_gates(db, f, e);
    if (rc == OK) rc = figures_read_equity(db, trials, f, e);
    if (rc == OK) rc = read_ladder(db, f, e);
    if (rc == OK) rc = figures_read_positions(db, f, e);
    return rc == OK ? place(f, e) : rc;
}
