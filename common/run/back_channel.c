/* back_channel.c - see back_channel.h. */
#include "common/run/back_channel.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Read the available bytes, without waiting. */
static enum error take_in(struct back_channel *b, struct err *e)
{
    if (b->start > 0) {
        memmove(b->buf, b->buf + b->start, b->end - b->start);
        b->end -= b->start;
        b->start = 0;
    }
    while (b->end < BACK_CHANNEL_BYTES) {
        ssize_t n = read(b->ep->fd, b->buf + b->end, BACK_CHANNEL_BYTES - b->end);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return OK;
        if (n < 0)
            return err_set(e, E_READ, "unable to read the back channel: %s", strerror(errno));
        if (n == 0) {
            b->eof = true;
            return OK;
        }
        b->end += (size_t)n;
    }
    b->idle.fd = -1; /* until some of it is used */
    return b->log ? OK
                  : err_set(e, E_LIMIT, "the back channel holds more than %u bytes",
                            BACK_CHANNEL_BYTES);
}

static enum error on_ready(struct endpoint_idle *self, struct err *e)
{
    struct back_channel *b = (struct back_channel *)self;
    struct pollfd p = {.fd = b->ep->fd, .events = POLLIN};
    if (b->eof || poll(&p, 1, 0) <= 0) return OK;
    if (p.revents & POLLIN) return take_in(b, e);
    self->fd = -1; /* hung up: wait_more() returns the error */
    b->eof = true;
    return OK;
}

/* Truncate the partial record that a killed writer left at the end of the log. */
static enum error cut_torn(struct endpoint *ep, struct err *e)
{
    static uint8_t buf[2 * RECORD_MAX + 4096];
    struct record_view v;
    off_t good = 0;
    for (ssize_t n; (n = pread(ep->fd, buf, sizeof buf, good)) > 0;) {
        size_t at = 0;
        enum frame_result fr;
        while ((fr = frame_next(buf + at, (size_t)n - at, &v)) == FRAME_OK) at += v.wire_len;
        if (fr == FRAME_BAD)
            return err_set(e, E_CORRUPT, "'%s' is damaged at byte %lld", ep->spec,
                           (long long)good + (long long)at);
        if (at == 0) break;
        good += (off_t)at;
    }
    return ftruncate(ep->fd, good) == 0
               ? OK
               : err_set(e, E_WRITE, "unable to cut the torn end of '%s': %s", ep->spec,
                         strerror(errno));
}

enum error back_channel_open(struct back_channel *b, const char *spec, bool write, struct err *e)
{
    memset(b, 0, sizeof *b);
    enum error rc = endpoint_open_back(spec, write, &b->ep, e);
    b->log = strncmp(spec, LOG_PREFIX, 4) == 0;
    if (rc == OK && write && b->log) return cut_torn(b->ep, e);
    if (rc != OK || write) return rc;
    b->buf = malloc(BACK_CHANNEL_BYTES);
    if (!b->buf) return err_set(e, E_LIMIT, "out of memory");
    b->idle = (struct endpoint_idle){.fd = b->ep->fd, .ready = on_ready};
    return OK;
}

static enum error wait_more(struct back_channel *b, int out_fd, struct err *e)
{
    struct pollfd p[2] = {{.fd = b->ep->fd, .events = POLLIN}, {.fd = out_fd, .events = 0}};
    if (b->eof)
        return err_set(e, E_PEER,
                       "'%s': the writer closed the back channel while orders were in flight",
                       b->ep->spec);
    if (poll(p, 2, 1000) < 0 && errno != EINTR)
        return err_set(e, E_READ, "unable to wait for the back channel: %s", strerror(errno));
    if (p[0].revents & POLLIN) return take_in(b, e);
    if (p[1].revents & (POLLERR | POLLHUP))
        return err_set(e, E_PIPE, "the reader of the output closed it while orders were in flight");
    if (p[0].revents & (POLLHUP | POLLERR)) b->eof = true;
    if (endpoint_stop) return err_set(e, E_PEER, "stopped while orders were in flight");
    return OK;
}

enum error back_channel_next(struct back_channel *b, int out_fd, struct record_view *v,
                             struct err *e)
{
    for (;;) {
        enum frame_result fr = frame_next(b->buf + b->start, b->end - b->start, v);
        if (fr == FRAME_BAD)
            return err_set(e, E_PEER, "'%s' contains bytes that are not a record", b->ep->spec);
        if (fr == FRAME_OK) {
            b->start += v->wire_len;
            if (!b->eof) b->idle.fd = b->ep->fd;
            return OK;
        }
        enum error rc = wait_more(b, out_fd, e);
        if (rc != OK) return rc;
    }
}

enum error back_channel_poll(struct back_channel *b, struct record_view *v, bool *got,
                             struct err *e)
{
    enum frame_result fr = frame_next(b->buf + b->start, b->end - b->start, v);
    if (fr != FRAME_OK && fr != FRAME_BAD) {
        enum error rc = on_ready(&b->idle, e);
        if (rc != OK) return rc;
        fr = frame_next(b->buf + b->start, b->end - b->start, v);
    }
    if (fr == FRAME_BAD)
        return err_set(e, E_PEER, "'%s' contains bytes that are not a record", b->ep->spec);
    *got = fr == FRAME_OK;
    if (*got) b->start += v->wire_len;
    return OK;
}

enum error back_channel_write(struct back_channel *b, struct out *o, struct err *e)
{
    struct iovec v = {o->report_buf, o->report_len};
    o->report_len = 0;
    return endpoint_writev(b->ep, &v, 1, e);
}

void back_channel_close(struct back_channel *b)
{
    if (b->ep) endpoint_close(b->ep);
    free(b->buf);
    memset(b, 0, sizeof *b);
}
