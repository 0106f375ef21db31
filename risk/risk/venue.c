/* venue.c - venues that take no entries: one bit a venue, set by drift alerts and by the operator.
 * Exits continue. */
#include <stdio.h>

#include "common/decode/drift.h"
#include "risk/risk/risk_internal.h"

static bool bit_of(uint64_t venues, uint8_t venue) { return venues >> (venue & 63) & 1; }

bool risk_has_drifted(const struct risk_state *s, uint8_t venue)
{
    return bit_of(s->drifted, venue);
}

bool risk_is_sell_only(const struct risk_state *s, uint8_t venue)
{
    return bit_of(s->sell_only, venue);
}

void risk_alert(struct risk_state *s, const struct rec_alert *r)
{
    s->drifted = drift_apply(s->drifted, r);
}

static void clear(struct risk_state *s, uint8_t venue, struct out *out)
{
    struct rec_alert a = {.ts_ns = s->now_ns, .level = level_info};
    CAUSED_BY(&a, out);
    snprintf(a.code, sizeof a.code, DRIFT_CODE "%s" DRIFT_CLEARED, enum_name("venue", venue));
    snprintf(a.text, sizeof a.text, "the operator trusts %s again (venue-ok): entries resume",
             enum_name("venue", venue));
    put_alert(out, &a);
    risk_alert(s, &a);
}

void risk_operator(struct risk_state *s, uint64_t sell_only, uint64_t venue_ok, struct out *out)
{
    s->sell_only = sell_only;
    for (uint8_t v = 0; v < 64; v++)
        if (bit_of(s->drifted & venue_ok, v)) clear(s, v, out);
}
