/* sandbox.h - the smallest process that can still answer: no new files, sockets, programs, threads
 * or memory. Must not: be entered before everything that is needed is open and allocated. */
#ifndef SLUICE_SANDBOX_H
#define SLUICE_SANDBOX_H

#include "common/base/base.h"

/* From here on only these system calls: read write close accept4 poll ppoll clock_gettime
 * rt_sigreturn restart_syscall exit exit_group; and with sync msync, which writes what is mapped
 * already to its disk. Any other ends the process at once (SIGSYS). E_INTERNAL when the kernel has
 * no seccomp: then nothing may be unlocked. */
enum error sandbox_enter(bool sync, struct err *e);

#endif
