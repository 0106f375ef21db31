/* decode.h - an executed transaction to records: trades, pools, tokens, transfers. Allocates
 * nothing; the output of one transaction is bounded. A swap is an instruction with a SWAP row. Its
 * amounts come, in this order, from
 *   1. the events that its program passed in a call to itself (the row of the venue reads them),
 *   2. the events and ray_log lines that its program logged while it ran,
 *   3. the token transfers between trader and pool that it called. Fees are then part of the
 *      amounts, and the trade is marked as inferred.
 * A swap that none of these explains is left out with the reason. Of a failed transaction only the
 * log of Raydium v4 gives a swap.
 *
 * The base: SOL (wrapped) is always the quote; else USDC or USDT is; else the program names base
 * and quote; of two nameless tokens the lower key is the base. Quote SOL is written as zero. A
 * trade in a pool whose base is SOL is turned, without fees, and marked as inferred. Orders on
 * books (OpenBook, Serum) are no swaps: their fills appear later, in instructions of others.
 *
 * Reserves of venues with ranges or bins are 0 unless the event has them; what the vaults hold is
 * written where it is known. Must not: keep anything between transactions but in struct drift;
 * trust an event that another program wrote. */
#ifndef SLUICE_DECODE_H
#define SLUICE_DECODE_H

#include "common/sol/view.h"
#include "common/decode/drift.h"

#define DECODE_SWAPS_MAX 64u /* swaps of one transaction; more are left out and counted */
#define DECODE_TOKENS_MAX                                                  \
    4u /* mints that one transaction creates and of which records are made \
        */

/* One record and the market it belongs to: what decoding yields and what ingest orders and writes.
 */
struct decoded {
    uint8_t id; /* REC_trade, REC_pool, REC_token, REC_transfer, REC_alert; ingest: REC_slot */
    struct key market; /* the pool, or the mint on a curve; a transfer's receiver; none for alerts
                          and slots */
    uint64_t base_reserve_raw, quote_reserve_raw; /* left behind in the market; 0 = unknown */
    union {
        struct {
            uint64_t ts_ns;
            uint32_t src;
            uint64_t seq;
        } any; /* common first fields */
        struct rec_trade trade;
        struct rec_pool pool;
        struct rec_token token;
        struct rec_transfer transfer;
        struct rec_alert alert;
        struct rec_slot slot;
    } u;
};

enum decode_out {
    DECODE_UNEXPLAINED, /* a swap of a venue that is decoded, and yet no trade */
    DECODE_POOL,        /* a change of a pool whose mints are unknown */
    DECODE_ELSEWHERE    /* a swap on a known program that has no place among the venues */
};

/* Where records go; src and seq are 0 in them. why is a static text. Both are called before
 * decode() returns. */
struct decode_sink {
    void *to;
    void (*put)(void *to, const struct decoded *d);
    void (*left_out)(void *to, enum decode_out kind, const char *why);
};

/* drift: may be NULL. Records come in this order: tokens, then trades and pools as executed, then
 * transfers, alerts in between. */
void decode(const struct tx_view *v, struct drift *drift, const struct decode_sink *sink);

#endif
