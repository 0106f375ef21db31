/* sluice-fetch - download hours of the public PumpApi archive, for sluice-import --format
 * pumpapi-jsonl. Prints the path of each hour that it has; hours the archive does not have are
 * reported, and make the exit code 1. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/run/log.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
#include "ingest/import/archive_hours.h"
#include "ingest/import/io/download.h"

struct totals {
    uint64_t done, there, missing;
};

static enum error fetch_hour(const struct section *own, uint32_t hour, struct totals *t,
                             struct err *e)
{
    char url[1024], path[4096], name[HOUR_TEXT];
    const char *dir = settings_str(own, "output");
    uint64_t bytes;
    archive_hours_name(hour, name);
    if (!archive_hours_url(settings_str(own, "url"), hour, url, sizeof url))
        return err_set(e, E_USAGE, "--url is too long");
    if (snprintf(path, sizeof path, "%s/%s.jsonl.zst", dir, name) >= (int)sizeof path)
        return err_set(e, E_USAGE, "--output is too long");
    struct download d = {.url = url,
                         .path = path,
                         .label = name,
                         .tries = settings_u64(own, "tries"),
                         .stall_s = settings_ns(own, "stall") / NS_PER_S,
                         .backoff_ms = settings_ns(own, "backoff") / NS_PER_MS,
                         .bar = isatty(STDERR_FILENO) == 1};
    if (d.stall_s == 0) d.stall_s = 1;
    if (d.backoff_ms == 0) d.backoff_ms = 1;
    switch (download(&d, &bytes, e)) {
    case DOWNLOAD_DONE: t->done++; break;
    case DOWNLOAD_THERE: t->there++; break;
    case DOWNLOAD_MISSING:
        t->missing++;
        log_line(LOG_WARNING, "%s: the archive has no such hour", name);
        return OK;
    case DOWNLOAD_FAILED: return e->code;
    }
    log_line(LOG_INFO, "%s: %llu bytes", name, (unsigned long long)bytes);
    return printf("%s\n", path) < 0 || fflush(stdout) != 0 ? operands_stdout_failed(e) : OK;
}

static enum error read_ranges(const struct settings *s, struct err *e)
{
    uint32_t first, last;
    if (settings_operand_count(s) == 0)
        return err_set(e, E_USAGE,
                       "no hours given: 2026-04-18T01, 2026-04-18T01..06, "
                       "2026-04-18T22..2026-04-19T03 or 2026-04-18");
    for (size_t i = 0; i < settings_operand_count(s); i++)
        if (!archive_hours_parse(settings_operand(s, i), &first, &last))
            return err_set(e, E_USAGE,
                           "'%.60s' is no range of hours: 2026-04-18T01, 2026-04-18T01..06, "
                           "2026-04-18T22..2026-04-19T03 or 2026-04-18",
                           settings_operand(s, i));
    return OK;
}

static enum error fetch(const struct settings *s, struct err *e)
{
    const struct section *own = settings_own(s);
    struct totals t = {0, 0, 0};
    enum error rc = read_ranges(s, e);
    if (rc == OK && mkdir(settings_str(own, "output"), 0777) != 0 && errno != EEXIST)
        rc = err_set(e, E_OPEN, "unable to make the folder '%s': %s", settings_str(own, "output"),
                     strerror(errno));
    for (size_t i = 0; rc == OK && i < settings_operand_count(s); i++) {
        uint32_t first = 0, last = 0;
        if (!archive_hours_parse(settings_operand(s, i), &first, &last)) break;
        for (uint32_t h = first; rc == OK && h <= last; h++) rc = fetch_hour(own, h, &t, e);
    }
    log_line(LOG_INFO, "%llu fetched, %llu were there, %llu missing", (unsigned long long)t.done,
             (unsigned long long)t.there, (unsigned long long)t.missing);
    if (rc == OK && t.missing)
        rc = err_set(e, E_MISMATCH, "%llu of %llu hours are missing in the archive",
                     (unsigned long long)t.missing,
                     (unsigned long long)(t.missing + t.done + t.there));
    return rc;
}

static const struct tool tool = {.name = "sluice-fetch",
                                 .section = "fetch",
                                 .purpose = "download hours of the public PumpApi archive",
                                 .operands = "HOURS...",
                                 .run = fetch};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
