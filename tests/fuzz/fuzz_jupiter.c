/* fuzz_jupiter.c - hostile answers of Jupiter's API through both readers. Instructions that pass
 * the check for a fixed question are judged again here, by other means: who signs, which programs
 * are called, where SOL and authority go. */
#include <stdlib.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/sol/address.h"
#include "common/sol/pda.h"
#include "execute/tx/io/jupiter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct key wallet, wsol, source, destination;
static struct jupiter_check_ask ask;
static struct jupiter_check_quote
    quote; /* as tests/venue/lib/jupiter_server.mjs answers this question */

static void prepare(void)
{
    static const char text[] = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";
    if (!base58_decode(text, sizeof text - 1, wallet.b, 32)) abort();
    ask = (struct jupiter_check_ask){.wallet = wallet,
                                     .input_mint = *address_key(address_native_mint),
                                     .output_mint = *address_key(address_usdc),
                                     .amount_raw = 1000003,
                                     .max_priority_lamports = 1000000,
                                     .slippage_bps = 50,
                                     .wrap = true};
    quote = (struct jupiter_check_quote){.input_mint = ask.input_mint,
                                         .output_mint = ask.output_mint,
                                         .in_raw = 1000003,
                                         .out_raw = 3000026,
                                         .limit_raw = 2985026,
                                         .slippage_bps = 50,
                                         .legs = 1};
    quote.leg[0].input_mint = ask.input_mint;
    quote.leg[0].output_mint = ask.output_mint;
    if (!pda_token_account(&wallet, address_key(address_token), &ask.input_mint, &wsol) ||
        !pda_token_account(&wallet, address_key(address_token), &ask.output_mint, &destination))
        abort();
    source = wsol;
}

static bool has(const struct ix *x, const struct key *k)
{
    for (unsigned i = 0; i < x->accounts_count; i++)
        if (key_equal(&x->account[i].key, k)) return true;
    return false;
}

static void judge(const struct jupiter_check_swap *s)
{
    unsigned swaps = 0;
    uint64_t sent = 0;
    for (size_t i = 0; i < s->plan.count; i++) {
        const struct ix *x = &s->plan.ix[i];
        for (unsigned k = 0; k < x->accounts_count; k++)
            if (x->account[k].flags & ACCOUNT_SIGNER && !key_equal(&x->account[k].key, &wallet))
                abort();
        switch (address_of(&x->program)) {
        case address_compute_budget:
        case address_associated_token: break;
        case address_system:
            if (x->data_len != 12 || load_u32(x->data) != 2 ||
                !key_equal(&x->account[1].key, &wsol))
                abort();
            sent += load_u64(x->data + 4);
            break;
        case address_token:
            if (x->data[0] == 9 ? !key_equal(&x->account[1].key, &wallet) : x->data[0] != 17)
                abort();
            break;
        case address_jupiter:
            swaps++;
            if (!has(x, &wallet) || !has(x, &source) || !has(x, &destination)) abort();
            break;
        default: abort();
        }
    }
    if (swaps != 1 || sent > ask.amount_raw || s->others) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct jupiter_check_quote q;
    static struct jupiter_check_swap s;
    struct err e;
    char why[200];
    static bool ready;
    if (!ready) {
        prepare();
        ready = true;
    }
    if (jupiter_quote_read((const char *)data, n, &q, &e) == OK) {
        if (q.legs == 0 || q.legs > JUPITER_CHECK_LEGS_MAX || q.slippage_bps > BPS_ONE) abort();
        if (jupiter_check_quote_check(&ask, &q, why) &&
            (q.in_raw != ask.amount_raw || q.platform_fee_bps || q.limit_raw > q.out_raw ||
             q.limit_raw < q.out_raw / 10000 * 9950))
            abort();
        char *body = jupiter_instructions_body(&ask, (const char *)data, n);
        if (!body) abort();
        free(body);
    }
    if (jupiter_instructions_read((const char *)data, n, &s, &e) == OK) {
        if (s.plan.count > PLAN_IX_MAX || s.tables > JUPITER_CHECK_TABLES_MAX) abort();
        if (jupiter_check_check(&ask, &quote, &s, why)) judge(&s);
    }
    jupiter_refused(500, 0, (const char *)data, n, &e);
    return 0;
}
