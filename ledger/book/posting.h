/* posting.h - double entry: what a fill means in accounts. Pure.
 * Accounts hold lamports, or raw units of one token. Within each unit debits equal credits in every
 * entry. */
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

/* Name of an account as the database has it ("cash", "fees:tip", ...). */
const char *account_name(enum account a);
/* The entry of a fill. False when its parts do not add up to its cash change: then the fill is
 * refused. */
bool posting_entry_of_fill(const struct rec_fill *f, struct entry *e);
/* Do debits equal credits, in lamports and in tokens? */
bool posting_entry_balances(const struct entry *e);

#endif
