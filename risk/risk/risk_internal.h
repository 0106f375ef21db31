/* risk_internal.h - what the files of this room share. Private. */
#ifndef SLUICE_RISK_INTERNAL_H
#define SLUICE_RISK_INTERNAL_H

#include "risk/risk/risk.h"

enum risk_breaker { BREAKER_NONE, BREAKER_DRAWDOWN, BREAKER_DAILY_LOSS, BREAKER_LOSS_STREAK };

/* ---- market.c: pools and venues ---- */

/* Row of a pool, added when absent. A full table evicts the pool that was idle longest and is not
 * held; TABLE_NONE when all are held. */
uint32_t risk_pool_row(struct risk_state *s, const struct key *pool, const struct key *mint);
void risk_market_pool(struct risk_state *s, const struct rec_pool *r);
void risk_market_trade(struct risk_state *s, const struct rec_trade *r);

/* ---- venue.c: venues that take no entries ---- */

/* "drift.VENUE" closes a venue for entries, "drift.VENUE.cleared" opens it; other codes change
 * nothing. */
void risk_alert(struct risk_state *s, const struct rec_alert *r);
bool risk_has_drifted(const struct risk_state *s, uint8_t venue);
bool risk_is_sell_only(const struct risk_state *s, uint8_t venue);

/* ---- equity.c: cash, equity, breakers ---- */

/* Add the cash and the refundable rent of a fill. */
void risk_book_cash(struct risk_state *s, const struct rec_fill *f);
/* Lamports: cash, refundable rent and the marks of all positions. */
int64_t risk_equity(const struct risk_state *s);
/* Trip or reset the breakers, once a slot. */
void risk_watch(struct risk_state *s, struct out *out);
/* Time until entries are allowed again, at least 1; 0 when this breaker has not tripped. */
uint64_t risk_breaker_left_ns(const struct risk_state *s, enum risk_breaker breaker);

/* ---- position.c ---- */

/* The position with this order in flight, or with this id; NULL when no such position exists. */
struct risk_position *risk_position_of_order(struct risk_state *s, uint64_t order_id);
struct risk_position *risk_position_of_id(struct risk_state *s, uint64_t id);
/* A free place, NULL when all are used. */
struct risk_position *risk_position_unused(struct risk_state *s);
/* Cost of the tokens that are still held. */
uint64_t risk_position_cost(const struct risk_position *p);
/* Apply a fill that landed. The caller has settled its order. */
void risk_position_bought(struct risk_state *s, struct risk_position *p, const struct rec_fill *f);
void risk_position_sold(struct risk_state *s, struct risk_position *p, const struct rec_fill *f);
/* Apply an order that was not filled and cost `paid` lamports: an entry ends, an exit is retried.
 */
void risk_position_unfilled(struct risk_state *s, struct risk_position *p, uint64_t paid);
void risk_position_put(struct risk_state *s, const struct risk_position *p, struct out *out);
void risk_position_free(struct risk_state *s, struct risk_position *p);

/* ---- flight.c: orders ---- */

/* Put an order for a position and count it as in flight. */
void risk_send(struct risk_state *s, struct risk_position *p, uint8_t side, uint8_t reason,
               uint64_t amount, uint64_t limit, uint16_t attempt, struct out *out);
/* Make o the order in flight of the position. */
void risk_keep_in_flight(struct risk_state *s, struct risk_position *p, const struct rec_order *o);
/* The fate of the position's order is known. */
void risk_settle(struct risk_state *s, struct risk_position *p, uint64_t order_id);
void risk_fill(struct risk_state *s, const struct rec_fill *f, struct out *out);
void risk_report(struct risk_state *s, const struct rec_report *r);
/* Settle orders that can no longer land: without a back channel they get no answer. */
void risk_expire(struct risk_state *s);

/* ---- recover.c: after a restart, and sales by the operator ---- */

void risk_recover_fill(struct risk_state *s, const struct rec_fill *f, struct out *out);
void risk_recover_order(struct risk_state *s, const struct rec_order *o);
void risk_recover_cash(struct risk_state *s, const struct rec_equity *q);
/* Take the reserves of a fill for the market's: live, the stream contains our own trades. */
void risk_recover_reserves(struct risk_pool *pool, const struct rec_fill *f);

/* ---- entry.c, exit.c ---- */

/* Answer a signal with an order or a reject; a sell signal for a held position marks its exit. */
void risk_signal(struct risk_state *s, const struct rec_signal *r, struct out *out);
/* Send the exits that are due, at most one order a position. */
void risk_exits(struct risk_state *s, struct out *out);
/* A safety check failed: exit at the next slot. */
void risk_verdict(struct risk_state *s, const struct rec_verdict *r);

#endif
