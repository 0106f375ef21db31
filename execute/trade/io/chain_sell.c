/* chain_sell.c - selling everything the wallet holds, by the operator's word: what it holds is
 * asked of the chain, not of any memory, and asked again until nothing is left. Must not: sell what
 * it does not see in the wallet; give up a token but after SALE_TRIES. */
#include <string.h>

#include "common/base/hash.h"
#include "common/base/text.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "execute/trade/io/trade_internal.h"

#define SALE_TRIES 8u
#define AGAIN_MS   1000u
#define BOTH_ASKED 3u

void chain_sell_all(struct chain *c)
{
    if (c->selling) return;
    c->selling = true;
    log_line(LOG_WARNING, "everything is sold now; nothing else is sent");
}

void chain_sell_stop(struct chain *c)
{
    c->selling = c->sold = c->selling_by_file = false;
    c->sales = c->holdings = c->beyond = 0;
    c->holdings_asked = c->holdings_came = 0;
    log_line(LOG_WARNING, "selling everything has been taken back");
}

bool chain_sold(const struct chain *c, size_t *left)
{
    *left = c->beyond;
    for (size_t i = 0; i < c->sales; i++) *left += c->sale[i].useless;
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
        if (chain_ask(
                c, chain_node(c), "getTokenAccountsByOwner",
                json_pack("[s, {s:s}, {s:s, s:s}]", wallet, "programId", address_text(programs[i]),
                          "encoding", "base64", "commitment", "confirmed"),
                ASK_HOLDINGS, i, NULL))
            c->holdings_asked |= (uint8_t)(1u << i);
}

/* Where it may be sold: first where the position was bought, then where a coin of the family
 * trades. */
static uint8_t venue_for(const struct chain *c, const struct sale *s, struct key *pool)
{
    const struct journal_state_position *p = journal_state_of(&c->recall, &s->mint);
    memset(pool, 0, sizeof *pool);
    if (p && s->tries == 0) {
        *pool = p->pool;
        return p->venue;
    }
    return s->tries % 2 ? venue_pumpswap : venue_pump;
}

static void sell(struct chain *c, const struct holding *h, struct sale *s)
{
    const struct journal_state_position *p = journal_state_of(&c->recall, &s->mint);
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
    c->tries[chain_place(c, x)] = 0;
    x->cold = true;
}

/* An order of this token is still under way: what it leaves in the wallet is known when it has
 * ended. */
static bool is_busy(const struct chain *c, const struct key *mint)
{
    for (size_t i = 0; i < LIVE_ORDERS; i++)
        if (c->s->order[i].stage != LIVE_FREE && key_equal(&c->s->order[i].order.mint, mint))
            return true;
    return false;
}

/* Both lists are there: sell what is in them. */
static void sell_what_there_is(struct chain *c, uint64_t now)
{
    size_t waiting = 0;
    for (size_t i = 0; i < c->holdings; i++) {
        struct sale *s = sale_of(c, &c->holding[i].mint);
        if (!s) c->beyond++;
        if (!s || s->useless) continue;
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
                 "%zu tokens of the wallet were not looked at, for it holds more than %u: sell by "
                 "hand what is of worth",
                 c->beyond, HOLDINGS_MAX);
    log_line(LOG_WARNING, "everything that can be sold is sold");
}

void chain_sell_due(struct chain *c, struct out *out, uint64_t now)
{
    (void)out;
    if (c->sold || !c->blockhash_ms || c->halt.state & HALT_CANCEL) return;
    if (c->holdings_came == BOTH_ASKED)
        sell_what_there_is(c, now);
    else if (c->sell_next_ms <= now)
        ask_holdings(c, now);
}

void chain_sell_holdings(struct chain *c, size_t which, json_t *result)
{
    if (!answers_holdings(result, c->holding, &c->holdings, &c->beyond)) {
        c->sell_next_ms = clock_ms() + AGAIN_MS;
        c->holdings_came = 0;
        return;
    }
    c->holdings_came |= (uint8_t)(1u << (which & 1));
}

void chain_sell_ended(struct chain *c, const struct live_order *o, bool landed)
{
    char mint[66];
    if (o->order.reason != order_reason_halt) return;
    struct sale *s = sale_of(c, &o->order.mint);
    if (!s) return;
    if (landed || ++s->tries < SALE_TRIES) return;
    s->useless = true;
    base58_encode(s->mint.b, 32, mint);
    log_line(LOG_ERROR, "nobody buys %s: it is left in the wallet", mint);
}
