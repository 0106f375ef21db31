/* sign_server.c - see sign_server.h. */
#include "execute/sign/io/sign_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/io/signer.h"
#include "common/io/sys.h"

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
    (void)sig;
    stop = 1;
}

/* ---- answers ---- */

/* An answer fits the socket's buffer; a client that does not read its answers is dropped. */
static bool answer(struct sign_client *c, uint8_t status, const void *body, size_t n)
{
    uint8_t frame[600];
    size_t len = sign_frame_write(status, body, n, frame);
    return write(c->fd, frame, len) == (ssize_t)len;
}

/* Warn once per outage. A fixed text and write(2): stdio and strerror may allocate, and the sandbox
 * ends a process that asks for memory. */
static void report_unsaved(struct sign_server *s)
{
    static const char text[] =
        "sluice-sign: error: unable to write the counters file: nothing is signed until it can be "
        "written; free space on its disk\n";
    if (s->reported) return;
    s->reported = write(STDERR_FILENO, text, sizeof text - 1) > 0;
}

/* Count a message and write the counts before its signature leaves. Counts that cannot be written
 * stay counted in memory, and the next request writes them first. */
static bool count(struct sign_server *s, uint64_t now, uint64_t worth, char why[200])
{
    s->unsaved |= policy_count(&s->state, &s->message, now, worth);
    int bad = s->unsaved ? counter_file_save(&s->counters, &s->state.counts) : 0;
    s->unsaved = bad != 0;
    if (!bad) {
        s->reported = false;
        return true;
    }
    const char *text = strerrordesc_np(bad); /* constant texts, without locale or allocation */
    snprintf(why, 200, "counters: unable to write the counters file (%s): nothing is signed",
             text ? text : "unknown error");
    report_unsaved(s);
    return false;
}

static bool permits(struct sign_server *s, const uint8_t *bytes, size_t n, char why[200])
{
    uint64_t worth, now = counter_file_now(&s->counters);
    const char *bad = message_read(bytes, n, &s->message);
    if (bad) {
        snprintf(why, 200, "form: %s", bad);
        return false;
    }
    return policy_check(&s->policy, &s->state, &s->message, now, &worth, why) &&
           count(s, now, worth, why);
}

static bool answer_sign(struct sign_server *s, struct sign_client *c, const uint8_t *bytes,
                        size_t n)
{
    char why[200];
    uint8_t sig[64];
    if (!permits(s, bytes, n, why)) {
        s->state.refused_count++;
        return answer(c, SIGNER_REFUSED, why, strlen(why));
    }
    crypto_sign_detached(sig, NULL, bytes, n, s->pair.bytes);
    sodium_stackzero(SIGN_SERVER_STACK);
    s->state.signed_count++;
    return answer(c, SIGNER_OK, sig, sizeof sig);
}

static bool answer_status(struct sign_server *s, struct sign_client *c)
{
    uint64_t now = counter_file_now(&s->counters),
             facts[5] = {
                 s->policy.max_tx,
                 sub_sat_u64(s->policy.max_hour, policy_spent(&s->state, now, 60)),
                 sub_sat_u64(s->policy.max_day, policy_spent(&s->state, now, POLICY_MINUTES)),
                 s->state.signed_count, s->state.refused_count};
    uint8_t body[72];
    memcpy(body, s->policy.wallet.b, 32);
    memcpy(body + 32, facts, 40);
    return answer(c, SIGNER_OK, body, sizeof body);
}

/* ---- clients ---- */

/* Handle one whole frame; false drops the client. */
static bool handle(struct sign_server *s, struct sign_client *c, uint8_t kind, const uint8_t *body,
                   size_t n)
{
    switch (kind) {
    case SIGNER_SIGN: return answer_sign(s, c, body, n);
    case SIGNER_STATUS: return answer_status(s, c);
    case SIGNER_LOCK: stop = 1; return answer(c, SIGNER_OK, "", 0);
    default: return answer(c, SIGNER_BAD, "unknown request", 15) && false;
    }
}

static bool read_client(struct sign_server *s, struct sign_client *c)
{
    size_t room, n;
    uint8_t kind, *to = sign_frame_room(&c->in, &room);
    const uint8_t *body;
    ssize_t got = read(c->fd, to, room);
    if (got <= 0) return got < 0 && (errno == EINTR || errno == EAGAIN);
    sign_frame_got(&c->in, (size_t)got);
    enum sign_frame f;
    while ((f = sign_frame_next(&c->in, &kind, &body, &n)) == SIGN_FRAME_WHOLE) {
        if (!handle(s, c, kind, body, n)) return false;
        sign_frame_drop(&c->in);
    }
    return f == SIGN_FRAME_PART;
}

static void accept_clients(struct sign_server *s)
{
    int fd;
    while ((fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        size_t i = 0;
        while (i < SIGN_SERVER_CLIENTS && s->client[i].fd >= 0) i++;
        if (i == SIGN_SERVER_CLIENTS) {
            close(fd);
            continue;
        }
        s->client[i].fd = fd;
        s->client[i].in.n = 0;
    }
}

static void serve_clients(struct sign_server *s, const struct pollfd *f)
{
    for (size_t i = 0; i < SIGN_SERVER_CLIENTS && !stop; i++) {
        struct sign_client *c = &s->client[i];
        if (c->fd < 0 || f[i].fd != c->fd || !f[i].revents || read_client(s, c)) continue;
        close(c->fd);
        c->fd = -1;
    }
}

void sign_server_run(struct sign_server *s, const sigset_t *waiting)
{
    while (!stop) {
        struct pollfd f[SIGN_SERVER_CLIENTS + 1] = {{s->listener, POLLIN, 0}};
        for (size_t i = 0; i < SIGN_SERVER_CLIENTS; i++)
            f[i + 1] = (struct pollfd){s->client[i].fd, POLLIN, 0};
        if (ppoll(f, COUNT_OF(f), NULL, waiting) < 0) {
            if (errno == EINTR) continue;
            break;
        }
        serve_clients(s, f + 1);
        if (f[0].revents) accept_clients(s);
    }
}

/* ---- start ---- */

void sign_server_init(struct sign_server *s)
{
    for (size_t i = 0; i < SIGN_SERVER_CLIENTS; i++) s->client[i].fd = -1;
}

void sign_server_signals(sigset_t *waiting)
{
    sigset_t ends;
    const struct sigaction act = {.sa_handler = on_signal};
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, waiting);
    sigdelset(waiting, SIGTERM);
    sigdelset(waiting, SIGINT);
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
}

/* The path is free, or a socket that no signer answers on, which is then removed. */
static enum error free_path(const char *path, struct err *e)
{
    int other;
    struct err quiet;
    struct stat st;
    if (signer_connect(path, &other, &quiet) == OK) {
        close(other);
        return err_set(e, E_OPEN, "another signer answers at '%s': stop it, or name another socket",
                       path);
    }
    if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
        return err_set(e, E_OPEN, "'%s' exists and is not a socket: name another path", path);
    unlink(path);
    return OK;
}

enum error sign_server_listen(const char *path, int *out, struct err *e)
{
    enum error rc = free_path(path, e);
    if (rc != OK) return rc;
    mode_t was = umask(0177);
    rc = sys_unix_listen(path, 64, out, e);
    umask(was);
    if (rc == OK && fcntl(*out, F_SETFL, O_NONBLOCK) != 0)
        rc = err_set(e, E_OPEN, "unable to listen at '%s': %s", path, strerror(errno));
    return rc;
}
