/* view.c - see view.h. */
#include "common/sol/view.h"

#include <string.h>

#include "common/base/num.h"
#include "common/sol/address.h"

uint64_t view_priority(const struct tx_view *v)
{
    return sub_sat_u64(v->fee_lamports, UINT64_C(5000) * v->signatures);
}

uint64_t view_tip(const struct tx_view *v)
{
    uint64_t tip = 0;
    if (v->failed || !v->pre || !v->post) return 0;
    /* Only an account that gained can be one that was tipped, so only those addresses are compared.
     */
    for (unsigned i = 0, n = view_accounts(v); i < n; i++)
        if (v->post[i] > v->pre[i] && address_is_tip(view_key(v, i)))
            tip = add_sat_u64(tip, v->post[i] - v->pre[i]);
    return tip;
}

bool view_is_vote(const struct tx_view *v)
{
    for (unsigned i = 0, n = view_accounts(v); i < n; i++)
        if (address_is(view_key(v, i), address_vote)) return true;
    return false;
}

/* Are the calls sorted by their outer instruction? Every node writes them so. */
static bool in_order(const struct view_ix *calls, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (calls[i].outer < calls[i - 1].outer) return false;
    return true;
}

const char *view_instructions(struct tx_view *v, const struct view_ix *outer, size_t outer_count,
                              const struct view_ix *calls, size_t calls_count, struct view_ix *room,
                              size_t cap)
{
    bool sorted = in_order(calls, calls_count);
    size_t n = 0, next = 0;
    if (outer_count + calls_count > cap) return "more instructions than are read";
    for (size_t i = 0; i < outer_count; i++) {
        room[n++] = outer[i];
        if (sorted)
            for (; next < calls_count && calls[next].outer == outer[i].outer; next++)
                room[n++] = calls[next];
        else
            for (size_t k = 0; k < calls_count; k++)
                if (calls[k].outer == outer[i].outer && n < cap) room[n++] = calls[k];
    }
    v->ix = room;
    v->ix_count = (uint16_t)n;
    return n == outer_count + calls_count ? NULL : "calls of an instruction that is missing";
}

const char *view_message(struct tx_view *v, const struct tx_message *m, const struct view_ix *calls,
                         size_t calls_count, struct view_ix *room, size_t cap)
{
    struct view_ix outer[TX_INSTRUCTIONS_MAX];
    for (unsigned i = 0; i < m->ix_count; i++) {
        const struct tx_ix *x = &m->ix[i];
        outer[i] = (struct view_ix){.program = x->program,
                                    .accounts_count = x->accounts_count,
                                    .outer = (uint8_t)i,
                                    .height = 1,
                                    .data_len = x->data_len,
                                    .accounts = x->accounts,
                                    .data = x->data};
    }
    v->keys = m->keys;
    v->keys_count = m->keys_count;
    v->signatures = m->signers;
    return view_instructions(v, outer, m->ix_count, calls, calls_count, room, cap);
}
