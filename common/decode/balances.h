/* balances.h - infer a swap from the balances of its transaction, for venues whose program writes
 * no event. The wallet's own balances mix in rent and wrapping. Token balances are conserved, so
 * what the wallet gave is what all other accounts gained. Must not: guess fees or reserves. */
#ifndef SLUICE_BALANCES_H
#define SLUICE_BALANCES_H

#include "common/venue/event.h"

/* One token account of the transaction, before and after; 0 where it did not exist. */
struct token_change {
    struct key mint, owner;
    uint64_t pre_raw, post_raw;
};

/* The swap of a wallet in a transaction that is one swap and nothing else with these two mints.
 * Sets side, base_raw, quote_raw and user_quote_raw (the same: what the wallet paid or got, fees
 * included), mint, quote_mint and user of *e; the rest is zero. False when the other accounts show
 * no swap: no change, tokens and quote moving the same way, or sums beyond 64 bits. Token-2022
 * transfer fees: base_raw of a buy is what left the pool, more than what arrived; of a sale what
 * reached it. */
bool balances_swap(const struct token_change *c, size_t n, const struct key *wallet,
                   const struct key *base_mint, const struct key *quote_mint,
                   struct swap_event *e) MUST_USE;

#endif
