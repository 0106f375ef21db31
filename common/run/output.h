/* output.h - record output: runs of input passed on where they lie, and records made here, in
 * order, written in batches, counted and hashed. For stream.c and stage.c. */
#ifndef SLUICE_OUTPUT_H
#define SLUICE_OUTPUT_H

#include "common/base/hash.h"
#include "common/base/checksum.h"
#include "common/io/endpoint.h"
#include "common/rec/codec.h"

#define OUTPUT_IOV 512
#define OUTPUT_BYTES \
    (32u << 20) /* address space for what one step may make; only touched pages cost memory */
#define OUTPUT_FLUSH (256u << 10)

struct output {
    struct endpoint *ep;
    struct out out;
    size_t gathered; /* bytes of out.buf already in iov */
    struct iovec iov[OUTPUT_IOV];
    int n;
    bool last_passed; /* iov[n - 1] lies in an input buffer */
    bool in_body;     /* the head has gone; what follows is digested */
    bool hashing; /* false: the eos gets a zero hash, or the one that the caller has put there */
    struct blake blake;
    struct checksum quick;
    uint64_t count; /* records written or gathered, head included */
};

/* Open, and write the head. head->src is stamped on what is made. */
enum error output_open(struct output *o, const char *spec, const struct rec_head *head,
                       struct err *e);
/* Pass a record on as it lies; the view must stay valid until output_flush(). */
enum error output_pass(struct output *o, const struct record_view *v, struct err *e);
/* Gather what was put into o->out since the last call; flushes when much has gathered. E_LIMIT
 * after an overflow. */
enum error output_gather(struct output *o, struct err *e);
enum error output_flush(struct output *o, struct err *e);
/* Write eos (count, checksum, hash when hashing, and seq are filled in here), flush, finish. */
enum error output_finish(struct output *o, struct rec_eos *eos, struct err *e);
void output_hash(const struct output *o, uint8_t hash[32]);
void output_close(struct output *o);

#endif
