/* node_answer.c - what the answers of nodes and block engines mean. Every answer is hostile: one of
 * another shape changes nothing. */
#include "common/io/rpc.h"
#include "common/run/log.h"
#include "execute/trade/io/trade_internal.h"

#define TRIES_NO_POOL 3u /* reads of a market that has no pool before the order is refused */
#define HEIGHT_AHEAD \
    100u /* a height further beyond the blockhash's last valid one is not believed */

static uint64_t number_of(json_t *v)
{
    return json_integer_value(v) > 0 ? (uint64_t)json_integer_value(v) : 0;
}

/* ---- answers about an order ---- */

/* A node may be behind, or wrong: ask the next one before the order is refused. */
static enum error market_refused(struct chain *c, struct live_order *o, enum failure why,
                                 struct out *out, struct err *e)
{
    if (why != failure_no_pool || chain_path(c, o)->market_tries >= TRIES_NO_POOL)
        return order_end_refuse(c, o, order_status_refused, why, out, e);
    c->next_node++;
    o->next_ms = clock_ms() + BACKOFF_MS;
    return OK;
}

static enum error on_market(struct chain *c, struct live_order *o, json_t *result, struct out *out,
                            struct err *e)
{
    struct venue_account a[MARKET_ACCOUNTS];
    enum failure why;
    if (o->stage != LIVE_MARKET) return OK;
    size_t n = answers_accounts(result, a, c->account, MARKET_ACCOUNTS);
    if (n == 0) {
        o->next_ms = clock_ms() + BACKOFF_MS;
        return OK;
    }
    live_check_accounts(c->s, live_market(c->s, o), a, n, out);
    switch (live_read(c->s, o, a, n, clock_s(), clock_ms(), &why)) {
    case LIVE_REFUSED: return market_refused(c, o, why, out, e);
    case LIVE_MORE: o->busy = node_ask_market(c, o); break;
    case LIVE_BUILT: order_step_note(c, o, AT_BUILT); break;
    case LIVE_WAIT: chain_path(c, o)->market_tries = 0; break;
    }
    return OK;
}

/* The entry of one order: landed (its result is requested next), or unknown past its last valid
 * height. The second time it is unknown there, the order has expired; before, another node is
 * asked, so that no node that lags decides. */
static enum error on_one_status(struct chain *c, struct live_order *o, json_t *v, struct out *out,
                                struct err *e)
{
    if (o->stage != LIVE_SENT) return OK;
    if (answers_status(v) == 2) {
        o->stage = LIVE_RESULT;
        o->busy = 0;
        o->next_ms = 0;
        return OK;
    }
    if (json_is_null(v) && live_expired(o, c->s->height))
        return order_end_refuse(c, o, order_status_expired, failure_expired, out, e);
    if (o->past_end == 1) c->next_node++;
    return OK;
}

static enum error on_status(struct chain *c, json_t *result, struct out *out, struct err *e)
{
    json_t *list = json_object_get(result, "value");
    enum error rc = OK;
    if (!json_is_array(list) || json_array_size(list) != c->status_count) return OK;
    for (size_t i = 0; i < c->status_count && rc == OK; i++)
        rc = on_one_status(c, &c->s->order[c->status_of[i]], json_array_get(list, i), out, e);
    return rc;
}

/* A node that confirmed an order and does not return its transaction saw a fork: the status decides
 * again. */
static enum error on_result(struct chain *c, struct live_order *o, json_t *tx, struct out *out,
                            struct err *e)
{
    struct live_result r;
    if (o->stage != LIVE_RESULT) return OK;
    o->next_ms = clock_ms() + LIVE_STATUS_MS;
    if (!answers_transaction(tx, &c->s->wallet, &o->order, &r)) {
        o->stage = LIVE_SENT;
        return OK;
    }
    if (!r.failed && !r.has_event)
        log_line(LOG_WARNING,
                 "order %llu landed, but its swap event cannot be read: its fill books the "
                 "wallet's whole change as rent; report the transaction",
                 (unsigned long long)o->order.order_id);
    return order_end_fill(c, o, &r, out, e);
}

/* ---- answers about the chain and the wallet ---- */

static void on_blockhash(struct chain *c, json_t *result)
{
    struct answers_blockhash b;
    if (!answers_blockhash(result, &b)) return;
    c->s->blockhash = b.hash;
    c->s->last_valid_height = b.last_valid_height;
    if (b.slot > c->s->slot) c->s->slot = b.slot;
    c->blockhash_ms = clock_ms();
}

static void on_height(struct chain *c, uint64_t height)
{
    if (height > c->s->height && height <= c->s->last_valid_height + HEIGHT_AHEAD)
        c->s->height = height;
}

static void on_leaders(struct chain *c, json_t *result)
{
    if (!answers_leaders(result, c->leaders_from, &c->s->schedule))
        log_line(LOG_INFO, "getSlotLeaders: unexpected answer: leaders to avoid are unknown");
}

/* Warn once per engine, not with every answer. */
static void on_tips(struct chain *c, size_t which, json_t *result)
{
    size_t missing, k = which % CHAIN_ENGINES;
    if (!answers_tips(result, &missing)) {
        log_line(LOG_INFO, "%s: getTipAccounts: unexpected answer", c->engine[k]);
        return;
    }
    if (!missing || c->warned_tips[k]) return;
    c->warned_tips[k] = true;
    log_line(
        LOG_WARNING,
        "%s lacks %zu of the %u tip accounts that sluice pays to: bundles that pay to them may "
        "never land; update sluice",
        c->engine[k], missing, JITO_TIP_ACCOUNTS);
}

/* result is NULL where no answer came: the market is read again later. */
static void on_cache(struct chain *c, size_t which, json_t *result, struct out *out)
{
    struct venue_account a[MARKET_ACCOUNTS];
    struct market_cache_market *m = &c->s->cache.market[which % MARKET_CACHE_MARKETS];
    size_t n = result ? answers_accounts(result, a, c->account, MARKET_ACCOUNTS) : 0;
    uint64_t slot = number_of(json_object_get(json_object_get(result, "context"), "slot"));
    if (n) live_check_accounts(c->s, &m->market, a, n, out);
    market_cache_read(&c->s->cache, m, a, n, clock_s(), slot, clock_ms());
}

static void on_tip_floor(struct chain *c, const struct http_reply *reply)
{
    bool answered = !reply->why[0] && reply->status == 200;
    if (!answered || !bid_tip_floor(reply->body, reply->n, &c->s->levels))
        log_line(LOG_INFO, "%s: no tip floor: %s", c->tip_floor,
                 answered ? "unexpected answer" : reply->why);
}

/* ---- dispatch ---- */

/* Was it asked of the node in use? Not so sends, the tip floor and connections that are kept. */
static bool asks_node(enum ask what)
{
    return what != ASK_SEND && what != ASK_TIP_FLOOR && what != ASK_TIPS && what != ASK_HEALTH;
}

/* No usable answer: use the next node, and repeat the request after a pause. */
static void on_failure(struct chain *c, enum ask what, struct live_order *o,
                       const struct http_reply *reply, const char *why)
{
    uint64_t wait = reply->retry_after_s ? reply->retry_after_s * 1000 : BACKOFF_MS;
    if (reply->why[0] || reply->status == 200)
        log_line(LOG_INFO, "request failed: %s", reply->why[0] ? reply->why : why);
    else
        log_line(LOG_INFO, "request failed: server error (HTTP %ld)", reply->status);
    if (asks_node(what)) c->next_node++;
    if (what == ASK_MARKET || what == ASK_RESULT) o->next_ms = clock_ms() + wait;
    if (what == ASK_CACHE) on_cache(c, reply->tag & 0xffffffff, NULL, NULL);
    if (what == ASK_HOLDINGS) c->sell_next_ms = clock_ms() + wait;
}

/* Answers to ASK_SEND are ignored: a server that accepts a transaction promises nothing. */
static enum error on_result_of(struct chain *c, enum ask what, size_t which, json_t *result,
                               struct out *out, struct err *e)
{
    struct live_order *o = &c->s->order[which % LIVE_ORDERS];
    uint64_t n = number_of(result);
    switch (what) {
    case ASK_MARKET: return on_market(c, o, result, out, e);
    case ASK_RESULT: return on_result(c, o, result, out, e);
    case ASK_STATUS: return on_status(c, result, out, e);
    case ASK_CACHE: on_cache(c, which, result, out); break;
    case ASK_BLOCKHASH: on_blockhash(c, result); break;
    case ASK_HEIGHT: on_height(c, n); break;
    case ASK_SLOT:
        if (n > c->s->slot) c->s->slot = n;
        break;
    case ASK_WALLET: c->s->lamports = number_of(json_object_get(result, "value")); break;
    case ASK_LEADERS: on_leaders(c, result); break;
    case ASK_TIPS: on_tips(c, which, result); break;
    case ASK_HOLDINGS: sale_take_holdings(c, which, result); break;
    default: break;
    }
    return OK;
}

enum error node_answer(struct chain *c, const struct http_reply *reply, struct out *out,
                       struct err *e)
{
    enum ask what = (enum ask)(reply->tag >> 32);
    size_t which = reply->tag & 0xffffffff;
    struct live_order *o = &c->s->order[which % LIVE_ORDERS];
    char why[240] = "";
    int code = 0;
    if (what < ASK_SINGLE) c->asking[what] = false;
    if (what == ASK_MARKET || what == ASK_RESULT) o->busy = 0;
    if (what == ASK_TIP_FLOOR) {
        on_tip_floor(c, reply);
        return OK;
    }
    bool answered = !reply->why[0] && reply->status == 200;
    json_t *result = answered ? rpc_result(reply->body, reply->n, &code, why) : NULL;
    if (!result) {
        on_failure(c, what, o, reply, why);
        return OK;
    }
    enum error rc = on_result_of(c, what, which, result, out, e);
    json_decref(result);
    return rc;
}
