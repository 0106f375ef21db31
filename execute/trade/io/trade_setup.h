/* trade_setup.h - from the settings of [execute] to the rules of the paper venue and of live
 * execution. Must not: connect, except in trade_setup_open. */
#ifndef SLUICE_TRADE_SETUP_H
#define SLUICE_TRADE_SETUP_H

#include "common/run/settings.h"
#include "execute/trade/io/chain.h"
#include "execute/trade/paper.h"

/* Prepare the paper venue. E_CONFIG with the origin of a wrong setting. */
enum error trade_setup_paper(struct paper_state *p, const struct settings *s, struct err *e);
/* Read the rules of live execution, with the file of leaders to avoid. */
enum error trade_setup_live(const struct settings *s, struct live_rules *r, struct err *e);
/* Read the rules and open live execution; see chain_open. */
enum error trade_setup_open(const struct settings *s, struct live_state *st, struct chain **out,
                            struct err *e);
/* `--live --sell-all`: sell all holdings of the wallet without a stream, then return. E_MISMATCH:
 * some tokens are left. */
enum error trade_setup_sell_all(const struct settings *s, struct err *e);

#endif
