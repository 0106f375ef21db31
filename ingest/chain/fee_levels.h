/* fee_levels.h - what priority fees and tips lately were: percentiles over the transactions of the
 * last slots. Pure. A slot keeps at most FEE_LEVELS_SAMPLE figures of a kind; of a longer slot
 * every k-th in ascending order stands for k, so that its percentiles stay and its weight too. Must
 * not: use floating point; depend on the order of transactions in a slot. */
#ifndef SLUICE_FEE_LEVELS_H
#define SLUICE_FEE_LEVELS_H

#include "common/rec/record.h"

#define FEE_LEVELS_SLOTS  150u /* one minute */
#define FEE_LEVELS_SAMPLE 512u /* figures kept of a slot */
#define FEE_LEVELS_TXS \
    8192u /* figures of one slot before it is closed; more are left out and counted */

/* Figures of one kind in one slot: n values, each for `weight` transactions. */
struct fee_levels_slot {
    uint32_t n, weight;
    uint64_t v[FEE_LEVELS_SAMPLE];
};
struct fee_levels_kind {
    struct fee_levels_slot slot[FEE_LEVELS_SLOTS];
    uint64_t open[FEE_LEVELS_TXS];
    uint32_t open_count;
};
struct fee_levels {
    struct fee_levels_kind fee; /* micro-lamports a compute unit */
    struct fee_levels_kind tip; /* lamports */
    uint64_t closed;            /* slots closed so far */
    uint64_t left_out;
    struct {
        uint64_t v;
        uint32_t weight;
    } scratch[FEE_LEVELS_SLOTS * FEE_LEVELS_SAMPLE];
};

/* One transaction that is no vote: its priority fee in lamports, the compute units it consumed (0 =
 * not available: no fee figure), the tip that landed with it in lamports (0 = none: no tip figure;
 * a failed transaction pays no tip). */
void fee_levels_add(struct fee_levels *l, uint64_t priority_lamports, uint64_t units,
                    uint64_t tip_lamports);
/* The slot's transactions are complete. */
void fee_levels_close(struct fee_levels *l);
/* Are FEE_LEVELS_SLOTS slots in? Before, the same slot would be written differently after a
 * restart.
 */
bool fee_levels_full(const struct fee_levels *l);
/* Percentiles (nearest rank) over the last FEE_LEVELS_SLOTS slots; false when there is no figure.
 * Only the levels are set. */
bool fee_levels_fee(struct fee_levels *l, struct rec_fee_level *r);
bool fee_levels_tip(struct fee_levels *l, struct rec_tip_level *r);

#endif
