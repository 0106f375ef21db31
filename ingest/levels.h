/* levels.h - what priority fees and tips lately were: percentiles over the transactions of the last slots. Pure.
 * A slot keeps at most LEVELS_SAMPLE figures of a kind; of a longer slot every k-th in ascending order stands for k, so that its
 * percentiles stay and its weight too.
 * Must not: use floating point; depend on the order of transactions in a slot. */
#ifndef SLUICE_LEVELS_H
#define SLUICE_LEVELS_H

#include "common/rec/record.h"

#define LEVELS_SLOTS 150u   /* one minute */
#define LEVELS_SAMPLE 512u  /* figures kept of a slot */
#define LEVELS_TXS 8192u    /* figures of one slot before it is closed; more are left out and counted */

/* Figures of one kind in one slot: n values, each for `weight` transactions. */
struct levels_slot { uint32_t n, weight; uint64_t v[LEVELS_SAMPLE]; };
struct levels_kind { struct levels_slot slot[LEVELS_SLOTS]; uint64_t open[LEVELS_TXS]; uint32_t open_count; };
struct levels {
    struct levels_kind fee;  /* micro-lamports a compute unit */
    struct levels_kind tip;  /* lamports */
    uint64_t closed;         /* slots closed so far */
    uint64_t left_out;
    struct { uint64_t v; uint32_t weight; } scratch[LEVELS_SLOTS * LEVELS_SAMPLE];
};

/* One transaction that is no vote: its priority fee in lamports, the compute units it consumed (0 = not told: no fee figure), the
 * tip that landed with it in lamports (0 = none: no tip figure; a failed transaction pays no tip). */
void levels_add(struct levels *l, uint64_t priority_lamports, uint64_t units, uint64_t tip_lamports);
/* The slot's transactions are all told. */
void levels_close(struct levels *l);
/* Are LEVELS_SLOTS slots in? Before, the same slot would be told differently after a restart. */
bool levels_full(const struct levels *l);
/* Percentiles (nearest rank) over the last LEVELS_SLOTS slots; false when there is no figure. Only the levels are set. */
bool levels_fee(struct levels *l, struct rec_fee_level *r);
bool levels_tip(struct levels *l, struct rec_tip_level *r);

#endif
