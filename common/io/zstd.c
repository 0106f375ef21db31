/* zstd.c - zstd layers over another endpoint. The only file that includes zstd.h.
 * Reading looks at the first bytes: no zstd magic, and everything passes through untouched.
 * Writing ends a frame every 4 MiB of input, so that a torn file loses little and a reader could
 * seek. */
#include "common/io/endpoint.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define WINDOW_LOG_MAX 27 /* 128 MiB: what a hostile frame may make us reserve */
#define FRAME_BYTES    (4u << 20)
#define LEVEL          1 /* fast enough to write at tape speed; facts: ratio 1.76 at 490 MB/s */

struct zst {
    struct endpoint ep;
    struct endpoint *below;
    ZSTD_DStream *d;
    ZSTD_CStream *c;
    uint8_t *buf; /* compressed bytes */
    size_t cap, at, len;
    size_t in_frame; /* plain bytes in the frame being written */
    bool looked, plain, mid_frame, end;
};

static enum error fill(struct zst *z, struct err *e)
{
    z->at = 0;
    enum error rc = endpoint_read(z->below, z->buf, z->cap, &z->len, e);
    if (rc == OK && z->len == 0) z->end = true;
    return rc;
}

/* Gather four bytes and decide whether this is zstd. */
static enum error look(struct zst *z, struct err *e)
{
    static const uint8_t magic[4] = {0x28, 0xb5, 0x2f, 0xfd};
    size_t got = 0;
    z->at = z->len = 0;
    while (z->len < 4) {
        enum error rc = endpoint_read(z->below, z->buf + z->len, z->cap - z->len, &got, e);
        if (rc != OK) return rc;
        if (got == 0) break;
        z->len += got;
    }
    z->looked = true;
    z->plain = z->len < 4 || memcmp(z->buf, magic, 4) != 0;
    return OK;
}

static enum error inflate_some(struct zst *z, void *buf, size_t cap, size_t *got, struct err *e)
{
    ZSTD_outBuffer o = {buf, cap, 0};
    while (o.pos == 0 && !(z->end && z->at == z->len)) {
        if (z->at == z->len) {
            enum error rc = fill(z, e);
            if (rc != OK) return rc;
            if (z->end) break;
        }
        ZSTD_inBuffer in = {z->buf, z->len, z->at};
        size_t rc = ZSTD_decompressStream(z->d, &o, &in);
        z->at = in.pos;
        if (ZSTD_isError(rc))
            return err_set(e, E_CORRUPT, "'%s' is damaged: %s", z->ep.spec, ZSTD_getErrorName(rc));
        z->mid_frame = rc != 0;
    }
    *got = o.pos;
    return OK; /* a frame cut short shows as a stream without eos */
}

static enum error zst_read(struct endpoint *ep, void *buf, size_t cap, size_t *got, struct err *e)
{
    struct zst *z = (struct zst *)ep;
    *got = 0;
    if (!z->looked) {
        enum error rc = look(z, e);
        if (rc != OK) return rc;
    }
    if (!z->plain) return inflate_some(z, buf, cap, got, e);
    if (z->at == z->len) return endpoint_read(z->below, buf, cap, got, e);
    *got = z->len - z->at < cap ? z->len - z->at : cap;
    memcpy(buf, z->buf + z->at, *got);
    z->at += *got;
    return OK;
}

static enum error deflate_some(struct zst *z, ZSTD_inBuffer *in, ZSTD_EndDirective mode,
                               struct err *e)
{
    for (;;) {
        ZSTD_outBuffer o = {z->buf, z->cap, 0};
        size_t left = ZSTD_compressStream2(z->c, &o, in, mode);
        if (ZSTD_isError(left))
            return err_set(e, E_WRITE, "unable to compress: %s", ZSTD_getErrorName(left));
        struct iovec v = {z->buf, o.pos};
        enum error rc = o.pos ? endpoint_writev(z->below, &v, 1, e) : OK;
        if (rc != OK) return rc;
        if (mode == ZSTD_e_continue ? in->pos == in->size : left == 0) return OK;
    }
}

static enum error zst_writev(struct endpoint *ep, const struct iovec *iov, int n, struct err *e)
{
    struct zst *z = (struct zst *)ep;
    z->below->idle = ep->idle;
    for (int i = 0; i < n; i++) {
        ZSTD_inBuffer in = {iov[i].iov_base, iov[i].iov_len, 0};
        z->in_frame += iov[i].iov_len;
        bool cut = z->in_frame >= FRAME_BYTES;
        if (cut) z->in_frame = 0;
        enum error rc = deflate_some(z, &in, cut ? ZSTD_e_end : ZSTD_e_continue, e);
        if (rc != OK) return rc;
    }
    return OK;
}

static enum error zst_finish(struct endpoint *ep, struct err *e)
{
    struct zst *z = (struct zst *)ep;
    ZSTD_inBuffer none = {NULL, 0, 0};
    enum error rc = deflate_some(z, &none, ZSTD_e_end, e);
    return rc == OK ? endpoint_finish(z->below, e) : rc;
}

static void zst_close(struct endpoint *ep)
{
    struct zst *z = (struct zst *)ep;
    ZSTD_freeDStream(z->d);
    ZSTD_freeCStream(z->c);
    endpoint_close(z->below);
    free(z->buf);
    free(z);
}

static const struct endpoint_ops zst_ops = {zst_read, zst_writev, zst_finish, zst_close};

static struct zst *make(struct endpoint *below, size_t cap)
{
    struct zst *z = calloc(1, sizeof *z);
    if (!z) return NULL;
    z->buf = malloc(cap);
    z->cap = cap;
    z->ep = (struct endpoint){.ops = &zst_ops, .fd = below->fd, .spec = below->spec};
    return z;
}

/* On failure `below` stays the caller's. */
static enum error give(struct zst *z, struct endpoint *below, bool good, struct endpoint **out,
                       struct err *e)
{
    if (!z || !z->buf || !good) {
        if (z) {
            ZSTD_freeDStream(z->d);
            ZSTD_freeCStream(z->c);
            free(z->buf);
        }
        free(z);
        return err_set(e, E_LIMIT, "out of memory for zstd");
    }
    z->below = below;
    *out = &z->ep;
    return OK;
}

enum error zstd_reader(struct endpoint *below, struct endpoint **out, struct err *e)
{
    struct zst *z = make(below, 256 * 1024);
    bool good = z && (z->d = ZSTD_createDStream()) &&
                !ZSTD_isError(ZSTD_DCtx_setParameter(z->d, ZSTD_d_windowLogMax, WINDOW_LOG_MAX));
    return give(z, below, good, out, e);
}

enum error zstd_writer(struct endpoint *below, struct endpoint **out, struct err *e)
{
    struct zst *z = make(below, ZSTD_CStreamOutSize());
    bool good = z && (z->c = ZSTD_createCStream()) &&
                !ZSTD_isError(ZSTD_CCtx_setParameter(z->c, ZSTD_c_compressionLevel, LEVEL)) &&
                !ZSTD_isError(ZSTD_CCtx_setParameter(z->c, ZSTD_c_checksumFlag, 1));
    return give(z, below, good, out, e);
}
