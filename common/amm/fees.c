/* fees.c - the dated fee table of the venues, and the market-cap tiers of the pump family. Sources:
 * pump tiers from FeeConfig 5PHirr8joyTMp9JMm6nW7hNDVyEYdkzDqazxPD7RaTjx as captured in
 * @pump-fun/pump-swap-sdk 1.20.0; 95 + 30 bps on the curve in September 2025 confirmed on 2,002
 * recorded trades; 1 % before creator fees from the first documentation of the venue. Raydium AMM
 * v4: fees.swap_fee 25/10000; CPMM: AmmConfig 0, trade_fee_rate 2500/1e6. Must not: depend on
 * anything but venue, date and market cap. */
#include "common/amm/amm.h"

/* Unix seconds. */
#define DAY_CREATOR_FEES UINT64_C(1747094400) /* 2025-05-13: creators earn 5 bps */
#define DAY_TIERS        UINT64_C(1756771200) /* 2025-09-02: fees by market cap */

struct tier {
    uint64_t from_lamports;
    struct amm_fees fees;
};

#define SOL(n) ((n)*LAMPORTS_PER_SOL)
/* PumpSwap, canonical pools quoted in SOL. */
static const struct tier pumpswap_tiers[] = {
    {0, {2, 93, 30}},          {SOL(420), {20, 5, 95}},   {SOL(1470), {20, 5, 90}},
    {SOL(2460), {20, 5, 85}},  {SOL(3440), {20, 5, 80}},  {SOL(4420), {20, 5, 75}},
    {SOL(9820), {20, 5, 70}},  {SOL(14740), {20, 5, 65}}, {SOL(19650), {20, 5, 60}},
    {SOL(24560), {20, 5, 55}}, {SOL(29470), {20, 5, 50}}, {SOL(34380), {20, 5, 45}},
    {SOL(39300), {20, 5, 40}}, {SOL(44210), {20, 5, 35}}, {SOL(49120), {20, 5, 30}},
    {SOL(54030), {20, 5, 28}}, {SOL(58940), {20, 5, 25}}, {SOL(63860), {20, 5, 23}},
    {SOL(68770), {20, 5, 20}}, {SOL(73681), {20, 5, 18}}, {SOL(78590), {20, 5, 15}},
    {SOL(83500), {20, 5, 13}}, {SOL(88400), {20, 5, 10}}, {SOL(93330), {20, 5, 8}},
    {SOL(98240), {20, 5, 5}},
};

u128 amm_market_cap(const struct amm_pool *p)
{
    if (p->base_reserve_raw == 0) return 0;
    uint64_t supply = p->mayhem || p->supply_raw == 0 ? UINT64_C(1000000000000000) : p->supply_raw;
    return (u128)p->quote_reserve_raw * supply / p->base_reserve_raw;
}

static struct amm_fees pumpswap_fees(const struct amm_pool *p, uint64_t unix_s)
{
    if (unix_s < DAY_CREATOR_FEES) return (struct amm_fees){20, 5, 0};
    if (unix_s < DAY_TIERS) return (struct amm_fees){20, 5, 5};
    u128 cap = amm_market_cap(p);
    size_t i = 0;
    while (i + 1 < COUNT_OF(pumpswap_tiers) && cap >= pumpswap_tiers[i + 1].from_lamports) i++;
    return pumpswap_tiers[i].fees;
}

/* A curve completes below the second tier, so one row a period is enough. */
static struct amm_fees pump_fees(uint64_t unix_s)
{
    if (unix_s < DAY_CREATOR_FEES) return (struct amm_fees){0, 100, 0};
    return unix_s < DAY_TIERS ? (struct amm_fees){0, 95, 5} : (struct amm_fees){0, 95, 30};
}

struct amm_fees amm_fees_at(const struct amm_pool *p, uint64_t ts_ns)
{
    struct amm_fees f = {0, 0, 0};
    switch (p->venue) {
    case venue_pump: f = pump_fees(ts_ns / NS_PER_S); break;
    case venue_pumpswap: f = pumpswap_fees(p, ts_ns / NS_PER_S); break;
    case venue_raydium_v4:
    case venue_raydium_cpmm: f.lp_bps = 25; break;
    default: break;
    }
    if (!p->has_creator) f.creator_bps = 0;
    return f;
}
