/* risk_internal.h - what the files of the room share. Private. */
#ifndef SLUICE_RISK_INTERNAL_H
#define SLUICE_RISK_INTERNAL_H

#include "risk/risk/risk.h"

enum risk_breaker { BREAKER_NONE, BREAKER_DRAWDOWN, BREAKER_DAY, BREAKER_STREAK };

uint32_t risk_pool_row(struct risk_state *s, const struct key *pool, const struct key *mint);
int64_t risk_equity(const struct risk_state *s);
void risk_watch(struct risk_state *s, struct out *out);
/* A signal: an order or a reject, never neither. */
void risk_signal(struct risk_state *s, const struct rec_signal *r, struct out *out);
/* "drift.VENUE" shuts a venue for entries, "drift.VENUE.cleared" opens it; other codes and unknown
 * venues change nothing. */
void risk_alert(struct risk_state *s, const struct rec_alert *r);
/* The gate that shuts a venue for entries, NULL when none does. */
const char *risk_venue_gate(const struct risk_state *s, uint8_t venue);
/* Stops, trails, targets, times: at most one order a position. */
void risk_exits(struct risk_state *s, struct out *out);
/* Put an order for a position and remember it as in flight. */
void risk_send(struct risk_state *s, struct risk_position *p, uint8_t side, uint8_t reason,
               uint64_t amount, uint64_t limit, uint16_t attempt, struct out *out);

#endif
