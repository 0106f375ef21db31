/* stage.c - the one loop that runs every stage. See stage.h for the contract.
 * Must not: depend on any stage; allocate after start; reorder records. */
#include "common/run/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "common/io/sys.h"
#include "common/run/back_channel.h"
#include "common/run/input.h"
#include "common/run/log.h"
#include "common/run/main.h"
#include "common/run/options.h"
#include "common/run/output.h"

#define REPORT_BYTES (4u << 20)

struct run {
    const struct stage *stage;
    struct stage_io io; /* the stage's, or all NULL */
    const struct settings *settings;
    uint8_t *state;
    size_t state_size;
    struct input input;
    struct output output;
    struct out none; /* a sink's out: nothing may be put there */
    struct back_channel back;
    bool has_back;
    uint64_t drops;       /* records not passed on */
    uint64_t rejected;    /* records that did not decode */
    uint64_t ts_ns;       /* event time reached */
    uint64_t slot_before; /* the last slot that opened before this one */
    struct record record; /* the one being stepped */
};

static struct out *out_of(struct run *r) { return r->io.sink ? &r->none : &r->output.out; }

/* ---- the state block ---- */

struct block_head {
    char magic[8];
    char tool[32];
    uint64_t schema, config, size;
    struct hash32 hash;
};

static enum error state_alloc(struct run *r, struct err *e)
{
    r->state_size = r->stage->state_size ? r->stage->state_size(r->settings) : 64;
    void *p = mmap(NULL, r->state_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return err_set(e, E_LIMIT, "unable to reserve %zu bytes of state", r->state_size);
    r->state = p;
    return OK;
}

static struct block_head block_head_of(const struct run *r)
{
    struct block_head h = {.magic = "sluicest",
                           .schema = schema_hash(),
                           .config = settings_state_hash(r->settings),
                           .size = r->state_size};
    snprintf(h.tool, sizeof h.tool, "%s", r->stage->name);
    return h;
}

static enum error state_load(struct run *r, const char *path, struct err *e)
{
    struct block_head want = block_head_of(r), got;
    char *data;
    size_t n;
    enum error rc = sys_file_read(path, r->state_size + sizeof got, &data, &n, e);
    if (rc != OK) return rc;
    bool fits = n == r->state_size + sizeof got;
    if (fits) {
        memcpy(&got, data, sizeof got);
        blake_of(data + sizeof got, r->state_size, want.hash.b);
        fits = memcmp(&got, &want, sizeof got) == 0;
    }
    if (fits) memcpy(r->state, data + sizeof got, r->state_size);
    free(data);
    return fits ? OK
                : err_set(e, E_FORMAT, "'%s' is not a checkpoint of %s with this configuration",
                          path, r->stage->name);
}

static enum error state_save(const struct run *r, const char *path, struct err *e)
{
    struct block_head h = block_head_of(r);
    blake_of(r->state, r->state_size, h.hash.b);
    char *all = malloc(sizeof h + r->state_size);
    if (!all) return err_set(e, E_LIMIT, "out of memory");
    memcpy(all, &h, sizeof h);
    memcpy(all + sizeof h, r->state, r->state_size);
    enum error rc = sys_file_replace(path, all, sizeof h + r->state_size, e);
    free(all);
    return rc;
}

/* ---- opening ---- */

/* Records to consume: those of the stage but for the names in keep. */
static uint64_t drops_of(const struct stage *stage, const char *keep)
{
    uint64_t drops = stage->records.consumes;
    char name[64];
    while (option_item(&keep, name)) drops &= ~(UINT64_C(1) << record_id_of(name));
    return drops;
}

static enum error open_output(struct run *r, const struct section *own, struct err *e)
{
    struct rec_head head;
    input_head(&r->input, &head);
    head.src = r->stage->src;
    head.seq = 0;
    head.format = STREAM_FORMAT;
    head.schema = schema_hash();
    head.config = settings_hash(r->settings);
    head.seed = settings_u64(own, "seed");
    snprintf(head.tool, sizeof head.tool, "%s", r->stage->name);
    snprintf(head.version, sizeof head.version, "%s", SLUICE_VERSION);
    enum error rc = output_open(&r->output, settings_str(own, "output"), &head, e);
    r->output.hashing = settings_bool(own, "hash");
    /* Live and not resumed, a stage that starts again makes records that were never made before:
     * their names go on from the time. A log holds the same stream for ever and keeps its names. */
    bool live =
        strcmp(settings_str(settings_section(r->settings, "sluice"), "trading-env"), "live") == 0;
    if (rc == OK && live && !r->output.ep->resumes)
        r->output.out.next_seq = sys_realtime_ns() / 1000;
    return rc;
}

static enum error open_back(struct run *r, const char *spec, struct err *e)
{
    if (!*spec) {
        if (r->stage->awaits)
            log_line(
                LOG_WARNING,
                "no --reports: fills are not seen, orders stay in flight until they are given up");
        return OK;
    }
    if (!r->stage->awaits && !r->io.reports)
        return err_set(e, E_USAGE, "%s neither reads nor writes reports; remove --reports",
                       r->stage->name);
    enum error rc = back_channel_open(&r->back, spec, r->io.reports, e);
    r->has_back = rc == OK;
    if (rc == E_PIPE && r->io.reports) {
        /* The reader opens the channel before it writes its head, and that head was read: on a
         * short stream the reader has exited already, with no order in flight. */
        log_line(LOG_INFO, "%s; reports are dropped", e->text);
        return OK;
    }
    return rc;
}

static enum error attach_back(struct run *r, struct err *e)
{
    if (!r->has_back) return OK;
    if (!r->io.reports) {
        endpoint_set_idle(r->output.ep, &r->back.idle);
        return OK;
    }
    r->output.out.report_buf = malloc(REPORT_BYTES);
    r->output.out.report_cap = REPORT_BYTES;
    return r->output.out.report_buf ? OK : err_set(e, E_LIMIT, "out of memory");
}

/* A reader of the back channel opens it before it writes its head, a writer after it has read one.
 * So the processes cannot deadlock, in whatever order they start. */
static enum error open_all(struct run *r, struct err *e)
{
    const struct section *own = settings_own(r->settings);
    r->drops = drops_of(r->stage, settings_str(own, "keep"));
    enum error rc = state_alloc(r, e);
    if (rc == OK) rc = r->stage->init(r->state, r->settings, e);
    if (rc == OK && *settings_str(own, "state-in"))
        rc = state_load(r, settings_str(own, "state-in"), e);
    if (rc == OK && !r->io.reports) rc = open_back(r, settings_str(own, "reports"), e);
    if (rc == OK) rc = input_open(&r->input, settings_str(own, "input"), false, e);
    if (rc == OK && r->io.reports) rc = open_back(r, settings_str(own, "reports"), e);
    if (rc == OK && !r->io.sink) rc = open_output(r, own, e);
    return rc == OK ? attach_back(r, e) : rc;
}

/* ---- the loop ---- */

static enum error flush(struct run *r, struct err *e)
{
    if (!r->io.sink) return output_flush(&r->output, e);
    return r->io.sink->idle ? r->io.sink->idle(r->state, e) : OK;
}

/* Write the back channel. Its reader may have exited with no order in flight: not an error. */
static enum error give_reports(struct run *r, struct err *e)
{
    enum error rc = back_channel_write(&r->back, out_of(r), e);
    if (rc != E_PIPE) return rc;
    log_line(LOG_INFO, "the reader of the back channel has ended; reports are dropped");
    r->has_back = false;
    free(out_of(r)->report_buf);
    out_of(r)->report_buf = NULL; /* report_NAME() drops from now on */
    return OK;
}

/* Step the decoded record and gather the records that the stage made. */
static enum error step(struct run *r, struct err *e)
{
    struct out *o = out_of(r);
    o->cause_src = r->record.u.any.src;
    o->cause_seq = r->record.u.any.seq;
    if (r->record.u.any.ts_ns > r->ts_ns) r->ts_ns = r->record.u.any.ts_ns;
    if (r->io.sink) return r->io.sink->step(r->state, &r->record, e);
    r->stage->step(r->state, &r->record, o);
    enum error rc = output_gather(&r->output, e);
    return rc == OK && o->report_len ? give_reports(r, e) : rc;
}

/* Orders are in flight and a slot has closed: read their reports before the next decision. Skips
 * the `done` of an earlier slot without orders in flight. */
static enum error barrier(struct run *r, struct err *e)
{
    enum error rc = output_flush(&r->output, e);
    bool done = false;
    while (rc == OK && !done) {
        struct record_view v;
        rc = back_channel_next(&r->back, r->output.ep->fd, &v, e);
        if (rc != OK) break;
        if (!record_decode(&v, &r->record))
            return err_set(e, E_PEER, "the back channel carries a record that does not decode");
        done = v.id == REC_done && r->record.u.done.slot >= r->slot_before;
        if (done || (v.id != REC_done && r->stage->records.reads >> v.id & 1)) rc = step(r, e);
    }
    return rc;
}

/* Read reports that arrived outside of the barrier: live execution sends some at its start and when
 * an order ends. Never from a log: it holds all reports ever sent, and each must be read at the
 * same record as in the first run. */
static enum error hear_early(struct run *r, struct err *e)
{
    bool got = true;
    enum error rc = OK;
    while (rc == OK && got) {
        struct record_view v;
        rc = back_channel_poll(&r->back, &v, &got, e);
        if (rc != OK || !got || v.id == REC_done || !(r->stage->records.reads >> v.id & 1))
            continue;
        if (!record_decode(&v, &r->record))
            return err_set(e, E_PEER, "the back channel carries a record that does not decode");
        rc = step(r, e);
    }
    return rc;
}

static enum error handle(struct run *r, const struct record_view *v, struct err *e)
{
    uint64_t bit = v->id < REC_LIMIT ? UINT64_C(1) << v->id : 0;
    enum error rc = OK;
    if (!(r->drops & bit) && !r->io.sink && (rc = output_pass(&r->output, v, e)) != OK) return rc;
    if (!(r->stage->records.reads & bit)) return OK;
    bool listens = v->id == REC_slot && r->has_back && r->stage->awaits;
    if (listens && !r->back.log && (rc = hear_early(r, e)) != OK) return rc;
    if (UNLIKELY(!record_decode(v, &r->record))) {
        if (r->rejected++ == 0)
            log_line(LOG_WARNING,
                     "a %s record does not decode; such records are passed on and counted",
                     record_desc(v->id)->name);
        return OK;
    }
    uint64_t slot = listens ? r->record.u.slot.slot : 0;
    rc = step(r, e);
    if (rc == OK && listens && r->stage->awaits(r->state)) rc = barrier(r, e);
    if (listens) r->slot_before = slot;
    return rc;
}

/* Write a gap record for batches that a sub endpoint lost. */
static enum error note_loss(struct run *r, struct err *e)
{
    uint64_t lost = input_lost(&r->input);
    if (!lost) return OK;
    log_line(LOG_WARNING, "%llu batches were lost on the way here", (unsigned long long)lost);
    if (r->io.sink) return OK;
    struct rec_gap gap = {.ts_ns = r->ts_ns};
    snprintf(gap.reason, sizeof gap.reason, "%llu batches lost on a sub endpoint",
             (unsigned long long)lost);
    put_gap(&r->output.out, &gap);
    return output_gather(&r->output, e);
}

/* Serve the stage's own descriptors until there is input or, at the end of input, until no work is
 * pending. */
static enum error serve(struct run *r, bool ended, struct err *e)
{
    struct out *o = out_of(r);
    bool readable = false;
    enum error rc = OK;
    while (rc == OK && (ended ? r->io.pending(r->state) : !readable) && !endpoint_stop) {
        o->cause_src = 0;
        o->cause_seq = 0;
        int fd = ended ? -1 : r->input.in[0].ep->fd;
        rc = r->io.serve(r->state, o, fd, &readable, e);
        if (fd < 0) readable = true; /* the input cannot be polled: read it */
        if (rc == OK) rc = output_gather(&r->output, e);
        if (rc == OK && o->report_len) rc = give_reports(r, e);
        if (rc == OK) rc = flush(r, e);
    }
    return rc;
}

static enum error loop(struct run *r, struct err *e)
{
    for (;;) {
        struct record_view v;
        enum input_result got = input_take(&r->input, &v, e);
        enum error rc = OK;
        switch (got) {
        case INPUT_RECORD: rc = handle(r, &v, e); break;
        case INPUT_DRY:
            rc = flush(r, e);
            if (rc == OK && r->io.serve) rc = serve(r, false, e);
            if (rc == OK) rc = input_fill(&r->input, e);
            if (rc == OK) rc = note_loss(r, e);
            break;
        /* A truncated input is read again by the next run, which also follows pending work. */
        case INPUT_END: return r->io.serve && !input_truncated(&r->input) ? serve(r, true, e) : OK;
        case INPUT_ERROR: return e->code;
        }
        if (rc != OK) return rc;
    }
}

static enum error give_edge(struct run *r, enum record_id id, struct err *e)
{
    if (!r->io.sink || !(r->stage->records.reads >> id & 1)) return OK;
    r->record.id = id;
    if (id == REC_head)
        input_head(&r->input, &r->record.u.head);
    else
        input_eos(&r->input, &r->record.u.eos);
    return r->io.sink->step(r->state, &r->record, e);
}

/* Close the stream after the last record: complete, or truncated when bad != OK. */
static enum error close_stream(struct run *r, enum error bad, struct err *e)
{
    bool cut = bad != OK || input_truncated(&r->input);
    enum error rc = OK;
    if (r->io.sink) {
        if (!cut) rc = give_edge(r, REC_eos, e);
        return rc == OK && r->io.sink->finish ? r->io.sink->finish(r->state, e) : rc;
    }
    if (r->stage->finish && !(r->output.ep->resumes && endpoint_stop)) {
        r->output.out.cause_src = 0;
        r->output.out.cause_seq = 0;
        r->stage->finish(r->state, &r->output.out);
    }
    struct rec_eos up = {0}, eos = {0};
    if (!cut) input_eos(&r->input, &up);
    eos.ts_ns = up.ts_ns > r->ts_ns ? up.ts_ns : r->ts_ns;
    eos.upstream_count = up.records_count;
    eos.upstream_hash = up.hash;
    eos.rejected_count = up.rejected_count + r->rejected;
    eos.truncated = cut;
    rc = output_gather(&r->output, e);
    if (rc == OK && r->output.out.report_len && r->has_back) rc = give_reports(r, e);
    return rc == OK ? output_finish(&r->output, &eos, e) : rc;
}

static enum error run(struct run *r, struct err *e)
{
    enum error rc = open_all(r, e);
    if (rc == OK) rc = give_edge(r, REC_head, e);
    if (rc != OK) return rc;
    enum error bad = loop(r, e);
    struct err second = {0};
    bool can_close = bad == OK || bad == E_CORRUPT || bad == E_READ || bad == E_FORMAT;
    if (can_close) rc = close_stream(r, bad, &second);
    if (bad != OK) return bad;
    if (rc != OK) {
        *e = second;
        return rc;
    }
    const char *save = settings_str(settings_own(r->settings), "state-out");
    if (*save && (rc = state_save(r, save, e)) != OK) return rc;
    if (r->rejected)
        log_line(LOG_WARNING, "%llu records did not decode", (unsigned long long)r->rejected);
    if (input_truncated(&r->input))
        return err_set(e, E_TRUNCATED,
                       endpoint_stop
                           ? "stopped by a signal; the output is marked truncated"
                           : "the input ended without its eos; what came before it was processed");
    return OK;
}

static void release(struct run *r)
{
    free(r->output.out.report_buf);
    input_close(&r->input);
    output_close(&r->output);
    back_channel_close(&r->back);
    if (r->state && r->io.release) r->io.release(r->state);
    if (r->state) munmap(r->state, r->state_size);
}

/* Settings as init() reads them, on a block of its own; a stage whose init() opens anything has
 * check() instead. */
static enum error check_config(const struct stage *stage, const struct settings *s, struct err *e)
{
    if (stage->io && stage->io->check) return stage->io->check(s, e);
    if (stage->io && stage->io->sink) return OK; /* init() opens its database */
    struct run r = {.stage = stage, .settings = s};
    enum error rc = state_alloc(&r, e);
    if (rc == OK) rc = stage->init(r.state, s, e);
    if (r.state) munmap(r.state, r.state_size);
    return rc;
}

static const char *section_of(const struct stage *stage) { return stage->name + strlen("sluice-"); }

int stage_main(const struct stage *stage, int argc, char **argv)
{
    static struct run r; /* large: records with vectors */
    struct settings_request want = {.tool = stage->name,
                                    .section = section_of(stage),
                                    .stage = true,
                                    .allowed = stage->sections,
                                    .errors = ERRORS_MAX};
    struct settings *s = NULL;
    struct err e = {0};
    bool finished;
    main_signals();
    enum error rc =
        main_settings(&want, stage->purpose, stage->io && stage->io->sink ? "DATABASE" : "", stage,
                      argc, argv, &s, &finished, &e);
    if (rc == OK && !finished) {
        struct log_errors unbuilt = {.limit = 1};
        settings_check_built(s, false, &unbuilt);
        rc = log_errors_end(&unbuilt, &e);
    }
    if (rc == OK && !finished && settings_bool(settings_own(s), "check-config")) {
        rc = check_config(stage, s, &e);
        finished = true;
    }
    if (rc == OK && !finished) {
        r = (struct run){.stage = stage, .settings = s};
        if (stage->io) r.io = *stage->io;
        rc = run(&r, &e);
        release(&r);
    }
    settings_free(s);
    return main_leave(stage->name, rc, &e);
}
