/* block_json.c - see block_json.h. */
#include "common/decode/block_json.h"

#include <string.h>

#include "common/base/num.h"

#define SLOT_MAX (UINT64_C(1) << 60)
#define TIME_MAX (UINT64_C(1) << 33) /* seconds */

/* What is found besides the head. */
struct answer {
    struct slice list, transaction, meta, slot, index, error;
    bool has_result, null_result;
    const char *why; /* a member is malformed */
};

static bool read_number(struct slice v, uint64_t max, uint64_t *out)
{
    return slice_u64(v, out) && *out <= max;
}

/* One member of a block or transaction; false when it is malformed. */
static bool read_member(struct block_json_head *h, struct answer *a, struct slice key,
                        struct slice v)
{
    if (slice_is(key, "transactions"))
        a->list = v;
    else if (slice_is(key, "transaction"))
        a->transaction = v;
    else if (slice_is(key, "slot"))
        a->slot = v;
    else if (slice_is(key, "transactionIndex"))
        a->index = v;
    else if (slice_is(key, "parentSlot"))
        return h->has_parent = read_number(v, SLOT_MAX, &h->parent);
    else if (slice_is(key, "blockhash"))
        return h->has_hash = slice_base58(v, h->hash.b, 32);
    else if (slice_is(key, "previousBlockhash"))
        return h->has_previous = slice_base58(v, h->previous.b, 32);
    else if (slice_is(key, "blockTime") && !slice_is(v, "null"))
        return h->timed = read_number(v, TIME_MAX, &h->time_s);
    return true;
}

/* Read the members of an object that was entered; the value of "result" is entered as well. */
static void read_object(struct block_json *b, struct answer *a, struct scan *s, bool wrapper)
{
    struct slice key, v;
    while (scan_key(s, &key)) {
        const char *from = s->p;
        if (wrapper && slice_is(key, "result") && scan_enter(s, '{')) {
            a->has_result = true;
            read_object(b, a, s, false);
            b->list = (struct slice){from, (size_t)(s->p - from)};
            continue;
        }
        if (!scan_value(s, &v)) return;
        if (wrapper && slice_is(key, "result")) a->null_result = true;
        if (wrapper && slice_is(key, "error")) a->error = v;
        if (!(wrapper && a->has_result) && !read_member(&b->head, a, key, v))
            a->why = "a field of the block is malformed";
    }
}

/* Is it getBlock's answer or getTransaction's, and complete? */
static enum error settle(struct block_json *b, const struct answer *a, struct err *e)
{
    uint64_t index = 0;
    if (a->why) return err_set(e, E_FORMAT, "no block: %s", a->why);
    if (slice_is_null(a->list) && !slice_is_null(a->transaction)) {
        b->one = true;
        if (!read_number(a->slot, SLOT_MAX, &b->head.slot))
            return err_set(e, E_FORMAT, "a transaction without its slot");
        if (!slice_is_null(a->index) && !read_number(a->index, UINT32_MAX, &index))
            return err_set(e, E_FORMAT, "a transaction whose transactionIndex is malformed");
        b->index = (uint32_t)index;
        b->at = scan_of(b->list);
        return OK;
    }
    if (slice_is_null(a->list))
        return err_set(e, E_FORMAT,
                       "no block and no transaction: it lacks 'transactions' and "
                       "'transaction'");
    b->list = a->list;
    b->at = scan_of(a->list);
    if (!scan_enter(&b->at, '['))
        return err_set(e, E_FORMAT, "no block: there is no list of transactions");
    if (!b->head.has_parent) return err_set(e, E_FORMAT, "no block: there is no parentSlot");
    b->head.slot = b->head.parent + 1;
    return OK;
}

enum error block_json_open(const char *text, size_t n, struct block_json *b, struct err *e)
{
    struct answer a;
    struct scan s = scan_of((struct slice){text, n});
    char message[160];
    memset(b, 0, sizeof *b);
    memset(&a, 0, sizeof a);
    b->list = (struct slice){text, n};
    if (!scan_enter(&s, '{')) return err_set(e, E_FORMAT, "not JSON: no object at its start");
    read_object(b, &a, &s, true);
    if (s.bad || !scan_at_end(&s))
        return err_set(e, E_FORMAT, "the JSON is cut or malformed at byte %zu",
                       (size_t)(s.p - text));
    if (!slice_is_null(a.error)) {
        size_t got = a.error.n < sizeof message - 1 ? a.error.n : sizeof message - 1;
        memcpy(message, a.error.p, got);
        message[got] = 0;
        return err_set(e, E_FORMAT, "the node answered with an error: %s", message);
    }
    if (a.null_result)
        return err_set(e, E_FORMAT, "the node has no such block or transaction: no result");
    return settle(b, &a, e);
}

bool block_json_next(struct block_json *b, struct tx_json *t, struct tx_view *v, const char **why,
                     struct err *e)
{
    *why = NULL;
    if (b->one ? b->at.p != b->list.p : !scan_item(&b->at)) {
        if (b->at.bad) err_set(e, E_FORMAT, "the list of transactions is malformed");
        return false;
    }
    memset(v, 0, sizeof *v);
    v->slot = b->head.slot;
    v->ts_ns = b->head.time_s * NS_PER_S;
    v->index = b->index++;
    if (!tx_json_find(&b->at, &t->parts)) {
        err_set(e, E_FORMAT, "transaction %u is malformed JSON", v->index);
        b->at.bad = true;
        return false;
    }
    *why = tx_json_view(t, v);
    return true;
}
