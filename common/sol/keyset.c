/* keyset.c - see keyset.h. */
#include "common/sol/keyset.h"

#include "common/sol/pda.h"

enum rule_kind { RULE_GIVEN, RULE_FIXED, RULE_PDA, RULE_ATA, RULE_SIDE };
struct rule {
    uint8_t kind, address, a, b, c;
    uint8_t seed_len;
    const char *seed;
    const char *name;
};

static const struct rule rules[ACCOUNT_ROLE_COUNT] = {
#define GIVEN(role, doc)     {RULE_GIVEN, 0, 0, 0, 0, 0, NULL, #role},
#define FIXED(role, at, doc) {RULE_FIXED, address_##at, 0, 0, 0, 0, NULL, #role},
#define PDA(role, program, seed, a, b, c, doc) \
    {RULE_PDA, address_##program, acct_##a, acct_##b, acct_##c, sizeof seed - 1, seed, #role},
#define ATA(role, owner, program, mint, doc) \
    {RULE_ATA, 0, acct_##owner, acct_##program, acct_##mint, 0, NULL, #role},
#define SIDE(role, buy, sell, doc) {RULE_SIDE, 0, acct_##buy, acct_##sell, 0, 0, NULL, #role},
#include "common/sol/roles.def"
};

const char *keyset_role_name(enum account_role r) { return rules[r].name; }

static bool has(const struct keyset *s, enum account_role r)
{
    return s->have[r / 64] >> (r % 64) & 1;
}

void keyset_set(struct keyset *s, enum account_role r, const struct key *k)
{
    s->key[r] = *k;
    s->have[r / 64] |= UINT64_C(1) << (r % 64);
}

static bool derive_pda(struct keyset *s, const struct rule *u, uint8_t side, struct key *out)
{
    const uint8_t roles[3] = {u->a, u->b, u->c};
    struct pda_seed seeds[4] = {{u->seed, u->seed_len}};
    size_t n = 1;
    for (size_t i = 0; i < 3 && roles[i] != acct_none; i++) {
        const struct key *k = keyset_get(s, (enum account_role)roles[i], side);
        if (!k) return false;
        seeds[n++] = (struct pda_seed){k->b, 32};
    }
    return pda_find(seeds, n, address_key((enum address)u->address), out, NULL);
}

static bool derive_ata(struct keyset *s, const struct rule *u, uint8_t side, struct key *out)
{
    const struct key *owner = keyset_get(s, (enum account_role)u->a, side),
                     *program = keyset_get(s, (enum account_role)u->b, side),
                     *mint = keyset_get(s, (enum account_role)u->c, side);
    return owner && program && mint && pda_token_account(owner, program, mint, out);
}

const struct key *keyset_get(struct keyset *s, enum account_role r, uint8_t side)
{
    const struct rule *u = &rules[r];
    struct key made;
    if (has(s, r)) return &s->key[r];
    if (u->kind == RULE_FIXED) return address_key((enum address)u->address);
    if (u->kind == RULE_SIDE)
        return keyset_get(s, (enum account_role)(side == side_buy ? u->a : u->b), side);
    if (u->kind == RULE_GIVEN ||
        !(u->kind == RULE_PDA ? derive_pda(s, u, side, &made) : derive_ata(s, u, side, &made)))
        return NULL;
    keyset_set(s, r, &made);
    return &s->key[r];
}
