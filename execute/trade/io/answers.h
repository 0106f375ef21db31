/* answers.h - JSON answers of nodes and block engines as plain values. Every answer is hostile: one
 * of another shape returns false. Must not: request, decide. */
#ifndef SLUICE_ANSWERS_H
#define SLUICE_ANSWERS_H

#include "common/io/json.h"
#include "execute/trade/live.h"

/* Wallets receive worthless tokens: a wallet may hold more. An answer of this many has 500 KiB. */
#define HOLDINGS_MAX 1024u

struct answers_blockhash {
    struct key hash;
    uint64_t last_valid_height, slot;
};
/* getLatestBlockhash. */
bool answers_blockhash(json_t *result, struct answers_blockhash *b) MUST_USE;
/* getMultipleAccounts: at most max of them; data goes to buf[i], VENUE_ACCOUNT_MAX bytes each.
 * Returns their number, 0 when the answer has another shape. */
size_t answers_accounts(json_t *result, struct venue_account *a, uint8_t (*buf)[VENUE_ACCOUNT_MAX],
                        size_t max);
/* One entry of getSignatureStatuses: 0 unknown to the node, 1 processed, 2 confirmed or finalized.
 */
unsigned answers_status(json_t *entry);
/* getTransaction of our order. Where its venue writes no event, the token balances give the swap.
 * False: the node does not have it. */
bool answers_transaction(json_t *tx, const struct key *wallet, const struct rec_order *o,
                         struct live_result *r) MUST_USE;
/* getSlotLeaders, from this slot on. */
bool answers_leaders(json_t *result, uint64_t first, struct sandwich_guard_schedule *s) MUST_USE;
/* getTipAccounts of a block engine; *missing: how many of the accounts that sluice pays tips to are
 * not among them. */
bool answers_tips(json_t *result, size_t *missing) MUST_USE;
/* getTokenAccountsByOwner with base64 data: mints of which the wallet has some, wrapped SOL left
 * out; appended to list, which has room for HOLDINGS_MAX; *beyond grows by those without room. */
struct holding {
    struct key mint;
    uint64_t amount_raw;
};
bool answers_holdings(json_t *result, struct holding *list, size_t *count, size_t *beyond) MUST_USE;

#endif
