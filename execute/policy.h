/* policy.h - what the signer signs. Pure: (policy, state, message, time) -> yes with a worth, or no with the rule's name.
 * The rules bound what anybody who holds the socket can take from the wallet; they do not judge whether a trade is wise.
 * Must not: trust a byte of the message; know a network; allocate. */
#ifndef SLUICE_POLICY_H
#define SLUICE_POLICY_H

#include "common/sol/layout.h"

#define POLICY_DESTINATIONS 16u
#define POLICY_ACCOUNTS 1024u  /* own token accounts remembered, the oldest forgotten first */
#define POLICY_MINUTES 1440u   /* a day */
#define POLICY_SEEN 512u       /* messages signed before, which are signed again without counting twice */

struct policy {
    struct key wallet;
    /* Lamports that may leave: by one transaction, in 60 minutes, in 24 hours; as tip and as priority fee of one transaction. */
    uint64_t max_tx, max_hour, max_day, max_tip, max_priority;
    struct key destination[POLICY_DESTINATIONS]; /* besides tip accounts and the wallet's own, who may be sent SOL */
    uint32_t destinations;
    uint8_t allowed[LAYOUT_COUNT];               /* instruction kinds */
};

struct policy_state {
    struct key wsol;                             /* the wallet's own wrapped SOL account */
    struct key own[POLICY_ACCOUNTS];
    uint64_t own_next;
    uint64_t spent[POLICY_MINUTES];              /* lamports, by minute modulo a day */
    uint64_t minute;                             /* the latest minute counted */
    struct hash32 seen[POLICY_SEEN];
    uint64_t seen_next;
    uint64_t signed_count, refused_count;
};

/* Allow the trading kinds: budget, own token accounts, SOL to allowed destinations, swaps of the venues sluice trades. */
void policy_defaults(struct policy *p);
void policy_init(struct policy_state *s, const struct policy *p);
/* May this be signed at now_s (seconds of a clock that never goes back)? True with *worth, the most lamports it lets leave; false with
 * the rule and what broke it in why. Does not count: policy_count does, once it is signed. */
bool policy_check(const struct policy *p, struct policy_state *s, const struct tx_message *m, uint64_t now_s, uint64_t *worth, char why[200]);
void policy_count(struct policy_state *s, const struct tx_message *m, uint64_t now_s, uint64_t worth);
/* Lamports counted in the last n minutes. */
uint64_t policy_spent(const struct policy_state *s, uint64_t now_s, unsigned minutes);

#endif
