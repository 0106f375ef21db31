/* signer.h - the asking side of sluice-sign's socket; signframe.h has the words. Must not: hold a
 * key. */
#ifndef SLUICE_SIGNER_H
#define SLUICE_SIGNER_H

#include "common/sol/sign_frame.h"

/* Connect; E_OPEN with the path. */
enum error signer_connect(const char *path, int *fd, struct err *e);
/* Ask for a signature of a message. OK with sig; E_MISMATCH when the policy refuses (the rule in
 * e); E_PEER when the signer is gone or does not answer in timeout_ms. */
enum error signer_sign(int fd, const uint8_t *message, size_t n, struct sig *sig,
                       uint64_t timeout_ms, struct err *e);
/* Let it go the way of a signature of this message without giving one, so that its code and tables
 * are at hand when the next one comes: signing then takes two thirds of the time. Waits for
 * nothing; nothing happens where that is not possible. */
void signer_rehearse(int fd, const uint8_t *message, size_t n);
/* The wallet, and what is left: lamports of this hour and day. */
struct signer_facts {
    struct key wallet;
    uint64_t max_tx, hour_left, day_left, signed_count, refused_count;
};
enum error signer_status(int fd, struct signer_facts *f, uint64_t timeout_ms, struct err *e);
/* Wipe the key and end the signer. */
enum error signer_lock(int fd, uint64_t timeout_ms, struct err *e);

#endif
