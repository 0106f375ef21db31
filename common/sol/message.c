/* message.c - see message.h. */
#include "common/sol/message.h"

#include <string.h>

struct cursor {
    const uint8_t *p;
    size_t n, at;
};

static const uint8_t *take(struct cursor *c, size_t n)
{
    if (n > c->n - c->at) return NULL;
    const uint8_t *p = c->p + c->at;
    c->at += n;
    return p;
}

static bool take_u8(struct cursor *c, uint8_t *v)
{
    const uint8_t *p = take(c, 1);
    if (p) *v = *p;
    return p != NULL;
}

static bool take_u32(struct cursor *c, uint32_t *v)
{
    const uint8_t *p = take(c, 4);
    if (p) memcpy(v, p, 4);
    return p != NULL;
}

bool message_u16_read(const uint8_t *bytes, size_t n, size_t *at, uint16_t *v)
{
    uint32_t x = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (*at >= n) return false;
        uint8_t b = bytes[(*at)++];
        if ((i == 2 && b > 3) || (i > 0 && b == 0)) return false;
        x |= (uint32_t)(b & 0x7f) << (7 * i);
        if (b < 0x80) {
            *v = (uint16_t)x;
            return true;
        }
    }
    return false;
}

size_t message_u16_write(uint16_t v, uint8_t out[3])
{
    size_t n = 0;
    for (; v >= 0x80; v = (uint16_t)(v >> 7)) out[n++] = (uint8_t)(v | 0x80);
    out[n++] = (uint8_t)v;
    return n;
}

static bool take_compact(struct cursor *c, uint16_t *v)
{
    return message_u16_read(c->p, c->n, &c->at, v);
}

static bool take_bytes(struct cursor *c, const uint8_t **p, uint8_t *count)
{
    uint16_t n;
    if (!take_compact(c, &n) || n > 255) return false;
    *count = (uint8_t)n;
    return (*p = take(c, n)) != NULL;
}

static const char *check_header(const struct tx_message *m)
{
    if (m->signers == 0) return "no signer";
    if (m->signers > TX_SIGNATURES_MAX) return "more than 12 signers";
    if (m->readonly_signed >= m->signers) return "no writable signer pays the fee";
    if (m->keys_count < (unsigned)m->signers + m->readonly_unsigned)
        return "fewer keys than the header names";
    return NULL;
}

static const char *check_ix(const struct tx_message *m, const struct tx_ix *x)
{
    if (x->program == 0) return "the fee payer is called as a program";
    if (x->program >= m->keys_count) return "a program that is not a static key";
    for (unsigned k = 0; k < x->accounts_count; k++)
        if (x->accounts[k] >= message_accounts(m))
            return "an instruction names an account that is not there";
    return NULL;
}

/* Every pair is looked at: by eight bytes, and by all where these are equal. */
static bool has_twins(const struct tx_message *m)
{
    uint64_t first[TX_LOCKS_MAX];
    for (unsigned i = 0; i < m->keys_count; i++) {
        memcpy(&first[i], m->keys[i].b + 8, 8);
        for (unsigned k = 0; k < i; k++)
            if (first[k] == first[i] && key_equal(&m->keys[k], &m->keys[i])) return true;
    }
    return false;
}

static const char *check_accounts(const struct tx_message *m)
{
    if (message_accounts(m) > TX_LOCKS_MAX) return "more than 64 accounts";
    if (has_twins(m)) return "a key stands twice";
    const char *why = NULL;
    for (unsigned i = 0; i < m->ix_count && !why; i++) why = check_ix(m, &m->ix[i]);
    return why;
}

static const char *read_instructions(struct cursor *c, struct tx_message *m)
{
    uint16_t count, len;
    if (!take_compact(c, &count)) return "truncated before the instructions";
    if (count > TX_INSTRUCTIONS_MAX) return "more than 64 instructions";
    m->ix_count = (uint8_t)count;
    for (unsigned i = 0; i < count; i++) {
        struct tx_ix *x = &m->ix[i];
        if (!take_u8(c, &x->program) || !take_bytes(c, &x->accounts, &x->accounts_count) ||
            !take_compact(c, &len))
            return "truncated in an instruction";
        if (!(x->data = take(c, len))) return "truncated in an instruction's data";
        x->data_len = len;
    }
    return NULL;
}

static const char *read_tables(struct cursor *c, struct tx_message *m)
{
    uint16_t count;
    unsigned writable = 0, readonly = 0;
    if (!take_compact(c, &count)) return "truncated before the lookup tables";
    if (count > TX_TABLES_MAX) return "more than 16 lookup tables";
    m->tables_count = (uint8_t)count;
    for (unsigned i = 0; i < count; i++) {
        struct tx_table *t = &m->table[i];
        if (!(t->address = (const struct key *)take(c, 32)) ||
            !take_bytes(c, &t->writable, &t->writable_count) ||
            !take_bytes(c, &t->readonly, &t->readonly_count))
            return "truncated in a lookup table";
        if (t->writable_count + t->readonly_count == 0) return "a lookup table that gives nothing";
        writable += t->writable_count;
        readonly += t->readonly_count;
        if (writable + readonly + m->keys_count > TX_LOCKS_MAX) return "more than 64 accounts";
    }
    m->loaded_writable = (uint8_t)writable;
    m->loaded_readonly = (uint8_t)readonly;
    return NULL;
}

static bool read_header(struct cursor *c, struct tx_message *m)
{
    return take_u8(c, &m->signers) && take_u8(c, &m->readonly_signed) &&
           take_u8(c, &m->readonly_unsigned);
}

static const char *read_v0(struct cursor *c, struct tx_message *m)
{
    uint16_t keys;
    const char *why;
    if (!read_header(c, m) || !take_compact(c, &keys)) return "truncated in the header";
    if (keys > TX_LOCKS_MAX) return "more than 64 accounts";
    m->keys_count = (uint8_t)keys;
    if (!(m->keys = (const struct key *)take(c, 32u * keys)) ||
        !(m->blockhash = (const struct key *)take(c, 32)))
        return "truncated in the keys";
    if ((why = check_header(m)) || (why = read_instructions(c, m))) return why;
    return m->version == TX_V0 ? read_tables(c, m) : NULL;
}

/* SIMD-0385: values of the set bits in ascending order; bits 0 and 1 together are the priority fee.
 */
static const char *read_v1_budget(struct cursor *c, struct tx_message *m, uint32_t mask)
{
    struct tx_budget *b = &m->budget;
    if ((mask & 3) == 1 || (mask & 3) == 2) return "half a priority fee in the configuration";
    if (mask & ~UINT32_C(31)) return "an unknown bit in the configuration";
    b->has_priority = mask & 1;
    b->has_units = mask & 4;
    b->has_loaded = mask & 8;
    b->has_heap = mask & 16;
    const uint8_t *p = b->has_priority ? take(c, 8) : NULL;
    if (b->has_priority && !p) return "truncated in the configuration";
    if (p) memcpy(&b->priority_lamports, p, 8);
    if ((b->has_units && !take_u32(c, &b->compute_units)) ||
        (b->has_loaded && !take_u32(c, &b->loaded_bytes)) ||
        (b->has_heap && !take_u32(c, &b->heap_bytes)))
        return "truncated in the configuration";
    if (b->has_heap && (b->heap_bytes < 32768 || b->heap_bytes > 262144 || b->heap_bytes % 1024))
        return "a heap of a size that is not allowed";
    return NULL;
}

static const char *read_v1_instructions(struct cursor *c, struct tx_message *m)
{
    for (unsigned i = 0; i < m->ix_count; i++) {
        const uint8_t *h = take(c, 4);
        if (!h) return "truncated in an instruction";
        m->ix[i].program = h[0];
        m->ix[i].accounts_count = h[1];
        memcpy(&m->ix[i].data_len, h + 2, 2);
    }
    for (unsigned i = 0; i < m->ix_count; i++)
        if (!(m->ix[i].accounts = take(c, m->ix[i].accounts_count)) ||
            !(m->ix[i].data = take(c, m->ix[i].data_len)))
            return "truncated in an instruction's data";
    return NULL;
}

static const char *read_v1(struct cursor *c, struct tx_message *m)
{
    uint32_t mask;
    const char *why;
    if (!read_header(c, m) || !take_u32(c, &mask) ||
        !(m->blockhash = (const struct key *)take(c, 32)) || !take_u8(c, &m->ix_count) ||
        !take_u8(c, &m->keys_count))
        return "truncated in the header";
    if (m->ix_count > TX_INSTRUCTIONS_MAX) return "more than 64 instructions";
    if (m->keys_count > TX_LOCKS_MAX) return "more than 64 accounts";
    if (!(m->keys = (const struct key *)take(c, 32u * m->keys_count)))
        return "truncated in the keys";
    if ((why = check_header(m)) || (why = read_v1_budget(c, m, mask))) return why;
    return read_v1_instructions(c, m);
}

/* The message at the cursor; leaves the cursor after it. */
static const char *read_message(struct cursor *c, struct tx_message *m)
{
    uint8_t first;
    size_t start = c->at;
    memset(m, 0, offsetof(struct tx_message, ix));
    if (c->at >= c->n) return "empty";
    first = c->p[c->at];
    m->version = first < 0x80 ? TX_LEGACY : first == 0x80 ? TX_V0 : TX_V1;
    if (first > 0x81) return "an unknown message version";
    if (first >= 0x80) c->at++;
    const char *why = m->version == TX_V1 ? read_v1(c, m) : read_v0(c, m);
    if (!why) why = check_accounts(m);
    m->bytes = c->p + start;
    m->n = c->at - start;
    return why;
}

const char *message_read(const uint8_t *bytes, size_t n, struct tx_message *m)
{
    struct cursor c = {bytes, n, 0};
    if (n > TX_V1_BYTES_MAX) return "longer than any transaction";
    const char *why = read_message(&c, m);
    if (why) return why;
    if (c.at != n) return "bytes after the end";
    return m->version != TX_V1 && n + 64u * m->signers + 1 > TX_BYTES_MAX ? "longer than 1232 bytes"
                                                                          : NULL;
}

const char *message_tx_read(const uint8_t *bytes, size_t n, struct tx *t)
{
    struct cursor c = {bytes, n, 0};
    uint16_t count = 0;
    if (n == 0) return "empty";
    if (n > TX_V1_BYTES_MAX) return "longer than any transaction";
    bool v1 = bytes[0] == 0x81;
    if (!v1) {
        if (!take_compact(&c, &count)) return "truncated in the signatures";
        if (count > TX_SIGNATURES_MAX) return "more than 12 signatures";
        if (!(t->signatures = (const struct sig *)take(&c, 64u * count)))
            return "truncated in the signatures";
    }
    const char *why = read_message(&c, &t->message);
    if (why) return why;
    if (v1 != (t->message.version == TX_V1)) return "a version 1 message in an older envelope";
    if (v1 && !(t->signatures = (const struct sig *)take(&c, 64u * (count = t->message.signers))))
        return "truncated in the signatures";
    if (count != t->message.signers) return "another count of signatures than of signers";
    t->signatures_count = (uint8_t)count;
    if (c.at != n) return "bytes after the end";
    return !v1 && n > TX_BYTES_MAX ? "longer than 1232 bytes" : NULL;
}

bool message_is_writable(const struct tx_message *m, unsigned i)
{
    if (i < m->signers) return i < (unsigned)m->signers - m->readonly_signed;
    if (i < m->keys_count) return i < (unsigned)m->keys_count - m->readonly_unsigned;
    return i < (unsigned)m->keys_count + m->loaded_writable;
}

const struct key *message_key(const struct tx_message *m, const struct key *loaded, unsigned i)
{
    if (i < m->keys_count) return &m->keys[i];
    return loaded ? &loaded[i - m->keys_count] : NULL;
}
