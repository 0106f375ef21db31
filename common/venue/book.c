/* book.c - see book.h. */
#include "common/venue/book.h"

#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/sol/pda.h"

#define HEAD 5u  /* "serum" */
#define TAIL 7u  /* "padding" */
#define SLAB 45u /* first node of a side */

static struct key key_at(const uint8_t *p)
{
    struct key k;
    memcpy(k.b, p, 32);
    return k;
}

/* The frame that all of the program's accounts have. */
static bool framed(const uint8_t *data, size_t n, size_t least)
{
    return n >= least && n >= HEAD + 8 + TAIL && memcmp(data, "serum", HEAD) == 0 &&
           memcmp(data + n - TAIL, "padding", TAIL) == 0;
}

const char *book_market_read(const uint8_t *data, size_t n, struct book_market *m)
{
    if (!framed(data, n, BOOK_MARKET_BYTES)) return "not an account of the order book's program";
    uint64_t flags = FIELD_u64(data, book_market_flags), kind = flags & ~(uint64_t)BOOK_DISABLED;
    bool v2 = flags & BOOK_PERMISSIONED;
    if ((kind & ~(uint64_t)(BOOK_PERMISSIONED | (v2 ? BOOK_CRANK_AUTHORITY : 0))) !=
        (BOOK_INITIALIZED | BOOK_MARKET))
        return "not a market";
    if (n != (v2 ? BOOK_MARKET_V2_BYTES : BOOK_MARKET_BYTES)) return "a market of another length";
    memset(m, 0, sizeof *m);
    m->flags = flags;
    m->own = key_at(FIELD_key(data, book_market_own_address));
    m->signer_nonce = FIELD_u64(data, book_market_vault_signer_nonce);
    m->coin_mint = key_at(FIELD_key(data, book_market_coin_mint));
    m->pc_mint = key_at(FIELD_key(data, book_market_pc_mint));
    m->coin_vault = key_at(FIELD_key(data, book_market_coin_vault));
    m->pc_vault = key_at(FIELD_key(data, book_market_pc_vault));
    m->requests = key_at(FIELD_key(data, book_market_req_q));
    m->events = key_at(FIELD_key(data, book_market_event_q));
    m->bids = key_at(FIELD_key(data, book_market_bids));
    m->asks = key_at(FIELD_key(data, book_market_asks));
    m->coin_lot_raw = FIELD_u64(data, book_market_coin_lot_size);
    m->pc_lot_raw = FIELD_u64(data, book_market_pc_lot_size);
    if (v2) {
        m->orders_authority = key_at(data + 381);
        m->prune_authority = key_at(data + 413);
        m->crank_authority = key_at(data + 445);
    }
    return m->coin_lot_raw && m->pc_lot_raw ? NULL : "a market without lot sizes";
}

static bool bit_at(const uint8_t *bits, unsigned i) { return bits[i / 8] >> (i % 8) & 1; }

const char *book_slots_read(const uint8_t *data, size_t n, struct book_slots *s)
{
    if (!framed(data, n, BOOK_ORDERS_BYTES) || n != BOOK_ORDERS_BYTES)
        return "not an open orders account";
    memset(s, 0, sizeof *s);
    s->flags = FIELD_u64(data, book_orders_flags);
    if (s->flags != (BOOK_INITIALIZED | BOOK_OPEN_ORDERS))
        return s->flags & BOOK_CLOSED ? "the open orders account is closed"
                                      : "not an open orders account";
    s->market = key_at(FIELD_key(data, book_orders_market));
    s->owner = key_at(FIELD_key(data, book_orders_owner));
    s->coin_free_raw = FIELD_u64(data, book_orders_native_coin_free);
    s->coin_total_raw = FIELD_u64(data, book_orders_native_coin_total);
    s->pc_free_raw = FIELD_u64(data, book_orders_native_pc_free);
    s->pc_total_raw = FIELD_u64(data, book_orders_native_pc_total);
    s->referrer_rebates_raw = FIELD_u64(data, book_orders_referrer_rebates_accrued);
    for (unsigned i = 0; i < BOOK_SLOTS; i++) {
        const uint8_t *id = FIELD_list(data, book_orders_orders) + 16 * i;
        s->order[i].used = !bit_at(FIELD_list(data, book_orders_free_slot_bits), i);
        s->order[i].is_bid = bit_at(FIELD_list(data, book_orders_is_bid_bits), i);
        s->order[i].id_low = load_u64(id);
        s->order[i].price_lots = load_u64(id + 8);
        s->order[i].client_id = load_u64(FIELD_list(data, book_orders_client_order_ids) + 8 * i);
        s->free_count += !s->order[i].used;
    }
    return s->coin_free_raw <= s->coin_total_raw && s->pc_free_raw <= s->pc_total_raw
               ? NULL
               : "open orders with more free than there is";
}

/* ---- one side of the book ---- */

void book_begin(struct book_walk *w, const uint8_t *data, size_t n, uint8_t side)
{
    memset(w, 0, sizeof *w);
    w->side = side;
    if (!framed(data, n, SLAB + TAIL) ||
        load_u64(data + 5) !=
            (uint64_t)(BOOK_INITIALIZED | (side == BOOK_BID ? BOOK_BIDS : BOOK_ASKS))) {
        w->why = "not this side of a book";
        return;
    }
    w->nodes = data + SLAB;
    w->nodes_count = (uint32_t)((n - SLAB - TAIL) / BOOK_NODE_BYTES < UINT32_MAX
                                    ? (n - SLAB - TAIL) / BOOK_NODE_BYTES
                                    : UINT32_MAX);
    w->leaves_left = load_u64(data + 37);
    /* A tree of n leaves has n - 1 inner nodes. */
    if (w->leaves_left > w->nodes_count || 2 * w->leaves_left > (uint64_t)w->nodes_count + 1) {
        w->why = "more orders than the account has room for";
        return;
    }
    w->nodes_left = w->leaves_left ? 2 * w->leaves_left - 1 : 0;
    if (w->leaves_left) w->node[w->depth++] = load_u32(data + 33);
}

static bool broken(struct book_walk *w, const char *why)
{
    w->why = why;
    return false;
}

/* An inner node's children onto the stack, the better one on top. A child's prefix is longer than
 * its parent's, so no walk goes in circles. */
static bool descend(struct book_walk *w, const uint8_t *p, uint8_t least)
{
    uint32_t prefix = load_u32(p + 4);
    if (prefix > 127 || prefix < least)
        return broken(w, "a node whose prefix is not longer than its parent's");
    if (w->depth + 2 > COUNT_OF(w->node)) return broken(w, "a tree deeper than its keys are long");
    for (unsigned i = 0; i < 2; i++) {
        unsigned child = w->side == BOOK_BID ? i : 1 - i;
        w->node[w->depth] = load_u32(p + 24 + 4 * child);
        w->least_prefix[w->depth++] = (uint8_t)(prefix + 1);
    }
    return true;
}

static bool leaf(struct book_walk *w, const uint8_t *p, struct book_order *o)
{
    *o = (struct book_order){.slot = p[4],
                             .fee_tier = p[5],
                             .id_low = load_u64(p + 8),
                             .price_lots = load_u64(p + 16),
                             .owner = key_at(p + 24),
                             .coin_lots = load_u64(p + 56),
                             .client_id = load_u64(p + 64)};
    u128 key = (u128)o->price_lots << 64 | o->id_low;
    if (w->leaves_left == 0) return broken(w, "more orders than the account counts");
    if (!o->price_lots || !o->coin_lots) return broken(w, "an order without price or quantity");
    if (w->started && (w->side == BOOK_BID ? key >= w->last : key <= w->last))
        return broken(w, "orders out of their order");
    w->started = true;
    w->last = key;
    w->leaves_left--;
    return true;
}

bool book_next(struct book_walk *w, struct book_order *o)
{
    while (!w->why && w->depth) {
        uint32_t at = w->node[--w->depth];
        uint8_t least = w->least_prefix[w->depth];
        if (at >= w->nodes_count) return broken(w, "a node beyond the account");
        if (w->nodes_left-- == 0) return broken(w, "more nodes than its orders need");
        const uint8_t *p = w->nodes + (size_t)at * BOOK_NODE_BYTES;
        uint32_t tag = load_u32(p);
        if (tag == 2) return leaf(w, p, o);
        if (tag != 1) return broken(w, "a node of an unknown kind");
        if (!descend(w, p, least)) return false;
    }
    if (!w->why && w->leaves_left) w->why = "fewer orders than the account counts";
    return false;
}

/* ---- addresses ---- */

bool book_vault_signer(const struct key *market, uint64_t nonce, const struct key *program,
                       struct key *out)
{
    struct pda_seed seeds[2] = {{market->b, 32}, {&nonce, 8}};
    return pda_create(seeds, 2, program, out);
}

bool book_orders_address(const struct key *wallet, const struct key *market,
                         const struct key *program, char seed[32], struct key *out)
{
    char text[66];
    base58_encode(market->b, 32, text);
    memcpy(seed, text, 32); /* an address has 32 to 44 characters */
    return pda_with_seed(wallet, seed, 32, program, out);
}

bool book_is_stable(const struct key *market)
{
    static const uint8_t usdt_usdc[32] = {/* B2na8Awyd7cpC59iEU43FagJAPLigr3AP3s38KM982bu */
                                          0x95, 0x09, 0xfa, 0x3b, 0xe8, 0xf7, 0x5d, 0x3a,
                                          0x9a, 0xd1, 0x64, 0xe2, 0x43, 0x6e, 0x22, 0x0b,
                                          0x80, 0xb8, 0x33, 0x3c, 0x82, 0x6f, 0x6b, 0x5c,
                                          0xd1, 0xcd, 0xe6, 0x24, 0x52, 0x99, 0x3d, 0x24};
    return memcmp(market->b, usdt_usdc, 32) == 0;
}
