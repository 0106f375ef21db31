/* test_book.c - the order book: its accounts, hostile ones too; the fees and lots of its program at
 * their edges; the swap that live execution builds; and swaps told by balances. That the arithmetic
 * is the program's own is held by tests/venue/programs/executed_openbook.cjs. */
#include "common/base/num.h"
#include "common/base/rng.h"
#include "common/sol/core.h"
#include "common/venue/book.h"
#include "common/decode/balances.h"
#include "common/venue/venue.h"
#include "tests/unit/tap.h"

#define NODES      900u
#define SIDE_BYTES (45u + NODES * 72u + 7u)

struct half {
    uint8_t data[SIDE_BYTES];
};

static struct key numbered(uint8_t n)
{
    struct key k;
    memset(k.b, n, 32);
    return k;
}

static void put32(uint8_t *p, uint32_t v) { memcpy(p, &v, 4); }
static void put64(uint8_t *p, uint64_t v) { memcpy(p, &v, 8); }
static uint8_t *node(struct half *s, uint32_t i) { return s->data + 45 + 72 * (size_t)i; }

/* ---- a tree as the program makes it ---- */

static void frame(uint8_t *d, size_t n, uint64_t flags)
{
    memset(d, 0, n);
    memcpy(d, "serum", 5);
    memcpy(d + n - 7, "padding", 7);
    put64(d + 5, flags);
}

static void side_init(struct half *s, uint8_t side)
{
    frame(s->data, sizeof s->data, BOOK_INITIALIZED | (side == BOOK_BID ? BOOK_BIDS : BOOK_ASKS));
}

static uint64_t word(const uint8_t *key, unsigned high) { return load_u64(key + 8 * high); }

/* Bits that two keys have in common from the top. */
static unsigned common(const uint8_t *a, const uint8_t *b)
{
    uint64_t high = word(a, 1) ^ word(b, 1), low = word(a, 0) ^ word(b, 0);
    return high ? (unsigned)__builtin_clzll(high) : low ? 64 + (unsigned)__builtin_clzll(low) : 128;
}

static unsigned bit_of(const uint8_t *key, unsigned at)
{
    return (unsigned)(word(key, at < 64) >> (63 - at % 64) & 1);
}

/* Nodes are taken one behind the other: nothing is ever removed here. */
static void insert(struct half *s, uint64_t price, uint64_t seq, uint64_t lots,
                   const struct key *owner)
{
    uint64_t leaves = load_u64(s->data + 37), used = load_u64(s->data + 13);
    uint32_t fresh = (uint32_t)used, at = load_u32(s->data + 33);
    uint8_t *leaf = node(s, fresh);
    put32(leaf, 2);
    put64(leaf + 8, seq);
    put64(leaf + 16, price);
    memcpy(leaf + 24, owner->b, 32);
    put64(leaf + 56, lots);
    put64(s->data + 37, leaves + 1);
    put64(s->data + 13, used + (leaves ? 2 : 1));
    if (leaves == 0) {
        put32(s->data + 33, fresh);
        return;
    }
    uint32_t place = 33,
             into = UINT32_MAX; /* where the reference to `at` is: in the header, or in a node */
    for (;;) {
        uint8_t *p = node(s, at);
        unsigned shared = common(p + 8, leaf + 8);
        if (load_u32(p) == 2 || shared < load_u32(p + 4)) {
            uint8_t *inner = node(s, fresh + 1);
            unsigned bit = bit_of(leaf + 8, shared);
            put32(inner, 1);
            put32(inner + 4, shared);
            memcpy(inner + 8, leaf + 8, 16);
            put32(inner + 24 + 4 * bit, fresh);
            put32(inner + 24 + 4 * !bit, at);
            put32(into == UINT32_MAX ? s->data + place : node(s, into) + place, fresh + 1);
            return;
        }
        unsigned bit = bit_of(leaf + 8, load_u32(p + 4));
        into = at;
        place = 24 + 4 * bit;
        at = load_u32(p + 24 + 4 * bit);
    }
}

static unsigned walk(const struct half *s, uint8_t side, const char **why)
{
    struct book_walk w;
    struct book_order o;
    unsigned n = 0;
    for (book_begin(&w, s->data, sizeof s->data, side); book_next(&w, &o);) n++;
    *why = w.why;
    return n;
}

static void trees(void)
{
    static struct half s;
    const char *why;
    struct rng r;
    struct key owner = numbered(9);
    rng_seed(&r, 5);
    unsigned wrong = 0, unsorted = 0;
    for (unsigned round = 0; round < 200; round++) {
        uint8_t side = round % 2 ? BOOK_ASK : BOOK_BID;
        unsigned count = (unsigned)rng_below(&r, round < 20 ? 4 : 400);
        side_init(&s, side);
        for (unsigned i = 0; i < count; i++)
            insert(&s, 1 + rng_below(&r, round % 3 ? 50 : UINT64_MAX),
                   side == BOOK_BID ? ~(uint64_t)i : i, 1 + rng_below(&r, 100), &owner);
        wrong += walk(&s, side, &why) != count || why;
        struct book_walk w;
        struct book_order o, last = {0};
        for (book_begin(&w, s.data, sizeof s.data, side); book_next(&w, &o); last = o)
            if (last.price_lots &&
                (side == BOOK_BID
                     ? o.price_lots > last.price_lots ||
                           (o.price_lots == last.price_lots && o.id_low > last.id_low)
                     : o.price_lots < last.price_lots ||
                           (o.price_lots == last.price_lots && o.id_low < last.id_low)))
                unsorted++;
    }
    is_u64(wrong, 0, "200 trees of up to 400 orders: every order once");
    is_u64(unsorted, 0, "from the best price to the worst, the older first");
}

static void broken_trees(void)
{
    static struct half good, s;
    struct key owner = numbered(9);
    struct rng r;
    const char *why;
    side_init(&good, BOOK_ASK);
    for (unsigned i = 0; i < 20; i++) insert(&good, 100 + i, i, 5, &owner);
    uint32_t root = load_u32(good.data + 33), child = load_u32(node(&good, root) + 24);
    s = good;
    put32(node(&s, root) + 24, root);
    walk(&s, BOOK_ASK, &why);
    ok(why != NULL, "a node that is its own child: %s", why ? why : "");
    s = good;
    put32(node(&s, root) + 28, child);
    walk(&s, BOOK_ASK, &why);
    ok(why != NULL, "two children that are one: %s", why ? why : "");
    s = good;
    put32(node(&s, root) + 24, NODES);
    walk(&s, BOOK_ASK, &why);
    ok(why != NULL, "a child beyond the account: %s", why ? why : "");
    s = good;
    put32(s.data + 33, UINT32_MAX);
    walk(&s, BOOK_ASK, &why);
    ok(why != NULL, "a root beyond the account: %s", why ? why : "");
    s = good;
    put64(s.data + 37, 19);
    walk(&s, BOOK_ASK, &why);
    ok(why != NULL, "one order fewer than there are: %s", why ? why : "");
    s = good;
    put64(s.data + 37, 21);
    walk(&s, BOOK_ASK, &why);
    ok(why != NULL, "one more: %s", why ? why : "");
    s = good;
    put64(s.data + 37, UINT64_MAX);
    walk(&s, BOOK_ASK, &why);
    ok(why != NULL, "as many as there are numbers: %s", why ? why : "");
    s = good;
    put32(node(&s, 0), 3);
    walk(&s, BOOK_ASK, &why);
    ok(why != NULL, "a free node in the tree: %s", why ? why : "");
    s = good;
    put64(node(&s, 0) + 56, 0);
    walk(&s, BOOK_ASK, &why);
    ok(why != NULL, "an order of nothing: %s", why ? why : "");
    walk(&good, BOOK_BID, &why);
    ok(why != NULL, "asks are no bids: %s", why ? why : "");
    rng_seed(&r, 11);
    unsigned long most = 0;
    for (unsigned i = 0; i < 20000; i++) {
        s = good;
        for (unsigned k = 0; k < 1 + i % 4; k++)
            s.data[5 + rng_below(&r, 45 + 40 * 72)] = (uint8_t)rng_below(&r, 256);
        unsigned n = walk(&s, BOOK_ASK, &why);
        if (n > most) most = n;
    }
    ok(most <= NODES / 2 + 1, "20,000 mutations: no walk is longer than the account (%lu)", most);
}

/* ---- fees ---- */

static void fees(void)
{
    uint64_t rate = book_taker_rate(false), stable = book_taker_rate(true);
    is_u64(rate, 7378697629483820u, "4 basis points of 2^64, as twice the rounded maker's rate");
    is_u64(book_taker_fee(rate, 0), 0, "no fee of nothing");
    is_u64(book_taker_fee(rate, 1), 1, "a fee is rounded up");
    is_u64(book_taker_fee(rate, 2500), 1, "2500 cost 1: the rate is a hair below 4 basis points");
    is_u64(book_taker_fee(rate, 2501), 2, "2501 cost 2");
    is_u64(book_taker_fee(stable, 10000), 1, "1 basis point for the stable market");
    is_u64(book_taker_fee(rate, UINT64_MAX), 7378697629483820u, "the largest fits");
    struct rng r;
    unsigned bad = 0;
    rng_seed(&r, 3);
    for (unsigned i = 0; i < 100000; i++) {
        uint64_t all = rng_u64(&r) >> rng_below(&r, 64), net = book_without_fee(rate, all),
                 fee = book_taker_fee(rate, net);
        bad += net > all || fee > all - net || all - net - fee > 1;
    }
    is_u64(
        bad, 0,
        "100,000 amounts: what is left without the fee, with it is never more, and at most 1 less");
}

/* ---- the venue ---- */

struct world {
    struct venue_market m;
    uint8_t market[388], orders[BOOK_ORDERS_BYTES];
    struct half bids, asks;
    struct key wallet, mint, pool, orders_key;
    bool has_orders;
};

static void market_bytes(struct world *w, uint64_t coin_lot, uint64_t pc_lot)
{
    const struct key *wsol = address_key(address_native_mint);
    frame(w->market, sizeof w->market, BOOK_INITIALIZED | BOOK_MARKET);
    memcpy(w->market + 13, w->pool.b, 32);
    memcpy(w->market + 53, w->mint.b, 32);
    memcpy(w->market + 85, wsol->b, 32);
    put64(w->market + 349, coin_lot);
    put64(w->market + 357, pc_lot);
    struct key out;
    uint64_t nonce = 0;
    while (!book_vault_signer(&w->pool, nonce, address_key(address_openbook), &out)) nonce++;
    put64(w->market + 45, nonce);
    static const unsigned keys[] = {117, 165, 221, 253, 285, 317};
    for (unsigned i = 0; i < COUNT_OF(keys); i++) memset(w->market + keys[i], (int)(40 + i), 32);
}

static enum failure open_world(struct world *w)
{
    const struct venue_ops *v = venue_of(venue_openbook);
    struct key k[VENUE_ACCOUNTS];
    const struct key *program = address_key(address_openbook);
    memset(&w->m, 0, sizeof w->m);
    venue_begin(&w->m, venue_openbook, &w->wallet, &w->mint, &w->pool);
    keyset_set(&w->m.keys, acct_base_program, address_key(address_token));
    if (v->accounts(&w->m, 0, k) != 1 || !key_equal(&k[0], &w->pool)) return failure_capacity;
    struct venue_account head = {true, *program, 1, w->market, sizeof w->market};
    enum failure bad = v->read(&w->m, 0, &head, 1);
    if (bad) return bad;
    if (v->accounts(&w->m, 1, k) != 5) return failure_capacity;
    w->orders_key = k[2];
    struct venue_account a[5] = {{true, *program, 1, w->bids.data, sizeof w->bids.data},
                                 {true, *program, 1, w->asks.data, sizeof w->asks.data},
                                 {w->has_orders, *program, 1, w->orders, sizeof w->orders}};
    return v->read(&w->m, 1, a, 5);
}

static struct world *fresh(uint64_t coin_lot, uint64_t pc_lot)
{
    static struct world w;
    memset(&w, 0, sizeof w);
    w.wallet = numbered(1);
    w.mint = numbered(2);
    w.pool = numbered(3);
    market_bytes(&w, coin_lot, pc_lot);
    side_init(&w.bids, BOOK_BID);
    side_init(&w.asks, BOOK_ASK);
    return &w;
}

static struct amm_swap asked(struct world *w, uint8_t side, uint64_t in_raw, enum failure *bad)
{
    struct amm_swap s;
    *bad = venue_of(venue_openbook)->quote(&w->m, side, in_raw, &s);
    return s;
}

static void quotes(void)
{
    struct world *w = fresh(1000, 10);
    struct key maker = numbered(9);
    enum failure bad;
    insert(&w->asks, 50, 1, 4, &maker);
    insert(&w->asks, 60, 2, 100, &maker);
    insert(&w->bids, 40, 1, 4, &maker);
    insert(&w->bids, 30, 2, 100, &maker);
    is_u64(open_world(w), failure_none, "a market is read");
    /* One lot at 50 costs 500 and a fee of 1. */
    struct amm_swap s = asked(w, side_buy, 500, &bad);
    is_u64(bad, failure_math, "one less than a lot and its fee: nothing");
    s = asked(w, side_buy, 501, &bad);
    ok(!bad && s.in_raw == 501 && s.out_raw == 1000 && s.protocol_fee_raw == 1 &&
           s.quote_raw == 500 && s.base_raw == 1000,
       "exactly a lot and its fee");
    s = asked(w, side_buy, 1000, &bad);
    ok(!bad && s.in_raw == 501 && s.out_raw == 1000, "the rest of a lot is not spent: 501 of 1000");
    s = asked(w, side_buy, 1001, &bad);
    ok(!bad && s.in_raw == 1001 && s.out_raw == 2000, "two lots of one resting order have one fee");
    s = asked(w, side_buy, 2001 + 600 + 1, &bad);
    ok(!bad && s.out_raw == 5000 && s.protocol_fee_raw == 2 && s.in_raw == 2602,
       "two resting orders: the fee is rounded up at each");
    s = asked(w, side_sell, 999, &bad);
    is_u64(bad, failure_math, "less than a lot is not sold");
    s = asked(w, side_sell, 5999, &bad);
    ok(!bad && s.in_raw == 5000 && s.out_raw == 1600 - 1 + 300 - 1 && s.protocol_fee_raw == 2,
       "5 lots of 5999 are sold, 999 stay");
    asked(w, side_sell, 105000, &bad);
    is_u64(bad, failure_funds, "more than all bids take");
    s = asked(w, side_sell, 104000, &bad);
    ok(!bad && s.in_raw == 104000, "all bids");
    asked(w, side_buy, 10000000, &bad);
    is_u64(bad, failure_funds, "more than all asks cost");
    ok(w->m.pool.quote_reserve_raw * 2000 == w->m.pool.base_reserve_raw * 900,
       "a small swap is priced halfway between 40 and 50");
    is_u64(w->m.rent_lamports, RENT_LAMPORTS(3228),
           "the first order deposits an open orders account's rent");
    /* The wallet's own order stops the walk. */
    struct key own = w->orders_key;
    insert(&w->asks, 55, 3, 1, &own);
    is_u64(open_world(w), failure_none, "with an order of our own");
    s = asked(w, side_buy, 2001, &bad);
    ok(!bad && s.out_raw == 4000, "in front of it a buy is a buy");
    asked(w, side_buy, 2001 + 551, &bad);
    is_u64(bad, failure_congestion, "what would meet it is refused");
    s = asked(w, side_buy, 2001 + 549, &bad);
    ok(!bad && s.out_raw == 4000, "what cannot afford it does not meet it");
}

static void refusals(void)
{
    struct world *w = fresh(1000, 10);
    enum failure bad;
    is_u64(open_world(w), failure_none, "an empty book is a book");
    asked(w, side_buy, 1000000, &bad);
    is_u64(bad, failure_no_pool, "of which nothing can be bought");
    put64(w->market + 5, BOOK_INITIALIZED | BOOK_MARKET | BOOK_DISABLED);
    is_u64(open_world(w), failure_no_pool, "a disabled market is refused");
    put64(w->market + 5, BOOK_INITIALIZED | BOOK_MARKET);
    memset(w->market + 53, 77, 32);
    is_u64(open_world(w), failure_no_pool, "one of another token too");
    w = fresh(0, 10);
    is_u64(open_world(w), failure_no_pool, "and one without lots");
    w = fresh(1000, 10);
    struct key maker = numbered(9);
    insert(&w->asks, UINT64_MAX, 1, UINT64_MAX, &maker);
    bad = open_world(w);
    ok(bad == failure_math, "a price beyond 64 bits is no market");
    w = fresh(UINT64_MAX, 1);
    insert(&w->asks, 1, 1, UINT64_MAX, &maker);
    insert(&w->bids, 1, 1, UINT64_MAX, &maker);
    bad = open_world(w);
    if (!bad) asked(w, side_buy, UINT64_MAX, &bad);
    is_u64(bad, failure_math, "nor are lots");
    w = fresh(1000, 10);
    w->has_orders = true;
    frame(w->orders, sizeof w->orders, BOOK_INITIALIZED | BOOK_OPEN_ORDERS);
    memcpy(w->orders + 13, w->pool.b, 32);
    memcpy(w->orders + 45, w->wallet.b, 32);
    is_u64(open_world(w), failure_capacity, "open orders without a free place are refused");
    memset(w->orders + 109, 0xff, 16);
    is_u64(open_world(w), failure_none, "with one they are taken");
    w->orders[45] ^= 1;
    is_u64(open_world(w), failure_no_pool, "somebody else's are not");
}

static void building(void)
{
    struct world *w = fresh(1000, 10);
    static struct plan p;
    struct key maker = numbered(9);
    insert(&w->asks, 50, 1, 4, &maker);
    insert(&w->asks, 60, 2, 100, &maker);
    is_u64(open_world(w), failure_none, "a market to build on");
    const char *missing = venue_of(venue_openbook)->build(&w->m, side_buy, 2602, 2500, &p);
    ok(!missing && p.count == 4, "the first swap: open orders, order, settlement, floor");
    const struct ix *order = &p.ix[1], *floor = &p.ix[3];
    ok(order->data_len == 51 && order->accounts_count == 12 && load_u32(order->data + 1) == 10 &&
           load_u32(order->data + 5) == 0,
       "a bid with the program's bytes");
    is_u64(load_u64(order->data + 9), 120,
           "at the worst price of the quote with the limit's room: 60 * 5000 / 2500");
    is_u64(load_u64(order->data + 25), 2602, "that locks no more than the amount");
    ok(load_u32(order->data + 33) == 2 && load_u32(order->data + 37) == 1,
       "aborts rather than trading with itself, and never rests");
    ok(floor->data[0] == 3 && load_u64(floor->data + 1) == 2500 &&
           key_equal(&floor->account[0].key, &floor->account[1].key) &&
           key_equal(&floor->account[0].key, keyset_get(&w->m.keys, acct_user_base, side_buy)),
       "the floor moves nothing, and wants the limit to be there");
    memset(&p, 0, sizeof p);
    w->has_orders = true;
    memset(w->orders, 0, sizeof w->orders);
    is_u64(open_world(w), failure_none, "open orders that are made but blank");
    missing = venue_of(venue_openbook)->build(&w->m, side_buy, 2602, 5000, &p);
    ok(!missing && p.count == 3 && load_u64(p.ix[0].data + 9) == 60,
       "are not made again; at the full limit the worst price is the quote's");
    insert(&w->bids, 40, 1, 4, &maker);
    memset(&p, 0, sizeof p);
    is_u64(open_world(w), failure_none, "with a bid too");
    missing = venue_of(venue_openbook)->build(&w->m, side_sell, 3000, 600, &p);
    ok(!missing && load_u32(p.ix[0].data + 5) == 1 && load_u64(p.ix[0].data + 9) == 20 &&
           load_u64(p.ix[0].data + 17) == 3,
       "an ask of 3 lots, down to 40 * 600 / 1199");
    const struct venue_ops *v = venue_of(venue_openbook);
    ok(venue_failure(v, 1) == failure_slippage && venue_failure(v, 34) == failure_funds &&
           venue_failure(v, 42) == failure_capacity && venue_failure(v, 61) == failure_congestion,
       "the program's errors by what they mean");
}

/* ---- places of an open orders account ---- */

static void places(void)
{
    static uint8_t oo[BOOK_ORDERS_BYTES];
    struct book_slots s;
    frame(oo, sizeof oo, BOOK_INITIALIZED | BOOK_OPEN_ORDERS);
    memset(oo + 109, 0xff, 16);
    oo[109] = 0xfd;
    oo[125] = 2;
    put64(oo + 141 + 16, 7);
    put64(oo + 149 + 16, 99);
    put64(oo + 2189 + 8, 5);
    ok(!book_slots_read(oo, sizeof oo, &s) && s.free_count == 127 && s.order[1].used &&
           s.order[1].is_bid && s.order[1].price_lots == 99 && s.order[1].id_low == 7 &&
           s.order[1].client_id == 5,
       "open orders: one bid in the second place");
    put64(oo + 77, 5);
    ok(book_slots_read(oo, sizeof oo, &s) != NULL, "more free than there is: none");
}

/* ---- swaps by balances ---- */

static void changes(void)
{
    struct key me = numbered(1), mint = numbered(2), wsol = *address_key(address_native_mint),
               vault = numbered(8), other = numbered(7);
    struct swap_event e;
    /* A buy: SOL was wrapped in an account that is gone again, so only the vault shows it. */
    struct token_change buy[] = {{mint, me, 0, 5000},
                                 {mint, vault, 90000, 85000},
                                 {wsol, vault, 1000, 3602},
                                 {wsol, me, 0, 0}};
    ok(balances_swap(buy, 4, &me, &mint, &wsol, &e) && e.side == side_buy && e.base_raw == 5000 &&
           e.quote_raw == 2602 && e.user_quote_raw == 2602 && key_equal(&e.user, &me),
       "a buy");
    struct token_change sale[] = {{mint, me, 5000, 0},
                                  {mint, vault, 85000, 90000},
                                  {wsol, vault, 3602, 1100},
                                  {wsol, other, 5, 7},
                                  {numbered(6), vault, 1, 9}};
    ok(balances_swap(sale, 5, &me, &mint, &wsol, &e) && e.side == side_sell && e.base_raw == 5000 &&
           e.quote_raw == 2500,
       "a sale of which somebody else got 2");
    struct token_change gift[] = {{mint, vault, 0, 5}, {wsol, vault, 0, 5}};
    ok(!balances_swap(gift, 2, &me, &mint, &wsol, &e), "both ways the same is no swap");
    ok(!balances_swap(buy, 2, &me, &mint, &wsol, &e) &&
           !balances_swap(buy, 0, &me, &mint, &wsol, &e),
       "half of one is none");
    struct token_change huge[] = {
        {mint, vault, UINT64_MAX, 0}, {mint, other, UINT64_MAX, 0}, {wsol, vault, 0, 1}};
    ok(!balances_swap(huge, 3, &me, &mint, &wsol, &e), "sums beyond 64 bits are none");
}

int main(void)
{
    trees();
    broken_trees();
    fees();
    quotes();
    refusals();
    building();
    places();
    changes();
    return done();
}
