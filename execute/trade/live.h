/* live.h - the life of an order on the chain, without I/O: what an order needs next, and what an
 * answer means for it. taken -> market known -> message built -> signed -> written down -> sent ->
 * landed, failed or expired The signature is known and durable before a byte leaves; from then on
 * only the chain decides: a status, or a block height past the last valid one. Must not: do I/O,
 * read a clock, send anything twice under another signature. */
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
    uint8_t stage, busy; /* busy: a request for it is on its way */
    uint8_t engine;      /* block engine kept for its first sending, from 1; 0 = none yet */
    uint8_t past_end;    /* times the chain did not know it past its last valid height */
    uint8_t route;       /* enum route: how it goes, once it is built */
    bool uncached;       /* its market is to be read from the chain, whatever is kept warm */
    uint16_t wire_n;
    uint32_t units; /* compute limit of its transaction */
    uint32_t sends;
    uint64_t waiting_since_slot; /* for a leader to pass; 0 = it does not */
    /* As it is sent: less than ordered when it was cut, a tighter limit, what was offered for
     * landing. */
    uint64_t in_raw, limit_raw, tip_lamports, priority_lamports;
    uint64_t last_valid_height, next_ms;
    struct sig signature;
    uint8_t wire[TX_BYTES_MAX]; /* signed or, before that, with an empty signature; the message is
                                   at 65 */
};

/* What the chain says of our transaction. */
struct live_result {
    uint64_t slot, time_s, fee_lamports, pre_lamports, post_lamports; /* pre, post: of the wallet */
    bool failed;
    uint32_t custom; /* the program's error number, 0 = another error */
    bool has_event;
    struct swap_event event;
};

struct live_rules {
    uint8_t route; /* enum route */
    bool protect;  /* no public route, whatever the route */
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
    uint64_t lamports;  /* of the wallet, as last read; 0 = not read yet */
    uint64_t sell_only; /* bit n: no entries on venue n */
    uint32_t open;
    struct live_order order[LIVE_ORDERS];
    struct market market[LIVE_ORDERS]; /* beside the order of the same place */
    struct fee_levels levels;
    struct sandwich_guard_schedule schedule;
    struct audit_state audit;
    struct drift drift; /* of the accounts that nodes tell */
    struct market_cache cache;
    uint64_t seen[SEEN_WORDS(LIVE_SEEN)]; /* struct seen of order ids */
    uint64_t sent_count, landed_count, failed_count, expired_count, refused_count;
};

void live_init(struct live_state *s, const struct key *wallet, const struct live_rules *rules);
/* A record of the stream that is no order: prices, levels, warnings, slots. */
void live_record(struct live_state *s, const struct record *r, struct out *out);
/* Accounts that a node has told, as live_market_accounts() of m asks for them: a venue's own of
 * unknown sizes make it sell-only, with an alert. */
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
/* Take its market from what is kept warm, quote and build. False: the chain must be asked. */
bool live_build_cached(struct live_state *s, struct live_order *o, uint64_t now_s, uint64_t now_ms,
                       enum live_next *next);
/* Begin to read its market from the chain; false: there can be no such market. */
bool live_begin(struct live_state *s, struct live_order *o);
/* What its accounts say (live_market_accounts of live_market). LIVE_BUILT: the message is in
 * o->wire; LIVE_MORE: a further round; LIVE_WAIT: not now, next_ms is set; LIVE_REFUSED with why
 * (slippage: the market has moved beyond the limit; mev; completed, no_pool, funds, math). */
enum live_next live_read(struct live_state *s, struct live_order *o, const struct venue_account *a,
                         size_t n, uint64_t now_s, uint64_t now_ms, enum failure *why);
static inline const uint8_t *live_message(const struct live_order *o, size_t *n)
{
    *n = o->wire_n - 65u;
    return o->wire + 65;
}
/* Of the orders that wait for their turn, the one that is due first: exits before entries, then the
 * nearest end, then the one worth more, then the older. NULL when none waits. */
struct live_order *live_first(struct live_state *s, uint64_t now_ms);
void live_sign(struct live_order *o, const struct sig *sig);
/* May it still be sent (again)? Not past its last valid height, nor past the slot in which the
 * order ends. */
bool live_may_send(const struct live_state *s, const struct live_order *o);
/* The chain does not know it at this height: true when it never will. */
bool live_expired(struct live_order *o, uint64_t height);
/* The fill of a result. */
void live_fill(const struct live_state *s, const struct live_order *o, const struct live_result *r,
               struct rec_fill *f);
void live_free(struct live_state *s, struct live_order *o);

#endif
