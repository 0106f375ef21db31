/* block_order.h - the order of blocks: which slots are still required, and whether a block that
 * came continues those before it. Pure. A node's claim that a slot has no block is not trusted: the
 * next block names its parent, and a parent that was passed over is required after all. So every
 * slot ends written, in a gap, or proven empty. Must not: send requests; look into a block beyond
 * its head; keep a clock. */
#ifndef SLUICE_BLOCK_ORDER_H
#define SLUICE_BLOCK_ORDER_H

#include "common/rec/record.h"
#include "common/decode/block_json.h"

#define BLOCK_ORDER_WANTS 320u /* slots that are required and not done yet */
#define BLOCK_ORDER_PLANNED \
    256u /* of these, as many are planned ahead; the rest is for parents found missing */
#define BLOCK_ORDER_WRITTEN  128u                /* blocks written last, known by their hash */
#define BLOCK_ORDER_SLOT_MAX (UINT64_C(1) << 43) /* so that slot << 20 fits a sequence number */

/* Is it a block that names itself and its parent? NULL, or why not (static text). */
const char *block_order_check(const struct block_json *b);

enum want_state { WANT_WAITING, WANT_ASKED, WANT_HELD, WANT_SKIPPED, WANT_LOST };
struct want {
    uint64_t slot;
    enum want_state state;
    bool proven;           /* another block names it as its parent: it is not skipped */
    uint32_t tries, forks; /* answers that were no block; answers that did not continue the chain */
    size_t node;           /* which is to be asked */
    uint64_t next_ms, heard; /* not before; what the nodes had answered at the last try */
    char *text;              /* HELD: the answer, the caller's */
    size_t n;
    char why[100];
};

struct block_name {
    uint64_t slot;
    struct key hash;
};
struct block_order {
    struct want want[BLOCK_ORDER_WANTS];
    uint32_t head, count;
    uint64_t planned; /* up to here it is settled which slots are required */
    uint64_t covered; /* up to here every slot is written, reported as a gap, or proven empty */
    bool known;       /* a block was written: */
    struct block_name last; /* the newest one */
    struct block_name written[BLOCK_ORDER_WRITTEN];
    uint64_t written_count;
};

/* The first slot required is covered + 1. last: the block written before, NULL when it is absent.
 */
void block_order_init(struct block_order *f, uint64_t covered, const struct block_name *last);
/* How many more slots may be planned. */
uint32_t block_order_room(const struct block_order *f);
/* A node answered that of the slots planned + 1 .. upto just these have blocks (ascending; others
 * are passed over). They are requested from it first. Stops when there is no more room. */
void block_order_plan(struct block_order *f, const uint64_t *slots, size_t n, uint64_t upto,
                      size_t node);
/* The i-th want in order, NULL beyond the last; and the one of a slot. */
struct want *block_order_at(struct block_order *f, uint32_t i);
struct want *block_order_find(struct block_order *f, uint64_t slot);
/* The first is done: forget it. */
void block_order_pop(struct block_order *f);
/* Want a slot before all others. False when there is no room. */
bool block_order_insert(struct block_order *f, uint64_t slot, size_t node) MUST_USE;

/* Does the block of a slot continue what was written? */
enum block_order_fit {
    FITS,
    FIT_MISSING, /* its parent, a slot passed over, is not written */
    FIT_FORK, /* it leaves out blocks that were written: these lie on a dead fork, or the answer is
                 wrong */
    FIT_WRONG /* it is not of that slot, or was written before */
};
enum block_order_fit block_order_judge(const struct block_order *f, uint64_t slot,
                                       const struct block_json_head *h);
/* It was written. */
void block_order_wrote(struct block_order *f, uint64_t slot, const struct key *hash);

#endif
