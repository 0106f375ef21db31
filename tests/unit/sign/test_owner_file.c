/* test_owner_file.c - private files: killed with SIGKILL at each system call of writing one, the
 * path holds the old bytes or the new ones and nothing else, and the next write clears what was
 * left; refusals by owner, mode, kind and size say what to do. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "execute/sign/io/owner_file.h"
#include "tests/unit/tap.h"

#define BYTES 9000u
static char folder[] = "/tmp/sluice-private.XXXXXX", path[64], part[80];
static uint8_t old[BYTES], fresh[BYTES];

enum held { NOTHING, OLD, FRESH, BROKEN };

static enum held holds(const char *at)
{
    uint8_t got[BYTES + 1];
    struct stat st;
    int fd = open(at, O_RDONLY);
    if (fd < 0) return errno == ENOENT ? NOTHING : BROKEN;
    ssize_t n = read(fd, got, sizeof got);
    bool mode = fstat(fd, &st) == 0 && (st.st_mode & 0777) == 0600;
    close(fd);
    if (n != (ssize_t)BYTES || !mode) return BROKEN;
    return memcmp(got, old, BYTES) == 0 ? OLD : memcmp(got, fresh, BYTES) == 0 ? FRESH : BROKEN;
}

/* Write in a process of its own, killed at stop number k of its system calls (entry and return each
 * are one). False: it ended before. */
static bool killed_at(unsigned k, bool replace)
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        struct err e;
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(77);
        raise(SIGSTOP);
        _exit(owner_file_write(path, fresh, BYTES, replace, &e) == OK ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    for (unsigned i = 0; i < k && WIFSTOPPED(status); i++) {
        ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
        waitpid(pid, &status, 0);
    }
    if (!WIFSTOPPED(status)) return false;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    return true;
}

static void loop(bool replace)
{
    unsigned k = 1, broken = 0, held[4] = {0}, parts = 0, blocked = 0;
    struct err e;
    for (bool more = true; more; k++) {
        unlink(path);
        if (replace && owner_file_write(path, old, BYTES, false, &e) != OK) exit(1);
        more = killed_at(k, replace);
        enum held h = holds(path);
        held[h]++;
        broken += h == BROKEN || h == (replace ? NOTHING : OLD) || (!more && h != FRESH);
        if (access(part, F_OK) != 0) continue;
        parts++;
        blocked += owner_file_write(path, old, BYTES, true, &e) != OK || holds(path) != OLD ||
                   access(part, F_OK) == 0;
    }
    is_u64(broken, 0,
           "%s, killed at each of %u stops: the old file %u times, the new one %u times, none %u "
           "times, never a broken one",
           replace ? "replacing" : "making", k - 1, held[OLD], held[FRESH], held[NOTHING]);
    is_u64(blocked, 0, "what %u of them left beside it is gone after the next write", parts);
    ok(held[FRESH] > 1 && held[replace ? OLD : NOTHING] > 1, "both sides of the moment were seen");
}

static void refused(const char *what, const char *text)
{
    struct err e = {0};
    int fd = -1;
    enum error rc = owner_file_open(path, false, "a thing of ours", BYTES, &fd, &e);
    ok(rc == E_KEY && fd == -1 && strstr(e.text, text), "%s: %s", what, e.text);
}

static void put(const char *text, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, text, n) != (ssize_t)n || ftruncate(fd, (off_t)n) != 0) exit(1);
    close(fd);
}

static void refusals(void)
{
    struct err e;
    int fd;
    unlink(path);
    ok(owner_file_open(path, false, "x", BYTES, &fd, &e) == E_OPEN, "not there: %s", e.text);
    put((const char *)old, BYTES);
    ok(owner_file_open(path, false, "x", BYTES, &fd, &e) == OK && close(fd) == 0, "in order");
    chmod(path, 0640);
    refused("group may read", "chmod 600");
    chmod(path, 0602);
    refused("others may write", "chmod 600");
    chmod(path, 0600);
    put("[1,2,3]", 7);
    refused("a keypair of Solana's", "sluice-key import");
    put("", 0);
    refused("empty", "is empty");
    put("hello", 5);
    refused("something else", "5 bytes instead of 9000");
    if (geteuid() == 0) {
        put((const char *)old, BYTES);
        if (chown(path, 12345, 0) != 0) exit(1);
        refused("somebody else's", "number 12345");
    }
    unlink(path);
    mkdir(path, 0700);
    refused("a folder", "is a directory");
    rmdir(path);
    if (symlink("target", path) == 0) refused("a symbolic link", "symbolic link");
    unlink(path);
    if (mkfifo(path, 0600) == 0)
        refused("a pipe, without waiting for its writer", "not a plain file");
    unlink(path);
    put((const char *)old, BYTES);
    ok(owner_file_write(path, fresh, BYTES, false, &e) == E_OPEN && holds(path) == OLD,
       "nothing is written over: %s", e.text);
    put("mine", 4);
    rename(path, part);
    chmod(part, 0644);
    ok(owner_file_write(path, fresh, BYTES, true, &e) != OK && access(part, F_OK) == 0,
       "a file of somebody's that has the name of a part is not removed: %s", e.text);
    unlink(part);
}

int main(void)
{
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(part, sizeof part, "%s.part", path);
    memset(old, 'o', sizeof old);
    memset(fresh, 'f', sizeof fresh);
    refusals();
    int status;
    pid_t pid = fork();
    if (pid == 0) _exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : 77);
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        loop(true);
        loop(false);
    } else
        printf(
            "# killed at each system call: not tried, this process may not trace its children\n");
    unlink(path);
    unlink(part);
    rmdir(folder);
    return done();
}
