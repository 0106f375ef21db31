/* test_route.c - routes of Jupiter v6: what cannot be read whole is said so, and amounts are those
 * the program would use. The rest is held against Anchor's coder in tests/venue/golden/jupiter.cjs.
 */
#include "common/sol/route.h"
#include "tests/unit/tap.h"

static uint8_t data[2048];
static size_t n;

static void u8(unsigned v) { data[n++] = (uint8_t)v; }
static void u16(unsigned v)
{
    u8(v & 255);
    u8(v >> 8);
}
static void u32(uint32_t v)
{
    u16(v & 65535);
    u16(v >> 16);
}
static void u64(uint64_t v)
{
    u32((uint32_t)v);
    u32((uint32_t)(v >> 32));
}
static void begin(enum layout_id id)
{
    n = 0;
    memcpy(data, layout_of(id)->disc, 8);
    n = 8;
}
static void tail(uint64_t in, uint64_t out, unsigned slippage, unsigned fee)
{
    u64(in);
    u64(out);
    u16(slippage);
    u8(fee);
}
static void step_end(unsigned percent, unsigned in, unsigned out)
{
    u8(percent);
    u8(in);
    u8(out);
}

/* Whirlpool, then MeteoraDlmmSwapV2 with two slices. */
static void two_steps(void)
{
    u32(2);
    u8(17);
    u8(1);
    step_end(60, 0, 1);
    u8(75);
    u32(2);
    u8(0);
    u8(3);
    u8(4);
    u8(5);
    step_end(40, 1, 2);
}

static void whole(void)
{
    struct swap_route r;
    begin(layout_jupiter_route);
    two_steps();
    tail(1000, 999, 30, 2);
    ok(route_read(data, n, &r) && route_whole(&r), "a route of two steps is read to the last byte");
    ok(r.steps_count == 2 && r.step[0].tag == 17 && r.step[0].share_bps == 6000 &&
           r.step[1].tag == 75 && r.step[1].input == 1 && r.step[1].output == 2,
       "its steps");
    ok(r.in_raw == 1000 && r.out_raw == 999 && r.slippage_bps == 30 && r.platform_fee_bps == 2 &&
           !r.exact_out && !r.shared && !r.v2,
       "its amounts");
    is_u64(route_account(&r, acct_user), 1, "where the user stands");
    ok(route_account(&r, acct_source_mint) == -1, "a part that this form does not name");
    const char *fields = route_step_fields(&r.step[1]);
    size_t at = r.step[1].at;
    struct route_field f;
    ok(route_next_field(&fields, data, n, &at, &f) && f.some && f.to - f.from == 8 &&
           strcmp(f.arg.name, "remaining_accounts_info") == 0,
       "a field that varies in length");
    ok(!route_next_field(&fields, data, n, &at, &f), "and no more of them");
    unsigned accepted = 0;
    for (size_t cut = 0; cut < n; cut++) accepted += route_read(data, cut, &r) && route_whole(&r);
    is_u64(accepted, 0, "no prefix of it is a whole route");
}

static void unknown(void)
{
    struct swap_route r;
    begin(layout_jupiter_route);
    u32(3);
    u8(17);
    u8(1);
    step_end(100, 0, 1);
    u8(250);
    u8(9);
    u8(9);
    step_end(100, 1, 2);
    u8(7);
    step_end(100, 2, 0);
    tail(77, 88, 5, 0);
    ok(route_read(data, n, &r) && r.opaque && !route_whole(&r),
       "an unknown venue makes the plan opaque");
    ok(r.steps_count == 1 && r.steps_said == 3, "the steps before it are read");
    ok(r.in_raw == 77 && r.out_raw == 88 && r.slippage_bps == 5,
       "the amounts are found at the end");
    begin(layout_jupiter_exact_out_v2);
    u64(11);
    u64(22);
    u16(100);
    u16(1);
    u16(2);
    u32(1);
    u8(250);
    u16(10000);
    u8(0);
    u8(1);
    ok(route_read(data, n, &r) && r.opaque && r.out_raw == 11 && r.in_raw == 22 &&
           r.slippage_bps == 100 && r.platform_fee_bps == 1 && r.positive_slippage_bps == 2,
       "in the second version they stand in front");
    begin(layout_jupiter_route);
    u32(0xffffffff);
    u8(7);
    tail(1, 2, 3, 4);
    ok(route_read(data, n, &r) && r.opaque && r.steps_said == 0xffffffff,
       "a plan that says it has more steps than bytes");
    begin(layout_jupiter_route_v2);
    u64(1);
    u64(2);
    u16(0);
    u16(0);
    u16(0);
    u32(65);
    for (int i = 0; i < 65; i++) {
        u8(7);
        u16(1);
        u8(0);
        u8(1);
    }
    ok(route_read(data, n, &r) && r.opaque && r.steps_count == ROUTE_STEPS_MAX,
       "more steps than there is room for are not read");
    begin(layout_jupiter_route);
    u32(1);
    u8(17);
    u8(2);
    step_end(100, 0, 1);
    tail(1, 2, 3, 4);
    ok(route_read(data, n, &r) && r.opaque, "a truth value of 2, which the program refuses");
    begin(layout_jupiter_create_ledger);
    ok(!route_read(data, n, &r), "another instruction of Jupiter's is no route");
    begin(layout_jupiter_route);
    u32(0);
    u64(1);
    ok(!route_read(data, n, &r), "nor is one that is too short for its amounts");
}

static void behind(void)
{
    struct swap_route r;
    begin(layout_jupiter_route);
    two_steps();
    tail(1000, 1, 10000, 0);
    tail(1000, 999, 30, 0);
    ok(route_read(data, n, &r) && r.trailing == 19 && !route_whole(&r),
       "bytes behind the arguments are counted");
    ok(r.out_raw == 1 && r.slippage_bps == 10000,
       "and the amounts are those that the program reads, not a copy at the end");
}

/* DynamicV1 of one HumidiFi, in the form of its day. */
static void dynamic(bool old)
{
    u32(2);
    u8(111);
    u32(1);
    u8(0);
    u64(5);
    u8(1);
    if (!old) {
        u8(1);
        u8(0);
    }
    step_end(100, 0, 1);
    u8(7);
    step_end(100, 1, 0);
}

static void both_forms(void)
{
    struct swap_route r;
    for (int old = 0; old < 2; old++) {
        begin(layout_jupiter_shared);
        u8(9);
        dynamic(old);
        tail(5, 6, 7, 8);
        ok(route_read(data, n, &r) && route_whole(&r) && r.id == 9 && r.steps_count == 2 &&
               r.step[0].tag == 111 && r.step[1].tag == 7 && r.in_raw == 5 && r.out_raw == 6,
           "DynamicV1 %s a best position", old ? "without" : "with");
        ok((strcmp(route_step_fields(&r.step[0]), "candidate_swaps:cands") == 0) == (old == 1),
           "and its fields");
    }
}

static void limits(void)
{
    struct swap_route r = {.in_raw = 1000003, .out_raw = 3000026, .slippage_bps = 50};
    uint64_t v;
    ok(route_limit(&r, &v) && v == 2985025, "least out: floor(3000026 * 9950 / 10000)");
    r.exact_out = true;
    ok(route_limit(&r, &v) && v == 1005004, "most in: ceil(1000003 * 10050 / 10000)");
    r.in_raw = UINT64_MAX;
    ok(!route_limit(&r, &v), "a limit beyond 64 bits is none");
    r.exact_out = false;
    r.slippage_bps = 65535;
    ok(route_limit(&r, &v) && v == 0, "slippage beyond all leaves nothing to insist on");
}

static void tables(void)
{
    unsigned bad = 0, venues = 0;
    for (unsigned t = 0; t < 256; t++) {
        struct route_step s = {.tag = (uint8_t)t};
        const char *rest = route_step_fields(&s);
        struct layout_arg a;
        venues += route_venue((uint8_t)t) != NULL;
        if (!route_venue((uint8_t)t)) bad += *rest != 0;
        while (layout_next_arg(&rest, &a))
            bad += !a.name[0] || !a.type[0] || strlen(a.name) + 1 == sizeof a.name;
    }
    is_u64(venues, 189, "venues");
    is_u64(bad, 0, "fields of every venue have a name and a type that fit");
    ok(!route_venue(189) && !route_candidate(17) && route_candidate(16),
       "no venue behind the last");
}

int main(void)
{
    whole();
    unknown();
    behind();
    both_forms();
    limits();
    tables();
    return done();
}
