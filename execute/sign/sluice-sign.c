/* sluice-sign - holds the key and signs what the policy allows. After start it has one socket, one
 * counters file, one locked page for the key, and a dozen system calls. Must not: sign what
 * policy.c does not allow. */
#include <sodium.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/io/realtime.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "execute/sign/io/sandbox.h"
#include "execute/sign/io/sign_setup.h"

static struct sign_server server;

/* Answer until a signal ends it. What runs at exit (allocator, sanitizers) needs calls that the
 * sandbox forbids, so the process ends by exit_group; the socket file stays, and the next signer
 * replaces it. */
static enum error run_sandboxed(struct sign_server *s, const sigset_t *waiting, struct err *e)
{
    enum error rc = sandbox_enter(s->counters.fd, s->counters.sync, e);
    if (rc != OK) {
        key_file_secret_free(&s->pair);
        return rc;
    }
    sign_server_run(s, waiting);
    sodium_memzero(s->pair.bytes, s->pair.n);
    syscall(SYS_exit_group, 0);
    return OK;
}

static enum error run(const struct settings *settings, struct err *e)
{
    const struct section *own = settings_own(settings);
    sigset_t waiting;
    struct err refused;
    if (settings_operand_count(settings))
        return err_set(e, E_USAGE, "takes no operands: the key file is named by --key");
    key_file_harden();
    sign_server_init(&server);
    enum error rc = sign_setup_policy(own, &server.policy, e);
    if (rc == OK && settings_bool(own, "check")) return sign_setup_check(own, &server, e);
    if (rc == OK) rc = sign_setup_open(own, &server, e);
    if (rc != OK) return rc;
    sign_server_signals(&waiting);
    realtime_prefault(&server, sizeof server);
    if (realtime_lock_memory(&refused) != OK)
        log_line(LOG_WARNING, "%s; the key's own page is locked", refused.text);
    sign_setup_announce(&server, settings_str(own, "socket"));
    return run_sandboxed(&server, &waiting, e);
}

static const struct tool tool = {.name = "sluice-sign",
                                 .section = "sign",
                                 .purpose = "hold the key and sign what the policy allows",
                                 .operands = "",
                                 .run = run};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
