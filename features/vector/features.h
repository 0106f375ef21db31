/* features.h - the feature stage's state and steps: pure functions of (state, record) to vectors.
 * State is one flat block: a table of tokens, each with its series and wallets, a market series,
 * creators, launches. */
#ifndef SLUICE_FEATURES_H
#define SLUICE_FEATURES_H

#include "common/base/table.h"
#include "common/rec/out.h"
#include "features/vector/series.h"

#define FEATURE_AGES_MAX 16
#define CREATORS_MAX     16384u
#define EARLY_BUYERS     10

struct features_config {
    uint32_t mints, wallets; /* capacities */
    uint32_t age_count;
    uint64_t age_ns[FEATURE_AGES_MAX]; /* rising */
};

struct feature_state;

/* Bytes of the block. */
size_t features_size(const struct features_config *c);
/* Prepare a zeroed block of that size. */
void features_init(struct feature_state *s, const struct features_config *c);
/* One record. Vectors of the slot that has closed are put when the next slot opens. */
void features_step(struct feature_state *s, const struct record *r, struct out *out);
/* Vectors of the last slot. */
void features_finish(struct feature_state *s, struct out *out);

#endif
