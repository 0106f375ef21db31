/* risk_config.h - the configuration of sluice-risk: [risk] and every [strategy NAME]. */
#ifndef SLUICE_RISK_CONFIG_H
#define SLUICE_RISK_CONFIG_H

#include "common/run/settings.h"
#include "risk/risk/risk.h"

/* Fill the rules and strategies of a zeroed state. E_CONFIG; the log has each wrong strategy. */
enum error risk_config_read(struct risk_state *st, const struct settings *s, struct err *e);
/* The venues of a list option, such as "pump,pumpswap": bit n for venue n. */
uint64_t risk_config_venues(const struct section *own, const char *key);

#endif
