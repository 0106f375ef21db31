/* answers.c - see answers.h. */
#include "execute/trade/io/answers.h"

#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/io/rpc.h"
#include "common/decode/balances.h"

static bool key_from(json_t *v, struct key *k)
{
    const char *s = json_string_value(v);
    return s && base58_decode(s, strlen(s), k->b, 32);
}

static uint64_t count_from(json_t *v)
{
    json_int_t n = json_integer_value(v);
    return n > 0 ? (uint64_t)n : 0;
}

bool answers_blockhash(json_t *result, struct answers_blockhash *b)
{
    json_t *v = json_object_get(result, "value");
    b->last_valid_height = count_from(json_object_get(v, "lastValidBlockHeight"));
    b->slot = count_from(json_object_get(json_object_get(result, "context"), "slot"));
    return key_from(json_object_get(v, "blockhash"), &b->hash) && b->last_valid_height;
}

static bool account_from(json_t *v, struct venue_account *a, uint8_t *buf)
{
    memset(a, 0, sizeof *a);
    if (json_is_null(v)) return true;
    const char *data = json_string_value(json_array_get(json_object_get(v, "data"), 0));
    if (!data || !key_from(json_object_get(v, "owner"), &a->owner) ||
        !base64_bytes(data, strlen(data), buf, VENUE_ACCOUNT_MAX, &a->n))
        return false;
    a->exists = true;
    a->lamports = count_from(json_object_get(v, "lamports"));
    a->data = buf;
    return true;
}

size_t answers_accounts(json_t *result, struct venue_account *a, uint8_t (*buf)[VENUE_ACCOUNT_MAX],
                        size_t max)
{
    json_t *list = json_object_get(result, "value");
    size_t n = json_array_size(list);
    if (n > max) return 0;
    for (size_t i = 0; i < n; i++)
        if (!account_from(json_array_get(list, i), &a[i], buf[i])) return 0;
    return n;
}

unsigned answers_status(json_t *entry)
{
    const char *level = json_string_value(json_object_get(entry, "confirmationStatus"));
    return !level ? 0 : strcmp(level, "confirmed") == 0 || strcmp(level, "finalized") == 0 ? 2 : 1;
}

static void find_event(json_t *tx, const struct key *wallet, const struct rec_order *o,
                       struct live_result *r)
{
    json_t *meta = json_object_get(tx, "meta"), *set, *x,
           *keys = json_object_get(json_object_get(json_object_get(tx, "transaction"), "message"),
                                   "accountKeys");
    uint8_t data[2048];
    size_t i, k, n;
    json_array_foreach(json_object_get(meta, "innerInstructions"), i, set)
        json_array_foreach(json_object_get(set, "instructions"), k, x)
    {
        const char *text = json_string_value(json_object_get(x, "data"));
        struct key p;
        struct swap_event event;
        if (!text ||
            !key_from(json_array_get(
                          keys, (size_t)json_integer_value(json_object_get(x, "programIdIndex"))),
                      &p) ||
            !base58_decode_any(text, strlen(text), data, sizeof data, &n))
            continue;
        if (!event_read(&p, data, n, &event) || event.form != EVENT_SIDED ||
            !key_equal(&event.user, wallet) || event.side != o->side)
            continue;
        if (event.venue == venue_pump && !key_equal(&event.mint, &o->mint)) continue;
        r->event = event;
        r->has_event = true;
    }
}

/* ---- token balances ---- */

#define CHANGES 64u
struct changes {
    size_t n;
    uint64_t index[CHANGES];
    struct token_change row[CHANGES];
};

static struct token_change *row_of(struct changes *c, uint64_t index)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->index[i] == index) return &c->row[i];
    if (c->n == CHANGES) return NULL;
    memset(&c->row[c->n], 0, sizeof c->row[0]);
    c->index[c->n] = index;
    return &c->row[c->n++];
}

static bool read_balances(struct changes *c, json_t *list, bool after)
{
    json_t *v;
    size_t i;
    json_array_foreach(list, i, v)
    {
        const char *amount =
            json_string_value(json_object_get(json_object_get(v, "uiTokenAmount"), "amount"));
        struct token_change *row = row_of(c, count_from(json_object_get(v, "accountIndex")));
        uint64_t raw;
        if (!row || !amount || !parse_u64(amount, strlen(amount), &raw) ||
            !key_from(json_object_get(v, "mint"), &row->mint) ||
            !key_from(json_object_get(v, "owner"), &row->owner))
            return false;
        *(after ? &row->post_raw : &row->pre_raw) = raw;
    }
    return true;
}

/* Tokens that the wallet gained (buy) or lost (sale): with transfer fees this differs from what the
 * pool moved. */
static uint64_t own_change(const struct changes *c, const struct key *wallet,
                           const struct rec_order *o)
{
    uint64_t before = 0, after = 0;
    for (size_t i = 0; i < c->n; i++)
        if (key_equal(&c->row[i].owner, wallet) && key_equal(&c->row[i].mint, &o->mint)) {
            before = add_sat_u64(before, c->row[i].pre_raw);
            after = add_sat_u64(after, c->row[i].post_raw);
        }
    return o->side == side_buy ? sub_sat_u64(after, before) : sub_sat_u64(before, after);
}

/* Where no event was read, infer the swap from token balances; and always take the tokens that
 * really moved. */
static void read_changes(json_t *meta, const struct key *wallet, const struct rec_order *o,
                         struct live_result *r)
{
    struct changes c = {0};
    struct swap_event e;
    if (!read_balances(&c, json_object_get(meta, "preTokenBalances"), false) ||
        !read_balances(&c, json_object_get(meta, "postTokenBalances"), true))
        return;
    if (!r->has_event &&
        balances_swap(c.row, c.n, wallet, &o->mint, address_key(address_native_mint), &e) &&
        e.side == o->side) {
        e.venue = o->venue;
        e.pool = o->pool;
        r->event = e;
        r->has_event = true;
    }
    uint64_t own = own_change(&c, wallet, o);
    if (r->has_event && own) r->event.base_raw = own;
}

bool answers_transaction(json_t *tx, const struct key *wallet, const struct rec_order *o,
                         struct live_result *r)
{
    json_t *meta = json_object_get(tx, "meta"), *err = json_object_get(meta, "err");
    memset(r, 0, sizeof *r);
    if (!json_is_object(meta)) return false;
    r->slot = count_from(json_object_get(tx, "slot"));
    r->time_s = count_from(json_object_get(tx, "blockTime"));
    r->fee_lamports = count_from(json_object_get(meta, "fee"));
    r->pre_lamports = count_from(json_array_get(json_object_get(meta, "preBalances"), 0));
    r->post_lamports = count_from(json_array_get(json_object_get(meta, "postBalances"), 0));
    r->failed = err && !json_is_null(err);
    r->custom = (uint32_t)json_integer_value(
        json_object_get(json_array_get(json_object_get(err, "InstructionError"), 1), "Custom"));
    find_event(tx, wallet, o, r);
    if (!r->failed) read_changes(meta, wallet, o, r);
    return true;
}

bool answers_tips(json_t *result, size_t *missing)
{
    struct key k;
    bool listed[JITO_TIP_ACCOUNTS] = {false};
    if (!json_is_array(result) || json_array_size(result) == 0) return false;
    for (size_t i = 0; i < json_array_size(result); i++) {
        if (!key_from(json_array_get(result, i), &k)) return false;
        for (unsigned t = 0; t < JITO_TIP_ACCOUNTS; t++)
            listed[t] |= address_is(&k, (enum address)(address_jito_tip_0 + t));
    }
    *missing = 0;
    for (unsigned t = 0; t < JITO_TIP_ACCOUNTS; t++) *missing += !listed[t];
    return true;
}

bool answers_leaders(json_t *result, uint64_t first, struct sandwich_guard_schedule *s)
{
    size_t n = json_array_size(result);
    if (!json_is_array(result) || n == 0) return false;
    s->first = first;
    s->count = 0;
    for (size_t i = 0; i < n && i < SANDWICH_GUARD_SCHEDULE; i++) {
        if (!key_from(json_array_get(result, i), &s->leader[i])) return false;
        s->count++;
    }
    return true;
}

bool answers_holdings(json_t *result, struct holding *list, size_t *count, size_t *beyond)
{
    json_t *all = json_object_get(result, "value"), *v;
    size_t i, n;
    static uint8_t bytes[4096];
    if (!json_is_array(all)) return false;
    json_array_foreach(all, i, v)
    {
        const char *data = json_string_value(
            json_array_get(json_object_get(json_object_get(v, "account"), "data"), 0));
        struct token_account t;
        if (!data || !base64_bytes(data, strlen(data), bytes, sizeof bytes, &n) ||
            token_account_read(bytes, n, &t))
            return false;
        if (t.amount_raw == 0 || address_is(&t.mint, address_native_mint)) continue;
        if (*count < HOLDINGS_MAX)
            list[(*count)++] = (struct holding){t.mint, t.amount_raw};
        else
            ++*beyond;
    }
    return true;
}
