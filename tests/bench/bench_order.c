/* bench_order.c - own CPU time from an order to its bytes on the wire: execute's (live, route
 * bundle) and the signer's, through the real processes' code. A child process plays node and block
 * engine on the loopback; sluice-sign of the PATH signs; the journal lies in TMPDIR. Each order
 * buys another coin, whose market is cached. Prints medians, the node requests between an order and
 * its send, and the CPU at rest. Must not: leave the loopback. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "execute/sign/io/key_file.h"
#include "execute/trade/io/chain.h"
#include "tests/bench/bench.h"
#include "tests/unit/curve_accounts.h"

#define ORDERS   60u  /* 64 can be in flight, and none ends here */
#define PACE_MS  150u /* between two orders */
#define REST_MS  2000u
#define CLIENTS  16u
#define BODY_MAX 65536u

static char folder[200];
static char accounts_json[32768];

/* ---- node and block engine ---- */

static void make_accounts(void)
{
    struct venue_account a[MARKET_ACCOUNTS];
    size_t n = curve_accounts(a), at = 0;
    for (size_t i = 0; i < n; i++) {
        char owner[66], data[4096] = "";
        if (!a[i].exists) {
            at += (size_t)snprintf(accounts_json + at, sizeof accounts_json - at, "%snull",
                                   i ? "," : "");
            continue;
        }
        base58_encode(a[i].owner.b, 32, owner);
        if (a[i].n)
            sodium_bin2base64(data, sizeof data, a[i].data, a[i].n, sodium_base64_VARIANT_ORIGINAL);
        at +=
            (size_t)snprintf(accounts_json + at, sizeof accounts_json - at,
                             "%s{\"data\":[\"%s\",\"base64\"],\"owner\":\"%s\",\"lamports\":%llu}",
                             i ? "," : "", data, owner, (unsigned long long)a[i].lamports);
    }
}

static void write_result(char *out, size_t max, const char *request)
{
    if (strstr(request, "\"getLatestBlockhash\""))
        snprintf(
            out, max,
            "{\"context\":{\"slot\":1000},\"value\":{\"blockhash\":"
            "\"SysvarC1ock11111111111111111111111111111111\",\"lastValidBlockHeight\":100000}}");
    else if (strstr(request, "\"getMultipleAccounts\""))
        snprintf(out, max, "{\"context\":{\"slot\":1},\"value\":[%s]}", accounts_json);
    else if (strstr(request, "\"getBalance\""))
        snprintf(out, max, "{\"context\":{\"slot\":1000},\"value\":100000000000}");
    else
        snprintf(out, max, "1000");
}

/* Answer the whole requests in buf; returns the bytes that are left. */
static size_t answer_requests(int fd, char *buf, size_t n)
{
    static char result[BODY_MAX], reply[BODY_MAX + 256];
    for (;;) {
        buf[n] = 0;
        char *body = strstr(buf, "\r\n\r\n"), *length = strcasestr(buf, "content-length:");
        if (!body || !length || length > body) return n;
        size_t whole = (size_t)(body + 4 - buf) + strtoul(length + 15, NULL, 10);
        if (n < whole) return n;
        write_result(result, sizeof result, body);
        int size = snprintf(reply, sizeof reply,
                            "HTTP/1.1 200 OK\r\ncontent-length: %zu\r\n\r\n"
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":%s}",
                            strlen(result) + 34, result);
        if (write(fd, reply, (size_t)size) != size) return 0;
        memmove(buf, buf + whole, n - whole);
        n -= whole;
    }
}

static void serve_client(int *fd, char *buf, size_t *n)
{
    ssize_t got = read(*fd, buf + *n, BODY_MAX - 1 - *n);
    if (got <= 0) {
        close(*fd);
        *fd = -1;
        return;
    }
    *n = answer_requests(*fd, buf, *n + (size_t)got);
}

static void serve(int listener)
{
    static char buf[CLIENTS][BODY_MAX];
    static size_t have[CLIENTS];
    struct pollfd f[CLIENTS + 1];
    for (size_t i = 0; i <= CLIENTS; i++) f[i] = (struct pollfd){-1, POLLIN, 0};
    f[CLIENTS].fd = listener;
    while (poll(f, CLIENTS + 1, -1) > 0) {
        for (size_t i = 0; i < CLIENTS; i++)
            if (f[i].fd >= 0 && f[i].revents) serve_client(&f[i].fd, buf[i], &have[i]);
        for (size_t i = 0; i < CLIENTS && f[CLIENTS].revents; i++) {
            if (f[i].fd >= 0) continue;
            f[i].fd = accept(listener, NULL, NULL);
            have[i] = 0;
            break;
        }
    }
}

static pid_t start_server(char url[64])
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) != 0 || listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        return -1;
    snprintf(url, 64, "http://127.0.0.1:%u", ntohs(a.sin_port));
    pid_t pid = fork();
    if (pid == 0) {
        serve(fd);
        _exit(0);
    }
    close(fd);
    return pid;
}

/* ---- the signer ---- */

static bool make_key(const char *path)
{
    struct secret word = {0}, pair = {0};
    struct err e;
    bool good = key_file_secret_open(&word, 9) && memcpy(word.bytes, "benchmark", 9) &&
                key_file_new(&pair, &e) == OK &&
                key_file_write(path, &pair, &word, "interactive", false, &e) == OK;
    key_file_secret_free(&word);
    key_file_secret_free(&pair);
    return good;
}

static pid_t start_signer(const char *key, const char *socket, const char *counters)
{
    int word[2];
    if (pipe(word) != 0 || write(word[1], "benchmark\n", 10) != 10) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(word[0], 0);
        dup2(open("/dev/null", O_WRONLY), 2);
        execlp("sluice-sign", "sluice-sign", "--key", key, "--socket", socket, "--counters",
               counters, "--counters-new", "--password-fd", "0", "--max-hour-sol", "1000000",
               "--max-day-sol", "1000000", (char *)NULL);
        _exit(127);
    }
    close(word[0]);
    close(word[1]);
    for (unsigned i = 0; i < 1000 && access(socket, F_OK) != 0; i++) usleep(10000);
    return pid;
}

/* CPU time of a process so far. */
static double cpu_of_us(pid_t pid)
{
    char path[64];
    unsigned long long ns = 0;
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f) return 0;
    if (fscanf(f, "%llu", &ns) != 1) ns = 0;
    fclose(f);
    return (double)ns / 1e3;
}

/* ---- execute ---- */

static struct live_state s;
static struct chain *chain;
static struct out out = {.cap = 8u << 20, .src = SRC_EXECUTE};
static struct err e;

static bool serve_for(unsigned ms)
{
    bool readable;
    for (double end = now_us() + ms * 1e3; now_us() < end; out.len = 0)
        if (chain_serve(chain, &out, -1, &readable, &e) != OK) return false;
    return true;
}

static bool cache_markets(void)
{
    struct record r = {.id = REC_trade};
    for (uint32_t i = 0; i < ORDERS; i++) {
        r.u.trade = (struct rec_trade){.venue = venue_pump,
                                       .side = side_buy,
                                       .mint = numbered(100 + i),
                                       .slot = 1000,
                                       .base_raw = 1,
                                       .quote_raw = 1,
                                       .base_reserve_raw = UINT64_C(1073000000000000),
                                       .quote_reserve_raw = UINT64_C(30000000000)};
        if (chain_record(chain, &r, &out, &e) != OK) return false;
    }
    return serve_for(6000);
}

/* A new slot: the orders of the last one are not sent again, so that engines are free. */
static bool next_slot(void)
{
    struct record r = {.id = REC_slot, .u.slot = {.slot = s.slot + 1, .ts_ns = s.now_ns}};
    return chain_record(chain, &r, &out, &e) == OK;
}

/* Send all orders; *at_once counts those whose bytes left before chain_order returned. */
static bool send_orders(size_t *at_once)
{
    for (uint32_t i = 0; i < ORDERS; i++) {
        struct rec_order o = {.order_id = i + 1,
                              .venue = venue_pump,
                              .side = side_buy,
                              .amount_raw = 100000000 + i,
                              .limit_raw = 1,
                              .tip_lamports = 10000,
                              .priority_fee_lamports = 10000,
                              .mint = numbered(100 + i)};
        if (!next_slot() || !serve_for(PACE_MS)) return false;
        uint64_t sent = s.sent_count;
        o.expires_slot = s.slot;
        if (chain_order(chain, &o, &out, &e) != OK) return false;
        *at_once += s.sent_count > sent;
        out.len = 0;
    }
    return true;
}

static bool open_chain(const char *url, const char *socket, const char *journal)
{
    static struct live_rules rules = {
        .route = route_bundle,
        .protect = true,
        .units = 300000,
        .market_cache_markets = 64,
        .fees = {.tip_max_lamports = 1000000, .priority_max_lamports = 1000000}};
    static char engines[640];
    for (int i = 0; i < 8; i++) {
        strncat(engines, i ? "," : "", sizeof engines - strlen(engines) - 1);
        strncat(engines, url, sizeof engines - strlen(engines) - 1);
    }
    struct chain_config c = {socket, journal, url, engines, "", "", "", "", 1000000000, 0};
    return chain_open(&c, &rules, &s, &chain, &e) == OK;
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_value);
    return n ? v[n / 2] : 0;
}

/* Read the log of execute: the CPU of each order up to its bytes on the wire, and the node requests
 * on these paths. Returns the number of orders. */
static size_t read_log(const char *log, double cpu[ORDERS], unsigned *node_requests)
{
    char line[512], *at;
    size_t n = 0;
    FILE *f = fopen(log, "r");
    *node_requests = 0;
    while (f && n < ORDERS && fgets(line, sizeof line, f)) {
        if (!(at = strstr(line, "(cpu "))) continue;
        cpu[n++] = (double)strtoul(at + 5, &at, 10);
        if ((at = strstr(at, "us, "))) *node_requests += (unsigned)strtoul(at + 4, NULL, 10);
    }
    if (f) fclose(f);
    return n;
}

static bool measure(pid_t signer, const char *log)
{
    static double cpu[ORDERS];
    size_t at_once = 0;
    unsigned requests;
    if (!cache_markets()) return false;
    double execute = cpu_us(), sign = cpu_of_us(signer);
    if (!serve_for(REST_MS)) return false;
    double rest = (cpu_us() - execute + cpu_of_us(signer) - sign) / (REST_MS * 1e3);
    sign = cpu_of_us(signer);
    if (!send_orders(&at_once)) return false;
    sign = (cpu_of_us(signer) - sign) / ORDERS;
    size_t n = read_log(log, cpu, &requests);
    execute = median(cpu, n);
    printf("%-32s %8.0f us  (execute %.0f, signer %.0f; %zu of %u orders left at once)\n",
           "own CPU, order in to bytes out", execute + sign, execute, sign, at_once, ORDERS);
    printf("%-32s %8u     (of %zu orders)\n", "  node requests on the path", requests, n);
    printf("%-32s %8.2f %%   (of a core; execute and signer)\n", "  CPU at rest", rest * 100);
    return n > 0;
}

/* Run with the log of execute in a file, not on standard error. */
static bool run(const char *url, char path[5][220], pid_t signer)
{
    int was = dup(2), file = open(path[4], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, 2);
    log_setup("bench_order", "info");
    bool good = open_chain(url, path[1], path[3]) && measure(signer, path[4]);
    chain_close(chain);
    dup2(was, 2);
    if (!good) fprintf(stderr, "bench_order: no figures: %s\n", e.text);
    return good;
}

int main(void)
{
    static const char *const names[] = {"key", "socket", "counters", "journal", "log"};
    char path[5][220], url[64];
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.150s/sluice-bench-order.XXXXXX", tmp ? tmp : "/tmp");
    out.buf = malloc(out.cap);
    if (sodium_init() < 0 || !mkdtemp(folder) || !out.buf) return 1;
    for (int i = 0; i < 5; i++) snprintf(path[i], sizeof path[i], "%s/%s", folder, names[i]);
    make_accounts();
    pid_t server = start_server(url), signer = -1;
    if (server > 0 && make_key(path[0])) signer = start_signer(path[0], path[1], path[2]);
    bool good = signer > 0 && run(url, path, signer);
    if (signer > 0) kill(signer, SIGTERM);
    if (server > 0) kill(server, SIGTERM);
    while (wait(NULL) > 0) continue;
    for (int i = 0; i < 5; i++) unlink(path[i]);
    rmdir(folder);
    free(out.buf);
    return !good;
}
