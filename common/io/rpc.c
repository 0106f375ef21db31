/* rpc.c - see rpc.h. */
#include "common/io/rpc.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/http.h"

char *rpc_request(const char *method, json_t *params)
{
    json_t *o = json_pack("{s:s, s:i, s:s, s:o}", "jsonrpc", "2.0", "id", 1, "method", method,
                          "params", params ? params : json_array());
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return text;
}

/* Write n bytes as base64; returns the characters. libsodium's encoder takes constant time, which
 * secrets need and a transaction does not: 60,000 instructions an order instead of 6,000. */
static size_t write_base64(char *text, const uint8_t *p, size_t n)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *to = text;
    for (; n >= 3; n -= 3, p += 3, to += 4) {
        uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
        to[0] = digit[v >> 18];
        to[1] = digit[v >> 12 & 63];
        to[2] = digit[v >> 6 & 63];
        to[3] = digit[v & 63];
    }
    if (n == 0) return (size_t)(to - text);
    uint32_t v = (uint32_t)p[0] << 16 | (n == 2 ? (uint32_t)p[1] << 8 : 0);
    to[0] = digit[v >> 18];
    to[1] = digit[v >> 12 & 63];
    to[2] = n == 2 ? digit[v >> 6 & 63] : '=';
    to[3] = '=';
    return (size_t)(to - text) + 4;
}

size_t rpc_write_bytes(char *text, size_t max, const char *method, const char *params,
                       const uint8_t *p, size_t n)
{
    const char *place = strchr(params, '$');
    size_t base64 = (n + 2) / 3 * 4;
    int head =
        snprintf(text, max, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%.*s",
                 method, (int)(place - params), params);
    if (head < 0 || (size_t)head + base64 + strlen(place) + 2 > max) return 0;
    size_t len = (size_t)head + write_base64(text + head, p, n);
    return len + (size_t)snprintf(text + len, max - len, "%s}", place + 1);
}

static void server_error(json_t *error, int *code, char why[240])
{
    const char *text = json_string_value(json_object_get(error, "message"));
    *code = (int)json_integer_value(json_object_get(error, "code"));
    snprintf(why, 240, "the server answers %d: %.200s", *code, text ? text : "(no text)");
    text_one_line(why);
}

json_t *rpc_result(const char *body, size_t n, int *code, char why[240])
{
    json_error_t je;
    json_t *o = json_loadb(body, n, 0, &je), *result = NULL;
    *code = 0;
    why[0] = 0;
    if (!json_is_object(o))
        snprintf(why, 240, "the answer is not JSON");
    else if (json_is_object(json_object_get(o, "error")))
        server_error(json_object_get(o, "error"), code, why);
    else if (!(result = json_object_get(o, "result")))
        snprintf(why, 240, "the answer has no result");
    json_incref(result);
    json_decref(o);
    return result;
}

json_t *rpc_call(const char *url, const char *method, json_t *params, uint64_t timeout_ms,
                 struct err *e)
{
    struct http_pool *p = http_pool_open(1, 8u << 20);
    char *text = rpc_request(method, params), why[240];
    struct http_reply r = {0};
    json_t *result = NULL;
    int code;
    if (!p || !text ||
        !http_pool_start(
            p, &(struct http_post){
                   .url = url, .body = text, .n = strlen(text), .timeout_ms = timeout_ms}))
        err_set(e, E_INTERNAL, "out of memory");
    else {
        while (!http_pool_wait(p, NULL, 0, timeout_ms + 1000, &r)) continue;
        if (r.why[0])
            err_set(e, E_PEER, "%s: %s", url, r.why);
        else if (!(result = rpc_result(r.body, r.n, &code, why))) {
            if (r.status == 200 || code)
                err_set(e, E_PEER, "%s: %s: %s", url, method, why);
            else
                err_set(e, E_PEER, "%s: %s: the server answers %ld", url, method, r.status);
        }
    }
    free(text);
    http_pool_close(p);
    return result;
}

json_t *rpc_base64(const uint8_t *p, size_t n)
{
    size_t len = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(len);
    json_t *s =
        text ? json_string(sodium_bin2base64(text, len, p, n, sodium_base64_VARIANT_ORIGINAL))
             : NULL;
    free(text);
    return s;
}

bool base64_bytes(const char *text, size_t len, uint8_t *out, size_t max, size_t *n)
{
    return sodium_base642bin(out, max, text, len, " \t\r\n", n, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0;
}
