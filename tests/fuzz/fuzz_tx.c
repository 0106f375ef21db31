/* fuzz_tx.c - hostile transactions and accounts: parser, names, events, token accounts, lookup
 * tables. */
#include <string.h>

#include "common/sol/core.h"
#include "common/sol/token.h"
#include "common/sol/layout.h"
#include "common/venue/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct tx t;
    struct token_account a;
    struct token_mint mint;
    struct lookup table;
    struct swap_event e;
    if (message_tx_read(data, n, &t) == NULL)
        for (unsigned i = 0; i < t.message.ix_count; i++) {
            const struct tx_ix *x = &t.message.ix[i];
            const struct layout *l = layout_find(&t.message.keys[x->program], x->data, x->data_len);
            struct layout_arg arg;
            uint64_t v;
            size_t at = l ? l->disc_len : 0;
            for (const char *rest = l ? l->args : ""; layout_next_arg(&rest, &arg);)
                if (!layout_read_arg(&arg, x->data, x->data_len, &at, &v)) break;
            for (unsigned j = 0; j < x->accounts_count; j++)
                message_is_writable(&t.message, x->accounts[j]);
        }
    token_account_read(data, n, &a);
    if (token_mint_read(data, n, &mint) == NULL) token_transfer_fee(&mint, 1, UINT64_MAX);
    core_lookup_read(data, n, &table);
    if (event_read(address_key(address_pump), data, n, &e) && e.side == 0) __builtin_trap();
    if (event_read(address_key(address_pump_swap), data, n, &e) && e.base_raw == 0 && e.venue == 0)
        __builtin_trap();
    return 0;
}
