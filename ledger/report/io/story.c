/* story.c - see story.h. */
#include "ledger/report/io/story.h"

#include <inttypes.h>

#include "common/run/moment.h"
#include "ledger/report/io/page.h"
#include "ledger/report/io/report_internal.h"

/* Time, rank within the slot, text. Signals come before what they lead to. */
static const char signals[] =
    "SELECT ts_ns, slot*8, 'signal to '||CASE side WHEN 'sell' THEN 'leave' ELSE 'enter' END||' by "
    "'||strategy||' (probability '||probability_ppm||' ppm): '||reason FROM signals WHERE mint=$1";
static const char rejects[] =
    "SELECT ts_ns, slot*8+1, 'rejected for '||strategy||' by '||gate||': requires "
    "'||threshold||CASE unit WHEN '' THEN '' ELSE ' '||unit END||', found '||value||' (margin "
    "'||margin||')' FROM rejects WHERE mint=$1";
static const char orders[] =
    "SELECT ts_ns, slot*8+2, 'order to '||side||' '||amount||CASE side WHEN 'buy' THEN ' lamports' "
    "ELSE ' raw tokens' END||', reason '||reason||', least output '||limit_raw||CASE attempt WHEN "
    "0 THEN '' ELSE ', attempt '||(attempt+1) END FROM orders WHERE mint=$1";
static const char reports[] =
    "SELECT ts_ns, slot*8+3, 'order '||status||': '||failure FROM reports WHERE mint=$1";
static const char fills[] =
    "SELECT ts_ns, slot*8+4, CASE status WHEN 'landed' THEN side||' landed after "
    "'||(slot-sent_slot)||' slots: '||base_raw||' raw tokens for '||quote_lamports||' lamports; "
    "naive '||naive||', latency '||latency_cost||', impact '||(impact_cost+carried_cost)||', "
    "sandwich '||sandwich_cost||', fees "
    "'||(lp_fee+protocol_fee+creator_fee+network_fee+priority_fee+tip)||', cash '||cash_delta ELSE "
    "side||' failed on chain ('||failure||'), cash '||cash_delta END FROM fills WHERE mint=$1";
static const char audits[] =
    "SELECT ts_ns, slot*8+5, 'fill in slot '||slot||' judged '||verdict||CASE WHEN front!='' THEN "
    "': '||attacker||' took '||loss_raw||' raw of the output' ELSE '' END FROM audits WHERE "
    "mint=$1 AND verdict!='unseen'";

static void print_line(FILE *out, const struct db_query *q)
{
    char t[24], text[1024];
    uint64_t ns = (uint64_t)db_get_i64(q, 0);
    moment_format(ns, t);
    figures_text(text, sizeof text, q, 2);
    fprintf(out, "%.10s %.8s.%03u  %s\n", t, t + 11, (unsigned)(ns / NS_PER_MS % 1000), text);
}

static enum error print_lines(FILE *out, struct db *db, const char *mint, unsigned *lines,
                              struct err *e)
{
    char sql[4096];
    struct db_query *q;
    bool row, audited = db_accepts(db, "SELECT verdict FROM audits");
    snprintf(sql, sizeof sql,
             "%s UNION ALL %s UNION ALL %s UNION ALL %s UNION ALL %s%s%s ORDER BY 1,2", signals,
             rejects, orders, reports, fills, audited ? " UNION ALL " : "", audited ? audits : "");
    enum error rc = db_prepare(db, sql, &q, e);
    if (rc != OK) return rc;
    db_bind_text(q, 1, mint);
    for (*lines = 0; (rc = db_step(q, &row, e)) == OK && row; ++*lines) print_line(out, q);
    db_release(q);
    return rc;
}

/* One row of n integers about the token; *row: it exists. */
static enum error read_row(struct db *db, const char *sql, const char *mint, int64_t *v, int n,
                           bool *row, struct err *e)
{
    struct db_query *q;
    enum error rc = db_prepare(db, sql, &q, e);
    if (rc != OK) return rc;
    db_bind_text(q, 1, mint);
    rc = db_step(q, row, e);
    for (int i = 0; rc == OK && *row && i < n; i++) v[i] = db_get_i64(q, i);
    db_release(q);
    return rc;
}

/* What is held, and what the curve would pay for it when the last equity record was written. */
static enum error print_held(FILE *out, struct db *db, const char *mint, int64_t held,
                             struct err *e)
{
    int64_t mark[3] = {0};
    bool row = false;
    char a[32], b[32];
    enum error rc = OK;
    if (db_accepts(db, "SELECT marked FROM marks"))
        rc = read_row(db,
                      "SELECT sum(marked), sum(rent), count(*) FROM marks WHERE mint=$1 AND "
                      "ts_ns=(SELECT max(ts_ns) FROM equity)",
                      mint, mark, 3, &row, e);
    if (rc != OK) return rc;
    fprintf(out, ", %" PRId64 " raw tokens still held", held);
    if (row && mark[2])
        fprintf(out, ", for which the curve pays %s SOL, rent back %s SOL",
                page_sol(mark[0], false, a), page_sol(mark[1], false, b));
    else
        fprintf(out, ", without a mark");
    return OK;
}

static enum error print_result(FILE *out, struct db *db, const char *mint, struct err *e)
{
    int64_t v[3] = {0};
    bool row = false;
    char a[32];
    enum error rc = read_row(db,
                             "SELECT count(*), sum(cash_delta), sum(CASE side WHEN 'buy' THEN "
                             "base_raw ELSE -base_raw END) FROM fills WHERE mint=$1",
                             mint, v, 3, &row, e);
    if (rc != OK) return rc;
    if (v[0] == 0) {
        fprintf(out, "result: not traded\n");
        return OK;
    }
    fprintf(out, "result: %s SOL in cash", page_sol(v[1], true, a));
    if (v[2] > 0)
        rc = print_held(out, db, mint, v[2], e);
    else
        fprintf(out, ", nothing held");
    fputc('\n', out);
    return rc;
}

enum error story_print(FILE *out, struct db *db, const char *mint, struct err *e)
{
    unsigned lines = 0;
    enum error rc = print_lines(out, db, mint, &lines, e);
    if (rc != OK) return rc;
    if (lines) return print_result(out, db, mint, e);
    return err_set(e, E_MISMATCH,
                   "the ledger has no record of %.60s: no strategy came near a signal, or the "
                   "ledger is of another run",
                   mint);
}
