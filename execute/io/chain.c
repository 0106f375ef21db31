/* chain.c - see chain.h. */
#include "execute/io/chain.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/io/http.h"
#include "common/io/rpc.h"
#include "common/run/stage.h"
#include "execute/io/signer.h"

#define REQUEST_MS 4000u
#define BLOCKHASH_MS 4000u   /* a blockhash is good for about a minute */
#define ENGINE_MS 1000u      /* one request a second to a block engine's region */
#define BACKOFF_MS 250u
#define TRIES 12u            /* of reading the market before an order is given up */
#define SIGN_MS 1000u
#define FILLS_KEPT 1024u

enum ask { ASK_BLOCKHASH = 1, ASK_HEIGHT, ASK_STATUS, ASK_MARKET, ASK_SEND, ASK_RESULT };

struct chain {
    struct live_state *s;
    struct http_pool *pool;
    struct journal journal;
    int signer;
    char node[CHAIN_NODES][256], engine[CHAIN_ENGINES][256], header[128], halt_file[256];
    size_t nodes, engines, next_node;
    uint64_t engine_ready_ms[CHAIN_ENGINES];
    uint64_t blockhash_ms, status_ms;
    bool asking_blockhash, asking_height, asking_status;
    uint8_t status_of[LIVE_ORDERS];   /* the orders of the status request on its way */
    size_t status_count;
    uint32_t tries[LIVE_ORDERS];
    uint64_t at_us[LIVE_ORDERS][5];   /* taken, asked, quoted, signed, written down: for the log */
    /* From the journal: what became of the latest orders, told again once, for those who may not have heard. */
    struct rec_fill fill[FILLS_KEPT];
    struct rec_report report[FILLS_KEPT];
    uint64_t fills, reports;
    bool told;
    uint8_t account[LIVE_ACCOUNTS][VENUE_ACCOUNT_MAX];
};

static uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / NS_PER_MS;
}

static uint64_t clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static size_t place(const struct chain *c, const struct live_order *o) { return (size_t)(o - c->s->order); }

enum moment { AT_TAKEN, AT_ASKED, AT_QUOTED, AT_SIGNED, AT_KEPT };
static void note(struct chain *c, const struct live_order *o, enum moment m) { c->at_us[place(c, o)][m] = clock_us(); }

/* The parts of the way from the order to its first bytes on the wire. */
static void log_way(const struct chain *c, const struct live_order *o)
{
    const uint64_t *t = c->at_us[place(c, o)];
    uint64_t now = clock_us();
    log_line(LOG_INFO, "order %llu is on the wire after %llu us: waited %llu, market read and built %llu, signed %llu, written down %llu, sent %llu", (unsigned long long)o->order.order_id, (unsigned long long)(now - t[AT_TAKEN]),
             (unsigned long long)(t[AT_ASKED] - t[AT_TAKEN]), (unsigned long long)(t[AT_QUOTED] - t[AT_ASKED]), (unsigned long long)(t[AT_SIGNED] - t[AT_QUOTED]), (unsigned long long)(t[AT_KEPT] - t[AT_SIGNED]), (unsigned long long)(now - t[AT_KEPT]));
}

/* ---- telling ---- */

static void tell(struct chain *c, const struct live_order *o, uint8_t status, enum failure failure, struct out *out)
{
    struct rec_report r = {.ts_ns = c->s->now_ns, .cause_src = o->cause_src, .cause_seq = o->cause_seq, .slot = c->s->slot, .order_id = o->order.order_id, .position_id = o->order.position_id, .mint = o->order.mint, .status = status, .failure = failure};
    put_report(out, &r);
    report_report(out, &r);
}

static enum error journal_report(struct chain *c, const struct live_order *o, uint8_t status, enum failure failure, struct err *e)
{
    static struct record r;
    r.id = REC_report;
    r.u.report = (struct rec_report){.ts_ns = c->s->now_ns, .cause_src = o->cause_src, .cause_seq = o->cause_seq, .slot = c->s->slot, .order_id = o->order.order_id, .position_id = o->order.position_id, .mint = o->order.mint, .status = status, .failure = failure};
    return journal_put(&c->journal, (const struct record *const[]){&r}, 1, e);
}

/* It never reached the chain and never will. */
static enum error give_up(struct chain *c, struct live_order *o, uint8_t status, enum failure failure, struct out *out, struct err *e)
{
    enum error rc = o->stage >= LIVE_SENT ? journal_report(c, o, status, failure, e) : OK;
    if (rc != OK) return rc;
    if (status == order_status_expired) c->s->expired_count++;
    else c->s->refused_count++;
    tell(c, o, status, failure, out);
    live_free(c->s, o);
    return OK;
}

static enum error finish(struct chain *c, struct live_order *o, const struct live_result *r, struct out *out, struct err *e)
{
    static struct record rec;
    rec.id = REC_fill;
    live_fill(c->s, o, r, &rec.u.fill);
    enum error rc = journal_put(&c->journal, (const struct record *const[]){&rec}, 1, e);
    if (rc != OK) return rc;
    put_fill(out, &rec.u.fill);
    report_fill(out, &rec.u.fill);
    if (r->failed) c->s->failed_count++;
    else c->s->landed_count++;
    tell(c, o, rec.u.fill.status, rec.u.fill.failure, out);
    live_free(c->s, o);
    return OK;
}

/* ---- asking ---- */

static bool ask(struct chain *c, const char *url, const char *method, json_t *params, enum ask what, size_t which, const char *header)
{
    char *text = rpc_request(method, params);
    bool good = text && http_pool_start(c->pool, &(struct http_post){.url = url, .body = text, .n = strlen(text), .header = header, .timeout_ms = REQUEST_MS, .tag = (uint64_t)what << 32 | which});
    free(text);
    return good;
}

static const char *node(struct chain *c) { return c->node[c->next_node % c->nodes]; }

static json_t *key_list(const struct key *k, size_t n)
{
    json_t *list = json_array();
    char text[66];
    for (size_t i = 0; i < n; i++) base58_encode(k[i].b, 32, text), json_array_append_new(list, json_string(text));
    return list;
}

static bool ask_market(struct chain *c, struct live_order *o)
{
    struct key keys[LIVE_ACCOUNTS];
    size_t n = live_accounts(c->s, o, keys);
    return n && ask(c, node(c), "getMultipleAccounts", json_pack("[o, {s:s, s:s}]", key_list(keys, n), "encoding", "base64", "commitment", "processed"), ASK_MARKET, place(c, o), NULL);
}

static json_t *signature_text(const struct live_order *o)
{
    char text[130];
    base58_encode(o->signature.b, 64, text);
    return json_string(text);
}

static bool ask_result(struct chain *c, struct live_order *o)
{
    return ask(c, node(c), "getTransaction", json_pack("[o, {s:s, s:s, s:i}]", signature_text(o), "encoding", "json", "commitment", "confirmed", "maxSupportedTransactionVersion", 0), ASK_RESULT, place(c, o), NULL);
}

static bool send_to_engine(struct chain *c, struct live_order *o, size_t k)
{
    char url[300];
    snprintf(url, sizeof url, "%s/api/v1/bundles", c->engine[k]);
    return ask(c, url, "sendBundle", json_pack("[[o], {s:s}]", rpc_base64(o->wire, o->wire_n), "encoding", "base64"), ASK_SEND, place(c, o), *c->header ? c->header : NULL);
}

/* The first time to the engine that was kept for it; again to any that may be asked. */
static bool send_bundle(struct chain *c, struct live_order *o, uint64_t now)
{
    if (o->sends == 0 && o->engine) return send_to_engine(c, o, o->engine - 1u);
    for (size_t i = 0; i < c->engines; i++) {
        size_t k = (place(c, o) + o->sends + i) % c->engines;
        if (c->engine_ready_ms[k] > now) continue;
        c->engine_ready_ms[k] = now + ENGINE_MS;
        return send_to_engine(c, o, k);
    }
    return false;
}

/* A block engine takes one request a second: an order is quoted and signed only when one is free for it, so that nothing grows old in a
 * queue after its signature is fixed. */
static void admit(struct chain *c, uint64_t now)
{
    for (size_t k = 0; k < c->engines; k++) {
        struct live_order *o = c->engine_ready_ms[k] <= now ? live_first(c->s) : NULL;
        if (!o) continue;
        o->engine = (uint8_t)(k + 1);
        c->engine_ready_ms[k] = now + ENGINE_MS;
    }
}

static bool send_plain(struct chain *c, struct live_order *o)
{
    bool any = false;
    for (size_t i = 0; i < c->nodes; i++)
        any |= ask(c, c->node[i], "sendTransaction", json_pack("[o, {s:s, s:b, s:i}]", rpc_base64(o->wire, o->wire_n), "encoding", "base64", "skipPreflight", 1, "maxRetries", 0), ASK_SEND, place(c, o), NULL);
    return any;
}

/* Only what is in the journal comes here. The same bytes may go out again: they can land once. */
static void send_due(struct chain *c, struct live_order *o, uint64_t now)
{
    if (o->next_ms > now || !live_may_send(c->s, o)) return;
    if (!(c->s->rules.bundle ? send_bundle(c, o, now) : send_plain(c, o))) return;
    o->next_ms = now + LIVE_RESEND_MS;
    if (o->sends++ == 0) c->s->sent_count++, log_way(c, o);
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
    if (c->status_count == 0) { json_decref(list); return; }
    c->asking_status = ask(c, node(c), "getSignatureStatuses", json_pack("[o, {s:b}]", list, "searchTransactionHistory", 1), ASK_STATUS, 0, NULL);
    if (!c->asking_height) c->asking_height = ask(c, node(c), "getBlockHeight", json_pack("[{s:s}]", "commitment", "confirmed"), ASK_HEIGHT, 0, NULL);
}

/* ---- one order's next step ---- */

static enum error sign(struct chain *c, struct live_order *o, struct out *out, struct err *e)
{
    size_t n;
    struct sig sig;
    struct err why;
    const uint8_t *message = live_message(o, &n);
    enum error rc = signer_sign(c->signer, message, n, &sig, SIGN_MS, &why);
    if (rc == OK) { live_sign(o, &sig), note(c, o, AT_SIGNED); return OK; }
    if (rc != E_MISMATCH) return *e = why, rc; /* without a signer nothing can go on: the journal resolves what is in flight */
    log_line(LOG_WARNING, "%s", why.text);
    return give_up(c, o, order_status_refused, failure_funds, out, e);
}

static enum error write_down(struct chain *c, struct live_order *o, struct err *e)
{
    static struct record order, intent;
    order.id = REC_order, order.u.order = o->order;
    order.u.order.src = o->cause_src, order.u.order.seq = o->cause_seq;
    intent.id = REC_intent;
    intent.u.intent = (struct rec_intent){.ts_ns = c->s->now_ns, .cause_src = o->cause_src, .cause_seq = o->cause_seq, .slot = c->s->slot, .order_id = o->order.order_id, .signature = o->signature, .last_valid_height = o->last_valid_height};
    enum error rc = journal_put(&c->journal, (const struct record *const[]){&order, &intent}, 2, e);
    if (rc == OK) o->stage = LIVE_SENT, o->next_ms = 0, note(c, o, AT_KEPT);
    return rc;
}

static enum error advance(struct chain *c, struct live_order *o, struct out *out, uint64_t now, struct err *e)
{
    enum error rc = OK;
    if (o->stage == LIVE_MARKET && o->order.expires_slot && c->s->slot > o->order.expires_slot) return give_up(c, o, order_status_expired, failure_expired, out, e);
    if (o->stage == LIVE_MARKET && (o->engine || !c->s->rules.bundle) && !o->busy && o->next_ms <= now) {
        if (++c->tries[place(c, o)] > TRIES) return give_up(c, o, order_status_refused, failure_congestion, out, e);
        note(c, o, AT_ASKED);
        o->busy = c->blockhash_ms && ask_market(c, o);
        if (!o->busy) o->next_ms = now + 10, c->tries[place(c, o)]--; /* no blockhash yet, or the pool is full */
    }
    if (o->stage == LIVE_SIGN) rc = sign(c, o, out, e);
    if (rc == OK && o->stage == LIVE_JOURNAL && (rc = write_down(c, o, e)) == OK) tell(c, o, order_status_sent, failure_none, out);
    if (rc == OK && o->stage == LIVE_SENT) send_due(c, o, now);
    if (rc == OK && o->stage == LIVE_RESULT && !o->busy && o->next_ms <= now) o->busy = ask_result(c, o);
    return rc;
}

/* ---- answers ---- */

static void on_blockhash(struct chain *c, json_t *result)
{
    json_t *v = json_object_get(result, "value");
    const char *hash = json_string_value(json_object_get(v, "blockhash"));
    json_int_t last = json_integer_value(json_object_get(v, "lastValidBlockHeight")), slot = json_integer_value(json_object_get(json_object_get(result, "context"), "slot"));
    struct key k;
    if (!hash || last <= 0 || !base58_decode(hash, strlen(hash), k.b, 32)) return;
    c->s->blockhash = k, c->s->last_valid_height = (uint64_t)last;
    if (slot > 0 && (uint64_t)slot > c->s->slot) c->s->slot = (uint64_t)slot;
    c->blockhash_ms = clock_ms();
}

static bool account_from(json_t *v, struct venue_account *a, uint8_t *buf)
{
    memset(a, 0, sizeof *a);
    if (json_is_null(v)) return true;
    const char *owner = json_string_value(json_object_get(v, "owner")), *data = json_string_value(json_array_get(json_object_get(v, "data"), 0));
    json_int_t lamports = json_integer_value(json_object_get(v, "lamports"));
    if (!owner || !data || lamports < 0 || !base58_decode(owner, strlen(owner), a->owner.b, 32) || !base64_bytes(data, strlen(data), buf, VENUE_ACCOUNT_MAX, &a->n)) return false;
    a->exists = true, a->lamports = (uint64_t)lamports, a->data = buf;
    return true;
}

static enum error on_market(struct chain *c, struct live_order *o, json_t *result, struct out *out, struct err *e)
{
    json_t *list = json_object_get(result, "value");
    struct venue_account a[LIVE_ACCOUNTS];
    size_t n = json_array_size(list);
    bool good = json_is_array(list) && n && n <= LIVE_ACCOUNTS, more;
    memset(a, 0, sizeof a);
    for (size_t i = 0; good && i < n; i++) good = account_from(json_array_get(list, i), &a[i], c->account[i]);
    if (!good) { o->next_ms = clock_ms() + BACKOFF_MS; return OK; }
    enum failure bad = live_read(c->s, o, a, n, (uint64_t)time(NULL), &more);
    if (bad) return give_up(c, o, order_status_refused, bad, out, e);
    if (!more) note(c, o, AT_QUOTED);
    return OK;
}

static void on_height(struct chain *c, json_t *result)
{
    json_int_t h = json_integer_value(result);
    if (h > 0 && (uint64_t)h > c->s->height) c->s->height = (uint64_t)h;
}

static enum error on_status(struct chain *c, json_t *result, struct out *out, struct err *e)
{
    json_t *list = json_object_get(result, "value");
    uint64_t height = c->s->height;
    if (!json_is_array(list) || json_array_size(list) != c->status_count) return OK;
    for (size_t i = 0; i < c->status_count; i++) {
        struct live_order *o = &c->s->order[c->status_of[i]];
        json_t *v = json_array_get(list, i);
        const char *level = json_string_value(json_object_get(v, "confirmationStatus"));
        if (o->stage != LIVE_SENT) continue;
        if (level && strcmp(level, "processed") != 0) o->stage = LIVE_RESULT, o->busy = 0, o->next_ms = 0;
        else if (json_is_null(v) && live_expired(o, height)) {
            enum error rc = give_up(c, o, order_status_expired, failure_expired, out, e);
            if (rc != OK) return rc;
        }
    }
    return OK;
}

static void find_event(struct chain *c, const struct live_order *o, json_t *tx, struct live_result *r)
{
    json_t *meta = json_object_get(tx, "meta"), *set, *x, *keys = json_object_get(json_object_get(json_object_get(tx, "transaction"), "message"), "accountKeys");
    uint8_t data[2048];
    size_t i, k, n;
    json_array_foreach(json_object_get(meta, "innerInstructions"), i, set) json_array_foreach(json_object_get(set, "instructions"), k, x)
    {
        const char *program = json_string_value(json_array_get(keys, (size_t)json_integer_value(json_object_get(x, "programIdIndex")))), *text = json_string_value(json_object_get(x, "data"));
        struct key p;
        struct swap_event event;
        if (!program || !text || !base58_decode(program, strlen(program), p.b, 32) || !base58_decode_any(text, strlen(text), data, sizeof data, &n)) continue;
        if (!event_read(&p, data, n, &event) || !key_equal(&event.user, &c->s->wallet) || event.side != o->order.side) continue;
        if (event.venue == venue_pump && !key_equal(&event.mint, &o->order.mint)) continue;
        r->event = event, r->has_event = true;
    }
}

static enum error on_result(struct chain *c, struct live_order *o, json_t *tx, struct out *out, struct err *e)
{
    struct live_result r = {0};
    json_t *meta = json_object_get(tx, "meta"), *err = json_object_get(meta, "err");
    o->next_ms = clock_ms() + LIVE_STATUS_MS;
    if (!json_is_object(meta)) { o->stage = LIVE_SENT; return OK; } /* not known after all: a fork; the status decides again */
    r.slot = (uint64_t)json_integer_value(json_object_get(tx, "slot")), r.time_s = (uint64_t)json_integer_value(json_object_get(tx, "blockTime"));
    r.fee_lamports = (uint64_t)json_integer_value(json_object_get(meta, "fee"));
    r.pre_lamports = (uint64_t)json_integer_value(json_array_get(json_object_get(meta, "preBalances"), 0)), r.post_lamports = (uint64_t)json_integer_value(json_array_get(json_object_get(meta, "postBalances"), 0));
    r.failed = err && !json_is_null(err);
    r.custom = (uint32_t)json_integer_value(json_object_get(json_array_get(json_object_get(err, "InstructionError"), 1), "Custom"));
    find_event(c, o, tx, &r);
    if (!r.failed && !r.has_event) log_line(LOG_WARNING, "a transaction landed whose swap event is not understood: its fill carries the wallet's change as rent");
    return finish(c, o, &r, out, e);
}

static enum error on_reply(struct chain *c, const struct http_reply *reply, struct out *out, struct err *e)
{
    enum ask what = (enum ask)(reply->tag >> 32);
    struct live_order *o = &c->s->order[(reply->tag & 0xffffffff) % LIVE_ORDERS];
    char why[240] = "";
    int code = 0;
    enum error rc = OK;
    json_t *result = reply->why[0] || reply->status != 200 ? NULL : rpc_result(reply->body, reply->n, &code, why);
    bool mine = what >= ASK_MARKET;
    if (what == ASK_BLOCKHASH) c->asking_blockhash = false;
    if (what == ASK_HEIGHT) c->asking_height = false;
    if (what == ASK_STATUS) c->asking_status = false;
    if (mine && what != ASK_SEND) o->busy = 0;
    if (!result) {
        log_line(LOG_INFO, "no answer to use: %s", reply->why[0] ? reply->why : reply->status != 200 ? "an error of the server" : why);
        c->next_node++; /* the next node is asked */
        uint64_t wait = reply->retry_after_s ? reply->retry_after_s * 1000 : BACKOFF_MS;
        if (mine && what != ASK_SEND) o->next_ms = clock_ms() + wait;
        return OK;
    }
    switch (what) {
    case ASK_BLOCKHASH: on_blockhash(c, result); break;
    case ASK_HEIGHT: on_height(c, result); break;
    case ASK_STATUS: rc = on_status(c, result, out, e); break;
    case ASK_MARKET: if (o->stage == LIVE_MARKET) rc = on_market(c, o, result, out, e); break;
    case ASK_RESULT: if (o->stage == LIVE_RESULT) rc = on_result(c, o, result, out, e); break;
    case ASK_SEND: break; /* whatever it says: only the chain's status counts */
    }
    json_decref(result);
    return rc;
}

/* ---- the loop's side ---- */

static enum error due(struct chain *c, struct out *out, struct err *e)
{
    uint64_t now = clock_ms();
    bool any_sent = false;
    if (!c->asking_blockhash && (c->blockhash_ms == 0 || now - c->blockhash_ms > BLOCKHASH_MS)) c->asking_blockhash = ask(c, node(c), "getLatestBlockhash", json_pack("[{s:s}]", "commitment", "confirmed"), ASK_BLOCKHASH, 0, NULL);
    if (c->s->rules.bundle) admit(c, now);
    for (size_t i = 0; i < LIVE_ORDERS && c->s->open; i++) {
        if (c->s->order[i].stage == LIVE_FREE) continue;
        enum error rc = advance(c, &c->s->order[i], out, now, e);
        if (rc != OK) return rc;
        any_sent |= c->s->order[i].stage == LIVE_SENT;
    }
    if (any_sent && !c->asking_status && c->status_ms <= now) ask_status(c, now);
    return OK;
}

static void tell_again(struct chain *c, struct out *out)
{
    uint64_t from = c->fills > FILLS_KEPT ? c->fills - FILLS_KEPT : 0;
    for (uint64_t i = from; i < c->fills; i++) put_fill(out, &c->fill[i % FILLS_KEPT]), report_fill(out, &c->fill[i % FILLS_KEPT]);
    from = c->reports > FILLS_KEPT ? c->reports - FILLS_KEPT : 0;
    for (uint64_t i = from; i < c->reports; i++) put_report(out, &c->report[i % FILLS_KEPT]), report_report(out, &c->report[i % FILLS_KEPT]);
    c->told = true;
}

enum error chain_serve(struct chain *c, struct out *out, int input_fd, bool *readable, struct err *e)
{
    struct http_reply reply;
    if (!c->told) tell_again(c, out);
    enum error rc = due(c, out, e);
    if (rc != OK) return rc;
    size_t made = out->len;
    if (http_pool_wait(c->pool, &input_fd, input_fd >= 0, made ? 0 : 50, &reply)) rc = on_reply(c, &reply, out, e);
    if (rc == OK) rc = due(c, out, e);
    struct pollfd p = {input_fd, POLLIN, 0};
    *readable = input_fd >= 0 && poll(&p, 1, 0) > 0;
    return rc;
}

bool chain_pending(const struct chain *c) { return c->s->open > 0 || !c->told; }

enum error chain_order(struct chain *c, const struct rec_order *o, struct out *out, struct err *e)
{
    enum failure why = failure_none;
    bool halted = o->side == side_buy && *c->halt_file && access(c->halt_file, F_OK) == 0;
    struct live_order *x = halted ? NULL : live_take(c->s, o, o->src, o->seq, &why);
    if (x) { c->tries[place(c, x)] = 0, note(c, x, AT_TAKEN); return due(c, out, e); }
    if (why == failure_duplicate) return OK; /* in flight, or settled: its fill was told again at the start */
    struct live_order refused = {.order = *o, .cause_src = o->src, .cause_seq = o->seq};
    c->s->refused_count++;
    tell(c, &refused, order_status_refused, halted ? failure_congestion : why, out);
    return OK;
}

void chain_slot(struct chain *c, const struct rec_slot *r, struct out *out)
{
    uint64_t closed = c->s->slot;
    if (r->slot > c->s->slot) c->s->slot = r->slot;
    if (r->ts_ns > c->s->now_ns) c->s->now_ns = r->ts_ns;
    struct rec_done d = {.ts_ns = r->ts_ns, .src = out->src, .slot = r->slot ? r->slot - 1 : closed};
    report_done(out, &d);
}

/* ---- opening ---- */

/* The journal, record by record: orders without an end are still in flight. */
static void remember(void *self, const struct record *r)
{
    struct chain *c = self;
    struct live_state *s = c->s;
    enum failure why;
    uint64_t id = r->id == REC_order ? r->u.order.order_id : r->id == REC_intent ? r->u.intent.order_id : r->id == REC_fill ? r->u.fill.order_id : r->id == REC_report ? r->u.report.order_id : 0;
    struct live_order *o = NULL;
    for (size_t i = 0; i < LIVE_ORDERS; i++)
        if (s->order[i].stage != LIVE_FREE && s->order[i].order.order_id == id) o = &s->order[i];
    if (r->id == REC_order) live_take(s, &r->u.order, r->u.order.src, r->u.order.seq, &why);
    if (r->id == REC_intent && o) o->signature = r->u.intent.signature, o->last_valid_height = r->u.intent.last_valid_height, o->stage = LIVE_SENT;
    if (r->id == REC_fill) c->fill[c->fills++ % FILLS_KEPT] = r->u.fill;
    if (r->id == REC_report) c->report[c->reports++ % FILLS_KEPT] = r->u.report;
    if ((r->id == REC_fill || r->id == REC_report) && o) live_free(s, o);
}

static size_t split(const char *list, char (*out)[256], size_t max)
{
    size_t n = 0;
    while (*list && n < max) {
        size_t len = strcspn(list, "\n,");
        if (len && len < 256) memcpy(out[n], list, len), out[n][len] = 0, n++;
        list += len + (list[len] != 0);
    }
    return n;
}

static void announce(const struct chain *c, const struct signer_facts *f)
{
    char wallet[66], tx[48], hour[48], day[48];
    base58_encode(f->wallet.b, 32, wallet);
    format_decimal((int64_t)f->max_tx, 9, tx), format_decimal((int64_t)f->hour_left, 9, hour), format_decimal((int64_t)f->day_left, 9, day);
    fprintf(stderr, "sluice-execute: LIVE, real money: wallet %s\nsluice-execute: the signer allows %s SOL a transaction, %s SOL more this hour, %s SOL more today\n", wallet, tx, hour, day);
    for (size_t i = 0; i < c->nodes; i++) fprintf(stderr, "sluice-execute: node %s\n", c->node[i]);
    for (size_t i = 0; i < c->engines && c->s->rules.bundle; i++) fprintf(stderr, "sluice-execute: block engine %s\n", c->engine[i]);
    if (c->s->open || c->fills) fprintf(stderr, "sluice-execute: from the journal: %u orders in flight, %llu settled\n", c->s->open, (unsigned long long)c->fills);
}

enum error chain_open(const struct chain_config *want, const struct live_rules *rules, struct live_state *s, struct chain **out, struct err *e)
{
    struct chain *c = calloc(1, sizeof *c);
    struct signer_facts f;
    if (!c || !(c->pool = http_pool_open(LIVE_ORDERS + 16, 1u << 20))) { free(c); return err_set(e, E_LIMIT, "out of memory"); }
    *out = c;
    c->s = s, c->signer = -1, c->journal.fd = -1;
    c->nodes = split(want->nodes, c->node, CHAIN_NODES), c->engines = split(want->engines, c->engine, CHAIN_ENGINES);
    snprintf(c->halt_file, sizeof c->halt_file, "%s", want->halt_file);
    if (*want->uuid) snprintf(c->header, sizeof c->header, "x-jito-auth: %.100s", want->uuid);
    if (!*want->signer) return err_set(e, E_CONFIG, "--live wants a signer: set signer in [execute] to the socket of sluice-sign");
    if (!*want->journal) return err_set(e, E_CONFIG, "--live wants a journal: set journal in [execute]");
    if (!c->nodes) return err_set(e, E_CONFIG, "--live wants a node: set rpc in [execute], or SOLANA_RPC_URL");
    if (rules->bundle && !c->engines) return err_set(e, E_CONFIG, "the bundle route wants a block engine: set jito in [execute]");
    enum error rc = signer_connect(want->signer, &c->signer, e);
    if (rc == OK) rc = signer_status(c->signer, &f, SIGN_MS, e);
    if (rc == OK) live_init(s, &f.wallet, rules);
    if (rc == OK) rc = journal_open(&c->journal, want->journal, remember, c, e);
    if (rc != OK) return rc;
    for (size_t i = 0; i < LIVE_ORDERS; i++)
        if (s->order[i].stage == LIVE_MARKET) live_forget(s, s->order[i].order.order_id), live_free(s, &s->order[i]); /* its intent was torn off: it was not sent */
    announce(c, &f);
    return OK;
}

void chain_close(struct chain *c)
{
    if (!c) return;
    http_pool_close(c->pool);
    journal_close(&c->journal);
    if (c->signer >= 0) close(c->signer);
    free(c);
}
