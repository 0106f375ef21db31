/* trade.c - what live execution would do with an order, for the tests: reads lines `order ...`, `at
 * blockhash=.. now=.. slot=..`, `account KEY OWNER LAMPORTS HEX|-`, takes the market through
 * execute/trade/live.c from those accounts (others do not exist), and prints the quote and the
 * unsigned transaction as JSON, or the failure. With a line `result JSON`, a node's answer to
 * getTransaction, it prints the fill instead. Must not: be used outside of tests; compute anything
 * itself. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "execute/trade/io/answers.h"
#include "tests/venue/lib/line.h"

#define ACCOUNTS 40u
static struct {
    struct key key, owner;
    uint64_t lamports;
    size_t n;
    uint8_t data[VENUE_ACCOUNT_MAX];
} known[ACCOUNTS];
static size_t known_count;
static struct live_state state;

static void add_account(char *line)
{
    char *save, *key = strtok_r(line, " \n", &save), *owner = strtok_r(NULL, " \n", &save),
                *lamports = strtok_r(NULL, " \n", &save), *data = strtok_r(NULL, " \n", &save);
    if (!data || known_count == ACCOUNTS) {
        fprintf(stderr, "trade: a bad account line, or too many\n");
        exit(2);
    }
    known[known_count].key = key_text(key, strlen(key));
    known[known_count].owner = key_text(owner, strlen(owner));
    known[known_count].lamports = strtoull(lamports, NULL, 10);
    size_t n = known[known_count].n = strcmp(data, "-") == 0 ? 0 : strlen(data) / 2;
    if (n > VENUE_ACCOUNT_MAX || (n && !hex_decode(data, 2 * n, known[known_count].data, n))) {
        fprintf(stderr, "trade: bad or too much data\n");
        exit(2);
    }
    known_count++;
}

static struct venue_account find(const struct key *k)
{
    for (size_t i = 0; i < known_count; i++)
        if (key_equal(&known[i].key, k))
            return (struct venue_account){true, known[i].owner, known[i].lamports, known[i].data,
                                          known[i].n};
    return (struct venue_account){0};
}

static enum failure run(struct live_order *o, uint64_t now_s)
{
    struct key keys[MARKET_ACCOUNTS];
    struct venue_account a[MARKET_ACCOUNTS];
    enum failure why;
    enum live_next next = LIVE_MORE;
    if (!live_begin(&state, o)) return failure_no_pool;
    while (next == LIVE_MORE) {
        size_t n = live_market_accounts(live_market(&state, o), keys);
        if (n == 0) return failure_no_pool;
        for (size_t i = 0; i < n; i++) a[i] = find(&keys[i]);
        next = live_read(&state, o, a, n, now_s, 1, &why);
    }
    return next == LIVE_BUILT ? failure_none : next == LIVE_REFUSED ? why : failure_congestion;
}

static void print(const struct live_order *o, enum failure bad)
{
    struct amm_swap s = {0};
    struct venue_market *m = &live_market(&state, o)->venue;
    char wire[2 * TX_BYTES_MAX + 1] = "";
    if (!bad) venue_of(o->order.venue)->quote(m, o->order.side, o->order.amount_raw, &s);
    if (!bad) hex_encode(o->wire, o->wire_n, wire);
    printf("{\"failure\":\"%s\",\"in\":\"%" PRIu64 "\",\"out\":\"%" PRIu64 "\",\"base\":\"%" PRIu64
           "\",\"quote\":\"%" PRIu64 "\",\"fee\":\"%" PRIu64 "\",\"rent\":\"%" PRIu64
           "\",\"bytes\":%u,\"wire\":\"%s\"}\n",
           enum_name("failure", bad), s.in_raw, s.out_raw, s.base_raw, s.quote_raw,
           s.protocol_fee_raw, m->rent_lamports, bad ? 0 : o->wire_n, wire);
}

static int print_fill(struct live_order *o, const char *json)
{
    struct live_result r;
    struct rec_fill f;
    json_t *tx = json_loads(json, 0, NULL);
    if (!tx || !answers_transaction(tx, &state.wallet, &o->order, &r)) return 2;
    o->route = route_bundle;
    live_fill(&state, o, &r, &f);
    printf("{\"status\":\"%s\",\"failure\":\"%s\",\"base\":\"%" PRIu64 "\",\"quote\":\"%" PRIu64
           "\",\"rent_paid\":\"%" PRIu64 "\",\"rent_refund\":\"%" PRIu64 "\",\"cash\":\"%" PRId64
           "\"}\n",
           enum_name("order_status", f.status), enum_name("failure", f.failure), f.base_raw,
           f.quote_lamports, f.rent_paid_lamports, f.rent_refund_lamports, f.cash_delta_lamports);
    json_decref(tx);
    return 0;
}

int main(void)
{
    char *line = NULL, *result = NULL;
    size_t room = 0;
    struct rec_order order = {.order_id = 1, .slot = 1000};
    struct key wallet = {0};
    struct live_rules rules = {
        .route = route_bundle,
        .units = 400000,
        .fees = {.tip_max_lamports = 1000000000, .priority_max_lamports = 1000000000}};
    uint64_t now_s = 0;
    enum failure why;
    while (getline(&line, &room, stdin) > 0) {
        if (strncmp(line, "account ", 8) == 0)
            add_account(line + 8);
        else if (strncmp(line, "order ", 6) == 0) {
            order.mint = key_or_none(line, "mint");
            order.pool = key_or_none(line, "pool");
            order.venue = venue_of_line(line, venue_none);
            order.side = is(line, "side", "sell") ? side_sell : side_buy;
            order.amount_raw = number_of(line, "amount");
            order.limit_raw = number_of(line, "limit");
            order.tip_lamports = number_of(line, "tip");
            order.priority_fee_lamports = number_of(line, "fee");
            wallet = key_or_none(line, "wallet");
            if (number_of(line, "units")) rules.units = (uint32_t)number_of(line, "units");
        } else if (strncmp(line, "result ", 7) == 0)
            result = strdup(line + 7);
        else if (strncmp(line, "at ", 3) == 0) {
            state.blockhash = key_or_none(line, "blockhash");
            now_s = number_of(line, "now");
            state.slot = number_of(line, "slot");
        }
    }
    live_init(&state, &wallet, &rules);
    state.last_valid_height = 1;
    struct live_order *o = live_take(&state, &order, 0, 0, &why);
    int rc = 0;
    if (o && result)
        rc = print_fill(o, result);
    else if (o)
        print(o, run(o, now_s));
    else
        printf("{\"failure\":\"%s\"}\n", enum_name("failure", why));
    free(line);
    free(result);
    return rc;
}
