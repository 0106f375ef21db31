/* layout.c - see layout.h. */
#include "common/sol/layout.h"

#include <string.h>

/* ---- layouts ---- */

enum { R = 0, S = ACCOUNT_SIGNER, W = ACCOUNT_WRITABLE, WS = ACCOUNT_SIGNER | ACCOUNT_WRITABLE };

#define LAYOUT(id, program, name, disc, args) static const struct layout_account accounts_##id[] = {
#define A(role, flags)                        {acct_##role, flags, POOL_ALWAYS},
#define IF(condition, role, flags)            {acct_##role, flags, POOL_##condition},
#define LAYOUT_END \
    {              \
        0          \
    }              \
    }              \
    ;
#include "common/sol/layouts.def"

#define D0 \
    0, { 0 }
#define D1(tag) \
    1, { tag }
#define D4(tag) \
    4, { tag }
#define D5(tag) \
    5, { 0, tag }
#define D8(...) \
    8, { __VA_ARGS__ }
enum always {
#define LAYOUT(id, program, name, disc, args) always_##id = 0
#define A(role, flags)                        +1
#define IF(condition, role, flags)
#define LAYOUT_END ,
#include "common/sol/layouts.def"
};

static const struct layout layouts[LAYOUT_COUNT] = {
#define LAYOUT(id, program, name, disc, args) \
    {name, args, address_##program, disc, accounts_##id, COUNT_OF(accounts_##id) - 1, always_##id},
#include "common/sol/layouts.def"
};

const struct layout *layout_of(enum layout_id id) { return &layouts[id]; }

/* The program of each layout in an array of bytes, so that a search is one memchr(). */
static const uint8_t programs[LAYOUT_COUNT] = {
#define LAYOUT(id, program, name, disc, args) address_##program,
#include "common/sol/layouts.def"
};

const struct layout *layout_find_at(enum address program, const uint8_t *data, size_t n)
{
    const struct layout *best = NULL;
    const uint8_t *at = programs, *end = programs + LAYOUT_COUNT;
    for (; (at = memchr(at, (int)program, (size_t)(end - at))) != NULL; at++) {
        const struct layout *l = &layouts[at - programs];
        if (l->disc_len > n || memcmp(l->disc, data, l->disc_len) != 0) continue;
        if (l->disc_len == 0 && n != 0 && l->args[0] == 0)
            continue; /* an instruction without data */
        if (!best || l->disc_len > best->disc_len) best = l;
        if (best->disc_len == sizeof best->disc) break;
    }
    return best;
}

const struct layout *layout_find(const struct key *program, const uint8_t *data, size_t n)
{
    enum address a = address_of(program);
    return a == ADDRESS_COUNT ? NULL : layout_find_at(a, data, n);
}

int layout_position(const struct layout *l, size_t count, enum account_role role)
{
    size_t at = 0;
    for (size_t k = 0; k < l->accounts_count; k++) {
        if (l->account[k].condition && count == l->always_count) continue;
        if (l->account[k].condition && count < l->accounts_count) return -1;
        if (l->account[k].role == role) return at < count ? (int)at : -1;
        at++;
    }
    return -1;
}

bool layout_next_arg(const char **rest, struct layout_arg *a)
{
    const char *p = *rest;
    size_t n = 0, t = 0;
    memset(a, 0, sizeof *a);
    while (*p == ' ') p++;
    if (!*p) return false;
    if (*p == '$') {
        a->spends = true;
        p++;
    }
    for (; *p != ':'; p++)
        if (n < sizeof a->name - 1) a->name[n++] = *p;
    for (p++; *p && *p != ' '; p++)
        if (*p == '?')
            a->optional = true;
        else if (t < sizeof a->type - 1)
            a->type[t++] = *p;
    *rest = p;
    return true;
}

/* Bytes of a fixed type, 0 for the others. */
static size_t width_of(const char *type)
{
    static const struct {
        const char *type;
        size_t n;
    } widths[] = {{"u8", 1},  {"bool", 1}, {"u16", 2},   {"u32", 4}, {"i32", 4},
                  {"u64", 8}, {"i64", 8},  {"u128", 16}, {"key", 32}};
    for (size_t i = 0; i < COUNT_OF(widths); i++)
        if (strcmp(type, widths[i].type) == 0) return widths[i].n;
    return 0;
}

bool layout_read_arg(const struct layout_arg *a, const uint8_t *data, size_t n, size_t *at,
                     uint64_t *value)
{
    size_t w = width_of(a->type);
    *value = 0;
    if (*at > n) return false;
    if (strcmp(a->type, "opt_i32") == 0) { /* u8: is there one? then the number */
        if (*at == n) return false;
        if (data[(*at)++] == 0) return true;
        w = 4;
    }
    if (w == 0) { /* str: u32 length; str8: u64 length; bytes: the rest */
        uint64_t len = 0;
        size_t head = strcmp(a->type, "str8") == 0 ? 8 : strcmp(a->type, "str") == 0 ? 4 : 0;
        if (head > n - *at) return false;
        memcpy(&len, data + *at, head);
        if (head == 0) len = n - *at;
        if (len > n - *at - head) return false;
        *at += head + (size_t)len;
        return true;
    }
    if (w > n - *at) return false;
    memcpy(value, data + *at, w < 8 ? w : 8);
    *at += w;
    return true;
}

void layout_begin(enum layout_id id, struct ix *out)
{
    ix_begin(out, address_key((enum address)layouts[id].program));
    ix_bytes(out, layouts[id].disc, layouts[id].disc_len);
}

const char *layout_accounts(enum layout_id id, struct keyset *s, uint8_t side, struct ix *out)
{
    const struct layout *l = &layouts[id];
    for (size_t i = 0; i < l->accounts_count; i++) {
        const struct layout_account *x = &l->account[i];
        if (!layout_has(x, s->pool_is)) continue;
        const struct key *k = keyset_get(s, (enum account_role)x->role, side);
        if (!k) return keyset_role_name((enum account_role)x->role);
        /* An optional account that is not there is the program itself, which is never written. */
        ix_account(out, k, address_is(k, (enum address)l->program) ? 0 : x->flags);
    }
    return NULL;
}

const char *layout_write(enum layout_id id, struct keyset *s, uint8_t side, uint64_t first,
                         uint64_t second, struct ix *out)
{
    layout_begin(id, out);
    ix_u64(out, first);
    ix_u64(out, second);
    if (strstr(layouts[id].args, "bool?")) ix_u8(out, 1);
    return layout_accounts(id, s, side, out);
}
