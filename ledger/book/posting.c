/* posting.c - see posting.h. Account "pool" is the counterparty of every swap: lamports into and
 * out of pools. */
#include "ledger/book/posting.h"

#include "common/base/num.h"

const char *posting_account_name(enum account a)
{
    static const char *const names[ACCOUNT_COUNT] = {
        "cash",         "tokens:pool",  "tokens:held",   "rent",     "fees:lp", "fees:protocol",
        "fees:creator", "fees:network", "fees:priority", "fees:tip", "pool",    "capital"};
    return a < ACCOUNT_COUNT ? names[a] : "?";
}

static void debit(struct entry *e, enum account a, bool token, uint64_t n)
{
    if (n) e->p[e->count++] = (struct posting){a, token, n, 0};
}
static void credit(struct entry *e, enum account a, bool token, uint64_t n)
{
    if (n) e->p[e->count++] = (struct posting){a, token, 0, n};
}

static void fees(const struct rec_fill *f, struct entry *e)
{
    debit(e, ACCOUNT_LP_FEES, false, f->lp_fee_lamports);
    debit(e, ACCOUNT_PROTOCOL_FEES, false, f->protocol_fee_lamports);
    debit(e, ACCOUNT_CREATOR_FEES, false, f->creator_fee_lamports);
    debit(e, ACCOUNT_NETWORK_FEES, false, f->network_fee_lamports);
    debit(e, ACCOUNT_PRIORITY_FEES, false, f->priority_fee_lamports);
    debit(e, ACCOUNT_TIPS, false, f->tip_lamports);
}

bool posting_entry_balances(const struct entry *e)
{
    u128 d[2] = {0, 0}, c[2] = {0, 0};
    for (unsigned i = 0; i < e->count; i++) {
        d[e->p[i].token] += e->p[i].debit;
        c[e->p[i].token] += e->p[i].credit;
    }
    return d[0] == c[0] && d[1] == c[1];
}

/* SQL integers have 63 bits: a larger amount is refused, never wrapped. */
static bool fits(const struct rec_fill *f)
{
    uint64_t all = f->base_raw | f->quote_lamports | f->lp_fee_lamports | f->protocol_fee_lamports |
                   f->creator_fee_lamports | f->network_fee_lamports | f->priority_fee_lamports |
                   f->tip_lamports | f->rent_paid_lamports | f->rent_refund_lamports |
                   f->naive_lamports | f->ts_ns;
    return all <= (uint64_t)INT64_MAX && f->cash_delta_lamports != INT64_MIN;
}

/* A failed transaction pays fees and moves nothing; a landed one has a side. */
static bool is_whole(const struct rec_fill *f)
{
    if (f->status == order_status_failed) return f->base_raw == 0 && f->quote_lamports == 0;
    return f->status == order_status_landed && (f->side == side_buy || f->side == side_sell);
}

static void swap(const struct rec_fill *f, struct entry *e)
{
    if (f->side == side_buy) {
        debit(e, ACCOUNT_POOL, false, f->quote_lamports);
        debit(e, ACCOUNT_HOLDINGS, true, f->base_raw);
        credit(e, ACCOUNT_TOKENS_AT_POOL, true, f->base_raw);
    } else {
        credit(e, ACCOUNT_POOL, false, f->quote_lamports);
        credit(e, ACCOUNT_HOLDINGS, true, f->base_raw);
        debit(e, ACCOUNT_TOKENS_AT_POOL, true, f->base_raw);
    }
}

bool posting_entry_of_fill(const struct rec_fill *f, struct entry *e)
{
    e->count = 0;
    if (!fits(f) || !is_whole(f)) return false;
    fees(f, e);
    if (f->status == order_status_landed) swap(f, e);
    debit(e, ACCOUNT_RENT, false, f->rent_paid_lamports);
    credit(e, ACCOUNT_RENT, false, f->rent_refund_lamports);
    if (f->cash_delta_lamports > 0)
        debit(e, ACCOUNT_CASH, false, (uint64_t)f->cash_delta_lamports);
    else
        credit(e, ACCOUNT_CASH, false, (uint64_t)-f->cash_delta_lamports);
    return posting_entry_balances(e);
}
