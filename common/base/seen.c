/* seen.c - a ring of ids in order of addition, and an open-addressing index into it that is twice
 * as large. See seen.h. */
#include "common/base/seen.h"

#include "common/base/hash.h"

static struct seen *head(uint64_t *words) { return (struct seen *)(void *)words; }
static const struct seen *chead(const uint64_t *words)
{
    return (const struct seen *)(const void *)words;
}
static uint64_t *ids(struct seen *s) { return (uint64_t *)(void *)(s + 1); }
static const uint64_t *cids(const struct seen *s)
{
    return (const uint64_t *)(const void *)(s + 1);
}
static uint32_t *index_of(struct seen *s) { return (uint32_t *)(void *)(ids(s) + s->cap); }
static const uint32_t *cindex(const struct seen *s)
{
    return (const uint32_t *)(const void *)(cids(s) + s->cap);
}

static uint32_t home(const struct seen *s, uint64_t id)
{
    return (uint32_t)hash_u64(id) & (2 * s->cap - 1);
}

/* Position in the index that holds id, or the empty position where it would go. */
static uint32_t probe(const struct seen *s, uint64_t id)
{
    const uint32_t *ix = cindex(s);
    uint32_t p = home(s, id);
    while (ix[p] && cids(s)[ix[p] - 1] != id) p = (p + 1) & (2 * s->cap - 1);
    return p;
}

/* Empty index position `hole`: move later entries of its run back, so that no probe stops early. */
static void close_hole(struct seen *s, uint32_t hole)
{
    uint32_t *ix = index_of(s), mask = 2 * s->cap - 1;
    for (uint32_t p = (hole + 1) & mask; ix[p]; p = (p + 1) & mask) {
        uint32_t from_home = (p - home(s, ids(s)[ix[p] - 1])) & mask;
        if (from_home < ((p - hole) & mask)) continue;
        ix[hole] = ix[p];
        hole = p;
    }
    ix[hole] = 0;
}

static void take_out(struct seen *s, uint32_t position)
{
    ids(s)[index_of(s)[position] - 1] = 0;
    close_hole(s, position);
    s->count--;
}

void seen_init(uint64_t *words, uint32_t cap) { *head(words) = (struct seen){.cap = cap}; }

bool seen_has(const uint64_t *words, uint64_t id)
{
    const struct seen *s = chead(words);
    return id && cindex(s)[probe(s, id)];
}

bool seen_add(uint64_t *words, uint64_t id)
{
    struct seen *s = head(words);
    if (!id || seen_has(words, id)) return false;
    uint64_t oldest = ids(s)[s->next];
    if (oldest) take_out(s, probe(s, oldest));
    ids(s)[s->next] = id;
    index_of(s)[probe(s, id)] = s->next + 1;
    s->next = (s->next + 1) & (s->cap - 1);
    s->count++;
    return true;
}

void seen_remove(uint64_t *words, uint64_t id)
{
    struct seen *s = head(words);
    if (seen_has(words, id)) take_out(s, probe(s, id));
}
