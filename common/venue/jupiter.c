/* jupiter.c - see jupiter.h. */
#include "common/venue/jupiter.h"

#include <string.h>

#include "common/base/num.h"

#define SWAP_BYTES 112u /* amm, mint, amount, mint, amount */
#define PART_BYTES 80u  /* the same without amm */
#define FEE_BYTES  72u

static const uint8_t self_call[8] = {0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d};
static const uint8_t swap_event[8] = {0x40, 0xc6, 0xcd, 0xe8, 0x26, 0x08, 0x71, 0xe2},
                     swaps_event[8] = {0x98, 0x2f, 0x4e, 0xeb, 0xc0, 0x60, 0x6e, 0x6a},
                     fee_event[8] = {0x49, 0x4f, 0x4e, 0x7f, 0xb8, 0xd5, 0x0d, 0xdc};

static void read_fee(const uint8_t *p, struct jupiter_fee *f)
{
    memcpy(f->account.b, p, 32);
    memcpy(f->mint.b, p + 32, 32);
    f->amount_raw = load_u64(p + 64);
}

enum jupiter_said jupiter_event_read(const uint8_t *data, size_t n, struct jupiter_event *e)
{
    memset(e, 0, sizeof *e);
    if (n >= 16 && memcmp(data, self_call, 8) == 0) {
        data += 8;
        n -= 8;
    }
    if (n < 8) return JUPITER_SAID_NOTHING;
    const uint8_t *p = data + 8;
    n -= 8;
    e->at = p;
    if (memcmp(data, swap_event, 8) == 0 && n >= SWAP_BYTES) {
        e->swaps = 1;
        e->said = JUPITER_SAID_SWAP;
    }
    if (memcmp(data, fee_event, 8) == 0 && n >= FEE_BYTES) {
        read_fee(p, &e->fee);
        e->said = JUPITER_SAID_FEE;
    }
    if (memcmp(data, swaps_event, 8) == 0 && n >= 4 && load_u32(p) <= (n - 4) / PART_BYTES) {
        e->swaps = load_u32(p);
        e->at = p + 4;
        e->said = JUPITER_SAID_SWAPS;
    }
    return e->said;
}

struct jupiter_swap jupiter_event_swap(const struct jupiter_event *e, uint32_t i)
{
    struct jupiter_swap s = {0};
    const uint8_t *p = e->at + (size_t)i * PART_BYTES;
    if (e->said == JUPITER_SAID_SWAP) {
        memcpy(s.amm.b, p, 32);
        p += 32;
    }
    memcpy(s.input_mint.b, p, 32);
    s.input_raw = load_u64(p + 32);
    memcpy(s.output_mint.b, p + 40, 32);
    s.output_raw = load_u64(p + 72);
    return s;
}
