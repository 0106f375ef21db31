/* refresh.c - what is kept fresh whether there are orders or not: the blockhash, the wallet's
 * balance, the tip floor, slots and leaders, cached markets, and open connections. */
#include <stdio.h>

#include "common/base/text.h"
#include "common/run/log.h"
#include "execute/trade/io/trade_internal.h"

#define BLOCKHASH_MS    4000u /* a blockhash is valid for about a minute */
#define WALLET_MS       1500u
#define TIP_FLOOR_MS    10000u
#define LEADERS_MS      20000u
#define SLOT_MS         300u
#define MARKET_CACHE_MS 50u   /* at most twenty markets are read a second */
#define ENGINE_MS       1000u /* one request a second to a block engine's region */
#define IDLE_MS \
    20000u /* libcurl closes a connection that was idle for 118 s, most servers after a minute */

static bool is_due(const struct chain *c, enum ask what, uint64_t *last_ms, uint64_t every_ms,
                   uint64_t now)
{
    if (c->asking[what] || (*last_ms && now - *last_ms < every_ms)) return false;
    *last_ms = now ? now : 1;
    return true;
}

/* A request that failed is repeated after BACKOFF_MS. */
static void blockhash(struct chain *c, uint64_t now)
{
    if (c->blockhash_ms && now - c->blockhash_ms <= BLOCKHASH_MS) return;
    if (!is_due(c, ASK_BLOCKHASH, &c->blockhash_asked_ms, BACKOFF_MS, now)) return;
    node_ask(c, ASK_BLOCKHASH, 0, "getLatestBlockhash",
             json_pack("[{s:s}]", "commitment", "confirmed"));
}

static void wallet(struct chain *c, uint64_t now)
{
    char text[66];
    if (!is_due(c, ASK_WALLET, &c->wallet_ms, WALLET_MS, now)) return;
    base58_encode(c->s->wallet.b, 32, text);
    node_ask(c, ASK_WALLET, 0, "getBalance",
             json_pack("[s, {s:s}]", text, "commitment", "processed"));
}

static void tip_floor(struct chain *c, uint64_t now)
{
    if (!*c->tip_floor || !c->s->rules.fees.tip_percentile ||
        !is_due(c, ASK_TIP_FLOOR, &c->tip_floor_ms, TIP_FLOOR_MS, now))
        return;
    c->asking[ASK_TIP_FLOOR] =
        http_pool_start(c->pool, &(struct http_post){.url = c->tip_floor,
                                                     .timeout_ms = REQUEST_MS,
                                                     .tag = (uint64_t)ASK_TIP_FLOOR << 32});
}

static bool leaders_run_out(const struct chain *c)
{
    return c->s->slot + 64 > c->s->schedule.first + c->s->schedule.count;
}

/* Slot and leaders, where orders avoid some leaders. */
static void leaders(struct chain *c, uint64_t now)
{
    if (!c->s->rules.mev.leaders) return;
    if (is_due(c, ASK_SLOT, &c->slot_ms, SLOT_MS, now))
        node_ask(c, ASK_SLOT, 0, "getSlot", json_pack("[{s:s}]", "commitment", "processed"));
    uint64_t every = leaders_run_out(c) ? BACKOFF_MS : LEADERS_MS;
    if (!c->s->slot || !is_due(c, ASK_LEADERS, &c->leaders_ms, every, now)) return;
    c->leaders_from = c->s->slot > 8 ? c->s->slot - 8 : 0;
    node_ask(c, ASK_LEADERS, 0, "getSlotLeaders",
             json_pack("[I, i]", (json_int_t)c->leaders_from, (int)SANDWICH_GUARD_SCHEDULE));
}

/* A new connection, with its handshakes, costs an order more than all the rest of its path, so an
 * idle one is used now and then. The request counts as the engine's one of the second: one engine
 * at a time, and none while an order waits. */
static void engines(struct chain *c, uint64_t now)
{
    char url[320];
    if (c->s->rules.route == route_plain || now - c->engines_ms < ENGINE_MS ||
        live_first(c->s, now))
        return;
    for (size_t k = 0; k < c->engines; k++) {
        if (c->engine_ready_ms[k] && now < c->engine_ready_ms[k] + IDLE_MS) continue;
        snprintf(url, sizeof url, "%s/api/v1/getTipAccounts", c->engine[k]);
        c->engines_ms = now;
        c->engine_ready_ms[k] = now + ENGINE_MS;
        if (!node_ask_at(c, url, ASK_TIPS, k, "getTipAccounts", NULL))
            log_line(LOG_DEBUG, "unable to use the idle connection to %s: all requests are busy",
                     c->engine[k]);
        return;
    }
}

/* The nodes in reserve: they replace the node in use when it fails, and get what is sent by the
 * plain route. */
static void nodes(struct chain *c, uint64_t now)
{
    if (c->nodes_ms && now - c->nodes_ms < IDLE_MS) return;
    c->nodes_ms = now;
    for (size_t i = 0; i < c->nodes; i++)
        if (i != c->next_node % c->nodes &&
            !node_ask_at(c, c->node[i], ASK_HEALTH, i, "getHealth", NULL))
            return;
}

static void cached_markets(struct chain *c, uint64_t now)
{
    if (now - c->market_cache_ms < MARKET_CACHE_MS) return;
    c->market_cache_ms = now;
    struct market_cache_market *m = market_cache_next(&c->s->cache, now);
    if (m && !node_ask_cache(c, m)) market_cache_read(&c->s->cache, m, NULL, 0, 0, 0, now);
}

void refresh_due(struct chain *c, uint64_t now)
{
    blockhash(c, now);
    wallet(c, now);
    tip_floor(c, now);
    leaders(c, now);
    engines(c, now);
    nodes(c, now);
    cached_markets(c, now);
}
