/* sluice-import - convert recorded data of other systems to a stream. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/io/endpoint.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "common/run/stream.h"
#include "ingest/import/import_lines.h"
#include "ingest/import/io/import_tape.h"
#include "ingest/block_records.h"

#define LINE_MAX_BYTES  (64u << 20)
#define BLOCK_MAX_BYTES (512u << 20)

enum format { PUMPFUN_CSV, FLOOR_JSONL, GETBLOCK, PUMPAPI_JSONL, FORMATS };
static const char *const format_names[FORMATS] = {"pumpfun-csv", "floor-jsonl", "getblock",
                                                  "pumpapi-jsonl"};
static void (*const take_line[FORMATS])(struct rows *, const char *,
                                        size_t) = {[PUMPFUN_CSV] = import_csv_line,
                                                   [FLOOR_JSONL] = import_floor_line,
                                                   [PUMPAPI_JSONL] = import_pumpapi_line};

#define STREAM_ROWS 262144u /* held of a streamed source */

struct job {
    struct import_tape t;
    enum format format;
    char *buf;
    size_t cap;
};

static bool is_streamed(const struct job *j) { return j->format == PUMPAPI_JSONL; }

/* HTML where data should be: a saved error page. */
static bool is_html(const char *p, size_t n)
{
    while (n && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) {
        p++;
        n--;
    }
    return n > 5 && p[0] == '<' &&
           (strncasecmp(p, "<!doc", 5) == 0 || strncasecmp(p, "<html", 5) == 0);
}

static enum error check_start(const struct job *j, const char *spec, const char *p, size_t n,
                              struct err *e)
{
    if (is_html(p, n))
        return err_set(e, E_FORMAT, "'%s' is an HTML page, not %s", spec, format_names[j->format]);
    if (j->format == PUMPFUN_CSV && !import_csv_header(p, n))
        return err_set(e, E_FORMAT,
                       "'%s' does not begin with the header of the pump.fun trades CSV", spec);
    if (j->format != PUMPFUN_CSV && *p != '{')
        return err_set(e, E_FORMAT, "'%s' is no JSON: it begins with byte 0x%02x", spec,
                       (unsigned char)*p);
    return OK;
}

static enum error take_lines(struct job *j, size_t *have, bool last, struct err *e)
{
    size_t at = 0;
    enum error rc = OK;
    for (char *nl; rc == OK && (nl = memchr(j->buf + at, '\n', *have - at)) != NULL;
         at = (size_t)(nl - j->buf) + 1) {
        take_line[j->format](&j->t.m, j->buf + at, (size_t)(nl - j->buf) - at + 1);
        rc = import_tape_pour(&j->t, e);
    }
    if (rc == OK && last && at < *have) {
        take_line[j->format](&j->t.m, j->buf + at, *have - at);
        at = *have;
    }
    memmove(j->buf, j->buf + at, *have - at);
    *have -= at;
    return rc;
}

static enum error take_block(struct job *j, const char *spec, size_t n, struct err *e)
{
    static struct block_facts f;
    static struct tx_json store;
    struct block_json b;
    struct err inner = {0};
    if (block_json_open(j->buf, n, &b, &inner) != OK ||
        block_records_read(&j->t.m, &b, &store, &f, &inner) != OK)
        return err_set(e, E_FORMAT, "'%s': %.300s", spec, inner.text);
    log_line(LOG_INFO,
             "%s: slot %llu, %llu transactions (%llu votes, %llu failed, %llu with tips), fees "
             "%llu + %llu priority, tips %llu lamports, %llu swaps unexplained",
             spec, (unsigned long long)f.slot, (unsigned long long)f.txs,
             (unsigned long long)f.votes, (unsigned long long)f.failed,
             (unsigned long long)f.tipped, (unsigned long long)f.base_fees_lamports,
             (unsigned long long)f.priority_fees_lamports, (unsigned long long)f.tips_lamports,
             (unsigned long long)f.unexplained);
    return OK;
}

/* The output is opened once the first input is seen to be what it should be. */
static enum error open_output(struct job *j, const struct settings *s, struct err *e)
{
    struct writer_info info = {.tool = "sluice-import",
                               .src = SRC_IMPORT,
                               .config = settings_hash(s),
                               .origin = format_names[j->format]};
    return j->t.w ? OK : writer_open(settings_str(settings_own(s), "output"), &info, &j->t.w, e);
}

static enum error read_all(struct job *j, const struct settings *s, struct endpoint *ep,
                           const char *spec, struct err *e)
{
    size_t have = 0, got, total = 0;
    enum error rc;
    bool lines = j->format != GETBLOCK;
    do {
        if (have == j->cap)
            return err_set(e, E_LIMIT, "'%s' has a line or block of more than %zu MiB", spec,
                           j->cap >> 20);
        if ((rc = endpoint_read(ep, j->buf + have, j->cap - have, &got, e)) != OK) return rc;
        if (total == 0 && got == 0) return err_set(e, E_TRUNCATED, "'%s' is empty", spec);
        have += got;
        if (total == 0 && (rc = check_start(j, spec, j->buf, have, e)) != OK) return rc;
        if (total == 0 && (rc = open_output(j, s, e)) != OK) return rc;
        total += got;
        if (lines && (rc = take_lines(j, &have, got == 0, e)) != OK) return rc;
        if (j->t.m.full)
            return err_set(e, E_LIMIT, "more than %u trades; see --max-rows", j->t.m.cap);
    } while (got > 0);
    return lines ? OK : take_block(j, spec, have, e);
}

static enum error read_one(struct job *j, const struct settings *s, const char *spec, struct err *e)
{
    struct endpoint *ep;
    enum error rc = endpoint_open_read(spec, &ep, e);
    if (rc != OK) return rc;
    rc = read_all(j, s, ep, spec, e);
    endpoint_close(ep);
    return rc;
}

static void tell(const struct rows *m)
{
    log_line(LOG_INFO,
             "%llu items, %llu trades, %llu outliers, %llu breaks in chains of reserves, %llu "
             "amounts rounded to their unit",
             (unsigned long long)m->items, (unsigned long long)m->trades,
             (unsigned long long)m->outliers, (unsigned long long)m->breaks,
             (unsigned long long)m->rounded);
    if (m->late)
        log_line(LOG_WARNING,
                 "%llu records came more than %u slots late and count into the slot that was open",
                 (unsigned long long)m->late, IMPORT_WINDOW_SLOTS);
    for (int i = 0; i < ROWS_REASONS && m->note[i].text; i++)
        log_line(LOG_INFO, "not read %llu: %s", (unsigned long long)m->note[i].count,
                 m->note[i].text);
    for (int i = 0; i < ROWS_REASONS && m->reason[i].text; i++)
        log_line(LOG_WARNING, "left out %llu: %s", (unsigned long long)m->reason[i].count,
                 m->reason[i].text);
}

static enum error read_format(const char *name, enum format *out, struct err *e)
{
    if (!*name)
        return err_set(e, E_USAGE,
                       "--format is missing: pumpfun-csv, floor-jsonl, getblock or pumpapi-jsonl");
    for (*out = 0; strcmp(name, format_names[*out]) != 0;) ++*out;
    return OK;
}

static enum error import(const struct settings *s, struct err *e)
{
    static struct job j;
    uint64_t rows = settings_u64(settings_own(s), "max-rows");
    size_t n = settings_operand_count(s);
    enum error rc = read_format(settings_str(settings_own(s), "format"), &j.format, e);
    if (rc != OK) return rc;
    if (is_streamed(&j) && rows > STREAM_ROWS) rows = STREAM_ROWS;
    j.t.streamed = is_streamed(&j);
    j.cap = j.format == GETBLOCK ? BLOCK_MAX_BYTES : LINE_MAX_BYTES;
    size_t bytes = rows_size((uint32_t)rows) + j.cap;
    char *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mem == MAP_FAILED)
        return err_set(e, E_LIMIT, "out of memory for %llu rows", (unsigned long long)rows);
    rows_init(&j.t.m, mem, (uint32_t)rows);
    j.buf = mem + rows_size((uint32_t)rows);
    for (size_t i = 0; i < (n ? n : 1) && rc == OK; i++)
        rc = read_one(&j, s, n ? settings_operand(s, i) : "-", e);
    if (rc == OK) rc = import_tape_close(&j.t, e);
    if (rc == OK)
        rc = writer_finish(j.t.w, j.t.ts_ns, j.t.m.rejected, false, e);
    else if (j.t.w)
        writer_abandon(j.t.w);
    tell(&j.t.m);
    munmap(mem, bytes);
    return rc;
}

static const struct tool tool = {.name = "sluice-import",
                                 .section = "import",
                                 .purpose = "convert recorded market data into a stream",
                                 .operands = "[FILE...]",
                                 .run = import};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
