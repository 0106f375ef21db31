/* node_ask.c - requests to the node in use. The answers are in node_answer.c. */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/io/rpc.h"
#include "execute/trade/io/trade_internal.h"

const char *node_ask_url(const struct chain *c) { return c->node[c->next_node % c->nodes]; }

bool node_ask_at(struct chain *c, const char *url, enum ask what, size_t which, const char *method,
                 json_t *params)
{
    char *text = rpc_request(method, params);
    struct http_post post = {.url = url,
                             .body = text,
                             .header = what == ASK_TIPS && *c->header ? c->header : NULL,
                             .timeout_ms = REQUEST_MS,
                             .tag = (uint64_t)what << 32 | which};
    if (!text) return false;
    post.n = strlen(text);
    bool good = http_pool_start(c->pool, &post);
    free(text);
    if (good && what < ASK_SINGLE) c->asking[what] = true;
    return good;
}

bool node_ask(struct chain *c, enum ask what, size_t which, const char *method, json_t *params)
{
    return node_ask_at(c, node_ask_url(c), what, which, method, params);
}

static bool ask_accounts(struct chain *c, struct market *m, enum ask what, size_t which)
{
    struct key keys[MARKET_ACCOUNTS];
    size_t n = live_market_accounts(m, keys);
    char text[66];
    if (n == 0) return false;
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        base58_encode(keys[i].b, 32, text);
        json_array_append_new(list, json_string(text));
    }
    return node_ask(
        c, what, which, "getMultipleAccounts",
        json_pack("[o, {s:s, s:s}]", list, "encoding", "base64", "commitment", "processed"));
}

bool node_ask_market(struct chain *c, struct live_order *o)
{
    chain_path(c, o)->node_requests++;
    return ask_accounts(c, live_market(c->s, o), ASK_MARKET, chain_place(c, o));
}

bool node_ask_cache(struct chain *c, struct market_cache_market *m)
{
    return ask_accounts(c, &m->market, ASK_CACHE, (size_t)(m - c->s->cache.market));
}

static json_t *signature_text(const struct live_order *o)
{
    char text[130];
    base58_encode(o->signature.b, 64, text);
    return json_string(text);
}

bool node_ask_result(struct chain *c, struct live_order *o)
{
    return node_ask(c, ASK_RESULT, chain_place(c, o), "getTransaction",
                    json_pack("[o, {s:s, s:s, s:i}]", signature_text(o), "encoding", "json",
                              "commitment", "confirmed", "maxSupportedTransactionVersion", 0));
}

void node_ask_statuses(struct chain *c, uint64_t now_ms)
{
    json_t *list = json_array();
    c->status_count = 0;
    for (size_t i = 0; i < LIVE_ORDERS; i++) {
        struct live_order *o = &c->s->order[i];
        if (o->stage != LIVE_SENT) continue;
        c->status_of[c->status_count++] = (uint8_t)i;
        json_array_append_new(list, signature_text(o));
    }
    c->status_ms = now_ms + LIVE_STATUS_MS;
    if (c->status_count == 0) {
        json_decref(list);
        return;
    }
    node_ask(c, ASK_STATUS, 0, "getSignatureStatuses",
             json_pack("[o, {s:b}]", list, "searchTransactionHistory", 1));
    if (!c->asking[ASK_HEIGHT])
        node_ask(c, ASK_HEIGHT, 0, "getBlockHeight",
                 json_pack("[{s:s}]", "commitment", "confirmed"));
}
