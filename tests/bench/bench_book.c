/* bench_book.c - an order book of 400 orders a side: read both sides, quote a buy through 40 of
 * them. One line a figure: median, 99th percentile. Must not: touch the network. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/venue/book.h"
#include "common/venue/venue.h"
#include "tests/bench/bench.h"

#define ROUNDS 4000
#define ORDERS 400u

static double took[ROUNDS];
static uint8_t market[BOOK_MARKET_BYTES], half[2][65548];

static void print(const char *name)
{
    qsort(took, ROUNDS, sizeof *took, by_value);
    printf("%-32s %8.0f ns  (99%%: %.0f ns)\n", name, took[ROUNDS / 2], took[ROUNDS * 99 / 100]);
}

static void frame(uint8_t *d, size_t n, uint64_t flags)
{
    memcpy(d, "serum", 5);
    memcpy(d + 5, &flags, 8);
    memcpy(d + n - 7, "padding", 7);
}

static uint32_t nodes;

/* The tree over the prices first, first + 1, ...: splits where the highest bit differs. */
static uint32_t tree(uint8_t *d, uint64_t first, uint64_t last)
{
    uint32_t at = nodes++, tag = first == last ? 2 : 1;
    uint8_t *p = d + 45 + 72 * (size_t)at;
    memcpy(p, &tag, 4);
    memcpy(p + 16, &first, 8);
    if (tag == 2) {
        p[24] = 9;
        p[56] = 5;
        return at;
    }
    unsigned bit = 63 - (unsigned)__builtin_clzll(first ^ last);
    uint32_t prefix = 63 - bit, low = tree(d, first, (last >> bit << bit) - 1),
             high = tree(d, last >> bit << bit, last);
    memcpy(p + 4, &prefix, 4);
    memcpy(p + 24, &low, 4);
    memcpy(p + 28, &high, 4);
    return at;
}

static void side(uint8_t *d, size_t n, uint8_t which, uint64_t first)
{
    uint64_t leaves = ORDERS;
    nodes = 0;
    frame(d, n, BOOK_INITIALIZED | (which == BOOK_BID ? BOOK_BIDS : BOOK_ASKS));
    uint32_t root = tree(d, first, first + ORDERS - 1);
    memcpy(d + 33, &root, 4);
    memcpy(d + 37, &leaves, 8);
}

int main(void)
{
    static struct venue_market m;
    struct key one = {{1}}, program = *address_key(address_openbook), keys[VENUE_ACCOUNTS], signer;
    const struct venue_ops *v = venue_of(venue_openbook);
    uint64_t lots[2] = {1000, 10}, nonce = 0, sum = 0;
    struct amm_swap s;
    while (!book_vault_signer(&one, nonce, &program, &signer)) nonce++;
    frame(market, sizeof market, BOOK_INITIALIZED | BOOK_MARKET);
    memcpy(market + 13, one.b, 32);
    memcpy(market + 45, &nonce, 8);
    memcpy(market + 53, one.b, 32);
    memcpy(market + 85, address_key(address_native_mint)->b, 32);
    memcpy(market + 349, lots, 16);
    side(half[0], sizeof half[0], BOOK_BID, 10000);
    side(half[1], sizeof half[1], BOOK_ASK, 20000);
    venue_begin(&m, venue_openbook, &one, &one, &one);
    keyset_set(&m.keys, acct_base_program, address_key(address_token));
    struct venue_account head = {true, program, 1, market, sizeof market},
                         a[5] = {{true, program, 1, half[0], sizeof half[0]},
                                 {true, program, 1, half[1], sizeof half[1]}};
    if (v->accounts(&m, 0, keys) != 1 || v->read(&m, 0, &head, 1) || v->accounts(&m, 1, keys) != 5)
        return 1;
    for (int i = 0; i < ROUNDS; i++) {
        double t = now_ns();
        if (v->read(&m, 1, a, 5)) return 1;
        took[i] = now_ns() - t;
    }
    print("read a book of 800 orders");
    for (int i = 0; i < ROUNDS; i++) {
        double t = now_ns();
        for (uint64_t k = 0; k < 20; k++)
            sum += v->quote(&m, side_buy, 40070000 + k, &s) == failure_none ? s.out_raw : 0;
        took[i] = (now_ns() - t) / 20;
    }
    print("quote through 40 orders");
    for (int i = 0; i < ROUNDS; i++) {
        double t = now_ns();
        for (uint64_t k = 0; k < 20; k++)
            sum += v->quote(&m, side_sell, 3000 + k, &s) == failure_none ? s.out_raw : 0;
        took[i] = (now_ns() - t) / 20;
    }
    print("quote within the best order");
    return sum == 0;
}
