/* venue.c - venues on which nothing is entered any more: one bit a venue, set by alerts of drift
 * and by the operator; exits go on. */
#include <stdio.h>

#include "common/decode/drift.h"
#include "risk/risk/risk_internal.h"

void risk_alert(struct risk_state *s, const struct rec_alert *r)
{
    s->drifted = drift_apply(s->drifted, r);
}

static void clear(struct risk_state *s, uint8_t venue, struct out *out)
{
    struct rec_alert a = {.ts_ns = s->now_ns, .level = level_info};
    CAUSED_BY(&a, out);
    snprintf(a.code, sizeof a.code, DRIFT_CODE "%s" DRIFT_CLEARED, enum_name("venue", venue));
    snprintf(a.text, sizeof a.text, "the operator says that %s is understood: entries go on",
             enum_name("venue", venue));
    put_alert(out, &a);
    risk_alert(s, &a);
}

void risk_operator(struct risk_state *s, uint64_t sell_only, uint64_t venue_ok, struct out *out)
{
    s->sell_only = sell_only;
    for (uint8_t v = 0; v < 64; v++)
        if (s->drifted & venue_ok & UINT64_C(1) << v) clear(s, v, out);
}

const char *risk_venue_gate(const struct risk_state *s, uint8_t venue)
{
    uint64_t bit = UINT64_C(1) << (venue & 63);
    return s->drifted & bit ? "venue_drift" : s->sell_only & bit ? "sell_only" : NULL;
}
