/* fuzz_block_head.c - what a node answers to getBlock: its head, and whether it continues the
 * chain. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/chain/block_order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct block_order f;
    struct block_json b;
    struct err e = {0};
    const char *text = (const char *)data;
    const struct block_json_head *h = &b.head;
    if (block_json_open(text, size, &b, &e) != OK || block_order_check(&b) != NULL) return 0;
    if (b.list.p < text || b.list.p + b.list.n > text + size || h->parent > BLOCK_ORDER_SLOT_MAX)
        abort();
    block_order_init(&f, h->parent, &(struct block_name){h->parent, h->previous});
    enum block_order_fit fit = block_order_judge(&f, h->parent + 1, h);
    if (fit != FITS && fit != FIT_WRONG) abort(); /* wrong when it names itself as its parent */
    return 0;
}
