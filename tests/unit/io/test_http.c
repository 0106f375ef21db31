/* test_http.c - requests in steps: what is prepared or rehearsed stays here until it is let go and
 * may leave, and the request that sends bytes is letter for letter the one that a tree of JSON
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

/* What comes until text does, or two seconds of nothing. */
static bool hears(int fd, const char *text)
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

static void steps(void)
{
    int server = listen_here(), fd = -1;
    struct http_reply reply;
    struct http_pool *p = http_pool_open(2, 4096);
    const struct http_post
        one = {.url = url, .body = "the first", .n = 9, .timeout_ms = 5000, .tag = 1},
        two = {.url = url, .body = "the second", .n = 10, .timeout_ms = 5000, .tag = 2};
    if (!p) exit(1);
    http_pool_rehearse(p, &one);
    ok(!http_pool_wait(p, NULL, 0, 50, &reply) && !ready(server, 0),
       "what is rehearsed does not leave, whatever goes on");
    is_u64(http_pool_busy(p), 0, "and takes no slot");
    ok(http_pool_prepare(p, &one) && http_pool_prepare(p, &two) && !http_pool_prepare(p, &two),
       "as many as there are slots are prepared");
    http_pool_rehearse(p, &two);
    ok(!ready(server, 50) && http_pool_busy(p) == 2, "nothing has left");
    http_pool_go(p);
    ok(!http_pool_wait(p, NULL, 0, 20, &reply) && ready(server, 2000) &&
           (fd = accept(server, NULL, NULL)) >= 0,
       "then it does");
    (void)http_pool_wait(p, NULL, 0, 20, &reply);
    ok(hears(fd, "the first"), "the first first");
    close(fd);
    http_pool_close(p);
    close(server);
}

static void dropped(void)
{
    int server = listen_here();
    struct http_pool *p = http_pool_open(1, 4096);
    if (!p || !http_pool_prepare(
                  p, &(struct http_post){.url = url, .body = "x", .n = 1, .timeout_ms = 1000}))
        exit(1);
    http_pool_close(p);
    ok(!ready(server, 50), "a pool that is closed takes with it what was prepared");
    close(server);
}

static unsigned asked;
static bool yes(void *self)
{
    asked += *(unsigned *)self;
    return true;
}
static bool no(void *self)
{
    asked += *(unsigned *)self;
    return false;
}

/* Once it has its connection, a request asks whether it may leave. */
static void asks(void)
{
    unsigned one = 1;
    int server = listen_here(), fd = -1;
    struct http_reply reply = {0};
    struct http_pool *p = http_pool_open(1, 4096);
    struct http_post post = {
        .url = url, .body = "never", .n = 5, .timeout_ms = 5000, .may_leave = no, .self = &one};
    if (!p) exit(1);
    http_pool_rehearse(p, &post);
    is_u64(asked, 0, "a rehearsal asks nobody");
    ok(http_pool_prepare(p, &post) && asked == 0, "nor does what is prepared");
    http_pool_go(p);
    bool ended = false;
    for (unsigned i = 0; i < 40 && !ended; i++) ended = http_pool_wait(p, NULL, 0, 50, &reply);
    ok(ended && asked == 1 && reply.status == 0 && reply.why[0],
       "one that may not leave has asked once, and ends (%s)", reply.why);
    ok(ready(server, 2000) && (fd = accept(server, NULL, NULL)) >= 0, "its connection was made");
    is_u64((uint64_t)read(fd, &one, 1), 0, "and nothing was said on it");
    close(fd);
    post.may_leave = yes;
    post.body = "at last";
    post.n = 7;
    asked = 0;
    one = 1;
    ok(http_pool_prepare(p, &post), "the slot is free again");
    http_pool_go(p);
    for (unsigned i = 0; i < 40 && !asked; i++) (void)http_pool_wait(p, NULL, 0, 50, &reply);
    ok(asked == 1 && ready(server, 2000) && (fd = accept(server, NULL, NULL)) >= 0 &&
           hears(fd, "at last"),
       "one that may has asked once, and is heard");
    close(fd);
    http_pool_close(p);
    close(server);
}

static void sends(void)
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
    steps();
    dropped();
    asks();
    sends();
    return done();
}
