/* paper.h - the honest paper venue: latency, landing odds, failures that pay, rent, dated fees, our
 * own impact carried forward, sandwich loss. Pure: (state, record) to fills and reports. Every
 * assumption and its source: sluice-execute(1). Must not: look ahead; an order sent in slot S is
 * priced on what is known when it lands, in S+1 or later. */
#ifndef SLUICE_PAPER_H
#define SLUICE_PAPER_H

#include "common/amm/carry.h"
#include "common/base/seen.h"
#include "common/base/table.h"
#include "common/rec/out.h"

#define PAPER_POOLS    8192u
#define PAPER_ORDERS   512u
#define PAPER_HOLDINGS 512u
#define PAPER_SEEN     (1u << 19) /* order ids kept, the oldest evicted first: none fills twice */

/* Lamports. */
#define RENT_TOKEN_ACCOUNT UINT64_C(2039280) /* 165 bytes: (128 + 165) * 6960 */
#define SIGNATURE_FEE      UINT64_C(5000)

struct paper_rules {
    uint64_t capital, seed, equity_every_ns;
    uint32_t latency_min, latency_max; /* slots after the slot of sending, at least 1 */
    uint32_t congestion_ppm; /* chance that a transaction that lands fails for other reasons */
    uint32_t sandwich_ppm;   /* chance that a searcher looks at an order */
    uint8_t bundle, null_venue, pad[6]; /* bundle: orders go as Jito bundles: all or nothing */
};

struct paper_order {
    struct rec_order order;
    uint64_t due_slot;
    uint32_t cause_src, row;
    uint64_t cause_seq;
    uint8_t used, pad[7];
};
struct paper_holding {
    struct key mint;
    uint64_t held_raw;
    uint32_t pool_row;
    uint8_t used, pad[3];
};
struct paper_pool {
    struct carry carry;
    uint32_t held, pad;
};

struct paper_state {
    struct paper_rules rules;
    uint64_t slot, now_ns, next_equity_ns;
    uint32_t in_flight, open;
    int64_t cash;
    uint64_t rent, reverted;
    struct paper_order orders[PAPER_ORDERS]; /* in order of arrival, packed */
    struct paper_holding holding[PAPER_HOLDINGS];
    struct paper_pool pool[PAPER_POOLS];
    uint64_t seen[SEEN_WORDS(PAPER_SEEN)]; /* struct seen of order ids */
    uint64_t table_words[(sizeof(struct table) + PAPER_POOLS * (32 + 8 + 16) + 4096) / 8];
};

void paper_init(struct paper_state *s);
void paper_step(struct paper_state *s, const struct record *r, struct out *out);
/* End of the stream: expire the orders in flight, put a last equity. */
void paper_finish(struct paper_state *s, struct out *out);

#endif
