/* route.h - the route of a Jupiter v6 instruction: its amounts, limits and venues. Read in place,
 * bounded, without allocation. Must not: quote, decide, read accounts. The venues are
 * route_swaps.def. The program reads the plan from the front and ignores bytes behind its
 * arguments, as every program of Anchor does. In the forms of the first version the amounts stand
 * behind the plan, so they are known only when every step is: data can end in a copy of harmless
 * ones. The second version has the amounts in front, so sluice asks for that one. */
#ifndef SLUICE_ROUTE_H
#define SLUICE_ROUTE_H

#include "common/sol/layout.h"

#define ROUTE_STEPS_MAX 64u

struct route_step {
    uint8_t tag; /* row of route_swaps.def */
    uint8_t input,
        output; /* index of the token that goes in and comes out; 0 is what the route starts from */
    bool old;   /* DynamicV1 as it was before it had a best position */
    uint16_t share_bps; /* of the input token, in 1/10,000 (percent in the first version) */
    uint16_t at;        /* where its fields start in the data */
};

struct swap_route {
    enum layout_id layout; /* which of Jupiter's instructions */
    bool v2, exact_out, shared,
        from_ledger;  /* from_ledger: the amount is the change of a token account, in_raw is 0 */
    uint8_t id;       /* shared: which of the program's authorities */
    uint64_t in_raw;  /* exact in: what is spent; exact out: what was quoted */
    uint64_t out_raw; /* exact in: what was quoted; exact out: what is received */
    uint16_t slippage_bps, platform_fee_bps, positive_slippage_bps;
    bool opaque; /* the plan has a step that is not known: v1 amounts are those at the end of the
                    data, a guess */
    uint32_t trailing;   /* bytes behind the arguments, when not opaque */
    uint32_t steps_said; /* as the plan counts them */
    uint8_t steps_count; /* those that were read */
    struct route_step step[ROUTE_STEPS_MAX];
};

/* Read the data of an instruction of Jupiter v6. False when it is not one of the ten route
 * instructions, or too short. */
bool route_read(const uint8_t *data, size_t n, struct swap_route *r) MUST_USE;
/* Was every byte of the data understood? */
static inline bool route_whole(const struct swap_route *r)
{
    return !r->opaque && r->trailing == 0;
}
/* The least output that the program accepts (exact in), or the most input (exact out): the quote
 * less or more the slippage, rounded against the trader because the rounding of the program is not
 * published. False when it does not fit 64 bits. */
bool route_limit(const struct swap_route *r, uint64_t *raw) MUST_USE;
/* Where in the instruction's accounts a part stands, or -1. */
int route_account(const struct swap_route *r, enum account_role p);

/* Name of a venue, or of a candidate of a dynamic step, by tag; NULL when the tag is unknown. */
const char *route_venue(uint8_t tag);
const char *route_candidate(uint8_t tag);
/* Fields of a step and of a candidate, for route_next_field. */
const char *route_step_fields(const struct route_step *s);
const char *route_candidate_fields(uint8_t tag);
/* Read one field at a time. *fields: as above; *at: where its bytes start; both are moved. The
 * value is at [from, to), without the byte of an option; some is false for an empty option. False
 * at the end, and when the data is too short. */
struct route_field {
    struct layout_arg arg;
    bool some;
    size_t from, to;
};
bool route_next_field(const char **fields, const uint8_t *data, size_t n, size_t *at,
                      struct route_field *f);

#endif
