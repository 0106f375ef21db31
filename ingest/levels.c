/* levels.c - see levels.h. */
#include "ingest/levels.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/sol/address.h"

static void put(struct levels *l, struct levels_kind *k, uint64_t v)
{
    if (k->open_count == LEVELS_TXS) { l->left_out++; return; }
    k->open[k->open_count++] = v;
}

void levels_add(struct levels *l, uint64_t priority_lamports, uint64_t units, uint64_t tip_lamports)
{
    uint64_t price;
    if (units && muldiv_floor(priority_lamports, PPM_ONE, units, &price)) put(l, &l->fee, price); /* 10^6 micro-lamports a lamport */
    if (tip_lamports) put(l, &l->tip, tip_lamports);
}

/* ---- a block as text ---- */

#define SIGNATURE_LAMPORTS 5000u /* the base fee of each signature; what a fee has beyond is priority */
static const char vote_id[] = "Vote111111111111111111111111111111111111111";

/* The parts of one transaction that matter. */
struct tx_text { struct slice signatures, keys, writable, readonly, fee, units, pre, post; };

static void member_into(struct slice object, const char *name, struct slice *out)
{
    struct scan s = {object.p, object.p + object.n};
    struct slice key, v;
    bool bad;
    if (object.n == 0 || !scan_enter(&s, '{')) return;
    while (scan_member(&s, &key, &v, &bad))
        if (slice_is(key, name)) { *out = v; return; }
}

static void meta_parts(struct slice meta, struct tx_text *t)
{
    struct scan s = {meta.p, meta.p + meta.n};
    struct slice key, v, loaded = {NULL, 0};
    bool bad;
    if (meta.n == 0 || !scan_enter(&s, '{')) return;
    while (scan_member(&s, &key, &v, &bad)) {
        if (slice_is(key, "fee")) t->fee = v;
        else if (slice_is(key, "computeUnitsConsumed")) t->units = v;
        else if (slice_is(key, "preBalances")) t->pre = v;
        else if (slice_is(key, "postBalances")) t->post = v;
        else if (slice_is(key, "loadedAddresses")) loaded = v;
    }
    member_into(loaded, "writable", &t->writable);
    member_into(loaded, "readonly", &t->readonly);
}

static struct tx_text parts_of(struct slice tx)
{
    struct tx_text t = {0};
    struct slice transaction = {NULL, 0}, message = {NULL, 0}, meta = {NULL, 0};
    member_into(tx, "transaction", &transaction);
    member_into(tx, "meta", &meta);
    member_into(transaction, "signatures", &t.signatures);
    member_into(transaction, "message", &message);
    member_into(message, "accountKeys", &t.keys);
    meta_parts(meta, &t);
    return t;
}

static bool is_tip_account(struct slice text)
{
    for (unsigned k = 0; k < JITO_TIP_ACCOUNTS; k++)
        if (slice_is(text, address_text((enum address)(address_jito_tip_0 + k)))) return true;
    return false;
}

/* The places of tip accounts among the keys from place *n on, as bits of 256; false when the vote program is among the keys. */
static bool note_keys(struct slice list, unsigned *n, uint64_t tips[4])
{
    struct scan s = {list.p, list.p + list.n};
    struct slice v, text;
    bool bad;
    if (list.n == 0 || !scan_enter(&s, '[')) return true;
    for (; *n < 256 && scan_element(&s, &v, &bad); ++*n) {
        if (!slice_string(v, &text)) continue;
        if (slice_is(text, vote_id)) return false;
        if (is_tip_account(text)) tips[*n / 64] |= UINT64_C(1) << *n % 64;
    }
    return true;
}

/* What the tip accounts gained. */
static uint64_t gains(const struct tx_text *t, const uint64_t tips[4])
{
    struct scan a = {t->pre.p, t->pre.p + t->pre.n}, b = {t->post.p, t->post.p + t->post.n};
    struct slice v, w;
    uint64_t sum = 0, pre, post;
    bool bad;
    if (!(tips[0] | tips[1] | tips[2] | tips[3]) || t->pre.n == 0 || t->post.n == 0 || !scan_enter(&a, '[') || !scan_enter(&b, '[')) return 0;
    for (unsigned i = 0; i < 256 && scan_element(&a, &v, &bad) && scan_element(&b, &w, &bad); i++)
        if (tips[i / 64] >> i % 64 & 1 && parse_u64(v.p, v.n, &pre) && parse_u64(w.p, w.n, &post)) sum = add_sat_u64(sum, sub_sat_u64(post, pre));
    return sum;
}

static void add_tx(struct levels *l, struct slice tx)
{
    struct tx_text t = parts_of(tx);
    struct scan s = {t.signatures.p, t.signatures.p + t.signatures.n};
    struct slice v;
    uint64_t tips[4] = {0}, fee, units = 0, signatures = 0;
    unsigned keys = 0;
    bool bad;
    if (!note_keys(t.keys, &keys, tips) || !note_keys(t.writable, &keys, tips) || !note_keys(t.readonly, &keys, tips)) return;
    if (t.fee.n == 0 || t.signatures.n == 0 || !scan_enter(&s, '[') || !parse_u64(t.fee.p, t.fee.n, &fee)) { l->left_out++; return; }
    while (scan_element(&s, &v, &bad)) signatures++;
    if (t.units.n && !parse_u64(t.units.p, t.units.n, &units)) units = 0;
    levels_add(l, sub_sat_u64(fee, signatures * SIGNATURE_LAMPORTS), units, gains(&t, tips));
}

void levels_add_block(struct levels *l, struct slice txs)
{
    struct scan s = {txs.p, txs.p + txs.n};
    struct slice tx;
    bool bad;
    if (!scan_enter(&s, '[')) return;
    while (scan_element(&s, &tx, &bad)) add_tx(l, tx);
}

/* ---- percentiles ---- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Keep the middle one of each `weight` in ascending order. */
static void close_kind(struct levels_kind *k, uint64_t closed)
{
    struct levels_slot *s = &k->slot[closed % LEVELS_SLOTS];
    qsort(k->open, k->open_count, sizeof *k->open, by_value);
    s->weight = (k->open_count + LEVELS_SAMPLE - 1) / LEVELS_SAMPLE;
    s->n = 0;
    for (uint32_t i = s->weight / 2; i < k->open_count && s->weight; i += s->weight) s->v[s->n++] = k->open[i];
    k->open_count = 0;
}

void levels_close(struct levels *l)
{
    close_kind(&l->fee, l->closed);
    close_kind(&l->tip, l->closed);
    l->closed++;
}

bool levels_full(const struct levels *l) { return l->closed >= LEVELS_SLOTS; }

static int by_first(const void *a, const void *b) { return by_value(a, b); } /* the value comes first in an entry */

/* All figures of a kind, ascending; their number in *n, their weight is returned. */
static uint64_t gather(struct levels *l, const struct levels_kind *k, uint32_t *n)
{
    uint64_t total = 0;
    *n = 0;
    for (uint32_t i = 0; i < LEVELS_SLOTS && i < l->closed; i++)
        for (uint32_t j = 0; j < k->slot[i].n; j++) {
            l->scratch[*n].v = k->slot[i].v[j];
            l->scratch[(*n)++].weight = k->slot[i].weight;
            total += k->slot[i].weight;
        }
    qsort(l->scratch, *n, sizeof *l->scratch, by_first);
    return total;
}

/* The least value that at least `percent` of the weight does not exceed. */
static uint64_t percentile(const struct levels *l, uint32_t n, uint64_t total, uint32_t percent)
{
    uint64_t want = (total * percent + 99) / 100, have = 0;
    for (uint32_t i = 0; i < n; i++)
        if ((have += l->scratch[i].weight) >= want) return l->scratch[i].v;
    return n ? l->scratch[n - 1].v : 0;
}

bool levels_fee(struct levels *l, struct rec_fee_level *r)
{
    uint32_t n;
    uint64_t total = gather(l, &l->fee, &n);
    if (n == 0) return false;
    r->p50_ulamports = percentile(l, n, total, 50);
    r->p75_ulamports = percentile(l, n, total, 75);
    r->p95_ulamports = percentile(l, n, total, 95);
    return true;
}

bool levels_tip(struct levels *l, struct rec_tip_level *r)
{
    uint32_t n;
    uint64_t total = gather(l, &l->tip, &n);
    if (n == 0) return false;
    r->p25_lamports = percentile(l, n, total, 25);
    r->p50_lamports = percentile(l, n, total, 50);
    r->p75_lamports = percentile(l, n, total, 75);
    r->p95_lamports = percentile(l, n, total, 95);
    r->p99_lamports = percentile(l, n, total, 99);
    return true;
}
