/* stream.c - readers and writers for tools and sources. See stream.h. */
#include "common/run/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/run/input.h"
#include "common/run/output.h"

struct reader {
    struct input input;
};

enum error reader_open(const char *spec, struct reader **out, struct err *e)
{
    struct reader *r = calloc(1, sizeof *r);
    if (!r) return err_set(e, E_LIMIT, "out of memory");
    enum error rc = input_open(&r->input, spec, true, e);
    if (rc == OK)
        *out = r;
    else
        reader_close(r);
    return rc;
}

const struct rec_head *reader_head(const struct reader *r) { return &r->input.in[0].head; }
const struct rec_eos *reader_eos(const struct reader *r) { return &r->input.in[0].eos; }
void reader_merged_head(const struct reader *r, struct rec_head *head)
{
    input_head(&r->input, head);
}
void reader_skip_hash(struct reader *r) { r->input.in[0].hashing = false; }

bool reader_ended(const struct reader *r) { return r->input.in[0].eos.records_count != 0; }

enum error reader_next(struct reader *r, struct record_view *v, bool *more, struct err *e)
{
    *more = false;
    for (;;) {
        enum input_result fr = input_take(&r->input, v, e);
        enum error rc;
        switch (fr) {
        case INPUT_RECORD: *more = true; return OK;
        case INPUT_ERROR: return e->code;
        case INPUT_END:
            if (!input_truncated(&r->input)) return OK;
            if (reader_ended(r))
                return err_set(e, E_TRUNCATED,
                               "'%s' was made from a truncated input: as its eos records",
                               r->input.in[0].ep->spec);
            return err_set(e, E_TRUNCATED, "'%s' is truncated: it ends without eos",
                           r->input.in[0].ep->spec);
        case INPUT_DRY:
            if ((rc = input_fill(&r->input, e)) != OK) return rc;
        }
    }
}

void reader_close(struct reader *r)
{
    if (!r) return;
    input_close(&r->input);
    free(r);
}

struct writer {
    struct output output;
    struct record copy;
};

enum error writer_open(const char *spec, const struct writer_info *info, struct writer **out,
                       struct err *e)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w) return err_set(e, E_LIMIT, "out of memory");
    struct rec_head head = {.src = info->src,
                            .format = STREAM_FORMAT,
                            .schema = schema_hash(),
                            .config = info->config,
                            .seed = info->seed,
                            .upstream = info->upstream};
    snprintf(head.tool, sizeof head.tool, "%s", info->tool);
    snprintf(head.version, sizeof head.version, "%s", SLUICE_VERSION);
    snprintf(head.origin, sizeof head.origin, "%s", info->origin);
    enum error rc = output_open(&w->output, spec, &head, e);
    if (rc == OK)
        *out = w;
    else
        writer_abandon(w);
    return rc;
}

struct out *writer_out(struct writer *w) { return &w->output.out; }

enum error writer_flush(struct writer *w, struct err *e)
{
    enum error rc = output_gather(&w->output, e);
    return rc == OK ? output_flush(&w->output, e) : rc;
}

enum error writer_pump(struct writer *w, struct err *e)
{
    if (LIKELY(w->output.out.len < OUTPUT_FLUSH / 2 && !w->output.out.overflow)) return OK;
    return writer_flush(w, e);
}

enum error writer_copy(struct writer *w, const struct record_view *v, struct err *e)
{
    struct out *o = &w->output.out;
    if (o->cap - o->len < v->wire_len) {
        o->overflow = true;
        return output_gather(&w->output, e);
    }
    memcpy(o->buf + o->len, v->wire, v->wire_len);
    o->len += v->wire_len;
    o->made_count++;
    return writer_pump(w, e);
}

enum error writer_finish(struct writer *w, uint64_t ts_ns, uint64_t rejected_count, bool truncated,
                         struct err *e)
{
    struct rec_eos eos = {.ts_ns = ts_ns, .rejected_count = rejected_count, .truncated = truncated};
    enum error rc = output_finish(&w->output, &eos, e);
    writer_abandon(w);
    return rc;
}

void writer_abandon(struct writer *w)
{
    output_close(&w->output);
    free(w);
}

void writer_mirror(struct writer *w, struct reader *r)
{
    reader_skip_hash(r);
    w->output.hashing = false;
}

enum error writer_finish_mirror(struct writer *w, const struct reader *r, uint64_t ts_ns,
                                bool truncated, struct err *e)
{
    struct rec_eos eos = {.ts_ns = ts_ns, .truncated = truncated};
    if (!truncated) eos.hash = reader_eos(r)->hash;
    enum error rc = output_finish(&w->output, &eos, e);
    writer_abandon(w);
    return rc;
}
