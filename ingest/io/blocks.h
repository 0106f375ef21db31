/* blocks.h - the blocks of a chain in order, from several nodes at once: what is due is asked, what failed is asked again of the next
 * node, what stays missing is given up and said. The order itself is ingest/follow.h's, the wire ingest/io/nodes.h's.
 * Must not: read a block beyond its head; write records. */
#ifndef SLUICE_BLOCKS_H
#define SLUICE_BLOCKS_H

#include "ingest/follow.h"
#include "ingest/io/nodes.h"

struct blocks_rules {
    const char *nodes, *commitment;
    uint64_t poll_ms, timeout_ms;
    uint32_t parallel;  /* blocks under way or waiting for their turn */
    uint32_t tries;     /* answers to a request for a block before it is given up */
    uint64_t until;     /* last slot wanted; UINT64_MAX = none */
};
struct blocks { struct follow f; struct nodes *nodes; struct blocks_rules rules; uint64_t retried; };

enum error blocks_open(struct blocks *b, const struct blocks_rules *rules, struct err *e);
void blocks_close(struct blocks *b);
/* Wait until a node has told its newest slot, all of them where they answer: *tip. E_PEER when each has failed `tries` times; OK with
 * *tip = 0 when a signal arrived. */
enum error blocks_find_tip(struct blocks *b, uint64_t *tip, struct err *e);
/* Go on behind this slot; see follow_init(). What was wanted is forgotten. */
void blocks_go_on(struct blocks *b, uint64_t covered, const struct block_name *last);
/* Ask what is due, take answers, for at most wait_ms. E_LIMIT when out of memory. */
enum error blocks_serve(struct blocks *b, uint64_t wait_ms, struct err *e);
/* The next slot's want when it is decided: HELD with its text, or LOST with why; NULL when it is not yet. */
struct want *blocks_next(struct blocks *b);
/* It is done with. */
void blocks_done(struct blocks *b, struct want *w);
/* The text held is no block of that slot: ask again, or lose it. */
void blocks_refuse(struct blocks *b, struct want *w, const char *why);
/* Its parent is wanted first. False when there is no room for it. */
bool blocks_want_parent(struct blocks *b, const struct want *w, uint64_t parent) MUST_USE;
/* Nothing is left up to rules.until. */
bool blocks_ended(const struct blocks *b);

#endif
