/* endpoint.h - byte ends of a stream behind one table of functions: fd, file, zstd, Unix socket,
 * nng, null. Depends on records only in that a writer hands over whole ones.
 *
 * SPEC  -            standard input or output
 *       PATH         a file (or FIFO); PATH.zst is (de)compressed; reading detects zstd by its
 * magic fd:N         an open descriptor unix:PATH    stream socket; a leading + listens
 * (unix:+PATH) for one peer, else dials with patience push:URL pull:URL pub:URL sub:URL   nng; a
 * leading + in URL listens, else dials log:PATH     a file as a link: the writer, started again,
 * makes the same bytes again and appends behind what is there; the reader reads from the start and
 * waits for more, until an eos null         output that is dropped */
#ifndef SLUICE_ENDPOINT_H
#define SLUICE_ENDPOINT_H

#include <sys/types.h>
#include <sys/uio.h>

#include "common/base/base.h"

struct endpoint;

struct endpoint_ops {
    /* Read at most cap bytes; *got = 0 at the end. Blocks until something is there; OK with *got =
     * 0 and *interrupted when a signal arrived. */
    enum error (*read)(struct endpoint *ep, void *buf, size_t cap, size_t *got, struct err *e);
    /* Write all of it, or fail. While it would block, ep->idle (may be NULL) is served. */
    enum error (*writev)(struct endpoint *ep, const struct iovec *iov, int n, struct err *e);
    /* Nothing more will be written: flush, and wait until the peer has it where the transport can
     * tell. */
    enum error (*finish)(struct endpoint *ep, struct err *e);
    void (*close)(struct endpoint *ep);
};

/* Something else to read while a write waits: the back channel (stage loop). */
struct endpoint_idle {
    int fd; /* polled for input, -1 = none */
    enum error (*ready)(struct endpoint_idle *self, struct err *e); /* called when it is readable */
};

struct endpoint {
    const struct endpoint_ops *ops;
    int fd;                     /* for poll; -1 when it is absent */
    struct endpoint_idle *idle; /* served by writes that wait; not owned */
    const char *spec;           /* as given, for messages; not owned */
    bool ends_with_eos;         /* the transport itself has no end: the eos record is it (nng) */
    bool resumes;               /* a stopped writer continues later: no end is written then (log) */
    bool lossy;                 /* bytes may be missing: `lost` counts the batches that are (sub) */
    uint64_t lost;
};

/* Open for reading or writing. E_USAGE for a spec that makes no sense, E_OPEN when it cannot be
 * opened; *out is released by endpoint_close(). The spec text must outlive the endpoint. */
enum error endpoint_open_read(const char *spec, struct endpoint **out, struct err *e);
enum error endpoint_open_write(const char *spec, struct endpoint **out, struct err *e);
enum error endpoint_read(struct endpoint *ep, void *buf, size_t cap, size_t *got, struct err *e);
enum error endpoint_writev(struct endpoint *ep, const struct iovec *iov, int n, struct err *e);
enum error endpoint_finish(struct endpoint *ep, struct err *e);
void endpoint_close(struct endpoint *ep);

/* The back channel: a FIFO path, unix:PATH, fd:N or log:PATH, never blocking. The reader opens
 * before the writer. A FIFO without a reader is E_PIPE for the writer. */
enum error endpoint_open_back(const char *spec, bool write, struct endpoint **out, struct err *e);
/* Make writes call ep->idle instead of blocking. */
void endpoint_set_idle(struct endpoint *ep, struct endpoint_idle *idle);

/* Wrap an open descriptor (taken over). */
enum error endpoint_from_fd(int fd, const char *spec, struct endpoint **out, struct err *e);
/* log:PATH. */
#define LOG_PREFIX "log:"
enum error log_open_write(const char *spec, struct endpoint **out, struct err *e);
/* A descriptor that gives the bytes of the file as they come, from its first; it need not be there
 * yet. -1: e is set. */
int log_pipe(const char *path, struct err *e);

/* Layers and transports, each in its own file. */
enum error zstd_reader(struct endpoint *below, struct endpoint **out, struct err *e);
enum error zstd_writer(struct endpoint *below, struct endpoint **out, struct err *e);
enum error nng_open(const char *spec, bool write, struct endpoint **out, struct err *e);

/* True once any nng endpoint was opened: the process must leave by _exit, because nng_close can
 * hang. */
extern bool nng_in_use;

/* Set by SIGINT/SIGTERM: reads return *got = 0 and the loop ends in order. */
extern volatile int endpoint_stop;

#endif
