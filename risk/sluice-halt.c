/* sluice-halt - stop trading, by hand, when everything else may be broken. Shares no code with the trader: no library, no configuration, no
 * memory beyond its stack, nothing that waits longer than a second. Must not: depend on any other process doing its part; grow. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char usage[] = "usage: sluice-halt stop FILE [--lock SOCKET] | resume FILE | lock SOCKET | status FILE\n"
                            "  stop FILE     no more entries while FILE (halt-file in [execute]) is there; exits go on\n"
                            "  resume FILE   entries again\n"
                            "  lock SOCKET   the signer wipes its key and ends: nothing at all is signed any more\n"
                            "  status FILE   exit 0: stopped, 1: not\n"
                            "  --lock SOCKET with stop: lock the signer too; stopped is then also when only one of the two could be done\n"
                            "  --version     print the version and exit\n";

static int say(const char *what, const char *which, int why)
{
    dprintf(STDERR_FILENO, "sluice-halt: %s '%.300s'%s%s\n", what, which, why ? ": " : "", why ? strerror(why) : "");
    return why;
}

/* An empty file needs no room on the disk, only a name. */
static int stop(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return say("error: unable to make", path, errno), 3;
    fsync(fd);
    close(fd);
    say("stopped: no entry is sent while there is", path, 0);
    return 0;
}

static int resume(const char *path)
{
    if (unlink(path) != 0 && errno != ENOENT) return say("error: unable to remove", path, errno), 3;
    say("entries go on: removed", path, 0);
    return 0;
}

/* The signer's request to lock: length 1, kind 3; it answers before it goes. */
static int lock(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    static const unsigned char request[3] = {1, 0, 3};
    unsigned char answer[3];
    if (strlen(path) >= sizeof a.sun_path) return say("error: the path is too long", path, 0), 2;
    memcpy(a.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0) return say("error: no signer at", path, errno), 8;
    struct pollfd p = {fd, POLLIN, 0};
    int sent = write(fd, request, 3) == 3 && poll(&p, 1, 1000) > 0 && read(fd, answer, 3) == 3 && answer[2] == 0;
    close(fd);
    if (!sent) return say("error: the signer does not answer; kill it: pkill -9 sluice-sign; it was at", path, 0), 8;
    say("locked: the signer has wiped its key, at", path, 0);
    return 0;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "", *what = argc > 2 ? argv[2] : NULL;
    if (strcmp(verb, "--help") == 0) return dprintf(STDOUT_FILENO, "sluice-halt - stop trading, by hand, when everything else may be broken\n\n%s", usage) < 0 ? 3 : 0;
    if (strcmp(verb, "--version") == 0) return dprintf(STDOUT_FILENO, "sluice-halt %s\n", SLUICE_VERSION) < 0 ? 3 : 0;
    const char *socket_path = argc == 5 && strcmp(argv[3], "--lock") == 0 ? argv[4] : NULL;
    if (what && argc == 3 && strcmp(verb, "lock") == 0) return lock(what);
    if (what && argc == 3 && strcmp(verb, "resume") == 0) return resume(what);
    if (what && argc == 3 && strcmp(verb, "status") == 0) return access(what, F_OK) == 0 ? 0 : 1;
    if (what && strcmp(verb, "stop") == 0 && (argc == 3 || socket_path)) {
        int rc = stop(what), locked = socket_path ? lock(socket_path) : 0;
        return socket_path && (!rc || !locked) ? 0 : rc; /* either of the two stops entries */
    }
    dprintf(STDERR_FILENO, "sluice-halt: error: wants stop, resume, lock or status\n%s", usage);
    return 2;
}
