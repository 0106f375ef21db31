/* book.h - exact matching and fees of the order books OpenBook v1 and Serum v3: what an order takes
 * from the resting orders of the other side. Rounding: openbook-dex/program, dex/src/matching.rs
 * (new_bid, new_ask: one resting order at a time), fees.rs. Must not: depend on accounts, wallets,
 * instructions. Pure. */
#ifndef SLUICE_BOOK_H
#define SLUICE_BOOK_H

#include "common/rec/record.h"

#define BOOK_LEVELS 80u /* resting orders kept of each side */

enum book_side { BOOK_BID, BOOK_ASK };

/* Why a side holds no more orders: the book has no more; no room; the next order is the wallet's
 * own, which would abort ours. */
enum book_cut { BOOK_CUT_NOT, BOOK_CUT_FULL, BOOK_CUT_OWN };

/* A price is pc lots a coin lot. */
struct book_level {
    uint64_t price_lots, coin_lots;
};
/* Both sides of a book, the best orders first. */
struct book_depth {
    uint64_t coin_lot_raw, pc_lot_raw;
    uint64_t rate; /* of the taker's fee, in parts of 2^64 */
    uint8_t cut[2];
    uint32_t count[2];
    uint64_t cut_lots[2]; /* price of the first order that is not kept */
    struct book_level level[2][BOOK_LEVELS];
};

/* What an order takes. pc_raw: without the fee, which the program rounds up at each resting order.
 */
struct book_fill {
    uint64_t coin_lots, pc_raw, fee_raw, worst_lots;
    uint32_t orders;
};

/* Match an order of this side (enum book_side) at any price: a bid pays in_raw of the price
 * currency, fee included; an ask gives in_raw of the coin. Returns failure_none; failure_no_pool
 * (empty side), failure_funds (not enough depth), failure_capacity (more depth exists than is
 * kept), failure_congestion (an own order is in the way), failure_math (less than a lot, or
 * overflow). */
enum failure book_match(const struct book_depth *d, uint8_t side, uint64_t in_raw,
                        struct book_fill *f);

/* Fees. Rates are parts of 2^64: 4 basis points, 1 of the one market that the program calls stable.
 */
uint64_t book_taker_rate(bool stable);
/* Of a fill of pc_raw, rounded up. Always fits: the rate is below 1. */
uint64_t book_taker_fee(uint64_t rate, uint64_t pc_raw);
/* The most that can be filled so that with its fee it stays within pc_raw, as the program divides
 * it.
 */
uint64_t book_without_fee(uint64_t rate, uint64_t pc_raw);

#endif
