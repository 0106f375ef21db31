/* test_http.c - a request leaves when it is started, as many as there are slots, a pool that is
 * closed ends what is on its way, and a request that carries bytes equals the one that a JSON tree
 * gives. The server is a socket of this process that never answers. */
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/io/http.h"
#include "common/io/rpc.h"
#include "tests/unit/tap.h"

static char url[64];

static int listen_here(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) != 0 || listen(fd, 8) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        exit(1);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", ntohs(a.sin_port));
    return fd;
}

static bool ready(int fd, int ms) { return poll(&(struct pollfd){fd, POLLIN, 0}, 1, ms) == 1; }

/* Read until text comes, or two seconds of nothing. */
static bool receives(int fd, const char *text)
{
    static char got[4096];
    size_t n = 0;
    for (ssize_t k = 1; k > 0 && n < sizeof got - 1 && ready(fd, 2000);
         n += k > 0 ? (size_t)k : 0) {
        k = read(fd, got + n, sizeof got - 1 - n);
        got[k > 0 ? n + (size_t)k : n] = 0;
        if (strstr(got, text)) return true;
    }
    return false;
}

static void test_start(void)
{
    int server = listen_here(), fd = -1;
    struct http_reply reply;
    struct http_pool *p = http_pool_open(2, 4096);
    const struct http_post
        one = {.url = url, .body = "the first", .n = 9, .timeout_ms = 5000, .tag = 1},
        two = {.url = url, .body = "the second", .n = 10, .timeout_ms = 5000, .tag = 2};
    if (!p) exit(1);
    ok(http_pool_start(p, &one) && http_pool_start(p, &two) && !http_pool_start(p, &two),
       "as many requests start as there are slots");
    ok(!http_pool_wait(p, NULL, 0, 20, &reply) && ready(server, 2000) &&
           (fd = accept(server, NULL, NULL)) >= 0,
       "the pool connects");
    (void)http_pool_wait(p, NULL, 0, 20, &reply);
    ok(receives(fd, "the first"), "the first request arrives first");
    http_pool_close(p);
    char byte;
    ssize_t n = 1;
    while (n > 0 && ready(fd, 2000)) n = read(fd, &byte, 1);
    ok(n <= 0, "a pool that is closed ends its connections");
    close(fd);
    close(server);
}

/* A second request on a kept-alive connection is on the wire when http_pool_start returns. */
static void test_kept_connection(void)
{
    int server = listen_here(), fd = -1;
    struct http_reply reply = {0};
    struct http_pool *p = http_pool_open(1, 4096);
    struct http_post post = {.url = url, .body = "one", .n = 3, .timeout_ms = 5000};
    static const char answer[] = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    if (!p || !http_pool_start(p, &post)) exit(1);
    for (unsigned i = 0; i < 100 && !ready(server, 0); i++)
        (void)http_pool_wait(p, NULL, 0, 20, &reply);
    fd = accept(server, NULL, NULL);
    (void)http_pool_wait(p, NULL, 0, 20, &reply);
    ok(fd >= 0 && receives(fd, "one") && write(fd, answer, sizeof answer - 1) > 0,
       "a first request is answered");
    bool ended = false;
    for (unsigned i = 0; i < 100 && !ended; i++) ended = http_pool_wait(p, NULL, 0, 20, &reply);
    ok(ended && reply.status == 200, "its answer ends it");
    post.body = "two";
    ok(http_pool_start(p, &post) && receives(fd, "two"),
       "the next is written to the same connection before anything waits");
    close(fd);
    http_pool_close(p);
    close(server);
}

/* An answer one byte beyond what the pool keeps fails; one of just that size is whole. */
static void test_bound(void)
{
    for (int more = 0; more < 2; more++) {
        int server = listen_here(), fd = -1;
        struct http_reply reply = {0};
        struct http_pool *p = http_pool_open(1, 1000);
        struct http_post post = {.url = url, .body = "one", .n = 3, .timeout_ms = 5000};
        char answer[1200];
        int n = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n",
                         1000 + more);
        memset(answer + n, 'x', 1001);
        if (!p || !http_pool_start(p, &post)) exit(1);
        for (unsigned i = 0; i < 100 && !ready(server, 0); i++)
            (void)http_pool_wait(p, NULL, 0, 20, &reply);
        fd = accept(server, NULL, NULL);
        (void)http_pool_wait(p, NULL, 0, 20, &reply);
        ok(fd >= 0 && receives(fd, "one") && write(fd, answer, (size_t)(n + 1000 + more)) > 0,
           "an answer of %d bytes", 1000 + more);
        bool ended = false;
        for (unsigned i = 0; i < 100 && !ended; i++) ended = http_pool_wait(p, NULL, 0, 20, &reply);
        ok(ended && (more ? reply.n <= 1000 && reply.why[0] : reply.n == 1000 && !reply.why[0]),
           more ? "is refused by a pool that keeps 1,000" : "is whole");
        close(fd);
        http_pool_close(p);
        close(server);
    }
}

static void test_bytes(void)
{
    static uint8_t bytes[1232];
    static char text[4096];
    unsigned wrong = 0, cut = 0;
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 73 + i / 256);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        json_t *plain = json_pack("[o, {s:s, s:b, s:i}]", rpc_base64(bytes, n), "encoding",
                                  "base64", "skipPreflight", 1, "maxRetries", 0);
        char *want = rpc_request("sendTransaction", plain);
        size_t len = rpc_write_bytes(
            text, sizeof text, "sendTransaction",
            "[\"$\",{\"encoding\":\"base64\",\"skipPreflight\":true,\"maxRetries\":0}]", bytes, n);
        wrong += len != strlen(want) || strcmp(text, want) != 0;
        for (size_t max = len - 3; max <= len + 3; max++) {
            size_t got = rpc_write_bytes(
                text, max, "sendTransaction",
                "[\"$\",{\"encoding\":\"base64\",\"skipPreflight\":true,\"maxRetries\":0}]", bytes,
                n);
            cut += got != 0 && (got != len || max <= len);
        }
        cut += rpc_write_bytes(text, 1, "m", "[\"$\"]", bytes, n) != 0;
        free(want);
    }
    is_u64(wrong, 0, "a request with bytes is the one a tree of JSON gives, at every length");
    is_u64(cut, 0, "and none where it does not fit");
}

int main(void)
{
    test_start();
    test_kept_connection();
    test_bound();
    test_bytes();
    return done();
}
