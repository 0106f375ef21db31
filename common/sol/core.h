/* core.h - instructions of the core programs: budget, SOL, token accounts, nonces, tables. Must
 * not: name venues. Layouts: layouts.def. */
#ifndef SLUICE_CORE_H
#define SLUICE_CORE_H

#include "common/sol/plan.h"

/* Lamports that make an account of n bytes rent exempt, by the parameters since genesis: (128 + n)
 * * 6960. A live system asks the chain (getMinimumBalanceForRentExemption). */
#define RENT_LAMPORTS(n)   ((128u + (uint64_t)(n)) * 6960u)
#define SIGNATURE_LAMPORTS 5000u

/* Each appends one instruction to the plan. */
void core_compute_limit(struct plan *p, uint32_t units);
void core_compute_price(struct plan *p, uint64_t micro_lamports);
void core_transfer(struct plan *p, const struct key *from, const struct key *to, uint64_t lamports);
/* Create the associated token account of owner when it is missing (idempotent). */
void core_create_token_account(struct plan *p, const struct key *payer, const struct key *account,
                               const struct key *owner, const struct key *mint,
                               const struct key *token_program);
/* Turn lamports that were sent to a wrapped SOL account into its token balance. */
void core_sync_native(struct plan *p, const struct key *account);
void core_close_token_account(struct plan *p, const struct key *token_program,
                              const struct key *account, const struct key *to,
                              const struct key *owner);

/* Priority fee in lamports: ceil(units * micro_lamports / 10^6); false when it does not fit 64
 * bits. */
bool core_priority_lamports(uint32_t units, uint64_t micro_lamports, uint64_t *out) MUST_USE;

/* Entries of a lookup table account; they point into data. Returns NULL, or a static text why it
 * cannot be used. */
const char *core_lookup_read(const uint8_t *data, size_t n, struct lookup *t);

#endif
