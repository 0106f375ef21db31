/* decode_internal.h - what the files of the decoder share: the walk over one transaction.
 * Must not: be included outside common/venue/decode*.c. */
#ifndef SLUICE_DECODE_INTERNAL_H
#define SLUICE_DECODE_INTERNAL_H

#include "common/sol/layout.h"
#include "common/decode/decode.h"
#include "common/venue/venue.h"

#define WALK_TOLD_MAX  64u   /* log lines that tell something of an instruction */
#define WALK_EVENT_MAX 1024u /* bytes of an event */

/* A log line and the instruction that wrote it. */
struct told {
    uint16_t ix, line;
    bool ray;
};

struct walk {
    const struct tx_view *v;
    struct drift *drift;
    const struct decode_sink *sink;
    unsigned accounts;              /* of the view; the arrays below are set up to here */
    uint8_t who[VIEW_ACCOUNTS_MAX]; /* enum address + 1 of accounts that were asked for */
    const struct key *mint[VIEW_ACCOUNTS_MAX],
        *owner[VIEW_ACCOUNTS_MAX]; /* of token accounts, also of those that did not outlive it */
    uint64_t amount[VIEW_ACCOUNTS_MAX]; /* token balances, moved along with the transfers */
    uint64_t venue_outer[4];            /* outer instructions in which a venue's program ran */
    struct told told[WALK_TOLD_MAX];
    uint16_t told_count, swaps;
    bool creates, batches; /* a mint is created; token instructions come packed into one */
    uint64_t priority, tip;
    struct key made_mint, made_by; /* the token that this transaction created, and who did */
    struct key last_pool; /* of the last swap that an event told, its instruction and what it gave:
                             programs tell some twice */
    unsigned last_ix;
    uint64_t last_out;
    struct key pool; /* the pool that it created, and its tokens */
    uint64_t pool_base, pool_quote;
};

/* One transfer of tokens: indexes of accounts; the fee is withheld of the amount. */
struct moved {
    unsigned from, to, authority;
    uint64_t amount, fee;
};

/* Well-known address of account i (ADDRESS_COUNT: none). */
enum address walk_who(struct walk *w, unsigned i);
/* enum venue of a program, or venue_none. */
uint8_t walk_venue(enum address program);
/* First instruction behind what instruction i called. */
unsigned walk_end(struct walk *w, unsigned i);
/* Is it a transfer between token accounts? */
bool walk_transfer(struct walk *w, const struct view_ix *x, struct moved *m);
/* Mint of a token account, NULL when it is not told. */
const struct key *walk_mint(const struct walk *w, unsigned account);
/* Key that plays a part in the instruction, NULL when none does. */
const struct key *walk_account(const struct walk *w, const struct view_ix *x,
                               const struct layout *l, enum account_role role);
unsigned walk_account_index(const struct view_ix *x, const struct layout *l,
                            enum account_role role);
/* Balance of a token account behind instruction i and what it called, which the walk has not yet
 * passed. */
uint64_t walk_balance_after(struct walk *w, unsigned i, unsigned account);
/* Is a the base of a pool of a and b? See decode.h. otherwise: the answer where neither is money,
 * -1: the lower key is the base. */
bool walk_is_base(const struct key *a, const struct key *b, int otherwise);
/* Quote mint as records want it: none for SOL. */
struct key walk_quote(const struct key *mint);
void walk_put(struct walk *w, struct decoded *d, const struct key *market, uint64_t base,
              uint64_t quote);
void walk_drift(struct walk *w, uint8_t venue, enum drift_kind kind, const uint8_t *bytes,
                size_t n);

/* What a swap of instruction i did; l is its layout, [event, event + n) what its program told of it
 * (NULL: nothing, look at the transfers). True when that was of a swap (a reason may have been
 * said). */
bool decode_swap_event(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       const uint8_t *event, size_t n);
bool decode_swap_ray(struct walk *w, unsigned i, const struct layout *l, const uint8_t *p,
                     size_t n);
void decode_swap_transfers(struct walk *w, unsigned i, const struct layout *l, uint8_t venue);
void decode_left_out(struct walk *w, const char *why);
/* The program's word on a pool or curve; false when the bytes are none. */
bool decode_pool_event(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                       const uint8_t *event, size_t n);
bool decode_pool_ray(struct walk *w, unsigned i, const struct layout *l, const uint8_t *p,
                     size_t n);
/* A pool came to be and its program has no event for it. */
void decode_pool_created(struct walk *w, unsigned i, const struct layout *l, uint8_t venue);
/* Records of the mints that the transaction creates; also finds the curve among them. */
void decode_tokens(struct walk *w);
/* The token that the launchpad says it created, when the mint's own instructions were not seen:
 * pump.fun's have six decimals, and nobody may mint or freeze them. */
void decode_token_told(struct walk *w, const struct market_event *e);

#endif
