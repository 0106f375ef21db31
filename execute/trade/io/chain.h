/* chain.h - live execution's world: nodes, block engines, the signer, the journal, the halt files.
 * Carries out what live.h says an order needs and tells it what came of it. Must not: decide
 * anything that live.h can decide; block on the network; send what is not in the journal. */
#ifndef SLUICE_CHAIN_H
#define SLUICE_CHAIN_H

#include "execute/trade/io/journal.h"
#include "execute/trade/live.h"

#define CHAIN_NODES   4u
#define CHAIN_ENGINES 8u

struct chain_config {
    const char *signer, *journal, *nodes, *engines, *uuid, *halt_file, *pid_file, *tip_floor;
    uint64_t capital_lamports, equity_every_ns;
};
struct chain;

/* Connect, unlock nothing: ask the signer whose wallet it is, read the journal, print what is at
 * stake on standard error. rules go into s, whose orders in flight are taken from the journal. */
enum error chain_open(const struct chain_config *c, const struct live_rules *rules,
                      struct live_state *s, struct chain **out, struct err *e);
void chain_close(struct chain *c);
/* An order from upstream. */
enum error chain_order(struct chain *c, const struct rec_order *o, struct out *out, struct err *e);
/* Any other record that live_hear() wants. A slot settles up the back channel. */
enum error chain_hear(struct chain *c, const struct record *r, struct out *out, struct err *e);
/* See struct stage: serve and pending. */
enum error chain_serve(struct chain *c, struct out *out, int input_fd, bool *readable,
                       struct err *e);
bool chain_pending(const struct chain *c);
/* An equity record, when all that is held can be priced. */
void chain_worth(struct chain *c, struct out *out);
/* Sell everything that the wallet holds, from now on; nothing else is sent. True in chain_sold once
 * nothing is left that can be sold; *left: holdings that nobody buys, or that there was no room
 * for. */
void chain_sell_all(struct chain *c);
bool chain_sold(const struct chain *c, size_t *left);

#endif
