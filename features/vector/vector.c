/* vector.c - one token's feature vector from what is kept of it. Integers throughout; each value
 * becomes a float once, at the end. Must not: change anything but window cursors. */
#include <math.h>
#include <string.h>

#include "common/base/num.h"
#include "features/vector/vector_internal.h"

enum feature {
#define FEATURE(index, name, unit, window, doc) F_##name = index,
#include "common/rec/features.def"
#undef FEATURE
    F_PAST_LAST
};
#define FEATURE(index, name, unit, window, doc) +1
enum {
    FEATURE_COUNT = 0
#include "common/rec/features.def"
};
#undef FEATURE
_Static_assert(F_PAST_LAST == (int)FEATURE_COUNT && FEATURE_COUNT <= FEATURE_SLOTS,
               "features.def counts up without gaps");

static uint32_t isqrt(uint64_t n)
{
    uint64_t r = (uint64_t)sqrt((double)n); /* at most one off: a double has 53 bits */
    if (r > UINT32_MAX) r = UINT32_MAX;
    while (r * r > n) r--;
    while (r < UINT32_MAX && (r + 1) * (r + 1) <= n) r++;
    return (uint32_t)r;
}

static float milli_of(uint64_t x) { return (float)((double)x / 1e9); }
static float difference(uint64_t a, uint64_t b)
{
    return a >= b ? (float)(a - b) : -(float)(b - a);
}
/* (to - from) / from in ppm, signed. */
static float change_ppm(uint64_t from, uint64_t to)
{
    return from == 0    ? 0
           : to >= from ? (float)ratio_ppm(to - from, from)
                        : -(float)ratio_ppm(from - to, from);
}
static float seconds_since(uint64_t now_ns, uint64_t then_ns)
{
    return (float)((now_ns - then_ns) / NS_PER_S);
}
/* Rate a over rate b: a per a_s seconds against b per b_s seconds. */
static float rate_ratio(uint64_t a, uint32_t a_s, uint64_t b, uint32_t b_s)
{
    return (float)ratio_ppm(a > UINT64_MAX / b_s ? UINT64_MAX : a * b_s,
                            b > UINT64_MAX / a_s ? UINT64_MAX : b * a_s);
}

static void put_price(float *v, const struct feature_state *s, const struct token *t)
{
    v[F_price_lamports] = milli_of(t->price);
    u128 mcap = t->base_reserve ? (u128)t->quote_reserve * t->supply / t->base_reserve : 0;
    v[F_mcap_lamports] = (float)(uint64_t)(mcap > UINT64_MAX ? UINT64_MAX : mcap);
    v[F_base_reserve_raw] = (float)t->base_reserve;
    v[F_quote_reserve_lamports] = (float)t->quote_reserve;
    v[F_base_real_raw] = (float)t->base_real;
    v[F_quote_real_lamports] = (float)t->quote_real;
    v[F_launch_price_lamports] = milli_of(t->launch_price);
    v[F_peak_price_lamports] = milli_of(t->peak_price);
    v[F_price_vs_launch_ppm] = (float)ratio_ppm(t->price, t->launch_price);
    v[F_peak_vs_launch_ppm] = (float)ratio_ppm(t->peak_price, t->launch_price);
    v[F_drawdown_ppm] = (float)ratio_ppm(t->peak_price - t->price, t->peak_price);
    v[F_max_drawdown_ppm] = (float)t->max_drawdown_ppm;
    v[F_runup_ppm] = (float)ratio_ppm(t->price - t->low_price, t->low_price);
    v[F_since_peak_s] = seconds_since(s->now_ns, t->peak_ns);
    v[F_new_highs] = (float)t->new_highs;
    /* A fresh curve sells 793.1 M of its tokens. */
    uint64_t left =
        t->base_real < UINT64_C(793100000000000) ? t->base_real : UINT64_C(793100000000000);
    v[F_curve_progress_ppm] = t->graduated    ? 1e6f
                              : t->curve_seen ? (float)ratio_ppm(UINT64_C(793100000000000) - left,
                                                                 UINT64_C(793100000000000))
                                              : 0;
    v[F_graduated] = t->graduated;
    v[F_since_graduation_s] = t->graduated ? seconds_since(s->now_ns, t->graduated_ns) : 0;
    v[F_venue] = t->venue;
}

static void put_time(float *v, const struct feature_state *s, const struct token *t)
{
    uint64_t unix_s = s->now_ns / NS_PER_S;
    v[F_age_s] = seconds_since(s->now_ns, t->born_ns);
    v[F_since_trade_s] = seconds_since(s->now_ns, t->last_ns);
    v[F_since_buy_s] = seconds_since(s->now_ns, t->buy_ns ? t->buy_ns : t->born_ns);
    v[F_since_sell_s] = seconds_since(s->now_ns, t->sell_ns ? t->sell_ns : t->born_ns);
    v[F_trade_gap_ms] = (float)(t->gap_ns / NS_PER_MS);
    v[F_slots_traded] = (float)t->slots_traded;
    v[F_launch_seen] = t->launch_seen;
    v[F_hour_utc] = (float)(unix_s / 3600 % 24);
    v[F_weekday_utc] = (float)((unix_s / 86400 + 4) % 7);
}

/* Windows in order: a feature of window w lies at its first index plus w. */
static void put_flow(float *v, const struct token *t, const struct totals w[WINDOWS])
{
    for (unsigned i = 0; i < WINDOWS; i++) {
        v[F_return_ppm_1s + i] = change_ppm(w[i].price ? w[i].price : t->launch_price, t->price);
        v[F_buy_lamports_1s + i] = (float)w[i].buy_lamports;
        v[F_sell_lamports_1s + i] = (float)w[i].sell_lamports;
        v[F_net_lamports_1s + i] = difference(w[i].buy_lamports, w[i].sell_lamports);
        v[F_buys_1s + i] = (float)w[i].buys;
        v[F_sells_1s + i] = (float)w[i].sells;
        v[F_new_buyers_1s + i] = (float)w[i].new_buyers;
        v[F_buy_share_ppm_1s + i] =
            (float)ratio_ppm(w[i].buy_lamports, w[i].buy_lamports + w[i].sell_lamports);
    }
    for (unsigned i = W60S; i < WINDOWS; i++)
        v[F_volatility_ppm_60s + i - W60S] = (float)isqrt(w[i].square_ppm2);
}

static void put_kind(float *v, const struct totals w[WINDOWS])
{
    for (unsigned k = 0; k < 3; k++) {
        const struct totals *x = &w[W30S + k];
        uint64_t buy = x->buys ? x->buy_lamports / x->buys : 0,
                 sell = x->sells ? x->sell_lamports / x->sells : 0;
        v[F_avg_buy_lamports_30s + k] = (float)buy;
        v[F_avg_sell_lamports_30s + k] = (float)sell;
        v[F_size_ratio_ppm_30s + k] = (float)ratio_ppm(buy, sell);
        v[F_big_buys_30s + k] = (float)x->big_buys;
        v[F_big_sells_30s + k] = (float)x->big_sells;
        v[F_repeat_buy_share_ppm_30s + k] = (float)ratio_ppm(x->repeat_buys, x->buys);
        v[F_flip_share_ppm_30s + k] =
            (float)ratio_ppm(x->flip_lamports, x->buy_lamports + x->sell_lamports);
        v[F_buyer_fee_lamports_30s + k] = (float)x->fee_lamports;
        v[F_failed_30s + k] = (float)x->failed;
        v[F_failed_share_ppm_30s + k] =
            (float)ratio_ppm(x->failed, (uint64_t)x->failed + x->buys + x->sells);
    }
    v[F_trade_accel_ppm] = rate_ratio((uint64_t)w[W5S].buys + w[W5S].sells, 5,
                                      (uint64_t)w[W60S].buys + w[W60S].sells, 60);
    v[F_buy_accel_ppm] = rate_ratio(w[W15S].buy_lamports, 15, w[W60S].buy_lamports, 60);
    v[F_volume_accel_ppm] = rate_ratio(w[W60S].buy_lamports + w[W60S].sell_lamports, 60,
                                       w[W5M].buy_lamports + w[W5M].sell_lamports, 300);
    v[F_buyer_accel_ppm] =
        rate_ratio((uint64_t)v[F_uniq_buyers_15s], 15, (uint64_t)v[F_uniq_buyers_60s], 60);
}

static void put_totals(float *v, const struct token *t)
{
    const struct totals *n = &t->series.now;
    v[F_buy_lamports_total] = (float)n->buy_lamports;
    v[F_sell_lamports_total] = (float)n->sell_lamports;
    v[F_net_lamports_total] = difference(n->buy_lamports, n->sell_lamports);
    v[F_buys_total] = (float)n->buys;
    v[F_sells_total] = (float)n->sells;
    v[F_big_buys_total] = (float)n->big_buys;
    v[F_failed_total] = (float)n->failed;
    v[F_failed_share_total_ppm] =
        (float)ratio_ppm(n->failed, (uint64_t)n->failed + n->buys + n->sells);
    v[F_buyer_fee_lamports_total] = (float)n->fee_lamports;
    v[F_flip_share_total_ppm] =
        (float)ratio_ppm(n->flip_lamports, n->buy_lamports + n->sell_lamports);
    v[F_max_buy_lamports] = (float)t->max_buy;
    v[F_max_sell_lamports] = (float)t->max_sell;
    v[F_max_buy_share_ppm] = (float)ratio_ppm(t->max_buy, n->buy_lamports);
    v[F_slot_buys] = (float)t->slot_buys;
    v[F_slot_sells] = (float)t->slot_sells;
    v[F_slot_buy_lamports] = (float)t->slot_buy;
    v[F_slot_sell_lamports] = (float)t->slot_sell;
    v[F_slot_return_ppm] = change_ppm(t->slot_open_price, t->price);
    v[F_last_side] = t->last_side;
    v[F_last_lamports] = (float)t->last_lamports;
    v[F_streak] = (float)t->streak;
}

/* One walk over the wallets: who traded in which window, who holds how much. */
struct crowd {
    uint32_t buyers[WINDOWS], sellers[WINDOWS], holders, early, sniper_sells;
    uint64_t top[10], held, early_held, sniper_held;
    u128 squares;
};

/* then is the second plus one, 0 = never; without branches, as this is the innermost loop. */
static inline void note_window(uint32_t count[WINDOWS], const uint32_t start[WINDOWS],
                               uint32_t then)
{
    for (unsigned i = 0; i < WINDOWS; i++) count[i] += then > start[i];
}

static void note_holding(struct crowd *c, uint64_t held)
{
    c->holders++;
    c->held = add_sat_u64(c->held, held);
    if (held <= c->top[9]) return;
    unsigned i = 9;
    for (; i > 0 && c->top[i - 1] < held; i--) c->top[i] = c->top[i - 1];
    c->top[i] = held;
}

static void look_around(struct feature_state *s, const struct token *t, uint32_t row,
                        struct crowd *c)
{
    const struct wallet *w = state_wallets(s, row);
    uint32_t start[WINDOWS];
    series_starts(state_seconds(s), start);
    for (uint32_t i = 0; i < t->wallets; i++) {
        uint64_t held = sub_sat_u64(w[i].bought_raw, w[i].sold_raw);
        note_window(c->buyers, start, w[i].buy_s);
        note_window(c->sellers, start, w[i].sell_s);
        if (held) note_holding(c, held);
        c->squares += (u128)(held >> 20) * (held >> 20);
        if (w[i].flags & WALLET_EARLY) {
            c->early++;
            c->early_held = add_sat_u64(c->early_held, held);
        }
        if (w[i].flags & WALLET_SNIPER) {
            c->sniper_sells += w[i].sells;
            c->sniper_held = add_sat_u64(c->sniper_held, held);
        }
    }
}

static void put_crowd(float *v, const struct token *t, const struct crowd *c)
{
    uint64_t top3 = c->top[0] + c->top[1] + c->top[2], top10 = 0, whole = c->held >> 20;
    for (unsigned i = 0; i < 10; i++) top10 = add_sat_u64(top10, c->top[i]);
    for (unsigned i = 0; i < WINDOWS; i++) {
        v[F_uniq_buyers_1s + i] = (float)c->buyers[i];
        v[F_uniq_sellers_1s + i] = (float)c->sellers[i];
    }
    v[F_holders] = (float)c->holders;
    v[F_top1_share_ppm] = (float)ratio_ppm(c->top[0], t->supply);
    v[F_top3_share_ppm] = (float)ratio_ppm(top3, t->supply);
    v[F_top10_share_ppm] = (float)ratio_ppm(top10, t->supply);
    v[F_top10_of_held_ppm] = (float)ratio_ppm(top10, c->held);
    v[F_hhi_ppm] = whole ? (float)(uint32_t)(c->squares / whole * PPM_ONE / whole) : 0;
    v[F_held_share_ppm] = (float)ratio_ppm(c->held, t->supply);
    v[F_wallets_tracked] = (float)t->wallets;
    v[F_wallets_forgotten] = (float)t->forgotten;
    v[F_sniper_buys] = (float)t->sniper_buys;
    v[F_sniper_bought_share_ppm] = (float)ratio_ppm(t->sniper_raw, t->supply);
    v[F_sniper_lamports] = (float)t->sniper_lamports;
    v[F_sniper_held_ppm] = (float)ratio_ppm(c->sniper_held, t->sniper_raw);
    v[F_sniper_sells] = (float)c->sniper_sells;
    v[F_early_buyers] = (float)c->early;
    v[F_early_held_share_ppm] = (float)ratio_ppm(c->early_held, t->supply);
}

static void put_creator(float *v, struct feature_state *s, const struct token *t)
{
    bool known = !key_is_none(&t->creator);
    v[F_creator_known] = known;
    v[F_creator_held_share_ppm] =
        (float)ratio_ppm(sub_sat_u64(t->creator_bought_raw, t->creator_sold_raw), t->supply);
    v[F_creator_bought_share_ppm] = (float)ratio_ppm(t->creator_bought_raw, t->supply);
    v[F_creator_sold_ppm] = t->creator_bought_raw
                                ? (float)ratio_ppm(t->creator_sold_raw, t->creator_bought_raw)
                            : t->creator_sold_raw ? 1e6f
                                                  : 0;
    v[F_creator_buy_lamports] = (float)t->creator_buy;
    v[F_creator_sell_lamports] = (float)t->creator_sell;
    v[F_creator_sells] = (float)t->creator_sells;
    uint32_t row = known ? table_find(state_creator_table(s), t->creator.b) : TABLE_NONE;
    if (row == TABLE_NONE) return;
    v[F_creator_launches] = (float)state_creator(s, row)->launches;
    v[F_creator_graduated] = (float)state_creator(s, row)->graduated;
}

static void put_facts(float *v, const struct token *t, const struct totals w[WINDOWS])
{
    v[F_posts_5m] = (float)w[W5M].posts;
    v[F_posts_total] = (float)t->series.now.posts;
    v[F_supply_raw] = (float)t->supply;
    v[F_token_flags] = (float)t->token_flags;
    v[F_has_x] = (t->token_flags & TOKEN_HAS_X) != 0;
    v[F_has_telegram] = (t->token_flags & TOKEN_HAS_TELEGRAM) != 0;
    v[F_has_website] = (t->token_flags & TOKEN_HAS_WEBSITE) != 0;
    v[F_mutable] = (t->token_flags & TOKEN_MUTABLE) != 0;
    v[F_mint_authority] = t->mint_authority;
    v[F_freeze_authority] = t->freeze_authority;
    v[F_mayhem] = (t->token_flags & TOKEN_MAYHEM) != 0;
    v[F_token2022] = (t->token_flags & TOKEN_TOKEN2022) != 0;
}

static void put_market(float *v, struct feature_state *s)
{
    static const enum window windows[2] = {W5M, W1H};
    for (unsigned k = 0; k < 2; k++) {
        struct totals m;
        series_window(&s->market, windows[k], state_seconds(s), &m);
        v[F_mkt_launches_5m + k] = (float)m.new_buyers;
        v[F_mkt_graduations_5m + k] = (float)m.big_buys;
        v[F_mkt_trades_5m + k] = (float)((uint64_t)m.buys + m.sells);
        v[F_mkt_buy_lamports_5m + k] = (float)m.buy_lamports;
        v[F_mkt_sell_lamports_5m + k] = (float)m.sell_lamports;
        v[F_mkt_buy_share_ppm_5m + k] =
            (float)ratio_ppm(m.buy_lamports, m.buy_lamports + m.sell_lamports);
        v[F_mkt_failed_share_ppm_5m + k] =
            (float)ratio_ppm(m.failed, (uint64_t)m.failed + m.buys + m.sells);
    }
}

/* Squared changes of up to five minutes, scaled to one minute of the time there was. */
static uint32_t minute_volatility(const struct feature_state *s, const struct token *t,
                                  uint64_t squares)
{
    uint64_t age_s = (s->now_ns - t->born_ns) / NS_PER_S, span = age_s > 300  ? 300
                                                                 : age_s < 60 ? 60
                                                                              : age_s;
    return isqrt(squares / span * 60);
}

void vector_put(struct feature_state *s, struct token *t, uint32_t row, uint8_t reason,
                struct out *out)
{
    struct totals w[WINDOWS];
    struct crowd crowd;
    struct rec_fvec *f = &s->vector;
    float *v = f->values.v;
    memset(&crowd, 0, sizeof crowd);
    memset(v, 0, FEATURE_COUNT * sizeof *v);
    for (unsigned i = 0; i < WINDOWS; i++) series_window(&t->series, i, state_seconds(s), &w[i]);
    look_around(s, t, row, &crowd);
    put_price(v, s, t);
    put_time(v, s, t);
    put_flow(v, t, w);
    put_crowd(v, t, &crowd);
    put_kind(v, w);
    put_totals(v, t);
    put_creator(v, s, t);
    put_facts(v, t, w);
    put_market(v, s);
    f->volatility_ppm = minute_volatility(s, t, w[W5M].square_ppm2);
    v[F_volatility_ppm] = (float)f->volatility_ppm;
    f->values.n = FEATURE_COUNT;
    f->ts_ns = s->now_ns;
    f->cause_src = t->cause_src;
    f->cause_seq = t->cause_seq;
    f->slot = s->slot;
    f->mint = t->mint;
    f->pool = t->pool;
    f->creator = t->creator;
    f->venue = t->venue;
    f->reason = reason;
    f->age_ns = s->now_ns - t->born_ns;
    f->base_reserve_raw = t->base_reserve;
    f->quote_reserve_raw = t->quote_reserve;
    put_fvec(out, f);
}
