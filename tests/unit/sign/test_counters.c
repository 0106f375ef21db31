/* test_counters.c - counters over restarts: a write that is cut anywhere leaves the older slot,
 * damage and other wallets are told, time only goes forward whatever the clocks do, and what was
 * signed before is known after a restart. */
#include "common/base/checksum.h"
#include "common/sol/core.h"
#include "execute/sign/counters.h"
#include "tests/unit/tap.h"
#include "tests/unit/default_policy.h"

static struct counters c, got;
static struct key wallet = {{1}}, other = {{2}};
static uint8_t file[COUNTERS_BYTES], whole[COUNTERS_BYTES];

static struct counters_clock clock_of(uint8_t boot, uint64_t boot_s, uint64_t wall_s)
{
    return (struct counters_clock){{boot}, boot_s, wall_s};
}

/* As counter_file_save does, but cut after n bytes. */
static void save(const struct counters_clock *at, size_t n)
{
    counters_seal(&c, at);
    memcpy(file + c.generation % 2 * COUNTERS_SLOT_BYTES, &c, n < sizeof c ? n : sizeof c);
}

static void begin(void)
{
    struct counters_clock at = clock_of(1, 1000, 1800000000);
    memset(file, 0, sizeof file);
    counters_begin(&c, &wallet, &at);
    save(&at, SIZE_MAX);
}

static void torn(void)
{
    struct counters_clock at = clock_of(1, 1060, 1800000060);
    unsigned lost = 0, early = 0, tries = 0;
    begin();
    for (unsigned i = 0; i < 5; i++) {
        c.counts.spent[i] = 100 + i;
        save(&at, SIZE_MAX);
    }
    struct counters before = c;
    memcpy(whole, file, sizeof file);
    for (size_t cut = 0; cut <= sizeof c; cut += cut < 64 || cut > sizeof c - 64 ? 1 : 97) {
        memcpy(file, whole, sizeof file);
        c = before;
        c.counts.spent[9] = cut + 1;
        save(&at, cut);
        tries++;
        if (counters_pick(file, &wallet, &got)) {
            lost++;
            continue;
        }
        uint64_t now = got.counts.spent[9], then = before.counts.spent[9];
        early += now != then && cut < sizeof c; /* the new one before it was whole */
        lost += got.counts.spent[4] != 104 || (cut == sizeof c && now != cut + 1);
    }
    is_u64(lost, 0, "a write cut at any of %u places leaves the older counts", tries);
    is_u64(early, 0, "and the new ones count only when they are whole");
}

static void damaged(void)
{
    struct counters_clock at = clock_of(1, 1060, 1800000060);
    unsigned accepted = 0;
    begin();
    c.counts.spent[3] = 77;
    save(&at, SIZE_MAX);
    memcpy(whole, file, sizeof file);
    size_t newer = c.generation % 2 * COUNTERS_SLOT_BYTES;
    for (size_t i = 0; i < sizeof c; i += 13) {
        memcpy(file, whole, sizeof file);
        file[newer + i] ^= 1 << i % 8;
        accepted += counters_pick(file, &wallet, &got) != NULL || got.counts.spent[3] != 0;
    }
    is_u64(accepted, 0, "a changed bit in the newer slot: the older one is taken");
    memcpy(file, whole, sizeof file);
    file[100]++;
    file[COUNTERS_SLOT_BYTES + 100]++;
    is_str(counters_pick(file, &wallet, &got), "is damaged", "both damaged");
    is_str(counters_pick(whole, &other, &got), "counts for another wallet", "of another wallet");
    memset(file, 0, sizeof file);
    is_str(counters_pick(file, &wallet, &got), "is not a counters file of sluice", "zeros");
    memset(file, '[', sizeof file);
    is_str(counters_pick(file, &wallet, &got), "is not a counters file of sluice",
           "something else");
    memcpy(file, whole, COUNTERS_SLOT_BYTES);
    memcpy(file + COUNTERS_SLOT_BYTES, whole, COUNTERS_SLOT_BYTES);
    memset(file, 0, newer ? 0 : COUNTERS_SLOT_BYTES);
    ok(counters_pick(file, &wallet, &got) != NULL || got.generation % 2 == 0,
       "a slot at the other's place is not one");
    begin();
    c.counts.minute = c.now_s / 60 + 1;
    save(&at, 0);
    c.counts.minute = UINT64_MAX;
    save(&at, SIZE_MAX);
    save(&at, SIZE_MAX);
    is_str(counters_pick(file, &wallet, &got), "is damaged",
           "counts from the future, with a good checksum");
}

static void clocks(void)
{
    static const struct {
        uint8_t boot;
        uint64_t boot_s, wall_s, passed;
        const char *what;
    } all[] = {
        {1, 1000, 1800000000, 0, "no time passed"},
        {1, 1100, 1800000100, 100, "the same boot: its clock counts"},
        {1, 1100, 1900000000, 100, "the wall clock jumped ahead: nothing is freed"},
        {1, 1100, 1700000000, 100,
         "the wall clock was set back: nothing is freed, and time goes on"},
        {1, 1100, 0, 100, "the wall clock is at its beginning"},
        {1, 900, 1800000100, 0, "a boot clock that went back: no time passed"},
        {2, 10, 1800000500, 500, "another boot: the wall clock counts"},
        {2, 10, 1799999999, 0, "another boot, the wall clock set back: no time passed"},
        {2, 10, 0, 0, "another boot without a clock: no time passed"},
        {2, 5000, 1800000000, 0, "another boot that has run for long: the wall clock counts"}};
    begin();
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct counters_clock at = clock_of(all[i].boot, all[i].boot_s, all[i].wall_s);
        is_u64(counters_now(&c, &at) - c.now_s, all[i].passed, "%s", all[i].what);
    }
    /* A clock that was set back while it ran and is right again after a boot: the time in between
     * counts once. */
    struct counters_clock back = clock_of(1, 1010, 1700000000), boot = clock_of(2, 5, 1800000050);
    save(&back, SIZE_MAX);
    is_u64(counters_now(&c, &boot) - c.now_s, 50,
           "set back, saved, set right, booted: only what passed since the latest time seen");
    struct counters_clock far = clock_of(1, 1020, 1900000000), right = clock_of(3, 5, 1800000100);
    save(&far, SIZE_MAX);
    is_u64(counters_now(&c, &right) - c.now_s, 0,
           "jumped ahead, saved, set right, booted: nothing");
    uint64_t last = 0;
    unsigned fell = 0;
    begin();
    for (uint64_t i = 0; i < 20000;
         i++) { /* any clocks at all: what it is counted by never falls */
        uint64_t r = i * UINT64_C(0x9e3779b97f4a7c15);
        struct counters_clock at = clock_of((uint8_t)(r >> 61), r >> 20 & 0xffff, r >> 3);
        if (i % 3 == 0) counters_seal(&c, &at);
        uint64_t now = i % 3 ? c.now_s : counters_now(&c, &at);
        fell += now < last;
        last = now;
    }
    is_u64(fell, 0, "whatever the clocks say, time does not go back");
}

/* The policy's own view: full before, full after; and what was signed before the restart is signed
 * again and not counted again. */
static void restarted(void)
{
    static struct policy p;
    static struct policy_state s;
    static struct plan plan;
    static uint8_t bytes[2][TX_V1_BYTES_MAX];
    static struct tx_message m[2];
    size_t n;
    uint64_t worth;
    char why[200];
    begin();
    p.wallet = wallet;
    p.max_tx = p.max_hour = p.max_day = 1000000;
    p.max_tip = 900000;
    p.max_priority = 0;
    policy_defaults(&p);
    policy_init(&s, &p);
    for (unsigned i = 0; i < 2; i++) {
        memset(&plan, 0, sizeof plan);
        plan.payer = wallet;
        plan.blockhash.b[0] = (uint8_t)i;
        core_transfer(&plan, &wallet, address_key(address_jito_tip_0), 600000);
        if (plan_build(&plan, BUILD_LEGACY, NULL, 0, bytes[i], &n) ||
            message_read(bytes[i], n, &m[i]))
            exit(1);
    }
    struct counters_clock at = clock_of(1, 1000, 1800000000);
    ok(policy_check(&p, &s, &m[0], counters_now(&c, &at), &worth, why) &&
           policy_count(&s, &m[0], counters_now(&c, &at), worth),
       "a message is signed and counted");
    c.counts = s.counts;
    save(&at, SIZE_MAX);
    static const struct {
        uint8_t boot;
        uint64_t boot_s, wall_s;
        bool free;
        const char *what;
    } all[] = {{1, 1001, 1800000001, false, "at once"},
               {1, 4500, 1800003500, false, "58 minutes later"},
               {1, 1500, 1999999999, false, "with the wall clock far ahead"},
               {1, 1500, 1, false, "with the wall clock set back"},
               {2, 9, 1700000000, false, "after a boot, with the wall clock set back"},
               {2, 9, 1800003500, false, "after a boot, 58 minutes later"},
               {1, 1000 + 86460, 1800000000, true, "a day later"},
               {2, 9, 1800086460, true, "after a boot, a day later"}};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct counters_clock now = clock_of(all[i].boot, all[i].boot_s, all[i].wall_s);
        policy_init(&s, &p);
        if (counters_pick(file, &wallet, &got)) exit(1);
        s.counts = got.counts;
        uint64_t t = counters_now(&got, &now), spent = policy_spent(&s, t, POLICY_MINUTES);
        ok(policy_check(&p, &s, &m[1], t, &worth, why) == all[i].free,
           "restarted %s: the limit is %s", all[i].what,
           all[i].free ? "free again" : "still reached");
        ok(policy_check(&p, &s, &m[0], t, &worth, why) && !policy_count(&s, &m[0], t, worth) &&
               policy_spent(&s, t, POLICY_MINUTES) == spent,
           "and what was signed is signed again, uncounted");
    }
}

int main(void)
{
    torn();
    damaged();
    clocks();
    restarted();
    return done();
}
