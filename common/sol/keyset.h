/* keyset.h - the keys of one pool and one wallet by the role that they play in instructions, given
 * or derived by the rules of roles.def. Must not: name venues, do I/O. */
#ifndef SLUICE_KEYSET_H
#define SLUICE_KEYSET_H

#include "common/sol/address.h"

enum account_role {
#define GIVEN(role, doc)                       acct_##role,
#define FIXED(role, address, doc)              acct_##role,
#define PDA(role, program, seed, a, b, c, doc) acct_##role,
#define ATA(role, owner, program, mint, doc)   acct_##role,
#define SIDE(role, buy, sell, doc)             acct_##role,
#include "common/sol/roles.def"
    ACCOUNT_ROLE_COUNT
};

_Static_assert(ACCOUNT_ROLE_COUNT <= 256, "a role fits a byte");

/* Given keys are set; the others are derived at the first keyset_get() and kept. A derivation costs
 * 10 to 30 us. */
struct keyset {
    uint64_t have[(ACCOUNT_ROLE_COUNT + 63) / 64];
    struct key key[ACCOUNT_ROLE_COUNT];
    uint8_t pool_is;
};
void keyset_set(struct keyset *s, enum account_role r, const struct key *k);
/* Key of a role for a trade of this side (enum side), or NULL when a given key that it needs is not
 * set. */
const struct key *keyset_get(struct keyset *s, enum account_role r, uint8_t side);
const char *keyset_role_name(enum account_role r);

#endif
