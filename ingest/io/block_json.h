/* block_json.h - decode a whole block as the RPC's getBlock gives it in JSON, or one transaction as
 * getTransaction does. */
#ifndef SLUICE_BLOCK_JSON_H
#define SLUICE_BLOCK_JSON_H

#include "ingest/import.h"

#define BLOCK_FEES_MAX 8192u

/* What one transaction that is no vote paid: units are the compute units it consumed, 0 = not told.
 */
struct block_fee {
    uint64_t priority_lamports, units, tip_lamports;
};

struct block_facts {
    uint64_t slot, time_s, txs, failed, votes, base_fees_lamports, priority_fees_lamports,
        tips_lamports, tipped;
    uint64_t unexplained; /* swaps of venues that became no trade */
    uint64_t elsewhere;   /* swaps on known programs that are no venues */
    uint32_t fees_count, fees_left_out;
    struct block_fee fees[BLOCK_FEES_MAX]; /* in the order of the block */
};

/* text: the answer of getBlock or getTransaction, with or without its JSON-RPC wrapper;
 * transactions in the encodings json and base64 (of jsonParsed what the node has not parsed). A
 * block does not tell its slot when it comes without the request: parentSlot + 1 is taken.
 * E_FORMAT, E_LIMIT when out of memory. */
enum error block_json_import(struct import *m, const char *text, size_t n,
                             struct block_facts *facts, struct err *e);

#endif
