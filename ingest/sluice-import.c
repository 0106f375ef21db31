/* sluice-import - recorded data of others to a stream. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/io/endpoint.h"
#include "common/run/stage.h"
#include "common/run/stream.h"
#include "ingest/import.h"
#include "ingest/io/block.h"

#define LINE_MAX_BYTES (64u << 20)
#define BLOCK_MAX_BYTES (512u << 20)
#define GAP_SLOTS UINT64_C(216000) /* a day: more empty slots than this are one gap record */

enum format { PUMPFUN_CSV, FLOOR_JSONL, GETBLOCK, FORMATS };
static const char *const format_names[FORMATS] = {"pumpfun-csv", "floor-jsonl", "getblock"};

struct job { struct import m; enum format format; char *buf; size_t cap; };

/* HTML where data should be: a saved error page. */
static bool is_html(const char *p, size_t n)
{
    while (n && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) p++, n--;
    return n > 5 && p[0] == '<' && (strncasecmp(p, "<!doc", 5) == 0 || strncasecmp(p, "<html", 5) == 0);
}

static enum error check_start(const struct job *j, const char *spec, const char *p, size_t n, struct err *e)
{
    if (is_html(p, n)) return err_set(e, E_FORMAT, "'%s' is an HTML page, not %s", spec, format_names[j->format]);
    if (j->format == PUMPFUN_CSV && !import_csv_header(p, n)) return err_set(e, E_FORMAT, "'%s' does not begin with the header of the pump.fun trades CSV", spec);
    if (j->format != PUMPFUN_CSV && *p != '{') return err_set(e, E_FORMAT, "'%s' is no JSON: it begins with byte 0x%02x", spec, (unsigned char)*p);
    return OK;
}

static void take_lines(struct job *j, size_t *have, bool last)
{
    size_t at = 0;
    for (char *nl; (nl = memchr(j->buf + at, '\n', *have - at)) != NULL; at = (size_t)(nl - j->buf) + 1)
        (j->format == PUMPFUN_CSV ? import_csv_line : import_floor_line)(&j->m, j->buf + at, (size_t)(nl - j->buf) - at + 1);
    if (last && at < *have) {
        (j->format == PUMPFUN_CSV ? import_csv_line : import_floor_line)(&j->m, j->buf + at, *have - at);
        at = *have;
    }
    memmove(j->buf, j->buf + at, *have - at);
    *have -= at;
}

static enum error take_block(struct job *j, const char *spec, size_t n, struct err *e)
{
    struct block_facts f;
    struct err inner = {0};
    if (block_import(&j->m, j->buf, n, &f, &inner) != OK) return err_set(e, E_FORMAT, "'%s': %.300s", spec, inner.text);
    log_line(LOG_INFO, "%s: slot %llu, %llu transactions (%llu votes, %llu failed, %llu with tips), fees %llu + %llu priority, tips %llu lamports, %llu swaps unexplained", spec, (unsigned long long)f.slot,
             (unsigned long long)f.txs, (unsigned long long)f.votes, (unsigned long long)f.failed, (unsigned long long)f.tipped, (unsigned long long)f.base_fees_lamports, (unsigned long long)f.priority_fees_lamports,
             (unsigned long long)f.tips_lamports, (unsigned long long)f.unexplained);
    return OK;
}

static enum error read_all(struct job *j, struct endpoint *ep, const char *spec, struct err *e)
{
    size_t have = 0, got, total = 0;
    enum error rc;
    bool lines = j->format != GETBLOCK;
    do {
        if (have == j->cap) return err_set(e, E_LIMIT, "'%s' has a line or block of more than %zu MiB", spec, j->cap >> 20);
        if ((rc = endpoint_read(ep, j->buf + have, j->cap - have, &got, e)) != OK) return rc;
        if (total == 0 && got == 0) return err_set(e, E_TRUNCATED, "'%s' is empty", spec);
        have += got;
        if (total == 0 && (rc = check_start(j, spec, j->buf, have, e)) != OK) return rc;
        total += got;
        if (lines) take_lines(j, &have, got == 0);
        if (j->m.full) return err_set(e, E_LIMIT, "more than %u trades; see --max-rows", j->m.cap);
    } while (got > 0);
    return lines ? OK : take_block(j, spec, have, e);
}

static enum error read_one(struct job *j, const char *spec, struct err *e)
{
    struct endpoint *ep;
    enum error rc = endpoint_open_read(spec, &ep, e);
    if (rc != OK) return rc;
    rc = read_all(j, ep, spec, e);
    endpoint_close(ep);
    return rc;
}

/* ---- writing ---- */

static enum error put_slots(struct writer *w, uint64_t from, uint64_t from_ns, uint64_t to, uint64_t to_ns, struct err *e)
{
    if (to - from > GAP_SLOTS) {
        struct rec_gap g = {.ts_ns = from_ns, .missing_src = SRC_IMPORT, .reason = "more than a day without a record"};
        put_gap(writer_out(w), &g);
        from = to - 1;
    }
    for (uint64_t s = from + 1; s <= to; s++) {
        struct rec_slot r = {.slot = s, .ts_ns = to_ns > from_ns ? from_ns + (uint64_t)((u128)(to_ns - from_ns) * (s - from) / (to - from)) : from_ns};
        put_slot(writer_out(w), &r);
        enum error rc = writer_pump(w, e);
        if (rc != OK) return rc;
    }
    return OK;
}

/* Rows in order, each slot opened once. Time never goes back: a row earlier than what was reached counts as then. */
static enum error put_rows(struct import *m, struct writer *w, uint64_t *ts_ns, struct err *e)
{
    uint64_t slot = 0;
    enum error rc = OK;
    for (uint32_t i = 0; i < m->count && rc == OK; i++) {
        struct rec_trade *t = &m->rows[m->order[i]].t;
        uint64_t now = t->ts_ns > *ts_ns ? t->ts_ns : *ts_ns;
        if (t->slot != slot) rc = put_slots(w, slot ? slot : t->slot - 1, *ts_ns ? *ts_ns : now, t->slot, now, e);
        slot = t->slot;
        *ts_ns = t->ts_ns = now;
        put_trade(writer_out(w), t);
        if (rc == OK) rc = writer_pump(w, e);
    }
    /* One slot more closes the last. */
    return rc == OK && slot ? put_slots(w, slot, *ts_ns, slot + 1, *ts_ns + SLOT_NS, e) : rc;
}

static enum error write_stream(struct job *j, const struct settings *s, struct err *e)
{
    struct writer_info info = {.tool = "sluice-import", .src = SRC_IMPORT, .config = settings_hash(s), .origin = format_names[j->format]};
    struct writer *w;
    uint64_t ts_ns = 0;
    enum error rc = writer_open(get_str(settings_own(s), "output"), &info, &w, e);
    if (rc != OK) return rc;
    import_sort(&j->m);
    rc = put_rows(&j->m, w, &ts_ns, e);
    if (rc == OK) return writer_finish(w, ts_ns, j->m.rejected, false, e);
    writer_abandon(w);
    return rc;
}

static void tell(const struct import *m)
{
    log_line(LOG_INFO, "%llu items, %u trades, %llu outliers, %llu breaks in chains of reserves", (unsigned long long)m->items, m->count, (unsigned long long)m->outliers, (unsigned long long)m->breaks);
    for (int i = 0; i < IMPORT_REASONS && m->reason[i].text; i++) log_line(LOG_WARNING, "left out %llu: %s", (unsigned long long)m->reason[i].count, m->reason[i].text);
}

static enum error read_format(const char *name, enum format *out, struct err *e)
{
    for (*out = 0; *out < FORMATS; ++*out)
        if (strcmp(name, format_names[*out]) == 0) return OK;
    const char *near = nearest_name(name, format_names, FORMATS);
    return err_set(e, E_USAGE, "--format wants pumpfun-csv, floor-jsonl or getblock, not '%.40s'%s%s%s", name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static enum error import(const struct settings *s, struct err *e)
{
    static struct job j;
    uint64_t rows = get_u64(settings_own(s), "max-rows");
    size_t n = settings_operand_count(s);
    enum error rc = read_format(get_str(settings_own(s), "format"), &j.format, e);
    if (rc == OK && (rows == 0 || rows > 50000000)) rc = err_set(e, E_USAGE, "--max-rows wants 1 to 50000000");
    if (rc != OK) return rc;
    j.cap = j.format == GETBLOCK ? BLOCK_MAX_BYTES : LINE_MAX_BYTES;
    size_t bytes = rows * (sizeof(struct import_row) + sizeof(uint32_t)) + j.cap;
    char *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mem == MAP_FAILED) return err_set(e, E_LIMIT, "out of memory for %llu rows", (unsigned long long)rows);
    j.m.rows = (struct import_row *)(void *)mem;
    j.m.order = (uint32_t *)(void *)(mem + rows * sizeof(struct import_row));
    j.buf = mem + rows * (sizeof(struct import_row) + sizeof(uint32_t));
    j.m.cap = (uint32_t)rows;
    for (size_t i = 0; i < (n ? n : 1) && rc == OK; i++) rc = read_one(&j, n ? settings_operand(s, i) : "-", e);
    if (rc == OK) rc = write_stream(&j, s, e);
    tell(&j.m);
    munmap(mem, bytes);
    return rc;
}

static const struct tool tool = {
    .name = "sluice-import", .section = "import", .purpose = "turn recorded data of others into a stream", .operands = "[FILE...]", .run = import};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
