/* sign_setup.h - from the settings of [sign] to a signer that can answer. Every error that needs no
 * password is returned before the password is read. Must not: answer requests. */
#ifndef SLUICE_SIGN_SETUP_H
#define SLUICE_SIGN_SETUP_H

#include "common/run/settings.h"
#include "execute/sign/io/sign_server.h"

/* Read limits, destinations, allow and deny into the policy. E_CONFIG with the origin. */
enum error sign_setup_policy(const struct section *own, struct policy *p, struct err *e);
/* `--check`: print the policy and what is left of its limits to standard output. Unlocks nothing.
 */
enum error sign_setup_check(const struct section *own, struct sign_server *s, struct err *e);
/* Check the key file, load the counts, listen, read the password, unlock the key. */
enum error sign_setup_open(const struct section *own, struct sign_server *s, struct err *e);
/* Print wallet, limits and socket to standard error. */
void sign_setup_announce(const struct sign_server *s, const char *socket);

#endif
