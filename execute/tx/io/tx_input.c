/* tx_input.c - see tx_input.h. */
#include "execute/tx/io/tx_input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/io/rpc.h"

enum error tx_input_read(const char *path, char *text, size_t max, size_t *n, struct err *e)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!f) return err_set(e, E_OPEN, "unable to open '%s': %s", path, strerror(errno));
    *n = fread(text, 1, max + 1, f);
    bool bad = ferror(f);
    if (f != stdin) fclose(f);
    if (bad) return err_set(e, E_READ, "unable to read '%s': %s", path, strerror(errno));
    if (*n > max) return err_set(e, E_LIMIT, "'%s' is longer than %zu bytes", path, max);
    text[*n] = 0;
    return *n ? OK : err_set(e, E_FORMAT, "'%s' is empty", path);
}

static bool as_hex(const char *text, size_t len, uint8_t *out, size_t max, size_t *n)
{
    return len % 2 == 0 && (*n = len / 2) <= max && hex_decode(text, len, out, *n);
}
static bool as_base64(const char *text, size_t len, uint8_t *out, size_t max, size_t *n)
{
    return base64_bytes(text, len, out, max, n);
}
static bool as_raw(const char *text, size_t len, uint8_t *out, size_t max, size_t *n)
{
    if (len > max) return false;
    memcpy(out, text, *n = len);
    return true;
}

static const char *read_any(const uint8_t *bytes, size_t n, struct tx *t)
{
    const char *why = message_tx_read(bytes, n, t);
    if (!why || message_read(bytes, n, &t->message)) return why;
    t->signatures_count = 0; /* a bare message */
    return NULL;
}

enum error tx_input_tx(const char *encoding, const char *text, size_t n, uint8_t *bytes,
                       struct tx *t, struct err *e)
{
    static const struct {
        const char *name;
        bool (*decode)(const char *, size_t, uint8_t *, size_t, size_t *);
    } forms[] = {
        {"base64", as_base64}, {"base58", base58_decode_any}, {"hex", as_hex}, {"raw", as_raw}};
    const char *why = NULL, *which = NULL;
    bool any = strcmp(encoding, "auto") == 0, known = any;
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        size_t from = 0, len = n, got;
        if (!any && strcmp(encoding, forms[i].name) != 0) continue;
        known = true;
        if (i < 3) {
            while (from < n && strchr(" \t\r\n\"", text[from])) from++;
            while (len > from && strchr(" \t\r\n\"", text[len - 1])) len--;
        }
        if (!forms[i].decode(text + from, len - from, bytes, TX_V1_BYTES_MAX, &got)) continue;
        const char *bad = read_any(bytes, got, t);
        if (!bad) return OK;
        if (!why || i < 3) {
            why = bad;
            which = forms[i].name;
        }
    }
    if (!known) return err_set(e, E_USAGE, "--encoding must be auto, base64, base58, hex or raw");
    if (why) return err_set(e, E_FORMAT, "not a transaction (read as %s): %s", which, why);
    return err_set(e, E_FORMAT, "not %s text of at most %u bytes",
                   any ? "base64, base58 or hex" : encoding, TX_V1_BYTES_MAX);
}
