/* policy.h - what the signer signs. Pure: (policy, state, message, time) -> yes with the lamports
 * that can leave, or no with the rule's name. The rules bound what a client of the socket can take
 * from the wallet; they do not judge whether a trade is wise. Must not: trust a byte of the
 * message; use a network; allocate. */
#ifndef SLUICE_POLICY_H
#define SLUICE_POLICY_H

#include "common/sol/layout.h"
#include "common/sol/message.h"

#define POLICY_DESTINATIONS 16u
#define POLICY_ACCOUNTS     1024u /* own token accounts remembered; the oldest is evicted */
#define POLICY_MINUTES      1440u /* a day */
#define POLICY_SEEN                                                               \
    512u /* messages signed before, which are signed again without counting twice \
          */

/* A new instruction kind is a row of policy.def. A kind without a row is never signed. */

struct policy {
    struct key wallet;
    /* Lamports that may leave: by one transaction, in 60 minutes, in 24 hours; as tip and as
     * priority fee of one transaction. */
    uint64_t max_tx, max_hour, max_day, max_tip, max_priority;
    struct key destination[POLICY_DESTINATIONS]; /* may receive SOL, besides tip
                                                    accounts and the wallet's own */
    uint32_t destinations;
    uint8_t allowed[LAYOUT_COUNT]; /* instruction kinds */
};

/* The counts of what was signed, which must survive the process. Flat, little endian on every
 * target; counters.h keeps it in a file. */
struct policy_counts {
    uint64_t spent[POLICY_MINUTES]; /* lamports, by minute modulo a day */
    uint64_t minute;                /* the latest minute counted */
    uint64_t seen_next;
    struct hash32 seen[POLICY_SEEN]; /* BLAKE2b of the messages */
};

struct policy_state {
    struct key wsol;                 /* the wallet's own wrapped SOL account */
    struct key own[POLICY_ACCOUNTS]; /* derived before, so that they are derived once */
    uint64_t own_next;
    struct policy_counts counts;
    uint64_t signed_count, refused_count;
};

/* Set the allowed kinds: those of allow, less those of deny. Both are lists, separated by commas,
 * blanks or newlines, of "default" (the trading kinds: budget, own token accounts, SOL to
 * destinations, swaps of the venues that sluice trades), a program ("pump": all of its kinds that
 * have a row) or a kind ("pump.buy", as sluice-tx names them). E_CONFIG: a name is unknown (the
 * text has the nearest), or a kind to allow has no row. */
enum error policy_choose(struct policy *p, const char *allow, const char *deny, struct err *e);
/* The name of a kind ("pump.buy") and of its program. Can it be allowed at all? */
const char *policy_kind_name(enum layout_id id);
const char *policy_program_name(enum layout_id id);
bool policy_can_allow(enum layout_id id);
void policy_init(struct policy_state *s, const struct policy *p);
/* May this message be signed at now_s (seconds of a clock that never goes back)? True with *worth,
 * the most lamports that can leave by it; false with the rule and its breach in why. It does not
 * count the message: call policy_count before the signature leaves. */
bool policy_check(const struct policy *p, struct policy_state *s, const struct tx_message *m,
                  uint64_t now_s, uint64_t *worth, char why[200]);
/* Count a message that is to be signed. False: it was counted before, and nothing changes. */
bool policy_count(struct policy_state *s, const struct tx_message *m, uint64_t now_s,
                  uint64_t worth);
/* Lamports counted in the last `minutes` minutes, up to POLICY_MINUTES. */
uint64_t policy_spent(const struct policy_state *s, uint64_t now_s, unsigned minutes);

#endif
