/* sluice-why - why a token was traded, or why it was not: signals, rejects, orders and fills in
 * order of time. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
#include "ledger/report/io/page.h"

static const char story[] =
    "SELECT ts_ns, slot*8+0, 'signal to '||CASE side WHEN 'sell' THEN 'leave' ELSE 'enter' END||' "
    "by '||strategy||' (probability '||probability_ppm||' ppm): '||reason FROM signals WHERE "
    "mint=?1 "
    "UNION ALL SELECT ts_ns, slot*8+1, 'not traded by '||strategy||': '||gate||' wants "
    "'||threshold||CASE unit WHEN '' THEN '' ELSE ' '||unit END||', found '||value||' (margin "
    "'||margin||')' FROM rejects WHERE mint=?1 "
    "UNION ALL SELECT ts_ns, slot*8+2, 'order to '||side||' '||amount||CASE side WHEN 'buy' THEN ' "
    "lamports' ELSE ' raw tokens' END||' because of '||reason||', at least '||limit_raw||' "
    "out'||CASE attempt WHEN 0 THEN '' ELSE ', try '||(attempt+1) END FROM orders WHERE mint=?1 "
    "UNION ALL SELECT ts_ns, slot*8+3, 'order '||status||': '||failure FROM reports WHERE mint=?1 "
    "UNION ALL SELECT ts_ns, slot*8+4, CASE status WHEN 'landed' THEN side||' landed after "
    "'||(slot-sent_slot)||' slots: '||base_raw||' raw tokens for '||quote_lamports||' lamports; "
    "naive '||naive||', latency '||latency_cost||', impact '||(impact_cost+carried_cost)"
    "||', sandwich '||sandwich_cost||', fees "
    "'||(lp_fee+protocol_fee+creator_fee+network_fee+priority_fee+tip)||', cash '||cash_delta ELSE "
    "side||' failed on chain ('||failure||'), cash '||cash_delta END FROM fills WHERE mint=?1";
static const char audits[] =
    " UNION ALL SELECT ts_ns, slot*8+5, 'around it in slot '||slot||': '||verdict||CASE WHEN "
    "front!='' THEN ' by '||attacker||', which took '||loss_raw||' of what came out' ELSE '' END "
    "FROM audits WHERE mint=?1 AND verdict!='unseen'";

static enum error summary(struct db *db, const char *mint, struct err *e)
{
    struct db_query *q;
    bool row;
    char a[32];
    enum error rc =
        db_prepare(db,
                   "SELECT count(*), ifnull(sum(cash_delta),0), ifnull(sum(CASE side WHEN 'buy' "
                   "THEN base_raw ELSE -base_raw END),0) FROM fills WHERE mint=?1",
                   &q, e);
    if (rc != OK) return rc;
    db_bind_text(q, 1, mint);
    rc = db_step(q, &row, e);
    if (rc == OK && row && db_get_i64(q, 0) > 0)
        printf("result: %s SOL in cash, %" PRId64 " raw tokens still held\n",
               page_sol(db_get_i64(q, 1), true, a), db_get_i64(q, 2));
    else if (rc == OK)
        printf("result: it was not traded\n");
    db_release(q);
    return rc;
}

static enum error tell(struct db *db, const char *mint, struct err *e)
{
    struct db_query *q;
    bool row;
    char t[24];
    unsigned lines = 0;
    char all[sizeof story + sizeof audits + 32];
    bool has_audits = false;
    enum error rc = db_prepare(db, "SELECT 1 FROM sqlite_master WHERE name='audits'", &q, e);
    if (rc == OK) {
        rc = db_step(q, &has_audits, e);
        db_release(q);
    }
    snprintf(all, sizeof all, "%s%s ORDER BY 1,2", story, has_audits ? audits : "");
    if (rc == OK) rc = db_prepare(db, all, &q, e);
    if (rc != OK) return rc;
    db_bind_text(q, 1, mint);
    while ((rc = db_step(q, &row, e)) == OK && row) {
        uint64_t ns = (uint64_t)db_get_i64(q, 0);
        format_moment(ns, t);
        printf("%.10s %.8s.%03u  %s\n", t, t + 11, (unsigned)(ns / 1000000 % 1000),
               db_get_text(q, 2));
        lines++;
    }
    db_release(q);
    if (rc != OK) return rc;
    if (lines) return summary(db, mint, e);
    return err_set(e, E_MISMATCH, "nothing is known of %s: no strategy came near to a signal",
                   mint);
}

static enum error why(const struct settings *s, struct err *e)
{
    struct db *db;
    uint8_t key[32];
    const char *mint = settings_operand(s, 1);
    if (settings_operand_count(s) != 2)
        return err_set(e, E_USAGE, "wants a database and the address of a token");
    if (!base58_decode(mint, strlen(mint), key, 32))
        return err_set(e, E_USAGE, "'%.60s' is no address", mint);
    enum error rc = db_open(settings_operand(s, 0), false, &db, e);
    if (rc != OK) return rc;
    rc = tell(db, mint, e);
    db_close(db);
    return rc == OK && fflush(stdout) ? operand_stdout_failed(e) : rc;
}

static const struct tool tool = {.name = "sluice-why",
                                 .section = "why",
                                 .purpose = "tell why a token was traded, or why it was not",
                                 .operands = "DATABASE MINT",
                                 .run = why};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
