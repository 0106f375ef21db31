/* launchlab.c - Raydium LaunchLab: its swap event. Layouts: the program's interface description
 * 0.2.0 (its older event lacks the creator's fee). Must not: quote. */
#include <string.h>

#include "common/base/num.h"
#include "common/venue/venue.h"

static uint64_t distance(uint64_t a, uint64_t b) { return a > b ? a - b : b - a; }

/* TradeEvent. The constant-product curve prices virtual_base less what it sold against
 * virtual_quote plus what it took in. Amounts that reached the curve are the differences of the
 * two; fees are separate fields. */
static bool event(const uint8_t *data, size_t n, struct swap_event *e)
{
    static const uint8_t disc[8] = {0xbd, 0xdb, 0x7f, 0xd3, 0x4e, 0xe6, 0x61, 0xee};
    struct event_cursor at = {data, n, 8}, *c = &at;
    if (n < 138 || memcmp(data, disc, 8) != 0) return false;
    bool with_creator = n >= 146;
    e->venue = venue_launchlab;
    e->form = EVENT_SIDED;
    e->pool = event_key(c);
    uint64_t for_sale = event_u64(c), virtual_base = event_u64(c), virtual_quote = event_u64(c),
             base_before = event_u64(c), quote_before = event_u64(c), base = event_u64(c),
             quote = event_u64(c);
    uint64_t in = event_u64(c), out = event_u64(c), protocol = event_u64(c),
             platform = event_u64(c), creator = with_creator ? event_u64(c) : 0,
             share = event_u64(c);
    e->side = event_u8(c) == 0 ? side_buy : side_sell;
    event_skip(c, 2);
    e->trailing = event_trailing(c);
    e->base_raw = distance(base, base_before);
    e->quote_raw = distance(quote, quote_before);
    e->user_quote_raw = e->side == side_buy ? in : out;
    e->creator_fee_raw = creator;
    e->quote_real_raw = quote;
    return sub_u64(virtual_base, base, &e->base_reserve_raw) &&
           add_u64(virtual_quote, quote, &e->quote_reserve_raw) &&
           sub_u64(for_sale, base, &e->base_real_raw) &&
           add_u64(protocol, platform, &e->protocol_fee_raw) &&
           add_u64(e->protocol_fee_raw, share, &e->protocol_fee_raw);
}

static const uint16_t sizes[] = {429, 371, 0};

const struct venue_ops venue_row_launchlab = {.venue = venue_launchlab,
                                              .program = address_launchlab,
                                              .traits = VENUE_LAUNCHPAD,
                                              .event = event,
                                              .size = sizes};
