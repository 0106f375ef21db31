/* checksum.c - see checksum.h. The one file that includes xxHash, compiled in from its header:
 * nothing to link. */
#define XXH_INLINE_ALL
#include "common/base/checksum.h"

#include <xxhash.h>

_Static_assert(sizeof(XXH3_state_t) <= CHECKSUM_BYTES, "CHECKSUM_BYTES holds XXH3_state_t");

void checksum_init(struct checksum *q) { XXH3_64bits_reset((XXH3_state_t *)(void *)q->mem); }
void checksum_add(struct checksum *q, const void *p, size_t n)
{
    XXH3_64bits_update((XXH3_state_t *)(void *)q->mem, p, n);
}
uint64_t checksum_end(const struct checksum *q)
{
    return XXH3_64bits_digest((const XXH3_state_t *)(const void *)q->mem);
}
