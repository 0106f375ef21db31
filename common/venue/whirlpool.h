/* whirlpool.h - the accounts and instructions of an Orca Whirlpool. Its swap maths is
 * common/amm/whirlpool.h. Pure. */
#ifndef SLUICE_VENUE_WHIRLPOOL_H
#define SLUICE_VENUE_WHIRLPOOL_H

#include "common/amm/whirlpool.h"
#include "common/sol/layout.h"

/* Read account data into the market. False when the program would reject the account. */
bool whirlpool_read(struct whirlpool *w, const uint8_t *data, size_t n) MUST_USE;
bool whirlpool_read_array(struct whirlpool *w, unsigned place, const struct key *pool,
                          const uint8_t *data, size_t n) MUST_USE;
bool whirlpool_read_oracle(struct whirlpool *w, const struct key *pool, const uint8_t *data,
                           size_t n) MUST_USE;

/* Write swap or swap_v2 (without remaining accounts). sqrt_limit: the price at which the swap
 * stops; 0: no limit. keys: by the roles of the layout (user_a, user_b, tick_array_0, ...). Returns
 * NULL, or the missing role. */
const char *whirlpool_write(enum layout_id id, struct keyset *keys, uint64_t in_raw,
                            uint64_t limit_raw, u128 sqrt_limit, bool exact_in, bool a_to_b,
                            struct ix *x);

#endif
