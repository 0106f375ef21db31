/* sluice-replay - play a tape: at full speed or at a multiple of recorded time, whole or a part,
 * once or again and again. At full speed the bytes of the records are the tape's own. Must not:
 * change anything but, when looping, times and slots. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/io/endpoint.h"
#include "common/io/sys.h"
#include "common/run/moment.h"
#include "common/run/options.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
#include "common/run/stream.h"

/* One end of the part to play. */
struct bound {
    enum { BOUND_NONE, BOUND_TIME, BOUND_SLOT, BOUND_AFTER } kind;
    uint64_t value;
};

struct replay {
    struct bound from, to;
    uint64_t speed_milli;                    /* 1000 = as recorded; 0 = as fast as it goes */
    uint64_t first_ns;                       /* of the tape */
    uint64_t start_ns;                       /* event time of the first record played */
    uint64_t clock_ns;                       /* when it was played */
    uint64_t slot, ts_ns;                    /* reached */
    uint64_t shift_ns, shift_slots;          /* of this round */
    uint64_t last_ns, last_slot, first_slot; /* as played */
    struct record record;
};

static enum error parse_bound(const char *key, const char *t, struct bound *b, struct err *e)
{
    if (!*t) return OK;
    uint64_t v;
    bool ok = false;
    if (strncmp(t, "slot:", 5) == 0) {
        b->kind = BOUND_SLOT;
        ok = parse_u64(t + 5, strlen(t + 5), &v);
    } else if (*t == '+') {
        b->kind = BOUND_AFTER;
        ok = option_parse(OPTION_DURATION, t + 1, &v);
    } else {
        b->kind = BOUND_TIME;
        ok = moment_parse(t, &v);
    }
    if (!ok)
        return err_set(e, E_USAGE,
                       "--%s must be a moment (2026-01-15T00:00:00Z, unix seconds), slot:N or "
                       "+DURATION, not '%.60s'",
                       key, t);
    b->value = v;
    return OK;
}

static enum error parse_speed(const char *t, uint64_t *milli, struct err *e)
{
    *milli = 0;
    if (strcmp(t, "max") == 0) return OK;
    bool inexact;
    if (!parse_decimal_u64(t, strlen(t), 3, milli, &inexact) || *milli == 0 || *milli > 1000000000)
        return err_set(e, E_USAGE,
                       "--speed must be max or a factor from 0.001 to 1000000, not '%.60s'", t);
    return OK;
}

/* Is the moment reached that the bound names? */
static bool reached(const struct replay *p, const struct bound *b)
{
    switch (b->kind) {
    case BOUND_TIME: return p->ts_ns >= b->value;
    case BOUND_SLOT: return p->slot >= b->value;
    case BOUND_AFTER: return p->ts_ns - p->first_ns >= b->value;
    default: return false;
    }
}

/* Wait until the record is due. Sleeps in pieces so that a signal ends it. */
static enum error pace(struct replay *p, struct writer *w, struct err *e)
{
    if (!p->speed_milli) return OK;
    if (!p->start_ns) {
        p->start_ns = p->ts_ns + p->shift_ns;
        p->clock_ns = sys_monotonic_ns();
    }
    uint64_t due =
        (uint64_t)((u128)sub_sat_u64(p->ts_ns + p->shift_ns, p->start_ns) * 1000 / p->speed_milli);
    bool flushed = false;
    while (!endpoint_stop) {
        uint64_t gone = sys_monotonic_ns() - p->clock_ns;
        if (gone >= due) return OK;
        if (!flushed) {
            enum error rc = writer_flush(w, e);
            if (rc != OK) return rc;
            flushed = true;
        }
        uint64_t wait = due - gone < 100 * NS_PER_MS ? due - gone : 100 * NS_PER_MS;
        nanosleep(&(struct timespec){0, (long)wait}, NULL);
    }
    return OK;
}

/* Later rounds: the same record, later. */
static void put_shifted(struct replay *p, struct out *o)
{
    static uint8_t buf[RECORD_MAX + 16];
    struct record *r = &p->record;
    const struct record_desc *d = record_desc(r->id);
    r->u.any.ts_ns += p->shift_ns;
    r->u.any.seq += (p->shift_slots) << 20;
    for (unsigned i = 0; i < d->field_count; i++) {
        if (strcmp(d->fields[i].name, "slot") != 0 || d->fields[i].kind != KIND_U64) continue;
        uint64_t *slot = (uint64_t *)((char *)&r->u + d->fields[i].offset);
        *slot += p->shift_slots;
    }
    size_t n = record_encode(buf, r);
    if (o->cap - o->len < n) {
        o->overflow = true;
        return;
    }
    memcpy(o->buf + o->len, buf, n);
    o->len += n;
    o->made_count++;
}

static void observe(struct replay *p, const struct record_view *v)
{
    uint32_t src;
    uint64_t ts, seq;
    if (record_name(v, &ts, &src, &seq) && ts > p->ts_ns) p->ts_ns = ts;
    if (!p->first_ns) p->first_ns = p->ts_ns;
    if (v->id != REC_slot || !record_decode(v, &p->record)) return;
    p->slot = p->record.u.slot.slot;
    if (!p->first_slot) p->first_slot = p->slot;
}

static enum error play(struct replay *p, struct reader *r, struct writer *w, bool *more,
                       struct err *e)
{
    struct record_view v;
    enum error rc;
    bool started = p->from.kind == BOUND_NONE;
    while (!endpoint_stop && (rc = reader_next(r, &v, more, e)) == OK && *more) {
        observe(p, &v);
        started = started || reached(p, &p->from);
        if (reached(p, &p->to)) return OK;
        if (!started) continue;
        if ((rc = pace(p, w, e)) != OK) return rc;
        if (!p->shift_ns)
            rc = writer_copy(w, &v, e);
        else if (record_decode(&v, &p->record)) {
            put_shifted(p, writer_out(w));
            rc = writer_pump(w, e);
        }
        if (rc != OK) return rc;
        p->last_ns = p->ts_ns + p->shift_ns;
        p->last_slot = p->slot + p->shift_slots;
    }
    return endpoint_stop
               ? err_set(e, E_TRUNCATED, "stopped by a signal; the output is marked truncated")
               : rc;
}

static enum error play_rounds(struct replay *p, const struct settings *s, const char *inputs,
                              struct reader **r, struct writer *w, struct err *e)
{
    uint64_t rounds = settings_u64(settings_own(s), "loop");
    for (uint64_t round = 0;;) {
        bool more = false;
        enum error rc = play(p, *r, w, &more, e);
        if (rc != OK || ++round == rounds) return rc;
        if (settings_operand_count(s) == 0 || p->last_ns == 0)
            return err_set(e, E_USAGE, "--loop requires a file with records, not standard input");
        reader_close(*r);
        *r = NULL;
        if ((rc = reader_open(inputs, r, e)) != OK) return rc;
        p->shift_slots = p->last_slot + 1 - p->first_slot;
        p->shift_ns = p->last_ns + SLOT_NS - p->first_ns;
        p->ts_ns = p->slot = 0;
    }
}

static enum error parse(struct replay *p, const struct section *own, struct err *e)
{
    enum error rc = parse_bound("from", settings_str(own, "from"), &p->from, e);
    if (rc == OK) rc = parse_bound("to", settings_str(own, "to"), &p->to, e);
    return rc == OK ? parse_speed(settings_str(own, "speed"), &p->speed_milli, e) : rc;
}

static enum error replay(const struct settings *s, struct err *e)
{
    static struct replay p;
    static char inputs[1 << 16];
    struct reader *r = NULL;
    struct writer *w;
    struct rec_head head;
    enum error rc = parse(&p, settings_own(s), e);
    if (rc == OK) rc = operands_inputs(s, inputs, sizeof inputs, e);
    if (rc == OK) rc = reader_open(inputs, &r, e);
    if (rc != OK) return rc;
    reader_merged_head(r, &head);
    struct writer_info info = {.tool = "sluice-replay",
                               .src = SRC_TOOL,
                               .seed = head.seed,
                               .origin = head.origin,
                               .upstream = head.upstream};
    rc = writer_open(settings_str(settings_own(s), "output"), &info, &w, e);
    if (rc != OK) {
        reader_close(r);
        return rc;
    }
    bool mirror = p.from.kind == BOUND_NONE && p.to.kind == BOUND_NONE &&
                  settings_u64(settings_own(s), "loop") == 1 && !strchr(inputs, '\n');
    if (mirror) writer_mirror(w, r);
    rc = play_rounds(&p, s, inputs, &r, w, e);
    bool cut = rc == E_TRUNCATED || rc == E_CORRUPT || rc == E_READ;
    struct err second = {0};
    if (rc == OK || cut) {
        enum error end = mirror ? writer_finish_mirror(w, r, p.last_ns, cut, &second)
                                : writer_finish(w, p.last_ns, 0, cut, &second);
        if (rc == OK && end != OK) {
            *e = second;
            rc = end;
        }
    } else
        writer_abandon(w);
    reader_close(r);
    return rc;
}

static const struct tool tool = {.name = "sluice-replay",
                                 .section = "replay",
                                 .purpose = "play recordings",
                                 .operands = "[FILE...]",
                                 .run = replay};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
