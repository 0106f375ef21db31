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

struct transfer {
    const struct http_request *r;
    struct http_answer *a;
    CURL *curl;
    bool stopped;
};

/* "Content-Range: bytes 100-199/1000" */
static void content_range(struct http_answer *a, const char *v)
{
    unsigned long long from, to, total = 0;
    while (*v == ' ') v++;
    if (strncasecmp(v, "bytes ", 6) != 0) return;
    if (v[6] == '*') {
        if (sscanf(v + 6, "*/%llu", &total) == 1) a->total = total;
        return;
    }
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
    if (strncmp(line, "HTTP/", 5) == 0)
        t->a->from = t->a->total = 0; /* a new answer, after a redirection */
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
    if (a->status == 200 && a->total == 0 &&
        curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK &&
        length > 0)
        a->total = (uint64_t)length;
    a->got += size * n;
    if (t->r->body(t->r->self, a, p, size * n)) return size * n;
    t->stopped = true;
    return 0;
}

static int on_tick(void *self, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
    struct transfer *t = self;
    (void)dt;
    (void)dn;
    (void)ut;
    (void)un;
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
    if (curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        a->retry_after_s = (uint64_t)wait;
    bool answered = a->status >= 400;
    if (answered)
        snprintf(a->why, sizeof a->why, "the server answers %ld", a->status);
    else if (rc == CURLE_RANGE_ERROR) {
        snprintf(a->why, sizeof a->why, "the server does not resume");
        a->status = 416;
    } else
        snprintf(a->why, sizeof a->why, "%.150s", *text ? text : curl_easy_strerror(rc));
    a->again =
        !t->stopped && (answered ? a->status == 408 || a->status == 429 || a->status >= 500
                                 : rc != CURLE_UNSUPPORTED_PROTOCOL && rc != CURLE_URL_MALFORMAT &&
                                       rc != CURLE_PEER_FAILED_VERIFICATION &&
                                       rc != CURLE_RANGE_ERROR && rc != CURLE_TOO_MANY_REDIRECTS);
}

static bool start_curl(void)
{
    static bool started;
    if (!started && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return false;
    return started = true;
}

bool http_get(const struct http_request *r, struct http_answer *a)
{
    char text[CURL_ERROR_SIZE] = "";
    struct transfer t = {.r = r, .a = a};
    memset(a, 0, sizeof *a);
    if (!start_curl()) {
        snprintf(a->why, sizeof a->why, "libcurl does not start");
        return false;
    }
    CURL *c = t.curl = curl_easy_init();
    if (!c) {
        snprintf(a->why, sizeof a->why, "out of memory");
        return false;
    }
    set_up(c, &t);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, text);
    CURLcode rc = curl_easy_perform(c);
    conclude(&t, rc, text);
    bool whole = rc == CURLE_OK && (a->status == 200 || a->status == 206);
    if (whole) {
        a->why[0] = 0;
        a->again = false;
    }
    curl_easy_cleanup(c);
    return whole;
}

/* ---- the pool ---- */

struct slot {
    CURL *curl;
    char *answer;
    size_t n, max;
    bool busy, overflow;
    uint64_t tag;
    struct curl_slist *headers;
    char text[CURL_ERROR_SIZE];
};
struct http_pool {
    CURLM *multi;
    size_t slots;
    struct slot *slot;
};

static size_t on_answer(char *p, size_t size, size_t n, void *self)
{
    struct slot *s = self;
    if (size * n > s->max - s->n) {
        s->overflow = true;
        return 0;
    }
    memcpy(s->answer + s->n, p, size * n);
    s->n += size * n;
    return size * n;
}

struct http_pool *http_pool_open(size_t slots, size_t answer_max)
{
    struct http_pool *p = calloc(1, sizeof *p);
    bool good = p && start_curl() && (p->slot = calloc(slots, sizeof *p->slot)) &&
                (p->multi = curl_multi_init());
    if (good) p->slots = slots;
    for (size_t i = 0; good && i < slots; i++) {
        p->slot[i].max = answer_max;
        good = (p->slot[i].answer = malloc(answer_max + 1)) && (p->slot[i].curl = curl_easy_init());
    }
    if (good) return p;
    http_pool_close(p);
    return NULL;
}

void http_pool_close(struct http_pool *p)
{
    if (!p) return;
    for (size_t i = 0; i < p->slots; i++) {
        struct slot *s = &p->slot[i];
        if (s->busy) curl_multi_remove_handle(p->multi, s->curl);
        if (s->curl) curl_easy_cleanup(s->curl);
        curl_slist_free_all(s->headers);
        free(s->answer);
    }
    if (p->multi) curl_multi_cleanup(p->multi);
    free(p->slot);
    free(p);
}

static void set_post(struct slot *s, const struct http_post *r)
{
    CURL *c = s->curl;
    curl_easy_reset(c); /* keeps the connections */
    curl_slist_free_all(s->headers);
    s->headers = curl_slist_append(NULL, "content-type: application/json");
    s->headers = curl_slist_append(s->headers, "expect:");
    if (r->header) s->headers = curl_slist_append(s->headers, r->header);
    curl_easy_setopt(c, CURLOPT_URL, r->url);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "sluice/" SLUICE_VERSION);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, s->headers);
    if (r->packed) curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, ""); /* whatever libcurl can undo */
    if (r->body) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)r->n);
        curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, r->body);
    }
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, s);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->text);
    curl_easy_setopt(c, CURLOPT_PRIVATE, s);
}

static struct slot *free_slot(struct http_pool *p)
{
    for (size_t i = 0; i < p->slots; i++)
        if (!p->slot[i].busy) return &p->slot[i];
    return NULL;
}

bool http_pool_start(struct http_pool *p, const struct http_post *r)
{
    int running;
    struct slot *s = free_slot(p);
    if (!s) return false;
    set_post(s, r);
    s->busy = true;
    s->overflow = false;
    s->n = 0;
    s->tag = r->tag;
    s->text[0] = 0;
    curl_multi_add_handle(p->multi, s->curl);
    curl_multi_perform(p->multi, &running); /* write the bytes now, not at the next wait */
    return true;
}

static void end_slot(struct http_pool *p, struct slot *s, CURLcode rc, struct http_reply *reply)
{
    curl_off_t wait = 0;
    memset(reply, 0, sizeof *reply);
    s->answer[s->n] = 0;
    reply->tag = s->tag;
    reply->body = s->answer;
    reply->n = s->n;
    if (rc == CURLE_OK) curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &reply->status);
    if (curl_easy_getinfo(s->curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        reply->retry_after_s = (uint64_t)wait;
    if (s->overflow)
        snprintf(reply->why, sizeof reply->why, "an answer of more than %zu bytes", s->max);
    else if (rc != CURLE_OK)
        snprintf(reply->why, sizeof reply->why, "%.110s",
                 *s->text ? s->text : curl_easy_strerror(rc));
    curl_multi_remove_handle(p->multi, s->curl);
    s->busy = false;
}

static bool take_ended(struct http_pool *p, struct http_reply *reply)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(p->multi, &left))) {
        struct slot *s = NULL;
        if (m->msg != CURLMSG_DONE ||
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&s) != CURLE_OK || !s)
            continue;
        end_slot(p, s, m->data.result, reply);
        return true;
    }
    return false;
}

bool http_pool_wait(struct http_pool *p, const int *fds, size_t n, uint64_t timeout_ms,
                    struct http_reply *reply)
{
    struct curl_waitfd wait[8];
    int running, ready = 0;
    for (size_t i = 0; i < n && i < COUNT_OF(wait); i++)
        wait[i] = (struct curl_waitfd){fds[i], CURL_WAIT_POLLIN, 0};
    curl_multi_perform(p->multi, &running);
    if (take_ended(p, reply)) return true;
    if (timeout_ms == 0) return false;
    curl_multi_poll(p->multi, wait, (unsigned)(n < COUNT_OF(wait) ? n : COUNT_OF(wait)),
                    timeout_ms > 60000 ? 60000 : (int)timeout_ms, &ready);
    curl_multi_perform(p->multi, &running);
    return take_ended(p, reply);
}
