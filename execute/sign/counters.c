/* counters.c - see counters.h. */
#include "execute/sign/counters.h"

#include <string.h>

#include "common/base/num.h"
#include "common/base/checksum.h"

static const uint8_t magic[8] = {'S', 'L', 'C', 'O', 'U', 'N', 'T', 1};

static uint64_t check_of(const struct counters *c)
{
    struct checksum q;
    checksum_init(&q);
    checksum_add(&q, c, offsetof(struct counters, check));
    return checksum_end(&q);
}

void counters_begin(struct counters *c, const struct key *wallet, const struct counters_clock *at)
{
    memset(c, 0, sizeof *c);
    memcpy(c->magic, magic, sizeof magic);
    c->wallet = *wallet;
    c->clock = *at;
    c->now_s = at->wall_s;
}

uint64_t counters_now(const struct counters *c, const struct counters_clock *at)
{
    bool same = memcmp(c->clock.boot, at->boot, sizeof at->boot) == 0;
    uint64_t passed =
        same ? sub_sat_u64(at->boot_s, c->clock.boot_s) : sub_sat_u64(at->wall_s, c->clock.wall_s);
    return add_sat_u64(c->now_s, passed);
}

void counters_seal(struct counters *c, const struct counters_clock *at)
{
    uint64_t wall = c->clock.wall_s;
    c->now_s = counters_now(c, at);
    c->clock = *at;
    if (wall > at->wall_s) c->clock.wall_s = wall;
    c->generation++;
    c->check = check_of(c);
}

static bool is_counters(const struct counters *c)
{
    return memcmp(c->magic, magic, sizeof magic) == 0;
}

static bool is_whole(const struct counters *c) { return c->check == check_of(c); }

/* Checksum, minute and time are as counters_seal leaves them. */
static bool is_good(const struct counters *c)
{
    return is_counters(c) && is_whole(c) && c->counts.minute <= c->now_s / 60 &&
           c->now_s < UINT64_MAX / 2;
}

const char *counters_pick(const uint8_t *file, const struct key *wallet, struct counters *out)
{
    bool any = false, good = false;
    struct counters slot;
    for (unsigned i = 0; i < 2; i++) {
        memcpy(&slot, file + (size_t)i * COUNTERS_SLOT_BYTES, sizeof slot);
        any = any || is_counters(&slot);
        if (!is_good(&slot) || slot.generation % 2 != i ||
            (good && slot.generation < out->generation))
            continue;
        *out = slot;
        good = true;
    }
    if (!good) return any ? "is damaged" : "is not a counters file of sluice";
    return key_equal(&out->wallet, wallet) ? NULL : "counts for another wallet";
}
