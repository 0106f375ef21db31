/* cores.c - see cores.h. Linux, Documentation/power/pm_qos_interface: a program writes the latency
 * it can bear, in microseconds, as a 32-bit number to /dev/cpu_dma_latency; it holds until another
 * is written or the file is closed, so also when the program dies. */
#include "execute/trade/io/cores.h"

#include <fcntl.h>
#include <unistd.h>

#define HOLD_MS 5u
#define ANY_US  2000000000 /* the kernel's "no matter": PM_QOS_CPU_LATENCY_DEFAULT_VALUE */

static bool bear(const struct cores *c, int32_t us)
{
    return write(c->fd, &us, sizeof us) == (ssize_t)sizeof us;
}

void cores_open(struct cores *c)
{
    c->held_until_ms = 0;
    c->fd = open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC);
    if (c->fd >= 0 && !bear(c, ANY_US)) cores_close(c); /* opening alone asks for 0 */
}

void cores_hold(struct cores *c, uint64_t now_ms)
{
    if (c->fd < 0 || (!c->held_until_ms && !bear(c, 0))) return;
    c->held_until_ms = now_ms + HOLD_MS;
}

void cores_rest(struct cores *c, uint64_t now_ms)
{
    if (c->fd < 0 || !c->held_until_ms || now_ms < c->held_until_ms) return;
    c->held_until_ms = 0;
    if (!bear(c, ANY_US)) cores_close(c);
}

void cores_close(struct cores *c)
{
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
}
