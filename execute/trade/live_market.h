/* live_market.h - one market as live execution reads it: the venue's part and the wallet's tokens.
 * Pure: it names the accounts to read and takes their contents. Must not: decide; fetch. */
#ifndef SLUICE_LIVE_MARKET_H
#define SLUICE_LIVE_MARKET_H

#include "common/venue/venue.h"

#define MARKET_ACCOUNTS (4u + VENUE_ACCOUNTS)

struct market {
    struct venue_market venue;
    struct key account, account_2022; /* the wallet's token account: under SPL Token; under
                                         Token-2022 until the mint is known */
    uint64_t held_raw, lamports;      /* tokens in it; lamports of the wallet */
    uint8_t round;                    /* of reading: 0, 1, ... */
};

/* False when no addresses can be derived. pool: none when the venue derives it. */
bool live_market_begin(struct market *m, uint8_t venue, const struct key *wallet,
                       const struct key *mint, const struct key *pool) MUST_USE;
/* Write the accounts of this round; returns their number, 0 when the market is impossible. */
size_t live_market_accounts(struct market *m, struct key keys[MARKET_ACCOUNTS]);
/* Read their contents, in the same order. While *more, another round follows. Returns failure_none,
 * or why the venue refuses the market. */
enum failure live_market_read(struct market *m, const struct venue_account *a, size_t n,
                              uint64_t now_s, uint64_t slot, bool *more);

#endif
