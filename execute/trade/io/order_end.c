/* order_end.c - how an order ends: refused or expired before it reached the chain, or with a fill.
 * The end of a sent order is in the journal before anybody reads it. */
#include "common/run/log.h"
#include "execute/trade/io/trade_internal.h"

static struct rec_report report_of(const struct chain *c, const struct live_order *o,
                                   uint8_t status, enum failure failure)
{
    return (struct rec_report){.ts_ns = c->s->now_ns,
                               .cause_src = o->cause_src,
                               .cause_seq = o->cause_seq,
                               .slot = c->s->slot,
                               .order_id = o->order.order_id,
                               .position_id = o->order.position_id,
                               .mint = o->order.mint,
                               .status = status,
                               .failure = failure};
}

void order_end_report(struct chain *c, const struct live_order *o, uint8_t status,
                      enum failure failure, struct out *out)
{
    struct rec_report r = report_of(c, o, status, failure);
    put_report(out, &r);
    report_report(out, &r);
}

static enum error journal_one(struct chain *c, const struct record *r, struct err *e)
{
    enum error rc = journal_put(&c->journal, &r, 1, e);
    if (rc == OK) journal_state_take(&c->kept, r);
    return rc;
}

enum error order_end_refuse(struct chain *c, struct live_order *o, uint8_t status,
                            enum failure failure, struct out *out, struct err *e)
{
    static struct record r;
    r.id = REC_report;
    r.u.report = report_of(c, o, status, failure);
    enum error rc = o->stage >= LIVE_SENT ? journal_one(c, &r, e) : OK;
    if (rc != OK) return rc;
    if (status == order_status_expired)
        c->s->expired_count++;
    else
        c->s->refused_count++;
    log_line(LOG_INFO, "order %llu: %s, %s", (unsigned long long)o->order.order_id,
             enum_name("order_status", status), enum_name("failure", failure));
    order_end_report(c, o, status, failure, out);
    sale_order_ended(c, o, false);
    live_free(c->s, o);
    return OK;
}

enum error order_end_fill(struct chain *c, struct live_order *o, const struct live_result *r,
                          struct out *out, struct err *e)
{
    static struct record rec;
    struct rec_fill *fill = &rec.u.fill;
    rec.id = REC_fill;
    live_fill(c->s, o, r, fill);
    enum error rc = journal_one(c, &rec, e);
    if (rc != OK) return rc;
    market_cache_fill(&c->s->cache, fill);
    fill_audit_fill(&c->s->audit, fill, &o->signature, out, c->s->now_ns);
    c->s->lamports = r->post_lamports;
    c->wallet_ms = clock_ms();
    put_fill(out, fill);
    report_fill(out, fill);
    if (r->failed)
        c->s->failed_count++;
    else
        c->s->landed_count++;
    order_end_report(c, o, fill->status, fill->failure, out);
    sale_order_ended(c, o, !r->failed);
    live_free(c->s, o);
    return OK;
}
