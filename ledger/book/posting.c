/* posting.c - see posting.h. "pool" is the counterparty: what went into or came out of pools, in
 * lamports. */
#include "ledger/book/posting.h"

#include "common/base/num.h"

const char *account_name(enum account a)
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

bool posting_entry_of_fill(const struct rec_fill *f, struct entry *e)
{
    bool landed = f->status == order_status_landed, buy = f->side == side_buy;
    e->count = 0;
    if (f->status != order_status_landed && f->status != order_status_failed) return false;
    if (f->cash_delta_lamports == INT64_MIN ||
        (landed && f->side != side_buy && f->side != side_sell))
        return false;
    fees(f, e);
    if (landed) {
        if (buy) {
            debit(e, ACCOUNT_POOL, false, f->quote_lamports);
            debit(e, ACCOUNT_HOLDINGS, true, f->base_raw);
            credit(e, ACCOUNT_TOKENS_AT_POOL, true, f->base_raw);
        } else {
            credit(e, ACCOUNT_POOL, false, f->quote_lamports);
            credit(e, ACCOUNT_HOLDINGS, true, f->base_raw);
            debit(e, ACCOUNT_TOKENS_AT_POOL, true, f->base_raw);
        }
    } else if (f->base_raw || f->quote_lamports)
        return false; /* a failed fill moves nothing */
    debit(e, ACCOUNT_RENT, false, f->rent_paid_lamports);
    credit(e, ACCOUNT_RENT, false, f->rent_refund_lamports);
    if (f->cash_delta_lamports > 0)
        debit(e, ACCOUNT_CASH, false, (uint64_t)f->cash_delta_lamports);
    else
        credit(e, ACCOUNT_CASH, false, (uint64_t)-f->cash_delta_lamports);
    return posting_entry_balances(e);
}
