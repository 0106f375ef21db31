/* test_answers.c - answers of nodes that no chain at hand would give: wallets full of tokens, and
 * what is no token account. */
#include "common/base/text.h"
#include "common/io/rpc.h"
#include "common/sol/core.h"
#include "execute/trade/io/answers.h"
#include "tests/unit/tap.h"

static struct holding list[HOLDINGS_MAX];

static json_t *account_of(uint32_t n, uint64_t amount_raw, size_t bytes)
{
    uint8_t data[165] = {0};
    memcpy(data, &n, 4);
    memcpy(data + 64, &amount_raw, 8);
    data[108] = 1;
    return json_pack("{s:{s:[o, s]}}", "account", "data", rpc_base64(data, bytes), "base64");
}

static json_t *wallet(uint32_t tokens)
{
    json_t *all = json_array();
    for (uint32_t i = 1; i <= tokens; i++) json_array_append_new(all, account_of(i, i, 165));
    return json_pack("{s:o}", "value", all);
}

int main(void)
{
    size_t count = 0, beyond = 0;
    json_t *few = wallet(3), *full = wallet(HOLDINGS_MAX + 7), *none = json_object();
    json_array_append_new(json_object_get(few, "value"), account_of(9, 0, 165));
    ok(answers_holdings(few, list, &count, &beyond) && count == 3 && beyond == 0,
       "what is empty is no holding");
    is_u64(list[2].amount_raw, 3, "its amount");
    ok(answers_holdings(full, list, &count, &beyond),
       "a wallet of more tokens than there is room for");
    is_u64(count, HOLDINGS_MAX,
           "is read as far as there is room, behind what another answer brought");
    is_u64(beyond, 10, "and the rest is counted");
    json_array_append_new(json_object_get(few, "value"), account_of(1, 1, 20));
    ok(!answers_holdings(few, list, &count, &beyond), "what is no token account spoils the answer");
    ok(!answers_holdings(none, list, &count, &beyond), "an answer of another form is none");
    char text[66];
    size_t missing;
    json_t *tips = json_array();
    for (unsigned i = 0; i < JITO_TIP_ACCOUNTS; i++) {
        base58_encode(address_key((enum address)(address_jito_tip_0 + i))->b, 32, text);
        json_array_append_new(tips, json_string(text));
    }
    ok(answers_tips(tips, &missing) && missing == 0,
       "a block engine names the tip accounts that are paid to");
    json_array_set_new(tips, 3, json_string("So11111111111111111111111111111111111111112"));
    ok(answers_tips(tips, &missing) && missing == 1, "one of them has been replaced");
    json_array_append_new(tips, json_string("nobody"));
    ok(!answers_tips(tips, &missing) && !answers_tips(none, &missing),
       "no address, no list: no such answer");
    json_decref(tips);
    json_decref(few);
    json_decref(full);
    json_decref(none);
    return done();
}
