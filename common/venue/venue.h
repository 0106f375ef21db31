/* venue.h - what sluice knows of each trading venue, as one table of functions: which accounts a
 * quote needs, what they say, what a swap brings, the instructions of a buy and of a sale, what the
 * program tells of swaps, what its errors mean. Pure; every account is hostile. A venue is one file
 * here and one row in venue.c; see CONTRIBUTING.md. Must not: do I/O, allocate, read a clock: the
 * caller says the time. */
#ifndef SLUICE_VENUE_H
#define SLUICE_VENUE_H

#include "common/amm/amm.h"
#include "common/sol/core.h"
#include "common/sol/token.h"
#include "common/sol/layout.h"
#include "common/venue/event.h"

#define VENUE_ACCOUNTS 12u /* most that one round asks for */
#define VENUE_ROUNDS   3u  /* most rounds: some accounts are only known from others */
#define VENUE_SPACE \
    16384u /* bytes for what a venue keeps of a market besides its pool (ticks, bins, levels) */
#define VENUE_ACCOUNT_MAX                                                                       \
    131072u /* longest account that is read: one side of an order book as exchanges make it has \
               65,548 bytes */

/* One account as a node tells it. */
struct venue_account {
    bool exists;
    struct key owner;
    uint64_t lamports;
    const uint8_t *data;
    size_t n;
};

/* All that quoting and building need to know of one market. The caller zeroes it, calls
 * venue_begin(), sets now_s and slot, then for each round fetches what accounts() asks for and
 * hands it to read(). */
struct venue_market {
    uint8_t venue;
    bool fees_known;      /* fees are the chain's own, not those of the dated table */
    struct amm_fees fees; /* constant product: in force at this market cap */
    struct amm_pool
        pool; /* constant product; for others its reserves are those that price a small swap */
    uint64_t now_s, slot, epoch;
    struct token_mint mint; /* of the token, once it is known */
    bool by_lot; /* buys give SOL by the lot, so that no message says how much: the caller takes out
                    first what lies in the wrapped SOL */
    uint64_t rent_lamports; /* what build() makes the wallet deposit for accounts of the venue's
                               own; token accounts are the caller's */
    struct keyset keys;
    _Alignas(16) uint64_t space[VENUE_SPACE / 8];
};

struct venue_ops {
    uint8_t venue;   /* enum venue */
    uint8_t program; /* enum address */
    bool native;     /* pays and is paid in SOL itself; others in wrapped SOL, which the transaction
                        wraps and unwraps */
    bool nameless;   /* its instructions name no mint: the caller names the token account's in the
                        same message, for signers that remember nothing */
    /* Accounts of this round (0, 1, ...) into keys; returns how many, 0 when none is needed any
     * more. NULL: never traded by its own instructions. keys of the market that are set before:
     * user, base_mint, quote_mint, quote_program, pool (when the order names it). */
    size_t (*accounts)(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS]);
    /* What they say, in the same order. Before round 0 is read base_program and mint are set.
     * failure_none, no_pool (not what it should be, or paid in something else than the quote mint),
     * completed, math. */
    enum failure (*read)(struct venue_market *m, unsigned round, const struct venue_account *a,
                         size_t n);
    /* What a swap of exactly in_raw brings (side_buy: quote in, side_sell: token in), all fees
     * included; as the program rounds. s->in_raw is what is really taken: less than in_raw where
     * the venue trades in lots, and the rest stays in, or comes back to, the wallet. */
    enum failure (*quote)(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                          struct amm_swap *s);
    /* The reserves of the market have changed since it was read: bring what depends on them (fees
     * by market cap) up to date. NULL: nothing does, or nothing can: then the market must be read
     * anew. */
    void (*reprice)(struct venue_market *m);
    /* Append the swap to the plan (not what goes around it: budget, token accounts, wrapping).
     * NULL, or the part that is missing. */
    const char *(*build)(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p);
    /* The program's swap event; data is behind a self-call's tag, discriminator included. NULL: it
     * has none. */
    bool (*event)(const uint8_t *data, size_t n, struct swap_event *e);
    /* The program's events of pools and curves; data as for event(). NULL: it has none that sluice
     * reads. */
    bool (*market)(const uint8_t *data, size_t n, struct market_event *e);
    /* What the program's own error number means for an order. */
    enum failure (*failure)(uint32_t custom);
};

/* The row of a venue, or of a program; NULL when there is none. */
const struct venue_ops *venue_of(uint8_t venue);
const struct venue_ops *venue_of_program(const struct key *program);

/* Set what every venue wants to know: who trades which token for SOL. pool: none when the venue
 * derives it. */
void venue_begin(struct venue_market *m, uint8_t venue, const struct key *user,
                 const struct key *mint, const struct key *pool);

/* A trade of the stream in this market, which was read before: its reserves are taken over. False
 * when the venue's price does not follow from reserves alone: then the market must be read anew. */
bool venue_follow(struct venue_market *m, const struct rec_trade *t) MUST_USE;

/* For the files of venues. */
/* What a pool gives for what reached it: raw units out, and its fees in the token they were taken
 * of. */
struct venue_gives {
    uint64_t out_raw, lp_fee_raw, protocol_fee_raw;
    bool fee_on_input;
};
/* Set a key of the market from 32 bytes of account data. */
void venue_give(struct venue_market *m, enum account_role role, const uint8_t *bytes);
/* Is it an account of this program, of at least n bytes? */
bool venue_account_is(const struct venue_account *a, enum address program, size_t n);
/* Balance of a token account that exists; false when it is none. */
bool venue_balance(const struct venue_account *a, uint64_t *amount_raw) MUST_USE;
/* Of a pool's two mints: is a the token of this market, and b what it is paid in (*base_is_a), or
 * the other way round? False when neither. */
bool venue_sides(struct venue_market *m, const uint8_t *mint_a, const uint8_t *mint_b,
                 bool *base_is_a) MUST_USE;
/* The token programs of a pool's two mints, as keys program_a and program_b; false unless they are
 * what the pool says (is it Token-2022?). */
bool venue_programs(struct venue_market *m, bool base_is_a, bool a_is_2022,
                    bool b_is_2022) MUST_USE;
/* Constant product by common/amm, with the market's own fees where they are known. */
enum failure venue_quote_amm(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                             struct amm_swap *s);
/* What is left of amount_raw tokens after the mint's transfer fee of this epoch; false when the fee
 * is more than the amount. */
bool venue_arrives(const struct venue_market *m, uint64_t amount_raw, uint64_t *left_raw) MUST_USE;
/* What reaches the pool when in_raw is sent: on sales the mint keeps its transfer fee. */
bool venue_reaches(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                   uint64_t *in_pool_raw) MUST_USE;
/* The quote of a pool that keeps its fee from the input or from the output: from what it gives (its
 * fees already off, the mint's not yet). *s is zeroed by the caller. failure_none, or failure_math
 * when nothing arrives or the figures do not add up. */
enum failure venue_swapped(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                           struct venue_gives g, struct amm_swap *s);
/* Append the instruction of a layout. */
const char *venue_add(struct venue_market *m, enum layout_id id, uint8_t side, uint64_t first,
                      uint64_t second, struct plan *p);

extern const struct venue_ops venue_row_pump, venue_row_pump_swap, venue_row_raydium_v4,
    venue_row_raydium_cpmm, venue_row_launchlab, venue_row_dbc, venue_row_whirlpool,
    venue_row_openbook, venue_row_damm_v2, venue_row_dlmm;

#endif
