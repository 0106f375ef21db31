/* token.h - what is kept of one token and of its wallets. Private to the room. */
#ifndef SLUICE_TOKEN_H
#define SLUICE_TOKEN_H

#include "common/rec/record.h"
#include "features/vector/series.h"

#define WALLET_EARLY   1u
#define WALLET_SNIPER  2u
#define WALLET_CREATOR 4u

/* Wallets are distinguished by a 64-bit hash of their address. */
struct wallet {
    uint64_t id;
    uint64_t bought_raw, sold_raw;
    uint32_t buy_s, sell_s; /* time of the last buy and sell plus one; 0 = never */
    uint32_t sells;
    uint8_t flags, last_side, pad[2];
};

struct token {
    struct series series;
    struct key mint, pool, creator;
    uint64_t born_ns, last_ns, buy_ns, sell_ns, peak_ns, graduated_ns, gap_ns;
    uint64_t price, launch_price, peak_price, low_price,
        slot_open_price; /* 1e-9 lamports a whole token */
    uint64_t base_reserve, quote_reserve, base_real, quote_real, supply;
    uint64_t slot, born_slot, slots_traded, cause_seq;
    uint64_t slot_buy, slot_sell, last_lamports, max_buy, max_sell;
    uint64_t creator_buy, creator_sell, creator_bought_raw, creator_sold_raw, sniper_raw,
        sniper_lamports;
    uint32_t cause_src, token_flags, new_highs, slot_buys, slot_sells, creator_sells, sniper_buys,
        early;
    uint32_t max_drawdown_ppm, wallets, forgotten, generation;
    int32_t streak;
    uint8_t venue, last_side, launch_seen, curve_seen, graduated, mint_authority, freeze_authority,
        traded, listed, pad[7];
};

#endif
