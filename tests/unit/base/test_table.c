/* test_table.c - the table of keys against a plain list in order of touch: rows, age, eviction,
 * removal, full and empty. */
#include "common/base/rng.h"
#include "common/base/table.h"
#include "tests/unit/tap.h"

#define ROWS  5u
#define STEPS 20000u

static uint64_t words[512];
static struct {
    uint8_t n;
    uint32_t row;
} list[ROWS]; /* oldest first */
static unsigned count;

static void key_of(uint8_t key[32], uint8_t n) { memset(key, n, 32); }

static unsigned at(uint8_t n)
{
    unsigned i = 0;
    while (i < count && list[i].n != n) i++;
    return i;
}

static void drop(unsigned i)
{
    memmove(&list[i], &list[i + 1], (count - i - 1) * sizeof *list);
    count--;
}

/* The list after key n was touched in this row; false when its row has changed. */
static bool touched(uint8_t n, uint32_t row)
{
    unsigned i = at(n);
    bool same = i == count || list[i].row == row;
    if (i < count) drop(i);
    list[count].n = n;
    list[count++].row = row;
    return same;
}

static bool same_order(const struct table *t)
{
    uint32_t row = table_oldest(t);
    for (unsigned i = 0; i < count; i++, row = table_newer(t, row))
        if (row != list[i].row || table_key(t, row)[0] != list[i].n) return false;
    return row == TABLE_NONE && t->used == count;
}

int main(void)
{
    struct table *t = (struct table *)(void *)words;
    struct rng g;
    uint8_t key[32];
    unsigned wrong = 0, refused = 0, evicted = 0;
    rng_seed(&g, 1);
    ok(table_size(ROWS) <= sizeof words, "the table fits");
    table_init(t, ROWS);
    ok(table_oldest(t) == TABLE_NONE, "an empty table has no oldest row");
    for (unsigned i = 0; i < STEPS; i++) {
        uint8_t n = (uint8_t)(1 + rng_below(&g, 9));
        bool known = at(n) < count, full = count == ROWS, added = false;
        key_of(key, n);
        uint32_t row = table_find(t, key), what = (uint32_t)rng_below(&g, 5);
        wrong += known ? row != list[at(n)].row : row != TABLE_NONE;
        if (what == 0 && known) {
            table_remove(t, row);
            drop(at(n));
        } else if (what == 1) {
            row = table_add(t, key, &added);
            refused += row == TABLE_NONE;
            wrong += (row == TABLE_NONE) != (full && !known) ||
                     (row != TABLE_NONE && (added == known || !touched(n, row)));
        } else if (what > 1) {
            uint32_t oldest = table_oldest(t);
            row = table_claim(t, key, &added);
            if (full && !known) {
                wrong += row != oldest;
                drop(0);
                evicted++;
            }
            wrong += row == TABLE_NONE || added == known || !touched(n, row);
        }
        wrong += !same_order(t);
    }
    is_u64(wrong, 0, "table and list agree at every step");
    ok(refused > 100 && evicted > 100, "full tables refused (%u) and gave rows away (%u)", refused,
       evicted);
    return done();
}
