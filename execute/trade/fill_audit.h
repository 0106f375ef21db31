/* fill_audit.h - checks the neighbours of each fill for a sandwich. Pure: trades of the stream and
 * our fills in, audit and sandwich records out. A fill is judged AUDIT_SLOTS after its slot: every
 * trade of that slot that the stream has came before. Must not: guess an attacker. A sandwich is
 * one wallet before us in our direction and after us in the other, in the same pool and slot. */
#ifndef SLUICE_FILL_AUDIT_H
#define SLUICE_FILL_AUDIT_H

#include "common/rec/out.h"
#include "execute/trade/sandwich_guard.h"

#define AUDIT_TRADES 8192u /* latest trades kept */
#define AUDIT_FILLS \
    256u /* fills that wait to be judged; beyond that the oldest is reported as unseen */
#define AUDIT_SLOTS 4u

struct fill_audit_trade {
    uint64_t slot, seq, base_raw, quote_raw, base_reserve_raw, quote_reserve_raw, base_real_raw,
        quote_real_raw, lp_fee_raw, creator_fee_raw;
    struct key market, trader; /* market: the pool, or the mint of a curve */
    struct sig signature;
    uint32_t src, tx_index;
    uint16_t ix_index;
    uint8_t venue, side;
};

struct fill_audit_fill {
    uint64_t slot, order_id;
    uint32_t cause_src;
    uint64_t cause_seq;
    struct key mint, pool;
    struct sig signature;
    uint8_t side, used;
};

struct audit_state {
    struct fill_audit_trade trade[AUDIT_TRADES];
    uint64_t trades;
    struct fill_audit_fill fill[AUDIT_FILLS];
    uint64_t sandwiched, judged;
};

/* A trade of the stream. */
void fill_audit_trade(struct audit_state *a, const struct rec_trade *t);
/* Our fill has landed under this signature. */
void fill_audit_fill(struct audit_state *a, const struct rec_fill *f, const struct sig *signature,
                     struct out *out, uint64_t now_ns);
/* The stream reached this slot: judge the fills that are AUDIT_SLOTS old. */
void fill_audit_slot(struct audit_state *a, uint64_t slot, uint64_t now_ns,
                     const struct sandwich_guard_schedule *s, struct out *out);

#endif
