/* checksum.h - a fast running checksum (XXH3, 64 bits) that finds damaged bytes at memory speed:
 * every reader of a stream checks it, where BLAKE2b would cost more than all the rest. Must not:
 * name anything; that is what BLAKE2b is for. */
#ifndef SLUICE_CHECKSUM_H
#define SLUICE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_BYTES 576 /* of XXH3's running state; quick.c asserts it */

struct checksum {
    _Alignas(64) uint8_t mem[CHECKSUM_BYTES];
};
void checksum_init(struct checksum *q);
void checksum_add(struct checksum *q, const void *p, size_t n);
/* The checksum of what was added so far; adding may go on. */
uint64_t checksum_end(const struct checksum *q);

#endif
