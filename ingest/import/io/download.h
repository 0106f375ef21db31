/* download.h - one file over HTTP into one file on disk, resumed where an earlier try stopped.
 * The bytes gather in PATH.part, which becomes PATH when the whole is there: a PATH that exists is
 * whole. */
#ifndef SLUICE_DOWNLOAD_H
#define SLUICE_DOWNLOAD_H

#include "common/base/base.h"

struct download {
    const char *url, *path, *label;
    uint64_t tries, stall_s;
    uint64_t backoff_ms; /* wait before the second try; doubles up to 64 times */
    bool bar;            /* a progress bar on standard error */
};

enum download_result { DOWNLOAD_DONE, DOWNLOAD_THERE, DOWNLOAD_MISSING, DOWNLOAD_FAILED };

/* DOWNLOAD_MISSING: the server has no such file (404, 410). DOWNLOAD_FAILED: e holds the reason;
 * what came is kept in PATH.part. */
enum download_result download(const struct download *d, uint64_t *bytes, struct err *e);

#endif
