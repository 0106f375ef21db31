/* plan.h - a list of instructions, and the smallest message of them that the chain accepts.
 * Must not: sign, depend on venues, allocate. Keys stand in the order of the official JavaScript
 * library (fee payer, then each instruction's program and accounts in order of appearance), so that
 * messages can be compared byte for byte. */
#ifndef SLUICE_PLAN_H
#define SLUICE_PLAN_H

#include "common/sol/ix.h"
#include "common/sol/message.h"

#define PLAN_IX_MAX 24u

/* A transaction before it is a message. */
struct plan {
    struct key payer, blockhash;
    size_t count;
    struct ix ix[PLAN_IX_MAX];
};

/* The entries of a lookup table account. */
struct lookup {
    struct key address;
    const struct key *entries;
    size_t count;
};

enum build_as { BUILD_SMALLEST, BUILD_LEGACY, BUILD_V0, BUILD_V1 };

/* Append an instruction and begin it. A plan that overflows is marked, and plan_build() refuses it.
 */
struct ix *plan_add(struct plan *p, const struct key *program);

/* Write the message into out (room for TX_V1_BYTES_MAX) and its length into *n. BUILD_SMALLEST:
 * legacy, or v0 with those tables that make it smaller. BUILD_V0: with every table that holds one
 * of its keys. BUILD_V1: the budget instructions of the plan become its configuration. Returns
 * NULL, or a static text with the reason why no such message exists (too long, too many accounts or
 * signers).
 */
const char *plan_build(const struct plan *p, enum build_as as, const struct lookup *tables,
                       size_t tables_count, uint8_t *out, size_t *n);
/* Bytes of the whole transaction with a message of this length and signer count. */
static inline size_t plan_tx_bytes(size_t message_n, unsigned signers)
{
    return message_n + 1 + 64u * signers;
}

#endif
