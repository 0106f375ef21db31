/* features.c - what each record does to the state. The vector itself is made in vector.c. See
 * features.h. Must not: look at anything but records; depend on records after the one it is given.
 */
#include "features/vector/features.h"

#include <string.h>

#include "common/base/hash.h"
#include "common/base/num.h"
#include "features/vector/vector_internal.h"

static size_t align64(size_t n) { return (n + 63) & ~(size_t)63; }

size_t features_size(const struct features_config *c)
{
    return align64(sizeof(struct feature_state)) + align64(table_size(c->mints)) +
           align64(table_size(CREATORS_MAX)) + align64(CREATORS_MAX * sizeof(struct creator)) +
           align64(c->mints * sizeof(struct token)) +
           align64((size_t)c->mints * c->wallets * sizeof(struct wallet)) +
           align64(c->mints * sizeof(struct birth)) + align64(c->mints * sizeof(uint32_t));
}

void features_init(struct feature_state *s, const struct features_config *c)
{
    size_t at = align64(sizeof *s);
    s->conf = *c;
    s->at_table = at;
    at += align64(table_size(c->mints));
    s->at_creator_table = at;
    at += align64(table_size(CREATORS_MAX));
    s->at_creators = at;
    at += align64(CREATORS_MAX * sizeof(struct creator));
    s->at_tokens = at;
    at += align64(c->mints * sizeof(struct token));
    s->at_wallets = at;
    at += align64((size_t)c->mints * c->wallets * sizeof(struct wallet));
    s->at_births = at;
    at += align64(c->mints * sizeof(struct birth));
    s->at_dirty = at;
    table_init(state_table(s), c->mints);
    table_init(state_creator_table(s), CREATORS_MAX);
}

/* Time never goes back: a record from before what was reached counts as now. */
static uint64_t clamp_time(struct feature_state *s, uint64_t ts_ns)
{
    if (s->origin_ns == 0) s->origin_ns = ts_ns;
    if (ts_ns > s->now_ns) s->now_ns = ts_ns;
    return s->now_ns;
}

/* ---- tokens and creators ---- */

static struct creator *creator_of(struct feature_state *s, const struct key *k)
{
    bool added;
    if (key_is_none(k)) return NULL;
    uint32_t row = table_claim(state_creator_table(s), k->b, &added);
    struct creator *c = state_creator(s, row);
    if (added) *c = (struct creator){0, 0};
    return c;
}

static void note_birth(struct feature_state *s, uint32_t row, const struct token *t)
{
    *state_birth(s, s->birth_end) =
        (struct birth){.born_ns = t->born_ns, .row = row, .generation = t->generation};
    s->birth_end++;
    for (uint32_t i = 0; i < s->conf.age_count; i++)
        if (s->birth_end - s->age_cursor[i] > s->conf.mints)
            s->age_cursor[i] = s->birth_end - s->conf.mints;
}

static void reset_token(struct token *t, const struct key *mint, uint64_t now_ns)
{
    uint32_t generation = t->generation + 1;
    uint8_t listed = t->listed;
    memset(t, 0, sizeof *t);
    t->generation = generation;
    t->listed = listed;
    t->mint = *mint;
    t->born_ns = t->last_ns = now_ns;
    t->supply = UINT64_C(1000000000000000);
}

static struct token *token_of(struct feature_state *s, const struct key *mint, uint32_t *row)
{
    bool added;
    struct table *table = state_table(s);
    *row = table_add(table, mint->b, &added);
    if (*row == TABLE_NONE) {
        table_remove(table, table_oldest(table));
        s->evicted++;
        *row = table_add(table, mint->b, &added);
    }
    struct token *t = state_token(s, *row);
    if (added) {
        reset_token(t, mint, s->now_ns);
        note_birth(s, *row, t);
    }
    return t;
}

static void set_creator(struct token *t, const struct key *creator)
{
    if (!key_is_none(creator)) t->creator = *creator;
}

static void step_token(struct feature_state *s, const struct rec_token *r)
{
    uint32_t row;
    clamp_time(s, r->ts_ns);
    struct token *t = token_of(s, &r->mint, &row);
    if (t->launch_seen) return;
    t->launch_seen = 1;
    t->born_slot = r->slot;
    t->token_flags = r->flags;
    if (r->supply_raw) t->supply = r->supply_raw;
    t->mint_authority = !key_is_none(&r->mint_authority);
    t->freeze_authority = !key_is_none(&r->freeze_authority);
    set_creator(t, &r->creator);
    struct creator *c = creator_of(s, &r->creator);
    if (c) c->launches++;
    series_open(&s->market, state_seconds(s));
    s->market.now.new_buyers++;
}

static void graduate(struct feature_state *s, struct token *t)
{
    if (t->graduated) return;
    t->graduated = 1;
    t->graduated_ns = s->now_ns;
    struct creator *c = creator_of(s, &t->creator);
    if (c) c->graduated++;
    series_open(&s->market, state_seconds(s));
    s->market.now.big_buys++;
}

static uint64_t price_of(uint64_t base, uint64_t quote)
{
    if (base == 0) return 0;
    u128 p = (u128)quote * UINT64_C(1000000000000000) / base;
    return p > UINT64_MAX / 4 ? UINT64_MAX / 4 : (uint64_t)p;
}

static void set_reserves(struct token *t, uint64_t base, uint64_t quote, uint64_t base_real,
                         uint64_t quote_real)
{
    t->base_reserve = base;
    t->quote_reserve = quote;
    t->base_real = base_real;
    t->quote_real = quote_real;
}

static void step_pool(struct feature_state *s, const struct rec_pool *r)
{
    uint32_t row;
    if (!key_is_none(&r->quote_mint)) return;
    clamp_time(s, r->ts_ns);
    struct token *t = token_of(s, &r->mint, &row);
    set_creator(t, &r->creator);
    if (r->supply_raw) t->supply = r->supply_raw;
    if (r->venue == venue_pump) t->curve_seen = 1;
    if (r->event == pool_event_completed || r->event == pool_event_migrated) graduate(s, t);
    if (r->event == pool_event_completed || r->base_reserve_raw == 0) return;
    t->venue = r->venue;
    t->pool = r->pool;
    set_reserves(t, r->base_reserve_raw, r->quote_reserve_raw, r->base_real_raw, r->quote_real_raw);
    if (t->price == 0) {
        t->price = t->launch_price = t->peak_price = t->low_price = t->series.now.price =
            price_of(r->base_reserve_raw, r->quote_reserve_raw);
        t->peak_ns = s->now_ns;
    }
}

/* ---- wallets ---- */

static struct wallet *oldest_wallet(struct wallet *w, uint32_t n)
{
    struct wallet *old = w;
    uint32_t least = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t last = w[i].buy_s > w[i].sell_s ? w[i].buy_s : w[i].sell_s;
        if (last < least) {
            least = last;
            old = &w[i];
        }
    }
    return old;
}

static struct wallet *wallet_of(struct feature_state *s, struct token *t, uint32_t row, uint64_t id)
{
    struct wallet *w = state_wallets(s, row);
    for (uint32_t i = 0; i < t->wallets; i++)
        if (w[i].id == id) return &w[i];
    struct wallet *slot =
        t->wallets < s->conf.wallets ? &w[t->wallets++] : oldest_wallet(w, t->wallets);
    if (slot->id) t->forgotten++;
    *slot = (struct wallet){.id = id};
    return slot;
}

static void note_creator(struct token *t, const struct rec_trade *r)
{
    if (r->side == side_buy) {
        t->creator_buy = add_sat_u64(t->creator_buy, r->quote_raw);
        t->creator_bought_raw = add_sat_u64(t->creator_bought_raw, r->base_raw);
        return;
    }
    t->creator_sell = add_sat_u64(t->creator_sell, r->quote_raw);
    t->creator_sold_raw = add_sat_u64(t->creator_sold_raw, r->base_raw);
    t->creator_sells++;
}

static void note_first_buy(struct token *t, struct wallet *w, const struct rec_trade *r,
                           bool by_creator)
{
    t->series.now.new_buyers++;
    if (by_creator) {
        w->flags |= WALLET_CREATOR;
        return;
    }
    if (t->early < EARLY_BUYERS) {
        t->early++;
        w->flags |= WALLET_EARLY;
    }
    if (t->launch_seen && r->slot == t->born_slot) w->flags |= WALLET_SNIPER;
}

static void note_wallet(struct feature_state *s, struct token *t, uint32_t row,
                        const struct rec_trade *r)
{
    uint64_t id = hash_key(r->trader.b) | 1;
    struct wallet *w = wallet_of(s, t, row, id);
    uint32_t now = state_seconds(s) + 1, other = r->side == side_buy ? w->sell_s : w->buy_s;
    bool by_creator = t->launch_seen && key_equal(&r->trader, &t->creator);
    if (by_creator) note_creator(t, r);
    if (w->last_side && w->last_side != r->side && other && now - other <= 60)
        t->series.now.flip_lamports += r->quote_raw;
    if (r->side == side_buy) {
        if (!w->buy_s)
            note_first_buy(t, w, r, by_creator);
        else
            t->series.now.repeat_buys++;
        if (w->flags & WALLET_SNIPER && r->slot == t->born_slot) {
            t->sniper_buys++;
            t->sniper_raw += r->base_raw;
            t->sniper_lamports += r->quote_raw;
        }
        w->bought_raw = add_sat_u64(w->bought_raw, r->base_raw);
        w->buy_s = now;
    } else {
        w->sold_raw = add_sat_u64(w->sold_raw, r->base_raw);
        w->sell_s = now;
        w->sells++;
    }
    w->last_side = r->side;
}

/* ---- trades ---- */

static uint32_t step_ppm(uint64_t from, uint64_t to)
{
    uint64_t d = from > to ? from - to : to - from;
    uint32_t ppm = ratio_ppm(d, from);
    return ppm > 10 * PPM_ONE ? 10 * PPM_ONE : ppm;
}

static void note_price(struct feature_state *s, struct token *t, uint64_t price)
{
    if (t->launch_price == 0) {
        t->launch_price = t->peak_price = t->low_price = price;
        t->peak_ns = s->now_ns;
    }
    if (t->price) {
        uint64_t r = step_ppm(t->price, price);
        t->series.now.square_ppm2 = add_sat_u64(t->series.now.square_ppm2, r * r);
    }
    t->price = t->series.now.price = price;
    if (price > t->peak_price) {
        t->peak_price = price;
        t->peak_ns = s->now_ns;
        t->new_highs++;
    }
    if (price < t->low_price) t->low_price = price;
    uint32_t down = ratio_ppm(t->peak_price - price, t->peak_price);
    if (down > t->max_drawdown_ppm) t->max_drawdown_ppm = down;
}

static void note_flow(struct totals *n, const struct rec_trade *r)
{
    if (r->side == side_buy) {
        n->buys++;
        n->buy_lamports += r->quote_raw;
        n->fee_lamports += r->tip_lamports + r->priority_fee_lamports;
    } else {
        n->sells++;
        n->sell_lamports += r->quote_raw;
    }
}

static void note_size(struct token *t, const struct rec_trade *r)
{
    bool buy = r->side == side_buy, big = r->quote_raw >= LAMPORTS_PER_SOL;
    t->series.now.big_buys += buy && big;
    t->series.now.big_sells += !buy && big;
    uint64_t *most = buy ? &t->max_buy : &t->max_sell;
    if (r->quote_raw > *most) *most = r->quote_raw;
    t->last_lamports = r->quote_raw;
    t->streak = buy ? (t->streak > 0 ? t->streak + 1 : 1) : (t->streak < 0 ? t->streak - 1 : -1);
    t->last_side = r->side;
}

static void note_slot(struct token *t, const struct rec_trade *r)
{
    if (t->slot != r->slot || t->slots_traded == 0) {
        t->slot = r->slot;
        t->slots_traded++;
        t->slot_open_price = t->price;
        t->slot_buys = t->slot_sells = 0;
        t->slot_buy = t->slot_sell = 0;
    }
    if (r->side == side_buy) {
        t->slot_buys++;
        t->slot_buy += r->quote_raw;
    } else {
        t->slot_sells++;
        t->slot_sell += r->quote_raw;
    }
}

static void note_cadence(struct feature_state *s, struct token *t, uint8_t side)
{
    uint64_t gap = s->now_ns - t->last_ns;
    t->gap_ns = t->buy_ns || t->sell_ns ? t->gap_ns - t->gap_ns / 16 + gap / 16 : gap;
    t->last_ns = s->now_ns;
    if (side == side_buy)
        t->buy_ns = s->now_ns;
    else
        t->sell_ns = s->now_ns;
}

static void mark_dirty(struct feature_state *s, struct token *t, uint32_t row)
{
    t->traded = 1;
    if (t->listed) return;
    t->listed = 1;
    *state_dirty(s, s->dirty_count++) = row;
}

static void step_trade(struct feature_state *s, const struct rec_trade *r, const struct out *out)
{
    uint32_t row;
    if (!key_is_none(&r->quote_mint) || (r->flags & TRADE_OUTLIER) ||
        (r->side != side_buy && r->side != side_sell))
        return;
    clamp_time(s, r->ts_ns);
    struct token *t = token_of(s, &r->mint, &row);
    series_open(&t->series, state_seconds(s));
    series_open(&s->market, state_seconds(s));
    if (r->flags & TRADE_FAILED) {
        t->series.now.failed++;
        s->market.now.failed++;
        return;
    }
    note_slot(t, r);
    note_wallet(s, t, row, r);
    note_flow(&t->series.now, r);
    note_flow(&s->market.now, r);
    note_size(t, r);
    note_cadence(s, t, r->side);
    bool told = r->base_reserve_raw &&
                r->quote_reserve_raw; /* pools with ranges or bins do not report theirs: the swap's
                                         own price stands for them */
    note_price(s, t,
               told ? price_of(r->base_reserve_raw, r->quote_reserve_raw)
                    : price_of(r->base_raw, r->quote_raw));
    if (told)
        set_reserves(t, r->base_reserve_raw, r->quote_reserve_raw, r->base_real_raw,
                     r->quote_real_raw);
    t->venue = r->venue;
    t->pool = r->pool;
    if (r->venue == venue_pump) t->curve_seen = 1;
    t->cause_src = out->cause_src;
    t->cause_seq = out->cause_seq;
    mark_dirty(s, t, row);
}

static void step_post(struct feature_state *s, const struct rec_post *r)
{
    uint32_t row = key_is_none(&r->mint) ? TABLE_NONE : table_find(state_table(s), r->mint.b);
    clamp_time(s, r->ts_ns);
    if (row == TABLE_NONE) return; /* posts about tokens that were never seen create nothing */
    struct token *t = state_token(s, row);
    series_open(&t->series, state_seconds(s));
    t->series.now.posts++;
}

/* ---- vectors when a slot has closed ---- */

static void put_ages(struct feature_state *s, struct out *out)
{
    for (uint32_t i = 0; i < s->conf.age_count; i++) {
        while (s->age_cursor[i] != s->birth_end) {
            const struct birth *b = state_birth(s, s->age_cursor[i]);
            if (b->born_ns + s->conf.age_ns[i] > s->now_ns) break;
            s->age_cursor[i]++;
            struct token *t = state_token(s, b->row);
            if (t->generation == b->generation && t->price)
                vector_put(s, t, b->row, fvec_reason_age, out);
        }
    }
}

static void close_slot(struct feature_state *s, struct out *out)
{
    for (uint32_t i = 0; i < s->dirty_count; i++) {
        uint32_t row = *state_dirty(s, i);
        struct token *t = state_token(s, row);
        t->listed = 0;
        if (t->traded) vector_put(s, t, row, fvec_reason_traded, out);
        t->traded = 0;
    }
    s->dirty_count = 0;
}

static void step_slot(struct feature_state *s, const struct rec_slot *r, struct out *out)
{
    close_slot(s, out);
    clamp_time(s, r->ts_ns);
    put_ages(s, out);
    s->slot = r->slot;
}

void features_step(struct feature_state *s, const struct record *r, struct out *out)
{
    switch (r->id) {
    case REC_slot: step_slot(s, &r->u.slot, out); break;
    case REC_trade: step_trade(s, &r->u.trade, out); break;
    case REC_pool: step_pool(s, &r->u.pool); break;
    case REC_token: step_token(s, &r->u.token); break;
    case REC_post: step_post(s, &r->u.post); break;
    default: break;
    }
}

void features_finish(struct feature_state *s, struct out *out) { close_slot(s, out); }
