/* sign_server.h - the signer at work: answers requests on a Unix socket with what the policy
 * allows. Must not: open, connect, fork, allocate or print in sign_server_run, which runs in the
 * sandbox (one fixed line to standard error when counts cannot be written is the exception). */
#ifndef SLUICE_SIGN_SERVER_H
#define SLUICE_SIGN_SERVER_H

#include <signal.h>

#include "common/sol/sign_frame.h"
#include "execute/sign/io/counter_file.h"
#include "execute/sign/io/key_file.h"
#include "execute/sign/policy.h"

#define SIGN_SERVER_CLIENTS 8u
#define SIGN_SERVER_STACK   32768u /* more than signing and unlocking use; wiped after each */

struct sign_client {
    int fd; /* -1: free */
    struct sign_frame_reader in;
};
struct sign_server {
    struct policy policy;
    struct policy_state state;
    struct counter_file counters;
    bool unsaved;  /* the state counts something that is not in the file yet */
    bool reported; /* a message reported that counts cannot be written */
    struct secret pair;
    int listener;
    struct sign_client client[SIGN_SERVER_CLIENTS];
    struct tx_message message;
};

/* Mark all client places free. */
void sign_server_init(struct sign_server *s);
/* Listen on a new socket of mode 0600 at path; the socket file of a signer that died is replaced.
 * E_OPEN: another signer answers there, the path is another file, or it cannot be created. */
enum error sign_server_listen(const char *path, int *fd, struct err *e);
/* Block SIGTERM and SIGINT except while the server waits, so that none is missed; *waiting is the
 * mask to wait with. A write to a closed socket or over a file limit becomes an error. */
void sign_server_signals(sigset_t *waiting);
/* Answer until SIGTERM, SIGINT or a request to lock. */
void sign_server_run(struct sign_server *s, const sigset_t *waiting);

#endif
