/* balances.c - see balances.h. */
#include "common/decode/balances.h"

#include <string.h>

/* What all accounts but those of the wallet gained of a mint. */
static i128 gained_by_others(const struct token_change *c, size_t n, const struct key *wallet,
                             const struct key *mint)
{
    i128 sum = 0;
    for (size_t i = 0; i < n; i++)
        if (key_equal(&c[i].mint, mint) && !key_equal(&c[i].owner, wallet))
            sum += (i128)c[i].post_raw - (i128)c[i].pre_raw;
    return sum;
}

bool balances_swap(const struct token_change *c, size_t n, const struct key *wallet,
                   const struct key *base_mint, const struct key *quote_mint, struct swap_event *e)
{
    i128 base = gained_by_others(c, n, wallet, base_mint),
         quote = gained_by_others(c, n, wallet, quote_mint);
    bool buy = base < 0 && quote > 0, sell = base > 0 && quote < 0;
    memset(e, 0, sizeof *e);
    if (!buy && !sell) return false;
    u128 tokens = (u128)(buy ? -base : base), money = (u128)(buy ? quote : -quote);
    if (tokens > UINT64_MAX || money > UINT64_MAX) return false;
    e->form = EVENT_SIDED;
    e->side = buy ? side_buy : side_sell;
    e->base_raw = (uint64_t)tokens;
    e->quote_raw = e->user_quote_raw = (uint64_t)money;
    e->mint = *base_mint;
    e->quote_mint = *quote_mint;
    e->user = *wallet;
    return true;
}
