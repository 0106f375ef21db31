/* equity.c - what the portfolio is worth, and the breakers that stop entries when it falls. */
#include <string.h>

#include "common/base/num.h"
#include "common/sol/core.h"
#include "common/sol/token.h"
#include "risk/risk/risk_internal.h"

uint64_t risk_mark(const struct risk_state *s, const struct risk_position *p)
{
    const struct amm_pool *ours = &s->pool[p->pool_row].carry.ours;
    struct amm_swap w;
    if (p->held_raw == 0 ||
        amm_sell_in(ours, amm_fees_at(ours, s->now_ns), p->held_raw, &w) != failure_none)
        return 0;
    return w.out_raw;
}

/* The first trade of a coin also pays rents that never come back (a creator's vault), so at most
 * the rent of one token account counts as refundable. */
void risk_book_cash(struct risk_state *s, const struct rec_fill *f)
{
    uint64_t most = RENT_LAMPORTS(TOKEN_ACCOUNT_BYTES), paid = f->rent_paid_lamports;
    s->cash += f->cash_delta_lamports;
    s->rent = sub_sat_u64(s->rent + (paid < most ? paid : most), f->rent_refund_lamports);
}

int64_t risk_equity(const struct risk_state *s)
{
    int64_t sum = s->cash + clamp_i64_from_u64(s->rent);
    for (uint32_t i = 0; i < RISK_POSITIONS; i++)
        if (s->position[i].held_raw) sum += clamp_i64_from_u64(risk_mark(s, &s->position[i]));
    return sum;
}

/* ---- breakers ---- */

static const struct {
    const char *code, *text;
} alerts[] = {
    [BREAKER_DRAWDOWN] = {"drawdown", "equity fell from its peak by max-drawdown-ppm: no entries "
                                      "until the cooldown ends"},
    [BREAKER_DAILY_LOSS] = {"daily_loss",
                            "the loss since midnight UTC reached max-daily-loss-sol: no entries "
                            "until the cooldown ends"},
    [BREAKER_LOSS_STREAK] = {"loss_streak",
                             "consecutive losses reached max-losses-in-row: no entries until the "
                             "cooldown ends"}};

static void trip(struct risk_state *s, enum risk_breaker breaker, struct out *out)
{
    struct rec_alert a = {.ts_ns = s->now_ns, .level = level_warning};
    CAUSED_BY(&a, out);
    memcpy(a.code, alerts[breaker].code, strlen(alerts[breaker].code) + 1);
    memcpy(a.text, alerts[breaker].text, strlen(alerts[breaker].text) + 1);
    put_alert(out, &a);
    s->breaker = breaker;
    s->blocked_until_ns = s->now_ns + s->rules.cooldown_ns;
}

/* The breaker that this equity trips. */
static enum risk_breaker breaker_of(const struct risk_state *s, int64_t equity)
{
    int64_t lost_today = s->day_start - equity, down = s->equity_peak - equity;
    if (s->rules.daily_loss && lost_today >= clamp_i64_from_u64(s->rules.daily_loss))
        return BREAKER_DAILY_LOSS;
    if (s->equity_peak > 0 && down > 0 &&
        ratio_ppm((uint64_t)down, (uint64_t)s->equity_peak) >= s->rules.drawdown_ppm)
        return BREAKER_DRAWDOWN;
    if (s->rules.streak && s->losses_in_row >= s->rules.streak) return BREAKER_LOSS_STREAK;
    return BREAKER_NONE;
}

/* The cooldown is over: measure peak, day and streak from here. */
static void reset(struct risk_state *s, int64_t equity)
{
    s->breaker = BREAKER_NONE;
    s->equity_peak = s->day_start = equity;
    s->losses_in_row = 0;
}

void risk_watch(struct risk_state *s, struct out *out)
{
    int64_t equity = risk_equity(s);
    uint64_t day = s->now_ns / (86400 * NS_PER_S);
    if (day != s->day) {
        s->day = day;
        s->day_start = equity;
    }
    if (s->breaker && s->now_ns >= s->blocked_until_ns) reset(s, equity);
    if (equity > s->equity_peak) s->equity_peak = equity;
    enum risk_breaker breaker = s->breaker ? BREAKER_NONE : breaker_of(s, equity);
    if (breaker) trip(s, breaker, out);
}

uint64_t risk_breaker_left_ns(const struct risk_state *s, enum risk_breaker breaker)
{
    if (s->breaker != (uint32_t)breaker) return 0;
    return s->blocked_until_ns > s->now_ns ? s->blocked_until_ns - s->now_ns : 1;
}
