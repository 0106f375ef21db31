/* plan.c - see plan.h. */
#include "common/sol/plan.h"

#include <string.h>

#include "common/sol/address.h"

#define KEYS_MAX 256u

struct ix *plan_add(struct plan *p, const struct key *program)
{
    struct ix *x = &p->ix[p->count < PLAN_IX_MAX ? p->count : PLAN_IX_MAX - 1];
    p->count++;
    ix_begin(x, program);
    return x;
}

/* ---- the keys of a message ---- */

enum { K_INVOKED = 4, K_TABLED = 8 };
struct keyring {
    size_t count;
    const struct key *key[KEYS_MAX];
    uint8_t flags[KEYS_MAX];
    uint8_t index[KEYS_MAX]; /* place in the message */
    unsigned signers, readonly_signed, readonly_unsigned, statics;
};

static bool note_key(struct keyring *r, const struct key *k, uint8_t flags)
{
    size_t i = 0;
    while (i < r->count && !key_equal(r->key[i], k)) i++;
    if (i == KEYS_MAX) return false;
    if (i == r->count) {
        r->key[i] = k;
        r->flags[i] = 0;
        r->count++;
    }
    r->flags[i] |= flags;
    return true;
}

static bool is_budget(const struct ix *x)
{
    return address_is(&x->program, address_compute_budget);
}

static const char *gather(const struct plan *p, bool v1, struct keyring *r)
{
    r->count = 0;
    if (!note_key(r, &p->payer, ACCOUNT_SIGNER | ACCOUNT_WRITABLE)) return "too many accounts";
    for (size_t i = 0; i < p->count; i++) {
        const struct ix *x = &p->ix[i];
        if (x->data_len == IX_OVERFLOWED) return "an instruction is too long";
        if (v1 && is_budget(x)) continue;
        if (!note_key(r, &x->program, K_INVOKED)) return "too many accounts";
        for (unsigned k = 0; k < x->accounts_count; k++)
            if (!note_key(r, &x->account[k].key, x->account[k].flags)) return "too many accounts";
    }
    if (r->flags[0] & K_INVOKED) return "the fee payer is called as a program";
    return NULL;
}

/* Static keys take their places: writable signers, readonly signers, writable, readonly. */
static void place_statics(struct keyring *r)
{
    static const uint8_t classes[] = {ACCOUNT_SIGNER | ACCOUNT_WRITABLE, ACCOUNT_SIGNER,
                                      ACCOUNT_WRITABLE, 0};
    unsigned at = 0, counts[4] = {0};
    for (unsigned c = 0; c < 4; c++)
        for (size_t i = 0; i < r->count; i++)
            if (!(r->flags[i] & K_TABLED) && (r->flags[i] & 3) == classes[c]) {
                r->index[i] = (uint8_t)at++;
                counts[c]++;
            }
    r->statics = at;
    r->signers = counts[0] + counts[1];
    r->readonly_signed = counts[1];
    r->readonly_unsigned = counts[3];
}

/* ---- lookup tables ---- */

static bool can_be_tabled(uint8_t flags)
{
    return !(flags & (ACCOUNT_SIGNER | K_INVOKED | K_TABLED));
}

static int find_entry(const struct lookup *t, const struct key *k)
{
    for (size_t i = 0; i < t->count && i < 256; i++)
        if (key_equal(&t->entries[i], k)) return (int)i;
    return -1;
}

static unsigned hits_of(const struct keyring *r, const struct lookup *t)
{
    unsigned hits = 0;
    for (size_t i = 0; i < r->count; i++)
        hits += can_be_tabled(r->flags[i]) && find_entry(t, r->key[i]) >= 0;
    return hits;
}

struct tabled {
    const struct lookup *table;
    uint8_t writable[256], readonly[256];
    unsigned writable_count, readonly_count;
    size_t writable_key[64], readonly_key[64];
};
struct tables {
    struct tabled t[TX_TABLES_MAX];
    size_t count;
};

static void take_from(struct keyring *r, const struct lookup *t, struct tables *used)
{
    struct tabled *d = &used->t[used->count++];
    d->table = t;
    d->writable_count = d->readonly_count = 0;
    for (size_t i = 0; i < r->count; i++) {
        int at = can_be_tabled(r->flags[i]) ? find_entry(t, r->key[i]) : -1;
        if (at < 0 || d->writable_count >= 64 || d->readonly_count >= 64) continue;
        if (r->flags[i] & ACCOUNT_WRITABLE) {
            d->writable_key[d->writable_count] = i;
            d->writable[d->writable_count++] = (uint8_t)at;
        } else {
            d->readonly_key[d->readonly_count] = i;
            d->readonly[d->readonly_count++] = (uint8_t)at;
        }
        r->flags[i] |= K_TABLED;
    }
}

/* A table costs 34 bytes and saves 31 a key: from two keys on it pays. The fullest goes first. */
static void choose_tables(struct keyring *r, const struct lookup *tables, size_t n, bool all,
                          struct tables *used)
{
    used->count = 0;
    if (all) {
        for (size_t i = 0; i < n && used->count < TX_TABLES_MAX; i++)
            if (hits_of(r, &tables[i])) take_from(r, &tables[i], used);
        return;
    }
    while (used->count < TX_TABLES_MAX) {
        size_t best = n;
        unsigned most = 1;
        for (size_t i = 0; i < n; i++)
            if (hits_of(r, &tables[i]) > most) {
                most = hits_of(r, &tables[i]);
                best = i;
            }
        if (best == n) return;
        take_from(r, &tables[best], used);
    }
}

static void place_tabled(struct keyring *r, const struct tables *used)
{
    unsigned at = r->statics;
    for (size_t i = 0; i < used->count; i++)
        for (unsigned k = 0; k < used->t[i].writable_count; k++)
            r->index[used->t[i].writable_key[k]] = (uint8_t)at++;
    for (size_t i = 0; i < used->count; i++)
        for (unsigned k = 0; k < used->t[i].readonly_count; k++)
            r->index[used->t[i].readonly_key[k]] = (uint8_t)at++;
}

/* ---- writing ---- */

struct pen {
    uint8_t *p;
    size_t n, max;
    bool full;
};

static void put(struct pen *w, const void *p, size_t n)
{
    if (n > w->max - w->n) {
        w->full = true;
        return;
    }
    memcpy(w->p + w->n, p, n);
    w->n += n;
}

static void put_u8(struct pen *w, unsigned v)
{
    uint8_t b = (uint8_t)v;
    put(w, &b, 1);
}

static void put_compact(struct pen *w, size_t v)
{
    uint8_t b[3];
    put(w, b, message_u16_write((uint16_t)v, b));
}

static uint8_t index_of(const struct keyring *r, const struct key *k)
{
    size_t i = 0;
    while (!key_equal(r->key[i], k)) i++; /* gathered before: it is there */
    return r->index[i];
}

static void put_keys(struct pen *w, const struct keyring *r)
{
    for (unsigned at = 0; at < r->statics; at++)
        for (size_t i = 0; i < r->count; i++)
            if (!(r->flags[i] & K_TABLED) && r->index[i] == at) put(w, r->key[i]->b, 32);
}

static void put_v0(struct pen *w, const struct plan *p, const struct keyring *r,
                   const struct tables *used, bool v0)
{
    if (v0) put_u8(w, 0x80);
    put_u8(w, r->signers);
    put_u8(w, r->readonly_signed);
    put_u8(w, r->readonly_unsigned);
    put_compact(w, r->statics);
    put_keys(w, r);
    put(w, p->blockhash.b, 32);
    put_compact(w, p->count);
    for (size_t i = 0; i < p->count; i++) {
        const struct ix *x = &p->ix[i];
        put_u8(w, index_of(r, &x->program));
        put_compact(w, x->accounts_count);
        for (unsigned k = 0; k < x->accounts_count; k++) put_u8(w, index_of(r, &x->account[k].key));
        put_compact(w, x->data_len);
        put(w, x->data, x->data_len);
    }
    if (!v0) return;
    put_compact(w, used->count);
    for (size_t i = 0; i < used->count; i++) {
        const struct tabled *d = &used->t[i];
        put(w, d->table->address.b, 32);
        put_compact(w, d->writable_count);
        put(w, d->writable, d->writable_count);
        put_compact(w, d->readonly_count);
        put(w, d->readonly, d->readonly_count);
    }
}

/* The budget instructions of a plan as version 1 has them. Price and limit give the fee: ceil(limit
 * * price / 10^6). */
static const char *budget_of(const struct plan *p, struct tx_budget *b)
{
    uint64_t price = 0;
    memset(b, 0, sizeof *b);
    for (size_t i = 0; i < p->count; i++) {
        const struct ix *x = &p->ix[i];
        if (!is_budget(x)) continue;
        if (x->data_len == 9 && x->data[0] == 3) {
            memcpy(&price, x->data + 1, 8);
            b->has_priority = true;
        } else if (x->data_len == 5 && x->data[0] == 2) {
            memcpy(&b->compute_units, x->data + 1, 4);
            b->has_units = true;
        } else if (x->data_len == 5 && x->data[0] == 4) {
            memcpy(&b->loaded_bytes, x->data + 1, 4);
            b->has_loaded = true;
        } else if (x->data_len == 5 && x->data[0] == 1) {
            memcpy(&b->heap_bytes, x->data + 1, 4);
            b->has_heap = true;
        } else
            return "a compute budget instruction that version 1 does not have";
    }
    u128 fee = ((u128)b->compute_units * price + 999999) / 1000000;
    if (fee > UINT64_MAX) return "the priority fee does not fit";
    b->priority_lamports = (uint64_t)fee;
    if (!b->has_units || !b->has_loaded)
        return "version 1 needs a compute limit and a limit of loaded bytes: unset, they are zero";
    return NULL;
}

static const char *put_v1(struct pen *w, const struct plan *p, const struct keyring *r)
{
    struct tx_budget b;
    const char *why = budget_of(p, &b);
    if (why) return why;
    size_t count = 0;
    for (size_t i = 0; i < p->count; i++) count += !is_budget(&p->ix[i]);
    uint32_t mask = (b.has_priority ? 3u : 0) | 4u | 8u | (b.has_heap ? 16u : 0);
    put_u8(w, 0x81);
    put_u8(w, r->signers);
    put_u8(w, r->readonly_signed);
    put_u8(w, r->readonly_unsigned);
    put(w, &mask, 4);
    put(w, p->blockhash.b, 32);
    put_u8(w, (unsigned)count);
    put_u8(w, r->statics);
    put_keys(w, r);
    if (b.has_priority) put(w, &b.priority_lamports, 8);
    put(w, &b.compute_units, 4);
    put(w, &b.loaded_bytes, 4);
    if (b.has_heap) put(w, &b.heap_bytes, 4);
    for (size_t i = 0; i < p->count; i++) {
        const struct ix *x = &p->ix[i];
        if (is_budget(x)) continue;
        put_u8(w, index_of(r, &x->program));
        put_u8(w, x->accounts_count);
        put(w, &x->data_len, 2);
    }
    for (size_t i = 0; i < p->count; i++) {
        const struct ix *x = &p->ix[i];
        if (is_budget(x)) continue;
        for (unsigned k = 0; k < x->accounts_count; k++) put_u8(w, index_of(r, &x->account[k].key));
        put(w, x->data, x->data_len);
    }
    return NULL;
}

const char *plan_build(const struct plan *p, enum build_as as, const struct lookup *tables,
                       size_t tables_count, uint8_t *out, size_t *n)
{
    struct keyring r;
    struct tables used = {.count = 0};
    struct pen w = {out, 0, TX_V1_BYTES_MAX, false};
    if (p->count > PLAN_IX_MAX) return "too many instructions";
    const char *why = gather(p, as == BUILD_V1, &r);
    if (why) return why;
    if (as == BUILD_V0 || as == BUILD_SMALLEST)
        choose_tables(&r, tables, tables_count, as == BUILD_V0, &used);
    bool v0 = as == BUILD_V0 || used.count;
    place_statics(&r);
    place_tabled(&r, &used);
    if (r.signers > TX_SIGNATURES_MAX) return "more than 12 signers";
    if (r.count > TX_LOCKS_MAX) return "more than 64 accounts";
    if (as == BUILD_V1)
        why = put_v1(&w, p, &r);
    else
        put_v0(&w, p, &r, &used, v0);
    if (why) return why;
    size_t most = as == BUILD_V1 ? TX_V1_BYTES_MAX : TX_BYTES_MAX;
    if (w.full || plan_tx_bytes(w.n, r.signers) - (as == BUILD_V1) > most)
        return as == BUILD_V1 ? "longer than 4096 bytes" : "longer than 1232 bytes";
    *n = w.n;
    return NULL;
}
