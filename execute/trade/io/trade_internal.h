/* trade_internal.h - what the files of chain share. Private to them. */
#ifndef SLUICE_TRADE_INTERNAL_H
#define SLUICE_TRADE_INTERNAL_H

#include <time.h>

#include "common/io/http.h"
#include "execute/trade/io/answers.h"
#include "execute/trade/io/chain.h"
#include "execute/trade/io/cores.h"
#include "execute/trade/io/halt.h"
#include "execute/trade/io/near.h"
#include "execute/trade/journal_state.h"

enum ask {
    ASK_BLOCKHASH = 1,
    ASK_HEIGHT,
    ASK_STATUS,
    ASK_SLOT,
    ASK_WALLET,
    ASK_LEADERS,
    ASK_TIP_FLOOR,
    ASK_KINDS,
    ASK_MARKET,
    ASK_SEND,
    ASK_RESULT,
    ASK_WARM,
    ASK_HOLDINGS,
    ASK_TIPS,
    ASK_IDLE
}; /* below ASK_KINDS: one at a time */
enum moment { AT_TAKEN, AT_ASKED, AT_QUOTED, AT_SIGNED, AT_KEPT, MOMENTS };

struct sale {
    struct key mint;
    uint32_t tries;
    bool useless;
};

struct chain {
    struct live_state *s;
    struct http_pool *pool;
    struct journal journal;
    struct live_order *keeping; /* whose entry in the journal is begun; NULL: all are on the disk */
    enum error kept;            /* what became of the latest entry */
    struct err kept_error;
    struct journal_state recall;
    struct halt halt;
    struct cores cores;
    struct near near;
    int signer;
    char node[CHAIN_NODES][256], engine[CHAIN_ENGINES][256], header[128], tip_floor[256],
        pid_file[256], journal_path[256];
    size_t nodes, engines, next_node;
    uint64_t engine_ready_ms[CHAIN_ENGINES];
    uint8_t rehearsal[TX_V1_BYTES_MAX]; /* the message that was signed last, for the signer to stay
                                           at hand */
    size_t rehearsal_n;
    uint64_t kept_ms, idle_ms, awake_ms,
        disk_ms; /* when an idle block engine, the idle nodes, the way of an order and the journal's
                    disk were last kept at hand */
    bool tips_told[CHAIN_ENGINES]; /* of its tip accounts some are missing: said */
    uint64_t blockhash_ms, status_ms, wallet_ms, tip_floor_ms, slot_ms, leaders_ms, market_cache_ms,
        leaders_from;
    bool asking[ASK_KINDS];
    uint8_t status_of[LIVE_ORDERS]; /* the orders of the status request on its way */
    size_t status_count;
    uint32_t tries[LIVE_ORDERS];
    uint64_t at_us[LIVE_ORDERS][MOMENTS]; /* for the log */
    bool told;                            /* what the journal holds has been told again */
    uint64_t capital_lamports, equity_every_ns, next_equity_ns;
    /* Selling everything. */
    bool selling, sold, selling_by_file;
    uint8_t holdings_asked, holdings_came;
    uint64_t sell_next_ms;
    struct holding holding[HOLDINGS_MAX];
    size_t holdings, beyond, sales; /* beyond: holdings, or sales, that there was no room for */
    struct sale sale[HOLDINGS_MAX];
    uint8_t account[MARKET_ACCOUNTS][VENUE_ACCOUNT_MAX];
};

static inline uint64_t clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}
static inline uint64_t clock_ms(void) { return clock_us() / 1000; }
static inline uint64_t clock_s(void) { return (uint64_t)time(NULL); }
static inline size_t chain_place(const struct chain *c, const struct live_order *o)
{
    return (size_t)(o - c->s->order);
}

/* chain.c */
bool chain_ask(struct chain *c, const char *url, const char *method, json_t *params, enum ask what,
               size_t which, const char *header);
const char *chain_node(const struct chain *c);
/* chain_open.c: tell what the journal holds of open positions, of orders in flight and of the
 * latest ends; of one order that was asked for again. */
enum error chain_repeat(struct chain *c, struct out *out, struct err *e);
enum error chain_tell_end(struct chain *c, const struct rec_order *o, struct out *out,
                          struct err *e);
/* chain_sell.c: chain_sell_stop: the operator has taken it back. */
void chain_sell_stop(struct chain *c);
void chain_sell_due(struct chain *c, struct out *out, uint64_t now);
void chain_sell_holdings(struct chain *c, size_t which, json_t *result);
void chain_sell_ended(struct chain *c, const struct live_order *o, bool landed);

#endif
