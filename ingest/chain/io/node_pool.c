/* node_pool.c - see node_pool.h. */
#include "ingest/chain/io/node_pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/num.h"
#include "common/io/http.h"
#include "common/io/rpc.h"
#include "common/io/sys.h"

#define REST_MS           200u /* of a node after its first failure; doubles */
#define REST_MAX_MS       8000u
#define RETRY_AFTER_MAX_S 60u /* a longer Retry-After is capped to this */
#define SMALL_BYTES                                                                              \
    4096u /* an error is smaller; anything longer is taken for a block without being parsed here \
           */

struct node {
    char url[512], name[128];
    uint64_t tip, rest_until_ms, tip_at_ms, slots_at_ms;
    uint64_t from, to, tip_then; /* of the getBlocks under way */
    bool asking_tip, asking_slots;
    uint32_t fails;
};
struct node_pool {
    struct http_pool *pool;
    struct node node[NODE_POOL_MAX];
    size_t count;
    char commitment[16];
    uint64_t timeout_ms, heard;
    uint32_t parallel, blocks; /* getBlock requests allowed, under way */
    uint64_t slots[NODE_POOL_SLOTS_MAX];
};

uint64_t node_pool_clock_ms(void) { return sys_monotonic_ns() / NS_PER_MS; }

/* ---- opening ---- */

/* "https://user:key@host.example:443/v2/KEY?api-key=KEY" is named https://host.example:443. */
static void name_of(const char *url, char *name, size_t cap)
{
    const char *host = strstr(url, "://") + 3;
    size_t scheme = (size_t)(host - url), n = strcspn(host, "/?#\n, ");
    const char *at = memrchr(host, '@', n);
    if (at) {
        n -= (size_t)(at + 1 - host);
        host = at + 1;
    }
    snprintf(name, cap, "%.*s%.*s", (int)scheme, url, (int)(n < 100 ? n : 100), host);
}

static enum error add_node(struct node_pool *n, const char *url, size_t len, struct err *e)
{
    if (n->count == NODE_POOL_MAX)
        return err_set(e, E_USAGE, "more than %u nodes are named", NODE_POOL_MAX);
    struct node *x = &n->node[n->count];
    if (len >= sizeof x->url)
        return err_set(e, E_USAGE, "a node's URL has more than %zu characters", sizeof x->url - 1);
    memcpy(x->url, url, len);
    if (strncmp(x->url, "http://", 7) != 0 && strncmp(x->url, "https://", 8) != 0)
        return err_set(e, E_USAGE, "a node is named by an http:// or https:// URL, not '%.60s'",
                       x->url);
    name_of(url, x->name, sizeof x->name);
    n->count++;
    return OK;
}

enum error node_pool_open(const char *list, const char *commitment, uint32_t parallel,
                          uint64_t timeout_ms, struct node_pool **out, struct err *e)
{
    struct node_pool *n = calloc(1, sizeof *n);
    enum error rc = n ? OK : err_set(e, E_LIMIT, "out of memory");
    *out = n;
    while (rc == OK && *list) {
        size_t len = strcspn(list, "\n, ");
        if (len) rc = add_node(n, list, len, e);
        list += len + (list[len] != 0);
    }
    if (rc == OK && n->count == 0)
        rc = err_set(e, E_CONFIG,
                     "no node to follow: name one with --rpc, or set solana-rpc-url in [sluice] "
                     "(SOLANA_RPC_URL)");
    if (rc != OK) return rc;
    snprintf(n->commitment, sizeof n->commitment, "%s", commitment);
    n->parallel = parallel;
    n->timeout_ms = timeout_ms;
    n->pool = http_pool_open(parallel + 2 * n->count, NODE_POOL_ANSWER_MAX);
    return n->pool ? OK : err_set(e, E_LIMIT, "out of memory");
}

void node_pool_close(struct node_pool *n)
{
    if (!n) return;
    http_pool_close(n->pool);
    free(n);
}

size_t node_pool_count(const struct node_pool *n) { return n->count; }
const char *node_pool_name(const struct node_pool *n, size_t i) { return n->node[i].name; }
uint64_t node_pool_heard(const struct node_pool *n) { return n->heard; }

uint64_t node_pool_tip(const struct node_pool *n)
{
    uint64_t tip = 0;
    for (size_t i = 0; i < n->count; i++)
        if (n->node[i].tip > tip) tip = n->node[i].tip;
    return tip;
}

uint32_t node_pool_failing(const struct node_pool *n)
{
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < n->count; i++)
        if (n->node[i].fails < least) least = n->node[i].fails;
    return least;
}

/* ---- asking ---- */

static bool ask(struct node_pool *n, size_t i, const char *method, json_t *params,
                enum node_ask what, uint64_t slot)
{
    char *text = rpc_request(method, params);
    bool good =
        text && http_pool_start(n->pool, &(struct http_post){.url = n->node[i].url,
                                                             .body = text,
                                                             .n = strlen(text),
                                                             .timeout_ms = n->timeout_ms,
                                                             .packed = true,
                                                             .tag = (uint64_t)what << 56 |
                                                                    (uint64_t)i << 48 | slot});
    free(text);
    return good;
}

void node_pool_ask_tip(struct node_pool *n, uint64_t now, uint64_t every)
{
    for (size_t i = 0; i < n->count; i++) {
        struct node *x = &n->node[i];
        if (x->asking_tip || x->rest_until_ms > now || (x->tip_at_ms && now - x->tip_at_ms < every))
            continue;
        x->asking_tip =
            ask(n, i, "getSlot", json_pack("[{s:s}]", "commitment", n->commitment), NODE_TIP, 0);
        x->tip_at_ms = now;
    }
}

void node_pool_ask_slots(struct node_pool *n, uint64_t from, uint64_t to, uint64_t now,
                         uint64_t every)
{
    if (to - from >= NODE_POOL_SLOTS_MAX) to = from + NODE_POOL_SLOTS_MAX - 1;
    for (size_t i = 0; i < n->count; i++) {
        struct node *x = &n->node[i];
        if (x->asking_slots || x->rest_until_ms > now || now - x->slots_at_ms < every) continue;
        x->asking_slots = ask(n, i, "getBlocks",
                              json_pack("[I, I, {s:s}]", (json_int_t)from, (json_int_t)to,
                                        "commitment", n->commitment),
                              NODE_SLOTS, 0);
        x->from = from;
        x->to = to;
        x->tip_then = x->tip;
        x->slots_at_ms = now;
    }
}

bool node_pool_ask_block(struct node_pool *n, uint64_t slot, uint64_t now, size_t *node)
{
    size_t any = n->count, best = n->count;
    if (n->blocks >= n->parallel) return false;
    for (size_t k = n->count; k-- > 0;) { /* backwards: the one to be asked first wins */
        size_t i = (*node + k) % n->count;
        if (n->node[i].rest_until_ms > now) continue;
        any = i;
        if (n->node[i].tip >= slot) best = i;
    }
    if (best == n->count) best = any;
    if (best == n->count) return false;
    json_t *params = json_pack("[I, {s:s, s:i, s:s, s:b, s:s}]", (json_int_t)slot, "encoding",
                               "json", "maxSupportedTransactionVersion", 0, "transactionDetails",
                               "full", "rewards", 0, "commitment", n->commitment);
    if (!ask(n, best, "getBlock", params, NODE_BLOCK, slot)) return false;
    *node = best;
    n->blocks++;
    return true;
}

/* ---- answers ---- */

static void rest(struct node *x, uint64_t retry_after_s)
{
    uint64_t ms = x->fails < 6 ? (uint64_t)REST_MS << x->fails : REST_MAX_MS;
    if (retry_after_s)
        ms = (retry_after_s < RETRY_AFTER_MAX_S ? retry_after_s : RETRY_AFTER_MAX_S) * 1000;
    if (ms > REST_MAX_MS && !retry_after_s) ms = REST_MAX_MS;
    x->rest_until_ms = node_pool_clock_ms() + ms;
    x->fails++;
}

static enum node_says of_code(int code)
{
    switch (code) {
    case -32007:
    case -32009: return NODE_SKIPPED;
    case -32004:
    case -32014: return NODE_NOT_YET;
    case -32001: return NODE_GONE;
    case -32005:
    case -32603:
    case -32429: return NODE_DOWN; /* behind, internal error, rate limit as some write it */
    default: return NODE_BAD;
    }
}

/* What came over HTTP that is no answer at all. */
static bool is_down(const struct http_reply *r, struct node_answer *a)
{
    if (r->why[0]) {
        a->says = strncmp(r->why, "an answer of more than", 22) == 0 ? NODE_BAD : NODE_DOWN;
        snprintf(a->why, sizeof a->why, "%s", r->why);
        return true;
    }
    if (r->status == 200) return false;
    a->says = NODE_DOWN;
    snprintf(a->why, sizeof a->why, "the server answers %ld%s", r->status,
             r->status == 401 || r->status == 403 ? ": is the key in the URL right?"
             : r->status == 429                   ? ": too many requests"
                                                  : "");
    return true;
}

/* The result, for all that is small. NULL with status and reason set. */
static json_t *result_of(const struct http_reply *r, struct node_answer *a)
{
    char why[240];
    int code;
    json_t *v = rpc_result(r->body, r->n, &code, why);
    if (v && !json_is_null(v)) return v;
    a->says = code ? of_code(code) : NODE_BAD;
    snprintf(a->why, sizeof a->why, "%.150s", v ? "the answer is null" : why);
    json_decref(v);
    return NULL;
}

static void bad(struct node_answer *a, const char *why)
{
    a->says = NODE_BAD;
    snprintf(a->why, sizeof a->why, "%s", why);
}

static void read_tip(struct node *x, json_t *v, struct node_answer *a)
{
    json_int_t tip = json_integer_value(v);
    if (tip <= 0 || tip >= (json_int_t)1 << 43) {
        bad(a, "getSlot is answered with no slot");
        return;
    }
    a->tip = (uint64_t)tip;
    if (a->tip > x->tip) x->tip = a->tip;
}

static void read_slots(struct node_pool *n, struct node *x, json_t *v, struct node_answer *a)
{
    uint64_t before = 0;
    if (!json_is_array(v) || json_array_size(v) > NODE_POOL_SLOTS_MAX) {
        bad(a, "getBlocks is answered with no list of slots");
        return;
    }
    for (size_t i = 0; i < json_array_size(v); i++) {
        json_int_t slot = json_integer_value(json_array_get(v, i));
        if (slot < (json_int_t)a->from || slot > (json_int_t)a->to || (uint64_t)slot <= before) {
            bad(a, "getBlocks is answered with slots that were not asked for");
            return;
        }
        n->slots[a->n++] = before = (uint64_t)slot;
    }
    if (before > x->tip) x->tip = before;
    a->slots = n->slots;
    a->whole = x->tip_then >= a->to;
}

static void read_block(const struct http_reply *r, struct node_answer *a)
{
    if (r->n < SMALL_BYTES) {
        json_t *v = result_of(r, a);
        if (!v) return;
        json_decref(v);
    }
    a->text = r->body;
    a->n = r->n;
}

static void read_answer(struct node_pool *n, struct node *x, const struct http_reply *r,
                        struct node_answer *a)
{
    if (is_down(r, a)) return;
    if (a->ask == NODE_BLOCK) {
        read_block(r, a);
        return;
    }
    json_t *v = result_of(r, a);
    if (!v) return;
    if (a->ask == NODE_TIP)
        read_tip(x, v, a);
    else
        read_slots(n, x, v, a);
    json_decref(v);
}

bool node_pool_wait(struct node_pool *n, uint64_t timeout_ms, struct node_answer *a)
{
    struct http_reply r;
    if (!http_pool_wait(n->pool, NULL, 0, timeout_ms, &r)) return false;
    memset(a, 0, sizeof *a);
    a->ask = (enum node_ask)(r.tag >> 56);
    a->node = r.tag >> 48 & 255;
    struct node *x = &n->node[a->node];
    if (a->ask == NODE_TIP) x->asking_tip = false;
    if (a->ask == NODE_SLOTS) {
        x->asking_slots = false;
        a->from = x->from;
        a->to = x->to;
    }
    if (a->ask == NODE_BLOCK) {
        n->blocks--;
        a->from = r.tag & ((UINT64_C(1) << 48) - 1);
    }
    read_answer(n, x, &r, a);
    text_one_line(a->why);
    if (a->says == NODE_DOWN || (a->says == NODE_BAD && a->ask != NODE_BLOCK))
        rest(x, r.retry_after_s);
    else if (a->says != NODE_BAD) {
        x->fails = 0;
        n->heard++;
    }
    return true;
}
