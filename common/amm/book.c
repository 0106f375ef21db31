/* book.c - see book.h. */
#include "common/amm/book.h"

#include <string.h>

#include "common/base/num.h"

/* ---- fees ---- */

/* Twice the maker's rate, which is a number of tenths of a basis point rounded down to parts of
 * 2^64. */
uint64_t book_taker_rate(bool stable)
{
    return 2 * (uint64_t)(((u128)(stable ? 5 : 20) << 64) / 100000);
}

uint64_t book_taker_fee(uint64_t rate, uint64_t pc_raw)
{
    u128 exact = (u128)rate * pc_raw;
    return (uint64_t)(exact >> 64) + ((uint64_t)exact != 0);
}

uint64_t book_without_fee(uint64_t rate, uint64_t pc_raw)
{
    return (uint64_t)(((u128)pc_raw << 64) / (((u128)1 << 64) + rate));
}

/* ---- matching ---- */

static bool take(const struct book_depth *d, const struct book_level *l, uint64_t coin_lots,
                 struct book_fill *f, uint64_t *pc_raw, uint64_t *fee_raw)
{
    uint64_t lots;
    if (!mul_u64(coin_lots, l->price_lots, &lots) || !mul_u64(lots, d->pc_lot_raw, pc_raw))
        return false;
    *fee_raw = book_taker_fee(d->rate, *pc_raw);
    f->worst_lots = l->price_lots;
    f->orders++;
    return add_u64(f->coin_lots, coin_lots, &f->coin_lots) &&
           add_u64(f->pc_raw, *pc_raw, &f->pc_raw) && add_u64(f->fee_raw, *fee_raw, &f->fee_raw);
}

/* A bid: pc_raw is locked, fees included; each resting order takes from what is left of it. */
static enum failure walk_asks(const struct book_depth *d, uint64_t pc_raw, struct book_fill *f,
                              bool *ran_out)
{
    uint64_t pc, fee;
    *ran_out = true;
    for (uint32_t i = 0; i < d->count[BOOK_ASK]; i++) {
        const struct book_level *l = &d->level[BOOK_ASK][i];
        uint64_t can = book_without_fee(d->rate, pc_raw) / d->pc_lot_raw / l->price_lots,
                 lots = can < l->coin_lots ? can : l->coin_lots;
        if (lots == 0) *ran_out = false;
        if (lots == 0) break;
        if (!take(d, l, lots, f, &pc, &fee) || !sub_u64(pc_raw, pc, &pc_raw) ||
            !sub_u64(pc_raw, fee, &pc_raw))
            return failure_math;
    }
    /* Behind the last order: is what is left worth another lot, at the price of the next or, where
     * there is none, of the last? */
    uint64_t price_lots = d->cut[BOOK_ASK] ? d->cut_lots[BOOK_ASK] : f->worst_lots;
    if (*ran_out && price_lots)
        *ran_out = book_without_fee(d->rate, pc_raw) / d->pc_lot_raw / price_lots > 0;
    return failure_none;
}

static enum failure walk_bids(const struct book_depth *d, uint64_t coin_raw, struct book_fill *f,
                              bool *ran_out)
{
    uint64_t left = coin_raw / d->coin_lot_raw, pc, fee;
    for (uint32_t i = 0; i < d->count[BOOK_BID] && left; i++) {
        const struct book_level *l = &d->level[BOOK_BID][i];
        uint64_t lots = left < l->coin_lots ? left : l->coin_lots;
        if (!take(d, l, lots, f, &pc, &fee)) return failure_math;
        left -= lots;
    }
    *ran_out = left > 0;
    return failure_none;
}

enum failure book_match(const struct book_depth *d, uint8_t side, uint64_t in_raw,
                        struct book_fill *f)
{
    bool ran_out = false, bid = side == BOOK_BID;
    uint8_t against = bid ? BOOK_ASK : BOOK_BID;
    memset(f, 0, sizeof *f);
    enum failure bad = bid ? walk_asks(d, in_raw, f, &ran_out) : walk_bids(d, in_raw, f, &ran_out);
    if (bad) return bad;
    if (ran_out)
        return d->cut[against] == BOOK_CUT_OWN    ? failure_congestion
               : d->cut[against] == BOOK_CUT_FULL ? failure_capacity
               : d->count[against] == 0           ? failure_no_pool
                                                  : failure_funds;
    return f->coin_lots ? failure_none : failure_math; /* less than a lot */
}
