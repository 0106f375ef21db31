/* password.c - see key_file.h: reads a password from a descriptor, a credential or the terminal.
 * Must not: take one from arguments or the environment. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "execute/sign/io/key_file.h"

#define SHORT 12u

/* Bytes up to the first newline or the end. */
static enum error read_line(int fd, const char *from, struct secret *p, struct err *e)
{
    size_t n = 0;
    if (!key_file_secret_open(p, PASSWORD_MAX + 1))
        return err_set(e, E_INTERNAL, "no locked memory");
    for (;;) {
        ssize_t got = read(fd, p->bytes + n, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return err_set(e, E_READ, "unable to read the password from %s: %s", from,
                           strerror(errno));
        if (got == 0 && n == 0) return err_set(e, E_KEY, "no password from %s: it is empty", from);
        if (got == 0 || p->bytes[n] == '\n') break;
        if (++n > PASSWORD_MAX)
            return err_set(e, E_KEY, "the password is longer than %u bytes", PASSWORD_MAX);
    }
    p->n = n;
    return n ? OK : err_set(e, E_KEY, "the password is empty");
}

static int tty_fd = -1;
static struct termios tty_was;

static void tty_restore(int sig)
{
    if (tty_fd >= 0) tcsetattr(tty_fd, TCSAFLUSH, &tty_was);
    if (sig) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
}

static enum error ask(const char *label, struct secret *p, struct err *e)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || tcgetattr(fd, &tty_was) != 0) {
        if (fd >= 0) close(fd);
        return err_set(e, E_USAGE,
                       "no terminal to ask for the %s: use --password-fd or "
                       "--password-credential, a new one of rotate by --new-password-fd",
                       label);
    }
    struct termios quiet = tty_was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tty_fd = fd;
    static const int ends[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};
    void (*were[COUNT_OF(ends)])(int),
        (*stop_was)(int) = signal(SIGTSTP, SIG_IGN); /* a resumed terminal would echo */
    for (size_t i = 0; i < COUNT_OF(ends); i++) were[i] = signal(ends[i], tty_restore);
    dprintf(fd, "%s: ", label);
    tcsetattr(fd, TCSAFLUSH, &quiet);
    enum error rc = read_line(fd, "the terminal", p, e);
    tty_restore(0);
    dprintf(fd, "\n");
    tty_fd = -1;
    for (size_t i = 0; i < COUNT_OF(ends); i++) signal(ends[i], were[i]);
    signal(SIGTSTP, stop_was);
    close(fd);
    return rc;
}

static enum error from_credential(const char *name, struct secret *p, struct err *e)
{
    char path[4096];
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (!folder || strchr(name, '/'))
        return err_set(e, E_USAGE,
                       folder ? "a credential is a name, not a path"
                              : "no systemd credentials: $CREDENTIALS_DIRECTORY is not set");
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_set(e, E_OPEN, "unable to open the credential '%s': %s", name, strerror(errno));
    enum error rc = read_line(fd, "the credential", p, e);
    close(fd);
    return rc;
}

enum error password_read(const char *fd, const char *credential, const char *label, bool confirm,
                         struct secret *p, struct err *e)
{
    uint64_t number;
    struct secret again = {0};
    if (*fd && *credential)
        return err_set(e, E_USAGE,
                       "the password comes from a descriptor or from a credential, not from both");
    if (*fd) {
        char from[40];
        if (!parse_u64(fd, strlen(fd), &number) || number >= 1024)
            return err_set(
                e, E_USAGE,
                "the password's descriptor is a number, as in --password-fd 3 3<file, not '%.40s'",
                fd);
        snprintf(from, sizeof from, "descriptor %u", (unsigned)number);
        if (fcntl((int)number, F_GETFD) < 0)
            return err_set(e, E_USAGE, "%s is not open: give it a file, as in 3<file", from);
        return read_line((int)number, from, p, e);
    }
    if (*credential) return from_credential(credential, p, e);
    enum error rc = ask(label, p, e);
    if (rc != OK || !confirm) return rc;
    if (p->n < SHORT)
        log_line(LOG_WARNING, "a password under %u characters can be guessed: use a longer one",
                 SHORT);
    rc = ask("the same again", &again, e);
    if (rc == OK && (again.n != p->n || sodium_memcmp(again.bytes, p->bytes, p->n) != 0))
        rc = err_set(e, E_KEY, "the two passwords differ: nothing was written");
    key_file_secret_free(&again);
    return rc;
}
