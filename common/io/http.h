/* http.h - HTTP over libcurl: a GET of a whole file, and a pool of POSTs that run side by side over
 * kept connections. The one file that includes curl. Must not: depend on what is fetched; retry on
 * its own (it reports whether a retry can help). */
#ifndef SLUICE_HTTP_H
#define SLUICE_HTTP_H

#include "common/base/base.h"

struct http_answer {
    long status;            /* 200, 206, 404, ...; 0 when no answer came */
    uint64_t from;          /* first byte of the body in the whole: from Content-Range, 0 without */
    uint64_t total;         /* size of the whole where the server sends it, 0 unknown */
    uint64_t got;           /* bytes of body received */
    uint64_t retry_after_s; /* as the server asks, 0 when it does not */
    bool again;    /* a failure that may pass: connection, timeout, 408, 429, 5xx, cut body */
    char why[160]; /* one line, when it failed */
};

struct http_request {
    const char *url;
    uint64_t from;    /* ask for the bytes from here on; 0 = all */
    uint64_t stall_s; /* give up when nothing has come for this long */
    /* A piece of the body of a 200 or 206 answer; the answer's status, from and total are known.
     * False stops the transfer. */
    bool (*body)(void *self, const struct http_answer *a, const void *p, size_t n);
    /* Some time has passed; may be NULL. False stops the transfer. */
    bool (*tick)(void *self, const struct http_answer *a);
    void *self;
};

/* Perform it. True when a whole 200 or 206 answer came; otherwise a->why holds the reason. */
bool http_get(const struct http_request *r, struct http_answer *a);

/* ---- many small requests at once ---- */

struct http_pool;

struct http_post {
    const char *url, *body; /* body NULL: a GET */
    size_t n;
    const char *header;  /* one more header line ("x-jito-auth: ..."), or NULL */
    uint64_t timeout_ms; /* the whole request */
    bool packed;  /* let the server compress the answer; its limit counts what it unfolds to */
    uint64_t tag; /* handed back with the reply */
};

struct http_reply {
    uint64_t tag;
    long status;      /* 0 when no answer came */
    const char *body; /* ends with a NUL; valid until the next call on the pool */
    size_t n;
    uint64_t retry_after_s;
    char why[120]; /* empty when an answer of any status came whole */
};

/* A pool of slots requests at once, each with an answer of at most answer_max bytes; all memory is
 * taken here. NULL when out of memory. */
struct http_pool *http_pool_open(size_t slots, size_t answer_max);
void http_pool_close(struct http_pool *p);
/* Start a request: its bytes are written to a kept-alive connection, where the pool has one, before
 * this returns. url, body and header are copied. False when every slot is busy. */
bool http_pool_start(struct http_pool *p, const struct http_post *r) MUST_USE;
/* Run requests until one ends, timeout_ms passes, or one of fds (n of them, readable) is
 * ready. True with *reply when one ended. */
bool http_pool_wait(struct http_pool *p, const int *fds, size_t n, uint64_t timeout_ms,
                    struct http_reply *reply);

#endif
