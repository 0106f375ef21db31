/* order_step.c - one order's next step. Its signature is known and durable before a byte of it is
 * sent; from then on only the chain decides. */
#include <string.h>

#include "common/io/signer.h"
#include "common/run/log.h"
#include "execute/trade/io/trade_internal.h"

#define MARKET_TRIES 12u /* reads of the market before an order is refused */
#define RETRY_MS     10u

void order_step_note(struct chain *c, const struct live_order *o, enum moment m)
{
    chain_path(c, o)->at_us[m] = clock_us();
}

void order_step_begin(struct chain *c, const struct live_order *o, uint64_t now_us)
{
    *chain_path(c, o) = (struct order_path){.at_us = {now_us}, .cpu_us = clock_cpu_us()};
}

/* Why an order that is not signed yet must not be: its time has passed, or the operator stopped
 * trading. */
static enum failure too_late(const struct chain *c, const struct live_order *o)
{
    bool own = o->order.reason == order_reason_halt;
    if (o->order.expires_slot && c->s->slot > o->order.expires_slot) return failure_expired;
    if (c->halt.state & HALT_CANCEL || (c->selling && !own) ||
        (c->halt.state && o->order.side == side_buy))
        return failure_halted;
    return failure_none;
}

/* Build from the cached market, or request the market from a node. */
static enum error build(struct chain *c, struct live_order *o, struct out *out, uint64_t now,
                        struct err *e)
{
    enum live_next next;
    order_step_note(c, o, AT_ADMITTED);
    if (!c->blockhash_ms) {
        o->next_ms = now + RETRY_MS;
        return OK;
    }
    if (live_build_cached(c->s, o, clock_s(), now, &next)) {
        if (next == LIVE_BUILT) order_step_note(c, o, AT_BUILT);
        return OK;
    }
    if (++chain_path(c, o)->market_tries > MARKET_TRIES)
        return order_end_refuse(c, o, order_status_refused, failure_congestion, out, e);
    o->uncached = true;
    if (!live_begin(c->s, o))
        return order_end_refuse(c, o, order_status_refused, failure_no_pool, out, e);
    o->busy = node_ask_market(c, o);
    if (!o->busy) o->next_ms = now + RETRY_MS;
    return OK;
}

/* A signer that is gone ends live execution. */
static enum error sign(struct chain *c, struct live_order *o, struct out *out, struct err *e)
{
    size_t n;
    struct sig sig;
    struct err why;
    const uint8_t *message = live_message(o, &n);
    enum error rc = signer_sign(c->signer, message, n, &sig, SIGN_MS, &why);
    if (rc == OK) {
        live_sign(o, &sig);
        order_step_note(c, o, AT_SIGNED);
        return OK;
    }
    if (rc != E_MISMATCH) {
        *e = why;
        return rc;
    }
    log_line(LOG_WARNING, "order %llu: %s", (unsigned long long)o->order.order_id, why.text);
    return order_end_refuse(c, o, order_status_refused, failure_policy, out, e);
}

/* Write order and intent to the journal. */
static enum error journal(struct chain *c, struct live_order *o, struct err *e)
{
    static struct record order, intent;
    static const struct record *const both[] = {&order, &intent};
    order.id = REC_order;
    order.u.order = o->order;
    order.u.order.src = o->cause_src;
    order.u.order.seq = o->cause_seq;
    intent.id = REC_intent;
    intent.u.intent = (struct rec_intent){.ts_ns = c->s->now_ns,
                                          .cause_src = o->cause_src,
                                          .cause_seq = o->cause_seq,
                                          .slot = c->s->slot,
                                          .order_id = o->order.order_id,
                                          .signature = o->signature,
                                          .last_valid_height = o->last_valid_height,
                                          .amount_raw = o->in_raw,
                                          .limit_raw = o->limit_raw,
                                          .tip_lamports = o->tip_lamports,
                                          .priority_fee_lamports = o->priority_lamports,
                                          .route = o->route};
    enum error rc = journal_put(&c->journal, both, COUNT_OF(both), e);
    order_step_note(c, o, AT_JOURNALLED);
    return rc;
}

/* Journal, then send. */
static enum error journal_and_send(struct chain *c, struct live_order *o, struct out *out,
                                   uint64_t now, struct err *e)
{
    enum error rc = journal(c, o, e);
    if (rc != OK) return rc;
    o->stage = LIVE_SENT;
    o->next_ms = 0;
    send_order(c, o, now);
    order_end_report(c, o, order_status_sent, failure_none, out);
    return OK;
}

/* Before its signature: drop it when it is too late, else build it when it is admitted. */
static enum error step_market(struct chain *c, struct live_order *o, struct out *out, uint64_t now,
                              struct err *e)
{
    if (o->busy) return OK;
    enum failure late = too_late(c, o);
    if (late)
        return order_end_refuse(
            c, o, late == failure_expired ? order_status_expired : order_status_refused, late, out,
            e);
    bool admitted = o->engine || c->s->rules.route == route_plain;
    return admitted && o->next_ms <= now ? build(c, o, out, now, e) : OK;
}

enum error order_step(struct chain *c, struct live_order *o, struct out *out, uint64_t now,
                      struct err *e)
{
    enum error rc = OK;
    if (o->stage == LIVE_MARKET) rc = step_market(c, o, out, now, e);
    if (rc == OK && o->stage == LIVE_SIGN) rc = sign(c, o, out, e);
    if (rc != OK) return rc;
    if (o->stage == LIVE_JOURNAL) return journal_and_send(c, o, out, now, e);
    if (o->stage == LIVE_SENT) send_order(c, o, now);
    if (o->stage == LIVE_RESULT && !o->busy && o->next_ms <= now) o->busy = node_ask_result(c, o);
    return OK;
}
