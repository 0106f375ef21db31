/* block_records.c - see block_records.h. */
#include "ingest/block_records.h"

#include <string.h>

#include "common/decode/decode.h"

struct target {
    struct rows *m;
    struct block_facts *f;
};

static void put(void *to, const struct decoded *d)
{
    struct target *b = to;
    struct row *r = rows_add(b->m, d->id);
    b->m->items++;
    if (!r) return;
    r->slot = b->f->slot;
    r->d = *d;
    if (d->id == REC_pool) r->tx_index = d->u.pool.tx_index;
    if (d->id == REC_transfer) r->tx_index = d->u.transfer.tx_index;
}

static void left_out(void *to, enum decode_out kind, const char *why)
{
    struct target *b = to;
    b->m->items++;
    b->f->unexplained += kind == DECODE_UNEXPLAINED;
    b->f->elsewhere += kind == DECODE_ELSEWHERE;
    if (kind == DECODE_ELSEWHERE)
        rows_note(b->m, why);
    else
        rows_reject(b->m, why);
}

static void note_fees(struct block_facts *f, const struct tx_view *v)
{
    struct block_fee fee = {view_priority(v), v->units, view_tip(v)};
    bool vote = view_is_vote(v);
    f->failed += v->failed;
    f->votes += vote;
    f->base_fees_lamports += v->fee_lamports - fee.priority_lamports;
    f->priority_fees_lamports += fee.priority_lamports;
    f->tips_lamports += fee.tip_lamports;
    f->tipped += fee.tip_lamports != 0;
    if (vote) return;
    if (f->fees_count < BLOCK_FEES_MAX)
        f->fees[f->fees_count++] = fee;
    else
        f->fees_left_out++;
}

/* The slot's own record. Its market is empty and it comes first, so that it opens the slot. */
static struct row *add_slot(struct rows *m, const struct block_json *b)
{
    struct row *r = b->one ? NULL : rows_add(m, REC_slot);
    if (!r) return NULL;
    r->slot = b->head.slot;
    r->d.u.slot.ts_ns = b->head.time_s * NS_PER_S;
    return r;
}

enum error block_records_read(struct rows *m, struct block_json *b, struct tx_json *store,
                              struct block_facts *f, struct err *e)
{
    struct target to = {m, f};
    struct decode_sink sink = {&to, put, left_out};
    struct tx_view v;
    const char *why;
    struct err inner = {0};
    memset(f, 0, offsetof(struct block_facts, fees));
    f->slot = b->head.slot;
    struct row *slot = add_slot(m, b);
    while (block_json_next(b, store, &v, &why, &inner)) {
        f->txs++;
        for (uint32_t i = 0; i < store->parsed; i++)
            rows_note(m, "an instruction that the node parsed: request the encoding json or "
                         "base64");
        if (why) {
            rows_reject(m, why);
            continue;
        }
        note_fees(f, &v);
        decode(&v, &m->drift, &sink);
    }
    if (slot) {
        slot->d.u.slot.tx_count = (uint32_t)f->txs;
        slot->d.u.slot.failed_tx_count = (uint32_t)f->failed;
    }
    return inner.code == OK ? OK : err_set(e, inner.code, "%s", inner.text);
}
