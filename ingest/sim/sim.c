/* sim.c - see sim.h. */
#include "ingest/sim/sim.h"

#include <stdio.h>
#include <string.h>

#include "common/base/num.h"

#define NONE            SIM_LIVE_MAX
#define ORGANIC_WALLETS 60000u
#define SMART_WALLETS   400u
#define COPIER_WALLETS  800u
#define SANDWICHERS     12u

/* What a profile changes, in ppm. */
struct profile {
    uint32_t class_ppm[SIM_CLASSES];
    uint32_t snipe_ppm, sandwich_ppm, volume_ppm, heat_ppm;
};
static const struct profile profiles[SIM_PROFILES] = {
    [SIM_CALM] = {{720000, 200000, 20000, 60000}, 120000, 60000, 60000, 700000},
    [SIM_MANIA] = {{520000, 360000, 70000, 50000}, 200000, 120000, 80000, 1200000},
    [SIM_ATTACK] = {{520000, 180000, 20000, 280000}, 400000, 450000, 200000, 900000},
};

/* ---- draws ---- */

/* Size of an ordinary buy in lamports: inverse distribution through the quantiles of the 4-token
 * tape (p5 0.0081, p25 0.0125, p50 0.0166, p75 0.217, p95 1.44, p99 2.49, max 6.91 SOL). */
static uint64_t draw_size(struct rng *r)
{
    static const struct {
        uint32_t ppm;
        uint64_t lamports;
    } q[] = {{0, 1000000},         {50000, 8100000},     {250000, 12500000},
             {500000, 16600000},   {750000, 217000000},  {950000, 1440000000},
             {990000, 2490000000}, {1000000, 6910000000}};
    uint32_t u = (uint32_t)rng_below(r, PPM_ONE);
    size_t i = 1;
    while (u >= q[i].ppm) i++;
    return q[i - 1].lamports +
           (q[i].lamports - q[i - 1].lamports) * (u - q[i - 1].ppm) / (q[i].ppm - q[i - 1].ppm);
}

static uint64_t draw_between(struct rng *r, uint64_t lo, uint64_t hi)
{
    return lo + rng_below(r, hi - lo + 1);
}

static struct key key_of(const struct sim *s, uint64_t kind, uint64_t n)
{
    struct key k;
    uint64_t w[4];
    for (unsigned i = 0; i < 4; i++)
        w[i] = hash_u64(hash_u64(s->conf.seed * 4 + i + 1) ^ (kind << 56) ^
                        (n * UINT64_C(0x9e3779b97f4a7c15)));
    memcpy(k.b, w, 32);
    return k;
}

enum { KIND_MINT = 1, KIND_POOL, KIND_WALLET, KIND_LEADER };
static struct key wallet_key(const struct sim *s, uint32_t wallet)
{
    return key_of(s, KIND_WALLET, wallet);
}

/* Wallets by role: ranges of one number space; creators and insiders are fresh for every token. */
static uint32_t organic(struct rng *r) { return (uint32_t)rng_below(r, ORGANIC_WALLETS); }
static uint32_t smart(struct rng *r) { return 100000 + (uint32_t)rng_below(r, SMART_WALLETS); }
static uint32_t copier(struct rng *r) { return 200000 + (uint32_t)rng_below(r, COPIER_WALLETS); }
static uint32_t sandwicher(struct rng *r) { return 300000 + (uint32_t)rng_below(r, SANDWICHERS); }
static uint32_t own_wallet(const struct sim_token *t, uint32_t i)
{
    return 1000000 + t->number * 32 + i;
}

/* ---- the wheel: which token acts in which slot ---- */

static void schedule(struct sim *s, uint32_t row, uint64_t slot)
{
    uint32_t *head = &s->wheel[slot % SIM_WHEEL];
    s->token[row].next = *head;
    *head = row;
}

static void schedule_next(struct sim *s, uint32_t row)
{
    struct sim_token *t = &s->token[row];
    uint64_t mean = t->heat_ppm ? PPM_ONE / t->heat_ppm : SIM_WHEEL;
    uint64_t gap = 1 + rng_below(&s->rng, 2 * mean + 1);
    if (gap >= SIM_WHEEL) gap = SIM_WHEEL - 1;
    schedule(s, row, s->slot + gap);
}

/* ---- truth ---- */

static void tell(struct sim *s, struct out *truth, const struct rec_truth *what)
{
    if (!truth) return;
    struct rec_truth t = *what;
    t.ts_ns = s->ts_ns;
    put_truth(truth, &t);
}

static void tell_role(struct sim *s, struct out *truth, const struct sim_token *t, uint32_t wallet,
                      uint8_t role)
{
    tell(s, truth,
         &(struct rec_truth){.kind = truth_kind_wallet_role,
                             .mint = t->mint,
                             .wallet = wallet_key(s, wallet),
                             .role = role});
}

static void tell_trade(struct sim *s, struct out *truth, const struct sim_token *t, uint8_t kind,
                       uint32_t wallet, uint64_t seq, uint64_t amount)
{
    tell(s, truth,
         &(struct rec_truth){.kind = kind,
                             .slot = s->slot,
                             .mint = t->mint,
                             .wallet = wallet_key(s, wallet),
                             .role = role_unknown,
                             .trade_src = SIM_SRC,
                             .trade_seq = seq,
                             .amount_raw = amount});
}

/* ---- holders ---- */

static struct sim_holder *hold(struct sim *s, struct sim_token *t, uint32_t wallet, uint32_t role)
{
    for (uint32_t i = 0; i < t->holders; i++)
        if (t->holder[i].wallet == wallet) return &t->holder[i];
    if (t->holders == SIM_HOLDERS) return &t->holder[rng_below(&s->rng, SIM_HOLDERS)];
    t->holder[t->holders] = (struct sim_holder){wallet, role, 0};
    return &t->holder[t->holders++];
}

static void drop_empty(struct sim_token *t, struct sim_holder *h)
{
    if (h->tokens == 0) *h = t->holder[--t->holders];
}

/* ---- trades ---- */

static void fill_trade(struct sim *s, const struct sim_token *t, struct rec_trade *r,
                       uint32_t wallet)
{
    r->ts_ns = s->ts_ns;
    r->slot = s->slot;
    r->mint = t->mint;
    r->trader = wallet_key(s, wallet);
    r->venue = t->pool.venue;
    r->pool = t->pool_key;
    r->tx_index = s->tx_index++;
    r->base_reserve_raw = t->pool.base_reserve_raw;
    r->quote_reserve_raw = t->pool.quote_reserve_raw;
    r->base_real_raw = t->pool.base_real_raw;
    r->quote_real_raw = t->pool.quote_real_raw;
    /* Nine percent of transactions tip; priority fees are paid by all. */
    r->priority_fee_lamports = draw_between(&s->rng, 1000, 400000);
    if (!r->tip_lamports && rng_chance(&s->rng, 90000))
        r->tip_lamports = draw_between(&s->rng, 1000, 3000000);
}

static void put_swap(struct sim *s, struct sim_token *t, struct out *o, uint32_t wallet,
                     uint8_t side, const struct amm_swap *w, uint32_t slippage_bps, uint32_t flags,
                     uint64_t tip)
{
    struct rec_trade r = {
        .side = side, .flags = flags, .exactness = exactness_in, .tip_lamports = tip};
    amm_apply(&t->pool, side, w);
    r.base_raw = w->base_raw;
    r.quote_raw = w->quote_raw;
    r.lp_fee_raw = w->lp_fee_raw;
    r.protocol_fee_raw = w->protocol_fee_raw;
    r.creator_fee_raw = w->creator_fee_raw;
    r.limit_raw = w->out_raw - w->out_raw / BPS_ONE * slippage_bps;
    fill_trade(s, t, &r, wallet);
    put_trade(o, &r);
    s->trades++;
}

/* Eighteen percent of recorded transactions failed (block 285000037): another trade came first. */
static void maybe_fail(struct sim *s, struct sim_token *t, struct out *o)
{
    if (!rng_chance(&s->rng, 210000)) return;
    struct rec_trade r = {.side = rng_chance(&s->rng, 600000) ? side_buy : side_sell,
                          .flags = TRADE_FAILED,
                          .exactness = exactness_in};
    fill_trade(s, t, &r, organic(&s->rng));
    put_trade(o, &r);
    s->slot_failed++;
}

static void complete(struct sim *s, struct sim_token *t, struct out *o, struct out *truth);

/* Buy for at most spend lamports; tokens bought, 0 when the venue refuses. */
static uint64_t buy(struct sim *s, struct sim_token *t, struct out *o, struct out *truth,
                    uint32_t wallet, uint32_t role, uint64_t spend, uint32_t slippage_bps,
                    uint32_t flags, uint64_t tip)
{
    struct amm_swap w;
    if (amm_buy_in(&t->pool, amm_fees_at(&t->pool, s->ts_ns), spend, &w) != failure_none) return 0;
    put_swap(s, t, o, wallet, side_buy, &w, slippage_bps, flags, tip);
    struct sim_holder *h = hold(s, t, wallet, role);
    h->tokens += w.base_raw;
    t->last_slot = s->slot;
    if (t->pool.complete) complete(s, t, o, truth);
    return w.base_raw;
}

static uint64_t sell(struct sim *s, struct sim_token *t, struct out *o, struct sim_holder *h,
                     uint64_t tokens, uint32_t slippage_bps, uint64_t tip)
{
    struct amm_swap w;
    if (tokens == 0 || tokens > h->tokens ||
        amm_sell_in(&t->pool, amm_fees_at(&t->pool, s->ts_ns), tokens, &w) != failure_none)
        return 0;
    put_swap(s, t, o, h->wallet, side_sell, &w, slippage_bps, 0, tip);
    h->tokens -= tokens;
    t->last_slot = s->slot;
    drop_empty(t, h);
    return w.out_raw;
}

/* ---- birth, graduation, rug ---- */

static void put_pool_event(struct sim *s, const struct sim_token *t, struct out *o, uint8_t event)
{
    struct rec_pool p = {.ts_ns = s->ts_ns,
                         .slot = s->slot,
                         .mint = t->mint,
                         .venue = t->pool.venue,
                         .event = event,
                         .pool = t->pool_key,
                         .creator = t->creator,
                         .base_reserve_raw = t->pool.base_reserve_raw,
                         .quote_reserve_raw = t->pool.quote_reserve_raw,
                         .base_real_raw = t->pool.base_real_raw,
                         .quote_real_raw = t->pool.quote_real_raw,
                         .supply_raw = UINT64_C(1000000000000000),
                         .tx_index = s->tx_index++};
    put_pool(o, &p);
}

static void complete(struct sim *s, struct sim_token *t, struct out *o, struct out *truth)
{
    s->graduated++;
    put_pool_event(s, t, o, pool_event_completed);
    t->migrate_slot = s->slot + 1 + rng_below(&s->rng, 10);
    tell(s, truth,
         &(struct rec_truth){.kind = truth_kind_graduates, .slot = s->slot, .mint = t->mint});
}

/* Liquidity moves to PumpSwap: all real SOL but the migration fee, and 206.9 M tokens. */
static void migrate(struct sim *s, struct sim_token *t, struct out *o)
{
    uint64_t quote = t->pool.quote_real_raw - 15000001;
    t->pool = (struct amm_pool){.venue = venue_pumpswap,
                                .has_creator = 1,
                                .supply_raw = UINT64_C(1000000000000000),
                                .base_reserve_raw = UINT64_C(206900000000000),
                                .base_real_raw = UINT64_C(206900000000000),
                                .quote_reserve_raw = quote,
                                .quote_real_raw = quote};
    t->pool_key = key_of(s, KIND_POOL, t->number);
    t->migrate_slot = 0;
    t->heat_ppm = t->heat_ppm / 2 + 600000;
    t->turn_slot = s->slot + 200 + rng_below(&s->rng, 2000);
    put_pool_event(s, t, o, pool_event_migrated);
}

static void put_token_record(struct sim *s, const struct sim_token *t, struct out *o)
{
    static const char *const first[] = {"Moon",  "Pepe", "Chill",   "Giga",   "Based",
                                        "Turbo", "Baby", "Quantum", "Golden", "Sad"},
                             *const second[] = {"Dog", "Cat",  "Frog", "Chad", "AI",
                                                "Wif", "Goat", "Inu",  "Bull", "Ape"};
    struct rec_token k = {.ts_ns = s->ts_ns,
                          .slot = s->slot,
                          .mint = t->mint,
                          .creator = t->creator,
                          .decimals = 6,
                          .supply_raw = UINT64_C(1000000000000000)};
    uint64_t a = rng_below(&s->rng, 10), b = rng_below(&s->rng, 10);
    snprintf(k.name, sizeof k.name, "%s %s %u", first[a], second[b], t->number);
    snprintf(k.symbol, sizeof k.symbol, "%.4s%.3s", first[a], second[b]);
    snprintf(k.uri, sizeof k.uri, "ipfs://sim/%u", t->number);
    bool bad = t->class == SIM_RUG;
    if (rng_chance(&s->rng, bad ? 400000 : 650000)) k.flags |= TOKEN_HAS_X;
    if (rng_chance(&s->rng, bad ? 250000 : 400000)) k.flags |= TOKEN_HAS_TELEGRAM;
    if (rng_chance(&s->rng, bad ? 150000 : 350000)) k.flags |= TOKEN_HAS_WEBSITE;
    if (rng_chance(&s->rng, bad ? 300000 : 20000)) k.flags |= TOKEN_MUTABLE;
    if (rng_chance(&s->rng, bad ? 120000 : 2000)) k.freeze_authority = t->creator;
    put_token(o, &k);
}

static void put_post_about(struct sim *s, const struct sim_token *t, struct out *o)
{
    struct rec_post p = {.ts_ns = s->ts_ns,
                         .platform = rng_chance(&s->rng, 700000) ? platform_x : platform_telegram,
                         .mint = t->mint,
                         .followers_count = (uint32_t)draw_between(&s->rng, 10, 50000),
                         .likes_count = (uint32_t)rng_below(&s->rng, 500)};
    snprintf(p.author, sizeof p.author, "user%u", (unsigned)rng_below(&s->rng, 5000));
    snprintf(p.text, sizeof p.text, "%s token %u %s",
             t->class == SIM_RUG ? "last chance" : "look at", t->number,
             rng_chance(&s->rng, 500000) ? "to the moon" : "is moving");
    put_post(o, &p);
}

/* Bundled wallets of the operator, funded before, buying in the slot of creation: 4 wallets, up
 * to 84.8 SOL and 0.788 of the supply in the hardest quarter (25 recorded launches), far less in
 * most. */
static void snipe(struct sim *s, struct sim_token *t, struct out *o, struct out *truth)
{
    bool hard = rng_chance(&s->rng, 250000);
    uint32_t n = 2 + (uint32_t)rng_below(&s->rng, 3);
    bool insider = t->class == SIM_RUG || rng_chance(&s->rng, 400000);
    for (uint32_t i = 1; i <= n; i++) {
        uint64_t spend = hard ? draw_between(&s->rng, 6000000000, 16000000000)
                              : draw_between(&s->rng, 200000000, 2500000000);
        uint32_t wallet = insider ? own_wallet(t, i) : organic(&s->rng) + 400000;
        if (insider) {
            struct rec_transfer f = {.ts_ns = s->ts_ns,
                                     .slot = s->slot,
                                     .from = t->creator,
                                     .to = wallet_key(s, wallet),
                                     .amount_raw = spend + 10000000,
                                     .tx_index = s->tx_index++};
            put_transfer(o, &f);
        }
        tell_role(s, truth, t, wallet, insider ? role_insider : role_sniper);
        buy(s, t, o, truth, wallet, insider ? role_insider : role_sniper, spend, 5000, 0,
            draw_between(&s->rng, 1000000, 30000000));
    }
}

static uint32_t draw_class(struct sim *s)
{
    const struct profile *p = &profiles[s->conf.profile];
    uint32_t u = (uint32_t)rng_below(&s->rng, PPM_ONE), c = 0;
    while (c + 1 < SIM_CLASSES && u >= p->class_ppm[c]) u -= p->class_ppm[c++];
    return c;
}

static void temper(struct sim *s, struct sim_token *t)
{
    static const struct {
        uint32_t heat, buy_ppm, turn_lo, turn_hi;
    } kind[SIM_CLASSES] = {[SIM_DUD] = {250000, 560000, 20, 250},
                           [SIM_TREND] = {1400000, 640000, 150, 1500},
                           [SIM_WINNER] = {2600000, 760000, 1500, 9000},
                           [SIM_RUG] = {1000000, 680000, 100, 900}};
    t->heat_ppm =
        (uint32_t)((uint64_t)kind[t->class].heat * profiles[s->conf.profile].heat_ppm / PPM_ONE);
    t->buy_ppm = kind[t->class].buy_ppm;
    t->turn_slot = s->slot + draw_between(&s->rng, kind[t->class].turn_lo, kind[t->class].turn_hi);
    t->rug_slot = t->class == SIM_RUG ? t->turn_slot : 0;
}

static void launch(struct sim *s, struct out *o, struct out *truth)
{
    uint32_t number = s->launched++, row = s->free_head;
    if (row == NONE) {
        s->skipped_launches++;
        return;
    }
    struct sim_token *t = &s->token[row];
    s->free_head = t->next;
    s->live++;
    memset(t, 0, offsetof(struct sim_token, holder));
    t->number = number;
    t->mint = key_of(s, KIND_MINT, number);
    t->creator = wallet_key(s, own_wallet(t, 0));
    t->born_slot = t->last_slot = s->slot;
    t->class = draw_class(s);
    t->pool = (struct amm_pool){.venue = venue_pump,
                                .has_creator = 1,
                                .supply_raw = UINT64_C(1000000000000000),
                                .base_reserve_raw = UINT64_C(1073000000000000),
                                .quote_reserve_raw = 30 * LAMPORTS_PER_SOL,
                                .base_real_raw = UINT64_C(793100000000000)};
    temper(s, t);
    put_token_record(s, t, o);
    put_pool_event(s, t, o, pool_event_created);
    tell_role(s, truth, t, own_wallet(t, 0), role_creator);
    tell(s, truth,
         &(struct rec_truth){.kind = t->class == SIM_RUG ? truth_kind_rug : truth_kind_honest,
                             .slot = t->rug_slot,
                             .mint = t->mint,
                             .wallet = t->creator});
    if (rng_chance(&s->rng, 850000))
        buy(s, t, o, truth, own_wallet(t, 0), role_creator,
            draw_between(&s->rng, 50000000, 3000000000), 9000, TRADE_CREATE, 0);
    if (rng_chance(&s->rng, t->class == SIM_RUG ? 700000 : profiles[s->conf.profile].snipe_ppm))
        snipe(s, t, o, truth);
    schedule_next(s, row);
}

/* Creator and insiders sell everything in one slot. */
static void rug(struct sim *s, struct sim_token *t, struct out *o)
{
    s->rugged++;
    t->rug_slot = 0;
    t->buy_ppm = 250000;
    t->heat_ppm /= 2;
    for (uint32_t i = t->holders; i-- > 0;)
        if (i < t->holders &&
            (t->holder[i].role == role_creator || t->holder[i].role == role_insider))
            sell(s, t, o, &t->holder[i], t->holder[i].tokens, 9000,
                 draw_between(&s->rng, 100000, 5000000));
}

/* ---- what traders do ---- */

/* A victim with loose limits, and a searcher that sees it: front, victim, back, next to each other
 * in the block. */
static bool sandwiched_buy(struct sim *s, struct sim_token *t, struct out *o, struct out *truth,
                           uint32_t victim, uint64_t spend, uint32_t slippage_bps)
{
    struct amm_fees f = amm_fees_at(&t->pool, s->ts_ns);
    struct amm_swap alone;
    uint64_t front, tip = 200000;
    if (spend < 400000000 || amm_buy_in(&t->pool, f, spend, &alone) != failure_none ||
        alone.completes)
        return false;
    uint64_t loss =
        amm_sandwich_loss(&t->pool, f, side_buy, spend,
                          alone.out_raw - alone.out_raw / BPS_ONE * slippage_bps, tip, &front);
    if (!loss || front > 200 * LAMPORTS_PER_SOL) return false;
    uint32_t attacker = sandwicher(&s->rng);
    uint64_t seq = o->next_seq;
    uint64_t held = buy(s, t, o, truth, attacker, role_sandwicher, front, 100, 0, tip);
    if (!held || t->pool.complete) return true;
    tell_trade(s, truth, t, truth_kind_sandwich_front, attacker, seq, front);
    seq = o->next_seq;
    if (!buy(s, t, o, truth, victim, role_organic, spend, slippage_bps, 0, 0) || t->pool.complete)
        return true;
    tell_trade(s, truth, t, truth_kind_sandwich_victim, victim, seq, loss);
    seq = o->next_seq;
    struct sim_holder *h = hold(s, t, attacker, role_sandwicher);
    if (h->tokens >= held && sell(s, t, o, h, held, 100, tip))
        tell_trade(s, truth, t, truth_kind_sandwich_back, attacker, seq, held);
    s->sandwiches++;
    return true;
}

static void organic_buy(struct sim *s, struct sim_token *t, struct out *o, struct out *truth)
{
    uint64_t spend = draw_size(&s->rng);
    if (t->class == SIM_WINNER) spend += draw_between(&s->rng, 0, 500000000);
    bool is_smart = t->class != SIM_DUD && t->class != SIM_RUG && rng_chance(&s->rng, 15000);
    uint32_t wallet = is_smart ? smart(&s->rng) : organic(&s->rng),
             slippage = rng_chance(&s->rng, 300000) ? 2500 : 500;
    if (is_smart) {
        spend = draw_between(&s->rng, 300000000, 2000000000);
        t->copies = 1 + (uint32_t)rng_below(&s->rng, 4);
    }
    if (rng_chance(&s->rng, profiles[s->conf.profile].sandwich_ppm) &&
        sandwiched_buy(s, t, o, truth, wallet, spend, slippage))
        return;
    buy(s, t, o, truth, wallet, is_smart ? role_smart : role_organic, spend, slippage, 0, 0);
}

static void copy_buy(struct sim *s, struct sim_token *t, struct out *o, struct out *truth)
{
    t->copies--;
    buy(s, t, o, truth, copier(&s->rng), role_copier, draw_between(&s->rng, 50000000, 600000000),
        2000, 0, draw_between(&s->rng, 100000, 2000000));
}

/* The same wallet buys and sells to look busy, in one transaction's neighbourhood. */
static void volume_pair(struct sim *s, struct sim_token *t, struct out *o, struct out *truth)
{
    uint32_t wallet = own_wallet(t, 16 + (uint32_t)rng_below(&s->rng, 4));
    uint64_t held = buy(s, t, o, truth, wallet, role_volume_bot,
                        draw_between(&s->rng, 8000000, 60000000), 500, 0, 0);
    if (!held || t->pool.complete) return;
    struct sim_holder *h = hold(s, t, wallet, role_volume_bot);
    sell(s, t, o, h, held < h->tokens ? held : h->tokens, 500, 0);
}

static void holder_sell(struct sim *s, struct sim_token *t, struct out *o)
{
    if (!t->holders) return;
    struct sim_holder *h = &t->holder[rng_below(&s->rng, t->holders)];
    bool patient =
        t->class == SIM_RUG && t->rug_slot && (h->role == role_insider || h->role == role_creator);
    if (patient) return;
    uint64_t tokens = rng_chance(&s->rng, 650000)
                          ? h->tokens
                          : h->tokens / 4 + rng_below(&s->rng, h->tokens / 2 + 1);
    sell(s, t, o, h, tokens ? tokens : h->tokens, rng_chance(&s->rng, 300000) ? 2500 : 500, 0);
}

static void trade_once(struct sim *s, struct sim_token *t, struct out *o, struct out *truth)
{
    bool rising = s->slot < t->turn_slot;
    uint32_t buy_ppm = rising ? t->buy_ppm : t->buy_ppm * 6 / 10;
    maybe_fail(s, t, o);
    if (t->copies && rng_chance(&s->rng, 500000))
        copy_buy(s, t, o, truth);
    else if (rng_chance(&s->rng, profiles[s->conf.profile].volume_ppm))
        volume_pair(s, t, o, truth);
    else if (rng_chance(&s->rng, buy_ppm))
        organic_buy(s, t, o, truth);
    else
        holder_sell(s, t, o);
    if (rising && rng_chance(&s->rng, 8000)) put_post_about(s, t, o);
}

static void retire(struct sim *s, uint32_t row)
{
    s->token[row].next = s->free_head;
    s->free_head = row;
    s->live--;
}

static void act(struct sim *s, uint32_t row, struct out *o, struct out *truth)
{
    struct sim_token *t = &s->token[row];
    if (t->rug_slot && s->slot >= t->rug_slot && t->pool.venue == venue_pump && !t->pool.complete)
        rug(s, t, o);
    if (t->migrate_slot && s->slot >= t->migrate_slot) migrate(s, t, o);
    uint32_t n = t->heat_ppm / PPM_ONE + 1;
    for (uint32_t i = 0; i < n && !t->pool.complete; i++) trade_once(s, t, o, truth);
    /* Attention fades, faster once the price has turned. */
    t->heat_ppm -= t->heat_ppm / (s->slot < t->turn_slot ? 2000 : 60);
    if (t->heat_ppm < 1500 || (t->holders == 0 && s->slot > t->turn_slot))
        retire(s, row);
    else if (t->migrate_slot)
        schedule(s, row, t->migrate_slot > s->slot ? t->migrate_slot : s->slot + 1);
    else
        schedule_next(s, row);
}

/* ---- the course of time ---- */

static void sift(uint64_t *a, uint32_t i, uint32_t n)
{
    for (uint32_t c; (c = 2 * i + 1) < n; i = c) {
        if (c + 1 < n && a[c + 1] > a[c]) c++;
        if (a[i] >= a[c]) return;
        uint64_t x = a[i];
        a[i] = a[c];
        a[c] = x;
    }
}

static void heap_sort(uint64_t *a, uint32_t n)
{
    for (uint32_t i = n / 2; i-- > 0;) sift(a, i, n);
    for (uint32_t k = n; k-- > 1;) {
        uint64_t x = a[0];
        a[0] = a[k];
        a[k] = x;
        sift(a, 0, k);
    }
}

void sim_init(struct sim *s, const struct sim_config *conf)
{
    s->conf = *conf;
    rng_seed(&s->rng, conf->seed);
    s->slot = SIM_START_SLOT;
    s->ts_ns = conf->start_ns;
    for (uint32_t i = 0; i < SIM_WHEEL; i++) s->wheel[i] = NONE;
    for (uint32_t i = 0; i < SIM_LIVE_MAX; i++)
        s->token[i].next = i + 1 < SIM_LIVE_MAX ? i + 1 : NONE;
    for (uint32_t i = 0; i < conf->launches; i++)
        s->launch_slot[i] = SIM_START_SLOT + rng_below(&s->rng, conf->slots);
    heap_sort(s->launch_slot, conf->launches);
}

bool sim_slot(struct sim *s, struct out *o, struct out *truth)
{
    uint64_t n = s->slot - SIM_START_SLOT;
    if (n >= s->conf.slots) return false;
    s->ts_ns = s->conf.start_ns + n * SLOT_NS;
    s->tx_index = 0;
    struct rec_slot r = {
        .ts_ns = s->ts_ns, .slot = s->slot, .leader = key_of(s, KIND_LEADER, s->slot / 4 % 1200)};
    put_slot(o, &r);
    while (s->launched < s->conf.launches && s->launch_slot[s->launched] <= s->slot)
        launch(s, o, truth);
    uint32_t row = s->wheel[s->slot % SIM_WHEEL];
    s->wheel[s->slot % SIM_WHEEL] = NONE;
    while (row != NONE) {
        uint32_t next = s->token[row].next;
        act(s, row, o, truth);
        row = next;
    }
    s->slot++;
    return true;
}
