/* sign_frame.c - see sign_frame.h. */
#include "common/sol/sign_frame.h"

#include <string.h>

#include "common/base/num.h"

uint8_t *sign_frame_room(struct sign_frame_reader *r, size_t *room)
{
    *room = sizeof r->bytes - r->n;
    return r->bytes + r->n;
}

void sign_frame_got(struct sign_frame_reader *r, size_t n) { r->n += n; }

enum sign_frame sign_frame_next(const struct sign_frame_reader *r, uint8_t *kind,
                                const uint8_t **body, size_t *n)
{
    if (r->n < 2) return SIGN_FRAME_PART;
    size_t len = load_u16(r->bytes);
    if (len < 1 || len + 2 > sizeof r->bytes) return SIGN_FRAME_BROKEN;
    if (r->n < len + 2) return SIGN_FRAME_PART;
    *kind = r->bytes[2];
    *body = r->bytes + 3;
    *n = len - 1;
    return SIGN_FRAME_WHOLE;
}

void sign_frame_drop(struct sign_frame_reader *r)
{
    size_t len = 2u + load_u16(r->bytes);
    r->n -= len;
    memmove(r->bytes, r->bytes + len, r->n);
}

size_t sign_frame_write(uint8_t kind, const void *body, size_t n, uint8_t *out)
{
    uint16_t len = (uint16_t)(n + 1);
    memcpy(out, &len, 2);
    out[2] = kind;
    if (n) memcpy(out + 3, body, n);
    return n + 3;
}
