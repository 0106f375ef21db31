/* vector_internal.h - the layout of the feature state block. Private to the room. */
#ifndef SLUICE_VECTOR_INTERNAL_H
#define SLUICE_VECTOR_INTERNAL_H

#include "features/vector/features.h"
#include "features/vector/token.h"

struct creator {
    uint32_t launches, graduated;
};
struct birth {
    uint64_t born_ns;
    uint32_t row, generation;
};

struct feature_state {
    struct features_config conf;
    size_t at_table, at_creator_table, at_creators, at_tokens, at_wallets, at_births, at_dirty;
    uint64_t now_ns, origin_ns, slot, evicted;
    uint32_t dirty_count, birth_end;
    uint32_t age_cursor[FEATURE_AGES_MAX];
    struct series market;
    struct rec_fvec vector; /* being made */
};

static inline void *state_at(struct feature_state *s, size_t at) { return (char *)s + at; }
static inline struct table *state_table(struct feature_state *s)
{
    return state_at(s, s->at_table);
}
static inline struct table *state_creator_table(struct feature_state *s)
{
    return state_at(s, s->at_creator_table);
}
static inline struct creator *state_creator(struct feature_state *s, uint32_t row)
{
    return (struct creator *)state_at(s, s->at_creators) + row;
}
static inline struct token *state_token(struct feature_state *s, uint32_t row)
{
    return (struct token *)state_at(s, s->at_tokens) + row;
}
static inline struct wallet *state_wallets(struct feature_state *s, uint32_t row)
{
    return (struct wallet *)state_at(s, s->at_wallets) + (size_t)row * s->conf.wallets;
}
static inline struct birth *state_birth(struct feature_state *s, uint32_t i)
{
    return (struct birth *)state_at(s, s->at_births) + i % s->conf.mints;
}
static inline uint32_t *state_dirty(struct feature_state *s, uint32_t i)
{
    return (uint32_t *)state_at(s, s->at_dirty) + i;
}
/* Whole seconds since the first record. */
static inline uint32_t state_seconds(const struct feature_state *s)
{
    return (uint32_t)((s->now_ns - s->origin_ns) / NS_PER_S);
}

/* Make the vector of a token as things stand, and put it. */
void vector_put(struct feature_state *s, struct token *t, uint32_t row, uint8_t reason,
                struct out *out);

#endif
