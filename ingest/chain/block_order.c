/* block_order.c - see block_order.h. */
#include "ingest/chain/block_order.h"

#include <string.h>

/* ---- the head of a block ---- */

const char *block_order_check(const struct block_json *b)
{
    const struct block_json_head *h = &b->head;
    if (b->one) return "the answer is a transaction, not a block";
    if (!h->has_parent || !h->has_hash || !h->has_previous)
        return "the block does not name itself and its parent";
    return h->parent > BLOCK_ORDER_SLOT_MAX ? "the block's parentSlot is out of range" : NULL;
}

/* ---- requested slots ---- */

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
                                       const struct block_json_head *h)
{
    if (h->parent >= slot || is_written(f, NULL, &h->hash)) return FIT_WRONG;
    if (h->parent > f->covered) return FIT_MISSING;
    if (!f->known || h->parent > f->last.slot)
        return FITS; /* nothing to compare with, or its parent lies in a reported gap */
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
