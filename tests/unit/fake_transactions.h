/* fake_transactions.h - executed transactions made by hand, for tests and the bench of the decoder:
 * accounts by name, instructions, logs and balances, as a view and as wire bytes. Everything is
 * bounded and asserts when a test asks for more. */
#ifndef SLUICE_FAKE_TRANSACTIONS_H
#define SLUICE_FAKE_TRANSACTIONS_H

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/sol/layout.h"
#include "common/sol/view.h"

struct made {
    struct key keys[64];
    struct view_ix ix[64];
    struct view_log logs[64];
    struct view_token pre[32], post[32];
    uint64_t lamports_before[64], lamports_after[64];
    uint8_t bytes[16384];
    char text[16384];
    size_t keys_count, ix_count, logs_count, tokens_count, bytes_used, text_used;
    struct tx_view v;
};

__attribute__((unused)) static struct key made_name(const char *name)
{
    struct key k;
    crypto_generichash(k.b, 32, (const uint8_t *)name, strlen(name), NULL, 0);
    return k;
}

__attribute__((unused)) static uint8_t made_key(struct made *m, struct key k)
{
    size_t i = 0;
    while (i < m->keys_count && !key_equal(&m->keys[i], &k)) i++;
    if (i == m->keys_count) {
        assert(i < 64);
        m->keys[m->keys_count++] = k;
        m->lamports_before[i] = m->lamports_after[i] = 1000000;
    }
    return (uint8_t)i;
}

__attribute__((unused)) static uint8_t *made_room(struct made *m, size_t n)
{
    assert(m->bytes_used + n <= sizeof m->bytes);
    m->bytes_used += n;
    return m->bytes + m->bytes_used - n;
}

/* Start: the payer is account 0. */
__attribute__((unused)) static void made_begin(struct made *m)
{
    memset(m, 0, sizeof *m);
    made_key(m, made_name("payer"));
    m->v.slot = 1000;
    m->v.ts_ns = UINT64_C(1780000000000000000);
    m->v.fee_lamports = 5000;
    m->v.units = 70000;
    m->v.index = 7;
    memset(m->v.signature.b, 5, 64);
}

/* An instruction of this height; accounts by key. */
__attribute__((unused)) static void made_ix(struct made *m, unsigned height, struct key program,
                                            const struct key *accounts, size_t n, const void *data,
                                            size_t len)
{
    struct view_ix *x = &m->ix[m->ix_count];
    uint8_t *list = made_room(m, n + 1), *copy = made_room(m, len + 1);
    assert(m->ix_count < 64);
    for (size_t i = 0; i < n; i++) list[i] = made_key(m, accounts[i]);
    memcpy(copy, data, len);
    *x = (struct view_ix){.program = made_key(m, program),
                          .accounts_count = (uint8_t)n,
                          .outer = height == 1 ? 0 : m->ix[m->ix_count - 1].outer,
                          .height = (uint8_t)height,
                          .data_len = (uint16_t)len,
                          .accounts = list,
                          .data = copy};
    if (height == 1)
        for (size_t i = 0; i < m->ix_count; i++)
            x->outer = (uint8_t)(x->outer + (m->ix[i].height == 1));
    m->ix_count++;
}

__attribute__((unused, format(printf, 2, 3))) static void made_log(struct made *m, const char *fmt,
                                                                   ...)
{
    va_list ap;
    char *p = m->text + m->text_used;
    va_start(ap, fmt);
    int n = vsnprintf(p, sizeof m->text - m->text_used, fmt, ap);
    va_end(ap);
    assert(n >= 0 && m->text_used + (size_t)n + 1 <= sizeof m->text && m->logs_count < 64);
    m->logs[m->logs_count++] = (struct view_log){p, (uint32_t)n};
    m->text_used += (size_t)n + 1;
}

__attribute__((unused)) static void made_log_bytes(struct made *m, const char *head,
                                                   const uint8_t *bytes, size_t n)
{
    char b64[2048];
    sodium_bin2base64(b64, sizeof b64, bytes, n, sodium_base64_VARIANT_ORIGINAL);
    made_log(m, "%s%s", head, b64);
}

__attribute__((unused)) static void made_token(struct made *m, struct key account, struct key owner,
                                               struct key mint, uint64_t before, uint64_t after)
{
    assert(m->tokens_count < 32);
    struct view_token t = {.mint = mint,
                           .owner = owner,
                           .program = *address_key(address_token),
                           .account = made_key(m, account),
                           .decimals = 6};
    t.amount_raw = before;
    m->pre[m->tokens_count] = t;
    t.amount_raw = after;
    m->post[m->tokens_count] = t;
    m->tokens_count++;
}

/* SPL Token: transfer. */
__attribute__((unused)) static void made_transfer(struct made *m, unsigned height, struct key from,
                                                  struct key to, struct key authority,
                                                  uint64_t amount)
{
    uint8_t data[9] = {3};
    struct key accounts[3] = {from, to, authority};
    memcpy(data + 1, &amount, 8);
    made_ix(m, height, *address_key(address_token), accounts, 3, data, 9);
}

__attribute__((unused)) static void made_pay(struct made *m, unsigned height, struct key from,
                                             struct key to, uint64_t lamports)
{
    uint8_t data[12] = {2};
    struct key accounts[2] = {from, to};
    memcpy(data + 4, &lamports, 8);
    made_ix(m, height, *address_key(address_system), accounts, 2, data, 12);
}

/* An event as a program tells it by calling itself. */
__attribute__((unused)) static void made_event(struct made *m, unsigned height, struct key program,
                                               const uint8_t *event, size_t n)
{
    static const uint8_t tag[8] = {0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d};
    uint8_t data[1200];
    struct key authority = made_name("event authority");
    assert(n + 8 <= sizeof data);
    memcpy(data, tag, 8);
    memcpy(data + 8, event, n);
    made_ix(m, height, program, &authority, 1, data, n + 8);
}

/* A swap instruction of a layout: its accounts are named after their parts, the arguments are two
 * numbers. */
__attribute__((unused)) static void made_swap(struct made *m, unsigned height, enum layout_id id,
                                              uint64_t first, uint64_t second)
{
    const struct layout *l = layout_of(id);
    uint8_t data[64] = {0};
    struct key accounts[64];
    size_t n = 0;
    memcpy(data, l->disc, l->disc_len);
    memcpy(data + l->disc_len, &first, 8);
    memcpy(data + l->disc_len + 8, &second, 8);
    data[l->disc_len + 32] = 1;
    for (size_t i = 0; i < l->accounts_count; i++)
        if (!l->account[i].condition)
            accounts[n++] = made_name(keyset_role_name((enum account_role)l->account[i].role));
    made_ix(m, height, *address_key((enum address)l->program), accounts, n, data,
            l->disc_len + 33u);
}

__attribute__((unused)) static const struct tx_view *made_view(struct made *m)
{
    struct tx_view *v = &m->v;
    v->keys = m->keys;
    v->keys_count = (uint16_t)m->keys_count;
    v->ix = m->ix;
    v->ix_count = (uint16_t)m->ix_count;
    v->logs = m->logs;
    v->logs_count = (uint16_t)m->logs_count;
    v->pre = m->lamports_before;
    v->post = m->lamports_after;
    v->pre_tokens = m->pre;
    v->post_tokens = m->post;
    v->pre_tokens_count = v->post_tokens_count = (uint16_t)m->tokens_count;
    v->signatures = 1;
    return v;
}

/* Its message as it goes over the wire (legacy); returns the length. */
__attribute__((unused)) static size_t made_wire(const struct made *m, uint8_t *out)
{
    size_t n = 0, outer = 0;
    out[n++] = 1;
    out[n++] = 0;
    out[n++] = 0;
    out[n++] = (uint8_t)m->keys_count;
    memcpy(out + n, m->keys, 32 * m->keys_count);
    n += 32 * m->keys_count;
    memset(out + n, 9, 32);
    n += 32;
    for (size_t i = 0; i < m->ix_count; i++) outer += m->ix[i].height == 1;
    out[n++] = (uint8_t)outer;
    for (size_t i = 0; i < m->ix_count; i++) {
        const struct view_ix *x = &m->ix[i];
        if (x->height != 1) continue;
        out[n++] = x->program;
        out[n++] = x->accounts_count;
        memcpy(out + n, x->accounts, x->accounts_count);
        n += x->accounts_count;
        n += message_u16_write(x->data_len, out + n);
        memcpy(out + n, x->data, x->data_len);
        n += x->data_len;
    }
    return n;
}

/* Fields in order. */
struct made_fields {
    uint8_t b[1024];
    size_t n;
};
__attribute__((unused)) static void field_bytes(struct made_fields *f, const void *p, size_t n)
{
    assert(f->n + n <= sizeof f->b);
    memcpy(f->b + f->n, p, n);
    f->n += n;
}
__attribute__((unused)) static void field_u64(struct made_fields *f, uint64_t v)
{
    field_bytes(f, &v, 8);
}
__attribute__((unused)) static void field_u8(struct made_fields *f, uint8_t v)
{
    field_bytes(f, &v, 1);
}
__attribute__((unused)) static void field_key(struct made_fields *f, struct key k)
{
    field_bytes(f, k.b, 32);
}
__attribute__((unused)) static void field_text(struct made_fields *f, const char *t)
{
    uint32_t n = (uint32_t)strlen(t);
    field_bytes(f, &n, 4);
    field_bytes(f, t, n);
}

/* pump.fun's TradeEvent of 2026. */
__attribute__((unused)) static struct made_fields
made_trade_event(struct key mint, struct key user, bool buy, uint64_t sol, uint64_t tokens,
                 uint64_t quote_after, uint64_t base_after)
{
    static const uint8_t disc[8] = {0xbd, 0xdb, 0x7f, 0xd3, 0x4e, 0xe6, 0x61, 0xee};
    struct made_fields f = {.n = 0};
    field_bytes(&f, disc, 8);
    field_key(&f, mint);
    field_u64(&f, sol);
    field_u64(&f, tokens);
    field_u8(&f, buy);
    field_key(&f, user);
    field_u64(&f, 1780000000);
    field_u64(&f, quote_after);
    field_u64(&f, base_after);
    field_u64(&f, quote_after - UINT64_C(30000000000));
    field_u64(&f, base_after - UINT64_C(279900000000000));
    field_key(&f, made_name("fee recipient"));
    field_u64(&f, 95);
    field_u64(&f, (sol * 95 + 9999) / 10000);
    field_key(&f, made_name("creator"));
    field_u64(&f, 30);
    field_u64(&f, (sol * 30 + 9999) / 10000);
    field_u8(&f, 1);
    for (int i = 0; i < 4; i++) field_u64(&f, 0);
    field_text(&f, buy ? "buy" : "sell");
    field_u8(&f, 0);
    for (int i = 0; i < 4; i++) field_u64(&f, 0);
    uint32_t none = 0;
    field_bytes(&f, &none, 4);
    field_key(&f, (struct key){{0}});
    for (int i = 0; i < 5; i++) field_u64(&f, 0);
    return f;
}

#endif
