/* http.h - HTTP GET over libcurl, one request at a time: for files and plain answers. The one file that knows curl.
 * Must not: know what is fetched; retry on its own (it says whether a retry can help). */
#ifndef SLUICE_HTTP_H
#define SLUICE_HTTP_H

#include "common/base/base.h"

struct http_answer {
    long status;               /* 200, 206, 404, ...; 0 when no answer came */
    uint64_t from;             /* first byte of the body in the whole: from Content-Range, 0 without */
    uint64_t total;            /* size of the whole where the server says it, 0 unknown */
    uint64_t got;              /* bytes of body received */
    uint64_t retry_after_s;    /* as the server asks, 0 when it does not */
    bool again;                /* a failure that may pass: connection, timeout, 408, 429, 5xx, cut body */
    char why[160];             /* one line, when it failed */
};

struct http_request {
    const char *url;
    uint64_t from;             /* ask for the bytes from here on; 0 = all */
    uint64_t stall_s;          /* give up when nothing has come for this long */
    /* A piece of the body of a 200 or 206 answer; the answer's status, from and total are known. False stops the transfer. */
    bool (*body)(void *self, const struct http_answer *a, const void *p, size_t n);
    /* Some time has passed; may be NULL. False stops the transfer. */
    bool (*tick)(void *self, const struct http_answer *a);
    void *self;
};

/* Perform it. True when a whole 200 or 206 answer came; otherwise a->why says what happened. */
bool http_get(const struct http_request *r, struct http_answer *a);

#endif
