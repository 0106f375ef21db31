/* event.c - see event.h. Layouts: the programs' interface descriptions of September 2026 (pump-sdk 2.0.0, pump-swap-sdk 1.20.0). */
#include "common/venue/event.h"

#include <string.h>

#include "common/base/num.h"
#include "common/sol/address.h"

static const uint8_t self_call[8] = {0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d};
static const uint8_t pump_trade[8] = {0xbd, 0xdb, 0x7f, 0xd3, 0x4e, 0xe6, 0x61, 0xee};
static const uint8_t amm_buy[8] = {0x67, 0xf4, 0x52, 0x1f, 0x2c, 0xf5, 0x77, 0x77}, amm_sell[8] = {0x3e, 0x2f, 0x37, 0x0a, 0xa5, 0x03, 0xdc, 0x2a};

struct cursor { const uint8_t *p; size_t n, at; };

/* Missing bytes read as zero: events only ever gain fields at their end. */
static uint64_t u64(struct cursor *c)
{
    uint64_t v = 0;
    if (c->at < c->n) memcpy(&v, c->p + c->at, c->n - c->at < 8 ? c->n - c->at : 8);
    c->at += 8;
    return v;
}

static uint8_t u8(struct cursor *c) { return c->at < c->n ? c->p[c->at++] : (c->at++, 0); }

static struct key key(struct cursor *c)
{
    struct key k = {{0}};
    if (c->at + 32 <= c->n) memcpy(k.b, c->p + c->at, 32);
    c->at += 32;
    return k;
}

static void skip_text(struct cursor *c)
{
    uint32_t len = 0;
    if (c->at + 4 <= c->n) memcpy(&len, c->p + c->at, 4);
    c->at += 4;
    c->at += len <= c->n && c->at <= c->n - len ? len : 0;
}

static uint32_t trailing(const struct cursor *c) { return c->at < c->n ? (uint32_t)(c->n - c->at) : 0; }

static bool pump_event(struct cursor *c, struct swap_event *e)
{
    if (c->n < 129) return false;
    e->venue = venue_pump;
    e->mint = key(c), e->quote_raw = u64(c), e->base_raw = u64(c);
    e->side = u8(c) ? side_buy : side_sell;
    e->user = key(c), e->time_s = (int64_t)u64(c);
    e->quote_reserve_raw = u64(c), e->base_reserve_raw = u64(c), e->quote_real_raw = u64(c), e->base_real_raw = u64(c);
    key(c), u64(c);
    e->protocol_fee_raw = u64(c);
    e->creator = key(c), u64(c);
    e->creator_fee_raw = u64(c);
    u8(c), u64(c), u64(c), u64(c), u64(c);
    skip_text(c);
    u8(c), u64(c);
    e->creator_fee_raw += u64(c); /* cashback takes the creator's place */
    u64(c), u64(c);               /* the buyback is a part of the protocol fee */
    uint32_t shareholders = (uint32_t)u8(c);
    c->at += 3 + (size_t)shareholders * 34;
    e->quote_mint = key(c);
    uint64_t quote = u64(c), virtual_quote = u64(c), real_quote = u64(c);
    if (quote) e->quote_raw = quote, e->quote_reserve_raw = virtual_quote, e->quote_real_raw = real_quote;
    u64(c), u64(c);
    u64(c), u64(c); /* creator_fee_unclaimed, quote_transfer_fee */
    e->trailing = trailing(c);
    uint64_t fees;
    if (!add_u64(e->protocol_fee_raw, e->creator_fee_raw, &fees)) return false;
    return e->side == side_buy ? add_u64(e->quote_raw, fees, &e->user_quote_raw) : sub_u64(e->quote_raw, fees, &e->user_quote_raw);
}

/* Pricing reserves after a PumpSwap swap: vaults before it, the boost, and what moved (the pool keeps the LP fee). */
static bool amm_after(struct swap_event *e, uint64_t base_before, uint64_t quote_before, i128 boost)
{
    i128 quote = (i128)quote_before + boost;
    bool buy = e->side == side_buy;
    quote += buy ? (i128)e->quote_raw + e->lp_fee_raw : (i128)e->lp_fee_raw - (i128)e->quote_raw;
    if (quote < 0 || quote > UINT64_MAX) return false;
    e->quote_reserve_raw = (uint64_t)quote;
    i128 real = quote - boost;
    e->quote_real_raw = real > 0 && real <= UINT64_MAX ? (uint64_t)real : 0;
    bool fits = buy ? sub_u64(base_before, e->base_raw, &e->base_reserve_raw) : add_u64(base_before, e->base_raw, &e->base_reserve_raw);
    e->base_real_raw = e->base_reserve_raw;
    return fits;
}

static bool amm_event(struct cursor *c, bool buy, struct swap_event *e)
{
    if (c->n < 352) return false;
    e->venue = venue_pumpswap, e->side = buy ? side_buy : side_sell;
    e->time_s = (int64_t)u64(c), e->base_raw = u64(c), u64(c), u64(c), u64(c);
    uint64_t base_before = u64(c), quote_before = u64(c);
    uint64_t spend = u64(c), with_lp;
    e->quote_raw = spend;
    u64(c), e->lp_fee_raw = u64(c), u64(c), e->protocol_fee_raw = u64(c), with_lp = u64(c), e->user_quote_raw = u64(c);
    e->pool = key(c), e->user = key(c), key(c), key(c), key(c), key(c), e->creator = key(c);
    u64(c), e->creator_fee_raw = u64(c);
    if (buy) u8(c), u64(c), u64(c), u64(c), u64(c), u64(c), skip_text(c);
    u64(c), e->creator_fee_raw += u64(c), u64(c), u64(c);
    i128 boost = (i128)((u128)u64(c));
    boost |= (i128)((u128)u64(c) << 64);
    u8(c), u64(c), u64(c), u64(c);
    u64(c), u64(c);
    e->trailing = trailing(c);
    /* Of an exact-quote buy the program writes the whole spend as quote_amount_in and the net as user_quote_amount_in; the field with the
     * LP fee is the net and that fee in every kind of buy. (Seen on the program itself: tests/venue/test_decode.sh.) */
    if (buy && !sub_u64(with_lp, e->lp_fee_raw, &e->quote_raw)) return false;
    if (buy && spend > e->user_quote_raw) e->user_quote_raw = spend;
    return amm_after(e, base_before, quote_before, boost);
}

bool event_read(const struct key *program, const uint8_t *data, size_t n, struct swap_event *e)
{
    memset(e, 0, sizeof *e);
    if (n >= 16 && memcmp(data, self_call, 8) == 0) data += 8, n -= 8;
    if (n < 8) return false;
    struct cursor c = {data, n, 8};
    if (address_is(program, address_pump) && memcmp(data, pump_trade, 8) == 0) return pump_event(&c, e);
    if (!address_is(program, address_pump_swap)) return false;
    if (memcmp(data, amm_buy, 8) == 0) return amm_event(&c, true, e);
    return memcmp(data, amm_sell, 8) == 0 && amm_event(&c, false, e);
}
