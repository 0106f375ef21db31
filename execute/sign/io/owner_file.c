/* owner_file.c - see owner_file.h. */
#include "execute/sign/io/owner_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/io/sys.h"

/* ---- opening ---- */

static enum error wrong_size(const char *path, const char *what, int fd, const struct stat *st,
                             uint64_t bytes, struct err *e)
{
    char first = 0;
    if (st->st_size == 0) return err_set(e, E_KEY, "'%s' is empty, not %s", path, what);
    if (pread(fd, &first, 1, 0) == 1 && first == '[')
        return err_set(e, E_KEY,
                       "'%s' looks like a Solana keypair in the clear: seal it first with "
                       "`sluice-key import %s NEW-FILE`",
                       path, path);
    return err_set(e, E_KEY, "'%s' is not %s (%lld bytes instead of %llu)", path, what,
                   (long long)st->st_size, (unsigned long long)bytes);
}

static enum error check_stat(const char *path, const char *what, int fd, uint64_t bytes,
                             struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set(e, E_READ, "unable to read '%s': %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(e, E_KEY, "'%s' is a directory: name the file in it", path);
    if (!S_ISREG(st.st_mode)) return err_set(e, E_KEY, "'%s' is not a plain file", path);
    if ((uint64_t)st.st_size != bytes) return wrong_size(path, what, fd, &st, bytes, e);
    if (st.st_uid != geteuid())
        return err_set(
            e, E_KEY,
            "'%s' belongs to another user (number %u): run as that user, or chown the file", path,
            (unsigned)st.st_uid);
    if (st.st_mode & 077)
        return err_set(e, E_KEY, "'%s' can be read or written by others (mode %03o): chmod 600 it",
                       path, (unsigned)st.st_mode & 0777);
    return OK;
}

enum error owner_file_open(const char *path, bool write, const char *what, uint64_t bytes, int *out,
                           struct err *e)
{
    struct stat st;
    if (write && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return err_set(e, E_KEY, "'%s' is a directory: name the file in it", path);
    int fd =
        open(path, (write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return errno == ELOOP
                   ? err_set(e, E_KEY, "'%s' is a symbolic link: name the file itself", path)
                   : err_set(e, E_OPEN, "unable to open '%s': %s", path, strerror(errno));
    enum error rc = check_stat(path, what, fd, bytes, e);
    if (rc == OK)
        *out = fd;
    else
        close(fd);
    return rc;
}

/* ---- creation ---- */

/* Lock the path's directory against other processes that create files there by this code. Where the
 * file system has no locks, one process at a time is still safe. */
static int lock_folder(const char *path)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash) *(slash == folder ? slash + 1 : slash) = 0;
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) flock(fd, LOCK_EX);
    return fd;
}

/* Remove what a killed run left: own, small and of mode 0600. Anything else stays. */
static void remove_stale(const char *part)
{
    struct stat st;
    if (lstat(part, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
        (st.st_mode & 0777) == 0600 && st.st_size <= 1 << 16)
        unlink(part);
}

/* Open a file without a name where the file system supports it, else one named part. */
static int open_part(int folder, const char *part, bool *named)
{
    *named = false;
    int fd = openat(folder, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
    if (fd >= 0) return fd;
    *named = true;
    return open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* Name the file of fd `path`. link() never overwrites a file, rename() does. */
static bool give_name(int fd, const char *part, bool named, const char *path, bool replace)
{
    char self[40];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    const char *to = replace ? part : path;
    if (!named && linkat(AT_FDCWD, self, AT_FDCWD, to, AT_SYMLINK_FOLLOW) != 0) return false;
    if (replace) return rename(part, path) == 0;
    return !named || link(part, path) == 0;
}

static enum error write_in(int folder, const char *path, const char *part, const uint8_t *p,
                           size_t n, bool replace, struct err *e)
{
    bool named;
    remove_stale(part);
    int fd = open_part(folder, part, &named);
    if (fd < 0) return err_set(e, E_OPEN, "unable to create '%s': %s", part, strerror(errno));
    bool good =
        sys_write_all(fd, p, n) && fsync(fd) == 0 && give_name(fd, part, named, path, replace);
    int why = errno;
    if ((named && !replace) || !good) remove_stale(part);
    if (close(fd) != 0 && good) {
        good = false;
        why = errno;
    }
    fsync(folder);
    if (good) return OK;
    if (why == EEXIST && replace)
        return err_set(e, E_WRITE, "unable to write '%s': '%s' exists: remove it", path, part);
    return why == EEXIST && !replace
               ? err_set(e, E_OPEN, "'%s' exists: nothing is overwritten", path)
               : err_set(e, E_WRITE, "unable to write '%s': %s", path, strerror(why));
}

enum error owner_file_write(const char *path, const uint8_t *p, size_t n, bool replace,
                            struct err *e)
{
    char part[4096];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return err_set(e, E_USAGE, "the path is too long");
    int folder = lock_folder(path);
    if (folder < 0)
        return err_set(e, E_OPEN, "unable to create '%s': unable to open its directory: %s", path,
                       strerror(errno));
    enum error rc = write_in(folder, path, part, p, n, replace, e);
    close(folder);
    return rc;
}
