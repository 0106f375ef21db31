/* fuzz_settings.c - configuration files, the command line and hours of an archive: the input up to
 * the first NUL is the file, the rest arguments, each ended by a NUL. What loads must answer for
 * every value; what does not says why. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/run/settings_load.h"
#include "ingest/import/archive_hours.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARGS 16

static void check(struct settings *s)
{
    struct setting_row row;
    uint64_t total = 0;
    for (size_t i = 0; settings_row(s, i, &row); i++)
        total += strlen(row.section) + strlen(row.key) + strlen(row.value) + strlen(row.origin);
    for (size_t i = 0; i < settings_instance_count(s, "strategy"); i++)
        total += settings_u64(settings_instance(s, "strategy", i), "stop-ppm");
    total += settings_lamports(settings_own(s), "capital-sol") +
             settings_ns(settings_own(s), "cooldown") + settings_hash(s);
    if (total == 0) abort();
}

static void check_hours(const char *text)
{
    uint32_t first, last;
    char name[HOUR_TEXT], url[200];
    if (!archive_hours_parse(text, &first, &last)) return;
    if (last < first || last - first >= 366 * 24) abort();
    uint32_t again, end;
    archive_hours_name(first, name);
    if (!archive_hours_parse(name, &again, &end) || again != first || end != first ||
        !archive_hours_url("http://x/", last, url, sizeof url))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    char config[64], text[4096], *argv[ARGS + 4] = {(char *)"sluice-risk", (char *)"-c", config};
    char *environment[] = {NULL};
    int argc = 3;
    size_t n = strnlen((const char *)data, size);
    if (fd < 0) fd = memfd_create("conf", 0);
    if (size > sizeof text - 1 || ftruncate(fd, 0) != 0 || pwrite(fd, data, n, 0) != (ssize_t)n)
        return 0;
    snprintf(config, sizeof config, "/proc/self/fd/%d", fd);
    memcpy(text, data, size);
    text[size] = 0;
    for (size_t at = n + 1; at < size && argc < ARGS; at += strlen(text + at) + 1) {
        check_hours(text + at);
        if (strncmp(text + at, "--config", 8) != 0 && strncmp(text + at, "-c", 2) != 0)
            argv[argc++] = text + at; /* no other files */
    }
    struct settings_request want = {
        .tool = "sluice-risk", .section = "risk", .stage = true, .allowed = "strategy"};
    struct settings *s = NULL;
    struct err e = {0};
    if (settings_load(&want, argc, argv, environment, &s, &e) == OK)
        check(s);
    else if (!e.text[0] || strchr(e.text, '\n'))
        abort();
    if (s) settings_free(s);
    return 0;
}
