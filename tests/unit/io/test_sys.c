/* test_sys.c - clocks, files that are replaced or read whole, Unix sockets. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/io/sys.h"
#include "tests/unit/tap.h"

static char folder[] = "/tmp/sluice-sys.XXXXXX";

static const char *in(const char *name)
{
    static char path[4][128];
    static unsigned next;
    char *p = path[next++ % 4];
    snprintf(p, 128, "%s/%s", folder, name);
    return p;
}

static void test_clocks(void)
{
    uint64_t a = sys_monotonic_ns(), b = sys_monotonic_ns();
    ok(a && a <= b, "monotonic");
    ok(sys_boottime_ns() >= a, "boottime counts suspend too");
    ok(sys_realtime_ns() > UINT64_C(1700000000) * NS_PER_S, "realtime is since 1970");
}

static void test_files(void)
{
    struct err e;
    char *data, big[70000];
    size_t n;
    char path[128];
    snprintf(path, sizeof path, "%s", in("file"));
    memset(big, 'x', sizeof big);
    is_u64(sys_file_replace(path, "old", 3, &e), OK, "make a file");
    is_u64(sys_file_replace(path, big, sizeof big, &e), OK, "replace it");
    is_u64(sys_file_read(path, sizeof big, &data, &n, &e), OK, "read it");
    ok(n == sizeof big && memcmp(data, big, n) == 0 && data[n] == 0, "the new bytes and a NUL");
    free(data);
    ok(access(in("file.tmp"), F_OK) != 0, "nothing is left beside it");
    is_u64(sys_file_read(path, sizeof big - 1, &data, &n, &e), E_LIMIT, "a byte too long");
    is_u64(sys_file_read(in("none"), 9, &data, &n, &e), E_OPEN, "no such file");
    is_u64(sys_file_replace(in("none/file"), "x", 1, &e), E_WRITE, "no such folder");
    ok(mkdir(in("dir"), 0700) == 0, "a folder");
    is_u64(sys_file_replace(in("dir"), "x", 1, &e), E_WRITE, "a folder is not replaced");
    ok(access(in("dir.tmp"), F_OK) != 0, "and nothing is left of the attempt");
    ok(sys_rename_durable(path, in("dir/file")) && access(in("dir/file"), F_OK) == 0, "renamed");
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (full >= 0) ok(!sys_write_all(full, "x", 1) && errno == ENOSPC, "a full disk");
    close(full);
    unlink(in("dir/file"));
    rmdir(in("dir"));
}

static void test_sockets(void)
{
    struct err e;
    int server, client;
    char longer[200];
    memset(longer, 'p', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    is_u64(sys_unix_connect(in("s"), &client, &e), E_OPEN, "no listener");
    ok(errno == ENOENT && client == -1, "errno says that the path is missing");
    is_u64(sys_unix_listen(in("s"), 4, &server, &e), OK, "listen");
    is_u64(sys_unix_connect(in("s"), &client, &e), OK, "connect");
    close(client);
    close(server);
    is_u64(sys_unix_connect(in("s"), &client, &e), E_OPEN, "its listener is gone");
    ok(errno == ECONNREFUSED, "errno says so");
    is_u64(sys_unix_listen(in("s"), 4, &server, &e), OK, "the path is taken over");
    close(server);
    unlink(in("s"));
    is_u64(sys_unix_connect(longer, &client, &e), E_USAGE, "a path that does not fit");
    is_u64(sys_unix_listen("", 4, &server, &e), E_USAGE, "an empty path");
    is_u64(sys_unix_listen(in("none/s"), 4, &server, &e), E_OPEN, "no such folder");
    ok(strstr(e.text, "its directory does not exist") != NULL, "is said");
}

int main(void)
{
    if (!mkdtemp(folder)) return 1;
    test_clocks();
    test_files();
    test_sockets();
    rmdir(folder);
    return done();
}
