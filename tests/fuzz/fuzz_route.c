/* fuzz_route.c - hostile routes of Jupiter: a route that counts as read to the end covers exactly
 * its bytes, step by step, and can be printed. */
#include <stdlib.h>
#include <string.h>

#include "execute/tx/io/route_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The steps lie one behind the other, and the last ends where the arguments do. */
static void judge(const struct swap_route *r, const uint8_t *data, size_t n)
{
    size_t behind = r->v2 ? 0 : (r->from_ledger ? 11 : 19),
           at = 8u + r->shared + (r->v2 ? 22 : 0) + 4;
    for (unsigned i = 0; i < r->steps_count; i++) {
        const struct route_step *s = &r->step[i];
        const char *fields = route_step_fields(s);
        struct route_field f;
        if (!route_venue(s->tag) || data[at] != s->tag || s->at != at + 1) abort();
        at = s->at;
        while (route_next_field(&fields, data, n, &at, &f))
            if (f.from > f.to || f.to > n || at != f.to) abort();
        if (fields[strspn(fields, " ")]) abort(); /* a field that did not fit */
        at += r->v2 ? 4 : 3;
        if (data[at - 2] != s->input || data[at - 1] != s->output) abort();
    }
    if (!r->opaque && (r->steps_count != r->steps_said || at + behind + r->trailing != n)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct swap_route r;
    if (route_read(data, n, &r)) {
        judge(&r, data, n);
        json_t *o = route_view_json(&r, data, n);
        char *text = json_dumps(o, JSON_COMPACT);
        if (!text) abort();
        free(text);
        json_decref(o);
    }
    return 0;
}
