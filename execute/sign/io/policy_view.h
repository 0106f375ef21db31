/* policy_view.h - the signer's policy as a person reads it. Must not: decide anything. */
#ifndef SLUICE_POLICY_VIEW_H
#define SLUICE_POLICY_VIEW_H

#include <stdio.h>

#include "execute/sign/policy.h"

/* Print it; state (what was signed until now_s) and counters (the path it comes from) may be NULL.
 * The wallet may be none. */
void policy_view_print(FILE *f, const struct policy *p, const struct policy_state *state,
                       uint64_t now_s, const char *counters);

#endif
