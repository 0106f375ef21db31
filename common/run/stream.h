/* stream.h - reading and writing record streams: for tools and sources. Stages are run by
 * stage_main() instead. Bounded memory: one input buffer and one output buffer an open stream. */
#ifndef SLUICE_STREAM_H
#define SLUICE_STREAM_H

#include "common/rec/codec.h"
#include "common/run/settings.h"

struct reader;
/* Open an input SPEC (see options.def, stage input; several, newline-separated, are merged) and
 * read its head. *out is owned by the caller: reader_close(). E_OPEN, E_READ, E_FORMAT (no sluice
 * stream), E_SCHEMA. An input of zero bytes is E_TRUNCATED. */
enum error reader_open(const char *spec, struct reader **out, struct err *e);
/* The stream's head. */
const struct rec_head *reader_head(const struct reader *r);
/* One head for all merged inputs: origins joined, upstream the hash of their heads. */
void reader_merged_head(const struct reader *r, struct rec_head *head);
/* Next record, head and eos not included. *more = false at the end: then the eos has been checked
 * (count; E_TRUNCATED without eos, E_CORRUPT on a broken frame or a wrong count). */
enum error reader_next(struct reader *r, struct record_view *v, bool *more, struct err *e);
/* Was there an eos? True with E_TRUNCATED when the eos records that the stream was made from a
 * truncated one. */
bool reader_ended(const struct reader *r);
/* The eos, valid after the end was reached without an error. */
const struct rec_eos *reader_eos(const struct reader *r);
/* The BLAKE2b in the eos is checked too (E_CORRUPT) unless this is called before the first
 * reader_next. The checksum always is. For readers that hand the hash on, and for speed. */
void reader_skip_hash(struct reader *r);
void reader_close(struct reader *r);

struct writer;
/* What goes into the head of a written stream. */
struct writer_info {
    const char *tool; /* "sluice-sim" */
    uint32_t src;
    uint64_t config, seed;
    const char *origin; /* "synthetic", "pumpfun-csv", ... */
    uint64_t upstream;  /* hash of the head it was made from, 0 at a source */
};
/* Open an output SPEC and write the head. A terminal is refused with a hint. */
enum error writer_open(const char *spec, const struct writer_info *info, struct writer **out,
                       struct err *e);
/* Put records with put_NAME(writer_out(w), &rec), then call writer_pump(): it writes when enough
 * has gathered. */
struct out *writer_out(struct writer *w);
enum error writer_pump(struct writer *w, struct err *e);
/* Write what has gathered, now. */
enum error writer_flush(struct writer *w, struct err *e);
/* Pass a record on as it lies. */
enum error writer_copy(struct writer *w, const struct record_view *v, struct err *e);
/* Write the eos (rejected = input items that could not be used), flush and close. w is gone
 * afterwards, also on error. */
enum error writer_finish(struct writer *w, uint64_t ts_ns, uint64_t rejected_count, bool truncated,
                         struct err *e);
/* Close without eos: the stream will read as truncated. */
void writer_abandon(struct writer *w);
/* What is written will be exactly what r reads, record for record: its hash is handed on instead of
 * computed again. Call it before the first record, with a reader of one input; end with
 * writer_finish_mirror(). */
void writer_mirror(struct writer *w, struct reader *r);
/* writer_finish() of a mirror: the eos of r names the content, or nothing does when r is truncated.
 */
enum error writer_finish_mirror(struct writer *w, const struct reader *r, uint64_t ts_ns,
                                bool truncated, struct err *e);

#endif
