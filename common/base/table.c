/* table.c - open addressing with backward-shift deletion over a flat block. See table.h. */
#include "common/base/table.h"

#include <string.h>

#include "common/base/hash.h"

static uint8_t *keys(struct table *t) { return (uint8_t *)(t + 1); }
static const uint8_t *ckeys(const struct table *t) { return (const uint8_t *)(t + 1); }
static uint32_t *newer(struct table *t) { return (uint32_t *)(keys(t) + (size_t)t->cap * 32); }
static uint32_t *older(struct table *t) { return newer(t) + t->cap; }
static uint32_t *index_of(struct table *t) { return older(t) + t->cap; }
static const uint32_t *cnewer(const struct table *t)
{
    return (const uint32_t *)(ckeys(t) + (size_t)t->cap * 32);
}
static const uint32_t *cindex(const struct table *t) { return cnewer(t) + 2 * (size_t)t->cap; }

static uint32_t index_size(uint32_t cap)
{
    uint32_t n = 4;
    while (n < cap * UINT64_C(2)) n *= 2;
    return n;
}

size_t table_size(uint32_t cap)
{
    size_t n = sizeof(struct table) + (size_t)cap * (32 + 8) + (size_t)index_size(cap) * 4;
    return (n + 7) & ~(size_t)7;
}

void table_init(struct table *t, uint32_t cap)
{
    t->cap = cap;
    t->used = 0;
    t->mask = index_size(cap) - 1;
    t->newest = t->oldest = TABLE_NONE;
    t->free_head = 0;
    t->pad = 0;
    memset(keys(t), 0, (size_t)cap * 32);
    for (uint32_t i = 0; i < cap; i++) {
        newer(t)[i] = TABLE_NONE;
        older(t)[i] = i + 1 < cap ? i + 1 : TABLE_NONE;
    }
    memset(index_of(t), 0xff, ((size_t)t->mask + 1) * 4);
}

/* Position in the index that holds key's row, or the empty position where it would go. */
static uint32_t probe(const struct table *t, const uint8_t key[32])
{
    const uint32_t *ix = cindex(t);
    uint32_t p = (uint32_t)hash_key(key) & t->mask;
    while (ix[p] != TABLE_NONE && memcmp(ckeys(t) + (size_t)ix[p] * 32, key, 32) != 0)
        p = (p + 1) & t->mask;
    return p;
}

uint32_t table_find(const struct table *t, const uint8_t key[32])
{
    return cindex(t)[probe(t, key)];
}

static void unlink_age(struct table *t, uint32_t row)
{
    uint32_t n = newer(t)[row], o = older(t)[row];
    if (n == TABLE_NONE)
        t->newest = o;
    else
        older(t)[n] = o;
    if (o == TABLE_NONE)
        t->oldest = n;
    else
        newer(t)[o] = n;
}

static void link_newest(struct table *t, uint32_t row)
{
    newer(t)[row] = TABLE_NONE;
    older(t)[row] = t->newest;
    if (t->newest == TABLE_NONE)
        t->oldest = row;
    else
        newer(t)[t->newest] = row;
    t->newest = row;
}

void table_touch(struct table *t, uint32_t row)
{
    if (t->newest == row) return;
    unlink_age(t, row);
    link_newest(t, row);
}

uint32_t table_add(struct table *t, const uint8_t key[32], bool *added)
{
    uint32_t p = probe(t, key), row = index_of(t)[p];
    *added = false;
    if (row != TABLE_NONE) {
        table_touch(t, row);
        return row;
    }
    row = t->free_head;
    if (row == TABLE_NONE) return TABLE_NONE;
    t->free_head = older(t)[row];
    memcpy(keys(t) + (size_t)row * 32, key, 32);
    index_of(t)[p] = row;
    link_newest(t, row);
    t->used++;
    *added = true;
    return row;
}

uint32_t table_oldest(const struct table *t) { return t->oldest; }
uint32_t table_newer(const struct table *t, uint32_t row) { return cnewer(t)[row]; }
const uint8_t *table_key(const struct table *t, uint32_t row)
{
    return ckeys(t) + (size_t)row * 32;
}

void table_remove(struct table *t, uint32_t row)
{
    uint32_t *ix = index_of(t), hole = probe(t, table_key(t, row)), p = hole;
    for (;;) {
        ix[hole] = TABLE_NONE;
        for (;;) {
            p = (p + 1) & t->mask;
            if (ix[p] == TABLE_NONE) goto freed;
            uint32_t home = (uint32_t)hash_key(table_key(t, ix[p])) & t->mask;
            if (((p - home) & t->mask) >= ((p - hole) & t->mask)) break;
        }
        ix[hole] = ix[p];
        hole = p;
    }
freed:
    unlink_age(t, row);
    memset(keys(t) + (size_t)row * 32, 0, 32);
    newer(t)[row] = TABLE_NONE;
    older(t)[row] = t->free_head;
    t->free_head = row;
    t->used--;
}

uint32_t table_claim(struct table *t, const uint8_t key[32], bool *added)
{
    uint32_t row = table_add(t, key, added);
    if (row != TABLE_NONE) return row;
    table_remove(t, t->oldest);
    return table_add(t, key, added);
}
