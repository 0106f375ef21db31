/* dlmm.c - see dlmm.h. */
#include "common/amm/dlmm.h"

#include <string.h>

#include "common/amm/q64.h"

#define FEE_ONE         UINT64_C(1000000000)
#define FEE_MAX         UINT64_C(100000000) /* 10 % */
#define ORDER_SHARE_BPS 5000u               /* of a limit order's fee, what its owner gets */
#define INNER_LOW       (-512)
#define INNER_HIGH      511
#define OUTER_ARRAYS    6144 /* in each outer bitmap */

enum { TYPE_PERMISSION = 1, TYPE_CUSTOMIZABLE = 2 };
/* ---- bitmaps ---- */

int32_t dlmm_array_of(int32_t bin)
{
    return bin >= 0 ? bin / DLMM_BINS : -((-bin + DLMM_BINS - 1) / DLMM_BINS);
}

/* The next set bit from this one on, upward or downward; -1 without. */
static int next_bit(const uint64_t *words, int count, int from, bool up)
{
    for (int i = from; up ? i < count : i >= 0;) {
        uint64_t w = words[i / 64];
        w = up ? w >> (i % 64) : w << (63 - i % 64);
        if (w) return up ? i + __builtin_ctzll(w) : i - __builtin_clzll(w);
        i = up ? (i / 64 + 1) * 64 : i / 64 * 64 - 1;
    }
    return -1;
}

bool dlmm_next_array(const struct dlmm_pair *p, enum dlmm_way way, int32_t from, int32_t *index)
{
    bool up = way == DLMM_UP;
    int bit;
    /* From the outside in, the three bitmaps in the direction of the walk: below, within, above. */
    for (int zone = from < INNER_LOW ? -1 : from > INNER_HIGH; zone >= -1 && zone <= 1;
         zone += up ? 1 : -1) {
        if (zone == 0)
            bit = next_bit(p->bitmap, 1024, from - INNER_LOW, up);
        else if (!p->extended)
            return false;
        else if (zone > 0)
            bit = from - INNER_HIGH - 1 >= OUTER_ARRAYS
                      ? -1
                      : next_bit(p->outer[0], OUTER_ARRAYS, from - INNER_HIGH - 1, up);
        else
            bit = INNER_LOW - 1 - from >= OUTER_ARRAYS
                      ? -1
                      : next_bit(p->outer[1], OUTER_ARRAYS, INNER_LOW - 1 - from, !up);
        if (bit >= 0) {
            *index = zone == 0  ? bit + INNER_LOW
                     : zone > 0 ? bit + INNER_HIGH + 1
                                : INNER_LOW - 1 - bit;
            return true;
        }
        from =
            up ? (zone < 0 ? INNER_LOW : INNER_HIGH + 1) : (zone > 0 ? INNER_HIGH : INNER_LOW - 1);
    }
    return false;
}

bool dlmm_open(const struct dlmm_pair *p, uint64_t slot, uint64_t time_s)
{
    bool waits = p->pair_type == TYPE_PERMISSION || p->pair_type == TYPE_CUSTOMIZABLE;
    return p->status == 0 && (!waits || (p->by_time ? time_s : slot) >= p->activation);
}

/* ---- prices and amounts ---- */

bool dlmm_price(uint16_t bin_step, int32_t bin, u128 *price)
{
    return q64_pow(Q64_ONE + ((u128)bin_step << 64) / BPS_ONE, bin, price);
}

/* Input that buys all of max at this price, rounded up. */
static bool amount_in(enum dlmm_way way, u128 price, uint64_t max, uint64_t *in)
{
    u128 v;
    if (way == DLMM_DOWN) {
        if (!wide_div_ceil((struct u256){0, (u128)max << 64}, price, &v)) return false;
    } else {
        struct u256 product = wide_mul(max, price);
        if (product.hi >> 64) return false;
        v = product.hi << 64 | product.lo >> 64;
        if ((uint64_t)product.lo && !add_u128(v, 1, &v)) return false;
    }
    if (v > UINT64_MAX) return false;
    *in = (uint64_t)v;
    return true;
}

/* What this input brings at this price, rounded down. */
static bool amount_out(enum dlmm_way way, u128 price, uint64_t in, uint64_t *out)
{
    struct u256 product = wide_mul(in, price);
    u128 v = way == DLMM_DOWN ? product.hi << 64 | product.lo >> 64
             : price          ? ((u128)in << 64) / price
                              : U128_MAX;
    if ((way == DLMM_DOWN && product.hi >> 64) || v > UINT64_MAX) return false;
    *out = (uint64_t)v;
    return true;
}

/* One layer of a bin: all of it, or what the input that is left buys. */
static bool fill(enum dlmm_way way, u128 price, uint64_t max, uint64_t *left, uint64_t *used,
                 uint64_t *out)
{
    uint64_t need, got = max;
    if (max == 0 || *left == 0) return true;
    if (!amount_in(way, price, max, &need)) return false;
    if (*left < need) {
        need = *left;
        if (!amount_out(way, price, need, &got)) return false;
    }
    *left -= need;
    return add_u64(*used, need, used) && add_u64(*out, got, out);
}

/* ---- fees ---- */

/* What moves while a swap walks: a copy of the pair's own. */
struct walk {
    const struct dlmm_pair *p;
    enum dlmm_way way;
    int32_t active, reference;
    uint32_t volatility_reference, volatility;
};

/* Before a swap: after a pause the reference moves to the active bin and the volatility fades or is
 * forgotten. */
static bool begin(struct walk *w, uint64_t time_s)
{
    const struct dlmm_pair *p = w->p;
    int64_t elapsed;
    w->active = p->active;
    w->reference = p->index_reference;
    w->volatility_reference = p->volatility_reference;
    w->volatility = p->volatility;
    if (time_s > INT64_MAX || !sub_i64((int64_t)time_s, p->updated_s, &elapsed)) return false;
    if (elapsed < p->filter_period) return true;
    w->reference = p->active;
    uint64_t faded = (uint64_t)p->volatility * p->reduction_factor;
    if (elapsed < p->decay_period && faded > UINT32_MAX) return false;
    w->volatility_reference = elapsed < p->decay_period ? (uint32_t)(faded / BPS_ONE) : 0;
    return true;
}

static void accumulate(struct walk *w)
{
    int64_t away = (int64_t)w->reference - w->active;
    uint64_t v = w->volatility_reference + (uint64_t)(away < 0 ? -away : away) * BPS_ONE;
    w->volatility = v < w->p->max_volatility ? (uint32_t)v : w->p->max_volatility;
}

/* Whole fee in units of 1e-9, at most 10 %. */
static bool fee_rate(const struct walk *w, uint64_t *rate)
{
    const struct dlmm_pair *p = w->p;
    u128 fee = (u128)p->base_factor * p->bin_step * 10, v = (u128)w->volatility * p->bin_step;
    for (unsigned i = 0; i < p->power; i++) fee *= 10;
    if (p->variable_control && (!mul_u128(v, v, &v) || !mul_u128(v, p->variable_control, &v) ||
                                !add_u128(v, UINT64_C(99999999999), &v)))
        return false;
    if (p->variable_control) fee += v / UINT64_C(100000000000);
    *rate = fee > FEE_MAX ? FEE_MAX : (uint64_t)fee;
    return true;
}

/* Providers' fees give the pair's share to the protocol, limit orders' fees half; the providers'
 * part is rounded up. */
static bool split(const struct dlmm_pair *p, uint64_t fee, uint64_t provided_in, uint64_t in,
                  struct dlmm_swap *s)
{
    uint64_t provided_fee, protocol;
    if (in == 0) return true;
    if (!muldiv_ceil(fee, provided_in, in, &provided_fee)) return false;
    uint64_t orders = fee - provided_fee;
    protocol = orders - (uint64_t)((u128)orders * ORDER_SHARE_BPS / BPS_ONE) +
               (uint64_t)((u128)provided_fee * p->protocol_share / BPS_ONE);
    return add_u64(s->protocol_fee, protocol, &s->protocol_fee) &&
           add_u64(s->lp_fee, fee - protocol, &s->lp_fee);
}

/* ---- the walk ---- */

/* Swap in one bin what is left of the input. */
static bool swap_bin(const struct walk *w, const struct dlmm_bin *b, uint64_t *left,
                     struct dlmm_swap *s)
{
    uint64_t rate, fee = 0, net = *left, used = 0, out = 0, paid = *left, provided_in;
    u128 price;
    if (!fee_rate(w, &rate) || !dlmm_price(w->p->bin_step, w->active, &price)) return false;
    if (s->on_input && (!muldiv_ceil(*left, rate, FEE_ONE, &fee) || !sub_u64(*left, fee, &net)))
        return false;
    if (!fill(w->way, price, b->provided, &net, &used, &out)) return false;
    provided_in = used;
    if (!fill(w->way, price, b->processed, &net, &used, &out) ||
        !fill(w->way, price, b->open, &net, &used, &out))
        return false;
    if (net > 0) { /* the bin is empty now: its fee is of what it took */
        if (s->on_input && !muldiv_ceil(used, rate, FEE_ONE - rate, &fee)) return false;
        if (!add_u64(used, s->on_input ? fee : 0, &paid)) return false;
    }
    if (!s->on_input && (!muldiv_ceil(out, rate, FEE_ONE, &fee) || !sub_u64(out, fee, &out)))
        return false;
    return sub_u64(*left, paid, left) && add_u64(s->out, out, &s->out) &&
           split(w->p, fee, provided_in, used, s);
}

/* Swap in one array, from the active bin on. */
static bool swap_array(struct walk *w, const struct dlmm_array *a, uint64_t *left,
                       struct dlmm_swap *s)
{
    while (*left && dlmm_array_of(w->active) == a->index) {
        const struct dlmm_bin *b = &a->bin[w->active - a->index * DLMM_BINS];
        if (b->provided | b->processed | b->open) {
            accumulate(w);
            if (!swap_bin(w, b, left, s)) return false;
            s->bins++;
        } else
            s->passed++;
        if (*left) w->active += w->way == DLMM_DOWN ? -1 : 1;
        if (w->active < -DLMM_BIN_END || w->active > DLMM_BIN_END) return false;
    }
    return true;
}

enum failure dlmm_swap_in(const struct dlmm_pair *p, enum dlmm_way way, uint64_t in,
                          uint64_t time_s, struct dlmm_swap *s)
{
    struct walk w = {.p = p, .way = way};
    uint64_t left = in;
    int32_t index;
    memset(s, 0, sizeof *s);
    s->on_input = p->collect == 0 || way == DLMM_UP; /* else of the output, which is Y */
    if (in == 0 || !begin(&w, time_s)) return failure_math;
    for (unsigned at = 0; left; at++) {
        if (at == DLMM_ARRAYS || !dlmm_next_array(p, way, dlmm_array_of(w.active), &index))
            return failure_math;
        const struct dlmm_array *a = &p->array[way][at];
        if (!a->loaded || a->index != index) return failure_math;
        if (dlmm_array_of(w.active) != index)
            w.active = way == DLMM_DOWN ? index * DLMM_BINS + DLMM_BINS - 1 : index * DLMM_BINS;
        if (w.active < -DLMM_BIN_END || w.active > DLMM_BIN_END || !swap_array(&w, a, &left, s))
            return failure_math;
        s->arrays = at + 1;
    }
    return failure_none;
}

/* ---- what it holds ---- */

static u128 total(const struct dlmm_pair *p, enum dlmm_way way)
{
    u128 sum = 0;
    for (unsigned i = 0; i < DLMM_ARRAYS; i++)
        for (int k = 0; k < DLMM_BINS && p->array[way][i].loaded; k++)
            sum += (u128)p->array[way][i].bin[k].provided + p->array[way][i].bin[k].processed +
                   p->array[way][i].bin[k].open;
    return sum;
}

bool dlmm_reserves(const struct dlmm_pair *p, uint64_t *x, uint64_t *y, uint64_t *held_x,
                   uint64_t *held_y)
{
    u128 sum_y = total(p, DLMM_DOWN), sum_x = total(p, DLMM_UP), price;
    if (!dlmm_price(p->bin_step, p->active, &price) || price == 0 || sum_x > UINT64_MAX ||
        sum_y > UINT64_MAX)
        return false;
    struct u256 worth = wide_mul(sum_x, price); /* X at the active price, Q64.64 of Y */
    if (!wide_add(worth, (struct u256){sum_y >> 64, sum_y << 64}, &worth) || worth.hi >> 64)
        return false;
    u128 all_y = worth.hi << 64 | worth.lo >> 64, all_x;
    if (!wide_div_floor(worth, price, &all_x)) return false;
    for (; (all_x | all_y) >> 64; all_x >>= 1) all_y >>= 1;
    *x = (uint64_t)all_x;
    *y = (uint64_t)all_y;
    *held_x = (uint64_t)sum_x;
    *held_y = (uint64_t)sum_y;
    return *x && *y;
}
