/* table.h - a fixed-capacity table from 32-byte keys to row numbers, inside a flat state block.
 * It holds no pointers, so a block with tables in it can be copied, compared and written to disk as
 * it lies. Rows are kept in order of last touch; when the table is full, table_claim() gives the
 * oldest row away, or the caller evicts one. Must not: allocate, or let behaviour depend on hash
 * order (iteration is by row or by age). */
#ifndef SLUICE_TABLE_H
#define SLUICE_TABLE_H

#include "common/base/base.h"

#define TABLE_NONE UINT32_MAX

struct table {
    uint32_t cap, used, mask; /* rows; rows in use; index size - 1 */
    uint32_t newest, oldest;  /* ends of the age list, TABLE_NONE when empty */
    uint32_t free_head;       /* list of free rows through `older` */
    uint32_t pad;
    /* then: uint8_t keys[cap][32]; uint32_t newer[cap], older[cap]; uint32_t index[mask + 1] */
};

/* Bytes a table of cap rows takes (a multiple of 8); cap from 1 to 2^30. */
size_t table_size(uint32_t cap);
/* Lay out an empty table at mem (8-byte aligned, table_size(cap) bytes). */
void table_init(struct table *t, uint32_t cap);
/* Row of key, TABLE_NONE when absent. Does not touch it. */
uint32_t table_find(const struct table *t, const uint8_t key[32]);
/* Row of key, added when absent (*added reports it). TABLE_NONE when absent and the table is full.
 * Touches it. */
uint32_t table_add(struct table *t, const uint8_t key[32], bool *added);
/* As table_add(), but when the table is full the oldest row is given away: always a row. */
uint32_t table_claim(struct table *t, const uint8_t key[32], bool *added);
/* Make row the newest. */
void table_touch(struct table *t, uint32_t row);
/* The least recently touched row, TABLE_NONE when empty. */
uint32_t table_oldest(const struct table *t);
/* The next newer row after row, TABLE_NONE at the newest: iteration oldest first. */
uint32_t table_newer(const struct table *t, uint32_t row);
/* Take row out. */
void table_remove(struct table *t, uint32_t row);
/* Key of a row in use. */
const uint8_t *table_key(const struct table *t, uint32_t row);

#endif
