/* event.h - what a venue's program says of a swap: its own event, read from the bytes where they lie.
 * Must not: guess. Fields that older programs did not write are zero; bytes behind the known ones are counted in trailing. */
#ifndef SLUICE_EVENT_H
#define SLUICE_EVENT_H

#include "common/rec/record.h"

struct swap_event {
    uint8_t venue, side;          /* enum venue, enum side */
    struct key mint, pool, user, creator, quote_mint; /* mint: pump.fun only; pool: PumpSwap only */
    int64_t time_s;
    uint64_t base_raw, quote_raw; /* quote_raw: into or out of the pricing reserves, before fees */
    uint64_t lp_fee_raw, protocol_fee_raw, creator_fee_raw; /* creator_fee_raw holds cashback and holder rewards too */
    uint64_t user_quote_raw;      /* what the user paid or got, all fees included; 0 when the event does not say */
    uint64_t base_reserve_raw, quote_reserve_raw; /* pricing reserves after the swap */
    uint64_t base_real_raw, quote_real_raw;
    uint32_t trailing;            /* bytes that sluice does not know */
};

/* Read an event of a program. data: 8 bytes of discriminator, then Borsh (an inner self-call's 8-byte tag is skipped). False for
 * anything that is no swap event of a venue in this file, or is cut. */
bool event_read(const struct key *program, const uint8_t *data, size_t n, struct swap_event *e) MUST_USE;

#endif
