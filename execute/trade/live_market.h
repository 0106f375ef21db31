/* live_market.h - one market as live execution reads it: the venue's part and the wallet's tokens.
 * Pure. Must not: decide; fetch: it says which accounts it wants and takes what they say. */
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
/* Accounts of this round; returns how many, 0 when there can be no such market. */
size_t live_market_accounts(struct market *m, struct key keys[MARKET_ACCOUNTS]);
/* What they say, in the same order. While *more, another round follows. failure_none, or what the
 * venue says. */
enum failure live_market_read(struct market *m, const struct venue_account *a, size_t n,
                              uint64_t now_s, uint64_t slot, bool *more);

#endif
