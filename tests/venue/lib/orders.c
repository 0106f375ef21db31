/* orders.c - a stream of slots and orders from lines, for the live tests: `slot N`, `order id=..
 * mint=.. side=buy|sell venue=pump|pumpswap|... amount=.. limit=.. [tip=..] [fee=..] [pool=..]
 * [expires=..]`, `wait MS`, and `trade mint=.. base=.. quote=..` (reserves after a trade on the
 * curve). Writes each at once. Must not: be used outside of tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/run/stage.h"
#include "common/run/stream.h"
#include "tests/venue/lib/line.h"

static struct writer *w;
static struct err e;
static uint64_t slot = 1000;

static void die(void)
{
    fprintf(stderr, "orders: %s\n", e.text);
    exit(1);
}

static void put_slot_record(void)
{
    struct rec_slot s = {.slot = slot, .ts_ns = (UINT64_C(1790000000) + slot) * NS_PER_S};
    put_slot(writer_out(w), &s);
}

static void order(const char *line)
{
    struct rec_order o = {.ts_ns = UINT64_C(1790000000) * NS_PER_S,
                          .slot = slot,
                          .order_id = number_of(line, "id"),
                          .position_id = number_of(line, "id"),
                          .amount_raw = number_of(line, "amount"),
                          .limit_raw = number_of(line, "limit"),
                          .tip_lamports = number_of(line, "tip"),
                          .priority_fee_lamports = number_of(line, "fee"),
                          .expires_slot = number_of(line, "expires")};
    snprintf(o.strategy, sizeof o.strategy, "test");
    if (number_of(line, "position")) o.position_id = number_of(line, "position");
    o.mint = key_or_none(line, "mint");
    o.pool = key_or_none(line, "pool");
    o.side = is(line, "side", "sell") ? side_sell : side_buy;
    o.venue = venue_of_line(line, venue_pump);
    o.reason = o.side == side_buy ? order_reason_entry : order_reason_stop;
    put_order(writer_out(w), &o);
}

static void trade(const char *line)
{
    struct rec_trade t = {.ts_ns = UINT64_C(1790000000) * NS_PER_S,
                          .slot = slot,
                          .venue = venue_pump,
                          .side = side_buy,
                          .base_raw = 1,
                          .quote_raw = 1,
                          .base_reserve_raw = number_of(line, "base"),
                          .quote_reserve_raw = number_of(line, "quote")};
    t.mint = key_or_none(line, "mint");
    put_trade(writer_out(w), &t);
}

int main(void)
{
    char line[1024];
    struct writer_info info = {.tool = "orders", .src = SRC_RISK, .origin = "test"};
    if (writer_open("-", &info, &w, &e) != OK) die();
    writer_out(w)->src = SRC_RISK;
    put_slot_record();
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "slot ", 5) == 0) {
            slot = strtoull(line + 5, NULL, 10);
            put_slot_record();
        } else if (strncmp(line, "order ", 6) == 0)
            order(line);
        else if (strncmp(line, "trade ", 6) == 0)
            trade(line);
        else if (strncmp(line, "wait ", 5) == 0) {
            long ms = atol(line + 5);
            nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
        }
        if (writer_flush(w, &e) != OK) die();
    }
    return writer_finish(w, 0, 0, false, &e) == OK ? 0 : 1;
}
