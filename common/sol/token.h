/* token.h - token accounts and mints of SPL Token and Token-2022. Layouts: the sources of the
 * programs (Token-2022: extensions as type, length, value behind byte 165). Must not: name venues.
 */
#ifndef SLUICE_TOKEN_H
#define SLUICE_TOKEN_H

#include "common/rec/record.h"

#define TOKEN_ACCOUNT_BYTES 165u
#define TOKEN_MINT_BYTES    82u

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

/* Read account data. Return NULL, or a static text why it is not such an account. Unknown
 * extensions are skipped and set their bit (below 64). */
const char *token_account_read(const uint8_t *data, size_t n, struct token_account *a);
const char *token_mint_read(const uint8_t *data, size_t n, struct token_mint *m);
/* Transfer fee of an amount at an epoch: min(ceil(amount * bps / 10^4), max). */
uint64_t token_transfer_fee(const struct token_mint *m, uint64_t epoch, uint64_t amount_raw);

#endif
