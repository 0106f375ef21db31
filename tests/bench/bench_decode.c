/* bench_decode.c - nanoseconds a swap from ready raw bytes to the record: message_read, view,
 * decode; and that nothing is allocated. Four kinds of swaps: pump.fun (event in a call to itself),
 * Raydium v4 (ray_log), Raydium CPMM (event in the log), Raydium CLMM (no event: transfers). Exit
 * status 1 when an allocation is seen. Must not: touch files. */
#include <stdlib.h>
#include <time.h>

#include "common/base/num.h"
#include "common/decode/decode.h"
#include "tests/unit/fake_transactions.h"
#include "tests/bench/bench.h"

#define ROUNDS  20000
#define REPEATS 15

static unsigned long allocations;
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t m);
void *__libc_realloc(void *p, size_t n);
void *malloc(size_t n)
{
    allocations++;
    return __libc_malloc(n);
}
void *calloc(size_t n, size_t m)
{
    allocations++;
    return __libc_calloc(n, m);
}
void *realloc(void *p, size_t n)
{
    allocations++;
    return __libc_realloc(p, n);
}

static unsigned long trades, others;
static void put(void *to, const struct decoded *d)
{
    (void)to;
    if (d->id == REC_trade && d->u.trade.base_raw)
        trades++;
    else
        others++;
}
static void left_out(void *to, enum decode_out kind, const char *why)
{
    (void)to;
    (void)kind;
    fprintf(stderr, "bench_decode: %s\n", why);
    exit(1);
}

static struct made made;

/* What stands around every swap: budget, tip, and the token account. */
static void around(struct made *m)
{
    uint8_t limit[5] = {2, 1}, price[9] = {3, 1};
    made_begin(m);
    made_ix(m, 1, *address_key(address_compute_budget), NULL, 0, limit, 5);
    made_ix(m, 1, *address_key(address_compute_budget), NULL, 0, price, 9);
    made_pay(m, 1, made_name("payer"), *address_key(address_jito_tip_3), 10000);
    made_token(m, made_name("user_base"), made_name("user"), made_name("mint"), 0, 1000);
    made_token(m, made_name("user_in"), made_name("user"), *address_key(address_native_mint),
               900000000, 0);
    made_token(m, made_name("user_out"), made_name("user"), made_name("mint"), 0, 1000);
}

static void pump(struct made *m)
{
    around(m);
    struct made_fields e = made_trade_event(made_name("mint"), made_name("user"), true, 987654320,
                                            UINT64_C(34199203120618), UINT64_C(30987654320),
                                            UINT64_C(1038800796879382));
    made_swap(m, 1, layout_pump_buy, UINT64_C(34199203120618), 1000000000);
    made_ix(m, 2, *address_key(address_pump_fees), NULL, 0, "12345678", 8);
    made_transfer(m, 2, made_name("curve_base"), made_name("user_base"), made_name("curve"),
                  UINT64_C(34199203120618));
    for (int i = 0; i < 4; i++) made_pay(m, 2, made_name("user"), made_name("fee recipient"), 1000);
    made_event(m, 2, *address_key(address_pump), e.b, e.n);
    for (int i = 0; i < 20; i++) made_log(m, "Program log: Instruction: something %d", i);
}

static void run_of(struct made *m, enum address program, const char *head, const uint8_t *bytes,
                   size_t n)
{
    made_log(m, "Program %s invoke [1]", address_text(program));
    for (int i = 0; i < 2; i++) {
        made_log(m, "Program %s invoke [2]", address_text(address_token));
        made_log(m, "Program log: Instruction: Transfer");
        made_log(m, "Program %s consumed 4645 of 150000 compute units",
                 address_text(address_token));
        made_log(m, "Program %s success", address_text(address_token));
    }
    if (n) made_log_bytes(m, head, bytes, n);
    made_log(m, "Program %s consumed 30000 of 180000 compute units", address_text(program));
    made_log(m, "Program %s success", address_text(program));
}

static void moves(struct made *m, const char *vault_in, const char *vault_out)
{
    made_token(m, made_name(vault_in), made_name("authority"), *address_key(address_native_mint), 1,
               2);
    made_token(m, made_name(vault_out), made_name("authority"), made_name("mint"), 1, 2);
    made_transfer(m, 2, made_name("user_in"), made_name(vault_in), made_name("user"), 100000000);
    made_transfer(m, 2, made_name(vault_out), made_name("user_out"), made_name("authority"),
                  4990000);
}

static void raydium(struct made *m)
{
    struct made_fields f = {.n = 0};
    around(m);
    made_swap(m, 1, layout_raydium_in_v2, 100000000, 1);
    moves(m, "pc_vault", "coin_vault");
    field_u8(&f, 3);
    field_u64(&f, 100000000);
    field_u64(&f, 1);
    field_u64(&f, 1);
    field_u64(&f, 0);
    field_u64(&f, 1000000000);
    field_u64(&f, 10000000000);
    field_u64(&f, 4990000);
    run_of(m, address_raydium_v4, "Program log: ray_log: ", f.b, f.n);
}

static void cpmm(struct made *m)
{
    static const uint8_t disc[8] = {0x40, 0xc6, 0xcd, 0xe8, 0x26, 0x08, 0x71, 0xe2};
    struct made_fields f = {.n = 0};
    around(m);
    made_swap(m, 1, layout_cpmm_in, 100000000, 1);
    moves(m, "vault_in", "vault_out");
    field_bytes(&f, disc, 8);
    field_key(&f, made_name("pool"));
    field_u64(&f, 10000000000);
    field_u64(&f, 1000000000);
    field_u64(&f, 100000000);
    field_u64(&f, 4990000);
    field_u64(&f, 0);
    field_u64(&f, 0);
    field_u8(&f, 1);
    field_key(&f, *address_key(address_native_mint));
    field_key(&f, made_name("mint"));
    field_u64(&f, 250000);
    field_u64(&f, 0);
    field_u8(&f, 1);
    run_of(m, address_raydium_cpmm, "Program data: ", f.b, f.n);
}

static void clmm(struct made *m)
{
    around(m);
    made_swap(m, 1, layout_clmm_swap, 100000000, 1);
    moves(m, "vault_in", "vault_out");
    run_of(m, address_raydium_clmm, "", NULL, 0);
}

static void measure(const char *name, void (*make)(struct made *))
{
    static uint8_t wire[4096];
    static struct view_ix calls[64];
    static struct drift drift;
    double took[REPEATS];
    size_t n = 0, len;
    struct decode_sink sink = {NULL, put, left_out};
    make(&made);
    /* The mints and programs have to stand among the keys. */
    made_view(&made);
    len = made_wire(&made, wire);
    for (size_t i = 0; i < made.ix_count; i++)
        if (made.ix[i].height != 1) calls[n++] = made.ix[i];
    trades = 0;
    unsigned long before = allocations;
    for (int r = 0; r < REPEATS; r++) {
        double t0 = now_ns();
        for (int i = 0; i < ROUNDS; i++) {
            struct tx_view v = made.v;
            struct tx_message m;
            struct view_ix room[VIEW_IX_MAX];
            const char *why = message_read(wire, len, &m);
            if (!why) why = view_message(&v, &m, calls, n, room, VIEW_IX_MAX);
            if (why) {
                fprintf(stderr, "bench_decode: %s: %s\n", name, why);
                exit(1);
            }
            decode(&v, &drift, &sink);
        }
        took[r] = (now_ns() - t0) / ROUNDS;
    }
    unsigned long made_now = allocations - before;
    if (trades != (unsigned long)ROUNDS * REPEATS) {
        fprintf(stderr, "bench_decode: %s: %lu trades\n", name, trades);
        exit(1);
    }
    qsort(took, REPEATS, sizeof *took, by_value);
    printf("decode, %-20s %8.0f ns a swap  (%lu allocations, %zu accounts)\n", name,
           took[REPEATS / 2], made_now, made.keys_count);
    if (made_now) exit(1);
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    measure("pump.fun", pump);
    measure("Raydium v4", raydium);
    measure("Raydium CPMM", cpmm);
    measure("Raydium CLMM", clmm);
    return 0;
}
