/* node_pool.h - a few JSON-RPC nodes of one chain: requests side by side over kept connections,
 * answers sorted by what they mean, and rest for a node that fails. Must not: decide which slots
 * are wanted; retry on its own; print a node's path or query, where keys lie. */
#ifndef SLUICE_NODE_POOL_H
#define SLUICE_NODE_POOL_H

#include "common/base/base.h"

#define NODE_POOL_MAX 8u
#define NODE_POOL_ANSWER_MAX                                                                      \
    (64u << 20) /* bytes of one answer, unfolded: several times the largest block of the main net \
                 */
#define NODE_POOL_SLOTS_MAX 1024u /* slots in one answer of getBlocks */

struct node_pool;

enum node_ask { NODE_TIP = 1, NODE_SLOTS, NODE_BLOCK };
enum node_says {
    NODE_GOOD,
    NODE_SKIPPED, /* that slot has no block, as far as the node has it (-32007, -32009) */
    NODE_NOT_YET, /* not available yet (-32004, -32014) */
    NODE_GONE,    /* it keeps blocks only from a later slot on (-32001) */
    NODE_BAD,     /* malformed, too long, or another error */
    NODE_DOWN     /* the node, not the answer: no connection, timeout, 429, 5xx, behind (-32005); it
                     rests for a while */
};

struct node_answer {
    enum node_ask ask;
    enum node_says says;
    size_t node;
    uint64_t tip;          /* NODE_TIP: the newest slot */
    const uint64_t *slots; /* NODE_SLOTS: those with a block, ascending, within from..to */
    size_t n;              /* of slots, or bytes of text */
    uint64_t from, to;     /* as asked; NODE_BLOCK: from is the slot */
    bool whole; /* NODE_SLOTS: the node was beyond `to` when it was asked: nothing later will be
                   added */
    const char *text; /* NODE_BLOCK: the answer, until the next call */
    char why[160];    /* when it is not good */
};

/* list: URLs separated by commas or newlines. commitment: confirmed or finalized. parallel: blocks
 * under way at once. E_USAGE, E_LIMIT. *out is released by node_pool_close(). */
enum error node_pool_open(const char *list, const char *commitment, uint32_t parallel,
                          uint64_t timeout_ms, struct node_pool **out, struct err *e);
void node_pool_close(struct node_pool *n);
size_t node_pool_count(const struct node_pool *n);
/* Scheme and host, for people. */
const char *node_pool_name(const struct node_pool *n, size_t i);
/* Newest slot that any node, or this one, has answered; 0 = none yet. */
uint64_t node_pool_tip(const struct node_pool *n);
/* Good answers so far: it stands still while no node answers. */
uint64_t node_pool_heard(const struct node_pool *n);
/* Failures in a row of the node that has failed least. */
uint32_t node_pool_failing(const struct node_pool *n);

/* Ask every node that is not resting and has no such request under way, each at most once every
 * `every_ms`: its newest slot; which of the slots from..to have blocks. */
void node_pool_ask_tip(struct node_pool *n, uint64_t now_ms, uint64_t every_ms);
void node_pool_ask_slots(struct node_pool *n, uint64_t from, uint64_t to, uint64_t now_ms,
                         uint64_t every_ms);
/* Ask for a block: *node if it can be asked now, else the next that can, preferably one that has
 * the slot; *node returns which. False when none can, or enough is under way. */
bool node_pool_ask_block(struct node_pool *n, uint64_t slot, uint64_t now_ms,
                         size_t *node) MUST_USE;
/* Wait for the next answer, at most timeout_ms. */
bool node_pool_wait(struct node_pool *n, uint64_t timeout_ms, struct node_answer *a);

/* Milliseconds of a clock that never goes back. */
uint64_t node_pool_clock_ms(void);

#endif
