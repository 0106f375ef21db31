/* input.c - see input.h. Must not: decode more than it needs, or let two inputs be merged in any
 * order but (ts_ns, src, seq). */
#include "common/run/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digest the records taken since the last call, in one run. */
static void digest(struct input_source *in)
{
    size_t n = in->start - in->digested;
    if (n == 0) return;
    checksum_add(&in->quick, in->buf + in->digested, n);
    if (in->hashing) blake_add(&in->blake, in->buf + in->digested, n);
    in->digested = in->start;
}

static enum error source_fill(struct input_source *in, struct err *e)
{
    digest(in);
    if (in->start > 0) {
        memmove(in->buf, in->buf + in->start, in->end - in->start);
        in->end -= in->start;
        in->start = in->digested = 0;
    }
    size_t got = 0;
    enum error rc = endpoint_read(in->ep, in->buf + in->end, INPUT_BYTES - in->end, &got, e);
    if (rc == OK && got == 0) in->eof = true;
    in->end += got;
    return rc;
}

/* Frame at the front, not yet taken. */
static enum frame_result peek(struct input_source *in, struct record_view *v, struct err *e)
{
    enum frame_result fr = frame_next(in->buf + in->start, in->end - in->start, v);
    if (fr == FRAME_BAD)
        err_set(e, E_CORRUPT, "'%s' is damaged at byte %llu: no record begins there", in->ep->spec,
                (unsigned long long)in->offset);
    return fr;
}

static void advance(struct input_source *in, const struct record_view *v)
{
    in->start += v->wire_len;
    in->offset += v->wire_len;
    in->count++;
}

static enum error check_head(struct input_source *in, const struct record_view *v, struct err *e)
{
    struct record r;
    if (v->id != REC_head || !record_decode(v, &r))
        return err_set(e, E_FORMAT,
                       "'%s' is not a sluice stream (it does not begin with a head record)",
                       in->ep->spec);
    in->head = r.u.head;
    in->head_hash = blake_u64(v->wire, v->wire_len);
    if (in->head.format != STREAM_FORMAT)
        return err_set(e, E_SCHEMA, "'%s' has stream format %u; this build reads format %u",
                       in->ep->spec, in->head.format, STREAM_FORMAT);
    return OK;
}

static enum error read_head(struct input_source *in, struct err *e)
{
    struct record_view v;
    for (;;) {
        enum frame_result fr = in->end ? peek(in, &v, e) : FRAME_SHORT;
        if (fr == FRAME_BAD)
            return err_set(e, E_FORMAT, "'%s' is not a sluice stream", in->ep->spec);
        if (fr == FRAME_OK) break;
        if (in->eof)
            return err_set(e, E_TRUNCATED,
                           in->end ? "'%s' ends inside its first record" : "'%s' is empty",
                           in->ep->spec);
        enum error rc = source_fill(in, e);
        if (rc != OK) return rc;
    }
    enum error rc = check_head(in, &v, e);
    if (rc != OK) return rc;
    advance(in, &v);
    in->digested = in->start;
    return OK;
}

static enum error source_open(struct input_source *in, const char *spec, bool check_hash,
                              struct err *e)
{
    enum error rc = endpoint_open_read(spec, &in->ep, e);
    if (rc != OK) return rc;
    in->buf = malloc(INPUT_BYTES);
    if (!in->buf) return err_set(e, E_LIMIT, "out of memory");
    in->hashing = check_hash;
    blake_init(&in->blake);
    checksum_init(&in->quick);
    return read_head(in, e);
}

/* A zero hash: the writer ran with --hash=no. */
static bool is_none(const struct hash32 *h)
{
    static const struct hash32 none;
    return memcmp(h, &none, sizeof none) == 0;
}

/* Check the count, the checksum and, with hashing, the hash of the eos against the bytes read. */
static enum error check_eos(struct input_source *in, const struct record_view *v, struct err *e)
{
    struct record r;
    uint8_t h[32];
    if (!record_decode(v, &r))
        return err_set(e, E_CORRUPT, "'%s' has a damaged eos record", in->ep->spec);
    in->eos = r.u.eos;
    if (in->eos.records_count != in->count && !in->ep->lossy)
        return err_set(e, E_CORRUPT, "'%s': eos counts %llu records, %llu arrived", in->ep->spec,
                       (unsigned long long)in->eos.records_count, (unsigned long long)in->count);
    digest(in);
    if (in->eos.checksum != checksum_end(&in->quick) && !in->ep->lossy)
        return err_set(e, E_CORRUPT, "'%s': the checksum of the bytes differs from that of the eos",
                       in->ep->spec);
    if (in->hashing && !in->ep->lossy && !is_none(&in->eos.hash)) {
        blake_end(&in->blake, h);
        if (memcmp(h, in->eos.hash.b, 32) != 0)
            return err_set(e, E_CORRUPT, "'%s': the hash of the bytes differs from that of the eos",
                           in->ep->spec);
    }
    advance(in, v);
    if (in->end != in->start)
        return err_set(e, E_CORRUPT,
                       "'%s' continues after its eos; merge streams with sluice-merge",
                       in->ep->spec);
    in->ended = true;
    in->truncated = in->eos.truncated != 0;
    return OK;
}

static enum input_result source_take(struct input_source *in, struct record_view *v, struct err *e)
{
    if (in->ended || (in->truncated && in->eof)) return INPUT_END;
    enum frame_result fr = in->start == in->end ? FRAME_SHORT : peek(in, v, e);
    if (fr == FRAME_BAD) return INPUT_ERROR;
    if (fr == FRAME_SHORT) {
        if (!in->eof) return INPUT_DRY;
        in->truncated = true;
        return INPUT_END;
    }
    if (v->id == REC_eos) return check_eos(in, v, e) == OK ? INPUT_END : INPUT_ERROR;
    if (v->id == REC_head) {
        err_set(e, E_CORRUPT, "'%s' has a second head at byte %llu", in->ep->spec,
                (unsigned long long)in->offset);
        return INPUT_ERROR;
    }
    advance(in, v);
    return INPUT_RECORD;
}

enum error input_open(struct input *f, const char *specs, bool check_hash, struct err *e)
{
    memset(f, 0, sizeof *f);
    while (*specs) {
        size_t n = strcspn(specs, "\n");
        if (f->n == INPUT_INPUTS_MAX)
            return err_set(e, E_LIMIT, "more than %d inputs", INPUT_INPUTS_MAX);
        char *spec =
            strndup(specs, n); /* lives as long as the process: endpoints name it in messages */
        if (!spec) return err_set(e, E_LIMIT, "out of memory");
        enum error rc = source_open(&f->in[f->n++], spec, check_hash, e);
        if (rc != OK) return rc;
        specs += n + (specs[n] == '\n');
    }
    return f->n ? OK : err_set(e, E_USAGE, "no input given");
}

/* ---- merging ---- */

static int order(const struct input_source *a, const struct input_source *b)
{
    if (a->ts_ns != b->ts_ns) return a->ts_ns < b->ts_ns ? -1 : 1;
    if (a->src != b->src) return a->src < b->src ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* Give every live input its next record; INPUT_DRY when one has none yet. */
static enum input_result look_ahead(struct input *f, struct err *e)
{
    for (int i = 0; i < f->n; i++) {
        struct input_source *in = &f->in[i];
        if (in->has_next) continue;
        enum input_result r = source_take(in, &in->next, e);
        if (r == INPUT_DRY || r == INPUT_ERROR) return r;
        in->has_next = r == INPUT_RECORD;
        if (in->has_next && !record_name(&in->next, &in->ts_ns, &in->src, &in->seq)) {
            in->ts_ns = in->src = 0;
            in->seq = 0;
        }
    }
    return INPUT_RECORD;
}

/* True for a slot record whose slot another input has opened already. */
static bool slot_again(struct input *f, const struct record_view *v)
{
    struct record r;
    if (v->id != REC_slot || !record_decode(v, &r)) return false;
    if (f->any_slot && r.u.slot.slot <= f->last_slot) {
        f->doubled_slots++;
        return true;
    }
    f->any_slot = true;
    f->last_slot = r.u.slot.slot;
    return false;
}

enum input_result input_take(struct input *f, struct record_view *v, struct err *e)
{
    if (LIKELY(f->n == 1)) return source_take(&f->in[0], v, e);
    for (;;) {
        enum input_result r = look_ahead(f, e);
        if (r != INPUT_RECORD) return r;
        struct input_source *least = NULL;
        for (int i = 0; i < f->n; i++)
            if (f->in[i].has_next && (!least || order(&f->in[i], least) < 0)) least = &f->in[i];
        if (!least) return INPUT_END;
        least->has_next = false;
        *v = least->next;
        if (!slot_again(f, v)) return INPUT_RECORD;
    }
}

enum error input_fill(struct input *f, struct err *e)
{
    for (int i = 0; i < f->n; i++) {
        struct input_source *in = &f->in[i];
        struct record_view v;
        if (in->has_next || in->ended || in->eof) continue;
        if (in->start < in->end &&
            frame_next(in->buf + in->start, in->end - in->start, &v) != FRAME_SHORT)
            continue;
        enum error rc = source_fill(in, e);
        if (rc != OK) return rc;
    }
    return OK;
}

bool input_truncated(const struct input *f)
{
    for (int i = 0; i < f->n; i++)
        if (f->in[i].truncated || !f->in[i].ended) return true;
    return false;
}

void input_head(const struct input *f, struct rec_head *head)
{
    *head = f->in[0].head;
    head->upstream = f->in[0].head_hash;
    for (int i = 1; i < f->n; i++) {
        uint64_t both[2] = {head->upstream, f->in[i].head_hash};
        head->upstream = blake_u64(both, sizeof both);
        if (f->in[i].head.ts_ns < head->ts_ns) head->ts_ns = f->in[i].head.ts_ns;
        size_t at = strlen(head->origin);
        if (strcmp(head->origin, f->in[i].head.origin) != 0)
            snprintf(head->origin + at, sizeof head->origin - at, "+%s", f->in[i].head.origin);
    }
}

void input_eos(const struct input *f, struct rec_eos *eos)
{
    *eos = f->in[0].eos;
    for (int i = 1; i < f->n; i++) {
        struct hash32 both[2] = {eos->hash, f->in[i].eos.hash};
        blake_of(both, sizeof both, eos->hash.b);
        eos->records_count += f->in[i].eos.records_count;
        eos->rejected_count += f->in[i].eos.rejected_count;
        if (f->in[i].eos.ts_ns > eos->ts_ns) eos->ts_ns = f->in[i].eos.ts_ns;
    }
}

uint64_t input_lost(struct input *f)
{
    uint64_t lost = 0;
    for (int i = 0; i < f->n; i++) {
        lost += f->in[i].ep->lost - f->in[i].lost_seen;
        f->in[i].lost_seen = f->in[i].ep->lost;
    }
    return lost;
}

void input_close(struct input *f)
{
    for (int i = 0; i < f->n; i++) {
        if (f->in[i].ep) {
            char *spec = (char *)(uintptr_t)f->in[i].ep->spec;
            endpoint_close(f->in[i].ep);
            free(spec);
        }
        free(f->in[i].buf);
    }
    f->n = 0;
}
