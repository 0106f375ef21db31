/* whirlpool.c - a swap through the ticks of a Whirlpool: the order of steps, what crossing a tick
 * does, the adaptive fee. Source: orca-so/whirlpools,
 * programs/whirlpool/src/{manager/{swap,fee_rate}_manager,util/{swap_tick_sequence,sparse_swap},
 * state/oracle}.rs (August 2026). Must not: read accounts. */
#include <string.h>

#include "common/amm/whirlpool.h"

#define FEE_RATE_MAX        100000u /* hard limit of static and adaptive fee together */
#define ACCUMULATOR_SCALE   10000u  /* a tick group in the accumulator */
#define REDUCTION_ONE       10000u
#define CONTROL_ONE         100000u
#define REFERENCE_AGE_MAX_S 3600u

static int32_t floor_div(int32_t a, int32_t b) { return a / b - (a % b < 0); }

/* ---- where the ticks are ---- */

int32_t whirlpool_start(const struct whirlpool *w, int32_t tick)
{
    return floor_div(tick, whirlpool_span(w)) * whirlpool_span(w);
}

bool whirlpool_start_valid(const struct whirlpool *w, int32_t start)
{
    int32_t span = whirlpool_span(w);
    if (start >= CLMM_TICK_MIN && start <= CLMM_TICK_MAX) return start % span == 0;
    return start == CLMM_TICK_MIN - (CLMM_TICK_MIN % span + span);
}

unsigned whirlpool_sequence(const struct whirlpool *w, bool a_to_b,
                            uint8_t place[WHIRLPOOL_SEQUENCE])
{
    int32_t span = whirlpool_span(w), base = whirlpool_start(w, w->tick),
            at = (base - w->first) / span;
    unsigned n = 0;
    if (!a_to_b && w->tick + (int32_t)w->spacing >= base + span)
        at++; /* behind the last tick of this array only the next one counts */
    for (; n < WHIRLPOOL_SEQUENCE && at >= 0 && at < (int32_t)WHIRLPOOL_ARRAYS &&
           w->array[at].present;
         at += a_to_b ? -1 : 1)
        place[n++] = (uint8_t)at;
    return n;
}

/* ---- the fee that follows the price ---- */

struct fee {
    const struct whirlpool_oracle *o;
    bool a_to_b;
    uint32_t static_rate, reference, accumulator;
    int64_t group, group_reference;
    int64_t low_group, high_group; /* beyond these the accumulator is at its maximum */
    u128 low_price, high_price;    /* 0: out of range */
};

static void accumulate(struct fee *f)
{
    if (!f->o->exists) return;
    int64_t d = f->group_reference - f->group;
    uint64_t v = f->reference + (uint64_t)(d < 0 ? -d : d) * ACCUMULATOR_SCALE;
    f->accumulator = v < f->o->max_accumulator ? (uint32_t)v : f->o->max_accumulator;
}

/* A pause renews the reference; a short one, or a major swap lately, keeps it. The chain's time is
 * never before the account's own time. */
static void renew_reference(struct fee *f, uint64_t now_s)
{
    const struct whirlpool_oracle *o = f->o;
    uint64_t last = o->reference_s > o->major_s ? o->reference_s : o->major_s;
    if (now_s < last) now_s = last;
    bool too_old = now_s - o->reference_s > REFERENCE_AGE_MAX_S, fast = now_s - last < o->filter_s,
         decays = now_s - last < o->decay_s;
    f->group_reference = o->group_reference;
    f->reference = o->reference;
    if (!too_old && fast) return;
    f->group_reference = f->group;
    f->reference = !too_old && decays
                       ? (uint32_t)((uint64_t)o->accumulator * o->reduction / REDUCTION_ONE)
                       : 0;
}

static bool fee_begin(struct fee *f, const struct whirlpool *w, bool a_to_b, uint64_t now_s)
{
    const struct whirlpool_oracle *o = &w->oracle;
    *f = (struct fee){.o = o, .a_to_b = a_to_b, .static_rate = w->fee_rate};
    if (!o->exists) return true;
    f->group = floor_div(w->tick, o->group_ticks);
    renew_reference(f, now_s);
    if (f->reference > o->max_accumulator) return false; /* the program fails */
    int64_t reach = (o->max_accumulator - f->reference + ACCUMULATOR_SCALE - 1) / ACCUMULATOR_SCALE;
    f->low_group = f->group_reference - reach;
    f->high_group = f->group_reference + reach;
    int64_t low = f->low_group * o->group_ticks, high = (f->high_group + 1) * o->group_ticks;
    if (low > CLMM_TICK_MAX || high < CLMM_TICK_MIN) return false;
    if (low > CLMM_TICK_MIN) f->low_price = clmm_sqrt_price((int32_t)low);
    if (high < CLMM_TICK_MAX) f->high_price = clmm_sqrt_price((int32_t)high);
    return true;
}

static uint32_t fee_rate(const struct fee *f)
{
    if (!f->o->exists) return f->static_rate;
    uint64_t crossed =
        (uint64_t)f->accumulator * f->o->group_ticks; /* checked on reading: below 2^32 */
    u128 one = (u128)CONTROL_ONE * ACCUMULATOR_SCALE * ACCUMULATOR_SCALE,
         rate = ((u128)f->o->control * (crossed * crossed) + one - 1) / one + f->static_rate;
    return rate < FEE_RATE_MAX ? (uint32_t)rate : FEE_RATE_MAX;
}

static u128 nearer(bool a_to_b, u128 p, u128 q) { return a_to_b == (p > q) ? p : q; }

/* How far the price may go at this fee. *skip: the fee will not change on the way, tick groups are
 * not counted one by one. */
static u128 fee_bound(const struct fee *f, u128 target, u128 liquidity, bool *skip)
{
    const struct whirlpool_oracle *o = f->o;
    *skip = false;
    if (!o->exists) return target;
    *skip = true;
    if (o->control == 0 || liquidity == 0) return target;
    if (f->low_price && f->group < f->low_group)
        return f->a_to_b ? target : nearer(false, target, f->low_price);
    if (f->high_price && f->group > f->high_group)
        return f->a_to_b ? nearer(true, target, f->high_price) : target;
    *skip = false;
    int64_t edge = (f->group + !f->a_to_b) * o->group_ticks;
    edge = edge < CLMM_TICK_MIN ? CLMM_TICK_MIN : edge > CLMM_TICK_MAX ? CLMM_TICK_MAX : edge;
    return nearer(f->a_to_b, target, clmm_sqrt_price((int32_t)edge));
}

/* On to the next tick group; after a skip first to the one the price has come to. */
static void fee_advance(struct fee *f, bool skip, u128 price, u128 next_price, int32_t next_tick)
{
    if (!f->o->exists) return;
    if (skip) {
        int32_t tick = price == next_price ? next_tick : clmm_tick(price),
                group_ticks = f->o->group_ticks;
        bool on_edge =
            tick % group_ticks == 0 && (price == next_price || price == clmm_sqrt_price(tick));
        int64_t last =
            on_edge && !f->a_to_b ? tick / group_ticks - 1 : floor_div(tick, group_ticks);
        if (f->a_to_b ? last < f->group : last > f->group) {
            f->group = last;
            accumulate(f);
        }
    }
    f->group += f->a_to_b ? -1 : 1;
}

/* ---- the walk ---- */

struct walk {
    const struct whirlpool *w;
    bool a_to_b;
    uint8_t place[WHIRLPOOL_SEQUENCE];
    unsigned places, at; /* at: which of them the search is in */
    int32_t tick;
    u128 price, liquidity;
    uint64_t left, out, fees, protocol;
    struct fee fee;
};

static int32_t start_of(const struct walk *k, unsigned at)
{
    return k->w->first + k->place[at] * whirlpool_span(k->w);
}

/* Nearest initialized tick of one array in the direction, as its number in the array; -1 when there
 * is none. Going left the tick at the search's own place counts, going right it does not. */
static int in_array(const struct whirlpool_array *a, int32_t offset, bool a_to_b)
{
    u128 bits = a->initialized;
    if (a_to_b) {
        bits &= offset >= 127 ? U128_MAX : ((u128)1 << (offset + 1)) - 1;
        if (!bits) return -1;
        return bits >> 64 ? 127 - __builtin_clzll((uint64_t)(bits >> 64))
                          : 63 - __builtin_clzll((uint64_t)bits);
    }
    bits &= offset + 1 >= 128 ? 0 : U128_MAX << (offset + 1);
    if (!bits) return -1;
    return (uint64_t)bits ? __builtin_ctzll((uint64_t)bits)
                          : 64 + __builtin_ctzll((uint64_t)(bits >> 64));
}

/* The next price at which the liquidity may change: a tick, the end of the last array, or of all
 * prices. */
static bool next_tick(const struct walk *k, unsigned *at, int32_t *next)
{
    int32_t span = whirlpool_span(k->w), spacing = k->w->spacing, search = k->tick;
    for (*at = k->at; *at < k->places; ++*at) {
        int32_t start = start_of(k, *at), shift = k->a_to_b ? 0 : spacing;
        if (search < start - shift || search >= start + span - shift) return false;
        int i =
            in_array(&k->w->array[k->place[*at]], floor_div(search - start, spacing), k->a_to_b);
        if (i >= 0) {
            *next = start + i * spacing;
            return true;
        }
        if (k->a_to_b && start <= CLMM_TICK_MIN) {
            *next = CLMM_TICK_MIN;
            return true;
        }
        if (!k->a_to_b && start + span > CLMM_TICK_MAX) {
            *next = CLMM_TICK_MAX;
            return true;
        }
        if (*at + 1 == k->places) {
            *next = k->a_to_b ? start : start + span - 1;
            return true;
        }
        search = k->a_to_b ? start - 1 : start + span - 1;
    }
    return false;
}

static bool cross(struct walk *k, unsigned at, int32_t tick)
{
    const struct whirlpool_array *a = &k->w->array[k->place[at]];
    int32_t spacing = k->w->spacing, offset = floor_div(tick - start_of(k, at), spacing);
    if (tick % spacing == 0 && offset >= 0 && offset < WHIRLPOOL_TICKS &&
        a->initialized >> offset & 1) {
        i128 net = a->net[offset];
        bool less = k->a_to_b == (net > 0);
        u128 size = net < 0 ? 0 - (u128)net : (u128)net;
        if (!(less ? sub_u128(k->liquidity, size, &k->liquidity)
                   : add_u128(k->liquidity, size, &k->liquidity)))
            return false;
    }
    k->at = at + (k->a_to_b ? offset == 0 : offset == WHIRLPOOL_TICKS - 1);
    k->tick = k->a_to_b ? tick - 1 : tick;
    return true;
}

static bool account_for(struct walk *k, const struct clmm_step *s)
{
    uint64_t protocol = (uint64_t)((u128)s->fee_raw * k->w->protocol_rate / BPS_ONE);
    return sub_u64(k->left, s->in_raw, &k->left) && sub_u64(k->left, s->fee_raw, &k->left) &&
           add_u64(k->out, s->out_raw, &k->out) && add_u64(k->fees, s->fee_raw, &k->fees) &&
           add_u64(k->protocol, protocol, &k->protocol);
}

/* To the next tick, or as far as the input goes. */
static bool leg(struct walk *k, struct whirlpool_swap *out)
{
    unsigned at;
    int32_t next;
    if (!next_tick(k, &at, &next)) return false;
    u128 target = clmm_sqrt_price(
        next); /* no price limit but the ends of prices, which are those of the outermost ticks */
    do {
        struct clmm_step s;
        bool skip;
        if (++out->steps > WHIRLPOOL_STEPS_MAX) return false;
        accumulate(&k->fee);
        uint32_t rate = fee_rate(&k->fee);
        if (rate > out->fee_rate) out->fee_rate = rate;
        u128 bound = fee_bound(&k->fee, target, k->liquidity, &skip);
        if (!clmm_step(k->left, rate, k->liquidity, k->price, bound, k->a_to_b, &s) ||
            !account_for(k, &s))
            return false;
        if (s.sqrt_price == target && !cross(k, at, next))
            return false; /* short of it the search ends, so no tick is needed */
        k->price = s.sqrt_price;
        fee_advance(&k->fee, skip, k->price, target, next);
    } while (k->left && k->price != target);
    return true;
}

enum failure whirlpool_swap(const struct whirlpool *w, bool a_to_b, uint64_t in_raw, uint64_t now_s,
                            struct whirlpool_swap *s)
{
    struct walk k = {.w = w,
                     .a_to_b = a_to_b,
                     .tick = w->tick,
                     .price = w->sqrt_price,
                     .liquidity = w->liquidity,
                     .left = in_raw};
    u128 end = a_to_b ? CLMM_SQRT_MIN : CLMM_SQRT_MAX;
    memset(s, 0, sizeof *s);
    k.places = whirlpool_sequence(w, a_to_b, k.place);
    if (!k.places || w->sqrt_price == end) return failure_no_pool;
    if (!in_raw || !fee_begin(&k.fee, w, a_to_b, now_s)) return failure_math;
    while (k.left && k.price != end)
        if (!leg(&k, s)) return failure_math;
    if (k.left) return failure_math; /* the program would take less than it was given */
    s->out_raw = k.out;
    s->lp_fee_raw = k.fees - k.protocol;
    s->protocol_fee_raw = k.protocol;
    s->sqrt_price = k.price;
    return failure_none;
}
