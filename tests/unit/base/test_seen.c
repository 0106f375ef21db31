/* test_seen.c - the id set against a plain list in order of addition: membership, duplicates,
 * eviction of the oldest, removal, colliding ids, the id 0. */
#include "common/base/hash.h"
#include "common/base/rng.h"
#include "common/base/seen.h"
#include "tests/unit/tap.h"

#define CAP   16u
#define STEPS 200000u
#define LARGE 65536u

static uint32_t count_of(const uint64_t *words)
{
    return ((const struct seen *)(const void *)words)->count;
}

/* The model: the last CAP additions, the newest last; a removed one is 0. */
static uint64_t list[CAP];

static unsigned at(uint64_t id)
{
    unsigned i = 0;
    while (i < CAP && (id == 0 || list[i] != id)) i++;
    return i;
}

static bool list_add(uint64_t id)
{
    if (id == 0 || at(id) < CAP) return false;
    memmove(list, list + 1, (CAP - 1) * sizeof *list);
    list[CAP - 1] = id;
    return true;
}

static unsigned list_count(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < CAP; i++) n += list[i] != 0;
    return n;
}

/* Ids of which many share a place in the index. */
static void pick(uint64_t ids[40])
{
    unsigned n = 0;
    for (uint64_t id = 1; n < 40; id++)
        if (n < 10 || hash_u64(id) % (2 * CAP) < 3 || hash_u64(id) % (2 * CAP) == 2 * CAP - 1)
            ids[n++] = id;
}

static void test_model(void)
{
    uint64_t words[SEEN_WORDS(CAP)] = {0}, ids[40];
    struct rng g;
    unsigned wrong = 0, evicted = 0;
    rng_seed(&g, 1);
    seen_init(words, CAP);
    pick(ids);
    for (unsigned i = 0; i < STEPS; i++) {
        uint64_t id = ids[rng_below(&g, 40)];
        bool held = at(id) < CAP;
        wrong += seen_has(words, id) != held;
        if (rng_below(&g, 4) == 0) {
            seen_remove(words, id);
            if (held) list[at(id)] = 0;
        } else {
            evicted += !held && list[0] != 0;
            wrong += seen_add(words, id) != list_add(id);
        }
        for (unsigned k = 0; k < 40; k++) wrong += seen_has(words, ids[k]) != (at(ids[k]) < CAP);
        wrong += count_of(words) != list_count();
    }
    is_u64(wrong, 0, "set and list agree after each of %u steps (seed 1)", STEPS);
    ok(evicted > 1000, "the oldest id was evicted %u times", evicted);
}

static void test_zero(void)
{
    uint64_t words[SEEN_WORDS(CAP)] = {0};
    seen_init(words, CAP);
    ok(!seen_add(words, 0) && !seen_has(words, 0), "0 cannot be added");
    seen_remove(words, 0);
    is_u64(count_of(words), 0, "and its removal changes nothing");
}

static void test_one_place(void)
{
    uint64_t words[SEEN_WORDS(1)] = {0};
    seen_init(words, 1);
    ok(seen_add(words, 7) && seen_add(words, 9), "a set of one place takes one id after another");
    ok(!seen_has(words, 7) && seen_has(words, 9), "and holds the newest");
}

/* risk and live execution keep 65,536 ids: exactly the last 65,536 are members. */
static void test_large(void)
{
    uint64_t *words = calloc(SEEN_WORDS(LARGE), 8), wrong = 0;
    if (!words) exit(1);
    seen_init(words, LARGE);
    for (uint64_t id = 1; id <= 3 * LARGE; id++) {
        wrong += !seen_add(words, hash_u64(id));
        wrong += id > LARGE && seen_has(words, hash_u64(id - LARGE));
        wrong += id >= LARGE && !seen_has(words, hash_u64(id - LARGE + 1));
    }
    is_u64(wrong, 0, "the last %u of %u ids are members", LARGE, 3 * LARGE);
    is_u64(count_of(words), LARGE, "and no more");
    free(words);
}

int main(void)
{
    test_model();
    test_zero();
    test_one_place();
    test_large();
    return done();
}
