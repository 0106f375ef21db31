/* decode_internal.h - what the files of the decoder share: the walk over one transaction.
 * Must not: be included outside common/decode. */
#ifndef SLUICE_DECODE_INTERNAL_H
#define SLUICE_DECODE_INTERNAL_H

#include <string.h>

#include "common/base/num.h"
#include "common/sol/layout.h"
#include "common/decode/decode.h"
#include "common/venue/venue.h"

#define WALK_LINES_MAX 64u   /* log lines that hold events */
#define WALK_EVENT_MAX 1024u /* bytes of an event */

/* A log line that holds an event, and the instruction that wrote it. */
struct event_line {
    uint16_t ix, line;
    bool ray;
};

struct walk {
    const struct tx_view *v;
    struct drift *drift;
    const struct decode_sink *sink;
    unsigned accounts;              /* of the view; the arrays below are set up to here */
    uint8_t who[VIEW_ACCOUNTS_MAX]; /* enum address + 1 of accounts that were looked up */
    const struct key *mint[VIEW_ACCOUNTS_MAX],
        *owner[VIEW_ACCOUNTS_MAX]; /* of token accounts, also of those that the transaction closes
                                    */
    uint64_t amount[VIEW_ACCOUNTS_MAX]; /* token balances; the walk applies each transfer */
    uint64_t venue_outer[4];            /* outer instructions in which the program of a venue ran */
    struct event_line line[WALK_LINES_MAX];
    uint16_t lines_count, swaps;
    bool creates, batches; /* a mint is created; token instructions come packed into one */
    uint64_t priority, tip;
    struct key made_mint, made_by; /* the token that this transaction created, and its creator */
    struct key last_pool; /* of the last swap by event: its pool, instruction and output. Some
                             programs write two events a swap */
    unsigned last_ix;
    uint64_t last_out;
    struct key pool; /* the pool that it created, and its reserves */
    uint64_t pool_base, pool_quote;
};

/* One transfer of tokens: indexes of accounts; the fee is withheld from the amount. */
struct moved {
    unsigned from, to, authority;
    uint64_t amount, fee;
};

/* ---- accounts and instructions ---- */

/* Well-known address of account i; ADDRESS_COUNT when it is not one. */
static inline enum address walk_who(struct walk *w, unsigned i)
{
    const struct key *k = i < w->accounts ? view_key(w->v, i) : NULL;
    if (!k) return ADDRESS_COUNT;
    if (!w->who[i]) w->who[i] = (uint8_t)(address_of(k) + 1);
    return (enum address)(w->who[i] - 1);
}
static inline bool walk_is_token(enum address a)
{
    return a == address_token || a == address_token_2022;
}
/* Is it a program's call to itself, which carries an event? */
static inline bool walk_is_self_call(const struct view_ix *x)
{
    return x->data_len >= 16 && memcmp(x->data, event_self_call, 8) == 0;
}
/* Mint of a token account, NULL when it is unknown. */
static inline const struct key *walk_mint(const struct walk *w, unsigned account)
{
    return account < w->accounts ? w->mint[account] : NULL;
}
/* Is it a transfer between token accounts? Then *m is filled. */
static inline bool walk_transfer(struct walk *w, const struct view_ix *x, struct moved *m)
{
    enum address a = walk_who(w, x->program);
    if (!walk_is_token(a) || x->data_len < 9) return false;
    bool plain = x->data[0] == 3,
         fee = a == address_token_2022 && x->data[0] == 26 && x->data[1] == 1 && x->data_len >= 19;
    if (!plain && x->data[0] != 12 && !fee) return false;
    m->amount = load_u64(x->data + (fee ? 2 : 1));
    m->fee = fee ? load_u64(x->data + 11) : 0;
    m->from = view_account(x, 0);
    m->to = view_account(x, plain ? 1 : 2);
    m->authority = view_account(x, plain ? 2 : 3);
    return m->from < w->accounts && m->to < w->accounts && m->fee <= m->amount;
}
/* The first instruction behind those that instruction i called. */
unsigned walk_end(struct walk *w, unsigned i);
/* The account that plays a role in the instruction: its key (NULL: none does), or its index
 * (VIEW_ACCOUNTS_MAX). */
const struct key *walk_account(const struct walk *w, const struct view_ix *x,
                               const struct layout *l, enum account_role role);
unsigned walk_account_index(const struct view_ix *x, const struct layout *l,
                            enum account_role role);
/* Balance of a token account behind instruction i and those it called, which the walk has not
 * passed yet. */
uint64_t walk_balance_after(struct walk *w, unsigned i, unsigned account);

/* ---- base and quote ---- */

/* Is a the base of a pool of a and b? See decode.h. otherwise: the answer where neither is money;
 * -1: the lower key is the base. */
bool walk_is_base(const struct key *a, const struct key *b, int otherwise);
/* Quote mint as records hold it: zero for SOL. */
struct key walk_quote(const struct key *mint);

/* ---- output ---- */

void walk_put(struct walk *w, struct decoded *d, const struct key *market, uint64_t base,
              uint64_t quote);
void walk_drift(struct walk *w, uint8_t venue, enum drift_kind kind, const uint8_t *bytes,
                size_t n);
/* A swap that cannot be explained; why is a static text. */
void walk_left_out(struct walk *w, const char *why);

/* Put the trade, or the change of a pool, that an event of instruction i describes; l is its layout
 * or NULL. False when the n bytes are no such event; true also when the reason went to left_out. */
bool decode_swap_event(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       const uint8_t *event, size_t n);
bool decode_pool_event(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       const uint8_t *event, size_t n);
/* Put the trade of a swap without event, by the transfers that it called. */
void decode_swap_transfers(struct walk *w, unsigned i, const struct layout *l, uint8_t venue);
/* Put the pool that an instruction creates whose program writes no event for it. */
void decode_pool_created(struct walk *w, unsigned i, const struct layout *l, uint8_t venue);
/* Put the mints that the transaction creates; also finds the curve among them. */
void decode_tokens(struct walk *w);
/* Put the token that a launchpad's event announces, when the instructions of its mint were
 * not seen. */
void decode_token_told(struct walk *w, const struct market_event *e);

#endif
