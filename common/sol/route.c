/* route.c - see route.h. */
#include "common/sol/route.h"

#include <string.h>

#include "common/base/num.h"

struct swap_row {
    const char *name, *fields;
};

#define SWAP(tag, name, fields) [tag] = {#name, fields},
#define CANDIDATE(tag, name, fields)
static const struct swap_row venues[] = {
#include "common/sol/route_swaps.def"
};
#undef SWAP
#undef CANDIDATE
#define SWAP(tag, name, fields)
#define CANDIDATE(tag, name, fields) [tag] = {#name, fields},
static const struct swap_row candidates[] = {
#include "common/sol/route_swaps.def"
};
#undef SWAP
#undef CANDIDATE

#define DYNAMIC_V1 111u

const char *route_venue(uint8_t tag) { return tag < COUNT_OF(venues) ? venues[tag].name : NULL; }
const char *route_candidate(uint8_t tag)
{
    return tag < COUNT_OF(candidates) ? candidates[tag].name : NULL;
}
const char *route_candidate_fields(uint8_t tag)
{
    return tag < COUNT_OF(candidates) ? candidates[tag].fields : "";
}

const char *route_step_fields(const struct route_step *s)
{
    if (s->tag >= COUNT_OF(venues)) return "";
    return s->old && s->tag == DYNAMIC_V1 ? "candidate_swaps:cands" : venues[s->tag].fields;
}

/* ---- fields ---- */

static size_t width_of(const char *type)
{
    static const struct {
        const char *type;
        size_t n;
    } widths[] = {{"bool", 1}, {"side", 1},  {"kind", 1},   {"u8", 1},     {"u16", 2},   {"u32", 4},
                  {"u64", 8},  {"u128", 16}, {"u64x5", 40}, {"u8x32", 32}, {"u8x16", 16}};
    for (size_t i = 0; i < COUNT_OF(widths); i++)
        if (strcmp(type, widths[i].type) == 0) return widths[i].n;
    return 0;
}

static bool skip(size_t n, size_t *at, size_t len)
{
    if (len > n - *at) return false;
    *at += len;
    return true;
}

static bool skip_fields(const char *fields, const uint8_t *data, size_t n, size_t *at);

static bool skip_candidates(const uint8_t *data, size_t n, size_t *at, uint32_t count,
                            bool with_bps)
{
    for (uint32_t i = 0; i < count; i++) { /* each takes a byte at least */
        if (*at >= n || data[*at] >= COUNT_OF(candidates)) return false;
        uint8_t tag = data[(*at)++];
        if (!skip_fields(candidates[tag].fields, data, n, at) || (with_bps && !skip(n, at, 4)))
            return false;
    }
    return true;
}

static bool skip_value(const char *type, const uint8_t *data, size_t n, size_t *at)
{
    size_t w = width_of(type);
    if (w) {
        if (w > n - *at) return false;
        if ((strcmp(type, "bool") == 0 || strcmp(type, "side") == 0) && data[*at] > 1)
            return false; /* as the program refuses it */
        return skip(n, at, w);
    }
    if (n - *at < 4) return false;
    uint32_t count = load_u32(data + *at);
    *at += 4;
    if (strcmp(type, "str") == 0) return skip(n, at, count);
    if (strcmp(type, "slices") == 0) return skip(n, at, (size_t)count * 2);
    return skip_candidates(data, n, at, count, strcmp(type, "candsb") == 0);
}

static bool take_field(const struct layout_arg *a, const uint8_t *data, size_t n, size_t *at,
                       struct route_field *f)
{
    f->some = true;
    if (a->optional) {
        if (*at >= n || data[*at] > 1) return false;
        f->some = data[(*at)++];
    }
    f->arg = *a;
    f->from = *at;
    if (f->some && !skip_value(a->type, data, n, at)) return false;
    f->to = *at;
    return true;
}

bool route_next_field(const char **fields, const uint8_t *data, size_t n, size_t *at,
                      struct route_field *f)
{
    struct layout_arg a;
    return *at <= n && layout_next_arg(fields, &a) && take_field(&a, data, n, at, f);
}

static bool skip_fields(const char *fields, const uint8_t *data, size_t n, size_t *at)
{
    struct layout_arg a;
    struct route_field f;
    while (layout_next_arg(&fields, &a))
        if (!take_field(&a, data, n, at, &f)) return false;
    return true;
}

/* ---- the plan ---- */

static bool read_step(const uint8_t *data, size_t n, size_t *at, bool v2, struct route_step *s)
{
    if (*at >= n || data[*at] >= COUNT_OF(venues)) return false;
    s->tag = data[(*at)++];
    s->at = (uint16_t)*at;
    if (!skip_fields(route_step_fields(s), data, n, at) || n - *at < (v2 ? 4u : 3u)) return false;
    s->share_bps = v2 ? load_u16(data + *at) : (uint16_t)(data[*at] * 100u);
    *at += v2 ? 2 : 1;
    s->input = data[(*at)++];
    s->output = data[(*at)++];
    return true;
}

/* False at a step that is not known; *dynamic becomes true when there is a step that once had
 * another form. */
static bool read_plan(struct swap_route *r, const uint8_t *data, size_t n, size_t *at, bool old,
                      bool *dynamic)
{
    r->steps_count = 0;
    if (n - *at < 4) return false;
    r->steps_said = load_u32(data + *at);
    *at += 4;
    for (uint32_t i = 0; i < r->steps_said; i++) {
        if (i == ROUTE_STEPS_MAX) return false;
        struct route_step *s = &r->step[i];
        s->old = old;
        *dynamic |= *at < n && data[*at] == DYNAMIC_V1;
        if (!read_step(data, n, at, r->v2, s)) return false;
        r->steps_count++;
    }
    return true;
}

/* ---- the whole ---- */

static const struct form {
    enum layout_id layout;
    bool shared, exact_out, v2, ledger;
} forms[] = {
    {layout_jupiter_route, 0, 0, 0, 0},         {layout_jupiter_route_ledger, 0, 0, 0, 1},
    {layout_jupiter_exact_out, 0, 1, 0, 0},     {layout_jupiter_route_v2, 0, 0, 1, 0},
    {layout_jupiter_exact_out_v2, 0, 1, 1, 0},  {layout_jupiter_shared, 1, 0, 0, 0},
    {layout_jupiter_shared_ledger, 1, 0, 0, 1}, {layout_jupiter_shared_exact_out, 1, 1, 0, 0},
    {layout_jupiter_shared_v2, 1, 0, 1, 0},     {layout_jupiter_shared_exact_out_v2, 1, 1, 1, 0}};

static const struct form *form_of(const uint8_t *data, size_t n)
{
    for (size_t i = 0; i < COUNT_OF(forms) && n >= 8; i++)
        if (memcmp(layout_of(forms[i].layout)->disc, data, 8) == 0) return &forms[i];
    return NULL;
}

static size_t amounts_size(const struct swap_route *r)
{
    return (r->from_ledger ? 8u : 16u) + (r->v2 ? 6u : 3u);
}

static void read_amounts(struct swap_route *r, const uint8_t *p)
{
    if (!r->from_ledger) {
        *(r->exact_out ? &r->out_raw : &r->in_raw) = load_u64(p);
        p += 8;
    }
    *(r->exact_out ? &r->in_raw : &r->out_raw) = load_u64(p);
    p += 8;
    r->slippage_bps = load_u16(p);
    r->platform_fee_bps = r->v2 ? load_u16(p + 2) : p[2];
    if (r->v2) r->positive_slippage_bps = load_u16(p + 4);
}

/* The plan and what stands behind it. True when they are read to the last byte. */
static bool read_both(struct swap_route *r, const uint8_t *data, size_t n, size_t from, bool old,
                      bool *dynamic)
{
    size_t at = from, behind = r->v2 ? 0 : amounts_size(r);
    r->opaque = !read_plan(r, data, n, &at, old, dynamic) || n - at < behind;
    if (r->opaque) return false;
    if (behind) read_amounts(r, data + at);
    r->trailing = (uint32_t)(n - at - behind);
    return r->trailing == 0;
}

bool route_read(const uint8_t *data, size_t n, struct swap_route *r)
{
    const struct form *f = form_of(data, n);
    bool dynamic = false;
    memset(r, 0, sizeof *r);
    if (!f || n > UINT16_MAX) return false;
    r->layout = f->layout;
    r->shared = f->shared;
    r->exact_out = f->exact_out;
    r->v2 = f->v2;
    r->from_ledger = f->ledger;
    size_t at = 8u + f->shared;
    if (n < at + 4 + amounts_size(r)) return false;
    if (f->shared) r->id = data[8];
    if (f->v2) {
        read_amounts(r, data + at);
        at += amounts_size(r);
    }
    if (read_both(r, data, n, at, false, &dynamic)) return true;
    /* Not to the last byte: the plan may be one of the days when DynamicV1 was shorter. That
     * reading must fit exactly, else the first stands. */
    if (dynamic && !read_both(r, data, n, at, true, &dynamic)) {
        r->trailing = 0;
        (void)read_both(r, data, n, at, false, &dynamic);
    }
    if (r->opaque && !r->v2) read_amounts(r, data + n - amounts_size(r));
    return true;
}

bool route_limit(const struct swap_route *r, uint64_t *raw)
{
    if (r->exact_out)
        return muldiv_ceil(r->in_raw, BPS_ONE + (uint64_t)r->slippage_bps, BPS_ONE, raw);
    return muldiv_floor(r->out_raw, r->slippage_bps < BPS_ONE ? BPS_ONE - r->slippage_bps : 0,
                        BPS_ONE, raw);
}

int route_account(const struct swap_route *r, enum account_role p)
{
    const struct layout *l = layout_of(r->layout);
    for (size_t i = 0; i < l->accounts_count; i++)
        if (l->account[i].role == p) return (int)i;
    return -1;
}
