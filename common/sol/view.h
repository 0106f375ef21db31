/* view.h - one executed transaction, whatever its source: JSON of an RPC node, raw bytes with their
 * meta, protobuf of a stream. A view points into the data of the source and owns nothing. All of it
 * is hostile: an index may be out of range, so accounts are read through view_key() and
 * view_account(). Must not: name programs or venues, allocate. */
#ifndef SLUICE_VIEW_H
#define SLUICE_VIEW_H

#include "common/sol/message.h"

#define VIEW_ACCOUNTS_MAX 256u
#define VIEW_IX_MAX       256u  /* of all depths; the runtime allows 64 */
#define VIEW_LOGS_MAX     1024u /* lines; the runtime cuts a log at 10,000 bytes */
#define VIEW_TOKENS_MAX   256u  /* token balances of one side */

/* One instruction, in order of execution: each outer one is followed by all that it called. */
struct view_ix {
    uint8_t program; /* index of an account */
    uint8_t accounts_count;
    uint8_t outer;  /* which outer instruction it belongs to */
    uint8_t height; /* 1 for an outer one, 2 and more for calls; 0 = a call of unknown depth */
    uint16_t data_len;
    const uint8_t *accounts, *data;
};

struct view_log {
    const char *p;
    uint32_t n;
};

/* Balance of a token account before or after; owner and program are zero where an old source leaves
 * them out. */
struct view_token {
    struct key mint, owner, program;
    uint64_t amount_raw;
    uint8_t account, decimals;
};

struct tx_view {
    const struct key *keys, *loaded; /* static accounts; looked-up ones: writable, then readonly */
    uint16_t keys_count, loaded_count, ix_count, logs_count, pre_tokens_count, post_tokens_count;
    const struct view_ix *ix;
    const struct view_log *logs;
    const uint64_t *pre, *post; /* lamports by account; NULL when unknown */
    const struct view_token *pre_tokens, *post_tokens;
    struct sig signature;
    uint64_t slot, ts_ns;
    uint64_t fee_lamports, units; /* units: compute units consumed, 0 = unknown */
    uint32_t index;               /* position in the block */
    uint8_t signatures;
    bool failed;
};

static inline unsigned view_accounts(const struct tx_view *v)
{
    unsigned n = (unsigned)v->keys_count + v->loaded_count;
    return n < VIEW_ACCOUNTS_MAX ? n : VIEW_ACCOUNTS_MAX;
}
/* Key of account i, or NULL when i is out of range. */
static inline const struct key *view_key(const struct tx_view *v, unsigned i)
{
    if (i < v->keys_count) return &v->keys[i];
    return i - v->keys_count < v->loaded_count ? &v->loaded[i - v->keys_count] : NULL;
}
/* Index of the account at position i of instruction x; VIEW_ACCOUNTS_MAX when it has no such
 * position. */
static inline unsigned view_account(const struct view_ix *x, unsigned i)
{
    return i < x->accounts_count ? x->accounts[i] : VIEW_ACCOUNTS_MAX;
}
/* Fee above the 5,000 lamports a signature, in lamports. */
uint64_t view_priority(const struct tx_view *v);
/* What the tip accounts of Jito gained, in lamports; 0 in a failed transaction, which takes tips
 * back. */
uint64_t view_tip(const struct tx_view *v);
/* Does it vote? */
bool view_is_vote(const struct tx_view *v);

/* Put the outer instructions of a message and the calls (each with its outer index, in order within
 * it) into room, in order of execution, and set keys and signatures from the message. Returns NULL,
 * or why they do not fit. */
const char *view_message(struct tx_view *v, const struct tx_message *m, const struct view_ix *calls,
                         size_t calls_count, struct view_ix *room, size_t cap);
/* Outer instructions alone, each of height 1 and with its outer index, joined with the calls. */
const char *view_instructions(struct tx_view *v, const struct view_ix *outer, size_t outer_count,
                              const struct view_ix *calls, size_t calls_count, struct view_ix *room,
                              size_t cap);

#endif
