/* sign_frame.h - the frames between sluice-execute and sluice-sign, and their reader, without a
 * socket. One request, one answer, in order. Integers are little endian.
 *   request  u16 length, u8 kind, body      length counts kind and body
 *   answer   u16 length, u8 status, body
 * Must not: do I/O; interpret a body. */
#ifndef SLUICE_SIGN_FRAME_H
#define SLUICE_SIGN_FRAME_H

#include "common/sol/message.h"

enum signer_kind { SIGNER_SIGN = 1, SIGNER_STATUS = 2, SIGNER_LOCK = 3 };
enum signer_status { SIGNER_OK = 0, SIGNER_REFUSED = 1, SIGNER_BAD = 2 };
#define SIGNER_FRAME_MAX (TX_V1_BYTES_MAX + 16u)

/* Bytes of one client that are not consumed yet. Starts zeroed. */
struct sign_frame_reader {
    size_t n;
    uint8_t bytes[SIGNER_FRAME_MAX];
};

enum sign_frame { SIGN_FRAME_PART, SIGN_FRAME_WHOLE, SIGN_FRAME_BROKEN };
/* Where the next bytes go, and how many fit: at least one, once sign_frame_next has returned
 * SIGN_FRAME_PART. sign_frame_got: n bytes were read into it. */
uint8_t *sign_frame_room(struct sign_frame_reader *r, size_t *room);
void sign_frame_got(struct sign_frame_reader *r, size_t n);
/* The first frame, in place until sign_frame_drop. SIGN_FRAME_PART: more bytes are needed.
 * SIGN_FRAME_BROKEN: the length is impossible; the connection is of no more use. */
enum sign_frame sign_frame_next(const struct sign_frame_reader *r, uint8_t *kind,
                                const uint8_t **body, size_t *n);
void sign_frame_drop(struct sign_frame_reader *r);
/* Write a frame of n + 3 bytes to out, which must have room for it; n is at most 65534. Returns
 * n + 3. */
size_t sign_frame_write(uint8_t kind, const void *body, size_t n, uint8_t *out);

#endif
