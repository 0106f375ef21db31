/* quick.h - a fast running checksum (XXH3, 64 bits) that finds damaged bytes at memory speed: every reader of a stream
 * checks it, where BLAKE2b would cost more than all the rest. Must not: name anything; that is what BLAKE2b is for. */
#ifndef SLUICE_QUICK_H
#define SLUICE_QUICK_H

#include <stddef.h>
#include <stdint.h>

#define QUICK_BYTES 576 /* of XXH3's running state; quick.c asserts it */

struct quick { _Alignas(64) uint8_t mem[QUICK_BYTES]; };
void quick_init(struct quick *q);
void quick_add(struct quick *q, const void *p, size_t n);
/* The checksum of what was added so far; adding may go on. */
uint64_t quick_end(const struct quick *q);

#endif
