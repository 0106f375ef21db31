/* sluice-sign - holds the key and signs what the policy allows. After start: one socket, one locked page, a handful of system calls.
 * Must not: open, connect, fork, allocate or print once the sandbox is entered; sign what policy.c does not allow. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/run/main_common.h"
#include "common/run/stage.h"
#include "execute/io/keyfile.h"
#include "execute/io/sandbox.h"
#include "execute/io/signer.h"
#include "execute/policy.h"

#define CLIENTS 8u

struct client { int fd; size_t n; uint8_t frame[SIGNER_FRAME_MAX]; };
struct signer {
    struct policy policy;
    struct policy_state state;
    struct secret pair;
    int listener;
    struct client client[CLIENTS];
    struct tx_message message;
};
static struct signer signer;
static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
    (void)sig;
    stop = 1;
}

static uint64_t now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (uint64_t)t.tv_sec;
}

/* ---- answering ---- */

static bool answer(struct client *c, uint8_t status, const void *body, size_t n)
{
    uint8_t frame[600];
    uint16_t len = (uint16_t)(n + 1);
    memcpy(frame, &len, 2), frame[2] = status, memcpy(frame + 3, body, n);
    return write(c->fd, frame, n + 3) == (ssize_t)(n + 3); /* small: it fits the socket's buffer, or the client is not reading */
}

static bool answer_sign(struct signer *s, struct client *c, const uint8_t *bytes, size_t n)
{
    char why[200];
    uint64_t worth, now = now_s();
    uint8_t sig[64];
    const char *bad = message_read(bytes, n, &s->message);
    if (bad) snprintf(why, sizeof why, "form: %s", bad);
    if (bad || !policy_check(&s->policy, &s->state, &s->message, now, &worth, why)) {
        s->state.refused_count++;
        return answer(c, SIGNER_REFUSED, why, strlen(why));
    }
    crypto_sign_detached(sig, NULL, bytes, n, s->pair.bytes);
    policy_count(&s->state, &s->message, now, worth);
    s->state.signed_count++;
    return answer(c, SIGNER_OK, sig, sizeof sig);
}

static bool answer_status(struct signer *s, struct client *c)
{
    uint64_t now = now_s(), facts[5] = {s->policy.max_tx, sub_sat_u64(s->policy.max_hour, policy_spent(&s->state, now, 60)), sub_sat_u64(s->policy.max_day, policy_spent(&s->state, now, POLICY_MINUTES)), s->state.signed_count, s->state.refused_count};
    uint8_t body[72];
    memcpy(body, s->policy.wallet.b, 32), memcpy(body + 32, facts, 40);
    return answer(c, SIGNER_OK, body, sizeof body);
}

/* A whole frame; false ends the client. */
static bool serve(struct signer *s, struct client *c, size_t len)
{
    switch (c->frame[2]) {
    case SIGNER_SIGN: return answer_sign(s, c, c->frame + 3, len - 1);
    case SIGNER_STATUS: return answer_status(s, c);
    case SIGNER_LOCK:
        stop = 1;
        return answer(c, SIGNER_OK, "", 0);
    default: return answer(c, SIGNER_BAD, "unknown request", 15) && false;
    }
}

static bool read_client(struct signer *s, struct client *c)
{
    ssize_t got = read(c->fd, c->frame + c->n, sizeof c->frame - c->n);
    if (got <= 0) return got < 0 && (errno == EINTR || errno == EAGAIN);
    c->n += (size_t)got;
    while (c->n >= 2) {
        uint16_t len;
        memcpy(&len, c->frame, 2);
        if (len < 1 || len + 2u > sizeof c->frame) return false;
        if (c->n < len + 2u) return true;
        if (!serve(s, c, len)) return false;
        c->n -= len + 2u;
        memmove(c->frame, c->frame + len + 2, c->n);
    }
    return true;
}

static void take_client(struct signer *s)
{
    int fd;
    while ((fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        size_t i = 0;
        while (i < CLIENTS && s->client[i].fd >= 0) i++;
        if (i == CLIENTS) close(fd);
        else s->client[i].fd = fd, s->client[i].n = 0;
    }
}

static void loop(struct signer *s)
{
    while (!stop) {
        struct pollfd f[CLIENTS + 1] = {{s->listener, POLLIN, 0}};
        for (size_t i = 0; i < CLIENTS; i++) f[i + 1] = (struct pollfd){s->client[i].fd, POLLIN, 0};
        if (poll(f, CLIENTS + 1, -1) < 0 && errno != EINTR) break;
        for (size_t i = 0; i < CLIENTS && !stop; i++) {
            struct client *c = &s->client[i];
            if (c->fd < 0 || f[i + 1].fd != c->fd || !f[i + 1].revents || read_client(s, c)) continue;
            close(c->fd);
            c->fd = -1;
        }
        if (f[0].revents) take_client(s);
    }
}

/* ---- start ---- */

static enum error listen_at(const char *path, int *out, struct err *e)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (!*path || strlen(path) >= sizeof a.sun_path) return err_set(e, E_CONFIG, "socket wants a path of at most %zu characters", sizeof a.sun_path - 1);
    memcpy(a.sun_path, path, strlen(path) + 1);
    int fd, there;
    struct err quiet;
    if (signer_connect(path, &there, &quiet) == OK) { close(there); return err_set(e, E_OPEN, "another signer answers at '%s'", path); }
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode)) unlink(path); /* of one that died */
    mode_t was = umask(0177);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool good = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 64) == 0;
    umask(was);
    if (!good) { int why = errno; if (fd >= 0) close(fd); return err_set(e, E_OPEN, "unable to listen at '%s': %s", path, strerror(why)); }
    *out = fd;
    return OK;
}

static enum error policy_from(const struct section *own, struct policy *p, struct err *e)
{
    char list[4096], *rest = list;
    p->max_tx = get_lamports(own, "max-transaction-sol"), p->max_hour = get_lamports(own, "max-hour-sol"), p->max_day = get_lamports(own, "max-day-sol");
    p->max_tip = get_lamports(own, "max-tip-sol"), p->max_priority = get_lamports(own, "max-priority-sol");
    snprintf(list, sizeof list, "%s", get_str(own, "destination"));
    for (char *item; (item = strsep(&rest, "\n,"));) {
        if (!*item) continue;
        if (p->destinations == POLICY_DESTINATIONS) return err_set(e, E_CONFIG, "%s: at most %u destinations", origin_of(own, "destination"), POLICY_DESTINATIONS);
        if (!base58_decode(item, strlen(item), p->destination[p->destinations++].b, 32)) return err_set(e, E_CONFIG, "%s: '%.50s' is no address", origin_of(own, "destination"), item);
    }
    policy_defaults(p);
    return OK;
}

static void announce(const struct signer *s, const char *path)
{
    char text[66], tx[48], hour[48], day[48];
    base58_encode(s->policy.wallet.b, 32, text);
    format_decimal((int64_t)s->policy.max_tx, 9, tx), format_decimal((int64_t)s->policy.max_hour, 9, hour), format_decimal((int64_t)s->policy.max_day, 9, day);
    fprintf(stderr, "sluice-sign: wallet %s\nsluice-sign: at most %s SOL a transaction, %s SOL an hour, %s SOL a day\nsluice-sign: answering at %s\n", text, tx, hour, day, path);
}

static enum error unlock(const struct section *own, struct signer *s, struct err *e)
{
    const char *path = get_str(own, "key");
    struct secret p = {0};
    struct keyfile_facts f;
    if (!*path) return err_set(e, E_CONFIG, "which key: set key in [sign], or --key");
    enum error rc = keyfile_show(path, &f, e);
    if (rc == OK) rc = password_read(get_str(own, "password-fd"), get_str(own, "password-credential"), "password", false, &p, e);
    if (rc == OK) rc = keyfile_unlock(path, &p, &s->pair, e);
    secret_free(&p);
    if (rc == OK) s->policy.wallet = f.wallet, policy_init(&s->state, &s->policy);
    return rc;
}

static enum error run(const struct settings *settings, struct err *e)
{
    const struct section *own = settings_own(settings);
    struct signer *s = &signer;
    if (settings_operand_count(settings)) return err_set(e, E_USAGE, "takes no operands");
    keyfile_harden();
    for (size_t i = 0; i < CLIENTS; i++) s->client[i].fd = -1;
    enum error rc = policy_from(own, &s->policy, e);
    if (rc == OK) rc = listen_at(get_str(own, "socket"), &s->listener, e);
    if (rc == OK && (rc = unlock(own, s, e)) != OK) unlink(get_str(own, "socket"));
    if (rc != OK) return rc;
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
    if (mlockall(MCL_CURRENT) != 0) log_line(LOG_WARNING, "not all memory could be locked (%s); the key's page is", strerror(errno));
    announce(s, get_str(own, "socket"));
    rc = sandbox_enter(e);
    if (rc != OK) { secret_free(&s->pair); return rc; }
    loop(s);
    sodium_memzero(s->pair.bytes, s->pair.n);
    syscall(SYS_exit_group, 0); /* nothing that runs at exit is allowed any more; the socket file stays and is taken over by the next */
    return OK;
}

static const struct tool tool = {.name = "sluice-sign", .section = "sign", .purpose = "hold the key, sign what the policy allows", .operands = "", .run = run};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
