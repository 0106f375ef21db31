/* recall.c - see recall.h. */
#include "execute/recall.h"

#include "common/base/num.h"

static struct recall_position *find(struct recall *r, uint64_t id)
{
    for (uint32_t i = 0; i < r->positions; i++)
        if (r->position[i].id == id) return &r->position[i];
    return NULL;
}

static void take_fill(struct recall *r, const struct rec_fill *f)
{
    struct recall_position *p = find(r, f->position_id);
    r->cash_delta_lamports += f->cash_delta_lamports;
    if (f->status != order_status_landed) return;
    if (!p && f->side == side_buy) {
        if (r->positions == RECALL_POSITIONS) { r->lost++; return; }
        p = &r->position[r->positions++];
        *p = (struct recall_position){.id = f->position_id, .mint = f->mint};
    }
    if (!p) return;
    p->pool = f->pool, p->venue = f->venue;
    p->held_raw = f->side == side_buy ? add_sat_u64(p->held_raw, f->base_raw) : sub_sat_u64(p->held_raw, f->base_raw);
    if (p->held_raw == 0) *p = r->position[--r->positions];
}

void recall_take(struct recall *r, const struct record *rec)
{
    if (rec->id == REC_fill) take_fill(r, &rec->u.fill);
    if (rec->id == REC_fill || rec->id == REC_report) r->ends++;
}

bool recall_wanted(const struct recall *r, const struct record *rec, uint64_t index)
{
    if (rec->id != REC_fill && rec->id != REC_report) return false;
    uint64_t position = rec->id == REC_fill ? rec->u.fill.position_id : rec->u.report.position_id;
    if (index + RECALL_LAST >= r->ends) return true;
    for (uint32_t i = 0; i < r->positions; i++)
        if (r->position[i].id == position) return true;
    return false;
}

const struct recall_position *recall_of(const struct recall *r, const struct key *mint)
{
    for (uint32_t i = 0; i < r->positions; i++)
        if (key_equal(&r->position[i].mint, mint)) return &r->position[i];
    return NULL;
}
