/* posting.h - double entry: the postings of a fill. Pure.
 * Accounts hold lamports, or raw units of one token. In every entry debits equal credits within
 * each unit. */
#ifndef SLUICE_POSTING_H
#define SLUICE_POSTING_H

#include "common/rec/record.h"

#define POSTINGS_MAX 12

enum account {
    ACCOUNT_CASH,
    ACCOUNT_TOKENS_AT_POOL,
    ACCOUNT_HOLDINGS,
    ACCOUNT_RENT,
    ACCOUNT_LP_FEES,
    ACCOUNT_PROTOCOL_FEES,
    ACCOUNT_CREATOR_FEES,
    ACCOUNT_NETWORK_FEES,
    ACCOUNT_PRIORITY_FEES,
    ACCOUNT_TIPS,
    ACCOUNT_POOL,
    ACCOUNT_CAPITAL,
    ACCOUNT_COUNT
};

struct posting {
    enum account account;
    bool token;
    uint64_t debit, credit;
};
struct entry {
    struct posting p[POSTINGS_MAX];
    unsigned count;
};

/* Name of an account in the database: "cash", "fees:tip", ...; "?" when out of range. */
const char *posting_account_name(enum account a);
/* Write the entry of a fill. False: an amount exceeds 2^63-1, a failed fill moves something, or the
 * parts do not sum to the cash change. Such a fill must not be written. */
bool posting_entry_of_fill(const struct rec_fill *f, struct entry *e);
/* True when debits equal credits, in lamports and in tokens. */
bool posting_entry_balances(const struct entry *e);

#endif
