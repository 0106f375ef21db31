/* signframe.c - see signframe.h. */
#include "execute/signframe.h"

#include <string.h>

#include "common/base/num.h"

uint8_t *signframe_room(struct signframe_reader *r, size_t *room)
{
    *room = sizeof r->bytes - r->n;
    return r->bytes + r->n;
}

void signframe_got(struct signframe_reader *r, size_t n) { r->n += n; }

enum signframe signframe_next(const struct signframe_reader *r, uint8_t *kind, const uint8_t **body, size_t *n)
{
    if (r->n < 2) return SIGNFRAME_PART;
    size_t len = load_u16(r->bytes);
    if (len < 1 || len + 2 > sizeof r->bytes) return SIGNFRAME_BROKEN;
    if (r->n < len + 2) return SIGNFRAME_PART;
    *kind = r->bytes[2], *body = r->bytes + 3, *n = len - 1;
    return SIGNFRAME_WHOLE;
}

void signframe_drop(struct signframe_reader *r)
{
    size_t len = 2u + load_u16(r->bytes);
    r->n -= len;
    memmove(r->bytes, r->bytes + len, r->n);
}

size_t signframe_write(uint8_t kind, const void *body, size_t n, uint8_t *out)
{
    uint16_t len = (uint16_t)(n + 1);
    memcpy(out, &len, 2), out[2] = kind;
    if (n) memcpy(out + 3, body, n);
    return n + 3;
}
