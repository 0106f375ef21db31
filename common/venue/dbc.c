/* dbc.c - Meteora's dynamic bonding curve: its events. Layouts: the program's interface description
 * 0.2.1. Must not: quote. */
#include <string.h>

#include "common/base/num.h"
#include "common/venue/venue.h"

/* EvtSwap2; token a is the base. EvtSwap, which the program writes beside it, is ignored. */
static bool event(const uint8_t *data, size_t n, struct swap_event *e)
{
    static const uint8_t disc[8] = {0xbd, 0x42, 0x33, 0xa8, 0x26, 0x50, 0x75, 0x99};
    struct event_cursor at = {data, n, 8}, *c = &at;
    if (n < 187 || memcmp(data, disc, 8) != 0) return false;
    e->venue = venue_dbc;
    e->form = EVENT_TOKENS;
    e->pool = event_key(c);
    event_skip(c, 32);
    e->a_to_b = event_u8(c) == 0;
    event_skip(c, 1 + 17);
    e->in_raw = event_u64(c);
    uint64_t net = event_u64(c);
    event_skip(c, 8);
    e->out_raw = event_u64(c);
    event_skip(c, 16);
    e->fee_on_output = net == e->in_raw;
    e->pool_fee_raw = event_u64(c);
    uint64_t protocol = event_u64(c), referral = event_u64(c);
    event_skip(c, 3 * 8);
    e->trailing = event_trailing(c);
    return add_u64(protocol, referral, &e->program_fee_raw);
}

/* EvtCurveComplete: what the curve holds when it is sold out. */
static bool market_event(const uint8_t *data, size_t n, struct market_event *e)
{
    static const uint8_t disc[8] = {0xe5, 0xe7, 0x56, 0x54, 0x9c, 0x86, 0x4b, 0x18};
    struct event_cursor at = {data, n, 8}, *c = &at;
    memset(e, 0, sizeof *e);
    if (n < 88 || memcmp(data, disc, 8) != 0) return false;
    e->venue = venue_dbc;
    e->what = pool_event_completed;
    e->pool = event_key(c);
    event_skip(c, 32);
    e->base_real_raw = event_u64(c);
    e->quote_real_raw = event_u64(c);
    e->trailing = event_trailing(c);
    return true;
}

static const uint16_t sizes[] = {424, 0};

const struct venue_ops venue_row_dbc = {.venue = venue_dbc,
                                        .program = address_dbc,
                                        .traits = VENUE_LAUNCHPAD | VENUE_TELLS_TWICE,
                                        .event = event,
                                        .market = market_event,
                                        .size = sizes};
