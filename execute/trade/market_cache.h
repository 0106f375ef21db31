/* market_cache.h - markets kept ready, so that an order needs no question to a node: read once when
 * a token first trades, kept up to date by the trades of the stream, their addresses derived
 * beforehand. Pure, bounded: when full, the token without a trade for longest gives way. Must not:
 * be trusted to refuse an order: what looks impossible here is read from the chain before it is
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
    uint32_t most; /* markets kept, up to MARKET_CACHE_MARKETS; 0 = none */
    struct market_cache_market market[MARKET_CACHE_MARKETS];
    uint64_t table_words[(sizeof(struct table) + MARKET_CACHE_MARKETS * (32 + 8 + 16) + 4096) / 8];
};

void market_cache_init(struct market_cache *w, const struct key *wallet, uint32_t most);
/* The stream: a trade, a pool's event, a fill of ours. */
void market_cache_trade(struct market_cache *w, const struct rec_trade *t);
void market_cache_pool(struct market_cache *w, const struct rec_pool *p);
void market_cache_fill(struct market_cache *w, const struct rec_fill *f);
/* The market of an order, ready, or NULL. */
const struct market *market_cache_get(const struct market_cache *w, uint8_t venue,
                                      const struct key *mint, const struct key *pool);
/* A market to read next, or NULL; its accounts are live_market_accounts(&m->market, ...). It is
 * ASKING from then on. */
struct market_cache_market *market_cache_next(struct market_cache *w, uint64_t now_ms);
/* The answer for it (n = 0: none came; it is asked again later). */
void market_cache_read(struct market_cache *w, struct market_cache_market *m,
                       const struct venue_account *a, size_t n, uint64_t now_s, uint64_t slot,
                       uint64_t now_ms);

#endif
