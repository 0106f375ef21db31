/* trade_internal.h - what the files of live execution's I/O share. Private to this room. One file
 * does one job:
 *   chain_open.c    open and close              chain.c        the loop's entry points
 *   node_ask.c      JSON-RPC requests           node_answer.c  what their answers mean
 *   refresh.c       what is kept fresh          order_step.c   an order's next step
 *   order_end.c     how an order ends           send.c         signed bytes to the wire
 *   recovery.c      what the journal holds      sale.c         selling all holdings */
#ifndef SLUICE_TRADE_INTERNAL_H
#define SLUICE_TRADE_INTERNAL_H

#include "common/io/http.h"
#include "common/io/sys.h"
#include "execute/trade/io/answers.h"
#include "execute/trade/io/chain.h"
#include "execute/trade/io/halt.h"
#include "execute/trade/journal_state.h"

#define BACKOFF_MS 250u  /* before a request is repeated */
#define REQUEST_MS 4000u /* timeout of a request */
#define SIGN_MS    1000u /* timeout of the signer */

/* What a request asks for; the tag of its reply is this << 32 | its number. */
enum ask {
    ASK_BLOCKHASH = 1,
    ASK_HEIGHT,
    ASK_STATUS,
    ASK_SLOT,
    ASK_WALLET,
    ASK_LEADERS,
    ASK_TIP_FLOOR,
    ASK_SINGLE, /* of each of those above, one request at a time is under way */
    ASK_MARKET,
    ASK_SEND,
    ASK_RESULT,
    ASK_CACHE,
    ASK_HOLDINGS,
    ASK_TIPS,
    ASK_HEALTH
};

_Static_assert(CHAIN_HOLDINGS == HOLDINGS_MAX, "one limit, also for the message to the operator");

/* Moments on an order's path, for the log. */
enum moment { AT_TAKEN, AT_ADMITTED, AT_BUILT, AT_SIGNED, AT_JOURNALLED, MOMENTS };

struct order_path {
    uint64_t at_us[MOMENTS], cpu_us; /* CPU of this thread when the order was taken */
    uint32_t market_tries, node_requests;
};

struct sale {
    struct key mint;
    uint32_t tries;
    bool given_up;
};

struct chain {
    struct live_state *s;
    struct http_pool *pool;
    struct journal journal;
    struct journal_state kept; /* what the journal still matters for */
    bool repeated;             /* the journal's open positions and latest ends were put again */
    struct halt halt;
    int signer, latency_fd; /* latency_fd: see realtime_hold_latency */
    char node[CHAIN_NODES][256], engine[CHAIN_ENGINES][256], header[128], tip_floor[256],
        pid_file[256], journal_path[256];
    size_t nodes, engines, next_node;
    uint64_t engine_ready_ms[CHAIN_ENGINES];
    bool warned_tips[CHAIN_ENGINES]; /* already warned that this engine lacks some tip accounts */
    uint64_t blockhash_ms;           /* when the blockhash in use came; 0: none yet */
    /* When each was requested last. */
    uint64_t engines_ms, nodes_ms, blockhash_asked_ms, status_ms, wallet_ms, tip_floor_ms, slot_ms,
        leaders_ms, market_cache_ms;
    uint64_t leaders_from; /* first slot of the leaders that were requested */
    bool asking[ASK_SINGLE];
    uint8_t status_of[LIVE_ORDERS]; /* orders of the status request under way */
    size_t status_count;
    struct order_path path[LIVE_ORDERS]; /* beside the order of the same place */
    uint64_t capital_lamports, equity_every_ns, next_equity_ns;
    /* Selling all holdings. */
    bool selling, sold, selling_by_file;
    uint8_t holdings_asked, holdings_came; /* bit i: of token program i */
    uint64_t sell_next_ms;
    struct holding holding[HOLDINGS_MAX];
    size_t holdings, beyond, sales; /* beyond: holdings, or sales, without room */
    struct sale sale[HOLDINGS_MAX];
    uint8_t account[MARKET_ACCOUNTS][VENUE_ACCOUNT_MAX];
};

static inline uint64_t clock_us(void) { return sys_monotonic_ns() / 1000; }
static inline uint64_t clock_ms(void) { return sys_monotonic_ns() / NS_PER_MS; }
static inline uint64_t clock_cpu_us(void) { return sys_thread_cpu_ns() / 1000; }
static inline uint64_t clock_s(void) { return sys_realtime_ns() / NS_PER_S; }
static inline size_t chain_place(const struct chain *c, const struct live_order *o)
{
    return (size_t)(o - c->s->order);
}
static inline struct order_path *chain_path(struct chain *c, const struct live_order *o)
{
    return &c->path[chain_place(c, o)];
}

/* node_ask.c - false: the request could not start (every slot of the pool is busy). */
const char *node_ask_url(const struct chain *c);
bool node_ask(struct chain *c, enum ask what, size_t which, const char *method, json_t *params);
bool node_ask_at(struct chain *c, const char *url, enum ask what, size_t which, const char *method,
                 json_t *params);
bool node_ask_market(struct chain *c, struct live_order *o);
bool node_ask_cache(struct chain *c, struct market_cache_market *m);
bool node_ask_result(struct chain *c, struct live_order *o);
void node_ask_statuses(struct chain *c, uint64_t now_ms);

/* node_answer.c: pass a reply to what it is for. */
enum error node_answer(struct chain *c, const struct http_reply *reply, struct out *out,
                       struct err *e);

/* refresh.c: request what is out of date, and use idle connections so that they stay open. */
void refresh_due(struct chain *c, uint64_t now_ms);

/* order_step.c: do what an order needs now: read its market, build, sign, journal, send. */
enum error order_step(struct chain *c, struct live_order *o, struct out *out, uint64_t now_ms,
                      struct err *e);
/* Start the path of an order that was taken now. */
void order_step_begin(struct chain *c, const struct live_order *o, uint64_t now_us);
void order_step_note(struct chain *c, const struct live_order *o, enum moment m);

/* order_end.c */
/* Put a report of the order, downstream and on the back channel. */
void order_end_report(struct chain *c, const struct live_order *o, uint8_t status,
                      enum failure failure, struct out *out);
/* End an order that did not reach the chain and never will. */
enum error order_end_refuse(struct chain *c, struct live_order *o, uint8_t status,
                            enum failure failure, struct out *out, struct err *e);
/* End an order whose transaction landed or failed on the chain. */
enum error order_end_fill(struct chain *c, struct live_order *o, const struct live_result *r,
                          struct out *out, struct err *e);

/* send.c */
/* Give each free block engine the order that is due first. */
void send_admit(struct chain *c, uint64_t now_ms);
/* Send an order that is in the journal, or send the same bytes again. Does nothing where it must
 * not be sent, or no engine is free. */
void send_order(struct chain *c, struct live_order *o, uint64_t now_ms);

/* recovery.c */
/* Load a record of the journal: orders without an end are still in flight. */
void recovery_load(void *chain, const struct record *r);
/* Put again the fills of open positions, the latest ends and the orders in flight, so that risk can
 * continue. */
enum error recovery_repeat(struct chain *c, struct out *out, struct err *e);
/* Put again the end of an order that came a second time; a refusal when the journal has no end. */
enum error recovery_repeat_order(struct chain *c, const struct rec_order *o, struct out *out,
                                 struct err *e);

/* sale.c */
/* Follow the halt file: begin to sell all holdings, or stop. */
void sale_follow_halt(struct chain *c);
void sale_due(struct chain *c, uint64_t now_ms);
void sale_take_holdings(struct chain *c, size_t program, json_t *result);
/* An order ended: one of sale_due is tried again, SALE_TRIES times. */
void sale_order_ended(struct chain *c, const struct live_order *o, bool landed);

#endif
