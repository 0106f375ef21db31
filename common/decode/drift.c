/* drift.c - see drift.h. */
#include "common/decode/drift.h"

#include <stdio.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/venue/venue.h"

static bool knows_size(uint8_t venue, size_t n)
{
    const struct venue_ops *v = venue_of(venue);
    const uint16_t *size = v ? v->size : NULL;
    if (!size) return true; /* not watched */
    while (*size && *size != n) size++;
    return *size != 0;
}

/* Note a sight; return how many distinct ones the window holds. */
static unsigned distinct(struct drift_venue *v, uint64_t who, uint64_t slot)
{
    unsigned n = 0, oldest = 0;
    bool have = false;
    for (unsigned i = 0; i < DRIFT_DISTINCT; i++) {
        if (v->slot[i] && v->slot[i] + DRIFT_SLOTS < slot) v->slot[i] = 0;
        if (v->slot[i] && v->who[i] == who) have = true;
        if (v->slot[i] < v->slot[oldest]) oldest = i;
    }
    if (!have) {
        v->who[oldest] = who;
        v->slot[oldest] = slot ? slot : 1;
    }
    for (unsigned i = 0; i < DRIFT_DISTINCT; i++) n += v->slot[i] != 0;
    return n;
}

static bool sight(struct drift *d, uint8_t venue, enum drift_kind kind, uint64_t who, uint64_t slot,
                  uint64_t ts_ns, struct rec_alert *alert)
{
    struct drift_venue *v = &d->venue[venue];
    v->seen[kind]++;
    if (distinct(v, who, slot) < DRIFT_DISTINCT || v->alerted) return false;
    v->alerted = true;
    memset(alert, 0, sizeof *alert);
    alert->ts_ns = ts_ns;
    alert->level = level_critical;
    snprintf(alert->code, sizeof alert->code, DRIFT_CODE "%s", enum_name("venue", venue));
    return true;
}

bool drift_note(struct drift *d, uint8_t venue, enum drift_kind kind, const uint8_t *bytes,
                size_t n, const struct drift_at *at, struct rec_alert *alert)
{
    static const char *const what[] = {[DRIFT_TRAILING] = "more bytes than known behind the event",
                                       [DRIFT_EVENT] = "an event that is not known:",
                                       [DRIFT_INSTRUCTION] = "an instruction that is not known:"};
    char hex[17], sig[132];
    if (venue >= DRIFT_VENUES || kind >= DRIFT_SIZE ||
        !sight(d, venue, kind, load_u64(at->signature->b), at->slot, at->ts_ns, alert))
        return false;
    hex_encode(bytes, kind == DRIFT_TRAILING || n > 8 ? 8 : n, hex);
    base58_encode(at->signature->b, 64, sig);
    if (kind == DRIFT_TRAILING)
        snprintf(alert->text, sizeof alert->text, "%zu %s %s, in %u transactions, last %s", n,
                 what[kind], hex, DRIFT_DISTINCT, sig);
    else
        snprintf(alert->text, sizeof alert->text, "%s %s, in %u transactions, last %s", what[kind],
                 hex, DRIFT_DISTINCT, sig);
    return true;
}

bool drift_account(struct drift *d, uint8_t venue, const struct key *account, size_t size,
                   uint64_t slot, uint64_t ts_ns, struct rec_alert *alert)
{
    char key[66];
    if (venue >= DRIFT_VENUES || knows_size(venue, size) ||
        !sight(d, venue, DRIFT_SIZE, load_u64(account->b), slot, ts_ns, alert))
        return false;
    base58_encode(account->b, 32, key);
    snprintf(alert->text, sizeof alert->text,
             "accounts of a size that is not known, %u of them, last %s of %zu bytes",
             DRIFT_DISTINCT, key, size);
    return true;
}

uint64_t drift_venue_bit(const char *name, size_t n)
{
    const struct enum_desc *d = enum_desc("venue");
    for (uint32_t i = 0; i < d->value_count; i++)
        if (d->values[i].number < 64 && strlen(d->values[i].name) == n &&
            memcmp(d->values[i].name, name, n) == 0)
            return UINT64_C(1) << d->values[i].number;
    return 0;
}

uint64_t drift_apply(uint64_t shut, const struct rec_alert *a)
{
    const size_t head = sizeof DRIFT_CODE - 1, tail = sizeof DRIFT_CLEARED - 1;
    size_t n = strnlen(a->code, sizeof a->code);
    if (n <= head || memcmp(a->code, DRIFT_CODE, head) != 0) return shut;
    const char *name = a->code + head;
    n -= head;
    bool cleared = n > tail && memcmp(name + n - tail, DRIFT_CLEARED, tail) == 0;
    uint64_t bit = drift_venue_bit(name, cleared ? n - tail : n);
    return cleared ? shut & ~bit : shut | bit;
}
