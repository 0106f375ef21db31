/* tx_build.h - an unsigned transaction from a description in JSON; see sluice-tx(1) for its form.
 * Must not: fill in anything but derived addresses that the description leaves out. */
#ifndef SLUICE_TX_BUILD_H
#define SLUICE_TX_BUILD_H

#include "common/sol/plan.h"

/* Build it with empty signatures into out (TX_V1_BYTES_MAX). Errors name the place in the
 * description. */
enum error tx_build_json(const char *text, size_t n, uint8_t *out, size_t *out_n, struct err *e);

#endif
