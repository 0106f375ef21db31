/* sandbox.h - reduce the process to what answering needs: no new files, sockets, programs, threads
 * or memory. Must not: be entered before everything that is needed is open and allocated. */
#ifndef SLUICE_SANDBOX_H
#define SLUICE_SANDBOX_H

#include "common/base/base.h"

/* Permit only these system calls from here on: read, write, close, accept4, poll, ppoll,
 * clock_gettime, rt_sigreturn, restart_syscall, exit, exit_group; and on the descriptor `file`,
 * unless it is -1, pwrite64 and, with sync, fdatasync. Any other call ends the process (SIGSYS).
 * E_INTERNAL: the kernel has no seccomp; the caller must not sign. */
enum error sandbox_enter(int file, bool sync, struct err *e);

#endif
