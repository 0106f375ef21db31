/* send.c - signed bytes to the wire. An order has one signature for ever: only the same bytes are
 * sent again, so it can land once. An order comes here after journal_put returned: its entry is on
 * the disk. Answers to sending mean nothing; the chain's status decides (node_answer.c). */
#include <stdio.h>
#include <string.h>

#include "common/io/rpc.h"
#include "common/run/log.h"
#include "execute/trade/io/trade_internal.h"

#define ENGINE_MS     1000u /* a block engine takes one request a second of each region */
#define SEND_TEXT_MAX (2 * TX_BYTES_MAX + 256u) /* base64 and what is around it */

/* An order is quoted and signed only when an engine is free for it, so that no order grows old in a
 * queue after its signature is fixed. */
void send_admit(struct chain *c, uint64_t now)
{
    if (c->s->rules.route == route_plain) return;
    for (size_t k = 0; k < c->engines; k++) {
        struct live_order *o = c->engine_ready_ms[k] <= now ? live_first(c->s, now) : NULL;
        if (!o) continue;
        o->engine = (uint8_t)(k + 1);
        c->engine_ready_ms[k] = now + ENGINE_MS;
    }
}

/* params is JSON with '$' for the transaction's bytes. */
static bool start(struct chain *c, const struct live_order *o, const char *url, const char *method,
                  const char *params, const char *header)
{
    char text[SEND_TEXT_MAX];
    size_t n = rpc_write_bytes(text, sizeof text, method, params, o->wire, o->wire_n);
    return n && http_pool_start(c->pool, &(struct http_post){
                                             .url = url,
                                             .body = text,
                                             .n = n,
                                             .header = header,
                                             .timeout_ms = REQUEST_MS,
                                             .tag = (uint64_t)ASK_SEND << 32 | chain_place(c, o)});
}

static bool to_engine(struct chain *c, const struct live_order *o, size_t k)
{
    char url[320];
    const char *header = *c->header ? c->header : NULL;
    if (o->route == route_bundle) {
        snprintf(url, sizeof url, "%s/api/v1/bundles", c->engine[k]);
        return start(c, o, url, "sendBundle", "[[\"$\"],{\"encoding\":\"base64\"}]", header);
    }
    snprintf(url, sizeof url, "%s/api/v1/transactions?bundleOnly=true", c->engine[k]);
    return start(c, o, url, "sendTransaction", "[\"$\",{\"encoding\":\"base64\"}]", header);
}

/* The first time to the engine that admitted it; again to any engine that is free. */
static bool to_engines(struct chain *c, const struct live_order *o, uint64_t now)
{
    if (o->sends == 0 && o->engine) return to_engine(c, o, o->engine - 1u);
    for (size_t i = 0; i < c->engines; i++) {
        size_t k = (chain_place(c, o) + o->sends + i) % c->engines;
        if (c->engine_ready_ms[k] > now) continue;
        c->engine_ready_ms[k] = now + ENGINE_MS;
        return to_engine(c, o, k);
    }
    return false;
}

static bool to_nodes(struct chain *c, const struct live_order *o)
{
    bool any = false;
    for (size_t i = 0; i < c->nodes; i++)
        any |= start(c, o, c->node[i], "sendTransaction",
                     "[\"$\",{\"encoding\":\"base64\",\"skipPreflight\":true,\"maxRetries\":0}]",
                     NULL);
    return any;
}

/* The parts of the path from the order to its bytes on the wire. */
static void log_path(struct chain *c, const struct live_order *o)
{
    const struct order_path *p = chain_path(c, o);
    const uint64_t *t = p->at_us;
    uint64_t now = clock_us();
    log_line(LOG_INFO,
             "order %llu: on the wire after %llu us (cpu %llu us, %u node requests): waited %llu, "
             "built %llu, signed %llu, journalled %llu, sent %llu",
             (unsigned long long)o->order.order_id, (unsigned long long)(now - t[AT_TAKEN]),
             (unsigned long long)(clock_cpu_us() - p->cpu_us), p->node_requests,
             (unsigned long long)(t[AT_ADMITTED] - t[AT_TAKEN]),
             (unsigned long long)(t[AT_BUILT] - t[AT_ADMITTED]),
             (unsigned long long)(t[AT_SIGNED] - t[AT_BUILT]),
             (unsigned long long)(t[AT_JOURNALLED] - t[AT_SIGNED]),
             (unsigned long long)(now - t[AT_JOURNALLED]));
}

void send_order(struct chain *c, struct live_order *o, uint64_t now)
{
    if (o->next_ms > now || !live_may_send(c->s, o) || c->halt.state & HALT_CANCEL) return;
    if (!(o->route == route_plain ? to_nodes(c, o) : to_engines(c, o, now))) return;
    o->next_ms = now + LIVE_RESEND_MS;
    if (o->sends++) return;
    c->s->sent_count++;
    log_path(c, o);
}
