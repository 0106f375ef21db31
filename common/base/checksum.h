/* checksum.h - a running checksum (XXH3, 64 bits) that finds damaged bytes at memory speed. BLAKE2b
 * runs at 1 GB/s: computed by each of five stages it halved the speed of the pipeline. So a stream
 * carries a BLAKE2b that names its content and this checksum, which every reader checks; within a
 * pipeline only the last stage computes the BLAKE2b (--hash=no elsewhere). Heads are in neither, so
 * a copied tape keeps its name. Must not: name content. */
#ifndef SLUICE_CHECKSUM_H
#define SLUICE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_BYTES 576 /* of XXH3's running state; checksum.c asserts it */

struct checksum {
    _Alignas(64) uint8_t mem[CHECKSUM_BYTES];
};
void checksum_init(struct checksum *q);
void checksum_add(struct checksum *q, const void *p, size_t n);
/* The checksum of what was added so far; more may be added. */
uint64_t checksum_end(const struct checksum *q);

#endif
