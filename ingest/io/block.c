/* block.c - see block.h. Swaps are found by what the programs themselves say: the events of pump.fun and PumpSwap, from their calls to
 * themselves among the inner instructions or, where a block has none of these, from the log of the program ("Program data:"); and
 * Raydium AMM v4's ray_log (types 3 and 4, 57 bytes), matched, in order of execution, with the Raydium swap instructions of the
 * transaction, which name the pool and its vaults. */
#include "ingest/io/block.h"

#include <sodium.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/io/json.h"
#include "common/sol/address.h"
#include "common/venue/event.h"

#define ACCOUNTS_MAX 256
#define SWAPS_MAX 64

static const char ray_id[] = "675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8", wsol[] = "So11111111111111111111111111111111111111112",
                  vote_id[] = "Vote111111111111111111111111111111111111111";
struct ray_swap { int pool, coin_vault, pc_vault, owner; };

struct tx {
    json_t *meta;
    const char *account[ACCOUNTS_MAX];
    size_t accounts;
    struct ray_swap ray[SWAPS_MAX];
    size_t rays, next_ray;
    bool told;                 /* events were found among the inner instructions: the log would repeat them */
    bool failed;
    uint64_t tip, priority;
    struct key payer;
    struct sig signature;
    uint32_t index;
    uint16_t swaps;
};

struct block { struct import *m; struct block_facts *f; uint64_t ts_ns; };

static void add_accounts(struct tx *t, json_t *array)
{
    for (size_t i = 0; i < json_array_size(array) && t->accounts < ACCOUNTS_MAX; i++) {
        json_t *a = json_array_get(array, i);
        const char *s = json_string_value(json_is_object(a) ? json_object_get(a, "pubkey") : a);
        t->account[t->accounts++] = s ? s : "";
    }
}

static const char *account_at(const struct tx *t, json_int_t i) { return i >= 0 && (size_t)i < t->accounts ? t->account[i] : ""; }
static json_int_t index_at(json_t *accounts, size_t i) { return i < json_array_size(accounts) ? json_integer_value(json_array_get(accounts, i)) : -1; }

/* A Raydium swap: tag 9 or 11 with 17 or 18 accounts, 16 or 17 with 8. */
static void note_ray(struct tx *t, json_t *ix)
{
    json_t *a = json_object_get(ix, "accounts");
    size_t n = json_array_size(a);
    if (strcmp(account_at(t, json_integer_value(json_object_get(ix, "programIdIndex"))), ray_id) != 0 || t->rays == SWAPS_MAX) return;
    struct ray_swap r = {-1, -1, -1, -1};
    if (n == 17 || n == 18) r = (struct ray_swap){(int)index_at(a, 1), (int)index_at(a, n - 13), (int)index_at(a, n - 12), (int)index_at(a, n - 1)};
    else if (n == 8) r = (struct ray_swap){(int)index_at(a, 1), (int)index_at(a, 3), (int)index_at(a, 4), (int)index_at(a, 7)};
    else return;
    t->ray[t->rays++] = r;
}

/* Instructions in order of execution: each outer one, then its inner ones. */
static void note_instructions(struct tx *t, json_t *message)
{
    json_t *outer = json_object_get(message, "instructions"), *inner = json_object_get(t->meta, "innerInstructions");
    for (size_t i = 0; i < json_array_size(outer); i++) {
        note_ray(t, json_array_get(outer, i));
        for (size_t k = 0; k < json_array_size(inner); k++) {
            json_t *set = json_array_get(inner, k), *list = json_object_get(set, "instructions");
            if (json_integer_value(json_object_get(set, "index")) != (json_int_t)i) continue;
            for (size_t j = 0; j < json_array_size(list); j++) note_ray(t, json_array_get(list, j));
        }
    }
}

static void note_money(struct block *b, struct tx *t, json_t *transaction)
{
    json_t *pre = json_object_get(t->meta, "preBalances"), *post = json_object_get(t->meta, "postBalances");
    uint64_t fee = (uint64_t)json_integer_value(json_object_get(t->meta, "fee")), base = 5000 * (uint64_t)json_array_size(json_object_get(transaction, "signatures"));
    t->priority = sub_sat_u64(fee, base);
    b->f->base_fees_lamports += fee - t->priority;
    b->f->priority_fees_lamports += t->priority;
    for (size_t i = 0; i < t->accounts; i++)
        for (unsigned k = 0; k < JITO_TIP_ACCOUNTS; k++) {
            if (strcmp(t->account[i], address_text((enum address)(address_jito_tip_0 + k))) != 0) continue;
            json_int_t gain = json_integer_value(json_array_get(post, i)) - json_integer_value(json_array_get(pre, i));
            if (gain > 0) t->tip += (uint64_t)gain;
        }
    b->f->tips_lamports += t->tip;
    b->f->tipped += t->tip != 0;
}

/* Mint of a token account, by the balances the block tells; NULL when it tells none. */
static const char *mint_of(const struct tx *t, int account)
{
    static const char *const sides[] = {"preTokenBalances", "postTokenBalances"};
    for (size_t s = 0; s < 2; s++) {
        json_t *list = json_object_get(t->meta, sides[s]);
        for (size_t i = 0; i < json_array_size(list); i++)
            if (json_integer_value(json_object_get(json_array_get(list, i), "accountIndex")) == account) return json_string_value(json_object_get(json_array_get(list, i), "mint"));
    }
    return NULL;
}

static bool key_from(const char *text, struct key *k) { return text && base58_decode(text, strlen(text), k->b, 32); }
static void dress(const struct block *b, struct tx *t, struct rec_trade *r)
{
    r->ts_ns = b->ts_ns;
    r->slot = b->f->slot;
    r->tx_index = t->index;
    r->ix_index = t->swaps++;
    r->signature = t->signature;
    r->priority_fee_lamports = t->priority;
    r->tip_lamports = t->tip;
    if (t->failed) r->flags |= TRADE_FAILED;
}

static void put(struct block *b, const struct rec_trade *r)
{
    struct rec_trade *row = import_trade(b->m);
    if (row) *row = *r;
}

/* Mint that a pool holds besides SOL, by the balances the block tells. */
static const char *mint_of_pool(const struct tx *t, const struct key *pool)
{
    char owner[66];
    size_t i;
    json_t *v;
    base58_encode(pool->b, 32, owner);
    json_array_foreach(json_object_get(t->meta, "postTokenBalances"), i, v)
    {
        const char *who = json_string_value(json_object_get(v, "owner")), *mint = json_string_value(json_object_get(v, "mint"));
        if (who && mint && strcmp(who, owner) == 0 && strcmp(mint, wsol) != 0) return mint;
    }
    return NULL;
}

/* One event of a program; false when it is no swap. */
static bool swap_event(struct block *b, struct tx *t, const struct key *program, const uint8_t *p, size_t n)
{
    struct swap_event e;
    if (!event_read(program, p, n, &e)) return false;
    struct rec_trade r = {.venue = e.venue, .side = e.side, .trader = e.user, .mint = e.mint, .pool = e.pool, .quote_mint = e.quote_mint, .base_raw = e.base_raw, .quote_raw = e.quote_raw,
                          .lp_fee_raw = e.lp_fee_raw, .protocol_fee_raw = e.protocol_fee_raw, .creator_fee_raw = e.creator_fee_raw, .base_reserve_raw = e.base_reserve_raw, .quote_reserve_raw = e.quote_reserve_raw,
                          .base_real_raw = e.base_real_raw, .quote_real_raw = e.quote_real_raw};
    b->m->items++;
    if (address_is(&r.quote_mint, address_native_mint)) memset(&r.quote_mint, 0, sizeof r.quote_mint);
    if (e.venue == venue_pumpswap && !key_from(mint_of_pool(t, &e.pool), &r.mint)) {
        import_reject(b->m, "the mint of a PumpSwap pool is not told"), b->f->unexplained++;
        return true;
    }
    dress(b, t, &r);
    put(b, &r);
    return true;
}

/* The events that programs gave themselves among the inner instructions of a transaction that landed. */
static void read_inner(struct block *b, struct tx *t)
{
    json_t *set, *x;
    size_t i, k, n;
    uint8_t data[2048];
    if (t->failed) return;
    json_array_foreach(json_object_get(t->meta, "innerInstructions"), i, set) json_array_foreach(json_object_get(set, "instructions"), k, x)
    {
        struct key program;
        const char *text = json_string_value(json_object_get(x, "data"));
        if (!text || !key_from(account_at(t, json_integer_value(json_object_get(x, "programIdIndex"))), &program)) continue;
        if (!address_is(&program, address_pump) && !address_is(&program, address_pump_swap)) continue;
        if (base58_decode_any(text, strlen(text), data, sizeof data, &n)) t->told |= swap_event(b, t, &program, data, n);
    }
}

/* Amounts of a swap from the pool before it. in_is_quote: the trader paid quote. False when they do not fit. */
static bool ray_amounts(struct rec_trade *r, bool in_is_quote, uint64_t in, uint64_t out, uint64_t base, uint64_t quote)
{
    uint64_t fee;
    if (!muldiv_ceil(in, 25, 10000, &fee)) return false;
    r->side = in_is_quote ? side_buy : side_sell;
    r->base_raw = in_is_quote ? out : in;
    r->quote_raw = in_is_quote ? in - fee : out;
    r->lp_fee_raw = in_is_quote ? fee : 0;
    if (r->flags & TRADE_FAILED) {
        r->base_raw = r->quote_raw = r->lp_fee_raw = 0;
        r->base_reserve_raw = base, r->quote_reserve_raw = quote;
        return true;
    }
    return in_is_quote ? add_u64(quote, in, &r->quote_reserve_raw) && sub_u64(base, out, &r->base_reserve_raw) : add_u64(base, in, &r->base_reserve_raw) && sub_u64(quote, out, &r->quote_reserve_raw);
}

static const char *ray_log(struct block *b, struct tx *t, const uint8_t *p, size_t n)
{
    struct rec_trade r = {.venue = venue_raydium_v4};
    if (n < 57 || (p[0] != 3 && p[0] != 4)) return NULL; /* not a swap */
    b->m->items++;
    if (t->next_ray == t->rays) return "a ray_log without its instruction";
    const struct ray_swap *x = &t->ray[t->next_ray++];
    const char *coin = mint_of(t, x->coin_vault), *pc = mint_of(t, x->pc_vault);
    uint64_t a = load_u64(p + 1), c = load_u64(p + 9), direction = load_u64(p + 17), pool_coin = load_u64(p + 33), pool_pc = load_u64(p + 41), d = load_u64(p + 49);
    uint64_t in = p[0] == 3 ? a : d, out = p[0] == 3 ? d : c;
    bool coin_is_quote = coin && strcmp(coin, wsol) == 0;
    if (!key_from(coin_is_quote ? pc : coin, &r.mint) || !key_from(account_at(t, x->pool), &r.pool) || !key_from(account_at(t, x->owner), &r.trader)) return "the mints of a Raydium pool are not told";
    if (!coin_is_quote && (!pc || (strcmp(pc, wsol) != 0 && !key_from(pc, &r.quote_mint)))) return "the mints of a Raydium pool are not told";
    if (direction != 1 && direction != 2) return "a ray_log of no direction";
    r.exactness = p[0] == 3 ? exactness_in : exactness_out;
    r.limit_raw = p[0] == 3 ? c : a;
    bool pays_pc = direction == 1;
    if (t->failed) r.flags = TRADE_FAILED;
    if (!ray_amounts(&r, coin_is_quote ? !pays_pc : pays_pc, in, out, coin_is_quote ? pool_pc : pool_coin, coin_is_quote ? pool_coin : pool_pc)) return "the amounts do not fit the pool";
    r.base_real_raw = r.base_reserve_raw;
    r.quote_real_raw = r.quote_reserve_raw;
    dress(b, t, &r);
    put(b, &r);
    return NULL;
}

/* The program whose line of the log this is: "Program X invoke [n]" opens one at depth n, "Program X success" or "failed" closes it. */
struct frames { struct key program[16]; unsigned depth; };

static void follow(struct frames *f, const char *l)
{
    struct key k;
    const char *id = l + 8;
    size_t n = strcspn(id, " ");
    if (strncmp(l, "Program ", 8) != 0 || !base58_decode(id, n, k.b, 32)) return;
    if (strncmp(id + n, " invoke [", 9) == 0 && f->depth < COUNT_OF(f->program)) f->program[f->depth++] = k;
    else if ((strncmp(id + n, " success", 8) == 0 || strncmp(id + n, " failed", 7) == 0) && f->depth) f->depth--;
}

static void read_logs(struct block *b, struct tx *t)
{
    json_t *logs = json_object_get(t->meta, "logMessages");
    static const char data[] = "Program data: ", ray[] = "Program log: ray_log: ";
    struct frames frames = {.depth = 0};
    uint8_t bytes[2048];
    for (size_t i = 0; i < json_array_size(logs); i++) {
        const char *l = json_string_value(json_array_get(logs, i));
        size_t n;
        bool is_data = l && strncmp(l, data, sizeof data - 1) == 0, is_ray = l && strncmp(l, ray, sizeof ray - 1) == 0;
        if (l && !is_data && !is_ray) follow(&frames, l);
        if (!is_data && !is_ray) continue;
        const char *text = l + (is_data ? sizeof data : sizeof ray) - 1;
        if (sodium_base642bin(bytes, sizeof bytes, text, strlen(text), " ", &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0) continue;
        const char *why = NULL;
        if (is_ray) why = ray_log(b, t, bytes, n);
        else if (!t->failed && !t->told && frames.depth) swap_event(b, t, &frames.program[frames.depth - 1], bytes, n);
        if (why) import_reject(b->m, why), b->f->unexplained++;
    }
}

static void read_tx(struct block *b, json_t *item, uint32_t index)
{
    struct tx t;
    memset(&t, 0, sizeof t);
    json_t *transaction = json_object_get(item, "transaction"), *message = json_object_get(transaction, "message"), *err;
    t.meta = json_object_get(item, "meta");
    t.index = index;
    b->f->txs++;
    if (!json_is_object(t.meta) || !json_is_object(message)) { import_reject(b->m, "a transaction without meta or message"); return; }
    err = json_object_get(t.meta, "err");
    t.failed = err && !json_is_null(err);
    b->f->failed += t.failed;
    add_accounts(&t, json_object_get(message, "accountKeys"));
    json_t *loaded = json_object_get(t.meta, "loadedAddresses");
    add_accounts(&t, json_object_get(loaded, "writable"));
    add_accounts(&t, json_object_get(loaded, "readonly"));
    const char *sig = json_string_value(json_array_get(json_object_get(transaction, "signatures"), 0));
    if (!sig || !base58_decode(sig, strlen(sig), t.signature.b, 64)) { import_reject(b->m, "a transaction without a signature"); return; }
    for (size_t i = 0; i < t.accounts; i++)
        if (strcmp(t.account[i], vote_id) == 0) { b->f->votes++; break; }
    note_money(b, &t, transaction);
    note_instructions(&t, message);
    read_inner(b, &t);
    read_logs(b, &t);
}

enum error block_import(struct import *m, const char *text, size_t n, struct block_facts *f, struct err *e)
{
    json_error_t je;
    memset(f, 0, sizeof *f);
    json_t *root = json_loadb(text, n, 0, &je);
    if (!root) return err_set(e, E_FORMAT, "no JSON: line %d: %s", je.line, je.text);
    json_t *block = json_object_get(root, "result") ? json_object_get(root, "result") : root, *txs = json_object_get(block, "transactions");
    if (!json_is_array(txs)) {
        json_decref(root);
        return err_set(e, E_FORMAT, "no block: there is no list of transactions");
    }
    f->slot = (uint64_t)json_integer_value(json_object_get(block, "parentSlot")) + 1;
    f->time_s = (uint64_t)json_integer_value(json_object_get(block, "blockTime"));
    struct block b = {m, f, f->time_s * NS_PER_S};
    for (size_t i = 0; i < json_array_size(txs); i++) read_tx(&b, json_array_get(txs, i), (uint32_t)i);
    json_decref(root);
    return OK;
}
