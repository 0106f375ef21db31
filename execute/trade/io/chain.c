/* chain.c - see chain.h: the entry points of the stage's loop. */
#include <poll.h>

#include "common/base/num.h"
#include "execute/trade/io/trade_internal.h"

#define WAIT_MS 10u /* the longest wait for an answer before what is due is looked at again */

static enum error step_orders(struct chain *c, struct out *out, uint64_t now, struct err *e)
{
    bool any_sent = false;
    for (size_t i = 0; i < LIVE_ORDERS && c->s->open; i++) {
        if (c->s->order[i].stage == LIVE_FREE) continue;
        enum error rc = order_step(c, &c->s->order[i], out, now, e);
        if (rc != OK) return rc;
        any_sent |= c->s->order[i].stage == LIVE_SENT;
    }
    if (any_sent && !c->asking[ASK_STATUS] && c->status_ms <= now) node_ask_statuses(c, now);
    return OK;
}

/* Do what is due. Refresh cached state only after pending orders were sent. */
static enum error do_due(struct chain *c, struct out *out, struct err *e)
{
    uint64_t now = clock_ms();
    halt_look(&c->halt, now);
    sale_follow_halt(c);
    if (c->selling) sale_due(c, now);
    send_admit(c, now);
    enum error rc = step_orders(c, out, now, e);
    if (rc == OK) refresh_due(c, now);
    return rc;
}

enum error chain_serve(struct chain *c, struct out *out, int input_fd, bool *readable,
                       struct err *e)
{
    struct http_reply reply;
    enum error rc = c->repeated ? OK : recovery_repeat(c, out, e);
    if (rc == OK) rc = do_due(c, out, e);
    if (rc != OK) return rc;
    size_t made = out->len;
    if (!made) journal_reserve(&c->journal);
    if (http_pool_wait(c->pool, &input_fd, input_fd >= 0, made ? 0 : WAIT_MS, &reply))
        rc = node_answer(c, &reply, out, e);
    if (rc == OK) rc = do_due(c, out, e);
    struct pollfd p = {input_fd, POLLIN, 0};
    *readable = input_fd >= 0 && poll(&p, 1, 0) > 0;
    return rc;
}

bool chain_pending(const struct chain *c)
{
    return c->s->open > 0 || !c->repeated || (c->selling && !c->sold);
}

static bool is_halted(struct chain *c, const struct rec_order *o, uint64_t now_ms)
{
    unsigned halt = halt_look(&c->halt, now_ms);
    return halt & (HALT_CANCEL | HALT_SELL) || c->selling || (halt && o->side == side_buy);
}

enum error chain_order(struct chain *c, const struct rec_order *o, struct out *out, struct err *e)
{
    enum failure why = failure_none;
    enum error rc = c->repeated ? OK : recovery_repeat(c, out, e);
    if (rc != OK) return rc;
    uint64_t now_us = clock_us();
    bool halted = is_halted(c, o, now_us / 1000);
    struct live_order *x = halted ? NULL : live_take(c->s, o, o->src, o->seq, &why);
    if (x) {
        order_step_begin(c, x, now_us);
        return do_due(c, out, e);
    }
    if (why == failure_duplicate) return recovery_repeat_order(c, o, out, e);
    struct live_order refused = {.order = *o, .cause_src = o->src, .cause_seq = o->seq};
    c->s->refused_count++;
    order_end_report(c, &refused, order_status_refused, halted ? failure_halted : why, out);
    return OK;
}

/* Put the mark of an open position and add it. False: its market is not cached. */
static bool mark_position(const struct chain *c, const struct journal_state_position *p,
                          struct rec_equity *q, struct out *out)
{
    const struct market *m = market_cache_get(&c->s->cache, p->venue, &p->mint, &p->pool);
    struct amm_swap w;
    if (!m || venue_of(p->venue)->quote(&m->venue, side_sell, p->held_raw, &w) != failure_none)
        return false;
    struct rec_mark k = {.ts_ns = q->ts_ns,
                         .slot = q->slot,
                         .position_id = p->id,
                         .mint = p->mint,
                         .held_raw = p->held_raw,
                         .marked_lamports = w.out_raw,
                         .rent_lamports = RENT_LAMPORTS(TOKEN_ACCOUNT_BYTES)};
    if (!muldiv_floor(p->held_raw, m->venue.pool.quote_reserve_raw, m->venue.pool.base_reserve_raw,
                      &k.naive_lamports))
        k.naive_lamports = 0;
    q->marked_lamports = add_sat_u64(q->marked_lamports, k.marked_lamports);
    q->naive_lamports = add_sat_u64(q->naive_lamports, k.naive_lamports);
    put_mark(out, &k);
    return true;
}

/* Cash as risk counts it, what the curves would pay, and the refundable rent of the token accounts
 * that are held. */
void chain_put_equity(struct chain *c, struct out *out)
{
    struct rec_equity q = {
        .ts_ns = c->s->now_ns,
        .slot = c->s->slot,
        .cash_lamports = clamp_i64_from_u64(c->capital_lamports) + c->kept.cash_delta_lamports,
        .open_count = c->kept.positions,
        .rent_lamports = c->kept.positions * RENT_LAMPORTS(TOKEN_ACCOUNT_BYTES)};
    for (uint32_t i = 0; i < c->kept.positions; i++)
        if (!mark_position(c, &c->kept.position[i], &q, out)) return;
    q.equity_lamports = q.cash_lamports + clamp_i64_from_u64(q.marked_lamports) +
                        clamp_i64_from_u64(q.rent_lamports);
    put_equity(out, &q);
    c->next_equity_ns = c->s->now_ns + c->equity_every_ns;
}

/* Every slot is answered with `done`, so that risk never waits in vain: it receives the ends of
 * earlier runs from our journal at its first slot, and our own trades come back in the stream. */
enum error chain_record(struct chain *c, const struct record *r, struct out *out, struct err *e)
{
    enum error rc = c->repeated ? OK : recovery_repeat(c, out, e);
    live_record(c->s, r, out);
    if (r->id != REC_slot || rc != OK) return rc;
    struct rec_done d = {
        .ts_ns = r->u.slot.ts_ns, .src = out->src, .slot = r->u.slot.slot ? r->u.slot.slot - 1 : 0};
    report_done(out, &d);
    if (c->equity_every_ns && c->s->now_ns >= c->next_equity_ns) chain_put_equity(c, out);
    return OK;
}
