/* route_view.c - see route_view.h. */
#include "execute/tx/io/route_view.h"

#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "execute/tx/io/tx_view.h"

void route_view_amounts(const struct swap_route *r, json_t *o)
{
    if (r->shared) json_object_set_new(o, "id", json_integer(r->id));
    if (!r->from_ledger)
        json_object_set_new(o, r->exact_out ? "quoted_in_amount" : "in_amount",
                            tx_view_amount(r->in_raw));
    json_object_set_new(o, r->exact_out ? "out_amount" : "quoted_out_amount",
                        tx_view_amount(r->out_raw));
    json_object_set_new(o, "slippage_bps", json_integer(r->slippage_bps));
    json_object_set_new(o, "platform_fee_bps", json_integer(r->platform_fee_bps));
    if (r->v2)
        json_object_set_new(o, "positive_slippage_bps", json_integer(r->positive_slippage_bps));
}

/* ---- fields of a step ---- */

static json_t *fields_json(const char *fields, const uint8_t *data, size_t n, size_t *at);

static json_t *candidates_json(const struct route_field *f, const uint8_t *data, size_t n)
{
    json_t *list = json_array();
    uint32_t count = load_u32(data + f->from);
    size_t at = f->from + 4;
    for (uint32_t i = 0; i < count && at < f->to; i++) {
        uint8_t tag = data[at++];
        json_t *o = json_pack("{s:s}", "venue", route_candidate(tag) ? route_candidate(tag) : "?");
        json_object_set_new(o, "with", fields_json(route_candidate_fields(tag), data, n, &at));
        if (strcmp(f->arg.type, "candsb") == 0) {
            json_object_set_new(o, "bps", json_integer(load_u32(data + at)));
            at += 4;
        }
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *field_json(const struct route_field *f, const uint8_t *data, size_t n)
{
    const char *type = f->arg.type;
    uint64_t v = 0;
    if (!f->some) return json_null();
    if (strncmp(type, "cands", 5) == 0) return candidates_json(f, data, n);
    if (f->to - f->from > 8 || strcmp(type, "slices") == 0 || strcmp(type, "str") == 0)
        return tx_view_hex(data + f->from, f->to - f->from);
    memcpy(&v, data + f->from, f->to - f->from);
    if (strcmp(type, "bool") == 0) return json_boolean(v);
    if (strcmp(type, "side") == 0) return json_string(v ? "ask" : "bid");
    return tx_view_amount(v);
}

static json_t *fields_json(const char *fields, const uint8_t *data, size_t n, size_t *at)
{
    json_t *o = json_object();
    struct route_field f;
    while (route_next_field(&fields, data, n, at, &f))
        json_object_set_new(o, f.arg.name, field_json(&f, data, n));
    return o;
}

/* ---- the route ---- */

static const char *warning(const struct swap_route *r)
{
    if (r->opaque)
        return r->v2 ? "a step is not known to sluice, nor are those behind it"
                     : "a step is not known to sluice, nor are those behind it; the amounts are "
                       "read from the end of the data, where the program need not read them";
    return r->trailing ? "there are bytes behind the arguments, which the program ignores" : NULL;
}

json_t *route_view_json(const struct swap_route *r, const uint8_t *data, size_t n)
{
    json_t *o = json_object(), *steps = json_array();
    uint64_t limit;
    json_object_set_new(o, "mode", json_string(r->exact_out ? "exact_out" : "exact_in"));
    if (route_limit(r, &limit))
        json_object_set_new(o, r->exact_out ? "most_in" : "least_out", tx_view_amount(limit));
    for (unsigned i = 0; i < r->steps_count; i++) {
        const struct route_step *s = &r->step[i];
        size_t at = s->at;
        json_t *step = json_pack("{s:s, s:i, s:i, s:i}", "venue", route_venue(s->tag), "share_bps",
                                 s->share_bps, "input", s->input, "output", s->output);
        json_object_set_new(step, "with", fields_json(route_step_fields(s), data, n, &at));
        json_array_append_new(steps, step);
    }
    json_object_set_new(o, "steps", steps);
    if (r->opaque)
        json_object_set_new(o, "unread_steps",
                            json_integer((json_int_t)(r->steps_said - r->steps_count)));
    if (r->trailing) json_object_set_new(o, "trailing_bytes", json_integer(r->trailing));
    if (warning(r)) json_object_set_new(o, "warning", json_string(warning(r)));
    return o;
}

static void print_step(FILE *f, size_t i, json_t *s)
{
    char share[48];
    json_t *with = json_object_get(s, "with");
    format_decimal(json_integer_value(json_object_get(s, "share_bps")), 2, share);
    fprintf(f, "      step %-2zu %s%% of %lld into %lld by %s", i + 1, share,
            (long long)json_integer_value(json_object_get(s, "input")),
            (long long)json_integer_value(json_object_get(s, "output")),
            json_string_value(json_object_get(s, "venue")));
    if (json_object_size(with)) {
        fputc(' ', f);
        json_dumpf(with, f, JSON_COMPACT | JSON_PRESERVE_ORDER);
    }
    fputc('\n', f);
}

void route_view_text(json_t *view, FILE *f)
{
    json_t *s, *limit = json_object_get(view, "least_out");
    size_t i;
    fprintf(f, "      %-30s ", limit ? "least_out" : "most_in");
    if (!limit) limit = json_object_get(view, "most_in");
    if (json_is_string(limit))
        fprintf(f, "%s\n", json_string_value(limit));
    else
        fprintf(f, "%lld\n", (long long)json_integer_value(limit));
    json_array_foreach(json_object_get(view, "steps"), i, s) print_step(f, i, s);
    if (json_object_get(view, "unread_steps"))
        fprintf(f, "      and %lld steps that are not read\n",
                (long long)json_integer_value(json_object_get(view, "unread_steps")));
    if (json_object_get(view, "warning"))
        fprintf(f, "      warning: %s\n", json_string_value(json_object_get(view, "warning")));
}
