/* import_pumpapi.c - PumpApi's event stream and hourly archive: one JSON object a line, both
 * generations of field names. Amounts are decimal text and become integers as text; reserves are
 * those after the event; on curves an amount is what reaches or leaves the curve, without fees. On
 * PumpSwap the net amount and the pool's fee follow from tokens and reserves. Must not: pass a
 * figure through a float; guess an unknown unit. */
#include <string.h>

#include "common/amm/amm.h"
#include "common/base/num.h"
#include "ingest/import/import_lines.h"
#include "common/base/json_scan.h"

#define MS_MIN         UINT64_C(1577836800000) /* 2020 */
#define MS_MAX         UINT64_C(4102444800000) /* 2100 */
#define TOKEN_DECIMALS 6 /* pump.fun and LaunchLab; others say theirs in create */
#define CURVE_BASE_VIRTUAL_RAW \
    UINT64_C(279900000000000) /* virtual less real tokens of a pump.fun curve */
#define CURVE_QUOTE_VIRTUAL_RAW UINT64_C(30000000000) /* virtual less real lamports */
#define SUPPLY_RAW              UINT64_C(1000000000000000)
#define TRANSFERS_MAX           256 /* of one event; a transaction of 1,232 bytes has fewer */
#define AMOUNT_MAX              (UINT64_C(1) << 62)

/* Every key that is read. */
/* clang-format off */
#define KEYS(X) \
    X(txType) X(action) X(pool) X(protocol) X(signature) X(poolId) X(mint) X(txSigner) \
    X(tradersInvolved) X(breakdown) X(tokenAmount) X(solAmount) X(quoteAmount) X(tokensInPool) \
    X(solInPool) X(quoteInPool) X(vTokensInBondingCurve) X(vSolInBondingCurve) \
    X(vQuoteInBondingCurve) X(quoteMint) X(burnedLiquidity) X(creatorFeeAddress) X(mayhemMode) \
    X(cashbackEnabled) X(mintAuthority) X(freezeAuthority) X(tokenProgram) X(tokenExtensions) \
    X(block) X(timestamp) X(priorityFee) X(initialBuy) X(name) X(symbol) X(uri) X(supply) \
    X(decimals) X(transfers)
/* clang-format on */
enum key_id {
#define X(k) K_##k,
    KEYS(X)
#undef X
        KEY_COUNT
};
static const struct {
    const char *name;
    uint8_t n;
} key_names[KEY_COUNT] = {
#define X(k) {#k, sizeof #k - 1},
    KEYS(X)
#undef X
};

struct event {
    struct slice v[KEY_COUNT]; /* n = 0: not there, or null */
    uint64_t rounded;          /* amounts with more decimals than their unit */
    unsigned decimals;         /* of the token */
    unsigned quote_decimals;
    struct key quote_mint, mint, pool;
    uint8_t venue, kind;
    uint64_t slot, ts_ns;
    struct sig signature;
    uint64_t base, quote;             /* moved */
    uint64_t base_after, quote_after; /* pricing reserves */
    uint64_t base_real, quote_real;
};

enum {
    KIND_none,
    KIND_transfer,
    KIND_create,
    KIND_buy,
    KIND_sell,
    KIND_migrate,
    KIND_createPool,
    KIND_add,
    KIND_remove
};

/* ---- reading ---- */

static const char *read_keys(const char *line, size_t n, struct event *ev)
{
    struct scan s = scan_of((struct slice){line, n});
    struct slice key, v;
    if (!scan_enter(&s, '{')) return "a line is no JSON object";
    while (scan_member(&s, &key, &v)) {
        if (slice_is(v, "null")) continue;
        for (unsigned i = 0; i < KEY_COUNT; i++)
            if (key_names[i].n == key.n && key_names[i].name[0] == key.p[0] &&
                memcmp(key_names[i].name, key.p, key.n) == 0) {
                ev->v[i] = v;
                break;
            }
    }
    return s.bad ? "broken JSON" : NULL;
}

static bool has(const struct event *ev, enum key_id k) { return ev->v[k].n != 0; }

static uint8_t number_of(struct slice v, const char *const *names, uint8_t count)
{
    struct slice text;
    for (uint8_t i = 0; slice_string(v, &text) && i < count; i++)
        if (names[i] && slice_is(text, names[i])) return i;
    return 0;
}

static uint8_t read_kind(const struct event *ev)
{
    static const char *const names[] = {NULL,      "transfer",   "create", "buy",   "sell",
                                        "migrate", "createPool", "add",    "remove"};
    return number_of(ev->v[has(ev, K_action) ? K_action : K_txType], names, COUNT_OF(names));
}

static uint8_t read_venue(const struct event *ev)
{
    static const char *const pools[] = {[venue_pump] = "pump",
                                        [venue_pumpswap] = "pump-amm",
                                        [venue_raydium_cpmm] = "raydium-cpmm",
                                        [venue_launchlab] = "raydium-launchpad",
                                        [venue_dbc] = "meteora-launchpad",
                                        [venue_damm_v1] = "meteora-damm-v1",
                                        [venue_damm_v2] = "meteora-damm-v2"};
    static const char *const protocols[] = {
        [venue_pump] = "PUMPFUN", [venue_pumpswap] = "PUMPSWAP"};
    uint8_t v = number_of(ev->v[K_pool], pools, COUNT_OF(pools));
    return v || has(ev, K_pool) ? v : number_of(ev->v[K_protocol], protocols, COUNT_OF(protocols));
}

/* A decimal amount; absent is 0. */
static bool amount(struct event *ev, enum key_id k, unsigned decimals, uint64_t *out)
{
    bool inexact = false;
    struct slice v = ev->v[k], text;
    *out = 0;
    if (v.n == 0) return true;
    if (slice_string(v, &text)) v = text;
    if (!slice_decimal_exact(v, decimals, out, &inexact) || *out > AMOUNT_MAX) return false;
    ev->rounded += inexact;
    return true;
}

static bool whole(struct slice v, uint64_t *out) { return slice_decimal(v, 0, out); }

/* The quote: SOL unless named; other quotes only with known decimals. */
static const char *read_quote(struct event *ev)
{
    static const char *const six[] = {"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
                                      "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB",
                                      "USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB"};
    struct slice text;
    ev->quote_decimals = 9;
    if (!has(ev, K_quoteMint)) return NULL;
    if (!slice_string(ev->v[K_quoteMint], &text)) return "the quote mint is no text";
    if (slice_is(text, "So11111111111111111111111111111111111111112") ||
        slice_is(text, "11111111111111111111111111111111"))
        return NULL;
    for (size_t i = 0; i < COUNT_OF(six); i++)
        if (slice_is(text, six[i])) {
            ev->quote_decimals = 6;
            return slice_base58(ev->v[K_quoteMint], ev->quote_mint.b, 32)
                       ? NULL
                       : "the quote mint is no address";
        }
    return "a quote mint whose decimals are not known";
}

static const char *read_common(struct event *ev)
{
    uint64_t ms, decimals = TOKEN_DECIMALS;
    ev->kind = read_kind(ev);
    if (!ev->kind) return "an unknown kind of event";
    if (!whole(ev->v[K_block], &ev->slot) || ev->slot == 0 || ev->slot >> 40)
        return "the block is missing or out of range";
    if (!whole(ev->v[K_timestamp], &ms) || ms < MS_MIN || ms > MS_MAX)
        return "the time is missing or out of range";
    ev->ts_ns = ms * NS_PER_MS;
    if (has(ev, K_signature) && !slice_base58(ev->v[K_signature], ev->signature.b, 64))
        return "the signature is not base58 of 64 bytes";
    if (ev->kind == KIND_transfer) return NULL;
    ev->venue = read_venue(ev);
    if (!ev->venue) return "an unknown pool or protocol";
    if (!slice_base58(ev->v[K_mint], ev->mint.b, 32)) return "the mint is no address";
    if (has(ev, K_poolId) && ev->venue != venue_pump &&
        !slice_base58(ev->v[K_poolId], ev->pool.b, 32))
        return "the pool is no address";
    if (has(ev, K_decimals) && (!whole(ev->v[K_decimals], &decimals) || decimals > 12))
        return "decimals out of range";
    ev->decimals = (unsigned)decimals;
    return read_quote(ev);
}

/* Whichever of two names is there. */
static enum key_id either(const struct event *ev, enum key_id a, enum key_id b)
{
    return has(ev, a) ? a : b;
}

static const char *read_amounts(struct event *ev)
{
    uint64_t v_base, v_quote, pool_base, pool_quote;
    enum key_id moved =
        ev->kind == KIND_create && has(ev, K_initialBuy) ? K_initialBuy : K_tokenAmount;
    bool ok = amount(ev, moved, ev->decimals, &ev->base) &&
              amount(ev, either(ev, K_quoteAmount, K_solAmount), ev->quote_decimals, &ev->quote) &&
              amount(ev, K_vTokensInBondingCurve, ev->decimals, &v_base) &&
              amount(ev, either(ev, K_vQuoteInBondingCurve, K_vSolInBondingCurve),
                     ev->quote_decimals, &v_quote) &&
              amount(ev, K_tokensInPool, ev->decimals, &pool_base) &&
              amount(ev, either(ev, K_quoteInPool, K_solInPool), ev->quote_decimals, &pool_quote);
    if (!ok) return "an amount is no number, negative or absurd";
    bool curve = v_base && v_quote;
    ev->base_after = curve ? v_base : pool_base;
    ev->quote_after = curve ? v_quote : pool_quote;
    ev->base_real = pool_base;
    ev->quote_real = pool_quote;
    if (curve && ev->venue == venue_pump && key_is_none(&ev->quote_mint)) {
        ev->base_real = sub_sat_u64(v_base, CURVE_BASE_VIRTUAL_RAW);
        ev->quote_real = sub_sat_u64(v_quote, CURVE_QUOTE_VIRTUAL_RAW);
    }
    return NULL;
}

/* ---- traders ---- */

static bool first_trader(const struct event *ev, struct key *out, unsigned *count)
{
    struct slice t = ev->v[K_tradersInvolved], key, v;
    struct scan s = scan_of(t);
    bool any = false;
    *count = 0;
    if (t.n && t.p[0] == '{' && scan_enter(&s, '{')) {
        while (scan_member(&s, &key, &v))
            if ((*count)++ == 0) any = slice_base58_bare(key, out->b, 32);
    } else if (t.n && t.p[0] == '[' && scan_enter(&s, '[')) {
        while (scan_element(&s, &v))
            if ((*count)++ == 0) any = slice_base58(v, out->b, 32);
    }
    if (s.bad) return false;
    return any || (*count == 0 && slice_base58(ev->v[K_txSigner], out->b, 32));
}

#define LEGS_MAX 32

/* The single swaps of one event (second generation); 0 when it does not list them all. */
static unsigned read_legs(struct event *ev, struct row_leg *legs)
{
    struct slice all = ev->v[K_breakdown], one, key, v, text;
    struct scan s = scan_of(all);
    unsigned n = 0;
    if (all.n == 0 || !scan_enter(&s, '[')) return 0;
    while (scan_element(&s, &one)) {
        struct scan m = scan_of(one);
        if (n == LEGS_MAX || !scan_enter(&m, '{')) return 0;
        struct row_leg *l = &legs[n++];
        memset(l, 0, sizeof *l);
        while (scan_member(&m, &key, &v)) {
            bool ok = true;
            if (slice_is(key, "trader"))
                ok = slice_base58(v, l->trader.b, 32);
            else if (slice_is(key, "action") && slice_string(v, &text))
                l->side = slice_is(text, "buy")    ? side_buy
                          : slice_is(text, "sell") ? side_sell
                                                   : side_none;
            else if (slice_is(key, "tokenAmount"))
                ok = slice_decimal(v, ev->decimals, &l->base);
            else if (slice_is(key, "quoteAmount"))
                ok = slice_decimal(v, ev->quote_decimals, &l->quote);
            if (!ok) return 0;
        }
        if (m.bad || !l->side || !l->base || !l->quote || l->base > AMOUNT_MAX ||
            l->quote > AMOUNT_MAX || key_is_none(&l->trader))
            return 0;
    }
    return s.bad ? 0 : n;
}

/* ---- PumpSwap: the amounts by the pool's arithmetic ---- */

/* Net quote of a swap of `base` tokens that leaves these reserves, with a fee of lp_bps kept in the
 * pool: buy  q = Q' b / (B' + b (1 + lp));  sell  q = Q' b / (B' - b (1 - lp)). */
static bool swap_net(const struct event *ev, uint8_t side, uint32_t lp_bps, uint64_t *quote)
{
    u128 part = (u128)ev->base * (side == side_buy ? BPS_ONE + lp_bps : BPS_ONE - lp_bps);
    u128 all = (u128)ev->base_after * BPS_ONE;
    u128 d = side == side_buy ? all + part : all > part ? all - part : 0;
    if (d == 0 || d / BPS_ONE > UINT64_MAX || d / BPS_ONE == 0) return false;
    return muldiv_floor(ev->quote_after, ev->base, (uint64_t)(d / BPS_ONE), quote);
}

static bool fits(struct rec_trade *t, uint64_t quote, uint32_t lp_bps)
{
    struct amm_pool before;
    t->quote_raw = quote;
    return muldiv_ceil(quote, lp_bps, BPS_ONE, &t->lp_fee_raw) && amm_before(t, &before) &&
           !amm_explain(&before, t);
}

/* The pool's own fee goes by the market cap before the swap, which follows from a first guess at
 * the swap. */
static uint32_t lp_bps_before(const struct event *ev, const struct rec_trade *t, uint32_t guess_bps)
{
    struct rec_trade first = *t;
    struct amm_pool before;
    if (!swap_net(ev, t->side, guess_bps, &first.quote_raw) ||
        !muldiv_ceil(first.quote_raw, guess_bps, BPS_ONE, &first.lp_fee_raw) ||
        !amm_before(&first, &before))
        return guess_bps;
    before.supply_raw = SUPPLY_RAW;
    before.has_creator = has(ev, K_creatorFeeAddress);
    return amm_fees_at(&before, ev->ts_ns).lp_bps;
}

static const char *pumpswap_amounts(const struct event *ev, struct rec_trade *t, uint16_t *lp_bps)
{
    struct amm_pool after = {.venue = venue_pumpswap,
                             .base_reserve_raw = ev->base_after,
                             .quote_reserve_raw = ev->quote_after,
                             .supply_raw = SUPPLY_RAW,
                             .has_creator = has(ev, K_creatorFeeAddress)};
    uint32_t lp = lp_bps_before(ev, t, amm_fees_at(&after, ev->ts_ns).lp_bps);
    uint64_t q;
    *lp_bps = (uint16_t)lp;
    if (!swap_net(ev, t->side, lp, &q)) return "the amounts do not fit the reserves";
    for (uint64_t d = 0; d <= 4; d++)
        if (fits(t, q + d, lp) || (q > d && fits(t, q - d, lp))) return NULL;
    t->quote_raw = q;
    t->flags |=
        TRADE_INFERRED; /* another split of the fee than the table's, or several swaps in one */
    return muldiv_ceil(q, lp, BPS_ONE, &t->lp_fee_raw) ? NULL
                                                       : "the amounts do not fit the reserves";
}

/* ---- rows ---- */

static struct row *row_of(struct rows *m, const struct event *ev, uint8_t id)
{
    struct row *r = rows_add(m, id);
    if (!r) return NULL;
    r->slot = ev->slot;
    r->d.market = key_is_none(&ev->pool) ? ev->mint : ev->pool;
    r->d.base_reserve_raw = ev->base_after;
    r->d.quote_reserve_raw = ev->quote_after;
    return r;
}

static const char *put_trade_row(struct rows *m, struct event *ev, uint8_t side, uint32_t flags)
{
    struct row_leg legs[LEGS_MAX];
    struct rec_trade t;
    unsigned traders;
    memset(&t, 0, sizeof t);
    t.ts_ns = ev->ts_ns;
    t.slot = ev->slot;
    t.mint = ev->mint;
    t.pool = ev->pool;
    t.quote_mint = ev->quote_mint;
    t.signature = ev->signature;
    t.venue = ev->venue;
    t.side = side;
    t.flags = flags;
    t.base_raw = ev->base;
    t.quote_raw = ev->quote;
    t.base_reserve_raw = ev->base_after;
    t.quote_reserve_raw = ev->quote_after;
    t.base_real_raw = ev->base_real;
    t.quote_real_raw = ev->quote_real;
    if (t.base_raw == 0 || t.quote_raw == 0 || t.base_reserve_raw == 0 || t.quote_reserve_raw == 0)
        return "an amount or reserve is zero";
    if (!amount(ev, K_priorityFee, 9, &t.priority_fee_lamports))
        return "an amount is no number, negative or absurd";
    if (!first_trader(ev, &t.trader, &traders)) return "no trader is named";
    if (ev->venue == venue_raydium_cpmm || ev->venue >= venue_damm_v1)
        t.flags |= TRADE_INFERRED; /* the archive does not record how the fee lies in the amount */
    uint16_t lp_bps = 0;
    const char *why = ev->venue == venue_pumpswap ? pumpswap_amounts(ev, &t, &lp_bps) : NULL;
    if (why) return why;
    unsigned n = ev->venue == venue_pump ? read_legs(ev, legs) : 0;
    if (n > 1) return rows_add_legs(m, &t, legs, n);
    if (n == 0 && traders > 1) t.flags |= TRADE_NET;
    struct row *r = row_of(m, ev, REC_trade);
    if (!r) return NULL;
    r->d.u.trade = t;
    r->lp_bps = lp_bps;
    return NULL;
}

static uint32_t token_flags(const struct event *ev)
{
    struct slice text;
    uint32_t f = 0;
    if (slice_is(ev->v[K_mayhemMode], "true")) f |= TOKEN_MAYHEM;
    if (slice_is(ev->v[K_cashbackEnabled], "true")) f |= TOKEN_CASHBACK;
    if (slice_string(ev->v[K_tokenProgram], &text) && slice_is(text, "spl-token-2022"))
        f |= TOKEN_TOKEN2022;
    if (slice_string(ev->v[K_burnedLiquidity], &text) && slice_is(text, "100%"))
        f |= TOKEN_LP_BURNED;
    return f;
}

/* Extension names without case, dashes and underscores, at the numbers of Token-2022's
 * ExtensionType. */
static uint64_t token_extensions(const struct event *ev)
{
    static const char *const names[] = {NULL,
                                        "transferfeeconfig",
                                        "transferfeeamount",
                                        "mintcloseauthority",
                                        "confidentialtransfermint",
                                        "confidentialtransferaccount",
                                        "defaultaccountstate",
                                        "immutableowner",
                                        "memotransfer",
                                        "nontransferable",
                                        "interestbearingconfig",
                                        "cpiguard",
                                        "permanentdelegate",
                                        "nontransferableaccount",
                                        "transferhook",
                                        "transferhookaccount",
                                        "confidentialtransferfeeconfig",
                                        "confidentialtransferfeeamount",
                                        "metadatapointer",
                                        "tokenmetadata",
                                        "grouppointer",
                                        "tokengroup",
                                        "groupmemberpointer",
                                        "tokengroupmember",
                                        "confidentialmintburn",
                                        "scaleduiamountconfig",
                                        "pausable",
                                        "pausableaccount"};
    struct slice all = ev->v[K_tokenExtensions], key, v;
    struct scan s = scan_of(all);
    uint64_t bits = 0;
    if (all.n == 0 || !scan_enter(&s, '{')) return 0;
    while (scan_member(&s, &key, &v)) {
        char plain[40];
        size_t n = 0;
        for (size_t i = 0; i < key.n && n < sizeof plain; i++)
            if (key.p[i] != '_' && key.p[i] != '-')
                plain[n++] = key.p[i] >= 'A' && key.p[i] <= 'Z' ? (char)(key.p[i] + 32) : key.p[i];
        for (unsigned k = 1; k < COUNT_OF(names); k++)
            if (slice_is((struct slice){plain, n}, names[k])) bits |= UINT64_C(1) << k;
    }
    return bits;
}

static const char *put_pool_row(struct rows *m, struct event *ev, uint8_t what)
{
    struct rec_pool p;
    memset(&p, 0, sizeof p);
    p.ts_ns = ev->ts_ns;
    p.slot = ev->slot;
    p.mint = ev->mint;
    p.pool = ev->pool;
    p.quote_mint = ev->quote_mint;
    p.signature = ev->signature;
    p.venue = ev->venue;
    p.event = what;
    p.flags = token_flags(ev);
    p.base_reserve_raw = ev->base_after;
    p.quote_reserve_raw = ev->quote_after;
    p.base_real_raw = ev->base_real;
    p.quote_real_raw = ev->quote_real;
    if (has(ev, K_creatorFeeAddress) && !slice_base58(ev->v[K_creatorFeeAddress], p.creator.b, 32))
        return "the creator is no address";
    if (has(ev, K_supply) && !amount(ev, K_supply, ev->decimals, &p.supply_raw))
        return "an amount is no number, negative or absurd";
    if (what != pool_event_removed && (ev->base_after == 0 || ev->quote_after == 0))
        return "an amount or reserve is zero";
    struct row *r = row_of(m, ev, REC_pool);
    if (r) r->d.u.pool = p;
    return NULL;
}

static const char *put_token_row(struct rows *m, struct event *ev)
{
    struct rec_token t;
    memset(&t, 0, sizeof t);
    t.ts_ns = ev->ts_ns;
    t.slot = ev->slot;
    t.mint = ev->mint;
    t.signature = ev->signature;
    t.decimals = (uint8_t)ev->decimals;
    t.flags = token_flags(ev);
    t.extensions = token_extensions(ev);
    slice_text(ev->v[K_name], t.name, sizeof t.name);
    slice_text(ev->v[K_symbol], t.symbol, sizeof t.symbol);
    slice_text(ev->v[K_uri], t.uri, sizeof t.uri);
    if (!slice_base58(ev->v[K_txSigner], t.creator.b, 32) &&
        !slice_base58(ev->v[K_creatorFeeAddress], t.creator.b, 32))
        return "no creator is named";
    if (has(ev, K_mintAuthority) && !slice_base58(ev->v[K_mintAuthority], t.mint_authority.b, 32))
        return "the mint authority is no address";
    if (has(ev, K_freezeAuthority) &&
        !slice_base58(ev->v[K_freezeAuthority], t.freeze_authority.b, 32))
        return "the freeze authority is no address";
    if (!amount(ev, K_supply, ev->decimals, &t.supply_raw))
        return "an amount is no number, negative or absurd";
    struct row *r = row_of(m, ev, REC_token);
    if (!r) return NULL;
    r->d.base_reserve_raw = r->d.quote_reserve_raw = 0;
    r->d.u.token = t;
    return NULL;
}

/* A creation is a token, its curve or pool as it was before, and the creator's own buy. */
static const char *put_creation(struct rows *m, struct event *ev)
{
    const char *why = put_token_row(m, ev);
    if (why || !ev->base_after || !ev->quote_after) return why;
    struct event before = *ev;
    if (ev->base && ev->quote) {
        if (!add_u64(ev->base_after, ev->base, &before.base_after) ||
            !sub_u64(ev->quote_after, ev->quote, &before.quote_after))
            return "the first buy does not fit the reserves";
        before.base_real = add_sat_u64(ev->base_real, ev->base);
        before.quote_real = sub_sat_u64(ev->quote_real, ev->quote);
    }
    why = put_pool_row(m, &before, pool_event_created);
    return why || !ev->base || !ev->quote ? why : put_trade_row(m, ev, side_buy, TRADE_CREATE);
}

static void put_transfers(struct rows *m, const struct event *ev)
{
    struct slice all = ev->v[K_transfers], one, key, v;
    struct scan s = scan_of(all);
    bool listed = scan_enter(&s, '[');
    if (listed)
        for (unsigned k = 0; scan_element(&s, &one); k++) {
            if (k == TRANSFERS_MAX) {
                rows_reject(m, "more than 256 transfers in one event");
                return;
            }
            struct rec_transfer t;
            struct scan o = scan_of(one);
            struct slice sum = {NULL, 0};
            bool sol = false, ok = scan_enter(&o, '{');
            memset(&t, 0, sizeof t);
            while (ok && scan_member(&o, &key, &v)) {
                if (slice_is(key, "from"))
                    ok = slice_base58(v, t.from.b, 32);
                else if (slice_is(key, "to"))
                    ok = slice_base58(v, t.to.b, 32);
                else if (slice_is(key, "amount"))
                    sum = v;
                else if (slice_is(key, "isSolana"))
                    sol = slice_is(v, "true");
                else if (slice_is(key, "mint") && !slice_is(v, "null"))
                    ok = slice_base58(v, t.mint.b, 32);
            }
            if (sol) memset(&t.mint, 0, sizeof t.mint);
            if (!ok || o.bad || key_is_none(&t.from) || key_is_none(&t.to) ||
                (!sol && key_is_none(&t.mint)) ||
                !slice_decimal(sum, sol ? 9 : TOKEN_DECIMALS, &t.amount_raw)) {
                rows_reject(m, "a transfer lacks sender, receiver, token or amount");
                continue;
            }
            t.ts_ns = ev->ts_ns;
            t.slot = ev->slot;
            t.signature = ev->signature;
            struct row *r = rows_add(m, REC_transfer);
            if (!r) return;
            r->slot = ev->slot;
            r->d.market = t.to;
            r->d.u.transfer = t;
        }
    if (!listed || s.bad) rows_reject(m, "broken JSON");
}

void import_pumpapi_line(struct rows *m, const char *line, size_t n)
{
    struct event ev;
    while (n && (line[n - 1] == '\n' || line[n - 1] == '\r')) n--;
    if (n == 0) return;
    memset(&ev, 0, sizeof ev);
    m->items++;
    const char *why = read_keys(line, n, &ev);
    if (!why) why = read_common(&ev);
    if (!why && ev.kind != KIND_transfer) why = read_amounts(&ev);
    if (!why) {
        switch (ev.kind) {
        case KIND_transfer: put_transfers(m, &ev); break;
        case KIND_create: why = put_creation(m, &ev); break;
        case KIND_buy: why = put_trade_row(m, &ev, side_buy, 0); break;
        case KIND_sell: why = put_trade_row(m, &ev, side_sell, 0); break;
        case KIND_migrate:
            if (ev.venue == venue_pump)
                ev.venue = venue_pumpswap; /* named by where it comes from */
            why = put_pool_row(m, &ev, pool_event_migrated);
            break;
        case KIND_createPool: why = put_pool_row(m, &ev, pool_event_created); break;
        case KIND_add: why = put_pool_row(m, &ev, pool_event_added); break;
        case KIND_remove: why = put_pool_row(m, &ev, pool_event_removed); break;
        }
    }
    if (why) rows_reject(m, why);
    m->rounded += ev.rounded;
}
