/* output.c - see output.h. Must not: copy records that it passes on. */
#include "common/run/output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void write_head(struct output *o, const struct rec_head *head)
{
    struct record r = {.id = REC_head, .u.head = *head};
    o->out.len += record_encode(o->out.buf + o->out.len, &r);
    o->out.made_count++;
}

enum error output_open(struct output *o, const char *spec, const struct rec_head *head,
                       struct err *e)
{
    memset(o, 0, sizeof *o);
    enum error rc = endpoint_open_write(spec, &o->ep, e);
    if (rc != OK) return rc;
    void *mem = mmap(NULL, OUTPUT_BYTES, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mem == MAP_FAILED) return err_set(e, E_LIMIT, "out of memory");
    o->out = (struct out){.buf = mem, .cap = OUTPUT_BYTES, .src = head->src, .next_seq = 1};
    blake_init(&o->blake);
    checksum_init(&o->quick);
    o->hashing = true;
    write_head(o, head);
    rc = output_gather(o, e);
    if (rc == OK) rc = output_flush(o, e);
    o->in_body = true;
    return rc;
}

static enum error add(struct output *o, const uint8_t *p, size_t n, bool passed, struct err *e)
{
    if (o->n > 0 && o->last_passed == passed &&
        (const uint8_t *)o->iov[o->n - 1].iov_base + o->iov[o->n - 1].iov_len == p) {
        o->iov[o->n - 1].iov_len += n;
        return OK;
    }
    if (o->n == OUTPUT_IOV) {
        enum error rc = output_flush(o, e);
        if (rc != OK) return rc;
    }
    o->iov[o->n++] = (struct iovec){(void *)(uintptr_t)p, n};
    o->last_passed = passed;
    return OK;
}

enum error output_pass(struct output *o, const struct record_view *v, struct err *e)
{
    o->count++;
    return add(o, v->wire, v->wire_len, true, e);
}

enum error output_gather(struct output *o, struct err *e)
{
    if (UNLIKELY(o->out.overflow))
        return err_set(e, E_LIMIT, "one step made more than %u bytes of records", OUTPUT_BYTES);
    size_t n = o->out.len - o->gathered;
    if (n == 0) return OK;
    const uint8_t *p = o->out.buf + o->gathered;
    if (o->n == OUTPUT_IOV) { /* flush only the bytes gathered before ours */
        size_t keep = o->gathered;
        enum error rc = output_flush(o, e);
        if (rc != OK) return rc;
        memmove(o->out.buf, o->out.buf + keep, n);
        o->out.len = n;
        p = o->out.buf;
    }
    o->count += o->out.made_count;
    o->out.made_count = 0;
    o->gathered = o->out.len;
    enum error rc = add(o, p, n, false, e);
    return rc == OK && o->out.len > OUTPUT_FLUSH ? output_flush(o, e) : rc;
}

enum error output_flush(struct output *o, struct err *e)
{
    for (int i = 0; o->in_body && i < o->n; i++) {
        checksum_add(&o->quick, o->iov[i].iov_base, o->iov[i].iov_len);
        if (o->hashing) blake_add(&o->blake, o->iov[i].iov_base, o->iov[i].iov_len);
    }
    enum error rc = o->n ? endpoint_writev(o->ep, o->iov, o->n, e) : OK;
    o->n = 0;
    o->gathered = o->out.len = 0;
    return rc;
}

void output_hash(const struct output *o, uint8_t hash[32])
{
    struct blake copy = o->blake;
    blake_end(&copy, hash);
}

enum error output_finish(struct output *o, struct rec_eos *eos, struct err *e)
{
    enum error rc = output_gather(o, e);
    if (rc == OK) rc = output_flush(o, e);
    if (rc == OK && o->ep->resumes && endpoint_stop) return endpoint_finish(o->ep, e);
    if (rc != OK) return rc;
    if (o->hashing) output_hash(o, eos->hash.b);
    eos->checksum = checksum_end(&o->quick);
    eos->records_count = o->count;
    put_eos(&o->out, eos);
    rc = output_gather(o, e);
    if (rc == OK) rc = output_flush(o, e);
    return rc == OK ? endpoint_finish(o->ep, e) : rc;
}

void output_close(struct output *o)
{
    if (o->ep) endpoint_close(o->ep);
    if (o->out.buf) munmap(o->out.buf, OUTPUT_BYTES);
    o->ep = NULL;
    o->out.buf = NULL;
}
