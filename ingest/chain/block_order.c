/* block_order.c - see block_order.h. */
#include "ingest/chain/block_order.h"

#include <string.h>

#include "common/base/text.h"

/* ---- the head of a block ---- */

static bool number(struct slice v, uint64_t max, uint64_t *out)
{
    return parse_u64(v.p, v.n, out) && *out <= max;
}

/* One member of a block; false when it is not what it should be. */
static bool head_member(struct slice key, struct slice v, struct block_head *h, unsigned *have)
{
    if (slice_is(key, "parentSlot")) {
        *have |= 1;
        return number(v, BLOCK_ORDER_SLOT_MAX, &h->parent);
    }
    if (slice_is(key, "blockhash")) {
        *have |= 2;
        return slice_base58(v, h->hash.b, 32);
    }
    if (slice_is(key, "previousBlockhash")) {
        *have |= 4;
        return slice_base58(v, h->previous.b, 32);
    }
    if (slice_is(key, "transactions")) {
        *have |= 8;
        h->txs = v;
        return v.p[0] == '[';
    }
    if (slice_is(key, "blockTime") && !slice_is(v, "null")) {
        h->timed = true;
        return number(v, UINT64_C(1) << 33, &h->time_s);
    }
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

const char *block_order_head_read(const char *text, size_t n, struct block_head *h)
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

void block_order_init(struct block_order *f, uint64_t covered, const struct block_name *last)
{
    memset(f, 0, sizeof *f);
    f->planned = f->covered = covered;
    f->last.slot = covered;
    if (last) block_order_wrote(f, last->slot, &last->hash);
    f->covered = covered;
}

uint32_t block_order_room(const struct block_order *f)
{
    return f->count < BLOCK_ORDER_PLANNED ? BLOCK_ORDER_PLANNED - f->count : 0;
}

struct want *block_order_at(struct block_order *f, uint32_t i)
{
    return i < f->count ? &f->want[(f->head + i) % BLOCK_ORDER_WANTS] : NULL;
}

struct want *block_order_find(struct block_order *f, uint64_t slot)
{
    struct want *w;
    for (uint32_t i = 0; (w = block_order_at(f, i)); i++)
        if (w->slot == slot) return w;
    return NULL;
}

void block_order_plan(struct block_order *f, const uint64_t *slots, size_t n, uint64_t upto,
                      size_t node)
{
    for (size_t i = 0; i < n; i++) {
        if (slots[i] <= f->planned) continue;
        if (slots[i] > upto) break;
        if (block_order_room(f) == 0) return;
        f->want[(f->head + f->count++) % BLOCK_ORDER_WANTS] =
            (struct want){.slot = slots[i], .node = node};
        f->planned = slots[i];
    }
    if (upto > f->planned) f->planned = upto;
}

void block_order_pop(struct block_order *f)
{
    if (f->count == 0) return;
    f->head = (f->head + 1) % BLOCK_ORDER_WANTS;
    f->count--;
}

bool block_order_insert(struct block_order *f, uint64_t slot, size_t node)
{
    if (f->count == BLOCK_ORDER_WANTS) return false;
    f->head = (f->head + BLOCK_ORDER_WANTS - 1) % BLOCK_ORDER_WANTS;
    f->count++;
    f->want[f->head] = (struct want){.slot = slot, .proven = true, .node = node};
    return true;
}

/* ---- continuity ---- */

static bool is_written(const struct block_order *f, const uint64_t *slot, const struct key *hash)
{
    uint64_t n = f->written_count < BLOCK_ORDER_WRITTEN ? f->written_count : BLOCK_ORDER_WRITTEN;
    for (uint64_t i = 0; i < n; i++)
        if (key_equal(&f->written[i].hash, hash) && (!slot || *slot == f->written[i].slot))
            return true;
    return false;
}

enum block_order_fit block_order_judge(const struct block_order *f, uint64_t slot,
                                       const struct block_head *h)
{
    if (h->parent >= slot || is_written(f, NULL, &h->hash)) return FIT_WRONG;
    if (h->parent > f->covered) return FIT_MISSING;
    if (!f->known || h->parent > f->last.slot)
        return FITS; /* nothing to compare with, or its parent is in a gap that was told */
    if (h->parent == f->last.slot) return key_equal(&h->previous, &f->last.hash) ? FITS : FIT_FORK;
    return is_written(f, &h->parent, &h->previous) ? FIT_FORK : FIT_WRONG;
}

void block_order_wrote(struct block_order *f, uint64_t slot, const struct key *hash)
{
    f->known = true;
    f->last = (struct block_name){slot, *hash};
    f->written[f->written_count++ % BLOCK_ORDER_WRITTEN] = f->last;
    if (slot > f->covered) f->covered = slot;
}
