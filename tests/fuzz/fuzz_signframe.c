/* fuzz_signframe.c - hostile bytes on the signer's socket, in any pieces: what the reader makes of
 * them is what one walk over all of them makes, and it never runs out of room. First byte: how the
 * rest is cut. Must not: use a socket. */
#include <stdlib.h>
#include <string.h>

#include "common/sol/sign_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The walk: *at moves over the next frame. False when it ends there; *broken tells why. */
static bool walk(const uint8_t *p, size_t n, size_t *at, const uint8_t **frame, bool *broken)
{
    *broken = false;
    if (n - *at < 2) return false;
    size_t len = p[*at] + 256u * p[*at + 1];
    if (len == 0 || len + 2 > SIGNER_FRAME_MAX) {
        *broken = true;
        return false;
    }
    if (n - *at - 2 < len) return false;
    *frame = p + *at;
    *at += len + 2;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct sign_frame_reader r;
    if (n < 1) return 0;
    uint32_t cut = data[0] * 2654435761u | 1;
    const uint8_t *p = data + 1, *body, *want;
    size_t len = n - 1, fed = 0, at = 0, body_n;
    bool broken = false;
    memset(&r, 0, sizeof r);
    for (;;) {
        uint8_t kind;
        enum sign_frame f = sign_frame_next(&r, &kind, &body, &body_n);
        if (f == SIGN_FRAME_WHOLE) {
            if (!walk(p, len, &at, &want, &broken) || kind != want[2] ||
                body_n + 3 != (size_t)(p + at - want) || memcmp(body, want + 3, body_n) != 0)
                abort();
            sign_frame_drop(&r);
            continue;
        }
        if (f == SIGN_FRAME_BROKEN) {
            if (walk(p, len, &at, &want, &broken) || !broken) abort();
            return 0;
        }
        size_t room, piece = (cut = cut * 1664525u + 1013904223u) >> 20 & (data[0] & 1 ? 7 : 4095);
        uint8_t *to = sign_frame_room(&r, &room);
        if (room == 0) abort(); /* it would read nothing for ever */
        if (fed == len) break;
        if (piece == 0) piece = 1;
        if (piece > room) piece = room;
        if (piece > len - fed) piece = len - fed;
        memcpy(to, p + fed, piece);
        fed += piece;
        sign_frame_got(&r, piece);
    }
    if (walk(p, len, &at, &want, &broken) || broken) abort();
    return 0;
}
