/* chain.c - see chain.h. Selling everything is in chain_sell.c, opening and the journal in
 * chain_open.c. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "execute/trade/io/trade_internal.h"
#include "common/io/rpc.h"
#include "common/io/signer.h"

#define REQUEST_MS      4000u
#define BLOCKHASH_MS    4000u /* a blockhash is good for about a minute */
#define WALLET_MS       1500u
#define TIP_FLOOR_MS    10000u
#define LEADERS_MS      20000u
#define SLOT_POLL_MS    300u
#define MARKET_CACHE_MS 50u   /* at most twenty markets a second are read to be kept warm */
#define ENGINE_MS       1000u /* one request a second to a block engine's region */
#define IDLE_MS \
    20000u /* curl gives up a connection that rested for 118 s, servers mostly after a minute */
#define AWAKE_MS   2u  /* between two rehearsals of an order's way */
#define DISK_MS    10u /* between two looks at the journal's disk */
#define BACKOFF_MS 250u
#define HEIGHT_AHEAD                                                                              \
    100u /* blocks a height may lie beyond the last valid one of the latest blockhash: more is no \
            height */
#define TRIES         12u /* of reading the market before an order is given up */
#define TRIES_NO_POOL 3u  /* of reading a market that does not look like one */
#define SIGN_MS       1000u

static void note(struct chain *c, const struct live_order *o, enum moment m)
{
    c->at_us[chain_place(c, o)][m] = clock_us();
}

/* The parts of the way from the order to its first bytes on the wire. */
static void log_way(const struct chain *c, const struct live_order *o)
{
    const uint64_t *t = c->at_us[chain_place(c, o)];
    uint64_t now = clock_us();
    log_line(
        LOG_INFO,
        "order %llu is on the wire after %llu us: waited %llu, %s and built %llu, signed %llu, "
        "written down %llu, sent %llu",
        (unsigned long long)o->order.order_id, (unsigned long long)(now - t[AT_TAKEN]),
        (unsigned long long)(t[AT_ASKED] - t[AT_TAKEN]), o->cold ? "market read" : "market at hand",
        (unsigned long long)(t[AT_QUOTED] - t[AT_ASKED]),
        (unsigned long long)(t[AT_SIGNED] - t[AT_QUOTED]),
        (unsigned long long)(t[AT_KEPT] - t[AT_SIGNED]), (unsigned long long)(now - t[AT_KEPT]));
}

/* ---- telling ---- */

static struct rec_report report_of(const struct chain *c, const struct live_order *o,
                                   uint8_t status, enum failure failure)
{
    return (struct rec_report){.ts_ns = c->s->now_ns,
                               .cause_src = o->cause_src,
                               .cause_seq = o->cause_seq,
                               .slot = c->s->slot,
                               .order_id = o->order.order_id,
                               .position_id = o->order.position_id,
                               .mint = o->order.mint,
                               .status = status,
                               .failure = failure};
}

static void tell(struct chain *c, const struct live_order *o, uint8_t status, enum failure failure,
                 struct out *out)
{
    struct rec_report r = report_of(c, o, status, failure);
    put_report(out, &r);
    report_report(out, &r);
}

/* It never reached the chain and never will. */
static enum error give_up(struct chain *c, struct live_order *o, uint8_t status,
                          enum failure failure, struct out *out, struct err *e)
{
    static struct record r;
    r.id = REC_report;
    r.u.report = report_of(c, o, status, failure);
    enum error rc = o->stage >= LIVE_SENT
                        ? journal_put(&c->journal, (const struct record *const[]){&r}, 1, e)
                        : OK;
    if (rc != OK) return rc;
    if (o->stage >= LIVE_SENT) journal_state_take(&c->recall, &r);
    if (status == order_status_expired)
        c->s->expired_count++;
    else
        c->s->refused_count++;
    log_line(LOG_INFO, "order %llu: %s, %s", (unsigned long long)o->order.order_id,
             enum_name("order_status", status), enum_name("failure", failure));
    tell(c, o, status, failure, out);
    chain_sell_ended(c, o, false);
    live_free(c->s, o);
    return OK;
}

static enum error finish(struct chain *c, struct live_order *o, const struct live_result *r,
                         struct out *out, struct err *e)
{
    static struct record rec;
    rec.id = REC_fill;
    live_fill(c->s, o, r, &rec.u.fill);
    enum error rc = journal_put(&c->journal, (const struct record *const[]){&rec}, 1, e);
    if (rc != OK) return rc;
    journal_state_take(&c->recall, &rec);
    market_cache_fill(&c->s->warm, &rec.u.fill);
    fill_audit_fill(&c->s->audit, &rec.u.fill, &o->signature, out, c->s->now_ns);
    c->s->lamports = r->post_lamports;
    c->wallet_ms = clock_ms();
    put_fill(out, &rec.u.fill);
    report_fill(out, &rec.u.fill);
    if (r->failed)
        c->s->failed_count++;
    else
        c->s->landed_count++;
    tell(c, o, rec.u.fill.status, rec.u.fill.failure, out);
    chain_sell_ended(c, o, !r->failed);
    live_free(c->s, o);
    return OK;
}

/* ---- asking ---- */

bool chain_ask(struct chain *c, const char *url, const char *method, json_t *params, enum ask what,
               size_t which, const char *header)
{
    char *text = rpc_request(method, params);
    bool good =
        text && http_pool_start(c->pool, &(struct http_post){.url = url,
                                                             .body = text,
                                                             .n = strlen(text),
                                                             .header = header,
                                                             .timeout_ms = REQUEST_MS,
                                                             .tag = (uint64_t)what << 32 | which});
    free(text);
    return good;
}

#define BUNDLE_PARAMS "[[\"$\"],{\"encoding\":\"base64\"}]"
#define SEND_TEXT_MAX (2 * TX_BYTES_MAX + 256u) /* base64 and what is around it */

/* On the disk? It waits for it. Nothing that sends an order leaves before: asked by the request
 * itself, once it has its connection, while the disk is at it. */
static bool keep(void *self)
{
    struct chain *c = self;
    if (!c->keeping) return c->kept == OK;
    c->kept = journal_end(&c->journal, &c->kept_error);
    note(c, c->keeping, AT_KEPT);
    c->keeping = NULL;
    return c->kept == OK;
}

/* Make a request that sends the order: params with '$' for its bytes. It leaves with
 * http_pool_go(). */
static bool prepare_send(struct chain *c, const struct live_order *o, const char *url,
                         const char *method, const char *params, const char *header)
{
    char text[SEND_TEXT_MAX];
    size_t n = rpc_write_bytes(text, sizeof text, method, params, o->wire, o->wire_n);
    return n && http_pool_prepare(c->pool, &(struct http_post){
                                               .url = url,
                                               .body = text,
                                               .n = n,
                                               .header = header,
                                               .timeout_ms = REQUEST_MS,
                                               .tag = (uint64_t)ASK_SEND << 32 | chain_place(c, o),
                                               .may_leave = keep,
                                               .self = c});
}

/* A send of the message that was signed last, without a signature, up to where it would leave. */
static void rehearse_send(struct chain *c)
{
    char text[SEND_TEXT_MAX];
    size_t n = rpc_write_bytes(text, sizeof text, "sendBundle", BUNDLE_PARAMS, c->rehearsal,
                               c->rehearsal_n);
    if (n)
        http_pool_rehearse(c->pool,
                           &(struct http_post){.url = c->engines ? c->engine[0] : c->node[0],
                                               .body = text,
                                               .n = n,
                                               .header = *c->header ? c->header : NULL,
                                               .timeout_ms = REQUEST_MS,
                                               .may_leave = keep,
                                               .self = c});
}

const char *chain_node(const struct chain *c) { return c->node[c->next_node % c->nodes]; }

static bool ask_accounts(struct chain *c, struct market *m, enum ask what, size_t which)
{
    struct key keys[MARKET_ACCOUNTS];
    size_t n = live_market_accounts(m, keys);
    json_t *list = json_array();
    char text[66];
    for (size_t i = 0; i < n; i++) {
        base58_encode(keys[i].b, 32, text);
        json_array_append_new(list, json_string(text));
    }
    json_t *params =
        json_pack("[o, {s:s, s:s}]", list, "encoding", "base64", "commitment", "processed");
    if (n) return chain_ask(c, chain_node(c), "getMultipleAccounts", params, what, which, NULL);
    json_decref(params);
    return false;
}

static json_t *signature_text(const struct live_order *o)
{
    char text[130];
    base58_encode(o->signature.b, 64, text);
    return json_string(text);
}

static bool ask_result(struct chain *c, struct live_order *o)
{
    return chain_ask(c, chain_node(c), "getTransaction",
                     json_pack("[o, {s:s, s:s, s:i}]", signature_text(o), "encoding", "json",
                               "commitment", "confirmed", "maxSupportedTransactionVersion", 0),
                     ASK_RESULT, chain_place(c, o), NULL);
}

static bool ask_engine(struct chain *c, struct live_order *o, size_t k)
{
    char url[320];
    const char *header = *c->header ? c->header : NULL;
    bool bundle = o->route == route_bundle;
    snprintf(url, sizeof url,
             bundle ? "%s/api/v1/bundles" : "%s/api/v1/transactions?bundleOnly=true", c->engine[k]);
    if (bundle) return prepare_send(c, o, url, "sendBundle", BUNDLE_PARAMS, header);
    return prepare_send(c, o, url, "sendTransaction", "[\"$\",{\"encoding\":\"base64\"}]", header);
}

/* The first time to the engine that was kept for it; again to any that may be asked. */
static bool ask_protected(struct chain *c, struct live_order *o, uint64_t now)
{
    if (o->sends == 0 && o->engine) return ask_engine(c, o, o->engine - 1u);
    for (size_t i = 0; i < c->engines; i++) {
        size_t k = (chain_place(c, o) + o->sends + i) % c->engines;
        if (c->engine_ready_ms[k] > now) continue;
        c->engine_ready_ms[k] = now + ENGINE_MS;
        return ask_engine(c, o, k);
    }
    return false;
}

/* A block engine takes one request a second: an order is quoted and signed only when one is free
 * for it, so that nothing grows old in a queue after its signature is fixed. */
static void admit(struct chain *c, uint64_t now)
{
    for (size_t k = 0; k < c->engines; k++) {
        struct live_order *o = c->engine_ready_ms[k] <= now ? live_first(c->s, now) : NULL;
        if (!o) continue;
        o->engine = (uint8_t)(k + 1);
        c->engine_ready_ms[k] = now + ENGINE_MS;
    }
}

/* A connection that must be made first, with its handshakes, costs an order more than all the rest
 * of its way: one that is idle is used now and then. It counts as the engine's one request of the
 * second, so one engine at a time, and none while an order waits. */
static void keep_engines(struct chain *c, uint64_t now)
{
    char url[320];
    if (now - c->kept_ms < ENGINE_MS || live_first(c->s, now)) return;
    for (size_t k = 0; k < c->engines; k++) {
        if (c->engine_ready_ms[k] && now < c->engine_ready_ms[k] + IDLE_MS) continue;
        snprintf(url, sizeof url, "%s/api/v1/getTipAccounts", c->engine[k]);
        c->kept_ms = now;
        c->engine_ready_ms[k] = now + ENGINE_MS;
        if (!chain_ask(c, url, "getTipAccounts", NULL, ASK_TIPS, k, *c->header ? c->header : NULL))
            log_line(LOG_DEBUG, "no room to keep a connection");
        return;
    }
}

/* The node that answers is asked all the time; the others take over, and get what is sent by the
 * plain route. */
static void keep_nodes(struct chain *c, uint64_t now)
{
    if (c->idle_ms && now - c->idle_ms < IDLE_MS) return;
    c->idle_ms = now;
    for (size_t i = 0; i < c->nodes; i++)
        if (i != c->next_node % c->nodes &&
            !chain_ask(c, c->node[i], "getHealth", NULL, ASK_IDLE, i, NULL))
            return;
}

static bool ask_plain(struct chain *c, struct live_order *o)
{
    bool any = false;
    for (size_t i = 0; i < c->nodes; i++)
        any |= prepare_send(
            c, o, c->node[i], "sendTransaction",
            "[\"$\",{\"encoding\":\"base64\",\"skipPreflight\":true,\"maxRetries\":0}]", NULL);
    return any;
}

/* Make the request that sends it; nothing leaves yet. */
static bool prepare(struct chain *c, struct live_order *o, uint64_t now)
{
    if (o->next_ms > now || !live_may_send(c->s, o) || c->halt.state & HALT_CANCEL) return false;
    return o->route == route_plain ? ask_plain(c, o) : ask_protected(c, o, now);
}

/* It was let go. The same bytes may go out again: they can land once. */
static void went(struct chain *c, struct live_order *o, uint64_t now)
{
    o->next_ms = now + LIVE_RESEND_MS;
    if (o->sends++ == 0) {
        c->s->sent_count++;
        log_way(c, o);
    }
}

static void ask_status(struct chain *c, uint64_t now)
{
    json_t *list = json_array();
    c->status_count = 0;
    for (size_t i = 0; i < LIVE_ORDERS; i++) {
        struct live_order *o = &c->s->order[i];
        if (o->stage != LIVE_SENT) continue;
        c->status_of[c->status_count++] = (uint8_t)i;
        json_array_append_new(list, signature_text(o));
    }
    c->status_ms = now + LIVE_STATUS_MS;
    if (c->status_count == 0) {
        json_decref(list);
        return;
    }
    c->asking[ASK_STATUS] = chain_ask(c, chain_node(c), "getSignatureStatuses",
                                      json_pack("[o, {s:b}]", list, "searchTransactionHistory", 1),
                                      ASK_STATUS, 0, NULL);
    if (!c->asking[ASK_HEIGHT])
        c->asking[ASK_HEIGHT] =
            chain_ask(c, chain_node(c), "getBlockHeight",
                      json_pack("[{s:s}]", "commitment", "confirmed"), ASK_HEIGHT, 0, NULL);
}

/* ---- one order's next step ---- */

static enum error sign(struct chain *c, struct live_order *o, struct out *out, struct err *e)
{
    size_t n;
    struct sig sig;
    struct err why;
    const uint8_t *message = live_message(o, &n);
    enum error rc = signer_sign(c->signer, message, n, &sig, SIGN_MS, &why);
    if (rc == OK) {
        note(c, o, AT_SIGNED);
        memcpy(c->rehearsal, message, n);
        c->rehearsal_n = n;
        live_sign(o, &sig);
        return OK;
    }
    if (rc != E_MISMATCH) {
        *e = why;
        return rc;
    } /* without a signer nothing can go on: the journal resolves what is in flight */
    log_line(LOG_WARNING, "%s", why.text);
    return give_up(c, o, order_status_refused, failure_policy, out, e);
}

static struct record written_order, written_intent;
static const struct record *const written[] = {&written_order, &written_intent};

/* Durable, then sent; its request is made while the disk is at it. */
static enum error write_down(struct chain *c, struct live_order *o, struct out *out, uint64_t now,
                             struct err *e)
{
    written_order.id = REC_order;
    written_order.u.order = o->order;
    written_order.u.order.src = o->cause_src;
    written_order.u.order.seq = o->cause_seq;
    written_intent.id = REC_intent;
    written_intent.u.intent = (struct rec_intent){.ts_ns = c->s->now_ns,
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
    enum error rc = journal_begin(&c->journal, written, COUNT_OF(written), e);
    if (rc != OK) return rc;
    c->keeping = o;
    cores_hold(&c->cores, now);
    o->stage = LIVE_SENT;
    o->next_ms = 0;
    bool prepared = prepare(c, o, now);
    if (prepared) http_pool_go(c->pool);
    if (!keep(c)) {
        *e = c->kept_error;
        return c->kept;
    } /* it was not sent */
    if (prepared) went(c, o, now);
    tell(c, o, order_status_sent, failure_none, out);
    return OK;
}

/* Its market: at hand, or to be asked for. */
static enum error look(struct chain *c, struct live_order *o, struct out *out, uint64_t now,
                       struct err *e)
{
    enum live_next next;
    note(c, o, AT_ASKED);
    if (!c->blockhash_ms) {
        o->next_ms = now + 10;
        return OK;
    }
    if (live_build_warm(c->s, o, clock_s(), now, &next)) {
        if (next == LIVE_BUILT) note(c, o, AT_QUOTED);
        return OK;
    }
    if (++c->tries[chain_place(c, o)] > TRIES)
        return give_up(c, o, order_status_refused, failure_congestion, out, e);
    o->cold = true;
    if (!live_begin(c->s, o)) return give_up(c, o, order_status_refused, failure_no_pool, out, e);
    o->busy = ask_accounts(c, live_market(c->s, o), ASK_MARKET, chain_place(c, o));
    if (!o->busy) o->next_ms = now + 10; /* the pool is full */
    return OK;
}

/* Has it become pointless, or forbidden, before it was signed? */
static enum failure too_late(const struct chain *c, const struct live_order *o)
{
    bool own = o->order.reason == order_reason_halt;
    if (o->order.expires_slot && c->s->slot > o->order.expires_slot) return failure_expired;
    if (c->halt.state & HALT_CANCEL || (c->selling && !own) ||
        (c->halt.state && o->order.side == side_buy))
        return failure_halted;
    return failure_none;
}

static enum error advance(struct chain *c, struct live_order *o, struct out *out, uint64_t now,
                          struct err *e)
{
    enum error rc = OK;
    enum failure late = o->stage == LIVE_MARKET && !o->busy ? too_late(c, o) : failure_none;
    if (late)
        return give_up(c, o, late == failure_expired ? order_status_expired : order_status_refused,
                       late, out, e);
    if (o->stage == LIVE_MARKET && (o->engine || c->s->rules.route == route_plain) && !o->busy &&
        o->next_ms <= now)
        rc = look(c, o, out, now, e);
    if (rc == OK && o->stage == LIVE_SIGN) rc = sign(c, o, out, e);
    if (rc == OK && o->stage == LIVE_JOURNAL)
        rc = write_down(c, o, out, now, e);
    else if (rc == OK && o->stage == LIVE_SENT && prepare(c, o, now)) {
        http_pool_go(c->pool);
        went(c, o, now);
    }
    if (rc == OK && o->stage == LIVE_RESULT && !o->busy && o->next_ms <= now)
        o->busy = ask_result(c, o);
    return rc;
}

/* ---- answers ---- */

static void on_blockhash(struct chain *c, json_t *result)
{
    struct answers_blockhash b;
    if (!answers_blockhash(result, &b)) return;
    c->s->blockhash = b.hash;
    c->s->last_valid_height = b.last_valid_height;
    if (b.slot > c->s->slot) c->s->slot = b.slot;
    c->blockhash_ms = clock_ms();
}

static enum error on_market(struct chain *c, struct live_order *o, json_t *result, struct out *out,
                            struct err *e)
{
    struct venue_account a[MARKET_ACCOUNTS];
    enum failure why;
    size_t n = answers_accounts(result, a, c->account, MARKET_ACCOUNTS);
    if (n == 0) {
        o->next_ms = clock_ms() + BACKOFF_MS;
        return OK;
    }
    live_see(c->s, live_market(c->s, o), a, n, out);
    switch (live_read(c->s, o, a, n, clock_s(), clock_ms(), &why)) {
    case LIVE_REFUSED:
        if (why != failure_no_pool || c->tries[chain_place(c, o)] >= TRIES_NO_POOL)
            return give_up(c, o, order_status_refused, why, out, e);
        c->next_node++;
        o->next_ms = clock_ms() + BACKOFF_MS; /* a node that is behind, or wrong */
        break;
    case LIVE_MORE:
        o->busy = ask_accounts(c, live_market(c->s, o), ASK_MARKET, chain_place(c, o));
        break;
    case LIVE_BUILT: note(c, o, AT_QUOTED); break;
    case LIVE_WAIT: c->tries[chain_place(c, o)] = 0; break;
    }
    return OK;
}

static void on_warm(struct chain *c, size_t which, json_t *result, struct out *out)
{
    struct venue_account a[MARKET_ACCOUNTS];
    struct market_cache_market *m = &c->s->warm.market[which % MARKET_CACHE_MARKETS];
    size_t n = result ? answers_accounts(result, a, c->account, MARKET_ACCOUNTS) : 0;
    uint64_t slot =
        (uint64_t)json_integer_value(json_object_get(json_object_get(result, "context"), "slot"));
    if (n) live_see(c->s, &m->market, a, n, out);
    market_cache_read(&c->s->warm, m, a, n, clock_s(), slot, clock_ms());
}

static enum error on_status(struct chain *c, json_t *result, struct out *out, struct err *e)
{
    json_t *list = json_object_get(result, "value");
    uint64_t height = c->s->height;
    if (!json_is_array(list) || json_array_size(list) != c->status_count) return OK;
    for (size_t i = 0; i < c->status_count; i++) {
        struct live_order *o = &c->s->order[c->status_of[i]];
        json_t *v = json_array_get(list, i);
        if (o->stage != LIVE_SENT) continue;
        if (answers_status(v) == 2) {
            o->stage = LIVE_RESULT;
            o->busy = 0;
            o->next_ms = 0;
        } else if (json_is_null(v) && live_expired(o, height)) {
            enum error rc = give_up(c, o, order_status_expired, failure_expired, out, e);
            if (rc != OK) return rc;
        } else if (o->past_end == 1)
            c->next_node++; /* the second time another node is asked, where there is one */
    }
    return OK;
}

static enum error on_result(struct chain *c, struct live_order *o, json_t *tx, struct out *out,
                            struct err *e)
{
    struct live_result r;
    o->next_ms = clock_ms() + LIVE_STATUS_MS;
    if (!answers_transaction(tx, &c->s->wallet, &o->order, &r)) {
        o->stage = LIVE_SENT;
        return OK;
    } /* not known after all: a fork; the status decides again */
    if (!r.failed && !r.has_event)
        log_line(LOG_WARNING, "a transaction landed whose swap event is not understood: its fill "
                              "carries the wallet's change as rent");
    return finish(c, o, &r, out, e);
}

static uint64_t number_of(json_t *v)
{
    return json_integer_value(v) > 0 ? (uint64_t)json_integer_value(v) : 0;
}

static void on_wallet(struct chain *c, json_t *result)
{
    c->s->lamports = number_of(json_object_get(result, "value"));
}

/* Said once of an engine, not with every answer. */
static void on_tips(struct chain *c, size_t which, json_t *result)
{
    size_t missing;
    bool *told = &c->tips_told[which % CHAIN_ENGINES];
    if (!answers_tips(result, &missing))
        log_line(LOG_INFO, "%s names its tip accounts in another form",
                 c->engine[which % CHAIN_ENGINES]);
    else if (missing && !*told) {
        *told = true;
        log_line(LOG_WARNING,
                 "%s does not name %zu of the %u tip accounts that sluice pays to: bundles that "
                 "pay to them may never land",
                 c->engine[which % CHAIN_ENGINES], missing, JITO_TIP_ACCOUNTS);
    }
}

/* An answer that belongs to no order. */
static void on_world(struct chain *c, enum ask what, size_t which, json_t *result)
{
    uint64_t n = number_of(result);
    switch (what) {
    case ASK_BLOCKHASH: on_blockhash(c, result); break;
    case ASK_HEIGHT:
        if (n > c->s->height && n <= c->s->last_valid_height + HEIGHT_AHEAD) c->s->height = n;
        break;
    case ASK_SLOT:
        if (n > c->s->slot) c->s->slot = n;
        break;
    case ASK_WALLET: on_wallet(c, result); break;
    case ASK_LEADERS:
        if (!answers_leaders(result, c->leaders_from, &c->s->schedule))
            log_line(LOG_INFO, "the list of leaders has another form");
        break;
    case ASK_TIPS: on_tips(c, which, result); break;
    case ASK_HOLDINGS: chain_sell_holdings(c, which, result); break;
    default: break;
    }
}

/* Is it asked of the node in use? Not what goes to block engines, the tip floor and nodes in
 * reserve. */
static bool of_the_node(enum ask what)
{
    return what != ASK_SEND && what != ASK_TIP_FLOOR && what != ASK_TIPS && what != ASK_IDLE;
}

/* No answer of use: the next node is asked, after a while. */
static void on_nothing(struct chain *c, enum ask what, struct live_order *o,
                       const struct http_reply *reply, const char *why)
{
    uint64_t wait = reply->retry_after_s ? reply->retry_after_s * 1000 : BACKOFF_MS;
    log_line(LOG_INFO, "no answer to use: %s",
             reply->why[0]          ? reply->why
             : reply->status != 200 ? "an error of the server"
                                    : why);
    if (of_the_node(what)) c->next_node++;
    if (what == ASK_MARKET || what == ASK_RESULT) o->next_ms = clock_ms() + wait;
    if (what == ASK_WARM) on_warm(c, reply->tag & 0xffffffff, NULL, NULL);
    if (what == ASK_HOLDINGS) c->sell_next_ms = clock_ms() + wait;
}

static enum error on_reply(struct chain *c, const struct http_reply *reply, struct out *out,
                           struct err *e)
{
    enum ask what = (enum ask)(reply->tag >> 32);
    size_t which = reply->tag & 0xffffffff;
    struct live_order *o = &c->s->order[which % LIVE_ORDERS];
    char why[240] = "";
    int code = 0;
    enum error rc = OK;
    bool answered = !reply->why[0] && reply->status == 200;
    if (what < ASK_KINDS) c->asking[what] = false;
    if (what == ASK_MARKET || what == ASK_RESULT) o->busy = 0;
    if (what == ASK_TIP_FLOOR) {
        if (!answered || !bid_tip_floor(reply->body, reply->n, &c->s->levels))
            log_line(LOG_INFO, "the tip floor is not told: %s",
                     answered ? "another form" : reply->why);
        return OK;
    }
    json_t *result = answered ? rpc_result(reply->body, reply->n, &code, why) : NULL;
    if (!result) {
        on_nothing(c, what, o, reply, why);
        return OK;
    }
    if (what == ASK_MARKET)
        rc = o->stage == LIVE_MARKET ? on_market(c, o, result, out, e) : OK;
    else if (what == ASK_RESULT)
        rc = o->stage == LIVE_RESULT ? on_result(c, o, result, out, e) : OK;
    else if (what == ASK_STATUS)
        rc = on_status(c, result, out, e);
    else if (what == ASK_WARM)
        on_warm(c, which, result, out);
    else if (what != ASK_SEND)
        on_world(c, what, which,
                 result); /* whatever sending says: only the chain's status counts */
    json_decref(result);
    return rc;
}

/* ---- the loop's side ---- */

static bool is_due(const struct chain *c, enum ask what, uint64_t *last_ms, uint64_t every_ms,
                   uint64_t now)
{
    if (c->asking[what] || (*last_ms && now - *last_ms < every_ms)) return false;
    *last_ms = now ? now : 1;
    return true;
}

static void ask_leaders(struct chain *c)
{
    uint64_t from = c->s->slot > 8 ? c->s->slot - 8 : 0;
    c->leaders_from = from;
    c->asking[ASK_LEADERS] = chain_ask(
        c, chain_node(c), "getSlotLeaders",
        json_pack("[I, i]", (json_int_t)from, (int)SANDWICH_GUARD_SCHEDULE), ASK_LEADERS, 0, NULL);
}

/* The known leaders end soon. */
static bool runs_out(const struct chain *c)
{
    return c->s->slot + 64 > c->s->schedule.first + c->s->schedule.count;
}

static json_t *wallet_text(const struct chain *c)
{
    char text[66];
    base58_encode(c->s->wallet.b, 32, text);
    return json_string(text);
}

/* What is kept fresh whether there are orders or not. */
static void keep_fresh(struct chain *c, uint64_t now)
{
    if (!c->asking[ASK_BLOCKHASH] && (c->blockhash_ms == 0 || now - c->blockhash_ms > BLOCKHASH_MS))
        c->asking[ASK_BLOCKHASH] =
            chain_ask(c, chain_node(c), "getLatestBlockhash",
                      json_pack("[{s:s}]", "commitment", "confirmed"), ASK_BLOCKHASH, 0, NULL);
    if (is_due(c, ASK_WALLET, &c->wallet_ms, WALLET_MS, now))
        c->asking[ASK_WALLET] =
            chain_ask(c, chain_node(c), "getBalance",
                      json_pack("[o, {s:s}]", wallet_text(c), "commitment", "processed"),
                      ASK_WALLET, 0, NULL);
    if (*c->tip_floor && c->s->rules.fees.tip_percentile &&
        is_due(c, ASK_TIP_FLOOR, &c->tip_floor_ms, TIP_FLOOR_MS, now))
        c->asking[ASK_TIP_FLOOR] =
            http_pool_start(c->pool, &(struct http_post){.url = c->tip_floor,
                                                         .timeout_ms = REQUEST_MS,
                                                         .tag = (uint64_t)ASK_TIP_FLOOR << 32});
    if (c->s->rules.mev.leaders && is_due(c, ASK_SLOT, &c->slot_ms, SLOT_POLL_MS, now))
        c->asking[ASK_SLOT] =
            chain_ask(c, chain_node(c), "getSlot", json_pack("[{s:s}]", "commitment", "processed"),
                      ASK_SLOT, 0, NULL);
    if (c->s->rules.mev.leaders && c->s->slot &&
        is_due(c, ASK_LEADERS, &c->leaders_ms, runs_out(c) ? BACKOFF_MS : LEADERS_MS, now))
        ask_leaders(c);
    if (c->s->rules.route != route_plain) keep_engines(c, now);
    keep_nodes(c, now);
    if (now - c->market_cache_ms < MARKET_CACHE_MS) return;
    struct market_cache_market *m = market_cache_next(&c->s->warm, now);
    c->market_cache_ms = now;
    if (m && !ask_accounts(c, &m->market, ASK_WARM, (size_t)(m - c->s->warm.market)))
        market_cache_read(&c->s->warm, m, NULL, 0, 0, 0, now);
}

static enum error due(struct chain *c, struct out *out, struct err *e)
{
    uint64_t now = clock_ms();
    bool any_sent = false;
    halt_look(&c->halt, now);
    if (c->halt.state & HALT_SELL && !c->selling) {
        chain_sell_all(c);
        c->selling_by_file = true;
    }
    if (c->selling_by_file && !(c->halt.state & HALT_SELL)) chain_sell_stop(c);
    if (c->selling) chain_sell_due(c, out, now);
    if (c->s->rules.route != route_plain) admit(c, now);
    for (size_t i = 0; i < LIVE_ORDERS && c->s->open; i++) {
        if (c->s->order[i].stage == LIVE_FREE) continue;
        enum error rc = advance(c, &c->s->order[i], out, now, e);
        if (rc != OK) return rc;
        any_sent |= c->s->order[i].stage == LIVE_SENT;
    }
    if (any_sent && !c->asking[ASK_STATUS] && c->status_ms <= now) ask_status(c, now);
    keep_fresh(c, now); /* what is kept for later comes after what is sent now */
    return OK;
}

/* What an order's way reads and runs is at hand only while it is used: so it is gone through again
 * and again, with the latest order, up to where something would be signed, written or sent. Only
 * when there is nothing to do, and never between an order and its bytes. */
static void keep_awake(struct chain *c)
{
    uint64_t now = clock_ms();
    if (now - c->awake_ms < AWAKE_MS) return;
    c->awake_ms = now;
    if (now - c->disk_ms >= DISK_MS) {
        c->disk_ms = now;
        journal_idle(&c->journal);
    }
    near_touch(&c->near);
    signer_rehearse(c->signer, c->rehearsal, c->rehearsal_n);
    if (written_order.id) journal_rehearse(&c->journal, written, COUNT_OF(written));
    rehearse_send(c);
}

enum error chain_serve(struct chain *c, struct out *out, int input_fd, bool *readable,
                       struct err *e)
{
    struct http_reply reply;
    enum error rc = c->told ? OK : chain_repeat(c, out, e);
    if (rc == OK) rc = due(c, out, e);
    if (rc != OK) return rc;
    size_t made = out->len;
    cores_rest(&c->cores, clock_ms());
    if (!made) keep_awake(c);
    if (http_pool_wait(c->pool, &input_fd, input_fd >= 0, made ? 0 : AWAKE_MS, &reply))
        rc = on_reply(c, &reply, out, e);
    if (rc == OK) rc = due(c, out, e);
    struct pollfd p = {input_fd, POLLIN, 0};
    *readable = input_fd >= 0 && poll(&p, 1, 0) > 0;
    return rc;
}

bool chain_pending(const struct chain *c)
{
    return c->s->open > 0 || !c->told || (c->selling && !c->sold);
}

enum error chain_order(struct chain *c, const struct rec_order *o, struct out *out, struct err *e)
{
    enum failure why = failure_none;
    enum error rc = c->told ? OK : chain_repeat(c, out, e);
    if (rc != OK) return rc;
    uint64_t came_us = clock_us();
    unsigned halt = halt_look(&c->halt, came_us / 1000);
    bool halted = halt & (HALT_CANCEL | HALT_SELL) || c->selling || (halt && o->side == side_buy);
    struct live_order *x = halted ? NULL : live_take(c->s, o, o->src, o->seq, &why);
    if (x) {
        c->tries[chain_place(c, x)] = 0;
        c->at_us[chain_place(c, x)][AT_TAKEN] = came_us;
        return due(c, out, e);
    }
    if (why == failure_duplicate)
        return chain_tell_end(c, o, out,
                              e); /* in flight: its end will come; settled: it is told again */
    struct live_order refused = {.order = *o, .cause_src = o->src, .cause_seq = o->seq};
    c->s->refused_count++;
    tell(c, &refused, order_status_refused, halted ? failure_halted : why, out);
    return OK;
}

/* ---- what it is worth ---- */

/* Cash as risk counts it, what the curves would pay, and the rent of the token accounts that are
 * held; only when every market that is held is at hand. */
void chain_worth(struct chain *c, struct out *out)
{
    struct rec_equity q = {
        .ts_ns = c->s->now_ns,
        .slot = c->s->slot,
        .cash_lamports = clamp_i64_from_u64(c->capital_lamports) + c->recall.cash_delta_lamports,
        .open_count = c->recall.positions,
        .rent_lamports = c->recall.positions * RENT_LAMPORTS(TOKEN_ACCOUNT_BYTES)};
    for (uint32_t i = 0; i < c->recall.positions; i++) {
        const struct journal_state_position *p = &c->recall.position[i];
        const struct market *m = market_cache_get(&c->s->warm, p->venue, &p->mint, &p->pool);
        struct amm_swap w;
        if (!m || venue_of(p->venue)->quote(&m->venue, side_sell, p->held_raw, &w) != failure_none)
            return;
        struct rec_mark k = {.ts_ns = q.ts_ns,
                             .slot = q.slot,
                             .position_id = p->id,
                             .mint = p->mint,
                             .held_raw = p->held_raw,
                             .marked_lamports = w.out_raw,
                             .rent_lamports = RENT_LAMPORTS(TOKEN_ACCOUNT_BYTES)};
        if (!muldiv_floor(p->held_raw, m->venue.pool.quote_reserve_raw,
                          m->venue.pool.base_reserve_raw, &k.naive_lamports))
            k.naive_lamports = 0;
        q.marked_lamports = add_sat_u64(q.marked_lamports, k.marked_lamports);
        q.naive_lamports = add_sat_u64(q.naive_lamports, k.naive_lamports);
        put_mark(out, &k);
    }
    q.equity_lamports = q.cash_lamports + clamp_i64_from_u64(q.marked_lamports) +
                        clamp_i64_from_u64(q.rent_lamports);
    put_equity(out, &q);
    c->next_equity_ns = c->s->now_ns + c->equity_every_ns;
}

enum error chain_hear(struct chain *c, const struct record *r, struct out *out, struct err *e)
{
    enum error rc = c->told ? OK : chain_repeat(c, out, e);
    live_hear(c->s, r, out);
    if (r->id != REC_slot || rc != OK) return rc;
    struct rec_done d = {
        .ts_ns = r->u.slot.ts_ns, .src = out->src, .slot = r->u.slot.slot ? r->u.slot.slot - 1 : 0};
    report_done(out, &d);
    if (c->equity_every_ns && c->s->now_ns >= c->next_equity_ns) chain_worth(c, out);
    return OK;
}
