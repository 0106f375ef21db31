/* journal_state.c - see journal_state.h. */
#include "execute/trade/journal_state.h"

#include "common/base/num.h"

static struct journal_state_position *find(struct journal_state *r, uint64_t id)
{
    for (uint32_t i = 0; i < r->positions; i++)
        if (r->position[i].id == id) return &r->position[i];
    return NULL;
}

static void take_fill(struct journal_state *r, const struct rec_fill *f)
{
    struct journal_state_position *p = find(r, f->position_id);
    r->cash_delta_lamports += f->cash_delta_lamports;
    if (f->status != order_status_landed) return;
    if (!p && f->side == side_buy) {
        if (r->positions == JOURNAL_STATE_POSITIONS) {
            r->lost++;
            return;
        }
        p = &r->position[r->positions++];
        *p = (struct journal_state_position){.id = f->position_id, .mint = f->mint};
    }
    if (!p) return;
    p->pool = f->pool;
    p->venue = f->venue;
    p->held_raw = f->side == side_buy ? add_sat_u64(p->held_raw, f->base_raw)
                                      : sub_sat_u64(p->held_raw, f->base_raw);
    if (p->held_raw == 0) *p = r->position[--r->positions];
}

void journal_state_take(struct journal_state *r, const struct record *rec)
{
    if (rec->id == REC_fill) take_fill(r, &rec->u.fill);
    if (rec->id == REC_fill || rec->id == REC_report) r->ends++;
}

bool journal_state_wanted(const struct journal_state *r, const struct record *rec, uint64_t index)
{
    if (rec->id != REC_fill && rec->id != REC_report) return false;
    uint64_t position = rec->id == REC_fill ? rec->u.fill.position_id : rec->u.report.position_id;
    if (index + JOURNAL_STATE_LAST >= r->ends) return true;
    for (uint32_t i = 0; i < r->positions; i++)
        if (r->position[i].id == position) return true;
    return false;
}

const struct journal_state_position *journal_state_of(const struct journal_state *r,
                                                      const struct key *mint)
{
    for (uint32_t i = 0; i < r->positions; i++)
        if (key_equal(&r->position[i].mint, mint)) return &r->position[i];
    return NULL;
}
