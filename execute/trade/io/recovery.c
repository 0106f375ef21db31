/* recovery.c - what the journal holds after a restart. Orders without an end are in flight again,
 * with the signature they had; risk and ledger receive what they may have missed. Must not: send.
 */
#include "common/base/num.h"
#include "execute/trade/io/trade_internal.h"

static struct live_order *in_flight(struct live_state *s, uint64_t id)
{
    for (size_t i = 0; i < LIVE_ORDERS; i++)
        if (s->order[i].stage != LIVE_FREE && s->order[i].order.order_id == id) return &s->order[i];
    return NULL;
}

static void take_intent(struct live_order *o, const struct rec_intent *n)
{
    o->signature = n->signature;
    o->last_valid_height = n->last_valid_height;
    o->stage = LIVE_SENT;
    o->in_raw = n->amount_raw;
    o->limit_raw = n->limit_raw;
    o->tip_lamports = n->tip_lamports;
    o->priority_lamports = n->priority_fee_lamports;
    o->route = n->route;
}

void recovery_load(void *chain, const struct record *r)
{
    struct chain *c = chain;
    struct live_state *s = c->s;
    struct live_order *o;
    enum failure why;
    if (r->id == REC_order) live_take(s, &r->u.order, r->u.order.src, r->u.order.seq, &why);
    if (r->id == REC_intent && (o = in_flight(s, r->u.intent.order_id)))
        take_intent(o, &r->u.intent);
    if (r->id == REC_fill && (o = in_flight(s, r->u.fill.order_id))) live_free(s, o);
    if (r->id == REC_report && (o = in_flight(s, r->u.report.order_id))) live_free(s, o);
    journal_state_take(&c->kept, r);
}

struct repeat {
    struct chain *c;
    struct out *out;
    uint64_t index; /* of the end among all ends of the journal */
    uint64_t only;  /* this order id; 0: every end that the journal state lacks */
    bool found;
};

static uint64_t ended_order(const struct record *r)
{
    if (r->id == REC_fill) return r->u.fill.order_id;
    return r->id == REC_report ? r->u.report.order_id : 0;
}

static bool is_wanted(struct repeat *t, const struct record *r)
{
    if (r->id != REC_fill && r->id != REC_report) return false;
    if (t->only) return ended_order(r) == t->only;
    return journal_state_wanted(&t->c->kept, r, t->index++);
}

static void repeat_one(void *self, const struct record *r)
{
    struct repeat *t = self;
    if (!is_wanted(t, r)) return;
    t->found = true;
    if (r->id == REC_fill) {
        struct rec_fill fill = r->u.fill;
        put_fill(t->out, &fill);
        report_fill(t->out, &fill);
    } else {
        struct rec_report report = r->u.report;
        put_report(t->out, &report);
        report_report(t->out, &report);
    }
}

enum error recovery_repeat(struct chain *c, struct out *out, struct err *e)
{
    struct repeat t = {.c = c, .out = out};
    enum error rc = journal_read(&c->journal, c->journal_path, repeat_one, &t, e);
    for (size_t i = 0; i < LIVE_ORDERS && rc == OK; i++) {
        const struct live_order *o = &c->s->order[i];
        if (o->stage != LIVE_FREE) report_order(out, &o->order);
    }
    struct rec_equity q = {
        .ts_ns = c->s->now_ns,
        .slot = c->s->slot,
        .cash_lamports = clamp_i64_from_u64(c->capital_lamports) + c->kept.cash_delta_lamports,
        .rent_lamports = c->kept.positions * RENT_LAMPORTS(TOKEN_ACCOUNT_BYTES)};
    report_equity(out, &q);
    c->repeated = true;
    return rc;
}

/* An order in flight has no end yet: it will come. */
enum error recovery_repeat_order(struct chain *c, const struct rec_order *o, struct out *out,
                                 struct err *e)
{
    struct repeat t = {.c = c, .out = out, .only = o->order_id};
    if (o->order_id && in_flight(c->s, o->order_id)) return OK;
    enum error rc =
        o->order_id ? journal_read(&c->journal, c->journal_path, repeat_one, &t, e) : OK;
    if (rc != OK || t.found) return rc;
    struct live_order again = {.order = *o, .cause_src = o->src, .cause_seq = o->seq};
    order_end_report(c, &again, order_status_refused, failure_duplicate, out);
    return OK;
}
