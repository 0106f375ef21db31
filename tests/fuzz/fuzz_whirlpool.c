/* fuzz_whirlpool.c - hostile accounts of a Whirlpool, read round by round as from a node, then
 * quotes and a swap both ways. Input: two amounts of 8 bytes and the time in 4; then for each
 * account in the order they are asked for a length of 2 bytes and its data (0: it does not exist).
 * Judged: a quote takes the whole input, pays no more fee than input, moves the price in its
 * direction, and takes bounded time. */
#include <stdlib.h>
#include <string.h>

#include "common/base/num.h"
#include "common/venue/venue.h"
#include "common/venue/whirlpool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define HEAD 20u

/* The next account of the input; none at its end. */
static struct venue_account next(const uint8_t **p, const uint8_t *end)
{
    struct venue_account a = {0};
    if (end - *p < 2) return a;
    size_t n = load_u16(*p);
    *p += 2;
    if (n > (size_t)(end - *p)) n = (size_t)(end - *p);
    a = (struct venue_account){n > 0, *address_key(address_whirlpool), 1, *p, n};
    *p += n;
    return a;
}

static void judge(struct venue_market *m, uint8_t side, uint64_t in)
{
    static struct plan p;
    const struct venue_ops *v = venue_of(venue_whirlpool);
    const struct whirlpool *w = (const struct whirlpool *)(const void *)m->space;
    struct amm_swap s;
    struct whirlpool_swap x;
    bool a_to_b = (side == side_buy) != w->base_is_a;
    if (whirlpool_swap(w, a_to_b, in, m->now_s, &x) == failure_none) {
        uint64_t fees;
        if (!add_u64(x.lp_fee_raw, x.protocol_fee_raw, &fees) || fees > in ||
            x.steps > WHIRLPOOL_STEPS_MAX)
            abort();
        if (a_to_b ? x.sqrt_price > w->sqrt_price : x.sqrt_price < w->sqrt_price) abort();
    } else if (x.steps > WHIRLPOOL_STEPS_MAX + 1)
        abort();
    if (v->quote(m, side, in, &s) == failure_none && (s.in_raw != in || !s.out_raw)) abort();
    p.count = 0;
    if (!v->build(m, side, in, 1, &p) && (p.count != 1 || p.ix[0].accounts_count != 15)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct venue_market m;
    static const struct key pool = {{1, 2, 3}}, mint = {{9, 9}}, user = {{5}};
    const struct venue_ops *v = venue_of(venue_whirlpool);
    const uint8_t *p = data + HEAD, *end = data + n;
    struct venue_account a[VENUE_ACCOUNTS];
    struct key keys[VENUE_ACCOUNTS];
    size_t count;
    if (n < HEAD) return 0;
    memset(&m, 0, sizeof m);
    venue_begin(&m, venue_whirlpool, &user, &mint, &pool);
    keyset_set(&m.keys, acct_base_program, address_key(address_token));
    m.now_s = load_u32(data + 16);
    for (unsigned round = 0; round < VENUE_ROUNDS && (count = v->accounts(&m, round, keys));
         round++) {
        if (count > VENUE_ACCOUNTS) abort();
        for (size_t i = 0; i < count; i++) a[i] = next(&p, end);
        if (v->read(&m, round, a, count)) return 0;
    }
    judge(&m, side_buy, load_u64(data));
    judge(&m, side_sell, load_u64(data + 8));
    return 0;
}
