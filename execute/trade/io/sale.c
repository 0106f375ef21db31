/* sale.c - sells all holdings of the wallet on the operator's request. Holdings are read from the
 * chain, never from local state, and read again until nothing is left. Must not: sell what it does
 * not see in the wallet; give a token up before SALE_TRIES failures. */
#include <string.h>

#include "common/base/hash.h"
#include "common/base/text.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "execute/trade/io/trade_internal.h"

#define SALE_TRIES   8u
#define AGAIN_MS     1000u
#define ALL_PROGRAMS 3u /* both token programs answered */

void chain_sell_all(struct chain *c)
{
    if (c->selling) return;
    c->selling = true;
    log_line(LOG_WARNING, "selling all holdings of the wallet; nothing else is sent");
}

/* The operator removed the halt file. */
static void stop_selling(struct chain *c)
{
    c->selling = c->sold = c->selling_by_file = false;
    c->sales = c->holdings = c->beyond = 0;
    c->holdings_asked = c->holdings_came = 0;
    log_line(LOG_WARNING, "stopped selling all holdings: the halt file is gone");
}

void sale_follow_halt(struct chain *c)
{
    bool wanted = c->halt.state & HALT_SELL;
    if (wanted && !c->selling) {
        chain_sell_all(c);
        c->selling_by_file = true;
    }
    if (c->selling_by_file && !wanted) stop_selling(c);
}

bool chain_sold(const struct chain *c, size_t *left)
{
    *left = c->beyond;
    for (size_t i = 0; i < c->sales; i++) *left += c->sale[i].given_up;
    return c->sold;
}

static struct sale *sale_of(struct chain *c, const struct key *mint)
{
    for (size_t i = 0; i < c->sales; i++)
        if (key_equal(&c->sale[i].mint, mint)) return &c->sale[i];
    if (c->sales == HOLDINGS_MAX) return NULL;
    c->sale[c->sales] = (struct sale){.mint = *mint};
    return &c->sale[c->sales++];
}

static void ask_holdings(struct chain *c, uint64_t now)
{
    static const enum address programs[2] = {address_token, address_token_2022};
    char wallet[66];
    base58_encode(c->s->wallet.b, 32, wallet);
    c->holdings = c->beyond = 0;
    c->holdings_asked = c->holdings_came = 0;
    c->sell_next_ms = now + 5 * AGAIN_MS;
    for (size_t i = 0; i < 2; i++)
        if (node_ask(
                c, ASK_HOLDINGS, i, "getTokenAccountsByOwner",
                json_pack("[s, {s:s}, {s:s, s:s}]", wallet, "programId", address_text(programs[i]),
                          "encoding", "base64", "commitment", "confirmed")))
            c->holdings_asked |= (uint8_t)(1u << i);
}

/* Where to sell: first where the position was bought, then in turn where pump.fun's coins trade. */
static uint8_t venue_for(const struct chain *c, const struct sale *s, struct key *pool)
{
    const struct journal_state_position *p = journal_state_of(&c->kept, &s->mint);
    memset(pool, 0, sizeof *pool);
    if (p && s->tries == 0) {
        *pool = p->pool;
        return p->venue;
    }
    return s->tries % 2 ? venue_pumpswap : venue_pump;
}

static void sell(struct chain *c, const struct holding *h, struct sale *s)
{
    const struct journal_state_position *p = journal_state_of(&c->kept, &s->mint);
    struct {
        struct key mint, blockhash;
        uint64_t tries;
    } name = {h->mint, c->s->blockhash, s->tries};
    struct rec_order o = {.ts_ns = c->s->now_ns,
                          .src = SRC_EXECUTE,
                          .slot = c->s->slot,
                          .order_id = blake_u64(&name, sizeof name) | 1,
                          .position_id = p ? p->id : 0,
                          .mint = h->mint,
                          .side = side_sell,
                          .reason = order_reason_halt,
                          .amount_raw = h->amount_raw,
                          .limit_raw = 1,
                          .attempt_count = (uint16_t)s->tries};
    enum failure why;
    o.venue = venue_for(c, s, &o.pool);
    o.tip_lamports = c->s->rules.fees.tip_max_lamports / 2;
    o.priority_fee_lamports = c->s->rules.fees.priority_max_lamports / 2;
    memcpy(o.strategy, "halt", 5);
    struct live_order *x = live_take(c->s, &o, SRC_EXECUTE, 0, &why);
    if (!x) return;
    order_step_begin(c, x, clock_us());
    x->uncached = true;
}

/* Is an order of this token under way? What it leaves in the wallet is known when it has ended. */
static bool is_busy(const struct chain *c, const struct key *mint)
{
    for (size_t i = 0; i < LIVE_ORDERS; i++)
        if (c->s->order[i].stage != LIVE_FREE && key_equal(&c->s->order[i].order.mint, mint))
            return true;
    return false;
}

/* Both token programs answered: sell what they list. */
static void sell_holdings(struct chain *c, uint64_t now)
{
    size_t waiting = 0;
    for (size_t i = 0; i < c->holdings; i++) {
        struct sale *s = sale_of(c, &c->holding[i].mint);
        if (!s) c->beyond++;
        if (!s || s->given_up) continue;
        waiting++;
        if (!is_busy(c, &s->mint)) sell(c, &c->holding[i], s);
    }
    c->holdings_asked = c->holdings_came = 0;
    c->sell_next_ms = now + AGAIN_MS;
    if (waiting || c->s->open) return;
    c->sold = true;
    halt_sold(&c->halt);
    if (c->beyond)
        log_line(LOG_ERROR,
                 "the wallet holds more than %u tokens: %zu were not looked at; sell by hand what "
                 "has value",
                 HOLDINGS_MAX, c->beyond);
    log_line(LOG_WARNING, "all holdings that have a buyer are sold");
}

void sale_due(struct chain *c, uint64_t now)
{
    if (c->sold || !c->blockhash_ms || c->halt.state & HALT_CANCEL) return;
    if (c->holdings_came == ALL_PROGRAMS)
        sell_holdings(c, now);
    else if (c->sell_next_ms <= now)
        ask_holdings(c, now);
}

void sale_take_holdings(struct chain *c, size_t program, json_t *result)
{
    if (!answers_holdings(result, c->holding, &c->holdings, &c->beyond)) {
        c->sell_next_ms = clock_ms() + AGAIN_MS;
        c->holdings_came = 0;
        return;
    }
    c->holdings_came |= (uint8_t)(1u << (program & 1));
}

void sale_order_ended(struct chain *c, const struct live_order *o, bool landed)
{
    char mint[66];
    if (o->order.reason != order_reason_halt) return;
    struct sale *s = sale_of(c, &o->order.mint);
    if (!s) return;
    if (landed || ++s->tries < SALE_TRIES) return;
    s->given_up = true;
    base58_encode(s->mint.b, 32, mint);
    log_line(LOG_ERROR, "%s: no sale landed in %u tries: it stays in the wallet", mint, SALE_TRIES);
}
