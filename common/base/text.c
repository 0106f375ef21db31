/* text.c - base58, hex, strict numbers and nearest names. See text.h.
 * Base58 works in groups of ten characters: 58^10 is the largest power below 2^64, so a key is five
 * groups and a group is one 128-by-64-bit division (encode) or one multiply-add (decode). Must not:
 * use locale, floating point, tables filled at run time or unbounded buffers. */
#include "common/base/text.h"

#include <string.h>

#include "common/base/num.h"

#define GROUP     10                           /* characters in a group */
#define GROUP_ONE UINT64_C(430804206899405824) /* 58^10 */
#define HALF_ONE  656356768u                   /* 58^5 */
#define LIMBS     8                            /* of 64 bits: 64 bytes at most */

static const char alphabet58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* Digit of each character from '1' to 'z', 0xff for those that are none. */
static const uint8_t digit58['z' - '1' + 1] = {
    0,    1,    2,    3,  4,  5,  6,  7,  8,  0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 9,    10,   11, 12, 13, 14, 15, 16, 0xff, 17,   18,   19,   20,   21,
    0xff, 22,   23,   24, 25, 26, 27, 28, 29, 30,   31,   32,   0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 33, 34, 35, 36, 37, 38, 39,   40,   41,   42,   43,   0xff,
    44,   45,   46,   47, 48, 49, 50, 51, 52, 53,   54,   55,   56,   57};

static uint64_t load_big_endian(const uint8_t *bytes, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) v = v << 8 | bytes[i];
    return v;
}

/* Ten characters of a group, most significant first. */
static void put_group(uint64_t group, char *out)
{
    uint32_t half[2] = {(uint32_t)(group / HALF_ONE), (uint32_t)(group % HALF_ONE)};
    for (int h = 0; h < 2; h++) {
        for (int i = 4; i >= 0; i--) {
            out[h * 5 + i] = alphabet58[half[h] % 58];
            half[h] /= 58;
        }
    }
}

/* Divide the number in limbs[first..count) (most significant first) by 58^10; returns the
 * remainder. */
static uint64_t take_group(uint64_t *limbs, size_t first, size_t count)
{
    uint64_t rem = 0;
    for (size_t i = first; i < count; i++)
        limbs[i] = div_u128((u128)rem << 64 | limbs[i], GROUP_ONE, &rem);
    return rem;
}

size_t base58_encode(const uint8_t *bytes, size_t n, char *out)
{
    uint64_t limbs[LIMBS];
    char digits[GROUP * 9];
    size_t count = (n + 7) / 8, first = 0, at = sizeof digits, ones = 0;
    if (n > 64) {
        n = 0;
        count = 0;
    }
    for (size_t i = 0, from = 0; i < count; i++) {
        size_t take = i == 0 && n % 8 ? n % 8 : 8;
        limbs[i] = load_big_endian(bytes + from, take);
        from += take;
    }
    while (ones < n && bytes[ones] == 0) ones++;
    for (;;) {
        while (first < count && limbs[first] == 0) first++;
        if (first == count) break;
        at -= GROUP;
        put_group(take_group(limbs, first, count), digits + at);
    }
    while (at < sizeof digits && digits[at] == '1') at++;
    memset(out, '1', ones);
    memcpy(out + ones, digits + at, sizeof digits - at);
    out[ones + sizeof digits - at] = 0;
    return ones + sizeof digits - at;
}

/* Value of n characters (at most ten); *bad becomes 0xff or so when one is no digit. */
static uint64_t get_group(const char *text, size_t n, uint8_t *bad)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t at = (uint8_t)(text[i] - '1');
        uint8_t d = at < sizeof digit58 ? digit58[at] : 0xff;
        *bad |= d;
        v = v * 58 + d;
    }
    return v;
}

bool base58_decode(const char *text, size_t len, uint8_t *bytes, size_t n)
{
    uint64_t limbs[LIMBS] = {0}; /* least significant first */
    size_t count = n / 8, ones = 0, zeros = 0, at = len % GROUP;
    uint8_t bad = 0;
    if (n % 8 || n > 64 || len < n || len > n * 11 / 8) return false;
    limbs[0] = get_group(text, at, &bad);
    for (; at < len; at += GROUP) {
        u128 carry = get_group(text + at, GROUP, &bad);
        for (size_t i = 0; i < count; i++) {
            carry += (u128)limbs[i] * GROUP_ONE;
            limbs[i] = (uint64_t)carry;
            carry >>= 64;
        }
        if (carry) return false;
    }
    if (bad & 0x80) return false;
    for (size_t i = 0; i < count; i++) {
        uint64_t v = __builtin_bswap64(limbs[count - 1 - i]);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        v = limbs[count - 1 - i];
#endif
        memcpy(bytes + i * 8, &v, 8);
    }
    while (ones < len && text[ones] == '1') ones++;
    while (zeros < n && bytes[zeros] == 0) zeros++;
    return ones == zeros;
}

void hex_encode(const uint8_t *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = 0;
}

static unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f') return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return (unsigned)(c - 'A') + 10;
    return 16;
}

bool hex_decode(const char *text, size_t len, uint8_t *bytes, size_t n)
{
    if (len != 2 * n) return false;
    for (size_t i = 0; i < len; i++)
        if (hex_digit(text[i]) > 15) return false;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
    return true;
}

bool parse_u64(const char *text, size_t len, uint64_t *out)
{
    uint64_t v = 0;
    if (len == 0) return false;
    for (size_t i = 0; i < len; i++) {
        unsigned d = (unsigned)(unsigned char)text[i] - '0';
        if (d > 9 || !mul_u64(v, 10, &v) || !add_u64(v, d, &v)) return false;
    }
    *out = v;
    return true;
}

/* The parts of an unsigned decimal text: digits [0, whole) then, after a dot, more; times
 * 10^exponent. */
struct decimal {
    size_t whole_len, fraction_at, fraction_len;
    int64_t exponent; /* held within +-100000: further out nothing changes any more */
};

static size_t digit_run(const char *text, size_t at, size_t len)
{
    size_t n = 0;
    while (at + n < len && text[at + n] >= '0' && text[at + n] <= '9') n++;
    return n;
}

/* "e-7" at text[at..len): false when malformed. */
static bool scan_exponent(const char *text, size_t at, size_t len, int64_t *exponent)
{
    bool minus = ++at < len && text[at] == '-';
    if (at < len && (text[at] == '-' || text[at] == '+')) at++;
    if (at == len || digit_run(text, at, len) != len - at) return false;
    int64_t v = 0;
    for (; at < len; at++) v = v < 100000 ? v * 10 + (text[at] - '0') : v;
    v = v > 100000 ? 100000 : v;
    *exponent = minus ? -v : v;
    return true;
}

static bool scan_decimal(const char *text, size_t len, struct decimal *d)
{
    size_t at = d->whole_len = digit_run(text, 0, len);
    d->fraction_at = at;
    d->fraction_len = 0;
    d->exponent = 0;
    if (at == 0) return false;
    if (at < len && text[at] == '.') {
        d->fraction_at = at + 1;
        at += 1 + (d->fraction_len = digit_run(text, at + 1, len));
        if (d->fraction_len == 0) return false;
    }
    if (at == len) return true;
    return (text[at] == 'e' || text[at] == 'E') && scan_exponent(text, at, len, &d->exponent);
}

static unsigned digit_at(const char *text, const struct decimal *d, size_t i)
{
    return (unsigned)(text[i < d->whole_len ? i : d->fraction_at + (i - d->whole_len)] - '0');
}

bool parse_decimal_u64(const char *text, size_t len, unsigned decimals, uint64_t *out,
                       bool *inexact)
{
    struct decimal d;
    uint64_t v = 0;
    bool lost = false;
    if (decimals > 18 || len > 100000 || !scan_decimal(text, len, &d)) return false;
    size_t digits = d.whole_len + d.fraction_len;
    int64_t keep = (int64_t)d.whole_len + d.exponent +
                   (int64_t)decimals; /* digits before the last unit; may lie outside */
    for (size_t i = 0; i < digits && (int64_t)i < keep; i++)
        if (!mul_u64(v, 10, &v) || !add_u64(v, digit_at(text, &d, i), &v)) return false;
    for (int64_t i = (int64_t)digits; v != 0 && i < keep; i++)
        if (!mul_u64(v, 10, &v)) return false;
    for (size_t i = keep < 0 ? 0 : (size_t)keep; i < digits; i++)
        lost |= digit_at(text, &d, i) != 0;
    if (keep >= 0 && (size_t)keep < digits && digit_at(text, &d, (size_t)keep) >= 5 &&
        !add_u64(v, 1, &v))
        return false;
    *out = v;
    if (inexact) *inexact = lost;
    return true;
}

void format_decimal(int64_t units, unsigned decimals, char out[48])
{
    char digits[40];
    uint64_t v = units < 0 ? 0 - (uint64_t)units : (uint64_t)units;
    size_t n = 0, at = 0, low = 0;
    if (decimals > 18) decimals = 18;
    do digits[n++] = (char)('0' + v % 10);
    while ((v /= 10) != 0 || n <= decimals);
    while (low < decimals && digits[low] == '0') low++;
    if (units < 0) out[at++] = '-';
    while (n > low) {
        if (n == decimals) out[at++] = '.';
        out[at++] = digits[--n];
    }
    out[at] = 0;
}

#define NAME_LEN 64 /* longer words have no near names */

/* Edits (insert, delete, replace, swap neighbours) between two words of at most NAME_LEN
 * characters. */
static size_t edits(const char *a, size_t an, const char *b, size_t bn)
{
    size_t row[3][NAME_LEN + 1];
    size_t *before = row[0], *last = row[1], *now = row[2];
    for (size_t j = 0; j <= bn; j++) last[j] = j;
    for (size_t i = 1; i <= an; i++) {
        now[0] = i;
        for (size_t j = 1; j <= bn; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best) best = last[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[bn];
}

const char *nearest_name(const char *word, const char *const *names, size_t count)
{
    size_t word_len = strlen(word), best = SIZE_MAX;
    const char *found = NULL;
    if (word_len > NAME_LEN) return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t len = names[i] ? strlen(names[i]) : 0,
               far = (word_len > len ? word_len : len) / 3 + 1;
        if (len == 0 || len > NAME_LEN) continue;
        size_t n = edits(word, word_len, names[i], len);
        if (n > far || n >= len || n >= best) continue;
        best = n;
        found = names[i];
    }
    return found;
}

/* Multiply the number in used limbs (least significant first) by 58^10 and add a group. Returns the
 * limbs then in use; limbs[] has room for one more. */
static size_t add_group(uint64_t *limbs, size_t used, uint64_t group)
{
    u128 carry = group;
    for (size_t i = 0; i < used; i++) {
        carry += (u128)limbs[i] * GROUP_ONE;
        limbs[i] = (uint64_t)carry;
        carry >>= 64;
    }
    if (carry) limbs[used++] = (uint64_t)carry;
    return used;
}

bool base58_decode_any(const char *text, size_t len, uint8_t *out, size_t max, size_t *n)
{
    uint64_t limbs[BASE58_ANY_MAX / 8 + 1];
    size_t used = 0, zeros = 0;
    uint8_t bad = 0;
    if (max > BASE58_ANY_MAX || len > 2 * max + 1) return false;
    while (zeros < len && text[zeros] == '1') zeros++;
    for (size_t at = zeros, take = (len - zeros) % GROUP; at < len; at += take, take = GROUP) {
        if (take == 0) take = GROUP;
        if (used == COUNT_OF(limbs)) return false;
        used = add_group(limbs, used, get_group(text + at, take, &bad));
    }
    size_t bytes = used * 8;
    if (used) bytes -= (size_t)__builtin_clzll(limbs[used - 1]) / 8;
    if (bad & 0x80 || zeros + bytes > max) return false;
    memset(out, 0, zeros);
    for (size_t k = 0; k < bytes; k++)
        out[zeros + k] = (uint8_t)(limbs[(bytes - 1 - k) / 8] >> (bytes - 1 - k) % 8 * 8);
    *n = zeros + bytes;
    return true;
}

static const uint8_t base64_values[128] = {
    /* value + 1 of a character; 0 = none */
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

static uint32_t base64_value(char c) { return (uint8_t)c < 128 ? base64_values[(uint8_t)c] : 0; }

bool base64_decode(const char *text, size_t len, uint8_t *out, size_t max, size_t *n)
{
    size_t at = 0, pad = 0, i = 0;
    if (len % 4) return false;
    while (pad < 2 && pad < len && text[len - 1 - pad] == '=') pad++;
    for (; i + 4 <= len - pad; i += 4) {
        uint32_t a = base64_value(text[i]), b = base64_value(text[i + 1]),
                 c = base64_value(text[i + 2]), d = base64_value(text[i + 3]);
        if (!a || !b || !c || !d || max - at < 3) return false;
        uint32_t v = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
        out[at] = (uint8_t)(v >> 16);
        out[at + 1] = (uint8_t)(v >> 8);
        out[at + 2] = (uint8_t)v;
        at += 3;
    }
    if (pad) { /* the last group: two or three characters, whose unused bits are zero */
        uint32_t a = base64_value(text[i]), b = base64_value(text[i + 1]),
                 c = pad == 1 ? base64_value(text[i + 2]) : 1;
        if (!a || !b || !c || max - at < 3 - pad) return false;
        uint32_t v = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6;
        if (v & (pad == 2 ? 0xffffu : 0xffu)) return false;
        out[at++] = (uint8_t)(v >> 16);
        if (pad == 1) out[at++] = (uint8_t)(v >> 8);
    }
    *n = at;
    return true;
}

/* Bytes of the UTF-8 character at p, 0 when invalid: shortest forms only, no surrogates, up to
 * U+10FFFF. */
static size_t character(const uint8_t *p, size_t n)
{
    uint32_t v;
    size_t len = p[0] < 0x80                   ? 1
                 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                               : 0;
    if (len < 2 || len > n) return len == 1 ? 1 : 0;
    v = p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) return 0;
        v = v << 6 | (p[i] & 0x3fu);
    }
    bool good = len == 2 || (len == 3 ? v >= 0x800 && (v < 0xd800 || v > 0xdfff)
                                      : v >= 0x10000 && v <= 0x10ffff);
    return good ? len : 0;
}

void text_take(char *out, size_t cap, const char *text, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < len && text[i];) {
        size_t n = character((const uint8_t *)text + i, len - i), put = n ? n : 3;
        if (cap - at <= put) break;
        memcpy(out + at, n ? text + i : "\xef\xbf\xbd", put);
        at += put;
        i += n ? n : 1;
    }
    memset(out + at, 0, cap - at);
}
