/* market_cache.h - cached markets, so that an order needs no node request. A market is read when
 * its token first trades, follows the trades of the stream, and has its addresses derived
 * beforehand. Pure, bounded: when full, the token without a trade for longest is evicted. Must not:
 * be the ground of a refusal: what looks impossible here is read from the chain before the order is
 * refused. */
#ifndef SLUICE_MARKET_CACHE_H
#define SLUICE_MARKET_CACHE_H

#include "common/base/table.h"
#include "execute/trade/live_market.h"

#define MARKET_CACHE_MARKETS 256u

enum market_cache_stage {
    MARKET_CACHE_FREE,
    MARKET_CACHE_WANTED,
    MARKET_CACHE_ASKING,
    MARKET_CACHE_READY,
    MARKET_CACHE_USELESS
};

struct market_cache_market {
    struct market market;
    struct rec_trade last;
    uint64_t next_ms;
    uint8_t stage, venue, tries;
    bool has_last;
};

struct market_cache {
    struct key wallet;
    uint32_t most; /* capacity, up to MARKET_CACHE_MARKETS; 0: no cache */
    struct market_cache_market market[MARKET_CACHE_MARKETS];
    uint64_t table_words[(sizeof(struct table) + MARKET_CACHE_MARKETS * (32 + 8 + 16) + 4096) / 8];
};

void market_cache_init(struct market_cache *w, const struct key *wallet, uint32_t most);
/* The stream: a trade, a pool's event, a fill of ours. */
void market_cache_trade(struct market_cache *w, const struct rec_trade *t);
void market_cache_pool(struct market_cache *w, const struct rec_pool *p);
void market_cache_fill(struct market_cache *w, const struct rec_fill *f);
/* The market of an order, or NULL when it is not cached. */
const struct market *market_cache_get(const struct market_cache *w, uint8_t venue,
                                      const struct key *mint, const struct key *pool);
/* The next market to read, or NULL. The caller requests live_market_accounts(&m->market, ...) and
 * passes the answer to market_cache_read. */
struct market_cache_market *market_cache_next(struct market_cache *w, uint64_t now_ms);
/* Take the answer (n = 0: no answer; the market is requested again later). */
void market_cache_read(struct market_cache *w, struct market_cache_market *m,
                       const struct venue_account *a, size_t n, uint64_t now_s, uint64_t slot,
                       uint64_t now_ms);

#endif
