/* sandbox.c - see sandbox.h. A classic BPF program over the number of the system call and its first
 * argument, for this machine's architecture only. */
#include "execute/sign/io/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCH AUDIT_ARCH_AARCH64
#endif

static const unsigned allowed[] = {
    SYS_read,          SYS_write,        SYS_close,           SYS_accept4, SYS_ppoll,
    SYS_clock_gettime, SYS_rt_sigreturn, SYS_restart_syscall, SYS_exit,    SYS_exit_group,
#ifdef SYS_poll
    SYS_poll,
#endif
};

#define STATEMENT(code, k) ((struct sock_filter)BPF_STMT(code, k))
#define LOAD(field)        STATEMENT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* Continue when equal, else skip n statements. */
#define UNLESS_SKIP(value, n) ((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, n))

/* Permit the calls that write the counters file, on its descriptor only. The filter compares the
 * lower half of the first argument: both targets are little endian, and the kernel ignores the
 * upper half of a descriptor. */
static unsigned permit_file(struct sock_filter *f, unsigned n, int file, bool sync)
{
    static const unsigned calls[] = {SYS_pwrite64, SYS_fdatasync};
    for (unsigned i = 0; file >= 0 && i < (sync ? 2u : 1u); i++) {
        f[n++] = UNLESS_SKIP(calls[i], 4);
        f[n++] = LOAD(args[0]);
        f[n++] = UNLESS_SKIP((unsigned)file, 1);
        f[n++] = STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        f[n++] = STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    }
    return n;
}

enum error sandbox_enter(int file, bool sync, struct err *e)
{
    struct sock_filter f[2 * COUNT_OF(allowed) + 20];
    unsigned n = 0;
    f[n++] = LOAD(arch);
    f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 1, 0);
    f[n++] = STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    f[n++] = LOAD(nr);
    for (unsigned i = 0; i < COUNT_OF(allowed); i++) {
        f[n++] = UNLESS_SKIP(allowed[i], 1);
        f[n++] = STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    }
    n = permit_file(f, n, file, sync);
    f[n++] = STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    struct sock_fprog program = {(unsigned short)n, f};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return err_set(e, E_INTERNAL,
                       "unable to enter the sandbox: this kernel refuses a seccomp filter (%s)",
                       strerror(errno));
    return OK;
}
