/* pump.c - the pump.fun bonding curve: its accounts, instructions and events, and the fee schedule
 * that it shares with PumpSwap. The schedule is the FeeConfig of the Pump Fees program, read as the
 * SDK reads it: the last tier whose threshold the market cap has reached, or the first. Layouts:
 * pump-sdk 2.0.0, September 2026. Must not: send transactions. */
#include "common/venue/pump.h"

#include <string.h>

#include "common/base/num.h"
#include "common/venue/account.h"

static const uint8_t trade_event[8] = {0xbd, 0xdb, 0x7f, 0xd3, 0x4e, 0xe6, 0x61, 0xee};
static const uint8_t none[32];

/* ---- fees ---- */

#define TIER_BYTES ((size_t)ACCOUNT_BYTES_pump_fee_tier)

static struct amm_fees fees_from(const uint8_t *p)
{
    return (struct amm_fees){(uint32_t)load_u64(p), (uint32_t)load_u64(p + 8),
                             (uint32_t)load_u64(p + 16)};
}
static bool is_fair(struct amm_fees f)
{
    return f.lp_bps < BPS_ONE && f.protocol_bps < BPS_ONE && f.creator_bps < BPS_ONE;
}

void pump_fees_read(struct venue_market *m, const struct venue_account *a, bool canonical,
                    uint64_t own_creator_bps)
{
    static const uint8_t disc[8] = {0x8f, 0x34, 0x92, 0xbb, 0xdb, 0x7b, 0x4c, 0x9b};
    struct pump_schedule *s = (struct pump_schedule *)(void *)m->space;
    uint32_t tiers = venue_account_is(a, address_pump_fees, ACCOUNT_BYTES_pump_fee_config) &&
                             memcmp(a->data, disc, 8) == 0
                         ? load_u32(FIELD_list(a->data, pump_fee_config_fee_tiers))
                         : PUMP_TIERS + 1;
    m->fees_known =
        tiers <= PUMP_TIERS && a->n >= ACCOUNT_BYTES_pump_fee_config + (size_t)tiers * TIER_BYTES;
    if (!m->fees_known) return;
    s->tiers = canonical ? tiers : 0;
    s->own_creator_bps = own_creator_bps < BPS_ONE ? (uint32_t)own_creator_bps : 0;
    s->flat = fees_from(FIELD_list(a->data, pump_fee_config_flat_fees));
    m->fees_known = is_fair(s->flat);
    for (uint32_t i = 0; i < s->tiers; i++) {
        const uint8_t *t = a->data + ACCOUNT_BYTES_pump_fee_config + (size_t)i * TIER_BYTES;
        s->tier[i] = (struct pump_tier){load_u64(t), load_u64(t + 8),
                                        fees_from(FIELD_list(t, pump_fee_tier_fees))};
        m->fees_known = m->fees_known && is_fair(s->tier[i].fees);
    }
    pump_reprice(m);
}

void pump_reprice(struct venue_market *m)
{
    const struct pump_schedule *s = (const struct pump_schedule *)(const void *)m->space;
    u128 cap = amm_market_cap(&m->pool);
    if (!m->fees_known) return;
    m->fees = s->flat;
    for (uint32_t i = 0; i < s->tiers; i++)
        if (i == 0 || ((u128)s->tier[i].from_low | (u128)s->tier[i].from_high << 64) <= cap)
            m->fees = s->tier[i].fees;
    if (s->own_creator_bps) m->fees.creator_bps = s->own_creator_bps;
    if (!m->pool.has_creator) m->fees.creator_bps = 0;
}

/* ---- market ---- */

enum { CURVE, GLOBAL, FEES, COUNT };

static size_t accounts(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS])
{
    static const enum account_role parts[COUNT] = {acct_curve, acct_pump_global,
                                                   acct_pump_fee_config};
    for (unsigned i = 0; i < COUNT && round == 0; i++) {
        const struct key *k = keyset_get(&m->keys, parts[i], side_buy);
        if (!k) return 0;
        keys[i] = *k;
    }
    return round == 0 ? COUNT : 0;
}

static enum failure read_market(struct venue_market *m, unsigned round,
                                const struct venue_account *a, size_t n)
{
    const struct venue_account *c = &a[CURVE], *g = &a[GLOBAL];
    if (round || n < COUNT || !venue_account_is(c, address_pump, 49) ||
        !venue_account_is(g, address_pump, 1005))
        return failure_no_pool;
    const uint8_t *creator = c->n >= 81 ? FIELD_key(c->data, pump_curve_creator) : none;
    struct amm_pool *p = &m->pool;
    p->base_reserve_raw = FIELD_u64(c->data, pump_curve_virtual_token_reserves);
    p->quote_reserve_raw = FIELD_u64(c->data, pump_curve_virtual_quote_reserves);
    p->base_real_raw = FIELD_u64(c->data, pump_curve_real_token_reserves);
    p->quote_real_raw = FIELD_u64(c->data, pump_curve_real_quote_reserves);
    p->complete = FIELD_u8(c->data, pump_curve_complete) != 0;
    p->has_creator = memcmp(creator, none, 32) != 0;
    bool mayhem = c->n > 81 && FIELD_u8(c->data, pump_curve_is_mayhem_mode);
    p->supply_raw =
        mayhem ? m->mint.supply_raw : 0; /* the curve takes 10^15 for every other coin */
    if (c->n > 82 && FIELD_u8(c->data, pump_curve_is_cashback_coin))
        m->keys.pool_is |= POOL_cashback;
    if (c->n >= 115 && memcmp(FIELD_key(c->data, pump_curve_quote_mint), none, 32) != 0)
        return failure_no_pool; /* paid in another token than SOL */
    venue_give(m, acct_creator, creator);
    /* The program accepts some of its fee recipients only; it always accepts the first of Global.
     */
    venue_give(m, acct_fee_recipient,
               mayhem ? FIELD_key(g->data, pump_global_reserved_fee_recipient)
                      : FIELD_key(g->data, pump_global_fee_recipient));
    venue_give(m, acct_buyback_recipient, FIELD_list(g->data, pump_global_buyback_fee_recipients));
    pump_fees_read(m, &a[FEES], true,
                   c->n >= 123 && g->n > 1045 &&
                           FIELD_u8(g->data, pump_global_creator_fee_configurable)
                       ? FIELD_u64(c->data, pump_curve_creator_fee_bps)
                       : 0); /* the coin's own creator fee, where Global lets coins have one */
    return p->complete ? failure_completed : failure_none;
}

static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    return venue_add(m, side == side_buy ? layout_pump_buy_in : layout_pump_sell, side, in_raw,
                     limit_raw, p);
}

static const struct venue_error errors[] = {
    {6002, failure_slippage, "more SOL would be needed than the limit allows"},
    {6003, failure_slippage, "less SOL would come than the limit asks for"},
    {6005, failure_completed, "the bonding curve is complete: trade on PumpSwap"},
    {6020, failure_congestion, "a buy of nothing"},
    {6021, failure_congestion, "the curve does not have that many tokens"},
    {6023, failure_congestion, "not enough tokens to sell, or trailing accounts are missing"},
    {6024, failure_congestion, "overflow: mostly a sign of missing trailing accounts"},
    {6027, failure_congestion, "trailing accounts are missing"},
    {6040, failure_congestion, "not enough SOL for the rent"},
    {6041, failure_congestion, "not enough SOL for the fees"},
    {6042, failure_slippage, "fewer tokens would come than the limit asks for"},
    {6062, failure_congestion, "the buyback recipient is missing"},
    {6074, failure_congestion, "the second account of the curve is wrong"},
    {0}};

static const uint16_t sizes[] = {49,  81, 82,  83,  115, 123,  124,  125,  150, 151,
                                 166, 90, 106, 137, 544, 1045, 1054, 1087, 0};

/* ---- event ---- */

static bool amounts_of(struct swap_event *e)
{
    uint64_t fees;
    if (!add_u64(e->protocol_fee_raw, e->creator_fee_raw, &fees)) return false;
    return e->side == side_buy ? add_u64(e->quote_raw, fees, &e->user_quote_raw)
                               : sub_u64(e->quote_raw, fees, &e->user_quote_raw);
}

static bool event(const uint8_t *data, size_t n, struct swap_event *e)
{
    struct event_cursor at = {data, n, 8}, *c = &at;
    if (n < 129 || memcmp(data, trade_event, 8) != 0) return false;
    e->venue = venue_pump;
    e->mint = event_key(c);
    e->quote_raw = event_u64(c);
    e->base_raw = event_u64(c);
    e->side = event_u8(c) ? side_buy : side_sell;
    e->user = event_key(c);
    e->time_s = (int64_t)event_u64(c);
    e->quote_reserve_raw = event_u64(c);
    e->base_reserve_raw = event_u64(c);
    e->quote_real_raw = event_u64(c);
    e->base_real_raw = event_u64(c);
    event_skip(c, 32 + 8);
    e->protocol_fee_raw = event_u64(c);
    e->creator = event_key(c);
    event_skip(c, 8);
    e->creator_fee_raw = event_u64(c);
    event_skip(c, 1 + 4 * 8);
    event_skip_text(c);
    event_skip(c, 1 + 8);
    e->creator_fee_raw += event_u64(c); /* cashback takes the creator's place */
    event_skip(c, 16);                  /* the buyback is a part of the protocol fee */
    uint32_t shareholders = event_u8(c);
    event_skip(c, 3 + (size_t)shareholders * 34);
    e->quote_mint = event_key(c);
    uint64_t quote = event_u64(c), virtual_quote = event_u64(c), real_quote = event_u64(c);
    if (quote) {
        e->quote_raw = quote;
        e->quote_reserve_raw = virtual_quote;
        e->quote_real_raw = real_quote;
    }
    event_skip(c, 16 + 16); /* holder rewards; creator_fee_unclaimed, quote_transfer_fee */
    e->trailing = event_trailing(c);
    return amounts_of(e);
}

/* ---- events of a curve ---- */

static bool created(struct event_cursor *c, struct market_event *e)
{
    e->what = pool_event_created;
    e->token = true;
    e->decimals = 6; /* of every coin of pump.fun; nothing can mint or freeze it */
    e->name = event_text(c, &e->name_len);
    e->symbol = event_text(c, &e->symbol_len);
    e->uri = event_text(c, &e->uri_len);
    e->mint = event_key(c);
    event_skip(c, 32);
    e->user = event_key(c);
    e->creator = event_key(c);
    event_skip(c, 8);
    e->base_reserve_raw = event_u64(c);
    e->quote_reserve_raw = event_u64(c);
    e->base_real_raw = event_u64(c);
    e->supply_raw = event_u64(c);
    struct key program = event_key(c);
    e->flags = (address_is(&program, address_token_2022) ? TOKEN_TOKEN2022 : 0) |
               (event_u8(c) ? TOKEN_MAYHEM : 0);
    e->flags |= event_u8(c) ? TOKEN_CASHBACK : 0;
    e->quote_mint = event_key(c);
    uint64_t quote = event_u64(c);
    if (quote) e->quote_reserve_raw = quote;
    event_skip(c, 8 + 1 + 1); /* the coin's own creator fee, holder rewards, depth */
    return true;
}

static bool completed(struct event_cursor *c, struct market_event *e)
{
    e->what = pool_event_completed;
    e->user = event_key(c);
    e->mint = event_key(c);
    event_skip(c, 32 + 8);
    e->quote_mint = event_key(c);
    return true;
}

/* The pool on PumpSwap, with what the curve put into it. */
static bool migrated(struct event_cursor *c, struct market_event *e)
{
    e->venue = venue_pumpswap;
    e->what = pool_event_migrated;
    e->user = event_key(c);
    e->mint = event_key(c);
    e->base_reserve_raw = e->base_real_raw = event_u64(c);
    e->quote_reserve_raw = e->quote_real_raw = event_u64(c);
    event_skip(c, 8 + 32 + 8);
    e->pool = event_key(c);
    e->quote_mint = event_key(c);
    return true;
}

static bool market_event(const uint8_t *data, size_t n, struct market_event *e)
{
    static const struct {
        uint8_t disc[8], least;
        bool (*read)(struct event_cursor *, struct market_event *);
    } known[] = {
        {{0x1b, 0x72, 0xa9, 0x4d, 0xde, 0xeb, 0x63, 0x76}, 116, created},
        {{0x5f, 0x72, 0x61, 0x9c, 0xd4, 0x2e, 0x98, 0x08}, 112, completed},
        {{0xbd, 0xe9, 0x5d, 0xb9, 0x5c, 0x94, 0xea, 0x94}, 168, migrated},
    };
    struct event_cursor c = {data, n, 8};
    memset(e, 0, sizeof *e);
    e->venue = venue_pump;
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (memcmp(data, known[i].disc, 8) != 0 || n < known[i].least || !known[i].read(&c, e))
            continue;
        e->trailing = event_trailing(&c);
        return true;
    }
    return false;
}

const struct venue_ops venue_row_pump = {.venue = venue_pump,
                                         .program = address_pump,
                                         .traits = VENUE_BY_MINT | VENUE_LAUNCHPAD |
                                                   VENUE_NAMES_BASE | VENUE_ALWAYS_TELLS |
                                                   VENUE_ALL_INSTRUCTIONS | VENUE_ALL_EVENTS,
                                         .size = sizes,
                                         .native = true,
                                         .accounts = accounts,
                                         .read = read_market,
                                         .quote = venue_quote_amm,
                                         .reprice = pump_reprice,
                                         .build = build,
                                         .event = event,
                                         .market = market_event,
                                         .error = errors};
