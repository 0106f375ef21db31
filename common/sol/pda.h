/* pda.h - addresses that programs own: derived by SHA-256, off the ed25519 curve. Must not: hold
 * state, do I/O. The chain decompresses the point and accepts small orders as on the curve;
 * libsodium's crypto_core_ed25519_is_valid_point does not. */
#ifndef SLUICE_PDA_H
#define SLUICE_PDA_H

#include "common/rec/record.h"

#define PDA_SEEDS_MAX 16
#define PDA_SEED_MAX  32 /* bytes of one seed */

struct pda_seed {
    const void *bytes;
    size_t n;
};

/* Is the y coordinate (255 bits, the sign bit is ignored) that of a point of the curve? About 8 us.
 */
bool pda_on_curve(const struct key *k);
/* sha256(seeds, program, "ProgramDerivedAddress"), which must be off the curve. False when it is
 * not, for more than 16 seeds, or for a seed beyond 32 bytes. */
bool pda_create(const struct pda_seed *seeds, size_t count, const struct key *program,
                struct key *out) MUST_USE;
/* The same with the highest bump (255 downward) appended that leads off the curve; at most 15
 * seeds. bump may be NULL. */
bool pda_find(const struct pda_seed *seeds, size_t count, const struct key *program,
              struct key *out, uint8_t *bump) MUST_USE;
/* Associated token account of owner for mint under token_program (SPL Token or Token-2022). */
bool pda_token_account(const struct key *owner, const struct key *token_program,
                       const struct key *mint, struct key *out) MUST_USE;
/* sha256(base, seed, owner): the address that CreateAccountWithSeed makes. Seed at most 32 bytes.
 */
bool pda_with_seed(const struct key *base, const char *seed, size_t n, const struct key *owner,
                   struct key *out) MUST_USE;

#endif
