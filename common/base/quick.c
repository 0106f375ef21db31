/* quick.c - see quick.h. The one file that knows xxHash, compiled in from its header: nothing to link. */
#define XXH_INLINE_ALL
#include "common/base/quick.h"

#include <xxhash.h>

_Static_assert(sizeof(XXH3_state_t) <= QUICK_BYTES, "QUICK_BYTES holds XXH3_state_t");

void quick_init(struct quick *q) { XXH3_64bits_reset((XXH3_state_t *)(void *)q->mem); }
void quick_add(struct quick *q, const void *p, size_t n) { XXH3_64bits_update((XXH3_state_t *)(void *)q->mem, p, n); }
uint64_t quick_end(const struct quick *q) { return XXH3_64bits_digest((const XXH3_state_t *)(const void *)q->mem); }
