/* test_block_order.c - the order of blocks: planning, parents, forks, wrong answers; heads of
 * blocks as text; levels of fees and tips. */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/sol/address.h"
#include "ingest/chain/block_order.h"
#include "ingest/chain/fee_levels.h"
#include "tests/unit/tap.h"

static struct key hash(uint64_t n)
{
    struct key k = {{0}};
    memcpy(k.b, &n, 8);
    k.b[31] = 7;
    return k;
}

static struct block_json_head head(uint64_t parent, uint64_t parent_hash, uint64_t own)
{
    return (struct block_json_head){
        .parent = parent, .hash = hash(own), .previous = hash(parent_hash)};
}

static void test_plan(void)
{
    static struct block_order f;
    uint64_t slots[400];
    for (uint64_t i = 0; i < 400; i++)
        slots[i] = 101 + i + (i > 4); /* 106 is missing in the list */
    block_order_init(&f, 100, NULL);
    block_order_plan(&f, slots, 3, 110, 1);
    is_u64(f.count, 3, "three are wanted");
    is_u64(f.planned, 110, "the rest of the range is passed over");
    block_order_plan(&f, slots, 400, 1000, 0);
    is_u64(f.count, BLOCK_ORDER_PLANNED, "no more than may be planned");
    is_u64(block_order_at(&f, 3)->slot, 111, "what was passed over is not wanted again");
    is_u64(f.planned, block_order_at(&f, f.count - 1)->slot,
           "planned up to the last one, not beyond");
    uint32_t n = f.count;
    for (uint64_t s = 100; s-- > 0 && block_order_insert(&f, s, 0);) n++;
    is_u64(n, BLOCK_ORDER_WANTS, "parents find room up to a bound");
    ok(!block_order_insert(&f, 1, 0), "and not beyond");
    ok(block_order_at(&f, n) == NULL && block_order_find(&f, 105) == NULL &&
           block_order_find(&f, 103)->slot == 103,
       "wants are found by slot");
    for (uint32_t i = 0; i < n + 5; i++) block_order_pop(&f);
    is_u64(f.count, 0, "all done");
}

static void test_judge(void)
{
    static struct block_order f;
    block_order_init(&f, 99, NULL);
    struct block_json_head h = head(97, 1, 100);
    is_u64(block_order_judge(&f, 100, &h), FITS, "nothing is known before the first");
    block_order_wrote(&f, 100, &h.hash);
    h = head(100, 100, 102);
    is_u64(block_order_judge(&f, 102, &h), FITS,
           "it names the last one: the slot between was skipped");
    is_u64(block_order_judge(&f, 100, &h), FIT_WRONG,
           "its parent is the slot itself: a later block");
    h = head(101, 101, 102);
    is_u64(block_order_judge(&f, 102, &h), FIT_MISSING, "its parent was passed over");
    f.covered = 101;
    is_u64(block_order_judge(&f, 102, &h), FITS, "its parent is in a gap that was told");
    h = head(100, 100, 102);
    is_u64(block_order_judge(&f, 102, &h), FITS, "what was told as a gap was empty after all");
    block_order_wrote(&f, 102, &h.hash);
    is_u64(block_order_judge(&f, 103, &h), FIT_WRONG, "the same block again");
    h = head(102, 5, 103);
    is_u64(block_order_judge(&f, 103, &h), FIT_FORK, "another block in the slot of the last one");
    h = head(100, 100, 103);
    is_u64(block_order_judge(&f, 103, &h), FIT_FORK,
           "it goes on from an older one that was written");
    h = head(99, 99, 103);
    is_u64(block_order_judge(&f, 103, &h), FIT_WRONG, "it goes on from one that nobody knows");
    h = head(100, 6, 103);
    is_u64(block_order_judge(&f, 103, &h), FIT_WRONG, "the slot is known, the hash is not");
    for (uint64_t s = 103; s < 103 + BLOCK_ORDER_WRITTEN; s++) {
        h.hash = hash(s);
        block_order_wrote(&f, s, &h.hash);
    }
    h = head(100, 100, 999);
    is_u64(block_order_judge(&f, 999, &h), FIT_WRONG, "what was written long ago is forgotten");
    struct block_name last = {500, hash(500)};
    block_order_init(&f, 510, &last);
    h = head(500, 500, 511);
    is_u64(block_order_judge(&f, 511, &h), FITS, "after a restart the last block is known");
    h = head(500, 501, 511);
    is_u64(block_order_judge(&f, 511, &h), FIT_FORK, "and compared with");
    is_u64(f.covered, 510, "a gap behind it stays told");
}

#define H1 "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM"
#define H2 "8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR"
static const char good[] =
    "{\"jsonrpc\":\"2.0\",\"result\":{\"blockHeight\":1,\"blockTime\":1700000000,\"blockhash\":"
    "\"" H1 "\",\"parentSlot\":41,\"previousBlockhash\":\"" H2 "\",\"transactions\":[]},\"id\":1}";

/* NULL when the text is a block that the order of blocks can use. */
static const char *read_head(const char *text, size_t n, struct block_json *b)
{
    static struct err e;
    return block_json_open(text, n, b, &e) == OK ? block_order_check(b) : e.text;
}

static void test_head(void)
{
    struct block_json b;
    const struct block_json_head *h = &b.head;
    ok(read_head(good, sizeof good - 1, &b) == NULL, "an answer of getBlock");
    is_u64(h->parent, 41, "its parent");
    ok(h->timed && h->time_s == 1700000000, "its time");
    ok(b.list.n == 2 && b.list.p[0] == '[', "its transactions");
    const char *bare = strstr(good, "{\"blockHeight");
    ok(read_head(bare, strlen(bare) - strlen(",\"id\":1}"), &b) == NULL,
       "the same without its wrapper");
    unsigned accepted = 0;
    for (size_t n = 0; n < sizeof good - 1; n++) accepted += read_head(good, n, &b) == NULL;
    is_u64(accepted, 0, "cut anywhere it is none");
    static const char *const none[] = {
        "",
        "[]",
        "null",
        "{}",
        "{\"result\":null}",
        "{\"result\":5}",
        "{\"result\":[]}",
        "{\"error\":{\"code\":-32004}}",
        "{\"parentSlot\":-1,\"blockhash\":\"" H1 "\",\"previousBlockhash\":\"" H2
        "\",\"transactions\":[]}",
        "{\"parentSlot\":1,\"blockhash\":\"x\",\"previousBlockhash\":\"" H2
        "\",\"transactions\":[]}",
        "{\"parentSlot\":1,\"blockhash\":\"" H1 "\",\"previousBlockhash\":\"" H2
        "\",\"transactions\":{}}",
        "{\"parentSlot\":1e3,\"blockhash\":\"" H1 "\",\"previousBlockhash\":\"" H2
        "\",\"transactions\":[]}",
        "{\"parentSlot\":99999999999999,\"blockhash\":\"" H1 "\",\"previousBlockhash\":\"" H2
        "\",\"transactions\":[]}",
        "{\"blockTime\":99999999999999,\"parentSlot\":1,\"blockhash\":\"" H1
        "\",\"previousBlockhash\":\"" H2 "\",\"transactions\":[]}",
        "{\"parentSlot\":1,\"previousBlockhash\":\"" H2 "\",\"transactions\":[]}"};
    for (size_t i = 0; i < COUNT_OF(none); i++)
        ok(read_head(none[i], strlen(none[i]), &b) != NULL, "is none: %.50s", none[i]);
}

static int by_value(const void *a, const void *b)
{
    return *(const uint64_t *)a < *(const uint64_t *)b
               ? -1
               : *(const uint64_t *)a > *(const uint64_t *)b;
}

/* Against all figures sorted: exact while slots are small, within the sample's step when they are
 * larger. */
static void test_levels(uint32_t per_slot, uint64_t slack)
{
    struct fee_levels *l = calloc(1, sizeof *l);
    uint64_t *all = calloc((size_t)FEE_LEVELS_SLOTS * per_slot, sizeof *all),
             x = 88172645463325252u, n = 0;
    struct rec_tip_level t = {0};
    struct rec_fee_level f = {0};
    ok(l && all && !fee_levels_tip(l, &t) && !fee_levels_fee(l, &f), "nothing yet");
    for (uint32_t s = 0; s < FEE_LEVELS_SLOTS + 40; s++) {
        for (uint32_t i = 0; i < per_slot; i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            uint64_t v = x % 1000000 + 1;
            if (s >= 40) all[n++] = v;
            fee_levels_add(l, 0, 0, v);
        }
        if (s % 50 == 0)
            ok(fee_levels_full(l) == (s >= FEE_LEVELS_SLOTS), "full after %u slots, not before: %u",
               FEE_LEVELS_SLOTS, s);
        fee_levels_close(l);
    }
    qsort(all, n, sizeof *all, by_value);
    ok(fee_levels_tip(l, &t) && !fee_levels_fee(l, &f),
       "tips, and no fees where units are not told");
    const uint64_t got[] = {t.p25_lamports, t.p50_lamports, t.p75_lamports, t.p95_lamports,
                            t.p99_lamports},
                   part[] = {25, 50, 75, 95, 99};
    for (size_t i = 0; i < COUNT_OF(got); i++) {
        uint64_t want = all[(n * part[i] + 99) / 100 - 1],
                 off = got[i] > want ? got[i] - want : want - got[i];
        ok(off <= slack, "%u a slot: p%u is %u, %u by sorting all", per_slot, (unsigned)part[i],
           (unsigned)got[i], (unsigned)want);
    }
    free(l);
    free(all);
}

static void test_levels_figures(void)
{
    struct fee_levels *l = calloc(1, sizeof *l);
    fee_levels_add(l, 10000, 100000, 5000);
    fee_levels_add(l, 10000, 0, 0);
    fee_levels_close(l);
    struct rec_fee_level f = {0};
    struct rec_tip_level t = {0};
    ok(fee_levels_fee(l, &f) && fee_levels_tip(l, &t),
       "a fee without units and no tip are no figures");
    is_u64(f.p50_ulamports, 100000,
           "10,000 lamports for 100,000 units are 100,000 micro-lamports a unit");
    is_u64(t.p99_lamports, 5000, "the tip as it is");
    for (uint32_t i = 0; i < FEE_LEVELS_TXS + 10; i++) fee_levels_add(l, i, 1, 0);
    is_u64(l->left_out, 10, "what is too much for a slot is counted");
    fee_levels_add(l, UINT64_MAX, 1, 0);
    is_u64(l->left_out, 10, "a price beyond 64 bits is none");
    free(l);
}

int main(void)
{
    test_plan();
    test_judge();
    test_head();
    test_levels(7, 0);
    test_levels(512, 0);
    test_levels(1500,
                300); /* a step of 3 in 1500 of 10^6: 2000 apart in a slot, averaged over 150 */
    test_levels_figures();
    return done();
}
