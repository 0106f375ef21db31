/* tx_route.h - `sluice-tx route`: a swap quoted by Jupiter, checked, as an unsigned transaction.
 * Must not: sign or send. */
#ifndef SLUICE_TX_ROUTE_H
#define SLUICE_TX_ROUTE_H

#include "common/run/settings.h"

/* Ask, check, build, print, as the options say. */
enum error txroute(const struct settings *s, struct err *e);

#endif
