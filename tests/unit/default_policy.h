/* default_policy.h - the kinds that `allow = default` allows, for tests and benches. Must not: be
 * used by the product. */
#ifndef SLUICE_DEFAULT_POLICY_H
#define SLUICE_DEFAULT_POLICY_H

#include <stdlib.h>

#include "execute/sign/policy.h"

static inline void policy_defaults(struct policy *p)
{
    struct err e;
    if (policy_choose(p, "default", "", &e) != OK) abort();
}

#endif
