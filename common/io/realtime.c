/* realtime.c - see realtime.h. A core that went to sleep takes 50 to 100 us to wake up, and finds
 * its caches cold. /dev/cpu_dma_latency (Linux, Documentation/power/pm_qos_interface.rst) takes the
 * latency that a program can bear as a 32-bit number of microseconds. The request holds as long as
 * the file is open, so it ends with the process however that ends. */
#include "common/io/realtime.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE        4096u
#define STACK_BYTES 65536u

static void touch(volatile uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i += PAGE) p[i] = p[i];
    if (n) p[n - 1] = p[n - 1];
}

void realtime_prefault(void *p, size_t n)
{
    volatile uint8_t stack[STACK_BYTES];
    for (size_t i = 0; i < sizeof stack; i += PAGE) stack[i] = 0;
    touch(p, n);
}

enum error realtime_lock_memory(struct err *e)
{
    if (mlockall(MCL_CURRENT) == 0) return OK;
    return err_set(
        e, E_LIMIT,
        "unable to lock memory (%s): the kernel may reclaim pages of this process; raise "
        "RLIMIT_MEMLOCK (LimitMEMLOCK=infinity)",
        strerror(errno));
}

enum error realtime_hold_latency(int *fd, struct err *e)
{
    const int32_t us = 0;
    *fd = open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC);
    if (*fd >= 0 && write(*fd, &us, sizeof us) == (ssize_t)sizeof us) return OK;
    int why = errno;
    if (*fd >= 0) close(*fd);
    *fd = -1;
    return err_set(
        e, E_OPEN,
        "unable to hold /dev/cpu_dma_latency (%s): idle cores may sleep and wake up 50 to "
        "100 us later; let this user write the file",
        strerror(why));
}
