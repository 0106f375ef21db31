/* ix.h - one instruction before it is part of a message: program, accounts, data.
 * Must not: depend on programs, allocate. */
#ifndef SLUICE_IX_H
#define SLUICE_IX_H

#include "common/rec/record.h"

#define IX_ACCOUNTS_MAX 64u
#define IX_DATA_MAX     1024u
#define IX_OVERFLOWED   0xffffu /* data_len of an instruction that did not fit */

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

/* Start an instruction without accounts and data. */
void ix_begin(struct ix *x, const struct key *program);
/* Append. An instruction that overflows is marked, and plan_build() refuses it. */
void ix_account(struct ix *x, const struct key *k, uint8_t flags);
void ix_bytes(struct ix *x, const void *p, size_t n);
void ix_u8(struct ix *x, uint8_t v);
void ix_u16(struct ix *x, uint16_t v);
void ix_u32(struct ix *x, uint32_t v);
void ix_u64(struct ix *x, uint64_t v);

#endif
