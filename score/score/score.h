/* score.h - strategies over feature vectors: entry and exit rules, models, near misses. Pure. */
#ifndef SLUICE_SCORE_H
#define SLUICE_SCORE_H

#include "common/base/table.h"
#include "common/rec/out.h"
#include "score/score/expr.h"
#include "score/score/forest.h"

#define STRATEGIES_MAX 16u
#define SCORE_MINTS    16384u
#define NEAR_MISS_NS   (60 * NS_PER_S) /* at most one near miss a token and strategy in this time */

struct strategy {
    char name[33];
    uint8_t enabled, once, on_traded, on_age, has_model;
    struct expr entry, exit;
    uint32_t probability_ppm; /* used when no model gives one */
    uint32_t min_probability_ppm;
    uint64_t cooldown_ns;
    uint64_t at_model; /* offset of the forest in the block */
};

struct score_state {
    uint32_t count, pad;
    uint64_t size;
    struct strategy strategy[STRATEGIES_MAX];
    /* the latest signals of a token, by row of the table */
    struct {
        uint64_t entered_ns[STRATEGIES_MAX], missed_ns[STRATEGIES_MAX], exited_ns[STRATEGIES_MAX];
    } seen[SCORE_MINTS];
    uint64_t table_words[(sizeof(struct table) + SCORE_MINTS * 32 + SCORE_MINTS * 8 +
                          SCORE_MINTS * 4 * 4 + 4096) /
                         8];
};

/* The strategy used when the configuration names none. */
extern const char score_default_name[], score_default_entry[], score_default_exit[];

/* Lay out a zeroed block; strategies are then filled in by the caller. */
void score_init(struct score_state *s);
/* Consider one vector. */
void score_step(struct score_state *s, const struct rec_fvec *v, struct out *out);

#endif
