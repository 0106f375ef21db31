/* seen.h - a bounded set of 64-bit ids inside a flat state block: has this order come before?
 * The set holds the ids of the last `cap` additions. When it is full, an addition evicts the oldest
 * id. Add, look-up and removal take constant time. The set holds no pointers: a block with sets in
 * it can be copied, compared and written to disk as it lies.
 * The id 0 marks an empty place and is never a member.
 * Must not: allocate; hold names that an adversary can choose. 64 bits fall to 2^32 tries, so the
 * signer compares whole 32-byte hashes (execute/sign/policy.c). */
#ifndef SLUICE_SEEN_H
#define SLUICE_SEEN_H

#include "common/base/base.h"

struct seen {
    uint32_t cap;   /* places; a power of two */
    uint32_t count; /* ids held */
    uint32_t next;  /* place of the next addition; the ids lie in order of addition */
    uint32_t pad;
    /* then: uint64_t ids[cap]; uint32_t index[2 * cap], place + 1, 0 = empty */
};

/* 8-byte words of a set of cap ids: `uint64_t words[SEEN_WORDS(65536)]` in a state block. */
#define SEEN_WORDS(cap) (sizeof(struct seen) / 8 + 2 * (size_t)(cap))

/* Lay out an empty set over zeroed words; cap is a power of two from 1 to 2^30. Touches the head
 * only, so that memory of a set that is never filled is never mapped. */
void seen_init(uint64_t *words, uint32_t cap);
/* Is id in the set? */
bool seen_has(const uint64_t *words, uint64_t id);
/* Add id. False when the set holds it already (its age does not change), or when it is 0. */
bool seen_add(uint64_t *words, uint64_t id);
/* Remove id; nothing happens when the set does not hold it. */
void seen_remove(uint64_t *words, uint64_t id);

#endif
