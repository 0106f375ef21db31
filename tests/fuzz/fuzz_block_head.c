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
    struct block_head h;
    const char *text = (const char *)data;
    if (block_order_head_read(text, size, &h) != NULL) return 0;
    if (h.txs.p < text || h.txs.p + h.txs.n > text + size || h.parent > BLOCK_ORDER_SLOT_MAX)
        abort();
    block_order_init(&f, h.parent, &(struct block_name){h.parent, h.previous});
    enum block_order_fit fit = block_order_judge(&f, h.parent + 1, &h);
    if (fit != FITS && fit != FIT_WRONG) abort(); /* wrong when it names itself as its parent */
    return 0;
}
