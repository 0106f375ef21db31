/* sluice-sign - holds the key and signs what the policy allows. After start: one socket, one file
 * of counters, one locked page, a handful of system calls. Must not: open, connect, fork, allocate
 * or print once the sandbox is entered; sign what policy.c does not allow. */
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
#include <unistd.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/run/log.h"
#include "common/run/main.h"
#include "common/run/stage.h"
#include "execute/sign/io/counter_file.h"
#include "execute/sign/io/key_file.h"
#include "execute/sign/io/policy_view.h"
#include "execute/sign/io/sandbox.h"
#include "common/io/signer.h"
#include "execute/sign/policy.h"

#define CLIENTS    8u
#define STACK_USED 32768u /* more than signing and unlocking use; wiped after each */

struct client {
    int fd;
    struct sign_frame_reader in;
};
struct signer {
    struct policy policy;
    struct policy_state state;
    struct counter_file counters;
    bool unsaved; /* something is counted that is not in the file yet */
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

/* ---- answering ---- */

static bool answer(struct client *c, uint8_t status, const void *body, size_t n)
{
    uint8_t frame[600];
    size_t len = sign_frame_write(status, body, n, frame);
    return write(c->fd, frame, len) ==
           (ssize_t)len; /* small: it fits the socket's buffer, or the client is not reading */
}

/* Count it, and see it in the file, before anybody gets a signature. What could not be written
 * stays counted, and unsaved. */
static bool count(struct signer *s, uint64_t now, uint64_t worth)
{
    s->unsaved |= policy_count(&s->state, &s->message, now, worth);
    if (s->unsaved) s->unsaved = !counter_file_save(&s->counters, &s->state.counts);
    return !s->unsaved;
}

static bool answer_sign(struct signer *s, struct client *c, const uint8_t *bytes, size_t n)
{
    char why[200];
    uint64_t worth, now = counter_file_now(&s->counters);
    uint8_t sig[64];
    const char *bad = message_read(bytes, n, &s->message);
    bool good = !bad && policy_check(&s->policy, &s->state, &s->message, now, &worth, why);
    if (bad)
        snprintf(why, sizeof why, "form: %s", bad);
    else if (good && !(good = count(s, now, worth)))
        snprintf(why, sizeof why, "counters: their file cannot be written, so nothing is signed");
    if (!good) {
        s->state.refused_count++;
        return answer(c, SIGNER_REFUSED, why, strlen(why));
    }
    crypto_sign_detached(sig, NULL, bytes, n, s->pair.bytes);
    sodium_stackzero(STACK_USED);
    s->state.signed_count++;
    return answer(c, SIGNER_OK, sig, sizeof sig);
}

/* The way of a signature, which is not given: nothing is counted, and nobody's key signs. */
static void rehearse(struct signer *s, const uint8_t *bytes, size_t n)
{
    static const uint8_t nobody[64];
    uint8_t sig[64];
    char why[200];
    uint64_t worth;
    if (!message_read(bytes, n, &s->message))
        (void)policy_check(&s->policy, &s->state, &s->message, counter_file_now(&s->counters),
                           &worth, why);
    counter_file_ready(&s->counters, &s->state.counts);
    (void)*(volatile const uint8_t *)s->pair.bytes;
    crypto_sign_detached(sig, NULL, bytes, n, nobody);
    sodium_stackzero(STACK_USED);
}

static bool answers_status(struct signer *s, struct client *c)
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

/* A whole frame; false ends the client. */
static bool serve(struct signer *s, struct client *c, uint8_t kind, const uint8_t *body, size_t n)
{
    switch (kind) {
    case SIGNER_SIGN: return answer_sign(s, c, body, n);
    case SIGNER_STATUS: return answers_status(s, c);
    case SIGNER_REHEARSE: rehearse(s, body, n); return true;
    case SIGNER_LOCK: stop = 1; return answer(c, SIGNER_OK, "", 0);
    default: return answer(c, SIGNER_BAD, "unknown request", 15) && false;
    }
}

static bool read_client(struct signer *s, struct client *c)
{
    size_t room, n;
    uint8_t kind, *to = sign_frame_room(&c->in, &room);
    const uint8_t *body;
    ssize_t got = read(c->fd, to, room);
    if (got <= 0) return got < 0 && (errno == EINTR || errno == EAGAIN);
    sign_frame_got(&c->in, (size_t)got);
    enum sign_frame f;
    while ((f = sign_frame_next(&c->in, &kind, &body, &n)) == SIGN_FRAME_WHOLE) {
        if (!serve(s, c, kind, body, n)) return false;
        sign_frame_drop(&c->in);
    }
    return f == SIGN_FRAME_PART;
}

static void take_client(struct signer *s)
{
    int fd;
    while ((fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        size_t i = 0;
        while (i < CLIENTS && s->client[i].fd >= 0) i++;
        if (i == CLIENTS)
            close(fd);
        else {
            s->client[i].fd = fd;
            s->client[i].in.n = 0;
        }
    }
}

/* Signals come only while it waits: none is missed that came just before. */
static void loop(struct signer *s, const sigset_t *waiting)
{
    while (!stop) {
        struct pollfd f[CLIENTS + 1] = {{s->listener, POLLIN, 0}};
        for (size_t i = 0; i < CLIENTS; i++) f[i + 1] = (struct pollfd){s->client[i].fd, POLLIN, 0};
        if (ppoll(f, CLIENTS + 1, NULL, waiting) < 0 && errno != EINTR) break;
        for (size_t i = 0; i < CLIENTS && !stop; i++) {
            struct client *c = &s->client[i];
            if (c->fd < 0 || f[i + 1].fd != c->fd || !f[i + 1].revents || read_client(s, c))
                continue;
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
    if (strlen(path) >= sizeof a.sun_path)
        return err_set(e, E_CONFIG, "socket wants a path of at most %zu characters",
                       sizeof a.sun_path - 1);
    memcpy(a.sun_path, path, strlen(path) + 1);
    int fd, there;
    struct err quiet;
    if (signer_connect(path, &there, &quiet) == OK) {
        close(there);
        return err_set(e, E_OPEN, "another signer answers at '%s'", path);
    }
    struct stat st;
    if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
        return err_set(e, E_OPEN, "'%s' is there already and is not a socket: name another path",
                       path);
    unlink(path); /* of one that died */
    mode_t was = umask(0177);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool good = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 64) == 0;
    umask(was);
    if (!good) {
        int why = errno;
        if (fd >= 0) close(fd);
        return err_set(e, E_OPEN, "unable to listen at '%s': %s", path,
                       why == ENOENT ? "its folder is not there" : strerror(why));
    }
    *out = fd;
    return OK;
}

static enum error policy_from(const struct section *own, struct policy *p, struct err *e)
{
    char list[4096], *rest = list;
    p->max_tx = settings_lamports(own, "max-transaction-sol");
    p->max_hour = settings_lamports(own, "max-hour-sol");
    p->max_day = settings_lamports(own, "max-day-sol");
    p->max_tip = settings_lamports(own, "max-tip-sol");
    p->max_priority = settings_lamports(own, "max-priority-sol");
    snprintf(list, sizeof list, "%s", settings_str(own, "destination"));
    for (char *item; (item = strsep(&rest, "\n,"));) {
        if (!*item) continue;
        if (p->destinations == POLICY_DESTINATIONS)
            return err_set(e, E_CONFIG, "%s: at most %u destinations",
                           settings_origin(own, "destination"), POLICY_DESTINATIONS);
        if (!base58_decode(item, strlen(item), p->destination[p->destinations++].b, 32))
            return err_set(e, E_CONFIG, "%s: '%.50s' is no address",
                           settings_origin(own, "destination"), item);
    }
    return policy_choose(p, settings_str(own, "allow"), settings_str(own, "deny"), e);
}

static void announce(const struct signer *s, const char *path)
{
    char text[66], amount[5][48];
    uint64_t now = counter_file_now(&s->counters);
    const uint64_t value[5] = {
        s->policy.max_tx, s->policy.max_hour, s->policy.max_day,
        sub_sat_u64(s->policy.max_hour, policy_spent(&s->state, now, 60)),
        sub_sat_u64(s->policy.max_day, policy_spent(&s->state, now, POLICY_MINUTES))};
    base58_encode(s->policy.wallet.b, 32, text);
    for (size_t i = 0; i < COUNT_OF(value); i++)
        format_decimal(clamp_i64_from_u64(value[i]), 9, amount[i]);
    fprintf(stderr,
            "sluice-sign: wallet %s\nsluice-sign: at most %s SOL a transaction, %s SOL an hour, %s "
            "SOL a day\n",
            text, amount[0], amount[1], amount[2]);
    if (s->counters.fd < 0)
        log_line(LOG_WARNING, "no counters file is named: the limits of the hour and the day start "
                              "anew whenever the signer does");
    else
        fprintf(stderr, "sluice-sign: %s SOL are left of this hour, %s SOL of this day\n",
                amount[3], amount[4]);
    fprintf(stderr, "sluice-sign: answering at %s\n", path);
}

/* The counts of this wallet so far, from the file where one is named. */
static enum error take_counters(const struct section *own, struct signer *s, struct err *e)
{
    const char *path = settings_str(own, "counters");
    bool fresh = settings_bool(own, "counters-new");
    policy_init(&s->state, &s->policy);
    counter_file_none(&s->counters, &s->policy.wallet);
    if (!*path)
        return fresh || settings_bool(own, "counters-sync")
                   ? err_set(e, E_CONFIG,
                             "counters-new and counters-sync want a file: set counters in [sign], "
                             "or --counters")
                   : OK;
    enum error rc = fresh ? counter_file_make(path, &s->policy.wallet, e) : OK;
    if (rc == OK)
        rc = counter_file_open(&s->counters, path, &s->policy.wallet,
                               settings_bool(own, "counters-sync"), e);
    if (rc == OK) s->state.counts = s->counters.c.counts;
    return rc;
}

static enum error unlock(const struct section *own, struct signer *s, struct err *e)
{
    struct secret p = {0};
    enum error rc =
        password_read(settings_str(own, "password-fd"), settings_str(own, "password-credential"),
                      "password", false, &p, e);
    if (rc == OK) rc = key_file_unlock(settings_str(own, "key"), &p, &s->pair, e);
    key_file_secret_free(&p);
    sodium_stackzero(STACK_USED);
    if (rc == OK && sodium_memcmp(s->pair.bytes + 32, s->policy.wallet.b, 32) != 0)
        rc = err_set(e, E_KEY, "'%s' was replaced by the key of another wallet just now",
                     settings_str(own, "key"));
    return rc;
}

static enum error check(const struct section *own, struct signer *s, struct err *e)
{
    struct key_file_facts f;
    const char *counters = settings_str(own, "counters");
    bool counted = *counters && *settings_str(own, "key");
    enum error rc = *settings_str(own, "key") ? key_file_show(settings_str(own, "key"), &f, e) : OK;
    if (rc == OK && *settings_str(own, "key")) s->policy.wallet = f.wallet;
    policy_init(&s->state, &s->policy);
    if (rc == OK && counted &&
        (rc = counter_file_look(&s->counters, counters, &s->policy.wallet, e)) == OK)
        s->state.counts = s->counters.c.counts;
    if (rc == OK)
        policy_view_print(stdout, &s->policy, counted ? &s->state : NULL,
                          counted ? counter_file_now(&s->counters) : 0, counters);
    return rc;
}

/* Everything that can be wrong without the password is told before it is asked for. */
static enum error prepare(const struct section *own, struct signer *s, struct err *e)
{
    struct key_file_facts f;
    if (!*settings_str(own, "key"))
        return err_set(e, E_CONFIG, "which key: set key in [sign], or --key");
    if (!*settings_str(own, "socket"))
        return err_set(e, E_CONFIG, "where to answer: set socket in [sign], or --socket");
    enum error rc = key_file_show(settings_str(own, "key"), &f, e);
    if (rc == OK) {
        s->policy.wallet = f.wallet;
        rc = take_counters(own, s, e);
    }
    if (rc == OK) rc = listen_at(settings_str(own, "socket"), &s->listener, e);
    if (rc == OK && (rc = unlock(own, s, e)) != OK) unlink(settings_str(own, "socket"));
    return rc;
}

static enum error run(const struct settings *settings, struct err *e)
{
    const struct section *own = settings_own(settings);
    struct signer *s = &signer;
    if (settings_operand_count(settings))
        return err_set(e, E_USAGE, "takes no operands: the key file is named by --key");
    key_file_harden();
    for (size_t i = 0; i < CLIENTS; i++) s->client[i].fd = -1;
    enum error rc = policy_from(own, &s->policy, e);
    if (rc == OK && settings_bool(own, "check")) return check(own, s, e);
    if (rc == OK) rc = prepare(own, s, e);
    if (rc != OK) return rc;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigset_t ends, waiting;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, &waiting);
    sigdelset(&waiting, SIGTERM);
    sigdelset(&waiting, SIGINT);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
    if (mlockall(MCL_CURRENT) != 0)
        log_line(LOG_WARNING, "not all memory could be locked (%s); the key's page is",
                 strerror(errno));
    announce(s, settings_str(own, "socket"));
    rc = sandbox_enter(s->counters.sync, e);
    if (rc != OK) {
        key_file_secret_free(&s->pair);
        return rc;
    }
    loop(s, &waiting);
    sodium_memzero(s->pair.bytes, s->pair.n);
    syscall(SYS_exit_group, 0); /* nothing that runs at exit is allowed any more; the socket file
                                   stays and is taken over by the next */
    return OK;
}

static const struct tool tool = {.name = "sluice-sign",
                                 .section = "sign",
                                 .purpose = "hold the key, sign what the policy allows",
                                 .operands = "",
                                 .run = run};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
