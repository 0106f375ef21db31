/* signer.h - the words between sluice-execute and sluice-sign, and the asking side. One request, one answer, in order.
 *   request  u16 length, u8 kind, body    length counts kind and body
 *   answer   u16 length, u8 status, body
 * Must not: hold a key. */
#ifndef SLUICE_SIGNER_H
#define SLUICE_SIGNER_H

#include "common/sol/message.h"

enum signer_kind { SIGNER_SIGN = 1, SIGNER_STATUS = 2, SIGNER_LOCK = 3 };
enum signer_status { SIGNER_OK = 0, SIGNER_REFUSED = 1, SIGNER_BAD = 2 };
#define SIGNER_FRAME_MAX (TX_V1_BYTES_MAX + 16u)

/* Connect; E_OPEN with the path. */
enum error signer_connect(const char *path, int *fd, struct err *e);
/* Ask for a signature of a message. OK with sig; E_MISMATCH when the policy refuses (the rule in e); E_PEER when the signer is gone
 * or does not answer in timeout_ms. */
enum error signer_sign(int fd, const uint8_t *message, size_t n, struct sig *sig, uint64_t timeout_ms, struct err *e);
/* The wallet, and what is left: lamports of this hour and day. */
struct signer_facts { struct key wallet; uint64_t max_tx, hour_left, day_left, signed_count, refused_count; };
enum error signer_status(int fd, struct signer_facts *f, uint64_t timeout_ms, struct err *e);
/* Wipe the key and end the signer. */
enum error signer_lock(int fd, uint64_t timeout_ms, struct err *e);

#endif
