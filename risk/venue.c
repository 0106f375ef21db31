/* venue.c - venues on which nothing is entered any more: one bit a venue, set by alerts of drift and by the operator; exits go on. */
#include <stdio.h>
#include <string.h>

#include "risk/parts.h"

#define DRIFT "drift."
#define CLEARED ".cleared"

uint64_t risk_venue_bit(const char *name, size_t n)
{
    const struct enum_desc *d = enum_desc("venue");
    for (uint32_t i = 0; i < d->value_count; i++)
        if (d->values[i].number < 64 && strlen(d->values[i].name) == n && memcmp(d->values[i].name, name, n) == 0) return UINT64_C(1) << d->values[i].number;
    return 0;
}

void risk_alert(struct risk_state *s, const struct rec_alert *r)
{
    const size_t head = sizeof DRIFT - 1, tail = sizeof CLEARED - 1;
    size_t n = strnlen(r->code, sizeof r->code);
    if (n <= head || memcmp(r->code, DRIFT, head) != 0) return;
    const char *name = r->code + head;
    n -= head;
    bool cleared = n > tail && memcmp(name + n - tail, CLEARED, tail) == 0;
    uint64_t bit = risk_venue_bit(name, cleared ? n - tail : n);
    s->drifted = cleared ? s->drifted & ~bit : s->drifted | bit;
}

static void clear(struct risk_state *s, uint8_t venue, struct out *out)
{
    struct rec_alert a = {.ts_ns = s->now_ns, .level = level_info};
    CAUSED_BY(&a, out);
    snprintf(a.code, sizeof a.code, DRIFT "%s" CLEARED, enum_name("venue", venue));
    snprintf(a.text, sizeof a.text, "the operator says that %s is understood: entries go on", enum_name("venue", venue));
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
