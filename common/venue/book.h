/* book.h - the accounts of OpenBook v1 and Serum v3: market, one side of the book, open orders.
 * Matching and fees are common/amm/book.h. Every byte is hostile: what the program does not write
 * is an error, and no walk is longer than the account.
 * Source: openbook-dex/program, dex/src/{state,critbit,matching,fees}.rs (version 0.5.10).
 * Must not: quote, build, depend on a wallet. */
#ifndef SLUICE_VENUE_BOOK_H
#define SLUICE_VENUE_BOOK_H

#include "common/amm/book.h"
#include "common/venue/account.h"

#define BOOK_MARKET_BYTES    ACCOUNT_BYTES_book_market
#define BOOK_MARKET_V2_BYTES 1476u /* permissioned markets */
#define BOOK_ORDERS_BYTES    ((unsigned)ACCOUNT_BYTES_book_orders)
#define BOOK_SLOTS           128u /* orders of one open orders account */
#define BOOK_NODE_BYTES      72u

enum book_flag {
    BOOK_INITIALIZED = 1,
    BOOK_MARKET = 2,
    BOOK_OPEN_ORDERS = 4,
    BOOK_REQUESTS = 8,
    BOOK_EVENTS = 16,
    BOOK_BIDS = 32,
    BOOK_ASKS = 64,
    BOOK_DISABLED = 128,
    BOOK_CLOSED = 256,
    BOOK_PERMISSIONED = 512,
    BOOK_CRANK_AUTHORITY = 1024
};
/* coin: what is traded; pc: what prices are in. A price is pc lots a coin lot. */
struct book_market {
    uint64_t flags, signer_nonce, coin_lot_raw, pc_lot_raw;
    struct key own, coin_mint, pc_mint, coin_vault, pc_vault, requests, events, bids, asks;
    struct key orders_authority, prune_authority,
        crank_authority; /* none but for permissioned markets */
};

struct book_order {
    uint64_t price_lots, coin_lots, id_low,
        client_id;    /* the order id is price_lots << 64 | id_low */
    struct key owner; /* its open orders account */
    uint8_t slot, fee_tier;
};

/* One side of the book, from the best order to the worst. */
struct book_walk {
    const uint8_t *nodes;
    uint32_t nodes_count, depth;
    uint64_t leaves_left, nodes_left;
    uint8_t side;
    bool started;
    u128 last;
    const char *why; /* NULL, or what is wrong with the account */
    uint32_t node[130];
    uint8_t least_prefix[130]; /* bits that a node's prefix must reach at least */
};

/* One open orders account. */
struct book_slots {
    uint64_t flags;
    struct key market, owner;
    uint64_t coin_free_raw, coin_total_raw, pc_free_raw, pc_total_raw, referrer_rebates_raw;
    uint32_t free_count;
    struct {
        bool used, is_bid;
        uint64_t price_lots, id_low, client_id;
    } order[BOOK_SLOTS];
};

/* Each returns NULL, or a static text why the account cannot be used. */
const char *book_market_read(const uint8_t *data, size_t n, struct book_market *m);
const char *book_slots_read(const uint8_t *data, size_t n, struct book_slots *s);

/* Begin a walk; data must outlive it. Call book_next() until it is false, then check w->why: orders
 * that came before an error must not be used. */
void book_begin(struct book_walk *w, const uint8_t *data, size_t n, uint8_t side);
bool book_next(struct book_walk *w, struct book_order *o);

/* The owner of the vaults of the market: create_program_address(market, nonce). */
bool book_vault_signer(const struct key *market, uint64_t nonce, const struct key *program,
                       struct key *out) MUST_USE;
/* The open orders account that clients derive for a wallet: base wallet, seed the first 32
 * characters of the address of the market. The seed is not terminated. */
bool book_orders_address(const struct key *wallet, const struct key *market,
                         const struct key *program, char seed[32], struct key *out) MUST_USE;

/* Is it the one market that the program calls stable? Its fees are lower. */
bool book_is_stable(const struct key *market);

#endif
