/* test_nng.c - batches over nng against a peer made of raw sockets, which loses, repeats and
 * reorders them: push sends again what was not acknowledged, pull takes each batch once and in
 * order, sub counts what it missed. Must not: need files but one socket folder, or the network. */
#include <nng/nng.h>
#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>
#include <nng/protocol/pubsub0/pub.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "common/io/endpoint.h"
#include "tests/unit/tap.h"

#define HEADER  10 /* number, length of the repeated head */
#define WAIT_MS 5000
#define GONE    (UINT64_MAX - 1) /* no message came */

static char folder[64];

struct link {
    char spec[160], url[128], ack[140];
};

static struct link link_of(const char *kind, const char *name)
{
    struct link l;
    snprintf(l.url, sizeof l.url, "ipc://%s/%s", folder, name);
    snprintf(l.ack, sizeof l.ack, "%s.ack", l.url);
    snprintf(l.spec, sizeof l.spec, "%s:+%s", kind, l.url);
    return l;
}

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static void dial(nng_socket s, const char *url)
{
    nng_socket_set_ms(s, NNG_OPT_RECVTIMEO, WAIT_MS);
    nng_socket_set_ms(s, NNG_OPT_SENDTIMEO, WAIT_MS);
    if (nng_dial(s, url, NULL, NNG_FLAG_NONBLOCK) != 0) exit(1);
}

/* Number of the next message, its text into got[16]. */
static uint64_t receive(nng_socket s, char got[16])
{
    uint8_t buf[256];
    size_t len = sizeof buf;
    uint64_t number;
    got[0] = 0;
    if (nng_recv(s, buf, &len, 0) != 0 || len < 8) return GONE;
    memcpy(&number, buf, 8);
    if (len > HEADER) snprintf(got, 16, "%.*s", (int)(len - HEADER), (const char *)buf + HEADER);
    return number;
}

static void send_number(nng_socket s, uint64_t number, const char *text)
{
    uint8_t buf[64] = {0};
    memcpy(buf, &number, 8);
    memcpy(buf + HEADER, text, strlen(text));
    if (nng_send(s, buf, text[0] ? HEADER + strlen(text) : 8, 0) != 0) exit(1);
}

/* ---- push ---- */

static void *write_two(void *spec)
{
    struct endpoint *ep;
    struct err e = {0};
    enum error rc = endpoint_open_write(spec, &ep, &e);
    for (int i = 0; i < 2 && rc == OK; i++)
        rc = endpoint_writev(ep, &(struct iovec){i ? "two" : "one", 3}, 1, &e);
    if (rc == OK) rc = endpoint_finish(ep, &e);
    return (void *)(intptr_t)rc;
}

static void test_resend(void)
{
    struct link l = link_of("push", "resend");
    pthread_t writer;
    nng_socket data, ack;
    char got[16];
    void *rc;
    pthread_create(&writer, NULL, write_two, l.spec);
    nng_pull0_open(&data);
    nng_push0_open(&ack);
    dial(data, l.url);
    dial(ack, l.ack);
    is_u64(receive(data, got), 0, "push: the first batch");
    is_u64(receive(data, got), 1, "the second");
    is_u64(receive(data, got), 0, "without an acknowledgement the first comes again");
    is_str(got, "one", "with its bytes");
    send_number(ack, 1, "");
    uint64_t number = receive(data, got); /* the rest of the last round, then rounds without it */
    for (int i = 0; i < 3 && number == 0; i++) number = receive(data, got);
    is_u64(number, 1, "the first acknowledged: the second comes again");
    is_str(got, "two", "with its bytes");
    is_u64(receive(data, got), 1, "and again, until it is acknowledged too");
    send_number(ack, 2, "");
    do number = receive(data, got);
    while (number <= 1);
    is_u64(number, UINT64_MAX, "all acknowledged: the writer says that it goes");
    pthread_join(writer, &rc);
    is_i64((intptr_t)rc, OK, "and has not failed");
}

/* ---- pull ---- */

static void *write_badly(void *arg)
{
    struct link *l = arg;
    nng_socket data, ack;
    nng_push0_open(&data);
    nng_pull0_open(&ack);
    dial(data, l->url);
    dial(ack, l->ack);
    send_number(data, 0, "one");
    send_number(data, 2, "three");
    send_number(data, 0, "one");
    send_number(data, 1, "two");
    send_number(data, 1, "two");
    send_number(data, 2, "three");
    send_number(data, UINT64_MAX, "");
    sleep_ms(300);
    return NULL;
}

/* Everything that comes until it has this many bytes. */
static void read_text(struct endpoint *ep, size_t n, char text[32])
{
    struct err e = {0};
    size_t at = 0, got = 1;
    while (at < n && at < 31 && got && endpoint_read(ep, text + at, 31 - at, &got, &e) == OK)
        at += got;
    text[at] = 0;
}

static void test_order(void)
{
    struct link l = link_of("pull", "order");
    struct endpoint *ep;
    struct err e = {0};
    pthread_t writer;
    char text[32];
    if (endpoint_open_read(l.spec, &ep, &e) != OK) exit(1);
    pthread_create(&writer, NULL, write_badly, &l);
    read_text(ep, 11, text);
    is_str(text, "onetwothree", "pull: batches repeated and out of order are taken once, in order");
    is_u64(ep->lost, 0, "and none counts as lost");
    pthread_join(writer, NULL);
}

/* ---- sub ---- */

struct publisher {
    struct link link;
    const uint64_t *numbers;
};

static void *publish(void *arg)
{
    struct publisher *p = arg;
    nng_socket s;
    nng_pub0_open(&s);
    dial(s, p->link.url);
    sleep_ms(200); /* a subscriber hears what is sent once it is connected */
    for (int i = 0; i < 3; i++) send_number(s, p->numbers[i], "x");
    sleep_ms(300);
    return NULL;
}

static void test_loss(const char *name, const uint64_t numbers[3], uint64_t lost)
{
    struct publisher p = {link_of("sub", name), numbers};
    struct endpoint *ep;
    struct err e = {0};
    pthread_t writer;
    char text[32];
    if (endpoint_open_read(p.link.spec, &ep, &e) != OK) exit(1);
    pthread_create(&writer, NULL, publish, &p);
    read_text(ep, 3, text);
    is_str(text, "xxx", "sub, %s: what came is read", name);
    is_u64(ep->lost, lost, "sub, %s: %llu batches count as lost", name, (unsigned long long)lost);
    ok(ep->lossy, "sub, %s: marked, so that the stage writes a gap", name);
    pthread_join(writer, NULL);
}

int main(void)
{
    snprintf(folder, sizeof folder, "/tmp/sluice-nng.XXXXXX");
    if (!mkdtemp(folder)) return 1;
    alarm(60);
    test_resend();
    test_order();
    test_loss("whole", (const uint64_t[]){0, 1, 2}, 0);
    test_loss("gap", (const uint64_t[]){0, 3, 4}, 2);
    test_loss("late", (const uint64_t[]){5, 6, 9}, 7);
    int rc = done();
    fflush(stdout);
    static const char *const sockets[] = {"resend", "resend.ack", "order", "order.ack",
                                          "whole",  "gap",        "late"};
    char path[128];
    for (size_t i = 0; i < COUNT_OF(sockets); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, sockets[i]);
        unlink(path);
    }
    rmdir(folder);
    _exit(rc); /* nng_close can hang */
}
