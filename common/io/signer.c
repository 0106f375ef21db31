/* signer.c - see signer.h. */
#include "common/io/signer.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/io/sys.h"

#define ANSWER_MAX 512u /* of its body */

enum error signer_connect(const char *path, int *fd, struct err *e)
{
    enum error rc = sys_unix_connect(path, fd, e);
    return rc != E_OPEN ? rc
                        : err_set(e, E_OPEN, "no signer answers at '%s' (%s): start sluice-sign",
                                  path, strerror(errno));
}

static bool put_request(int fd, const uint8_t *p, size_t n, uint64_t timeout_ms)
{
    while (n) {
        struct pollfd f = {fd, POLLOUT, 0};
        int ready = poll(&f, 1, (int)timeout_ms);
        ssize_t k = ready > 0 ? send(fd, p, n, MSG_NOSIGNAL) : ready;
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

/* Read one frame of at most max bytes. The first read takes the whole of it as a rule. */
static bool get_answer(int fd, uint8_t *frame, size_t max, size_t *n, uint64_t timeout_ms)
{
    size_t got = 0;
    for (*n = 3; got < *n;) {
        struct pollfd f = {fd, POLLIN, 0};
        int ready = poll(&f, 1, (int)timeout_ms);
        ssize_t k = ready > 0 ? recv(fd, frame + got, max - got, 0) : ready;
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        got += (size_t)k;
        if (got >= 3) *n = 2u + load_u16(frame);
        if (*n < 3 || *n > max || got > *n) return false;
    }
    return true;
}

/* Send a request and read its answer, whose body goes to answer. */
static enum error round_trip(int fd, uint8_t kind, const uint8_t *body, size_t n, uint8_t *answer,
                             size_t *answer_n, uint8_t *status, uint64_t timeout_ms, struct err *e)
{
    uint8_t frame[SIGNER_FRAME_MAX];
    size_t len;
    if (n + 3 > sizeof frame)
        return err_set(e, E_LIMIT, "the message has %zu bytes: too long to sign", n);
    if (!put_request(fd, frame, sign_frame_write(kind, body, n, frame), timeout_ms) ||
        !get_answer(fd, frame, ANSWER_MAX + 3, &len, timeout_ms))
        return err_set(e, E_PEER, "the signer does not answer: is sluice-sign running?");
    *status = frame[2];
    *answer_n = len - 3;
    memcpy(answer, frame + 3, *answer_n);
    return OK;
}

enum error signer_sign(int fd, const uint8_t *message, size_t n, struct sig *sig,
                       uint64_t timeout_ms, struct err *e)
{
    uint8_t answer[ANSWER_MAX], status;
    size_t got;
    enum error rc = round_trip(fd, SIGNER_SIGN, message, n, answer, &got, &status, timeout_ms, e);
    if (rc != OK) return rc;
    if (status == SIGNER_OK && got == 64) {
        memcpy(sig->b, answer, 64);
        return OK;
    }
    return err_set(e, status == SIGNER_REFUSED ? E_MISMATCH : E_PEER, "the signer refuses: %.*s",
                   (int)(got < 400 ? got : 400), (const char *)answer);
}

enum error signer_status(int fd, struct signer_facts *f, uint64_t timeout_ms, struct err *e)
{
    uint8_t answer[ANSWER_MAX], status;
    size_t got;
    enum error rc = round_trip(fd, SIGNER_STATUS, NULL, 0, answer, &got, &status, timeout_ms, e);
    if (rc == OK && (status != SIGNER_OK || got != 72))
        rc = err_set(e, E_PEER, "the signer's status has another form");
    if (rc != OK) return rc;
    memcpy(f->wallet.b, answer, 32);
    memcpy(&f->max_tx, answer + 32, 40);
    return OK;
}
