/* follow.c - see follow.h. */
#include "ingest/follow.h"

#include <string.h>

#include "common/base/text.h"

/* ---- the head of a block ---- */

static bool number(struct slice v, uint64_t max, uint64_t *out) { return parse_u64(v.p, v.n, out) && *out <= max; }

/* One member of a block; false when it is not what it should be. */
static bool head_member(struct slice key, struct slice v, struct block_head *h, unsigned *have)
{
    if (slice_is(key, "parentSlot")) return *have |= 1, number(v, FOLLOW_SLOT_MAX, &h->parent);
    if (slice_is(key, "blockhash")) return *have |= 2, slice_base58(v, h->hash.b, 32);
    if (slice_is(key, "previousBlockhash")) return *have |= 4, slice_base58(v, h->previous.b, 32);
    if (slice_is(key, "transactions")) return *have |= 8, h->txs = v, v.p[0] == '[';
    if (slice_is(key, "blockTime") && !slice_is(v, "null")) return h->timed = true, number(v, UINT64_C(1) << 33, &h->time_s);
    return true;
}

static const char *head_members(struct slice block, struct block_head *h)
{
    struct scan s = {block.p, block.p + block.n};
    struct slice key, v;
    unsigned have = 0;
    bool bad;
    if (!scan_enter(&s, '{')) return "no block: its result is no object";
    while (scan_member(&s, &key, &v, &bad))
        if (!head_member(key, v, h, &have)) return "a field of the block is malformed";
    if (bad) return "the JSON is cut or malformed";
    if (!(have & 8)) return "no block: there is no list of transactions";
    return have == 15 ? NULL : "the block does not name itself and its parent";
}

const char *block_head_read(const char *text, size_t n, struct block_head *h)
{
    struct scan s = {text, text + n};
    struct slice key, v, block = {text, n};
    bool bad;
    memset(h, 0, sizeof *h);
    if (!scan_enter(&s, '{')) return "the answer is not JSON";
    while (scan_member(&s, &key, &v, &bad))
        if (slice_is(key, "result")) block = v;
    return bad ? "the JSON is cut or malformed" : head_members(block, h);
}

/* ---- wants ---- */

void follow_init(struct follow *f, uint64_t covered, const struct block_name *last)
{
    memset(f, 0, sizeof *f);
    f->planned = f->covered = covered;
    f->last.slot = covered;
    if (last) follow_wrote(f, last->slot, &last->hash);
    f->covered = covered;
}

uint32_t follow_room(const struct follow *f) { return f->count < FOLLOW_PLANNED ? FOLLOW_PLANNED - f->count : 0; }

struct want *follow_at(struct follow *f, uint32_t i) { return i < f->count ? &f->want[(f->head + i) % FOLLOW_WANTS] : NULL; }

struct want *follow_find(struct follow *f, uint64_t slot)
{
    struct want *w;
    for (uint32_t i = 0; (w = follow_at(f, i)); i++)
        if (w->slot == slot) return w;
    return NULL;
}

void follow_plan(struct follow *f, const uint64_t *slots, size_t n, uint64_t upto, size_t node)
{
    for (size_t i = 0; i < n; i++) {
        if (slots[i] <= f->planned) continue;
        if (slots[i] > upto) break;
        if (follow_room(f) == 0) return;
        f->want[(f->head + f->count++) % FOLLOW_WANTS] = (struct want){.slot = slots[i], .node = node};
        f->planned = slots[i];
    }
    if (upto > f->planned) f->planned = upto;
}

void follow_pop(struct follow *f)
{
    if (f->count == 0) return;
    f->head = (f->head + 1) % FOLLOW_WANTS;
    f->count--;
}

bool follow_insert(struct follow *f, uint64_t slot, size_t node)
{
    if (f->count == FOLLOW_WANTS) return false;
    f->head = (f->head + FOLLOW_WANTS - 1) % FOLLOW_WANTS;
    f->count++;
    f->want[f->head] = (struct want){.slot = slot, .proven = true, .node = node};
    return true;
}

/* ---- continuity ---- */

static bool is_written(const struct follow *f, const uint64_t *slot, const struct key *hash)
{
    uint64_t n = f->written_count < FOLLOW_WRITTEN ? f->written_count : FOLLOW_WRITTEN;
    for (uint64_t i = 0; i < n; i++)
        if (key_equal(&f->written[i].hash, hash) && (!slot || *slot == f->written[i].slot)) return true;
    return false;
}

enum follow_fit follow_judge(const struct follow *f, uint64_t slot, const struct block_head *h)
{
    if (h->parent >= slot || is_written(f, NULL, &h->hash)) return FIT_WRONG;
    if (h->parent > f->covered) return FIT_MISSING;
    if (!f->known || h->parent > f->last.slot) return FITS; /* nothing to compare with, or its parent is in a gap that was told */
    if (h->parent == f->last.slot) return key_equal(&h->previous, &f->last.hash) ? FITS : FIT_FORK;
    return is_written(f, &h->parent, &h->previous) ? FIT_FORK : FIT_WRONG;
}

void follow_wrote(struct follow *f, uint64_t slot, const struct key *hash)
{
    f->known = true;
    f->last = (struct block_name){slot, *hash};
    f->written[f->written_count++ % FOLLOW_WRITTEN] = f->last;
    if (slot > f->covered) f->covered = slot;
}
