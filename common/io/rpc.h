/* rpc.h - Solana JSON-RPC and Jito's, as requests to write and answers to read; the wire is
 * common/io/http.h. Must not: hold connections, retry, decide. Every answer is hostile: what does
 * not have the documented shape is an error. */
#ifndef SLUICE_RPC_H
#define SLUICE_RPC_H

#include "common/io/json.h"
#include "common/rec/record.h"

/* {"jsonrpc":"2.0","id":1,"method":...,"params":params} as text; params is consumed. The caller
 * frees the text; NULL when out of memory. */
char *rpc_request(const char *method, json_t *params);
/* The same for a method that takes bytes, written into text: params is JSON in which one '$' stands
 * where the bytes go, as base64 ("[[\"$\"]]"). Returns the length; 0 when it does not fit max. For
 * the path of an order: no JSON tree, no allocation. */
size_t rpc_write_bytes(char *text, size_t max, const char *method, const char *params,
                       const uint8_t *p, size_t n);
/* The `result` of an answer (a new reference), or NULL with why: not JSON, an error of the server
 * (its code in *code, 0 otherwise; -32005 node behind, -32002 preflight, ...), no result. why holds
 * 240 bytes. */
json_t *rpc_result(const char *body, size_t n, int *code, char why[240]);
/* One call from start to end, over a pool of its own; for tools used by hand. NULL with e set. */
json_t *rpc_call(const char *url, const char *method, json_t *params, uint64_t timeout_ms,
                 struct err *e);
/* Bytes as a base64 JSON string. */
json_t *rpc_base64(const uint8_t *p, size_t n);
/* Decode base64 text into at most max bytes; false when it is not one or too long. */
bool base64_bytes(const char *text, size_t len, uint8_t *out, size_t max, size_t *n) MUST_USE;

#endif
