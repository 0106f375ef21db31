/* build.h - from instructions to the smallest message that the chain accepts.
 * Must not: sign, know venues, allocate. Key order is that of the official JavaScript library (fee
 * payer, then each instruction's program and accounts in order of appearance), so that messages can
 * be compared byte for byte. */
#ifndef SLUICE_BUILD_H
#define SLUICE_BUILD_H

#include "common/sol/message.h"

#define IX_ACCOUNTS_MAX 64u
#define IX_DATA_MAX     1024u
#define PLAN_IX_MAX     24u

enum account_flag { ACCOUNT_SIGNER = 1, ACCOUNT_WRITABLE = 2 };

struct account_ref {
    struct key key;
    uint8_t flags;
};

/* One instruction, by value. */
struct ix {
    struct key program;
    uint16_t data_len;
    uint8_t accounts_count;
    struct account_ref account[IX_ACCOUNTS_MAX];
    uint8_t data[IX_DATA_MAX];
};

/* A transaction before it is a message. */
struct plan {
    struct key payer, blockhash;
    size_t count;
    struct ix ix[PLAN_IX_MAX];
};

/* A lookup table as it stands on chain. */
struct lookup {
    struct key address;
    const struct key *entries;
    size_t count;
};

enum build_as { BUILD_SMALLEST, BUILD_LEGACY, BUILD_V0, BUILD_V1 };

/* Append to an instruction. On overflow the instruction is marked as too long and build refuses it.
 */
void ix_begin(struct ix *x, const struct key *program);
void ix_account(struct ix *x, const struct key *k, uint8_t flags);
void ix_bytes(struct ix *x, const void *p, size_t n);
void ix_u8(struct ix *x, uint8_t v);
void ix_u16(struct ix *x, uint16_t v);
void ix_u32(struct ix *x, uint32_t v);
void ix_u64(struct ix *x, uint64_t v);
/* The next instruction of a plan, begun; a plan that is full is marked so and refused by build. */
struct ix *plan_add(struct plan *p, const struct key *program);

/* Write the message into out (room for TX_V1_BYTES_MAX) and its length. BUILD_SMALLEST: legacy, or
 * v0 with those tables that make it smaller. BUILD_V0: with every table that has a key of it.
 * BUILD_V1: the budget instructions of the plan become its configuration. NULL, or a static text
 * why there is no such message (too long, too many accounts or signers). */
const char *plan_build(const struct plan *p, enum build_as as, const struct lookup *tables,
                       size_t tables_count, uint8_t *out, size_t *n);
/* Bytes of the whole transaction with this message and signer count. */
static inline size_t tx_size(size_t message_n, unsigned signers)
{
    return message_n + 1 + 64u * signers;
}

#endif
