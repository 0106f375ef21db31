/* http.c - see http.h. */
#include "common/io/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/io/endpoint.h"

#define CONNECT_S 15L
#define REDIRECTS 5L

struct transfer { const struct http_request *r; struct http_answer *a; CURL *curl; bool stopped; };

/* "Content-Range: bytes 100-199/1000" */
static void content_range(struct http_answer *a, const char *v)
{
    unsigned long long from, to, total = 0;
    while (*v == ' ') v++;
    if (strncasecmp(v, "bytes ", 6) != 0) return;
    if (v[6] == '*') { if (sscanf(v + 6, "*/%llu", &total) == 1) a->total = total; return; }
    int n = sscanf(v + 6, "%llu-%llu/%llu", &from, &to, &total);
    if (n >= 2) a->from = from;
    if (n == 3) a->total = total;
}

static size_t on_header(char *p, size_t size, size_t n, void *self)
{
    struct transfer *t = self;
    char line[256];
    size_t len = size * n < sizeof line - 1 ? size * n : sizeof line - 1;
    memcpy(line, p, len);
    line[len] = 0;
    if (strncmp(line, "HTTP/", 5) == 0) t->a->from = t->a->total = 0; /* a new answer, after a redirection */
    if (strncasecmp(line, "content-range:", 14) == 0) content_range(t->a, line + 14);
    return size * n;
}

static size_t on_body(char *p, size_t size, size_t n, void *self)
{
    struct transfer *t = self;
    struct http_answer *a = t->a;
    curl_off_t length = -1;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &a->status);
    if (a->status != 200 && a->status != 206) return size * n; /* an error page: read past it */
    if (a->status == 200 && a->total == 0 && curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK && length > 0) a->total = (uint64_t)length;
    a->got += size * n;
    if (t->r->body(t->r->self, a, p, size * n)) return size * n;
    t->stopped = true;
    return 0;
}

static int on_tick(void *self, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
    struct transfer *t = self;
    (void)dt, (void)dn, (void)ut, (void)un;
    if (!endpoint_stop && (!t->r->tick || t->r->tick(t->r->self, t->a))) return 0;
    t->stopped = true;
    return 1;
}

static void set_up(CURL *c, struct transfer *t)
{
    const struct http_request *r = t->r;
    curl_easy_setopt(c, CURLOPT_URL, r->url);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "sluice/" SLUICE_VERSION);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(c, CURLOPT_MAXREDIRS, REDIRECTS);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)r->stall_s);
    if (r->from) curl_easy_setopt(c, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)r->from);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_tick);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
}

static void conclude(struct transfer *t, CURLcode rc, const char *text)
{
    struct http_answer *a = t->a;
    curl_off_t wait = 0;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &a->status);
    if (curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0) a->retry_after_s = (uint64_t)wait;
    bool answered = a->status >= 400;
    if (answered) snprintf(a->why, sizeof a->why, "the server answers %ld", a->status);
    else if (rc == CURLE_RANGE_ERROR) snprintf(a->why, sizeof a->why, "the server does not resume"), a->status = 416;
    else snprintf(a->why, sizeof a->why, "%.150s", *text ? text : curl_easy_strerror(rc));
    a->again = !t->stopped && (answered ? a->status == 408 || a->status == 429 || a->status >= 500
                                        : rc != CURLE_UNSUPPORTED_PROTOCOL && rc != CURLE_URL_MALFORMAT && rc != CURLE_PEER_FAILED_VERIFICATION && rc != CURLE_RANGE_ERROR && rc != CURLE_TOO_MANY_REDIRECTS);
}

bool http_get(const struct http_request *r, struct http_answer *a)
{
    static bool started;
    char text[CURL_ERROR_SIZE] = "";
    struct transfer t = {.r = r, .a = a};
    memset(a, 0, sizeof *a);
    if (!started && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) { snprintf(a->why, sizeof a->why, "libcurl does not start"); return false; }
    started = true;
    CURL *c = t.curl = curl_easy_init();
    if (!c) { snprintf(a->why, sizeof a->why, "out of memory"); return false; }
    set_up(c, &t);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, text);
    CURLcode rc = curl_easy_perform(c);
    conclude(&t, rc, text);
    bool whole = rc == CURLE_OK && (a->status == 200 || a->status == 206);
    if (whole) a->why[0] = 0, a->again = false;
    curl_easy_cleanup(c);
    return whole;
}
