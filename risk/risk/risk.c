/* risk.c - dispatch of records, and the order of work within a slot. See risk.h. */
#include "risk/risk/risk.h"

#include "common/base/num.h"
#include "risk/risk/risk_internal.h"

void risk_init(struct risk_state *s)
{
    table_init((struct table *)(void *)s->table_words, RISK_POOLS);
    seen_init(s->answered, RISK_ANSWERED);
    s->cash = clamp_i64_from_u64(s->rules.capital);
    s->equity_peak = s->day_start = s->cash;
}

bool risk_awaits(const struct risk_state *s) { return s->waiting != 0; }

static void step_done(struct risk_state *s, struct out *out)
{
    s->waiting = s->recovering = 0;
    risk_watch(s, out);
    risk_exits(s, out);
}

/* With orders in flight the decisions of this slot wait for `done`, which comes after the fills of
 * the slot before. Orders made now belong to this slot; the next slot waits for them. */
static void step_slot(struct risk_state *s, const struct rec_slot *r, struct out *out)
{
    s->slot = r->slot;
    if (r->ts_ns > s->now_ns) s->now_ns = r->ts_ns;
    if (s->waiting) risk_expire(s);
    if (s->in_flight == 0 && !s->recovering)
        step_done(s, out);
    else
        s->waiting = 1;
}

void risk_step(struct risk_state *s, const struct record *r, struct out *out)
{
    switch (r->id) {
    case REC_slot: step_slot(s, &r->u.slot, out); break;
    case REC_trade: risk_market_trade(s, &r->u.trade); break;
    case REC_pool: risk_market_pool(s, &r->u.pool); break;
    case REC_signal: risk_signal(s, &r->u.signal, out); break;
    case REC_verdict: risk_verdict(s, &r->u.verdict); break;
    case REC_fill: risk_fill(s, &r->u.fill, out); break;
    case REC_report: risk_report(s, &r->u.report); break;
    case REC_order:
        if (s->recovering) risk_recover_order(s, &r->u.order);
        break;
    case REC_equity:
        if (s->recovering) risk_recover_cash(s, &r->u.equity);
        break;
    case REC_done: step_done(s, out); break;
    case REC_alert: risk_alert(s, &r->u.alert); break;
    default: break;
    }
}
