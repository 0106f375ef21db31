/* event.c - see event.h. The readers of each venue's events are in the venue's file. */
#include "common/venue/event.h"

#include <string.h>

#include "common/base/num.h"
#include "common/venue/venue.h"

const uint8_t event_self_call[8] = {0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d};

uint64_t event_u64(struct event_cursor *c)
{
    uint64_t v = 0;
    if (c->at < c->n) memcpy(&v, c->p + c->at, c->n - c->at < 8 ? c->n - c->at : 8);
    c->at += 8;
    return v;
}

uint8_t event_u8(struct event_cursor *c)
{
    size_t at = c->at++;
    return at < c->n ? c->p[at] : 0;
}

struct key event_key(struct event_cursor *c)
{
    struct key k = {{0}};
    if (c->at + 32 <= c->n) memcpy(k.b, c->p + c->at, 32);
    c->at += 32;
    return k;
}

void event_skip(struct event_cursor *c, size_t n) { c->at += n; }

void event_skip_text(struct event_cursor *c)
{
    uint32_t len = 0;
    if (c->at + 4 <= c->n) memcpy(&len, c->p + c->at, 4);
    c->at += 4;
    c->at += len <= c->n && c->at <= c->n - len ? len : 0;
}

const char *event_text(struct event_cursor *c, uint32_t *len)
{
    size_t from = c->at + 4;
    event_skip_text(c);
    *len = c->at > from && c->at <= c->n ? (uint32_t)(c->at - from) : 0;
    return *len ? (const char *)c->p + from : "";
}

bool event_is_known(uint8_t program, const uint8_t *data, size_t n)
{
    static const struct {
        uint8_t program, disc[8];
    } events[] = {
#define EVENT(program, name, ...) {address_##program, {__VA_ARGS__}},
#include "venues.def"
    };
    for (size_t i = 0; i < COUNT_OF(events) && n >= 8; i++)
        if (events[i].program == program && memcmp(events[i].disc, data, 8) == 0) return true;
    return false;
}

uint32_t event_trailing(const struct event_cursor *c)
{
    return c->at < c->n ? (uint32_t)(c->n - c->at) : 0;
}

bool event_read(const struct key *program, const uint8_t *data, size_t n, struct swap_event *e)
{
    const struct venue_ops *v = venue_of_program(program);
    memset(e, 0, sizeof *e);
    if (n >= 16 && memcmp(data, event_self_call, 8) == 0) {
        data += 8;
        n -= 8;
    }
    return v && v->event && n >= 8 && v->event(data, n, e);
}

bool event_side(struct swap_event *e, bool a_is_base)
{
    if (e->form != EVENT_TOKENS) return true;
    uint64_t fees;
    e->side = e->a_to_b == a_is_base ? side_sell : side_buy;
    bool buy = e->side == side_buy, fee_in_quote = buy != e->fee_on_output;
    e->base_raw = buy ? e->out_raw : e->in_raw;
    e->quote_raw = e->user_quote_raw = buy ? e->in_raw : e->out_raw;
    e->base_reserve_raw = e->base_real_raw = a_is_base ? e->a_reserve_raw : e->b_reserve_raw;
    e->quote_reserve_raw = e->quote_real_raw = a_is_base ? e->b_reserve_raw : e->a_reserve_raw;
    if (!fee_in_quote) return true; /* a fee in tokens is part of base_raw */
    e->lp_fee_raw = e->pool_fee_raw;
    e->protocol_fee_raw = e->program_fee_raw;
    if (!add_u64(e->pool_fee_raw, e->program_fee_raw, &fees)) return false;
    return buy ? sub_u64(e->quote_raw, fees, &e->quote_raw)
               : add_u64(e->quote_raw, fees, &e->quote_raw);
}
