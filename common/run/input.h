/* input.h - record input: one stream, or several merged by (ts_ns, src, seq). Views lie in the
 * input buffers, so nothing is copied; input_fill() is the only call that moves bytes. For stream.c
 * and stage.c. */
#ifndef SLUICE_INPUT_H
#define SLUICE_INPUT_H

#include "common/base/hash.h"
#include "common/base/checksum.h"
#include "common/io/endpoint.h"
#include "common/rec/codec.h"

#define INPUT_INPUTS_MAX 16
#define INPUT_BYTES      (512u << 10)

struct input_source {
    struct endpoint *ep;
    uint8_t *buf;
    size_t start, end;
    bool eof;        /* no more bytes will come */
    uint64_t offset; /* bytes of the stream before buf[start] */
    uint64_t count;  /* records taken, head included */
    size_t digested; /* bytes of buf before this are in the digests; from the end of the head on */
    bool hashing;    /* the BLAKE2b is checked too */
    struct blake blake;
    struct checksum quick;
    struct rec_head head;
    uint64_t head_hash;
    bool ended;     /* eos was seen and checked */
    bool truncated; /* the bytes ended before the eos */
    struct rec_eos eos;
    uint64_t lost_seen;
    struct record_view next; /* merge: the record at start, already looked at */
    bool has_next;
    uint64_t ts_ns, seq;
    uint32_t src;
};

struct input {
    struct input_source in[INPUT_INPUTS_MAX];
    int n;
    uint64_t last_slot; /* merge: slots opened already are not opened again */
    bool any_slot;
    uint64_t doubled_slots;
};

/* Open all of `specs` (newline-separated) and read their heads. */
enum error input_open(struct input *f, const char *specs, bool check_hash, struct err *e);
/* Take the next record if that needs no new bytes. INPUT_DRY: call input_fill() first (older views
 * die). INPUT_END: all streams have ended (see input_truncated). INPUT_ERROR: e is set. Heads and
 * eos records are not handed out. */
enum input_result { INPUT_RECORD, INPUT_DRY, INPUT_END, INPUT_ERROR };
enum input_result input_take(struct input *f, struct record_view *v, struct err *e);
/* Read more bytes, waiting for some. */
enum error input_fill(struct input *f, struct err *e);
bool input_truncated(const struct input *f);
/* One head for all inputs: origin joined, upstream the hash of all heads. One eos: counts added,
 * hashes chained. */
void input_head(const struct input *f, struct rec_head *head);
void input_eos(const struct input *f, struct rec_eos *eos);
/* Batches lost on a sub endpoint since the last call. */
uint64_t input_lost(struct input *f);
void input_close(struct input *f);

#endif
