/* fuzz_book.c - hostile order books: every reader of its accounts, and the whole of the venue on
 * two sides of a book that the input makes. */
#include <string.h>

#include "common/venue/book.h"
#include "common/venue/venue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void readers(const uint8_t *data, size_t n)
{
    static struct book_slots slots;
    struct book_market market;
    book_market_read(data, n, &market);
    book_slots_read(data, n, &slots);
    for (uint8_t side = BOOK_BID; side <= BOOK_ASK; side++) {
        struct book_walk w;
        struct book_order o;
        size_t seen = 0;
        for (book_begin(&w, data, n, side); book_next(&w, &o);)
            if (++seen > n / BOOK_NODE_BYTES || !o.price_lots || !o.coin_lots) __builtin_trap();
    }
}

static void frame(uint8_t *d, size_t n, uint64_t flags)
{
    memcpy(d, "serum", 5);
    memcpy(d + 5, &flags, 8);
    memcpy(d + n - 7, "padding", 7);
}

static void check(struct venue_market *m, uint8_t side, uint64_t in_raw)
{
    static struct plan p;
    struct amm_swap s;
    const struct venue_ops *v = venue_of(venue_openbook);
    p.count = 0;
    if (v->quote(m, side, in_raw, &s)) return;
    if (s.in_raw > in_raw || s.in_raw == 0 || s.out_raw == 0) __builtin_trap();
    if (v->build(m, side, in_raw, s.out_raw, &p) || p.count != 4) __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct venue_market m;
    static uint8_t market[BOOK_MARKET_BYTES], half[2][4096];
    struct key keys[VENUE_ACCOUNTS], one = {{1}}, program = *address_key(address_openbook);
    const struct venue_ops *v = venue_of(venue_openbook);
    uint64_t in[3] = {1, 1000000, UINT64_MAX};
    readers(data, n);
    if (n < 24) return 0;
    memset(&m, 0, sizeof m);
    memset(market, 0, sizeof market);
    memset(half, 0, sizeof half);
    frame(market, sizeof market, BOOK_INITIALIZED | BOOK_MARKET);
    memcpy(market + 13, one.b, 32);
    memcpy(market + 45, "\1", 1);
    memcpy(market + 53, one.b, 32);
    memcpy(market + 85, address_key(address_native_mint)->b, 32);
    memcpy(market + 349, data, 16);
    memcpy(&in[1], data + 16, 8);
    for (unsigned i = 0; i < 2; i++) {
        size_t from = 24 + i * (n - 24) / 2,
               len = (n - 24) / 2 < sizeof half[i] - 20 ? (n - 24) / 2 : sizeof half[i] - 20;
        memcpy(half[i] + 13, data + from, len);
        frame(half[i], sizeof half[i], BOOK_INITIALIZED | (i ? BOOK_ASKS : BOOK_BIDS));
    }
    venue_begin(&m, venue_openbook, &one, &one, &one);
    keyset_set(&m.keys, acct_base_program, address_key(address_token));
    struct venue_account head = {true, program, 1, market, sizeof market},
                         a[5] = {{true, program, 1, half[0], sizeof half[0]},
                                 {true, program, 1, half[1], sizeof half[1]}};
    if (v->accounts(&m, 0, keys) != 1 || v->read(&m, 0, &head, 1) ||
        v->accounts(&m, 1, keys) != 5 || v->read(&m, 1, a, 5))
        return 0;
    for (unsigned i = 0; i < 3; i++) {
        check(&m, side_buy, in[i]);
        check(&m, side_sell, in[i]);
    }
    return 0;
}
