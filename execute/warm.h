/* warm.h - markets kept ready, so that an order needs no question to a node: read once when a token first trades, kept up to date by the trades
 * of the stream, their addresses derived beforehand. Pure, bounded: when full, the token without a trade for longest gives way.
 * Must not: be trusted to refuse an order: what looks impossible here is read from the chain before it is refused. */
#ifndef SLUICE_WARM_H
#define SLUICE_WARM_H

#include "common/base/table.h"
#include "execute/market.h"

#define WARM_MARKETS 256u

enum warm_stage { WARM_FREE, WARM_WANTED, WARM_ASKING, WARM_READY, WARM_USELESS };

struct warm_market { struct market market; struct rec_trade last; uint64_t next_ms; uint8_t stage, venue, tries; bool has_last; };

struct warm {
    struct key wallet;
    uint32_t most;                 /* markets kept, up to WARM_MARKETS; 0 = none */
    struct warm_market market[WARM_MARKETS];
    uint64_t table_words[(sizeof(struct table) + WARM_MARKETS * (32 + 8 + 16) + 4096) / 8];
};

void warm_init(struct warm *w, const struct key *wallet, uint32_t most);
/* The stream: a trade, a pool's event, a fill of ours. */
void warm_trade(struct warm *w, const struct rec_trade *t);
void warm_pool(struct warm *w, const struct rec_pool *p);
void warm_fill(struct warm *w, const struct rec_fill *f);
/* The market of an order, ready, or NULL. */
const struct market *warm_get(const struct warm *w, uint8_t venue, const struct key *mint, const struct key *pool);
/* A market to read next, or NULL; its accounts are market_accounts(&m->market, ...). It is ASKING from then on. */
struct warm_market *warm_next(struct warm *w, uint64_t now_ms);
/* The answer for it (n = 0: none came; it is asked again later). */
void warm_read(struct warm *w, struct warm_market *m, const struct venue_account *a, size_t n, uint64_t now_s, uint64_t slot, uint64_t now_ms);

#endif
