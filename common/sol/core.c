/* core.c - see core.h. */
#include "common/sol/core.h"

#include <string.h>

#include "common/base/num.h"
#include "common/sol/address.h"

enum { R = 0, S = ACCOUNT_SIGNER, W = ACCOUNT_WRITABLE, WS = ACCOUNT_SIGNER | ACCOUNT_WRITABLE };

static struct ix *begin(struct plan *p, enum address program)
{
    return plan_add(p, address_key(program));
}

void core_compute_limit(struct plan *p, uint32_t units)
{
    struct ix *x = begin(p, address_compute_budget);
    ix_u8(x, 2);
    ix_u32(x, units);
}

void core_compute_price(struct plan *p, uint64_t micro_lamports)
{
    struct ix *x = begin(p, address_compute_budget);
    ix_u8(x, 3);
    ix_u64(x, micro_lamports);
}

void core_transfer(struct plan *p, const struct key *from, const struct key *to, uint64_t lamports)
{
    struct ix *x = begin(p, address_system);
    ix_account(x, from, WS);
    ix_account(x, to, W);
    ix_u32(x, 2);
    ix_u64(x, lamports);
}

void core_create_token_account(struct plan *p, const struct key *payer, const struct key *account,
                               const struct key *owner, const struct key *mint,
                               const struct key *token_program)
{
    struct ix *x = begin(p, address_associated_token);
    ix_account(x, payer, WS);
    ix_account(x, account, W);
    ix_account(x, owner, R);
    ix_account(x, mint, R);
    ix_account(x, address_key(address_system), R);
    ix_account(x, token_program, R);
    ix_u8(x, 1);
}

void core_sync_native(struct plan *p, const struct key *account)
{
    struct ix *x = begin(p, address_token);
    ix_account(x, account, W);
    ix_u8(x, 17);
}

void core_close_token_account(struct plan *p, const struct key *token_program,
                              const struct key *account, const struct key *to,
                              const struct key *owner)
{
    struct ix *x = plan_add(p, token_program);
    ix_account(x, account, W);
    ix_account(x, to, W);
    ix_account(x, owner, S);
    ix_u8(x, 9);
}

bool core_priority_lamports(uint32_t units, uint64_t micro_lamports, uint64_t *out)
{
    return muldiv_ceil(units, micro_lamports, 1000000, out);
}

/* ---- accounts ---- */

const char *core_lookup_read(const uint8_t *data, size_t n, struct lookup *t)
{
    if (n < 56 || load_u32(data) != 1) return "not a lookup table";
    if (load_u64(data + 4) != UINT64_MAX) return "the lookup table is being closed";
    if ((n - 56) % 32 || (n - 56) / 32 > 256) return "a lookup table of an impossible size";
    t->entries = (const struct key *)(data + 56);
    t->count = (n - 56) / 32;
    return NULL;
}
