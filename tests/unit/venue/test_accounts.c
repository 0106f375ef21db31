/* test_accounts.c - the tables of account fields: sizes as in the official interfaces, fields in
 * order, none over another. tests/venue compares them with the interfaces themselves. */
#include <string.h>

#include "common/venue/account.h"
#include "tests/unit/tap.h"

struct field {
    const char *type, *name;
    unsigned offset, width;
};

static const struct field fields[] = {
#define ACCOUNT_FIELD(type, name, offset, kind) {#type, #name, offset, WIDTH_##kind},
#include "venues.def"
};

static void sizes(void)
{
    static const struct {
        const char *name;
        unsigned bytes, official;
    } all[] = {{"BondingCurve", ACCOUNT_BYTES_pump_curve, 125},
               {"Global", ACCOUNT_BYTES_pump_global, 1087},
               {"FeeTier", ACCOUNT_BYTES_pump_fee_tier, 40},
               {"Pool of PumpSwap", ACCOUNT_BYTES_pump_swap_pool, 270},
               {"GlobalConfig", ACCOUNT_BYTES_pump_swap_config, 949},
               {"AmmInfo", ACCOUNT_BYTES_raydium_v4_pool, 752},
               {"PoolState", ACCOUNT_BYTES_cpmm_pool, 637},
               {"AmmConfig", ACCOUNT_BYTES_cpmm_config, 236},
               {"Pool of DAMM v2", ACCOUNT_BYTES_damm_pool, 1112},
               {"LbPair", ACCOUNT_BYTES_dlmm_pair, 904},
               {"BinArray", ACCOUNT_BYTES_dlmm_array, 10136},
               {"Bin, 70 of which fill an array", ACCOUNT_BYTES_dlmm_bin * 70, 10136 - 56},
               {"BinArrayBitmapExtension", ACCOUNT_BYTES_dlmm_bitmap, 1576},
               {"Whirlpool", ACCOUNT_BYTES_whirlpool_pool, 653},
               {"Oracle", ACCOUNT_BYTES_whirlpool_oracle, 254},
               {"FixedTickArray", ACCOUNT_BYTES_whirlpool_fixed, 8 + 4 + 88 * 113 + 32},
               {"MarketState", ACCOUNT_BYTES_book_market, 388},
               {"OpenOrders", ACCOUNT_BYTES_book_orders, 3228}};
    for (size_t i = 0; i < COUNT_OF(all); i++) is_u64(all[i].bytes, all[i].official, all[i].name);
}

static void order(void)
{
    unsigned bad = 0;
    for (size_t i = 1; i < COUNT_OF(fields); i++) {
        const struct field *f = &fields[i], *before = f - 1;
        if (strcmp(f->type, before->type) != 0 || strcmp(f->type, "damm_base_fee") == 0) continue;
        if (f->offset < before->offset + before->width || f->offset == before->offset) {
            bad++;
            printf("# %s: %s lies over %s\n", f->type, f->name, before->name);
        }
    }
    is_u64(bad, 0, "the fields of each account are in order and apart");
}

static void values(void)
{
    uint8_t d[ACCOUNT_BYTES_dlmm_pair] = {0};
    d[76] = 0xff;
    d[77] = 0xff;
    d[78] = 0xff;
    d[79] = 0xff;
    d[80] = 25;
    d[816] = 7;
    d[88] = 9;
    ok(FIELD_i32(d, dlmm_pair_active_id) == -1, "a signed number");
    ok(FIELD_u16(d, dlmm_pair_bin_step) == 25, "two bytes");
    ok(FIELD_u64(d, dlmm_pair_activation_point) == 7, "eight bytes");
    ok(FIELD_key(d, dlmm_pair_token_x_mint) == d + 88, "a key, where it lies");
}

int main(void)
{
    sizes();
    order();
    values();
    return done();
}
