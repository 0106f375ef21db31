/* event.h - events that the program of a venue writes, read in place. Must not: guess. Fields that
 * older programs did not write are zero; bytes behind the known ones are counted in trailing. */
#ifndef SLUICE_EVENT_H
#define SLUICE_EVENT_H

#include "common/rec/record.h"

/* An event has base and quote (EVENT_SIDED), or the two tokens a and b of its pool (EVENT_TOKENS).
 * Which of these is the token and which the quote, only the mints of the pool show: see
 * event_side(). */
enum event_form { EVENT_SIDED, EVENT_TOKENS };

struct swap_event {
    uint8_t venue, form, side; /* enum venue, enum event_form, enum side (EVENT_SIDED) */
    struct key mint, pool, user, creator, quote_mint; /* zero where the event has none */
    int64_t time_s;
    uint8_t exactness; /* what the trader fixed, with limit_raw; none where only the instruction has
                          it */
    uint64_t limit_raw;
    uint64_t base_raw, quote_raw; /* quote_raw: into or out of the pricing reserves, before fees */
    uint64_t lp_fee_raw, protocol_fee_raw,
        creator_fee_raw;     /* creator_fee_raw holds cashback and holder rewards too */
    uint64_t user_quote_raw; /* what the user paid or got, all fees included; 0 when the event has
                                none */
    uint64_t base_reserve_raw,
        quote_reserve_raw; /* pricing reserves after the swap; 0 when the event has none */
    uint64_t base_real_raw, quote_real_raw;
    uint32_t trailing; /* bytes behind the known fields */
    /* EVENT_TOKENS: what the user gave and got, and the fees, in units of the input unless
     * fee_on_output. */
    bool a_to_b, fee_on_output;
    bool failed;   /* set by the caller before the event is read: the transaction failed, so amounts
                      moved nothing and reserves are those before it */
    bool older;    /* a form that the program keeps writing beside its newer one */
    bool inferred; /* its fees are not those that the arithmetic of the venue takes */
    uint64_t in_raw, out_raw, pool_fee_raw, program_fee_raw;
    uint64_t a_reserve_raw, b_reserve_raw; /* after the swap; 0 when the event has none */
};

/* Read a swap event of a program. data: 8 bytes of discriminator, then Borsh (the 8-byte tag of a
 * self-call before them is skipped). False for anything else, and for an event that is truncated.
 * An event with older set counts only where its instruction has no newer one: else a swap counts
 * twice.
 */
bool event_read(const struct key *program, const uint8_t *data, size_t n,
                struct swap_event *e) MUST_USE;
/* Turn an EVENT_TOKENS event into base and quote, now that it is known whether token a is the base.
 * False when the amounts do not fit. */
bool event_side(struct swap_event *e, bool a_is_base) MUST_USE;

/* A pool or curve was created, filled, emptied, completed, moved. */
struct market_event {
    uint8_t venue, what; /* enum venue; enum pool_event (none: only its state) */
    bool token;          /* the token was created with it */
    bool by_tokens; /* base and quote are the first and second token of the pool: only its mints
                       show which is which */
    struct key mint, pool, user, creator, quote_mint; /* zero where the event has none */
    uint64_t base_reserve_raw, quote_reserve_raw;     /* pricing reserves after it; 0 = unknown */
    uint64_t base_real_raw, quote_real_raw, supply_raw;
    uint32_t flags;   /* TOKEN_* */
    uint8_t decimals; /* of the token that was created with it */
    uint32_t trailing;
    const char *name, *symbol, *uri; /* in the bytes of the event; NULL when it has none */
    uint32_t name_len, symbol_len, uri_len;
};

/* Does the program have an EVENT row for these bytes? False for programs without such rows. */
bool event_is_known(uint8_t program, const uint8_t *data, size_t n);
/* The 8 bytes before an event that a program passes in a call to itself. */
extern const uint8_t event_self_call[8];

/* A cursor over the fields of an event. Missing bytes read as zero: events only gain fields at
 * their end. */
struct event_cursor {
    const uint8_t *p;
    size_t n, at;
};
uint64_t event_u64(struct event_cursor *c);
uint8_t event_u8(struct event_cursor *c);
struct key event_key(struct event_cursor *c);
void event_skip(struct event_cursor *c, size_t n);
/* u32 length and that many bytes. */
void event_skip_text(struct event_cursor *c);
/* The same text in place, "" when it is truncated. */
const char *event_text(struct event_cursor *c, uint32_t *len);
uint32_t event_trailing(const struct event_cursor *c);

#endif
