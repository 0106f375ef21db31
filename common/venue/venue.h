/* venue.h - each trading venue as one table of functions: the accounts that a quote needs, reading
 * them, the quote, the instructions of a buy and of a sale, its events and errors. Pure; every
 * account is hostile. A venue is NAME.c (functions) and NAME.def (tables, see rows.begin). Must
 * not: do I/O, allocate, read a clock: the caller passes the time. */
#ifndef SLUICE_VENUE_H
#define SLUICE_VENUE_H

#include "common/amm/amm.h"
#include "common/sol/core.h"
#include "common/sol/token.h"
#include "common/sol/layout.h"
#include "common/venue/event.h"

#define VENUE_NUMBERS  32u /* enum venue is below */
#define VENUE_ACCOUNTS 12u /* at most in one round */
#define VENUE_ROUNDS   3u  /* at most: some accounts are named by others */
#define VENUE_SPACE \
    16384u /* bytes that a venue keeps of a market besides its pool (ticks, bins, levels) */
#define VENUE_ACCOUNT_MAX                                                                  \
    131072u /* longest account that is read: one side of an order book has 65,548 bytes as \
               exchanges create it */

/* One account, as a node returns it. */
struct venue_account {
    bool exists;
    struct key owner;
    uint64_t lamports;
    const uint8_t *data;
    size_t n;
};

/* One market, with all that quoting and building need. The caller zeroes it, calls venue_begin(),
 * and sets now_s and slot. Then, for each round, it fetches the accounts that accounts() names and
 * passes them to read(). */
struct venue_market {
    uint8_t venue;
    bool fees_known;      /* fees are the chain's own, not those of the dated table */
    struct amm_fees fees; /* constant product: in force at this market cap */
    struct amm_pool
        pool; /* constant product; for others its reserves are those that price a small swap */
    uint64_t now_s, slot, epoch;
    struct token_mint mint; /* of the token */
    bool by_lot; /* a buy is an ask in lots, and no message gives the lot size. The caller closes
                    the wrapped SOL account first, so that what it wraps is the bound */
    uint64_t rent_lamports; /* rent of accounts that build() creates at the cost of the wallet,
                               besides token accounts */
    struct keyset keys;
    _Alignas(16) uint64_t space[VENUE_SPACE / 8];
};

/* An error number of a venue's program: what it means for an order, and for a reader. text: NULL
 * where the number is another program's, which the venue calls. */
struct venue_error {
    uint32_t number;
    uint8_t failure; /* enum failure */
    const char *text;
};

/* Facts of a venue for the decoder. */
enum venue_trait {
    VENUE_BY_MINT = 1,       /* a market is named by its mint: trades have no pool */
    VENUE_LAUNCHPAD = 2,     /* its program creates tokens */
    VENUE_NAMES_BASE = 4,    /* of two tokens that are no money, its first is the base */
    VENUE_VAULTS_PRICE = 8,  /* what its vaults hold are the reserves that price a swap */
    VENUE_ALWAYS_TELLS = 16, /* a swap without its event is not explained by the transfers */
    VENUE_TELLS_TWICE = 32,  /* an older and a newer event of each swap: the first one counts */
    VENUE_LOGS_RAY = 64,     /* no events: lines "ray_log: BASE64" of its log instead */
    VENUE_ALL_INSTRUCTIONS = 128, /* every instruction has a LAYOUT: another one is drift */
    VENUE_ALL_EVENTS = 256        /* every event has an EVENT row: another one is drift */
};

struct venue_ops {
    uint8_t venue;   /* enum venue */
    uint8_t program; /* enum address: the one that build() calls */
    uint16_t traits; /* enum venue_trait */
    bool native;     /* pays and is paid in SOL itself; others in wrapped SOL, which the transaction
                        wraps and unwraps */
    bool nameless;   /* its instructions name no mint. A signer that was restarted would not have
                        the wallet's token account and would refuse every exit, so the message
                        creates it (idempotent), in sales too */
    /* Accounts of this round (0, 1, ...) into keys; returns how many, 0 when no more are needed.
     * NULL: this venue is not traded. Keys of the market that are set before: user, base_mint,
     * quote_mint, quote_program, pool (when the order names it). */
    size_t (*accounts)(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS]);
    /* Read these accounts, in the same order. Before round 0 is read base_program and mint are set.
     * Returns failure_none, no_pool (not an account of the venue, or paid in something else than
     * the quote mint), completed, math. */
    enum failure (*read)(struct venue_market *m, unsigned round, const struct venue_account *a,
                         size_t n);
    /* Quote a swap of exactly in_raw (side_buy: quote in, side_sell: token in), all fees included,
     * in the rounding of the program. s->in_raw is what the program takes: less than in_raw where
     * the venue trades in lots; the rest stays in the wallet. */
    enum failure (*quote)(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                          struct amm_swap *s);
    /* Update what depends on the reserves (fees by market cap) after they changed. NULL: a change
     * of reserves does not give the new price, so the market must be read again. */
    void (*reprice)(struct venue_market *m);
    /* Append the swap to the plan, without its surroundings (budget, token accounts, wrapping).
     * Returns NULL, or the role whose key is missing. */
    const char *(*build)(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p);
    /* Read the program's swap event (or ray_log bytes); data starts at the discriminator. *e is
     * zero but for e->failed. False for anything else. NULL: the program has no such event. */
    bool (*event)(const uint8_t *data, size_t n, struct swap_event *e);
    /* Read the program's event of a pool or curve; data as for event(). NULL: no such event. */
    bool (*market)(const uint8_t *data, size_t n, struct market_event *e);
    const struct venue_error *error; /* ends with number 0 */
    const uint16_t *size; /* sizes that accounts of the program have had, ends with 0. NULL: not
                             watched */
};

/* The row of a venue, or of the venue that a program belongs to; NULL when it has no row. */
extern const struct venue_ops *const venue_rows[VENUE_NUMBERS];
static inline const struct venue_ops *venue_of(uint8_t venue)
{
    return venue < VENUE_NUMBERS ? venue_rows[venue] : NULL;
}
const struct venue_ops *venue_of_program(const struct key *program);
/* enum venue of a program; venue_none for ADDRESS_COUNT and for programs of no venue. */
extern const uint8_t venue_by_program[ADDRESS_COUNT + 1];
static inline uint8_t venue_at(enum address program) { return venue_by_program[program]; }
/* Why swaps on this program are lost, for programs that trade and are no venue; else NULL. */
const char *venue_elsewhere(enum address program);
static inline bool venue_is(const struct venue_ops *v, enum venue_trait trait)
{
    return v && (v->traits & trait);
}

/* What the first numbers of a swap's instruction are: see SWAP in rows.begin. */
enum venue_terms {
    VENUE_NO_SWAP,
    VENUE_EXACT_IN,
    VENUE_EXACT_OUT,
    VENUE_LIMIT_FIRST,
    VENUE_BY_FLAG,
    VENUE_UNTOLD,
    VENUE_HOPS
};
/* VENUE_NO_SWAP for an instruction that is not a swap, and for NULL. */
extern const uint8_t venue_layout_terms[LAYOUT_COUNT];
static inline enum venue_terms venue_terms_of(const struct layout *l)
{
    return l ? (enum venue_terms)venue_layout_terms[l - layout_of((enum layout_id)0)]
             : VENUE_NO_SWAP;
}
/* Does this instruction create a pool without an event? */
bool venue_creates(const struct layout *l);

/* What an error number of the venue's program means for an order; failure_congestion when the venue
 * does not have it. */
enum failure venue_failure(const struct venue_ops *v, uint32_t number);
/* The same as a text, or NULL. */
const char *venue_error_text(const struct venue_ops *v, uint32_t number);

/* Set the keys that every venue needs: who trades which token for SOL. pool: zero when the venue
 * derives it. */
void venue_begin(struct venue_market *m, uint8_t venue, const struct key *user,
                 const struct key *mint, const struct key *pool);

/* Take over the reserves of a trade in this market, which was read before. False when the price of
 * the venue does not follow from reserves alone: then read the market again. */
bool venue_follow(struct venue_market *m, const struct rec_trade *t) MUST_USE;

/* ---- for the files of venues ---- */
/* The output of a pool in raw units, and its fees in the token that it took them from. */
struct venue_gives {
    uint64_t out_raw, lp_fee_raw, protocol_fee_raw;
    bool fee_on_input;
};
/* Set a key of the market from 32 bytes of account data. */
void venue_give(struct venue_market *m, enum account_role role, const uint8_t *bytes);
/* Is it an account of this program, of at least n bytes? */
bool venue_account_is(const struct venue_account *a, enum address program, size_t n);
/* Balance of a token account that exists; false when it is not one. */
bool venue_balance(const struct venue_account *a, uint64_t *amount_raw) MUST_USE;
/* Is mint a the token of this market and b its quote (*base_is_a), or the other way round? False
 * when neither. */
bool venue_sides(struct venue_market *m, const uint8_t *mint_a, const uint8_t *mint_b,
                 bool *base_is_a) MUST_USE;
/* Set the token programs of the two mints of a pool as keys program_a and program_b. False unless
 * they are those that the pool names (is it Token-2022?). */
bool venue_programs(struct venue_market *m, bool base_is_a, bool a_is_2022,
                    bool b_is_2022) MUST_USE;
/* Quote a constant product by common/amm, with the market's own fees where they are known, else
 * with those of the dated table. */
enum failure venue_quote_amm(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                             struct amm_swap *s);
/* Take the transfer fee of the mint in this epoch off an amount; false when the fee is more than
 * the amount. */
bool venue_arrives(const struct venue_market *m, uint64_t amount_raw, uint64_t *left_raw) MUST_USE;
/* What reaches the pool when in_raw is sent: in sales the mint keeps its transfer fee. */
bool venue_reaches(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                   uint64_t *in_pool_raw) MUST_USE;
/* Complete the quote of a pool that takes its fee from the input or the output. g: its fees are
 * already off, those of the mint are not. *s is zeroed by the caller. Returns failure_none, or
 * failure_math when nothing arrives or the figures overflow. */
enum failure venue_swapped(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                           struct venue_gives g, struct amm_swap *s);
/* Append the instruction of a layout to the plan. Returns NULL, or the role whose key is missing.
 */
const char *venue_add(struct venue_market *m, enum layout_id id, uint8_t side, uint64_t first,
                      uint64_t second, struct plan *p);

#define VENUE(name, number, doc) extern const struct venue_ops venue_row_##name;
#include "venues.def"

#endif
