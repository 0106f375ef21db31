/* orders.c - a stream of slots and orders from lines, for the live tests: `slot N`, `order id=.. mint=.. side=buy|sell venue=pump|pumpswap|...
 * amount=.. limit=.. [tip=..] [fee=..] [pool=..] [expires=..]`, `wait MS`, and
 * `trade mint=.. base=.. quote=..` (reserves after a trade on the curve). Writes each at once. Must not: be used outside of tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/text.h"
#include "common/run/stage.h"
#include "common/run/stream.h"

static struct writer *w;
static struct err e;
static uint64_t slot = 1000;

static void die(void)
{
    fprintf(stderr, "orders: %s\n", e.text);
    exit(1);
}

static const char *value(const char *line, const char *name, char out[128])
{
    size_t n = strlen(name);
    for (const char *p = line; (p = strstr(p, name)); p += n)
        if ((p == line || p[-1] == ' ') && p[n] == '=') {
            snprintf(out, 128, "%.*s", (int)strcspn(p + n + 1, " \n"), p + n + 1);
            return out;
        }
    return NULL;
}

static uint64_t number(const char *line, const char *name)
{
    char v[128];
    return value(line, name, v) ? strtoull(v, NULL, 10) : 0;
}

/* By its name in enums.def; pump.fun's curve when there is none. */
static uint8_t venue_named(const char *line)
{
    char v[128];
    const struct enum_desc *d = enum_desc("venue");
    if (!value(line, "venue", v)) return venue_pump;
    for (uint32_t i = 0; i < d->value_count; i++)
        if (strcmp(d->values[i].name, v) == 0) return d->values[i].number;
    fprintf(stderr, "orders: no venue: %s\n", v);
    exit(2);
}

static void put_slot_record(void)
{
    struct rec_slot s = {.slot = slot, .ts_ns = (UINT64_C(1790000000) + slot) * NS_PER_S};
    put_slot(writer_out(w), &s);
}

static void order(const char *line)
{
    char v[128];
    struct rec_order o = {.ts_ns = UINT64_C(1790000000) * NS_PER_S, .slot = slot, .order_id = number(line, "id"), .position_id = number(line, "id"), .amount_raw = number(line, "amount"), .limit_raw = number(line, "limit"),
                          .tip_lamports = number(line, "tip"), .priority_fee_lamports = number(line, "fee"), .expires_slot = number(line, "expires")};
    snprintf(o.strategy, sizeof o.strategy, "test");
    if (value(line, "position", v)) o.position_id = number(line, "position");
    if (value(line, "mint", v) && !base58_decode(v, strlen(v), o.mint.b, 32)) exit(2);
    if (value(line, "pool", v) && !base58_decode(v, strlen(v), o.pool.b, 32)) exit(2);
    o.side = value(line, "side", v) && strcmp(v, "sell") == 0 ? side_sell : side_buy;
    o.venue = venue_named(line);
    o.reason = o.side == side_buy ? order_reason_entry : order_reason_stop;
    put_order(writer_out(w), &o);
}

static void trade(const char *line)
{
    char v[128];
    struct rec_trade t = {.ts_ns = UINT64_C(1790000000) * NS_PER_S, .slot = slot, .venue = venue_pump, .side = side_buy, .base_raw = 1, .quote_raw = 1, .base_reserve_raw = number(line, "base"), .quote_reserve_raw = number(line, "quote")};
    if (value(line, "mint", v) && !base58_decode(v, strlen(v), t.mint.b, 32)) exit(2);
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
        if (strncmp(line, "slot ", 5) == 0) slot = strtoull(line + 5, NULL, 10), put_slot_record();
        else if (strncmp(line, "order ", 6) == 0) order(line);
        else if (strncmp(line, "trade ", 6) == 0) trade(line);
        else if (strncmp(line, "wait ", 5) == 0) { long ms = atol(line + 5); nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL); }
        if (writer_flush(w, &e) != OK) die();
    }
    return writer_finish(w, 0, 0, false, &e) == OK ? 0 : 1;
}
