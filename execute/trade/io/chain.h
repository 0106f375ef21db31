/* chain.h - the venue of live execution: nodes, block engines, the signer, the journal and the halt
 * files. It does the I/O that live.h asks for and passes the answers to it. Must not: decide what
 * live.h can decide; block on the network; send what is not in the journal. */
#ifndef SLUICE_CHAIN_H
#define SLUICE_CHAIN_H

#include "execute/trade/io/journal.h"
#include "execute/trade/live.h"

#define CHAIN_NODES    4u
#define CHAIN_ENGINES  8u
#define CHAIN_HOLDINGS 1024u /* tokens of a wallet that --sell-all looks at */

struct chain_config {
    const char *signer, *journal, *nodes, *engines, *uuid, *halt_file, *pid_file, *tip_floor;
    uint64_t capital_lamports, equity_every_ns;
};
struct chain;

/* Connect to the signer, which names the wallet; read the journal; print what is at stake to
 * standard error. rules are copied into s; its orders in flight come from the journal. On an error
 * *out may be set: close it. */
enum error chain_open(const struct chain_config *c, const struct live_rules *rules,
                      struct live_state *s, struct chain **out, struct err *e);
void chain_close(struct chain *c);
/* Take an order from upstream. Where its market is cached and a block engine is free, its bytes are
 * on the wire when this returns. An error ends live execution: the journal resolves what is in
 * flight at the next start. */
enum error chain_order(struct chain *c, const struct rec_order *o, struct out *out, struct err *e);
/* Take any other record of the stream. A slot is answered with `done` on the back channel. */
enum error chain_record(struct chain *c, const struct record *r, struct out *out, struct err *e);
/* See struct stage_io: serve and pending. */
enum error chain_serve(struct chain *c, struct out *out, int input_fd, bool *readable,
                       struct err *e);
bool chain_pending(const struct chain *c);
/* Put an equity record, if all that is held can be priced from cached markets. */
void chain_put_equity(struct chain *c, struct out *out);
/* Sell all holdings of the wallet from now on, and send nothing else. chain_sold returns true once
 * nothing is left that can be sold; *left counts the holdings without a buyer and those beyond
 * CHAIN_HOLDINGS. */
void chain_sell_all(struct chain *c);
bool chain_sold(const struct chain *c, size_t *left);

#endif
