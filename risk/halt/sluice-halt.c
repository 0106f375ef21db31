/* sluice-halt - stop, cancel, sell, lock: by hand, when everything else may be broken. Shares no
 * code with the trader: no library, no configuration, no memory beyond its stack. It signals
 * sluice-execute by the presence of empty files, which need a name on the disk and no room: FILE
 * (no entries), FILE.cancel (nothing waiting is sent, nothing is sent again), FILE.sell (sell all);
 * execute answers by touching FILE.seen once a second and by FILE.sold. Must not: trust that any
 * other process or the disk does its part; wait without an end; grow. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DISK_MS     2000 /* a file that is not made or removed by then: the disk hangs */
#define SIGNER_MS   1000 /* to answer a lock */
#define DEATH_MS    5000 /* of a process that got its SIGKILL */
#define SILENT_MS   5000 /* FILE.seen is touched once a second by an execute that works */
#define TICK_MS     100
#define PROGRESS_MS 10000
#define SUFFIX_MAX  8

enum exit_code {
    DONE,
    NOT_STOPPED,
    USAGE,
    NO_FILE,
    NOT_SOLD,
    NO_EXECUTE,
    NOT_KILLED,
    RUN_FAILED,
    NOT_LOCKED
};

struct wish {
    const char *verb, *file, *lock, *pidfile;
    char **run; /* COMMAND and its arguments, NULL = none */
    unsigned wait_s;
};

static const char usage[] =
    "usage: sluice-halt stop | cancel | resume | status FILE [--lock SOCKET]\n"
    "       sluice-halt sell FILE [--wait SECONDS] [--kill PIDFILE] [--lock SOCKET] [--run COMMAND "
    "[ARG...]]\n"
    "       sluice-halt lock SOCKET\n"
    "  stop FILE     send no entries while FILE (halt-file in [execute]) exists; exits continue\n"
    "  cancel FILE   stop, drop queued orders and stop resending, including exits\n"
    "  sell FILE     stop; execute sells all that the wallet holds; wait until it reports that all "
    "is sold\n"
    "  resume FILE   allow entries again and take back the orders above\n"
    "  status FILE   print what is in force; exit 0: stopped, 1: not\n"
    "  lock SOCKET   the signer wipes its key and exits, so nothing more is signed; one that "
    "hangs is killed\n"
    "  --lock SOCKET lock the signer as well: with sell after the sale, else at once\n"
    "  --wait SECONDS  with sell: wait at most this long (300)\n"
    "  --kill PIDFILE  with sell: kill an execute that is silent for 5 s (pid-file in [execute])\n"
    "  --run COMMAND   with sell: what sells when execute is silent, such as sluice-execute --live "
    "--sell-all -c CONF; the rest of the line\n"
    "  --version     print the version and exit\n";

static int say(const char *what, const char *which, int why)
{
    dprintf(STDERR_FILENO, "sluice-halt: %s '%.300s'%s%s\n", what, which, why ? ": " : "",
            why ? strerror(why) : "");
    return why;
}

static void nap(int ms) { poll(NULL, 0, ms); }

static long long clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- files ---- */

static const char *beside(const char *file, const char *suffix, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s%s", file, suffix);
    return out;
}

static int is_there(const char *file, const char *suffix)
{
    char path[PATH_MAX];
    return access(beside(file, suffix, path), F_OK) == 0;
}

/* 0 or an errno. What is there already is in force, whoever owns it. */
static int create(const char *path)
{
    if (access(path, F_OK) == 0) return 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0644);
    if (fd < 0) return errno;
    fsync(fd);
    close(fd);
    return 0;
}

static int destroy(const char *path) { return unlink(path) == 0 || errno == ENOENT ? 0 : errno; }

/* What writes to the disk is done by a child that is waited for two seconds: a disk that hangs
 * keeps nothing else from being done. */
static int apart(int (*work)(const char *), const char *path)
{
    pid_t child = fork();
    if (child == 0) _exit(work(path));
    if (child < 0) return work(path);
    for (long long end = clock_ms() + DISK_MS; clock_ms() < end; nap(1)) {
        int st;
        if (waitpid(child, &st, WNOHANG) == child) return WIFEXITED(st) ? WEXITSTATUS(st) : EIO;
    }
    return ETIMEDOUT;
}

static int make(const char *file, const char *suffix)
{
    char path[PATH_MAX];
    int why = apart(create, beside(file, suffix, path));
    if (why && is_there(path, ""))
        return 0; /* its name is seen, whether or not it has reached the disk */
    return why ? say("error: unable to make", path, why) : 0;
}

static int removed(const char *file, const char *suffix)
{
    char path[PATH_MAX];
    int why = apart(destroy, beside(file, suffix, path));
    if (why && !is_there(path, "")) return 0;
    return why ? say("error: unable to remove", path, why) : 0;
}

/* ---- processes ---- */

static int read_small(const char *path, char out[32])
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, out, 31);
    int why = n < 0 ? errno : 0;
    if (fd >= 0) close(fd);
    out[n > 0 ? n : 0] = 0;
    return why;
}

static int is_called(int pid, const char *name)
{
    char path[32], comm[32];
    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    size_t n = strlen(name);
    return read_small(path, comm) == 0 && strncmp(comm, name, n) == 0 && comm[n] == '\n';
}

/* Kill exactly this process, when it has this name, and wait for its end. Returns 0; ESRCH when it
 * is absent or another program; else an errno. The descriptor is taken before the name is looked
 * at, so that no other process can get the signal. */
static int kill_hard(int pid, const char *name)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) return errno;
    int why = is_called(pid, name) ? 0 : ESRCH;
    if (!why && syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) != 0) why = errno;
    struct pollfd p = {fd, POLLIN, 0};
    if (!why && poll(&p, 1, DEATH_MS) <= 0) why = ETIMEDOUT;
    close(fd);
    return why;
}

static int kill_execute(const char *pidfile)
{
    char text[32], *end = text;
    int why = read_small(pidfile, text);
    if (why == ENOENT) {
        say("execute has left no pid file: it has ended, or never wrote", pidfile, 0);
        return 0;
    }
    if (why) return say("error: unable to read", pidfile, why);
    long pid = strtol(text, &end, 10);
    if (pid < 1 || pid > INT_MAX || (*end && *end != '\n')) {
        say("error: this is no pid file", pidfile, 0);
        return EINVAL;
    }
    why = kill_hard((int)pid, "sluice-execute");
    if (why == ESRCH) {
        say("execute is dead: no sluice-execute has the number in", pidfile, 0);
        return 0;
    }
    if (why) {
        dprintf(STDERR_FILENO,
                "sluice-halt: error: unable to kill execute: %s; by hand: kill -9 %ld\n",
                strerror(why), pid);
        return why;
    }
    dprintf(STDERR_FILENO,
            "sluice-halt: killed execute, process %ld: what it sent is in its journal\n", pid);
    return 0;
}

/* ---- the signer ---- */

/* One that does not answer is killed: that, too, ends its key. The kernel names who listens at the
 * other end of a socket. */
static int kill_signer(int fd, const char *path)
{
    struct ucred who = {0};
    socklen_t n = sizeof who;
    int why = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0
                  ? errno
                  : kill_hard((int)who.pid, "sluice-sign");
    if (!why) {
        say("locked: the signer did not answer and was killed, at", path, 0);
        return DONE;
    }
    dprintf(STDERR_FILENO,
            "sluice-halt: error: the signer at '%.300s' does not answer and process %d cannot be "
            "killed: %s; by hand: pkill -9 -x sluice-sign\n",
            path, (int)who.pid, why == ESRCH ? "it is no sluice-sign" : strerror(why));
    return NOT_LOCKED;
}

/* The signer's request to lock: length 1, kind 3; it answers before it goes. */
static int lock(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    static const unsigned char request[3] = {1, 0, 3};
    unsigned char answer[3];
    if (strlen(path) >= sizeof a.sun_path) {
        say("error: the path is too long", path, 0);
        return USAGE;
    }
    memcpy(a.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        int why = errno;
        if (fd >= 0) close(fd);
        if (why == EAGAIN)
            say("error: the signer hangs and its queue is full; by hand: pkill -9 -x sluice-sign; "
                "it is at",
                path, 0);
        else
            say("error: no signer at", path, why);
        return NOT_LOCKED;
    }
    struct pollfd p = {fd, POLLIN, 0};
    int good = write(fd, request, 3) == 3 && poll(&p, 1, SIGNER_MS) > 0 &&
               read(fd, answer, 3) == 3 && answer[2] == 0;
    if (good) say("locked: the signer has wiped its key, at", path, 0);
    int rc = good ? DONE : kill_signer(fd, path);
    close(fd);
    return rc;
}

/* ---- the sale ---- */

struct sale {
    const struct wish *w;
    long long end_ms, silent_ms,
        progress_ms; /* when to give up; execute was last seen; progress was last printed */
    struct timespec seen;
    pid_t child;
    int asked, was_alive, killed, ran, run_code;
};

/* Has FILE.seen moved since it was last looked at? Its time is compared with itself only: no clock
 * is trusted. */
static int moved(struct sale *s)
{
    char path[PATH_MAX];
    struct stat st;
    if (stat(beside(s->w->file, ".seen", path), &st) != 0 ||
        (st.st_mtim.tv_sec == s->seen.tv_sec && st.st_mtim.tv_nsec == s->seen.tv_nsec))
        return 0;
    s->seen = st.st_mtim;
    return 1;
}

static void look(struct sale *s)
{
    if (!moved(s)) return;
    s->silent_ms = clock_ms();
    if (!s->was_alive) say("execute is alive and sells: it touches .seen beside", s->w->file, 0);
    s->was_alive = 1;
}

static void start(struct sale *s)
{
    s->ran = 1;
    s->child = fork();
    if (s->child == 0) { /* a terminal that goes away does not end the sale */
        setsid();
        int null = open("/dev/null", O_RDONLY);
        if (null >= 0) dup2(null, STDIN_FILENO);
        execvp(s->w->run[0], s->w->run);
        _exit(127);
    }
    if (s->child < 0) {
        s->child = 0;
        s->run_code = say("error: unable to start", s->w->run[0], errno);
    } else
        dprintf(STDERR_FILENO, "sluice-halt: started '%.300s' as process %d\n", s->w->run[0],
                (int)s->child);
}

/* Has COMMAND ended? 1: and all is sold. */
static int reap(struct sale *s)
{
    int st;
    if (!s->child || waitpid(s->child, &st, WNOHANG) != s->child) return 0;
    s->child = 0;
    s->run_code = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
    if (s->run_code == 0) {
        make(s->w->file, ".sold");
        return 1;
    }
    dprintf(STDERR_FILENO, "sluice-halt: error: '%.300s' %s %d\n", s->w->run[0],
            s->run_code == 127 ? "could not be started, or ended with" : "ended with", s->run_code);
    s->silent_ms = clock_ms(); /* a supervisor may have started execute meanwhile: let it show */
    return 0;
}

static void by_hand(const struct wish *w)
{
    dprintf(
        STDERR_FILENO,
        "sluice-halt: by hand: end execute (kill -9 is safe: its journal holds what it sent), "
        "then: sluice-execute --live --sell-all -c CONF\nsluice-halt: %s while there is '%.300s'\n",
        is_there(w->file, "") ? "no entry is sent" : "entries continue; they stop only", w->file);
}

/* No process sells: take the next remedy that was allowed. DONE: one was found, keep waiting.
 */
static int take_over(struct sale *s)
{
    if (!s->killed)
        say(s->asked ? "execute is silent: it hangs or is dead; it should touch"
                     : "unable to reach execute: the file cannot be written",
            s->w->file, 0);
    if (s->w->pidfile && !s->killed) {
        s->killed = 1;
        if (kill_execute(s->w->pidfile)) return NOT_KILLED;
        s->silent_ms = clock_ms();
        if (s->asked && !s->w->run) return DONE; /* a supervisor may start it again */
    }
    s->killed = 1;
    if (s->w->run && !s->ran) {
        start(s);
        return DONE;
    }
    return s->ran ? RUN_FAILED : s->asked ? NO_EXECUTE : NO_FILE;
}

static int follow(struct sale *s)
{
    moved(s); /* what was there before does not count */
    for (s->silent_ms = s->progress_ms = clock_ms();; nap(TICK_MS)) {
        look(s);
        long long now = clock_ms();
        if (reap(s) || is_there(s->w->file, ".sold")) return DONE;
        if (now >= s->end_ms) return NOT_SOLD;
        int silent = s->asked ? now - s->silent_ms >= SILENT_MS : 1;
        int rc = silent && !s->child ? take_over(s) : DONE;
        if (rc) return rc;
        if (now - s->progress_ms < PROGRESS_MS) continue;
        s->progress_ms = now;
        dprintf(STDERR_FILENO, "sluice-halt: not all is sold yet; %lld s are left to wait; %s\n",
                (s->end_ms - now) / 1000,
                s->child                        ? "the command runs"
                : now - s->silent_ms < 2 * 1000 ? "execute is alive"
                                                : "execute is silent");
    }
}

static int sell(const struct wish *w)
{
    struct sale s = {.w = w, .end_ms = clock_ms() + (long long)w->wait_s * 1000};
    int why = make(w->file, "");
    if (!why && !is_there(w->file, ".sell"))
        why = removed(w->file, ".sold"); /* of an earlier sale */
    if (!why) why = make(w->file, ".sell");
    if (!why) why = removed(w->file, ".cancel"); /* it would forbid the sale too */
    s.asked = !why;
    if (s.asked) say("stopped, and asked to sell everything, by", w->file, 0);
    signal(SIGHUP, SIG_IGN);
    int rc = follow(&s);
    if (rc == DONE)
        say("all is sold; no entry is sent while there is", w->file, 0);
    else if (rc == NOT_SOLD && s.child)
        dprintf(STDERR_FILENO,
                "sluice-halt: error: not all is sold; process %d continues to sell\n",
                (int)s.child);
    else if (rc == NOT_SOLD)
        say("error: not all is sold; execute keeps trying and logs why; wait again with "
            "sluice-halt sell",
            w->file, 0);
    else
        by_hand(w);
    return rc;
}

/* ---- the other verbs ---- */

static int stop(const struct wish *w)
{
    if (make(w->file, "")) return NO_FILE;
    say("stopped: no entry is sent while there is", w->file, 0);
    return DONE;
}

static int cancel(const struct wish *w)
{
    int rc = stop(w);
    if (make(w->file, ".cancel")) return NO_FILE;
    say("cancelled: nothing waiting is sent, nothing is sent again, exits neither, while there is "
        "also .cancel beside",
        w->file, 0);
    return rc;
}

/* FILE goes last: as long as anything of it is left, entries rest. */
static int resume(const struct wish *w)
{
    static const char *const suffix[] = {".sell", ".sold", ".cancel", ".seen", ""};
    for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++)
        if (removed(w->file, suffix[i])) return NO_FILE;
    say("entries are allowed again: removed", w->file, 0);
    return DONE;
}

static int status(const struct wish *w)
{
    char path[PATH_MAX];
    struct stat st;
    struct timespec now;
    int stopped = is_there(w->file, "");
    if (!stopped && errno != ENOENT) {
        say("error: unable to look at", w->file, errno);
        return NO_FILE;
    }
    dprintf(STDOUT_FILENO, "%s\n", stopped ? "stopped: no entry is sent" : "not stopped");
    if (is_there(w->file, ".cancel"))
        dprintf(STDOUT_FILENO, "cancelled: nothing waiting is sent, nothing is sent again\n");
    if (is_there(w->file, ".sell"))
        dprintf(STDOUT_FILENO, "%s\n",
                is_there(w->file, ".sold") ? "sold: nothing is held any more"
                                           : "selling: not all is sold yet");
    if (!stopped) return NOT_STOPPED;
    clock_gettime(CLOCK_REALTIME, &now);
    if (stat(beside(w->file, ".seen", path), &st) != 0)
        dprintf(STDOUT_FILENO, "execute: has not seen it\n");
    else if (llabs((long long)now.tv_sec - st.st_mtim.tv_sec) * 1000 <= SILENT_MS)
        dprintf(STDOUT_FILENO, "execute: alive\n");
    else
        dprintf(STDOUT_FILENO, "execute: silent for %lld s: it hangs or is dead\n",
                (long long)now.tv_sec - st.st_mtim.tv_sec);
    return DONE;
}

/* ---- the command line ---- */

static int is(const char *a, const char *b) { return a && strcmp(a, b) == 0; }

/* 1: understood. Options after FILE; --run takes the rest. */
static int read_line(int argc, char **argv, struct wish *w)
{
    *w = (struct wish){
        .verb = argc > 1 ? argv[1] : "", .file = argc > 2 ? argv[2] : NULL, .wait_s = 300};
    int selling = is(w->verb, "sell");
    if (!w->file || !*w->file || strlen(w->file) + SUFFIX_MAX >= PATH_MAX) return 0;
    if (is(w->verb, "lock")) return argc == 3;
    for (int i = 3; i < argc; i += 2) {
        char *value = i + 1 < argc ? argv[i + 1] : NULL, *end;
        if (!value || !*value) return 0;
        if (is(argv[i], "--lock"))
            w->lock = value;
        else if (selling && is(argv[i], "--kill"))
            w->pidfile = value;
        else if (selling && is(argv[i], "--run")) {
            w->run = argv + i + 1;
            return 1;
        } else if (selling && is(argv[i], "--wait")) {
            long s = strtol(value, &end, 10);
            if (*end || s < 1 || s > 86400) return 0;
            w->wait_s = (unsigned)s;
        } else
            return 0;
    }
    return is(w->verb, "stop") || is(w->verb, "cancel") || selling || is(w->verb, "resume") ||
           is(w->verb, "status");
}

/* With a standard descriptor closed, the next file or socket would take its number and be sent our
 * messages. */
static void hold_standard(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", O_RDWR); /* the lowest number that is free: fd itself */
}

static int carry_out(const struct wish *w)
{
    if (is(w->verb, "stop")) return stop(w);
    if (is(w->verb, "cancel")) return cancel(w);
    if (is(w->verb, "sell")) return sell(w);
    return is(w->verb, "resume") ? resume(w) : status(w);
}

int main(int argc, char **argv)
{
    struct wish w;
    hold_standard();
    if (argc > 1 && is(argv[1], "--help"))
        return dprintf(STDOUT_FILENO,
                       "sluice-halt - stop, cancel, sell, lock: by hand, when everything else may "
                       "be broken\n\n%s",
                       usage) < 0
                   ? NO_FILE
                   : DONE;
    if (argc > 1 && is(argv[1], "--version"))
        return dprintf(STDOUT_FILENO, "sluice-halt %s\n", SLUICE_VERSION) < 0 ? NO_FILE : DONE;
    if (!read_line(argc, argv, &w)) {
        dprintf(STDERR_FILENO,
                "sluice-halt: error: the first word must be stop, cancel, sell, resume, status or "
                "lock\n%s",
                usage);
        return USAGE;
    }
    signal(SIGPIPE, SIG_IGN);
    alarm(is(w.verb, "sell") ? w.wait_s + 60 : 30); /* whatever hangs */
    if (is(w.verb, "lock")) return lock(w.file);
    int rc = carry_out(&w);
    if (!w.lock) return rc;
    if (is(w.verb, "sell") && rc && is_there(w.file, "")) {
        say("not locked: the signer is needed for what is not sold yet; to lock it all the same: "
            "sluice-halt lock",
            w.lock, 0);
        return rc;
    }
    int locked = lock(w.lock);
    if (is(w.verb, "stop") && (!rc || !locked)) return DONE; /* either of the two stops entries */
    return rc ? rc : locked;
}
