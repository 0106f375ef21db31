/* cpmm.c - see cpmm.h. */
#include "common/amm/cpmm.h"

#include <string.h>

#include "common/base/num.h"

static bool creator_of_input(const struct cpmm_rates *r, bool in_is_0)
{
    return r->creator_on == 0 || (r->creator_on == 1) == in_is_0;
}

/* Fees of the input: the trade fee, and the creator's where it is of the input. */
static bool take_input_fees(const struct cpmm_rates *r, uint64_t in, struct cpmm_swap *s)
{
    uint64_t rate = r->trade_rate + (s->creator_of_input ? r->creator_rate : 0), total;
    if (!muldiv_ceil(in, rate, CPMM_RATE_ONE, &total) ||
        (s->creator_of_input && rate &&
         !muldiv_floor(total, r->creator_rate, rate, &s->creator_fee_raw)))
        return false;
    s->trade_fee_raw = total - s->creator_fee_raw;
    s->leaves_raw = (uint64_t)((u128)s->trade_fee_raw * r->protocol_rate / CPMM_RATE_ONE +
                               (u128)s->trade_fee_raw * r->fund_rate / CPMM_RATE_ONE);
    return sub_u64(in, total, &s->priced_in_raw) && s->priced_in_raw;
}

enum failure cpmm_swap_in(const struct cpmm_rates *r, uint64_t in_reserve_raw,
                          uint64_t out_reserve_raw, uint64_t in_raw, bool in_is_0,
                          struct cpmm_swap *s)
{
    uint64_t sum;
    memset(s, 0, sizeof *s);
    s->creator_of_input = creator_of_input(r, in_is_0);
    if (!take_input_fees(r, in_raw, s) || !add_u64(in_reserve_raw, s->priced_in_raw, &sum) ||
        !muldiv_floor(out_reserve_raw, s->priced_in_raw, sum, &s->priced_out_raw))
        return failure_math;
    s->out_raw = s->priced_out_raw;
    if (s->creator_of_input) return failure_none;
    return muldiv_ceil(s->priced_out_raw, r->creator_rate, CPMM_RATE_ONE, &s->creator_fee_raw) &&
                   sub_u64(s->priced_out_raw, s->creator_fee_raw, &s->out_raw)
               ? failure_none
               : failure_math;
}
