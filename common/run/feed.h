/* feed.h - record input: one stream, or several merged by (ts_ns, src, seq). Views lie in the input buffers, so nothing
 * is copied; feed_fill() is the only call that moves bytes. For stream.c and stage.c. */
#ifndef SLUICE_FEED_H
#define SLUICE_FEED_H

#include "common/base/hash.h"
#include "common/base/quick.h"
#include "common/io/endpoint.h"
#include "common/rec/codec.h"

#define FEED_INPUTS_MAX 16
#define INPUT_BYTES (512u << 10)

struct input {
    struct endpoint *ep;
    uint8_t *buf;
    size_t start, end;
    bool eof;                  /* no more bytes will come */
    uint64_t offset;           /* bytes of the stream before buf[start] */
    uint64_t count;            /* records taken, head included */
    size_t digested;           /* bytes of buf before this are in the digests; from the end of the head on */
    bool hashing;              /* the BLAKE2b is checked too */
    struct blake blake;
    struct quick quick;
    struct rec_head head;
    uint64_t head_hash;
    bool ended;                /* eos was seen and checked */
    bool truncated;            /* the bytes ended before the eos */
    struct rec_eos eos;
    uint64_t lost_seen;
    struct record_view next;   /* merge: the record at start, already looked at */
    bool has_next;
    uint64_t ts_ns, seq;
    uint32_t src;
};

struct feed {
    struct input in[FEED_INPUTS_MAX];
    int n;
    uint64_t last_slot;        /* merge: slots opened already are not opened again */
    bool any_slot;
    uint64_t doubled_slots;
};

/* Open all of `specs` (newline-separated) and read their heads. */
enum error feed_open(struct feed *f, const char *specs, bool check_hash, struct err *e);
/* Take the next record if that needs no new bytes. FEED_DRY: call feed_fill() first (older views die). FEED_END: all
 * streams have ended (see feed_truncated). FEED_ERROR: e is set. Heads and eos records are not handed out. */
enum feed_result { FEED_RECORD, FEED_DRY, FEED_END, FEED_ERROR };
enum feed_result feed_take(struct feed *f, struct record_view *v, struct err *e);
/* Read more bytes, waiting for some. */
enum error feed_fill(struct feed *f, struct err *e);
bool feed_truncated(const struct feed *f);
/* One head for all inputs: origin joined, upstream the hash of all heads. One eos: counts added, hashes chained. */
void feed_head(const struct feed *f, struct rec_head *head);
void feed_eos(const struct feed *f, struct rec_eos *eos);
/* Batches lost on a sub endpoint since the last call. */
uint64_t feed_lost(struct feed *f);
void feed_close(struct feed *f);

#endif
