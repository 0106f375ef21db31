/* ix.c - see ix.h. */
#include "common/sol/ix.h"

#include <string.h>

void ix_begin(struct ix *x, const struct key *program)
{
    x->program = *program;
    x->data_len = 0;
    x->accounts_count = 0;
}

void ix_account(struct ix *x, const struct key *k, uint8_t flags)
{
    if (x->accounts_count == IX_ACCOUNTS_MAX) {
        x->data_len = IX_OVERFLOWED;
        return;
    }
    x->account[x->accounts_count].key = *k;
    x->account[x->accounts_count++].flags = flags;
}

void ix_bytes(struct ix *x, const void *p, size_t n)
{
    if (x->data_len == IX_OVERFLOWED || n > IX_DATA_MAX - x->data_len) {
        x->data_len = IX_OVERFLOWED;
        return;
    }
    memcpy(x->data + x->data_len, p, n);
    x->data_len = (uint16_t)(x->data_len + n);
}

/* Every target is little endian, as the data of the chain is. */
void ix_u8(struct ix *x, uint8_t v) { ix_bytes(x, &v, 1); }
void ix_u16(struct ix *x, uint16_t v) { ix_bytes(x, &v, 2); }
void ix_u32(struct ix *x, uint32_t v) { ix_bytes(x, &v, 4); }
void ix_u64(struct ix *x, uint64_t v) { ix_bytes(x, &v, 8); }
