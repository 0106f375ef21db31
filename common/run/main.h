/* main.h - what every main function shares: help, version, signals, leaving. For stage.c and
 * tool.c. */
#ifndef SLUICE_MAIN_H
#define SLUICE_MAIN_H

#include "common/run/settings_load.h"
#include "common/run/stage.h"

#define ERRORS_MAX 20 /* errors of a configuration that one run reports */

/* Load settings and serve --help and --version. *finished: nothing else is to be done. */
enum error main_settings(const struct settings_request *want, const char *purpose,
                         const char *usage, const struct stage *stage, int argc, char **argv,
                         struct settings **out, bool *finished, struct err *e);
/* Print the error if there is one; the exit code. Leaves by _exit when nng is in use. */
int main_leave(const char *tool, enum error rc, const struct err *e);
/* SIGINT and SIGTERM end the loop in order; SIGPIPE is an error of write. */
void main_signals(void);

#endif
