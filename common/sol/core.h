/* core.h - instructions of the core programs, and the accounts they keep: budget, SOL, token
 * accounts, nonces, tables. Must not: know venues. Layouts: layouts.def; account layouts from the
 * programs' sources (SPL Token, Token-2022 TLV). */
#ifndef SLUICE_CORE_H
#define SLUICE_CORE_H

#include "common/sol/build.h"

#define TOKEN_ACCOUNT_BYTES 165u
#define TOKEN_MINT_BYTES    82u
/* Lamports that make an account of n bytes rent exempt under the parameters in force since genesis:
 * (128 + n) * 6960. A live system asks the chain (getMinimumBalanceForRentExemption). */
#define RENT_LAMPORTS(n)   ((128u + (uint64_t)(n)) * 6960u)
#define SIGNATURE_LAMPORTS 5000u

/* Each appends one instruction to the plan. */
void core_compute_limit(struct plan *p, uint32_t units);
void core_compute_price(struct plan *p, uint64_t micro_lamports);
void core_loaded_limit(struct plan *p, uint32_t bytes);
void core_transfer(struct plan *p, const struct key *from, const struct key *to, uint64_t lamports);
void core_advance_nonce(struct plan *p, const struct key *nonce, const struct key *authority);
void core_memo(struct plan *p, const char *text);
/* Associated token account of owner, made when missing (idempotent). */
void core_create_token_account(struct plan *p, const struct key *payer, const struct key *account,
                               const struct key *owner, const struct key *mint,
                               const struct key *token_program);
/* wSOL: lamports that were sent to the account become its token balance. */
void core_sync_native(struct plan *p, const struct key *account);
void core_close_token_account(struct plan *p, const struct key *token_program,
                              const struct key *account, const struct key *to,
                              const struct key *owner);
void core_transfer_checked(struct plan *p, const struct key *token_program,
                           const struct key *source, const struct key *mint,
                           const struct key *destination, const struct key *authority,
                           uint64_t amount_raw, uint8_t decimals);

/* Priority fee in lamports: ceil(units * micro_lamports / 10^6); false when it does not fit 64
 * bits. */
bool priority_lamports(uint32_t units, uint64_t micro_lamports, uint64_t *out) MUST_USE;

/* A token account (SPL Token or Token-2022). */
struct token_account {
    struct key mint, owner, delegate, close_authority; /* none where absent */
    uint64_t amount_raw, delegated_raw, native_rent_lamports;
    bool frozen, native;
    uint64_t extensions;   /* bit n = extension type n */
    uint64_t withheld_raw; /* transfer fees kept back in the account */
    bool memo_required, cpi_guard;
};

struct transfer_fee {
    uint64_t epoch, max_raw;
    uint16_t bps;
};

/* A mint, with those extensions that bear on safety. */
struct token_mint {
    struct key mint_authority, freeze_authority; /* none where absent */
    uint64_t supply_raw;
    uint8_t decimals;
    bool initialized;
    uint64_t extensions; /* bit n = extension type n is present (see TOKEN_EXT_*) */
    struct key close_authority, permanent_delegate, hook_program, pause_authority;
    struct key fee_authority;
    struct transfer_fee older_fee, newer_fee;
    uint8_t default_state; /* 2 = new accounts are born frozen */
    bool paused;
};

enum token_extension {
    TOKEN_EXT_TRANSFER_FEE = 1,
    TOKEN_EXT_TRANSFER_FEE_AMOUNT = 2,
    TOKEN_EXT_CLOSE_AUTHORITY = 3,
    TOKEN_EXT_DEFAULT_STATE = 6,
    TOKEN_EXT_IMMUTABLE_OWNER = 7,
    TOKEN_EXT_MEMO = 8,
    TOKEN_EXT_NON_TRANSFERABLE = 9,
    TOKEN_EXT_INTEREST = 10,
    TOKEN_EXT_CPI_GUARD = 11,
    TOKEN_EXT_PERMANENT_DELEGATE = 12,
    TOKEN_EXT_HOOK = 14,
    TOKEN_EXT_METADATA_POINTER = 18,
    TOKEN_EXT_METADATA = 19,
    TOKEN_EXT_MINT_BURN = 24,
    TOKEN_EXT_SCALED = 25,
    TOKEN_EXT_PAUSABLE = 26
};

/* Read account data. NULL, or a static text why it is none. Unknown extensions are skipped and set
 * their bit (below 64). */
const char *token_account_read(const uint8_t *data, size_t n, struct token_account *a);
const char *token_mint_read(const uint8_t *data, size_t n, struct token_mint *m);
/* Transfer fee of an amount at an epoch: min(ceil(amount * bps / 10^4), max). */
uint64_t token_transfer_fee(const struct token_mint *m, uint64_t epoch, uint64_t amount_raw);
/* Entries of a lookup table account; they point into data. */
const char *lookup_read(const uint8_t *data, size_t n, struct lookup *t);
/* The value of a durable nonce account and who may advance it. */
const char *nonce_read(const uint8_t *data, size_t n, struct key *nonce, struct key *authority);

#endif
