/* block_fetch.h - the blocks of a chain in order, from several nodes at once: what is due is asked,
 * what failed is asked again of the next node, what stays missing is given up and reported. The
 * order itself is ingest/chain/block_order.h's, the wire ingest/chain/io/node_pool.h's. Must not:
 * read a block beyond its head; write records. */
#ifndef SLUICE_BLOCK_FETCH_H
#define SLUICE_BLOCK_FETCH_H

#include "ingest/chain/block_order.h"
#include "ingest/chain/io/node_pool.h"

struct block_fetch_rules {
    const char *nodes, *commitment;
    uint64_t poll_ms, timeout_ms;
    uint32_t parallel; /* blocks under way or waiting for their turn */
    uint32_t tries;    /* answers to a request for a block before it is given up */
    uint64_t until;    /* last slot required; UINT64_MAX = none */
};
struct block_fetch {
    struct block_order f;
    struct node_pool *nodes;
    struct block_fetch_rules rules;
    uint64_t retried;
};

enum error block_fetch_open(struct block_fetch *b, const struct block_fetch_rules *rules,
                            struct err *e);
void block_fetch_close(struct block_fetch *b);
/* Wait until a node has answered its newest slot, all of them where they answer: *tip. E_PEER when
 * each has failed `tries` times; OK with *tip = 0 when a signal arrived. */
enum error block_fetch_find_tip(struct block_fetch *b, uint64_t *tip, struct err *e);
/* Continue behind this slot; see block_order_init(). Pending requests are dropped. */
void block_fetch_go_on(struct block_fetch *b, uint64_t covered, const struct block_name *last);
/* Ask what is due, take answers, for at most wait_ms. E_LIMIT when out of memory. */
enum error block_fetch_serve(struct block_fetch *b, uint64_t wait_ms, struct err *e);
/* The next slot's want when it is decided: HELD with its text, or LOST with why; NULL when it is
 * not yet. */
struct want *block_fetch_next(struct block_fetch *b);
/* It is done with. */
void block_fetch_done(struct block_fetch *b, struct want *w);
/* The text held is no block of that slot: ask again, or lose it. */
void block_fetch_refuse(struct block_fetch *b, struct want *w, const char *why);
/* Its parent is required first. False when there is no room for it. */
bool block_fetch_want_parent(struct block_fetch *b, const struct want *w, uint64_t parent) MUST_USE;
/* Nothing is left up to rules.until. */
bool block_fetch_ended(const struct block_fetch *b);

#endif
