/* nng.c - the only file that uses nng: batches over push/pull with acknowledgement, and over
 * pub/sub with gap counting.
 *
 * nng loses what a closing or killed peer had not read, without an error: push/pull delivers at
 * most once, and pub drops the oldest message. So every message has a number; push keeps a batch
 * until it is acknowledged and sends it again. data message  u64 number, u16 head length, head
 * record (pub only), bytes of whole records ack message   u64 number of the next batch expected;
 * pull to push, on a second socket The second socket has the address of the first with ".ack"
 * appended (ipc), or the next port (tcp). Number UINT64_MAX: the writer received the last
 * acknowledgement and ends. nng_close can hang in this version of nng. Must not: call it; the
 * process leaves by _exit after flushing. */
#include "common/io/endpoint.h"

#include <nng/nng.h>
#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>
#include <nng/protocol/pubsub0/pub.h>
#include <nng/protocol/pubsub0/sub.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/text.h"
#include "common/rec/wire.h"

#define WINDOW          32 /* batches that may wait for their acknowledgement */
#define BATCH_BYTES     (192u << 10)
#define HEADER          10
#define FIN             UINT64_MAX
#define STEP_MS         50    /* one wait */
#define RESEND_MS       1000  /* no progress for so long: send again */
#define PEER_TIMEOUT_MS 30000 /* at the end: give the peer up after this */

bool nng_in_use;

struct batch {
    uint8_t *bytes;
    size_t len;
};

struct nng_end {
    struct endpoint ep;
    nng_socket data, ack;
    bool pubsub, got_first, finished;
    uint64_t next;  /* number of the next batch to send, or to receive */
    uint64_t acked; /* writer: all below are acknowledged */
    struct batch window[WINDOW];
    uint8_t head[512]; /* pub: the stream's head record, repeated for late joiners */
    size_t head_len;
    nng_msg *msg; /* reader: batch being handed out */
    size_t at;
};

static enum error failed(const struct nng_end *n, int rv, enum error code, struct err *e)
{
    return err_set(e, code, "'%s': %s", n->ep.spec, nng_strerror(rv));
}

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static void put_le64(uint8_t *p, uint64_t v) { memcpy(p, &v, 8); }
static uint64_t get_le64(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

/* ---- writing ---- */

/* Take in acknowledgements; wait at most wait_ms for the first. */
static void take_acks(struct nng_end *n, int wait_ms)
{
    nng_socket_set_ms(n->ack, NNG_OPT_RECVTIMEO, wait_ms);
    uint8_t buf[8];
    size_t len = sizeof buf;
    while (nng_recv(n->ack, buf, &len, wait_ms ? 0 : NNG_FLAG_NONBLOCK) == 0 && len == 8) {
        uint64_t want = get_le64(buf);
        if (want > n->acked && want <= n->next) n->acked = want;
        wait_ms = 0;
        len = sizeof buf;
    }
}

/* Hand one message to nng; with a slow peer this waits, serving acknowledgements and the back
 * channel. */
static enum error send_bytes(struct nng_end *n, const uint8_t *bytes, size_t len, struct err *e)
{
    for (;;) {
        int rv = nng_send(n->data, (void *)(uintptr_t)bytes, len, 0);
        if (rv == 0) return OK;
        if (rv != NNG_ETIMEDOUT && rv != NNG_EAGAIN) return failed(n, rv, E_WRITE, e);
        if (endpoint_stop)
            return err_set(e, E_PIPE, "stopped while '%s' did not take data", n->ep.spec);
        if (!n->pubsub) take_acks(n, 0);
        enum error rc = n->ep.idle && n->ep.idle->fd >= 0 ? n->ep.idle->ready(n->ep.idle, e) : OK;
        if (rc != OK) return rc;
    }
}

static enum error resend(struct nng_end *n, struct err *e)
{
    enum error rc = OK;
    for (uint64_t i = n->acked; i < n->next && rc == OK; i++)
        rc = send_bytes(n, n->window[i % WINDOW].bytes, n->window[i % WINDOW].len, e);
    return rc;
}

/* Wait until at most `most` batches are unacknowledged. */
static enum error wait_acks(struct nng_end *n, uint64_t most, struct err *e)
{
    uint64_t seen = n->acked;
    for (int quiet_ms = 0; n->next - n->acked > most;) {
        take_acks(n, STEP_MS);
        if (n->ep.idle && n->ep.idle->fd >= 0) {
            enum error rc = n->ep.idle->ready(n->ep.idle, e);
            if (rc != OK) return rc;
        }
        if (n->acked != seen) {
            seen = n->acked;
            quiet_ms = 0;
            continue;
        }
        quiet_ms += STEP_MS;
        if (endpoint_stop || (n->finished && quiet_ms >= PEER_TIMEOUT_MS))
            return err_set(e, E_PEER, "'%s': the reader did not acknowledge %llu batches",
                           n->ep.spec, (unsigned long long)(n->next - n->acked));
        if (quiet_ms % RESEND_MS == 0) {
            enum error rc = resend(n, e);
            if (rc != OK) return rc;
        }
    }
    return OK;
}

static enum error send_batch(struct nng_end *n, struct batch *b, struct err *e)
{
    put_le64(b->bytes, n->next);
    b->bytes[8] = (uint8_t)n->head_len;
    b->bytes[9] = (uint8_t)(n->head_len >> 8);
    n->next++;
    enum error rc = send_bytes(n, b->bytes, b->len, e);
    if (rc == OK && !n->pubsub) take_acks(n, 0);
    return rc;
}

static void remember_head(struct nng_end *n, const struct iovec *v)
{
    const uint8_t *p = v->iov_base;
    if (!n->pubsub || n->head_len || v->iov_len < WIRE_HEAD) return;
    size_t len = (size_t)get_be16(p + 1) + WIRE_HEAD;
    if (len > v->iov_len || len > sizeof n->head) return;
    memcpy(n->head, p, len);
    n->head_len = len;
}

static enum error nng_writev(struct endpoint *ep, const struct iovec *iov, int count, struct err *e)
{
    struct nng_end *n = (struct nng_end *)ep;
    if (count > 0) remember_head(n, &iov[0]);
    size_t skip = 0;
    for (int i = 0; i < count;) {
        enum error rc = n->pubsub ? OK : wait_acks(n, WINDOW - 1, e);
        if (rc != OK) return rc;
        struct batch *b = &n->window[n->next % WINDOW];
        memcpy(b->bytes + HEADER, n->head, n->head_len);
        b->len = HEADER + n->head_len;
        size_t room = BATCH_BYTES;
        while (i < count && room > 0) { /* a batch may cut a record: the reader joins them again */
            size_t k = iov[i].iov_len - skip < room ? iov[i].iov_len - skip : room;
            memcpy(b->bytes + b->len, (const char *)iov[i].iov_base + skip, k);
            b->len += k;
            room -= k;
            skip += k;
            if (skip == iov[i].iov_len) {
                i++;
                skip = 0;
            }
        }
        if ((rc = send_batch(n, b, e)) != OK) return rc;
    }
    return OK;
}

static enum error nng_finish(struct endpoint *ep, struct err *e)
{
    struct nng_end *n = (struct nng_end *)ep;
    n->finished = true;
    if (n->pubsub) {
        sleep_ms(300); /* pub does not report completion; wait for what is queued */
        return OK;
    }
    enum error rc = wait_acks(n, 0, e);
    if (rc != OK) return rc;
    uint8_t fin[HEADER] = {0};
    put_le64(fin, FIN);
    (void)nng_send(n->data, fin, sizeof fin, NNG_FLAG_NONBLOCK);
    sleep_ms(STEP_MS);
    return OK;
}

/* ---- reading ---- */

static void send_ack(struct nng_end *n)
{
    uint8_t buf[8];
    put_le64(buf, n->next);
    if (!n->pubsub) (void)nng_send(n->ack, buf, sizeof buf, NNG_FLAG_NONBLOCK);
}

/* Is this message the next batch? Sets where its records begin. */
static bool accept_batch(struct nng_end *n)
{
    const uint8_t *p = nng_msg_body(n->msg);
    size_t len = nng_msg_len(n->msg);
    if (len < HEADER) return false;
    uint64_t number = get_le64(p);
    size_t head_len = (size_t)p[8] | (size_t)p[9] << 8;
    if (number == FIN || head_len > len - HEADER) {
        n->finished |= number == FIN;
        return false;
    }
    n->at = HEADER + head_len;
    if (!n->got_first && n->pubsub && number > 0) {
        n->at = HEADER; /* joined late: begin with the repeated head */
        n->ep.lost += number;
        n->next = number;
    }
    n->got_first = true;
    if (n->pubsub && number > n->next) {
        n->ep.lost += number - n->next;
        n->next = number;
    }
    if (number != n->next) {
        send_ack(n); /* seen before, or too early: repeat which batch is next */
        return false;
    }
    n->next++;
    return true;
}

static enum error next_message(struct nng_end *n, struct err *e)
{
    while (!endpoint_stop) {
        int rv = nng_recvmsg(n->data, &n->msg, 0);
        if (rv == NNG_ETIMEDOUT) continue;
        if (rv != 0) return failed(n, rv, E_READ, e);
        if (accept_batch(n)) return OK;
        nng_msg_free(n->msg);
        n->msg = NULL;
        if (n->finished) break;
    }
    return OK;
}

static enum error nng_read(struct endpoint *ep, void *buf, size_t cap, size_t *got, struct err *e)
{
    struct nng_end *n = (struct nng_end *)ep;
    *got = 0;
    if (!n->msg) {
        send_ack(n); /* all that was handed out before has been worked through */
        enum error rc = next_message(n, e);
        if (rc != OK || !n->msg) return rc;
    }
    size_t left = nng_msg_len(n->msg) - n->at;
    *got = left < cap ? left : cap;
    memcpy(buf, (const uint8_t *)nng_msg_body(n->msg) + n->at, *got);
    n->at += *got;
    if (n->at == nng_msg_len(n->msg)) {
        nng_msg_free(n->msg);
        n->msg = NULL;
    }
    return OK;
}

/* The reader has its eos: make sure the writer learns of it, then leave the sockets to _exit. */
static void nng_leave(struct endpoint *ep)
{
    struct nng_end *n = (struct nng_end *)ep;
    bool reader = n->window[0].bytes == NULL;
    for (int i = 0; reader && !n->pubsub && !n->finished && i < 40; i++) {
        send_ack(n);
        nng_socket_set_ms(n->data, NNG_OPT_RECVTIMEO, STEP_MS);
        nng_msg *m;
        if (nng_recvmsg(n->data, &m, 0) != 0) continue;
        n->finished = nng_msg_len(m) >= 8 && get_le64(nng_msg_body(m)) == FIN;
        nng_msg_free(m);
    }
}

static const struct endpoint_ops nng_ops = {nng_read, nng_writev, nng_finish, nng_leave};

/* ---- opening ---- */

/* The address of the acknowledgement socket. */
static enum error ack_url(const char *url, char *out, size_t cap, struct err *e)
{
    const char *colon = strrchr(url, ':');
    uint64_t port;
    if (strncmp(url, "tcp://", 6) != 0)
        return snprintf(out, cap, "%s.ack", url) < (int)cap
                   ? OK
                   : err_set(e, E_USAGE, "address too long");
    if (!colon || !parse_u64(colon + 1, strlen(colon + 1), &port) || port == 0 || port > 65534)
        return err_set(e, E_USAGE, "'%s' needs a port from 1 to 65534 (the next one is used too)",
                       url);
    return snprintf(out, cap, "%.*s:%llu", (int)(colon - url), url, (unsigned long long)port + 1) <
                   (int)cap
               ? OK
               : err_set(e, E_USAGE, "address too long");
}

static int attach(nng_socket s, const char *url, bool listen)
{
    if (listen) return nng_listen(s, url, NULL, 0);
    nng_socket_set_ms(s, NNG_OPT_RECONNMINT, 10);
    nng_socket_set_ms(s, NNG_OPT_RECONNMAXT, 500);
    return nng_dial(s, url, NULL, NNG_FLAG_NONBLOCK);
}

static int open_sockets(struct nng_end *n, bool write, const char *url, const char *ack,
                        bool listen)
{
    int rv = write ? (n->pubsub ? nng_pub0_open(&n->data) : nng_push0_open(&n->data))
                   : (n->pubsub ? nng_sub0_open(&n->data) : nng_pull0_open(&n->data));
    if (rv == 0 && !write && n->pubsub) rv = nng_socket_set(n->data, NNG_OPT_SUB_SUBSCRIBE, "", 0);
    if (rv == 0)
        rv = nng_socket_set_ms(n->data, write ? NNG_OPT_SENDTIMEO : NNG_OPT_RECVTIMEO, STEP_MS);
    if (rv == 0 && n->pubsub)
        rv = nng_socket_set_int(n->data, write ? NNG_OPT_SENDBUF : NNG_OPT_RECVBUF, 1024);
    if (rv == 0 && !write) rv = nng_socket_set_size(n->data, NNG_OPT_RECVMAXSZ, BATCH_BYTES + 4096);
    if (rv == 0) rv = attach(n->data, url, listen);
    if (rv != 0 || n->pubsub) return rv;
    rv = write ? nng_pull0_open(&n->ack) : nng_push0_open(&n->ack);
    if (rv == 0 && !write) rv = nng_socket_set_int(n->ack, NNG_OPT_SENDBUF, 64);
    return rv ? rv : attach(n->ack, ack, listen);
}

static bool reserve_window(struct nng_end *n)
{
    for (int i = 0; i < WINDOW; i++)
        if (!(n->window[i].bytes = malloc(HEADER + sizeof n->head + BATCH_BYTES))) return false;
    return true;
}

enum error nng_open(const char *spec, bool write, struct endpoint **out, struct err *e)
{
    const char *rest = strchr(spec, ':') + 1;
    bool pubsub = spec[1] == 'u' && (spec[2] == 'b'), listen = *rest == '+';
    bool writes = !strncmp(spec, "push:", 5) || !strncmp(spec, "pub:", 4);
    if (writes != write)
        return err_set(e, E_USAGE, "'%s' cannot be %s", spec,
                       write ? "written; use push: or pub:" : "read; use pull: or sub:");
    const char *url = listen ? rest + 1 : rest;
    char ack[512] = "";
    enum error rc = pubsub ? OK : ack_url(url, ack, sizeof ack, e);
    if (rc != OK) return rc;
    struct nng_end *n = calloc(1, sizeof *n);
    if (!n || (write && !reserve_window(n))) return err_set(e, E_LIMIT, "out of memory");
    n->ep = (struct endpoint){
        .ops = &nng_ops, .fd = -1, .spec = spec, .ends_with_eos = true, .lossy = pubsub && !write};
    n->pubsub = pubsub;
    nng_in_use = true;
    int rv = open_sockets(n, write, url, ack, listen);
    if (rv != 0) return failed(n, rv, E_OPEN, e);
    *out = &n->ep;
    return OK;
}
