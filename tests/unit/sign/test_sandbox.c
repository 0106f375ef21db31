/* test_sandbox.c - tries every system call of this kernel from inside the signer's sandbox, each in
 * a process of its own: all but the few on the list end it with SIGSYS. */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "execute/sign/io/sandbox.h"
#include "tests/unit/tap.h"

static bool may(long n)
{
    static const long list[] = {
        SYS_read,          SYS_write,        SYS_close,           SYS_accept4, SYS_ppoll,
        SYS_clock_gettime, SYS_rt_sigreturn, SYS_restart_syscall, SYS_exit,    SYS_exit_group,
#ifdef SYS_poll
        SYS_poll,
#endif
    };
    for (size_t i = 0; i < COUNT_OF(list); i++)
        if (list[i] == n) return true;
    return false;
}

/* How the sandbox is entered, and with which first argument a call is made. */
struct
try {
    int file;
    bool sync;
    long first;
};

/* How a process ends that enters the sandbox and makes call n with arguments that do nothing. */
static int try_call(long n, struct try t)
{
    struct err e;
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        if (sandbox_enter(t.file, t.sync, &e) != OK) _exit(77);
        syscall(n, t.first, 0L, 0L, 0L, 0L, 0L);
        syscall(SYS_exit_group, 0); /* not _exit: sanitizers do more there */
    }
    waitpid(pid, &status, 0);
    return status;
}

static bool stopped(long n, struct try t)
{
    int s = try_call(n, t);
    return WIFSIGNALED(s) && WTERMSIG(s) == SIGSYS;
}

static bool passed(long n, struct try t)
{
    int s = try_call(n, t);
    return WIFEXITED(s) && WEXITSTATUS(s) == 0;
}

/* Every system call but the list, and pwrite64 and fdatasync, which have tests of their own. */
static void all_calls(const char *how, struct try t)
{
    unsigned tried = 0, escaped = 0;
    for (long n = 0; n < 480; n++) {
        if (may(n) || n == 335 || n == 336)
            continue; /* uretprobe, uprobe: the kernel exempts its own traps from every filter */
        tried++;
        if (stopped(n, t)) continue;
        escaped++;
        printf("# system call %ld was not stopped\n", n);
    }
    is_u64(escaped, 0, "%s: %u system calls are tried from inside: each ends the process", how,
           tried);
}

int main(void)
{
    const struct try plain = {-1, false, -1}, stranger = {7, true, -1};
    int s = try_call(SYS_getpid, plain);
    if (WIFEXITED(s) && WEXITSTATUS(s) == 77) {
        printf("1..0 # SKIP this kernel takes no seccomp filter\n");
        return 0;
    }
    all_calls("without counters", plain);
    all_calls("with counters, at other descriptors", stranger);
    ok(passed(SYS_clock_gettime, plain), "an allowed one does not");
    static const long named[] = {SYS_socket,   SYS_openat,   SYS_execve,    SYS_connect,
                                 SYS_mmap,     SYS_mprotect, SYS_msync,     SYS_clone,
                                 SYS_ptrace,   SYS_kill,     SYS_bpf,       SYS_pwritev,
                                 SYS_pwritev2, SYS_fsync,    SYS_ftruncate, SYS_process_vm_readv};
    for (size_t i = 0; i < COUNT_OF(named); i++)
        ok(stopped(named[i], plain) && stopped(named[i], (struct try){7, true, 7}),
           "system call %ld (socket, file, program, memory, process) is stopped", named[i]);
    ok(stopped(SYS_pwrite64, (struct try){-1, false, 7}),
       "without a counters file pwrite is stopped");
    ok(passed(SYS_pwrite64, (struct try){7, false, 7}), "with one, pwrite to it passes");
    static const long others[] = {0, 1, 2, 6, 8, -1, 0x100000008};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        ok(stopped(SYS_pwrite64, (struct try){7, true, others[i]}),
           "pwrite to descriptor %ld does not", others[i]);
    ok(stopped(SYS_fdatasync, (struct try){7, false, 7}),
       "fdatasync is stopped unless counters-sync asks for it");
    ok(passed(SYS_fdatasync, (struct try){7, true, 7}) &&
           stopped(SYS_fdatasync, (struct try){7, true, 8}),
       "and then passes for that file only");
    return done();
}
