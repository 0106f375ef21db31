/* block_records.h - a block in JSON to rows, and what its transactions paid. Pure. Must not: decide
 * what a transaction did (common/decode/decode.h does). */
#ifndef SLUICE_BLOCK_RECORDS_H
#define SLUICE_BLOCK_RECORDS_H

#include "common/decode/block_json.h"
#include "ingest/rows.h"

#define BLOCK_FEES_MAX 8192u

/* What one transaction that is not a vote paid. units: compute units consumed, 0 = unknown. */
struct block_fee {
    uint64_t priority_lamports, units, tip_lamports;
};

struct block_facts {
    uint64_t slot, txs, failed, votes, base_fees_lamports, priority_fees_lamports, tips_lamports,
        tipped;
    uint64_t unexplained; /* swaps of venues that became no trade */
    uint64_t elsewhere;   /* swaps on known programs that are not venues */
    uint32_t fees_count, fees_left_out;
    struct block_fee fees[BLOCK_FEES_MAX]; /* in the order of the block */
};

/* Decode the transactions of an open block into rows of m, the slot's own record first, and facts.
 * An answer of getTransaction has no slot record: its other transactions are unknown. Transactions
 * that cannot be read are counted in m by reason. E_FORMAT when the JSON turns out to be malformed:
 * rows may have been added by then. */
enum error block_records_read(struct rows *m, struct block_json *b, struct tx_json *store,
                              struct block_facts *facts, struct err *e) MUST_USE;

#endif
