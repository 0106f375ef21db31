/* test_block_json.c - getBlock and getTransaction in every encoding give the same view; hostile and
 * cut answers give a reason. */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/decode/block_json.h"
#include "tests/unit/tap.h"

/* Keys are one byte repeated; base58 texts are made here, so that no text is copied by hand. */
static char text58[8][48];
static const char *address(uint8_t byte)
{
    uint8_t k[32];
    memset(k, byte, sizeof k);
    base58_encode(k, 32, text58[byte % 8]);
    return text58[byte % 8];
}

static struct tx_json store;
static char text[65536];

static const char *view_of(const char *json, struct tx_view *v, struct block_json *b)
{
    static struct err e;
    const char *why = NULL;
    if (block_json_open(json, strlen(json), b, &e) != OK) return e.text;
    if (!block_json_next(b, &store, v, &why, &e)) return "there is no transaction";
    return why;
}

/* A signature of 64 times byte 9. */
static const char *signature(void)
{
    static char out[130];
    uint8_t s[64];
    memset(s, 9, sizeof s);
    base58_encode(s, 64, out);
    return out;
}

/* Keys 1 and 2 are static, 3 and 4 looked up. The one instruction runs program 2 on accounts 1, 3,
 * 4 with the bytes deadbeef and calls program 2 again with the byte 7. */
#define META                                                                                      \
    "{\"err\":null,\"fee\":5123,\"computeUnitsConsumed\":77,\"innerInstructions\":[{\"index\":0," \
    "\"instructions\":[{\"programIdIndex\":1,\"accounts\":[0],\"data\":\"8\",\"stackHeight\":2}]" \
    "}],\"loadedAddresses\":{\"writable\":[\"%s\"],\"readonly\":[\"%s\"]},\"logMessages\":[\""    \
    "Program log: a\\u0041\\\"b\",\"plain\"],\"preBalances\":[10,20,30,40],\"postBalances\":[1,"  \
    "2,3,18446744073709551615],\"preTokenBalances\":[{\"accountIndex\":2,\"mint\":\"%s\","        \
    "\"uiTokenAmount\":{\"amount\":\"12345678901234567890\",\"decimals\":6,\"uiAmount\":1.5e3}}]" \
    ",\"postTokenBalances\":null}"

static void meta_text(char *out, size_t cap)
{
    snprintf(out, cap, META, address(3), address(4), address(5));
}

static void check_view(const struct tx_view *v, const char *name)
{
    const struct view_ix *x = v->ix;
    is_u64(v->keys_count + v->loaded_count, 4, "%s: accounts", name);
    ok(view_key(v, 0)->b[0] == 1 && view_key(v, 2)->b[31] == 3 && view_key(v, 3)->b[0] == 4,
       "%s: keys in order", name);
    is_u64(v->ix_count, 2, "%s: an instruction and its call", name);
    ok(x[0].program == 1 && x[0].height == 1 && x[0].data_len == 4 &&
           memcmp(x[0].data, "\xde\xad\xbe\xef", 4) == 0 && x[0].accounts_count == 3 &&
           x[0].accounts[1] == 2 && x[0].accounts[2] == 3,
       "%s: the instruction", name);
    ok(x[1].program == 1 && x[1].height == 2 && x[1].data_len == 1 && x[1].data[0] == 7 &&
           x[1].outer == 0,
       "%s: the call", name);
    ok(v->fee_lamports == 5123 && v->units == 77 && !v->failed && v->signatures == 1 &&
           v->signature.b[63] == 9,
       "%s: fee, units, signature", name);
    ok(v->pre && v->pre[3] == 40 && v->post && v->post[3] == UINT64_MAX, "%s: lamports", name);
    ok(v->pre_tokens_count == 1 && v->post_tokens_count == 0 && v->pre_tokens[0].account == 2 &&
           v->pre_tokens[0].amount_raw == UINT64_C(12345678901234567890) &&
           v->pre_tokens[0].decimals == 6 && v->pre_tokens[0].mint.b[0] == 5 &&
           key_is_none(&v->pre_tokens[0].owner),
       "%s: token balances", name);
    ok(v->logs_count == 2 && v->logs[0].n == 17 &&
           memcmp(v->logs[0].p, "Program log: aA\"b", 17) == 0 && v->logs[1].n == 5,
       "%s: log lines, escapes resolved", name);
    ok(v->slot == 42 && v->ts_ns == UINT64_C(1700000000000000000), "%s: slot and time", name);
}

/* The message's wire form, signature in front. */
static size_t wire(uint8_t *out)
{
    uint8_t *p = out;
    *p++ = 1;
    memset(p, 9, 64);
    p += 64;
    memcpy(p, "\x80\x01\x00\x01\x02", 5); /* v0; signers, read-only signers, read-only; two keys */
    p += 5;
    memset(p, 1, 32);
    memset(p + 32, 2, 32);
    memset(p + 64, 8, 32); /* blockhash */
    p += 96;
    memcpy(p, "\x01\x01\x03\x00\x02\x03\x04\xde\xad\xbe\xef", 11);
    p += 11;
    *p++ = 1; /* one table: one writable, one read-only */
    memset(p, 6, 32);
    p += 32;
    memcpy(p, "\x01\x00\x01\x01", 4);
    return (size_t)(p + 4 - out);
}

static void base64(const uint8_t *p, size_t n, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
                     (i + 2 < n ? p[i + 2] : 0);
        for (int k = 0; k < 4; k++)
            *out++ = i + (size_t)k > n ? '=' : digits[v >> (18 - 6 * k) & 63];
    }
    *out = 0;
}

/* Base58 by long division, the slow way. */
static void base58_long(const uint8_t *p, size_t n, char *out)
{
    static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    uint8_t num[2048];
    char back[4096];
    size_t len = 0, zeros = 0;
    memcpy(num, p, n);
    while (zeros < n && p[zeros] == 0) zeros++;
    for (size_t first = zeros; first < n;) {
        unsigned rest = 0;
        for (size_t i = first; i < n; i++) {
            unsigned v = rest << 8 | num[i];
            num[i] = (uint8_t)(v / 58);
            rest = v % 58;
        }
        back[len++] = digits[rest];
        while (first < n && num[first] == 0) first++;
    }
    memset(out, '1', zeros);
    for (size_t i = 0; i < len; i++) out[zeros + i] = back[len - 1 - i];
    out[zeros + len] = 0;
}

static void test_base58(void)
{
    uint8_t in[1500], out[1500];
    char digits[4096];
    unsigned same = 0, cases = 0;
    uint64_t seed = 7;
    for (size_t n = 0; n < sizeof in; n += n < 40 ? 1 : 61) {
        for (size_t i = 0; i < n; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
            in[i] = i < n % 5 ? 0 : (uint8_t)(seed >> 56);
        }
        size_t got = 0;
        base58_long(in, n, digits);
        cases++;
        same += base58_decode_any(digits, strlen(digits), out, n, &got) && got == n &&
                memcmp(in, out, n) == 0 &&
                (n == 0 || !base58_decode_any(digits, strlen(digits), out, n - 1, &got));
    }
    is_u64(same, cases, "base58 of any length, against long division");
    size_t got;
    ok(!base58_decode_any("11110", 5, out, 32, &got) && !base58_decode_any("l", 1, out, 32, &got),
       "characters that are not base58");
}

/* json: keys and instructions one by one, all that the wire form holds. */
static void json_message(char *out, size_t cap)
{
    char data[16], keys[256];
    base58_long((const uint8_t *)"\xde\xad\xbe\xef", 4, data);
    snprintf(keys, sizeof keys, "\"%s\",\"%s\"", address(1), address(2));
    snprintf(out, cap,
             "{\"message\":{\"header\":{\"numRequiredSignatures\":1,"
             "\"numReadonlySignedAccounts\":0,\"numReadonlyUnsignedAccounts\":1},"
             "\"recentBlockhash\":\"%s\",\"addressTableLookups\":[{\"accountKey\":\"%s\","
             "\"writableIndexes\":[0],\"readonlyIndexes\":[1]}],"
             "\"accountKeys\":[%s],\"instructions\":[{\"accounts\":[0,2,3],\"data\":"
             "\"%s\",\"programIdIndex\":1,\"stackHeight\":null}]},\"signatures\":[\"%s\"]}",
             address(8), address(6), keys, data, signature());
}

/* jsonParsed: accounts are objects, the looked-up ones among them; programs go by name. */
static void parsed_message(char *out, size_t cap, const char *extra)
{
    char data[16];
    base58_long((const uint8_t *)"\xde\xad\xbe\xef", 4, data);
    snprintf(
        out, cap,
        "{\"message\":{\"recentBlockhash\":\"%s\",\"addressTableLookups\":[{\"accountKey\":\"%s\","
        "\"writableIndexes\":[0],\"readonlyIndexes\":[1]}],"
        "\"accountKeys\":[{\"pubkey\":\"%s\",\"signer\":true,\"writable\":true},"
        "{\"pubkey\":\"%s\",\"signer\":false,\"source\":\"transaction\"},"
        "{\"source\":\"lookupTable\",\"pubkey\":\"%s\",\"writable\":true},"
        "{\"pubkey\":\"%s\",\"source\":\"lookupTable\"}],"
        "\"instructions\":[{\"accounts\":[\"%s\",\"%s\",\"%s\"],\"data\":\"%s\",\"programId\":"
        "\"%s\"}%s]},\"signatures\":[\"%s\"]}",
        address(8), address(6), address(1), address(2), address(3), address(4), address(1),
        address(3), address(4), data, address(2), extra, signature());
}

static const char *in_block(const char *transaction)
{
    char meta[2048];
    meta_text(meta, sizeof meta);
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"result\":{\"blockTime\":1700000000,\"parentSlot\":41,"
             "\"transactions\":[{\"meta\":%s,\"transaction\":%s,\"version\":0}]},\"id\":1}",
             meta, transaction);
    return text;
}

static const char *alone(const char *transaction, const char *before, const char *after)
{
    char meta[2048];
    meta_text(meta, sizeof meta);
    snprintf(text, sizeof text,
             "%s{\"slot\":42,\"transaction\":%s,\"blockTime\":1700000000,\"meta\":%s}%s", before,
             transaction, meta, after);
    return text;
}

/* Put together again, the transaction is the bytes it was on the wire. */
static void check_rebuilt(const struct tx_view *v, const char *name)
{
    uint8_t bytes[1232];
    size_t n = wire(bytes);
    const char *why = tx_json_rebuild(&store, v);
    is_str(why ? why : "rebuilt", "rebuilt", "%s", name);
    const struct tx_message *m = &store.tx.message;
    ok(!why && store.tx.signatures_count == 1 && store.tx.signatures[0].b[5] == 9 &&
           m->n == n - 65 && memcmp(m->bytes, bytes + 65, m->n) == 0,
       "%s: the same bytes", name);
}

static void test_encodings(void)
{
    static char message[8192], encoded[4096];
    uint8_t bytes[1232];
    struct tx_view v;
    struct block_json b;
    size_t n = wire(bytes);
    json_message(message, sizeof message);
    ok(view_of(in_block(message), &v, &b) == NULL && !b.one, "json");
    check_view(&v, "json");
    check_rebuilt(&v, "json");
    ok(view_of(alone(message, "{\"result\":", "}"), &v, &b) == NULL && b.one,
       "json, of getTransaction");
    check_view(&v, "json, of getTransaction");
    ok(view_of(alone(message, " ", "\n"), &v, &b) == NULL && b.one, "the result alone");
    parsed_message(message, sizeof message, "");
    ok(view_of(in_block(message), &v, &b) == NULL, "jsonParsed");
    check_view(&v, "jsonParsed");
    check_rebuilt(&v, "jsonParsed");
    base64(bytes, n, encoded);
    snprintf(message, sizeof message, "[\"%s\",\"base64\"]", encoded);
    ok(view_of(in_block(message), &v, &b) == NULL && store.on_wire, "base64");
    check_view(&v, "base64");
    check_rebuilt(&v, "base64");
    base58_long(bytes, n, encoded);
    snprintf(message, sizeof message, "[\"%s\",\"base58\"]", encoded);
    ok(view_of(in_block(message), &v, &b) == NULL && store.on_wire, "base58");
    check_view(&v, "base58");
    check_rebuilt(&v, "base58");
    snprintf(message, sizeof message, "\"%s\"", encoded);
    ok(view_of(alone(message, "", ""), &v, &b) == NULL, "base58 without its name");
    check_view(&v, "base58 without its name");
    parsed_message(message, sizeof message,
                   ",{\"parsed\":{\"type\":\"transfer\"},\"program\":\"system\"}");
    ok(view_of(in_block(message), &v, &b) == NULL && store.parsed == 1 && v.ix_count == 3 &&
           v.ix[2].outer == 1 && v.ix[2].data_len == 0,
       "an instruction that the node parsed keeps its place and is counted");
    ok(store.parsed_ix[1].n && !store.parsed_ix[0].n, "its text is kept");
}

/* What cannot be put together again says so. */
static void test_not_rebuilt(void)
{
    static const struct {
        const char *part, *by, *why;
    } cases[] = {
        {"\"header\":{", "\"hedaer\":{", "the message's header is missing or malformed"},
        {"\"numRequiredSignatures\":1", "\"numRequiredSignatures\":256",
         "the message's header is missing or malformed"},
        {"\"recentBlockhash\":\"", "\"recentBlockhash\":\"0", "the blockhash is no hash"},
        {"\"writableIndexes\":[0]", "\"writableIndexes\":[256]", "malformed JSON"},
        {"\"accountKey\":\"", "\"accountKey\":\"0", "malformed JSON"},
        {"\"version\":0", "\"version\":1", "version 1 is read from base64 only"},
    };
    static char message[8192], spoilt[65536];
    struct tx_view v;
    struct block_json b;
    json_message(message, sizeof message);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        in_block(message);
        char *at = strstr(text, cases[i].part);
        if (!at) abort();
        snprintf(spoilt, sizeof spoilt, "%.*s%s%s", (int)(at - text), text, cases[i].by,
                 at + strlen(cases[i].part));
        const char *why = view_of(spoilt, &v, &b);
        if (!why) why = tx_json_rebuild(&store, &v);
        is_str(why ? why : "it is rebuilt", cases[i].why, "not rebuilt: %s", cases[i].by);
    }
}

/* Cut anywhere, an answer yields no transaction but a reason. */
static void test_cut(void)
{
    static char message[8192], cut[65536];
    struct tx_view v;
    struct block_json b;
    unsigned read = 0, silent = 0;
    json_message(message, sizeof message);
    in_block(message);
    size_t n = strlen(text);
    memcpy(cut, text, n + 1);
    for (size_t k = 0; k < n; k++) {
        cut[k] = 0;
        const char *why = view_of(cut, &v, &b);
        read += why == NULL;
        silent += why && !*why;
        cut[k] = text[k];
    }
    is_u64(read, 0, "cut anywhere there is no transaction");
    is_u64(silent, 0, "and always a reason");
}

static void test_refused(void)
{
    static const struct {
        const char *json, *why;
    } cases[] = {
        {"[]", "not JSON: no object at its start"},
        {"{}", "no block and no transaction: it lacks 'transactions' and 'transaction'"},
        {"{\"result\":null}", "the node has no such block or transaction: no result"},
        {"{\"error\":{\"code\":-32009}}", "the node answered with an error: {\"code\":-32009}"},
        {"{\"parentSlot\":1,\"transactions\":{}}", "no block: there is no list of transactions"},
        {"{\"transactions\":[]}", "no block: there is no parentSlot"},
        {"{\"parentSlot\":-1,\"transactions\":[]}", "no block: a field of the block is malformed"},
        {"{\"parentSlot\":1,\"transactions\":[]} x", "the JSON is cut or malformed at byte 35"},
        {"{\"parentSlot\":1,,\"transactions\":[]}", "the JSON is cut or malformed at byte 16"},
        {"{\"parentSlot\":1 \"transactions\":[]}", "the JSON is cut or malformed at byte 16"},
        {"{\"parentSlot\":1,\"transactions\":[1]}", "there is no transaction"},
        {"{\"transaction\":{},\"meta\":{}}", "a transaction without its slot"},
        {"{\"slot\":1,\"transaction\":{},\"meta\":{}}", "a transaction without meta or message"},
        {"{\"slot\":1,\"transaction\":[\"AAAA\",\"base64\"],\"meta\":null}",
         "a transaction without meta or message"},
        {"{\"slot\":1,\"transaction\":[\"AAA\",\"base64\"],\"meta\":{}}",
         "a transaction that is neither base64 nor base58"},
        {"{\"slot\":1,\"transaction\":[\"AAAA\",\"base65\"],\"meta\":{}}",
         "a transaction that is neither base64 nor base58"},
    };
    struct tx_view v;
    struct block_json b;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        is_str(view_of(cases[i].json, &v, &b), cases[i].why, "refused: %.50s", cases[i].json);
}

/* Replace a part of a good block; it must be refused with this reason. */
static void spoil(const char *part, const char *by, const char *why)
{
    static char message[8192], spoilt[65536];
    struct tx_view v;
    struct block_json b;
    json_message(message, sizeof message);
    in_block(message);
    char *at = strstr(text, part);
    if (!at) abort();
    snprintf(spoilt, sizeof spoilt, "%.*s%s%s", (int)(at - text), text, by, at + strlen(part));
    const char *got = view_of(spoilt, &v, &b);
    is_str(got ? got : "it is read", why ? why : "it is read", "%s", by);
}

static void test_spoilt(void)
{
    spoil("\"accounts\":[0,2,3]", "\"accounts\":[0,2,4]",
          "an instruction names an account that is missing");
    spoil("\"accounts\":[0,2,3]", "\"accounts\":[0,2 3]", "malformed JSON");
    spoil("\"accounts\":[0,2,3]", "\"accounts\":7", "a list that is something else");
    spoil("\"programIdIndex\":1,\"stackHeight\":null", "\"programIdIndex\":9",
          "an instruction of a program that is missing");
    spoil("\"data\":\"8\"", "\"data\":\"0\"",
          "instruction data is malformed or longer than 4,096 bytes");
    spoil("\"data\":\"8\"", "\"dada\":\"8\"", "an instruction has no data");
    spoil("\"index\":0", "\"index\":1", "calls of an instruction that is missing");
    spoil("\"index\":0", "\"index\":256", "calls of an instruction that is missing");
    spoil("\"fee\":5123", "\"fee\":5123.5", "a fee or unit count is not a whole number");
    spoil("[10,20,30,40]", "[10,20,30,-4]", "a balance is not a whole number");
    spoil("[10,20,30,40]", "[10,20,30]", NULL);
    spoil("\"accountIndex\":2", "\"accountIndex\":256",
          "a token balance of an account that is missing");
    spoil("12345678901234567890", "123456789012345678901", "a token balance is not a whole number");
    spoil("\"plain\"", "3", "a log line that is no text");
    spoil("\"plain\"", "\"plain\",", "malformed JSON");
    spoil("\"err\":null", "\"err\":{\"InstructionError\":[0,{\"Custom\":1}]}", NULL);
}

int main(void)
{
    test_base58();
    test_encodings();
    test_not_rebuilt();
    test_cut();
    test_refused();
    test_spoilt();
    return done();
}
