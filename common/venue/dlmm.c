/* dlmm.c - Meteora DLMM: the pair, its bitmaps and the bin arrays around the active bin, quotes by
 * common/amm/dlmm, the instruction, its events. Source: MeteoraAg/dlmm-sdk (July 2026, interface
 * 0.12.0, npm 1.9.14). Must not: send transactions. */
#include "common/venue/dlmm.h"

#include <string.h>

#include "common/base/num.h"
#include "common/sol/pda.h"
#include "common/venue/account.h"
#include "common/venue/venue.h"

/* Upper bound of compute units. Measured on the program (0.12.0) in 1,000 swaps: 34,000, plus 5,000
 * a bin, 250 an empty bin on the way, and up to 43,000 more. */
#define UNITS       80000u
#define UNITS_BIN   6000u
#define UNITS_EMPTY 500u

/* In the market's space. */
struct own {
    struct dlmm_pair pair;
    struct key array[DLMM_WAYS][DLMM_ARRAYS];
    bool base_is_x;
};
_Static_assert(sizeof(struct own) <= VENUE_SPACE, "a pair with its bins fits the market's space");

static struct own *own(struct venue_market *m) { return (struct own *)(void *)m->space; }
static const struct own *own_const(const struct venue_market *m)
{
    return (const struct own *)(const void *)m->space;
}

#define REWARD_BYTES 144u
enum { FUNCTION_ANY, FUNCTION_MINING, FUNCTION_ORDERS, FUNCTIONS };
enum { PAIR_TYPES = 4 };

static const uint8_t pair_disc[8] = {0x21, 0x0b, 0x31, 0x62, 0xb5, 0x65, 0xb1, 0x0d},
                     array_disc[8] = {0x5c, 0x8e, 0x5c, 0xdc, 0x05, 0x94, 0x46, 0xb5},
                     bitmap_disc[8] = {0x50, 0x6f, 0x7c, 0x71, 0x37, 0xed, 0x12, 0x05};

static bool all_zero(const uint8_t *d, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (d[i]) return false;
    return true;
}

static void read_parameters(const uint8_t *d, struct dlmm_pair *p)
{
    p->base_factor = FIELD_u16(d, dlmm_pair_base_factor);
    p->filter_period = FIELD_u16(d, dlmm_pair_filter_period);
    p->decay_period = FIELD_u16(d, dlmm_pair_decay_period);
    p->reduction_factor = FIELD_u16(d, dlmm_pair_reduction_factor);
    p->variable_control = FIELD_u32(d, dlmm_pair_variable_fee_control);
    p->max_volatility = FIELD_u32(d, dlmm_pair_max_volatility_accumulator);
    p->protocol_share = FIELD_u16(d, dlmm_pair_protocol_share);
    p->power = FIELD_u8(d, dlmm_pair_base_fee_power_factor);
    p->collect = FIELD_u8(d, dlmm_pair_collect_fee_mode);
    p->volatility = FIELD_u32(d, dlmm_pair_volatility_accumulator);
    p->volatility_reference = FIELD_u32(d, dlmm_pair_volatility_reference);
    p->index_reference = FIELD_i32(d, dlmm_pair_index_reference);
    p->updated_s = (int64_t)FIELD_u64(d, dlmm_pair_last_update_timestamp);
    p->orders = FIELD_u8(d, dlmm_pair_function_type) == FUNCTION_ORDERS ||
                (FIELD_u8(d, dlmm_pair_function_type) == FUNCTION_ANY &&
                 all_zero(FIELD_list(d, dlmm_pair_reward_infos), 32) &&
                 all_zero(FIELD_list(d, dlmm_pair_reward_infos) + REWARD_BYTES,
                          32)); /* any: pairs without rewards */
}

const char *dlmm_read_pair(const uint8_t *d, size_t n, struct dlmm_pair *p)
{
    if (n < ACCOUNT_BYTES_dlmm_pair || memcmp(d, pair_disc, 8) != 0) return "not a pair";
    memset(p, 0, sizeof *p);
    read_parameters(d, p);
    p->pair_type = FIELD_u8(d, dlmm_pair_pair_type);
    p->active = FIELD_i32(d, dlmm_pair_active_id);
    p->bin_step = FIELD_u16(d, dlmm_pair_bin_step);
    p->status = FIELD_u8(d, dlmm_pair_status);
    p->by_time = FIELD_u8(d, dlmm_pair_activation_type);
    p->activation = FIELD_u64(d, dlmm_pair_activation_point);
    p->flag_x = FIELD_u8(d, dlmm_pair_token_mint_x_program_flag);
    p->flag_y = FIELD_u8(d, dlmm_pair_token_mint_y_program_flag);
    memcpy(p->bitmap, FIELD_list(d, dlmm_pair_bin_array_bitmap), sizeof p->bitmap);
    if (FIELD_u8(d, dlmm_pair_function_type) >= FUNCTIONS || p->collect > 1 ||
        p->pair_type >= PAIR_TYPES || p->by_time > 1 || p->flag_x > 1 || p->flag_y > 1 ||
        p->power > 9)
        return "a kind of pair that is not known";
    if (p->protocol_share > BPS_ONE || p->bin_step == 0 || p->active < -DLMM_BIN_END ||
        p->active > DLMM_BIN_END)
        return "numbers beyond their range";
    return NULL;
}

const char *dlmm_read_bitmap(const uint8_t *d, size_t n, const struct key *pair,
                             struct dlmm_pair *p)
{
    if (n < ACCOUNT_BYTES_dlmm_bitmap || memcmp(d, bitmap_disc, 8) != 0 ||
        memcmp(FIELD_key(d, dlmm_bitmap_lb_pair), pair->b, 32) != 0)
        return "not the bitmaps of this pair";
    memcpy(p->outer, FIELD_list(d, dlmm_bitmap_positive_bin_array_bitmap), sizeof p->outer);
    p->extended = true;
    return NULL;
}

const char *dlmm_read_array(const uint8_t *d, size_t n, const struct key *pair, struct dlmm_pair *p,
                            enum dlmm_way way, unsigned at, int32_t index)
{
    struct dlmm_array *a = &p->array[way][at];
    u128 price;
    if (n < ACCOUNT_BYTES_dlmm_array || memcmp(d, array_disc, 8) != 0 ||
        memcmp(FIELD_key(d, dlmm_array_lb_pair), pair->b, 32) != 0 ||
        (int64_t)FIELD_u64(d, dlmm_array_index) != index)
        return "not this array of this pair";
    memset(a, 0, sizeof *a);
    for (int i = 0; i < DLMM_BINS; i++) {
        const uint8_t *b = FIELD_list(d, dlmm_array_bins) + (size_t)i * ACCOUNT_BYTES_dlmm_bin;
        u128 stored = FIELD_u128(b, dlmm_bin_price);
        bool asks = FIELD_u8(b, dlmm_bin_limit_order_ask_side) != 0;
        if (stored && (!dlmm_price(p->bin_step, index * DLMM_BINS + i, &price) || price != stored))
            return "a bin of another price";
        a->bin[i].provided =
            way == DLMM_DOWN ? FIELD_u64(b, dlmm_bin_amount_y) : FIELD_u64(b, dlmm_bin_amount_x);
        if (p->orders && asks == (way == DLMM_UP)) {
            a->bin[i].open = FIELD_u64(b, dlmm_bin_open_order_amount);
            a->bin[i].processed = FIELD_u64(b, dlmm_bin_processed_order_remaining_amount);
        }
    }
    a->index = index;
    a->loaded = true;
    return NULL;
}

/* ---- accounts ---- */

/* A bin array to load: its place, and the account of the round that holds it. */
struct want {
    int32_t index;
    uint8_t way, at, account;
};

/* Arrays with liquidity in both directions that are not loaded yet, nearest first; their accounts
 * are counted from first. */
static size_t wanted(const struct dlmm_pair *p, size_t first,
                     struct want w[DLMM_WAYS * DLMM_ARRAYS], size_t *accounts)
{
    size_t n = 0;
    *accounts = first;
    for (unsigned way = 0; way < DLMM_WAYS; way++) {
        int32_t from = dlmm_array_of(p->active), index;
        for (unsigned at = 0;
             at < DLMM_ARRAYS && dlmm_next_array(p, (enum dlmm_way)way, from, &index);
             at++, from = way == DLMM_DOWN ? index - 1 : index + 1) {
            const struct dlmm_array *a = &p->array[way][at];
            if (a->loaded && a->index == index) continue;
            bool shared = way == DLMM_UP && n && w[0].index == index &&
                          w[0].way == DLMM_DOWN; /* the active array serves both directions */
            w[n] = (struct want){index, (uint8_t)way, (uint8_t)at,
                                 (uint8_t)(shared ? w[0].account : (*accounts)++)};
            n++;
        }
    }
    return n;
}

static bool array_key(struct venue_market *m, int32_t index, struct key *k)
{
    int64_t number = index;
    const struct key *pool = keyset_get(&m->keys, acct_pool, side_buy);
    struct pda_seed seeds[] = {{"bin_array", 9}, {pool ? pool->b : NULL, 32}, {&number, 8}};
    return pool && pda_find(seeds, COUNT_OF(seeds), address_key(address_dlmm), k, NULL);
}

/* Round 0: the pair. Round 1: the outer bitmaps and the arrays that the inner bitmap shows. Round
 * 2: the arrays that only the outer bitmaps show. */
static size_t accounts(struct venue_market *m, unsigned round, struct key keys[VENUE_ACCOUNTS])
{
    struct want w[DLMM_WAYS * DLMM_ARRAYS];
    const struct key *first =
        keyset_get(&m->keys, round == 0 ? acct_pool : acct_dlmm_bitmap_address, side_buy);
    size_t n = 0, count;
    if (!first || round > 2) return 0;
    if (round < 2) keys[n++] = *first;
    if (round == 0) return n;
    if (round == 2 && !own(m)->pair.extended) return 0;
    count = wanted(&own(m)->pair, n, w, &n);
    for (size_t i = 0; i < count; i++)
        if (!array_key(m, w[i].index, &keys[w[i].account])) return 0;
    return n;
}

/* Find which token of the pair is the base; false unless the other is the quote and both token
 * programs are those that the pair names. */
static bool find_sides(struct venue_market *m, const uint8_t *d)
{
    struct own *o = own(m);
    return venue_sides(m, FIELD_key(d, dlmm_pair_token_x_mint),
                       FIELD_key(d, dlmm_pair_token_y_mint), &o->base_is_x) &&
           venue_programs(m, o->base_is_x, o->pair.flag_x, o->pair.flag_y);
}

static enum failure read_pair(struct venue_market *m, const struct venue_account *a)
{
    const uint8_t *d = a->data;
    if (!venue_account_is(a, address_dlmm, ACCOUNT_BYTES_dlmm_pair) ||
        dlmm_read_pair(d, a->n, &own(m)->pair) || !find_sides(m, d))
        return failure_no_pool;
    if (!dlmm_open(&own(m)->pair, m->slot, m->now_s)) return failure_no_pool;
    if (!key_is_none(&m->mint.hook_program))
        return failure_no_pool; /* a hook needs accounts that only the hook defines */
    venue_give(m, acct_mint_a, FIELD_key(d, dlmm_pair_token_x_mint));
    venue_give(m, acct_mint_b, FIELD_key(d, dlmm_pair_token_y_mint));
    venue_give(m, acct_vault_a, FIELD_key(d, dlmm_pair_reserve_x));
    venue_give(m, acct_vault_b, FIELD_key(d, dlmm_pair_reserve_y));
    venue_give(m, acct_dlmm_oracle, FIELD_key(d, dlmm_pair_oracle));
    return failure_none;
}

static enum failure read_bitmap(struct venue_market *m, const struct venue_account *a)
{
    const struct key *pool = keyset_get(&m->keys, acct_pool, side_buy),
                     *address = keyset_get(&m->keys, acct_dlmm_bitmap_address, side_buy);
    if (!a->exists || !address_is(&a->owner, address_dlmm))
        return failure_none; /* most pairs have no outer bitmaps */
    if (dlmm_read_bitmap(a->data, a->n, pool, &own(m)->pair)) return failure_no_pool;
    keyset_set(&m->keys, acct_dlmm_bitmap, address);
    return failure_none;
}

static enum failure set_reserves(struct venue_market *m)
{
    uint64_t x, y, held_x, held_y;
    bool first = own(m)->base_is_x;
    if (!dlmm_reserves(&own(m)->pair, &x, &y, &held_x, &held_y)) return failure_no_pool;
    m->pool.base_reserve_raw = first ? x : y;
    m->pool.quote_reserve_raw = first ? y : x;
    m->pool.base_real_raw = first ? held_x : held_y;
    m->pool.quote_real_raw = first ? held_y : held_x;
    return failure_none;
}

/* The accounts of this round were chosen before the outer bitmaps were read, so list the arrays
 * first. */
static enum failure read_arrays(struct venue_market *m, unsigned round,
                                const struct venue_account *a, size_t n)
{
    struct own *o = own(m);
    struct want w[DLMM_WAYS * DLMM_ARRAYS];
    const struct key *pool = keyset_get(&m->keys, acct_pool, side_buy);
    size_t used, count = wanted(&o->pair, round == 1, w, &used);
    if (used > n) return failure_no_pool;
    for (size_t i = 0; i < count; i++) {
        const struct venue_account *x = &a[w[i].account];
        if (!venue_account_is(x, address_dlmm, ACCOUNT_BYTES_dlmm_array))
            continue; /* a swap that needs it is refused */
        if (dlmm_read_array(x->data, x->n, pool, &o->pair, (enum dlmm_way)w[i].way, w[i].at,
                            w[i].index))
            return failure_no_pool;
        if (!array_key(m, w[i].index, &o->array[w[i].way][w[i].at])) return failure_no_pool;
    }
    return round == 1 ? read_bitmap(m, &a[0]) : failure_none;
}

static enum failure read_market(struct venue_market *m, unsigned round,
                                const struct venue_account *a, size_t n)
{
    struct key none[VENUE_ACCOUNTS];
    if (round == 0) return n ? read_pair(m, &a[0]) : failure_no_pool;
    enum failure bad = n ? read_arrays(m, round, a, n) : failure_no_pool;
    /* A pair whose arrays are all in the outer bitmaps is empty until the last round. */
    return bad || (round == 1 && accounts(m, 2, none)) ? bad : set_reserves(m);
}

static enum dlmm_way way_of(const struct own *o, uint8_t side)
{
    return (side == side_sell) == o->base_is_x ? DLMM_DOWN : DLMM_UP;
}

static enum failure quote(const struct venue_market *m, uint8_t side, uint64_t in_raw,
                          struct amm_swap *s)
{
    const struct own *o = own_const(m);
    struct dlmm_swap d;
    uint64_t in;
    memset(s, 0, sizeof *s);
    if (!venue_reaches(m, side, in_raw, &in)) return failure_math;
    enum failure bad = dlmm_swap_in(&o->pair, way_of(o, side), in, m->now_s, &d);
    if (bad) return bad;
    s->compute_units = UNITS + UNITS_BIN * d.bins + UNITS_EMPTY * d.passed;
    return venue_swapped(m, side, in_raw,
                         (struct venue_gives){d.out, d.lp_fee, d.protocol_fee, d.on_input}, s);
}

/* Append the arrays that the swap walks through, and one more in case the price moves before it
 * lands. */
static const char *build(struct venue_market *m, uint8_t side, uint64_t in_raw, uint64_t limit_raw,
                         struct plan *p)
{
    static const uint8_t no_hooks[] = {
        2, 0, 0, 0, 0, 0, 1, 0}; /* two slices: of hooks of X and of Y, without accounts */
    const struct own *o = own_const(m);
    enum dlmm_way way = way_of(o, side);
    struct dlmm_swap d;
    uint64_t in;
    if (!venue_reaches(m, side, in_raw, &in) || dlmm_swap_in(&o->pair, way, in, m->now_s, &d))
        return "bin_array";
    const char *missing = venue_add(m, layout_dlmm_swap2, side, in_raw, limit_raw, p);
    if (missing) return missing;
    struct ix *x = &p->ix[p->count - 1];
    ix_bytes(x, no_hooks, sizeof no_hooks);
    for (unsigned i = 0; i <= d.arrays && i < DLMM_ARRAYS && o->pair.array[way][i].loaded; i++)
        ix_account(x, &o->array[way][i], ACCOUNT_WRITABLE);
    return NULL;
}

/* ---- events ---- */

/* The program writes Swap and Swap2Evt for every swap, Swap first; versions before 0.12 wrote Swap
 * alone. One of the two counts (VENUE_TELLS_TWICE). Amounts are those that reach and leave the
 * pair, without the transfer fee of a token. (Measured on the program.) */
static bool newer_event(struct event_cursor *c, struct swap_event *e)
{
    event_skip(c, 4 + 4);
    e->a_to_b = event_u8(c) != 0;
    event_skip(c, 16);
    e->in_raw = event_u64(c);
    uint64_t left = event_u64(c);
    e->out_raw = event_u64(c);
    uint64_t provided = event_u64(c), protocol = event_u64(c), orders = event_u64(c),
             host = event_u64(c);
    e->fee_on_output = event_u8(c) == 0;
    event_skip(c, 1);
    /* With a rest the amounts that moved are not proven. */
    return left == 0 && add_u64(provided, orders, &e->pool_fee_raw) &&
           add_u64(protocol, host, &e->program_fee_raw);
}

/* In this form the fees are of the input, in one number. */
static bool older_event(struct event_cursor *c, struct swap_event *e)
{
    event_skip(c, 4 + 4);
    e->in_raw = event_u64(c);
    e->out_raw = event_u64(c);
    e->a_to_b = event_u8(c) != 0;
    uint64_t fee = event_u64(c), protocol = event_u64(c);
    event_skip(c, 16);
    e->older = true;
    return add_u64(protocol, event_u64(c), &e->program_fee_raw) &&
           sub_u64(fee, e->program_fee_raw, &e->pool_fee_raw);
}

static bool event(const uint8_t *data, size_t n, struct swap_event *e)
{
    static const uint8_t swap2[8] = {0x2e, 0x74, 0x52, 0xd7, 0x94, 0x1b, 0x54, 0x4d},
                         swap[8] = {0x51, 0x6c, 0xe3, 0xbe, 0xcd, 0xd0, 0x0a, 0xc4};
    bool newer = memcmp(data, swap2, 8) == 0;
    struct event_cursor at = {data, n, 8}, *c = &at;
    if (n < (newer ? 155u : 137u) || (!newer && memcmp(data, swap, 8) != 0)) return false;
    e->venue = venue_dlmm;
    e->form = EVENT_TOKENS;
    e->pool = event_key(c);
    e->user = event_key(c);
    bool good = newer ? newer_event(c, e) : older_event(c, e);
    e->trailing = event_trailing(c);
    return good;
}

static const struct venue_error errors[] = {
    {6003, failure_slippage, "less would come than the limit asks for"},
    {6004, failure_slippage, "the price has moved over more bins than allowed"},
    {6009, failure_math, "a bin array that the swap needs is missing"},
    {6012, failure_math, "the pair has not enough liquidity"},
    {6018, failure_math, "overflow in the arithmetic of the program"},
    {6019, failure_math, "a number does not fit its type"},
    {6037, failure_math, "no bin array with liquidity in this direction"},
    {6042, failure_no_pool, "the pair is disabled"},
    {0}};

const struct venue_ops venue_row_dlmm = {.venue = venue_dlmm,
                                         .program = address_dlmm,
                                         .traits = VENUE_TELLS_TWICE,
                                         .accounts = accounts,
                                         .read = read_market,
                                         .quote = quote,
                                         .build = build,
                                         .event = event,
                                         .error = errors};
