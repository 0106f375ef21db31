/* fuzz_decode.c - executed transactions made of the input's bytes: programs and accounts from a
 * pool of known ones, instructions, calls, logs and balances as the bytes say. Whatever comes:
 * records are bounded, each is of a known kind, and nobody gets more than was there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/sol/layout.h"
#include "common/decode/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct source {
    const uint8_t *p;
    size_t n;
};
static uint8_t byte(struct source *s)
{
    if (!s->n) return 0;
    s->n--;
    return *s->p++;
}
static uint64_t number(struct source *s)
{
    uint64_t v = 0;
    for (unsigned k = byte(s) % 9; k > 0; k--) v = v << 8 | byte(s);
    return v;
}

struct seen {
    unsigned records, left;
    uint64_t most;
};

static void put(void *to, const struct decoded *d)
{
    struct seen *s = to;
    s->records++;
    if (d->id == REC_trade) {
        const struct rec_trade *t = &d->u.trade;
        if (t->venue == venue_none || t->venue >= venue_count || t->venue == venue_jupiter) abort();
        if (t->side != side_buy && t->side != side_sell) abort();
        if (key_equal(&t->mint, &t->quote_mint) || address_is(&t->quote_mint, address_native_mint))
            abort();
        if (address_is(&t->mint, address_native_mint) && t->venue != venue_pump) abort();
        if (t->flags & TRADE_FAILED && (t->base_raw || t->quote_raw)) abort();
        if (t->base_raw > UINT64_MAX || t->ix_index >= DECODE_SWAPS_MAX) abort();
        /* What transfers alone tell was transferred: no vault is left with less than nothing, none
         * with more than all. */
        if (t->flags & TRADE_INFERRED && t->venue == venue_raydium_clmm &&
            (t->base_real_raw > s->most && t->quote_real_raw > s->most))
            abort();
    } else if (d->id == REC_pool) {
        if (d->u.pool.venue == venue_none || d->u.pool.venue >= venue_count ||
            d->u.pool.event >= pool_event_count)
            abort();
    } else if (d->id == REC_token) {
        if (!memchr(d->u.token.name, 0, sizeof d->u.token.name) ||
            !memchr(d->u.token.uri, 0, sizeof d->u.token.uri))
            abort();
    } else if (d->id == REC_transfer) {
        if (d->u.transfer.amount_raw == 0 || key_equal(&d->u.transfer.from, &d->u.transfer.to))
            abort();
    } else if (d->id == REC_alert) {
        if (strncmp(d->u.alert.code, "drift.", 6) != 0 ||
            !memchr(d->u.alert.text, 0, sizeof d->u.alert.text))
            abort();
    } else
        abort();
}

static void left_out(void *to, enum decode_out kind, const char *why)
{
    struct seen *s = to;
    if (kind > DECODE_ELSEWHERE || !why[0]) abort();
    s->left++;
}

/* An account: mostly a well-known address, else one of a few others. */
static struct key account(struct source *s)
{
    uint8_t b = byte(s);
    struct key k;
    if (b < ADDRESS_COUNT) return *address_key((enum address)b);
    memset(k.b, b, 32);
    return k;
}

/* Data: of a layout of the program, an event of its, or as it comes. */
static uint16_t fill(struct source *s, const struct key *program, uint8_t *out, size_t cap)
{
    static const uint8_t tag[8] = {0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d};
    uint8_t kind = byte(s);
    size_t n = 0, want = byte(s) * (kind & 1 ? 4u : 1u);
    if (kind < 160) {
        const struct layout *l =
            layout_of((enum layout_id)((kind * 256u + byte(s)) % LAYOUT_COUNT));
        if (address_is(program, (enum address)l->program)) {
            memcpy(out, l->disc, l->disc_len);
            n = l->disc_len;
        }
    } else if (kind < 220) {
        memcpy(out, tag, 8);
        n = 8;
    }
    while (want-- && n < cap) out[n++] = byte(s);
    return (uint16_t)n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct key keys[64], loaded[32];
    static struct view_ix ix[64];
    static struct view_log logs[32];
    static struct view_token pre[32], post[32];
    static uint64_t before[96], after[96];
    static uint8_t bytes[64][1100], accounts[64][64];
    struct source s = {data, n};
    struct seen seen = {0, 0, 0};
    struct drift drift;
    memset(&drift, 0, sizeof drift);
    struct tx_view v = {.keys = keys,
                        .loaded = loaded,
                        .ix = ix,
                        .logs = logs,
                        .pre_tokens = pre,
                        .post_tokens = post,
                        .slot = number(&s),
                        .fee_lamports = number(&s),
                        .signatures = byte(&s)};
    v.keys_count = byte(&s) % 65;
    v.loaded_count = byte(&s) % 33;
    v.ix_count = byte(&s) % 65;
    v.logs_count = byte(&s) % 33;
    v.failed = byte(&s) % 8 == 0;
    for (unsigned i = 0; i < v.keys_count; i++) keys[i] = account(&s);
    for (unsigned i = 0; i < v.loaded_count; i++) loaded[i] = account(&s);
    for (unsigned i = 0; i < view_accounts(&v); i++) {
        before[i] = number(&s);
        after[i] = number(&s);
    }
    if (byte(&s) % 4) {
        v.pre = before;
        v.post = after;
    }
    v.pre_tokens_count = v.post_tokens_count = byte(&s) % 33;
    for (unsigned i = 0; i < v.pre_tokens_count; i++) {
        pre[i] = (struct view_token){.mint = account(&s),
                                     .owner = account(&s),
                                     .program = *address_key(address_token),
                                     .account = byte(&s),
                                     .decimals = 6};
        post[i] = pre[i];
        pre[i].amount_raw = number(&s);
        post[i].amount_raw = number(&s);
        seen.most =
            seen.most > UINT64_MAX - pre[i].amount_raw ? UINT64_MAX : seen.most + pre[i].amount_raw;
    }
    unsigned outer = 0;
    for (unsigned i = 0; i < v.ix_count; i++) {
        struct view_ix *x = &ix[i];
        uint8_t h = byte(&s) % 6;
        *x = (struct view_ix){.program = byte(&s),
                              .accounts_count = byte(&s) % 65,
                              .accounts = accounts[i],
                              .data = bytes[i],
                              .height = i ? h : 1};
        outer += i && x->height == 1;
        x->outer = (uint8_t)(byte(&s) == 77 ? byte(&s) : outer);
        for (unsigned k = 0; k < x->accounts_count; k++) accounts[i][k] = byte(&s);
        const struct key *program = view_key(&v, x->program);
        x->data_len = program ? fill(&s, program, bytes[i], sizeof bytes[i]) : 0;
        if (x->data_len >= 9 &&
            (bytes[i][0] == 3 ||
             bytes[i][0] == 12)) { /* all that is transferred may come to a vault */
            uint64_t amount;
            memcpy(&amount, bytes[i] + 1, 8);
            seen.most = seen.most > UINT64_MAX - amount ? UINT64_MAX : seen.most + amount;
        }
        if (x->data_len >= 19 && bytes[i][0] == 26) seen.most = UINT64_MAX;
    }
    static char lines[32][512];
    for (unsigned i = 0; i < v.logs_count; i++) {
        static const char *const shapes[] = {"Program %s invoke [1]", "Program %s success",
                                             "Program data: ",        "Program log: ray_log: ",
                                             "Program %s failed: x",  "",
                                             "Log truncated",         "Program "};
        uint8_t k = byte(&s) % 8;
        int len = snprintf(lines[i], sizeof lines[i], k < 2 || k == 4 ? shapes[k] : "%s",
                           k < 2 || k == 4 ? address_text((enum address)(byte(&s) % ADDRESS_COUNT))
                                           : shapes[k]);
        for (unsigned want = byte(&s); want && len < 500; want--)
            lines[i][len++] =
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[byte(&s) % 64];
        logs[i] = (struct view_log){lines[i], (uint32_t)len};
    }
    struct decode_sink sink = {&seen, put, left_out};
    decode(&v, &drift, &sink);
    if (seen.records > DECODE_SWAPS_MAX + DECODE_TOKENS_MAX + 64 * 2 + 64 * 64) abort();
    return 0;
}
