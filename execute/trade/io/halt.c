/* halt.c - see halt.h. */
#include "execute/trade/io/halt.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_MS 50u
#define SEEN_MS 1000u

void halt_init(struct halt *h, const char *path)
{
    memset(h, 0, sizeof *h);
    snprintf(h->path, sizeof h->path, "%s", path);
}

static bool is_there(const struct halt *h, const char *more)
{
    char path[300];
    snprintf(path, sizeof path, "%s%s", h->path, more);
    return access(path, F_OK) == 0;
}

static void touch(const struct halt *h, const char *more)
{
    char path[300];
    snprintf(path, sizeof path, "%s%s", h->path, more);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return;
    futimens(fd, NULL);
    close(fd);
}

unsigned halt_look(struct halt *h, uint64_t now_ms)
{
    if (!*h->path || now_ms - h->looked_ms < LOOK_MS) return h->state;
    h->looked_ms = now_ms;
    h->state = !is_there(h, "") ? 0
                                : HALT_STOP | (is_there(h, ".cancel") ? HALT_CANCEL : 0) |
                                      (is_there(h, ".sell") ? HALT_SELL : 0);
    if (h->state && now_ms - h->seen_ms >= SEEN_MS) {
        touch(h, ".seen");
        h->seen_ms = now_ms;
    }
    return h->state;
}

void halt_sold(const struct halt *h)
{
    if (*h->path) touch(h, ".sold");
}
