/* block.h - decode a whole block as the RPC's getBlock gives it in JSON. */
#ifndef SLUICE_BLOCK_H
#define SLUICE_BLOCK_H

#include "ingest/import.h"

struct block_facts { uint64_t slot, time_s, txs, failed, votes, base_fees_lamports, priority_fees_lamports, tips_lamports, tipped, unexplained; };

/* text: the answer of getBlock, with or without its JSON-RPC wrapper. The block itself does not tell its slot when it comes
 * without the request: parentSlot + 1 is taken. E_FORMAT. */
enum error block_import(struct import *m, const char *text, size_t n, struct block_facts *facts, struct err *e);

#endif
