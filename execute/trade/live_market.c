/* live_market.c - see live_market.h. */
#include "execute/trade/live_market.h"

#include <string.h>

#include "common/sol/pda.h"

#define EPOCH_SLOTS 432000u

enum {
    ACC_MINT,
    ACC_TOKENS,
    ACC_TOKENS_2022,
    ACC_WALLET,
    ACC_HEAD
}; /* read in the first round, before the venue's */

bool live_market_begin(struct market *m, uint8_t venue, const struct key *wallet,
                       const struct key *mint, const struct key *pool)
{
    memset(m, 0, sizeof *m);
    venue_begin(&m->venue, venue, wallet, mint, pool);
    return pda_token_account(wallet, address_key(address_token), mint, &m->account) &&
           pda_token_account(wallet, address_key(address_token_2022), mint, &m->account_2022);
}

size_t live_market_accounts(struct market *m, struct key k[MARKET_ACCOUNTS])
{
    const struct venue_ops *v = venue_of(m->venue.venue);
    size_t head = m->round == 0 ? ACC_HEAD : 0,
           n = v && v->accounts ? v->accounts(&m->venue, m->round, k + head) : 0;
    if (!n) return 0;
    if (head) {
        k[ACC_MINT] = *keyset_get(&m->venue.keys, acct_base_mint, side_buy);
        k[ACC_TOKENS] = m->account;
        k[ACC_TOKENS_2022] = m->account_2022;
        k[ACC_WALLET] = *keyset_get(&m->venue.keys, acct_user, side_buy);
    }
    return head + n;
}

/* Token program, mint, our own account. */
static enum failure read_head(struct market *m, const struct venue_account *a)
{
    struct token_account own;
    bool is_2022 = venue_account_is(&a[ACC_MINT], address_token_2022, TOKEN_MINT_BYTES);
    if ((!is_2022 && !venue_account_is(&a[ACC_MINT], address_token, TOKEN_MINT_BYTES)) ||
        token_mint_read(a[ACC_MINT].data, a[ACC_MINT].n, &m->venue.mint))
        return failure_no_pool;
    const struct venue_account *t = &a[is_2022 ? ACC_TOKENS_2022 : ACC_TOKENS];
    if (is_2022) m->account = m->account_2022;
    m->lamports = a[ACC_WALLET].lamports;
    if (t->exists && token_account_read(t->data, t->n, &own) == NULL) m->held_raw = own.amount_raw;
    keyset_set(&m->venue.keys, acct_base_program, &a[ACC_MINT].owner);
    keyset_set(&m->venue.keys, acct_user_base, &m->account);
    return failure_none;
}

enum failure live_market_read(struct market *m, const struct venue_account *a, size_t n,
                              uint64_t now_s, uint64_t slot, bool *more)
{
    const struct venue_ops *v = venue_of(m->venue.venue);
    struct key next[VENUE_ACCOUNTS];
    size_t head = m->round == 0 ? ACC_HEAD : 0;
    *more = false;
    if (n < head) return failure_no_pool;
    m->venue.now_s = now_s;
    m->venue.slot = slot;
    m->venue.epoch = slot / EPOCH_SLOTS;
    enum failure bad = head ? read_head(m, a) : failure_none;
    if (!bad) bad = v->read(&m->venue, m->round, a + head, n - head);
    if (bad) return bad;
    *more = m->round + 1u < VENUE_ROUNDS && v->accounts(&m->venue, m->round + 1u, next) > 0;
    if (*more) m->round++;
    return failure_none;
}
