/* jupiter_check.h - a swap that another party routed: what we asked, what was quoted, the
 * instructions that came, and whether these do what was asked and nothing else. Whoever answers may
 * lie: only what passes jupiter_check_check may be built and signed. Must not: do I/O, know JSON.
 * What it trusts: Jupiter's program, that it enforces the limit that its instruction states. */
#ifndef SLUICE_JUPITER_CHECK_H
#define SLUICE_JUPITER_CHECK_H

#include "common/sol/plan.h"

#define JUPITER_CHECK_LEGS_MAX   32u
#define JUPITER_CHECK_TABLES_MAX TX_TABLES_MAX

struct jupiter_check_ask {
    struct key wallet, input_mint, output_mint;
    struct key destination; /* a token account of ours that receives; none: the wallet's associated
                               account */
    uint64_t amount_raw;    /* exact in: spent; exact out: received */
    uint64_t limit_raw; /* exact in: the least that may arrive; exact out: the most that may leave;
                           0: as slippage_bps */
    uint64_t max_priority_lamports; /* largest priority fee */
    uint16_t slippage_bps;          /* 0 to 10,000 */
    bool exact_out;
    bool wrap;   /* wrapped SOL is made from the wallet's lamports, and turned back into them */
    bool direct; /* one pool only */
    uint8_t max_accounts; /* of the swap instruction; 0: unknown */
};

struct jupiter_check_leg {
    struct key amm, input_mint, output_mint;
    uint64_t in_raw, out_raw;
    uint16_t share_bps;
    char label[40];
};

struct jupiter_check_quote {
    struct key input_mint, output_mint;
    uint64_t in_raw, out_raw;
    uint64_t limit_raw;    /* exact in: least out; exact out: most in */
    uint64_t context_slot; /* 0: unknown */
    uint16_t slippage_bps, platform_fee_bps;
    bool exact_out;
    char impact_pct[32]; /* as it came: it is only shown */
    size_t legs;
    struct jupiter_check_leg leg[JUPITER_CHECK_LEGS_MAX];
};

/* Instructions in order: budget, setup, the swap, cleanup, others. Payer and blockhash of the plan
 * are the caller's to set. */
struct jupiter_check_swap {
    struct plan plan;
    uint8_t budget, setup, cleanup, others; /* how many of each */
    size_t tables;
    struct key table[JUPITER_CHECK_TABLES_MAX];
    char trouble[120]; /* what the answer reports of its own simulation; empty: nothing. Shown, not
                          judged */
};

/* Index of the swap in the plan. */
static inline size_t jupiter_check_swap_at(const struct jupiter_check_swap *s)
{
    return (size_t)s->budget + s->setup;
}

/* Does the quote answer the question? Mints, mode, slippage, amount, no fee of anybody's; its limit
 * not worse than its own quote less slippage (rounded against us) nor than ours. False with why
 * (200 bytes). */
bool jupiter_check_quote_check(const struct jupiter_check_ask *a,
                               const struct jupiter_check_quote *q, char why[200]);
/* Do the instructions do this and nothing else? Besides what the quote was held against:
 *   - the wallet is the only signer; programs are the budget's, System, Token, Token-2022,
 * Associated Token and Jupiter's
 *   - budget: limits and price, each once, no more priority fee than asked
 *   - setup: associated token accounts of the wallet for mints of the route; with wrap and SOL as
 * input: one transfer of the amount to the wallet's own wrapped SOL, and its sync
 *   - the swap: one of Jupiter's route instructions that is read to the byte (of the second
 * version: whose limits are, for they stand in front), with amount, quote and slippage as quoted,
 * no fees, from the wallet's account to ours
 *   - cleanup: the wallet's wrapped SOL is closed to the wallet
 *   - others: none
 * False with why. */
bool jupiter_check_check(const struct jupiter_check_ask *a, const struct jupiter_check_quote *q,
                         const struct jupiter_check_swap *s, char why[200]);

#endif
