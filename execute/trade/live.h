/* live.h - the life of an order on the chain, without I/O: what an order needs next, and what an
 * answer means for it.
 *   taken -> market read -> message built -> signed -> journalled -> sent -> landed, failed,
 * expired The signature is durable before a byte of the order is sent. From then on only the chain
 * decides: by a status, or by a block height past the last valid one. An order is quoted and signed
 * once, and has one signature for ever. Must not: do I/O; read a clock. */
#ifndef SLUICE_LIVE_H
#define SLUICE_LIVE_H

#include "common/base/seen.h"
#include "common/decode/drift.h"
#include "execute/trade/fill_audit.h"
#include "execute/trade/bid.h"
#include "execute/trade/live_market.h"
#include "execute/trade/sandwich_guard.h"
#include "execute/trade/market_cache.h"

#define LIVE_ORDERS    64u
#define LIVE_SEEN      65536u /* order ids kept, the oldest evicted first */
#define LIVE_RESEND_MS 1200u  /* the same bytes again, while they can still land */
#define LIVE_STATUS_MS 400u

enum live_stage { LIVE_FREE, LIVE_MARKET, LIVE_SIGN, LIVE_JOURNAL, LIVE_SENT, LIVE_RESULT };

struct live_order {
    struct rec_order order;
    uint32_t cause_src;
    uint64_t cause_seq;
    uint8_t stage, busy; /* busy: a request for it is under way */
    uint8_t engine;      /* block engine that admitted it, from 1; 0: none yet */
    uint8_t past_end;    /* statuses without it past its last valid height */
    uint8_t route;       /* enum route, set when it is built */
    bool uncached;       /* read its market from the chain, not from the cache */
    uint16_t wire_n;
    uint32_t units; /* compute limit of its transaction */
    uint32_t sends;
    uint64_t waiting_since_slot; /* for a leader to pass; 0: it does not wait */
    /* As it is sent: the amount may be a part of the order's, the limit tighter. */
    uint64_t in_raw, limit_raw, tip_lamports, priority_lamports;
    uint64_t last_valid_height, next_ms;
    struct sig signature;
    uint8_t wire[TX_BYTES_MAX]; /* signed or, before that, with an empty signature; the message is
                                   at 65 */
};

/* The result of our transaction on the chain. */
struct live_result {
    uint64_t slot, time_s, fee_lamports, pre_lamports, post_lamports; /* pre, post: of the wallet */
    bool failed;
    uint32_t custom; /* the program's error number; 0: another error */
    bool has_event;
    struct swap_event event;
};

struct live_rules {
    uint8_t route; /* enum route */
    bool protect;  /* never send by the public route */
    uint32_t units, market_cache_markets;
    uint64_t fee_reserve_lamports;
    struct fee_rules fees;
    struct sandwich_guard_rules mev;
};

struct live_state {
    struct live_rules rules;
    struct key wallet, blockhash;
    uint64_t last_valid_height, height; /* of the blockhash; reached */
    uint64_t slot, now_ns;
    uint64_t lamports;  /* of the wallet, as last read; 0: not read yet */
    uint64_t sell_only; /* bit n: no entries on venue n */
    uint32_t open;
    struct live_order order[LIVE_ORDERS];
    struct market market[LIVE_ORDERS]; /* beside the order of the same place */
    struct fee_levels levels;
    struct sandwich_guard_schedule schedule;
    struct audit_state audit;
    struct drift drift; /* of the accounts that nodes return */
    struct market_cache cache;
    uint64_t seen[SEEN_WORDS(LIVE_SEEN)]; /* struct seen of order ids */
    uint64_t sent_count, landed_count, failed_count, expired_count, refused_count;
};

void live_init(struct live_state *s, const struct key *wallet, const struct live_rules *rules);
/* Take a record of the stream other than an order: trades, levels, alerts, slots. */
void live_record(struct live_state *s, const struct record *r, struct out *out);
/* Check the accounts that a node returned for live_market_accounts() of m. A venue's own account of
 * an unknown size makes the venue sell-only, with an alert. */
void live_check_accounts(struct live_state *s, struct market *m, const struct venue_account *a,
                         size_t n, struct out *out);
/* Take an order: its place, or NULL with why (duplicate, capacity, no_pool for a venue that is not
 * traded live, halted for an entry on a venue that is sell-only). */
struct live_order *live_take(struct live_state *s, const struct rec_order *o, uint32_t cause_src,
                             uint64_t cause_seq, enum failure *why);
/* Forget the id, so that the same order is accepted later. */
void live_forget(struct live_state *s, uint64_t order_id);
static inline struct market *live_market(struct live_state *s, const struct live_order *o)
{
    return &s->market[o - s->order];
}

enum live_next { LIVE_BUILT, LIVE_MORE, LIVE_WAIT, LIVE_REFUSED };
/* Quote and build from the cached market. False: the market must be read from the chain. */
bool live_build_cached(struct live_state *s, struct live_order *o, uint64_t now_s, uint64_t now_ms,
                       enum live_next *next);
/* Begin to read its market from the chain; false: such a market is impossible. */
bool live_begin(struct live_state *s, struct live_order *o);
/* Read its accounts (live_market_accounts of live_market). LIVE_BUILT: the message is in o->wire.
 * LIVE_MORE: another round of accounts follows. LIVE_WAIT: later; next_ms is set. LIVE_REFUSED:
 * with why (slippage: the market moved beyond the limit; mev; completed, no_pool, funds, math). */
enum live_next live_read(struct live_state *s, struct live_order *o, const struct venue_account *a,
                         size_t n, uint64_t now_s, uint64_t now_ms, enum failure *why);
static inline const uint8_t *live_message(const struct live_order *o, size_t *n)
{
    *n = o->wire_n - 65u;
    return o->wire + 65;
}
/* The waiting order that is due first: exits before entries, then the nearest expiry, then the
 * greater worth, then the older. NULL when no order waits. */
struct live_order *live_first(struct live_state *s, uint64_t now_ms);
void live_sign(struct live_order *o, const struct sig *sig);
/* May it be sent (again)? Not past its last valid height, nor past its expiry slot. */
bool live_may_send(const struct live_state *s, const struct live_order *o);
/* A status did not list it at this height: true when it never will. */
bool live_expired(struct live_order *o, uint64_t height);
/* The fill of a result. */
void live_fill(const struct live_state *s, const struct live_order *o, const struct live_result *r,
               struct rec_fill *f);
void live_free(struct live_state *s, struct live_order *o);

#endif
