/* curve_accounts.h - the accounts of a fresh pump.fun curve, as a node tells them, in the order in
 * which live_market_accounts() asks. For tests and benches. Must not: be realistic beyond what the
 * readers look at. */
#ifndef SLUICE_CURVE_ACCOUNTS_H
#define SLUICE_CURVE_ACCOUNTS_H

#include <sodium.h>
#include <string.h>

#include "execute/trade/live_market.h"

static inline struct key numbered(uint32_t n)
{
    struct key k;
    crypto_generichash(k.b, 32, (const uint8_t *)&n, 4, NULL, 0);
    return k;
}

static inline void put64(uint8_t *p, uint64_t v) { memcpy(p, &v, 8); }

static inline size_t curve_accounts(struct venue_account a[MARKET_ACCOUNTS])
{
    static uint8_t curve[151], global[1087], mint[82];
    struct key creator = numbered(2), fees = numbered(3);
    put64(curve + 8, UINT64_C(1073000000000000));
    put64(curve + 16, UINT64_C(30000000000));
    put64(curve + 24, UINT64_C(793100000000000));
    memcpy(curve + 49, creator.b, 32);
    memcpy(global + 41, fees.b, 32);
    memcpy(global + 741, fees.b, 32);
    put64(mint + 36, UINT64_C(1000000000000000));
    mint[44] = 6;
    mint[45] = 1;
    memset(a, 0, sizeof *a * MARKET_ACCOUNTS);
    a[0] = (struct venue_account){true, *address_key(address_token), 1, mint, sizeof mint};
    a[3] =
        (struct venue_account){true, *address_key(address_system), UINT64_C(100000000000), NULL, 0};
    a[4] = (struct venue_account){true, *address_key(address_pump), 1, curve, sizeof curve};
    a[5] = (struct venue_account){true, *address_key(address_pump), 1, global, sizeof global};
    return 7;
}

#endif
