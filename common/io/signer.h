/* signer.h - a client of sluice-sign's socket; sign_frame.h defines the frames. Must not: hold a
 * key. */
#ifndef SLUICE_SIGNER_H
#define SLUICE_SIGNER_H

#include "common/sol/sign_frame.h"

/* Connect to the socket at path. E_OPEN: no signer answers there; *fd is -1 then. */
enum error signer_connect(const char *path, int *fd, struct err *e);
/* Request the signature of a message of n bytes. E_MISMATCH: the policy refuses, with the rule in
 * e; E_PEER: the signer is gone or does not answer within timeout_ms. */
enum error signer_sign(int fd, const uint8_t *message, size_t n, struct sig *sig,
                       uint64_t timeout_ms, struct err *e);
/* The wallet; lamports that a transaction may spend, and that are left of this hour and day. */
struct signer_facts {
    struct key wallet;
    uint64_t max_tx, hour_left, day_left, signed_count, refused_count;
};
enum error signer_status(int fd, struct signer_facts *f, uint64_t timeout_ms, struct err *e);

#endif
