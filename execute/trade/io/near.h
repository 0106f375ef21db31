/* near.h - keeps the code that an order runs near the processor: a machine that shares its memory
 * with others takes pages away every two or three seconds, and gives each back when it is touched,
 * some 0.1 ms later. Of this program and of the libraries that send and sign. Must not: write
 * anywhere; touch what the program does not use anyway. */
#ifndef SLUICE_NEAR_H
#define SLUICE_NEAR_H

#include "common/base/base.h"

#define NEAR_PARTS 16u

struct near {
    struct near_part {
        const volatile uint8_t *p;
        size_t pages;
    } part[NEAR_PARTS];
    size_t parts;
};

/* Find the code of this process, some 600 pages. */
void near_find(struct near *n);
/* Read a byte of each page: 7 us when all are at hand. */
void near_touch(const struct near *n);

#endif
