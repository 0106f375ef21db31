/* decode.c - see decode.h: the walk over one transaction. It finds which instruction called which,
 * and which logged what. */
#include "common/decode/decode.h"

#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/decode/decode_internal.h"

/* ---- accounts ---- */

static void note_tokens(struct walk *w, const struct view_token *t, size_t n, bool before)
{
    for (size_t i = 0; i < n; i++) {
        if (t[i].account >= w->accounts) continue;
        w->mint[t[i].account] = &t[i].mint;
        if (!key_is_none(&t[i].owner)) w->owner[t[i].account] = &t[i].owner;
        if (before) w->amount[t[i].account] = t[i].amount_raw;
    }
}

/* Note a token account that is opened here: when it is closed again, the balances do not list it.
 */
static void note_opened(struct walk *w, const struct view_ix *x)
{
    unsigned account = view_account(x, 0);
    bool plain = x->data[0] == 1;
    if (account >= w->accounts || (!plain && x->data_len < 33)) return;
    if (!w->owner[account])
        w->owner[account] =
            plain ? view_key(w->v, view_account(x, 2)) : (const struct key *)(x->data + 1);
    if (!w->mint[account]) w->mint[account] = view_key(w->v, view_account(x, 1));
}

#define TOKEN_BATCH 255

/* ---- logs ---- */

/* The programs of venues that ran, each with the next instruction to look for its run. The log
 * names the running program only by its frames (`Program X invoke [n]` ... `success`). The runtime
 * cuts it at 10,000 bytes, and a program's call to itself may leave no line. */
struct runs {
    struct {
        enum address who;
        const char *text;
        size_t n;
        unsigned next;
    } of[8];
    unsigned count;
    int on[16];
    unsigned depth;
};

static void find_programs(struct walk *w, struct runs *r)
{
    for (unsigned i = 0; i < w->v->ix_count; i++) {
        enum address a = walk_who(w, w->v->ix[i].program);
        unsigned k = 0;
        if (!venue_at(a)) continue;
        while (k < r->count && r->of[k].who != a) k++;
        if (k < r->count || k == COUNT_OF(r->of)) continue;
        r->of[k].who = a;
        r->of[k].text = address_text(a);
        r->of[k].n = strlen(r->of[k].text);
        r->count++;
    }
}

/* The instruction that starts to run: the next one of that program; -1 when the program is of no
 * venue. */
static int next_run(struct walk *w, struct runs *r, const char *id, size_t n)
{
    for (unsigned k = 0; k < r->count; k++) {
        if (r->of[k].n != n || memcmp(r->of[k].text, id, n) != 0) continue;
        while (r->of[k].next < w->v->ix_count) {
            unsigned i = r->of[k].next++;
            if (walk_who(w, w->v->ix[i].program) == r->of[k].who) return (int)i;
        }
    }
    return -1;
}

static bool begins(const char *p, size_t n, const char *with, size_t len)
{
    return n >= len && memcmp(p, with, len) == 0;
}
#define BEGINS(p, n, text) begins(p, n, text, sizeof text - 1)

/* One line, behind "Program ". */
static void follow(struct walk *w, struct runs *r, unsigned line, const char *p, size_t n)
{
    int on = r->depth && r->depth <= COUNT_OF(r->on) ? r->on[r->depth - 1] : -1;
    bool ray = BEGINS(p, n, "log: ray_log: ");
    if (ray || BEGINS(p, n, "data: ")) {
        if (on >= 0 && w->lines_count < WALK_LINES_MAX)
            w->line[w->lines_count++] = (struct event_line){(uint16_t)on, (uint16_t)line, ray};
        return;
    }
    const char *blank =
        n > 32 ? memchr(p + 32, ' ', n - 32) : NULL; /* an address has 32 to 44 characters */
    if (!blank || blank - p > 44) return;
    size_t id = (size_t)(blank - p);
    if (BEGINS(blank, n - id, " invoke [")) {
        if (r->depth < COUNT_OF(r->on)) r->on[r->depth] = next_run(w, r, p, id);
        r->depth++;
    } else if (r->depth && (BEGINS(blank, n - id, " success") || BEGINS(blank, n - id, " failed")))
        r->depth--;
}

static void read_logs(struct walk *w)
{
    struct runs r;
    r.count = r.depth = 0;
    memset(r.of, 0, sizeof r.of);
    find_programs(w, &r);
    for (unsigned i = 0; i < w->v->logs_count; i++)
        if (BEGINS(w->v->logs[i].p, w->v->logs[i].n, "Program "))
            follow(w, &r, i, w->v->logs[i].p + 8, w->v->logs[i].n - 8);
}

/* The bytes of a done line. */
static bool line_bytes(const struct walk *w, const struct event_line *t, uint8_t *out, size_t max,
                       size_t *n)
{
    const struct view_log *l = &w->v->logs[t->line];
    size_t skip = t->ray ? sizeof "Program log: ray_log: " - 1 : sizeof "Program data: " - 1,
           len = l->n - skip;
    const char *p = l->p + skip, *blank = memchr(p, ' ', len); /* of several fields the first */
    return base64_decode(p, blank ? (size_t)(blank - p) : len, out, max, n);
}

/* ---- venues ---- */

enum { PUT_SWAP = 1, PUT_POOL = 2 };

static unsigned put_event(struct walk *w, unsigned i, const struct layout *l, uint8_t venue,
                          const uint8_t *p, size_t n)
{
    if (n < 8) return 0;
    if (decode_swap_event(w, i, l, venue, p, n)) return PUT_SWAP;
    if (decode_pool_event(w, i, l, venue, p, n)) return PUT_POOL;
    if (venue_is(venue_of(venue), VENUE_ALL_EVENTS) &&
        !event_is_known((uint8_t)walk_who(w, w->v->ix[i].program), p, n))
        walk_drift(w, venue, DRIFT_EVENT, p, n);
    return 0;
}

static unsigned put_calls(struct walk *w, unsigned i, const struct layout *l, uint8_t venue)
{
    const struct view_ix *ix = w->v->ix;
    unsigned done = 0;
    for (unsigned j = i + 1, end = walk_end(w, i); j < end; j++) {
        bool child = !ix[i].height || !ix[j].height || ix[j].height == ix[i].height + 1;
        if (child && ix[j].program == ix[i].program && walk_is_self_call(&ix[j]))
            done |= put_event(w, i, l, venue, ix[j].data + 8, ix[j].data_len - 8u);
    }
    return done;
}

/* Of a failed transaction only a ray_log counts: the program writes it before the amounts move. */
static unsigned put_lines(struct walk *w, unsigned i, const struct layout *l, uint8_t venue)
{
    uint8_t bytes[WALK_EVENT_MAX];
    bool rays = venue_is(venue_of(venue), VENUE_LOGS_RAY);
    unsigned done = 0;
    size_t n;
    for (unsigned k = 0; k < w->lines_count; k++) {
        const struct event_line *t = &w->line[k];
        if (t->ix != i || t->ray != rays || (w->v->failed && !rays)) continue;
        if (line_bytes(w, t, bytes, sizeof bytes, &n)) done |= put_event(w, i, l, venue, bytes, n);
    }
    return done;
}

static void step_venue(struct walk *w, unsigned i, enum address a, uint8_t venue)
{
    const struct view_ix *x = &w->v->ix[i];
    if (walk_is_self_call(x)) return;
    const struct layout *l = layout_find_at(a, x->data, x->data_len);
    if (!l && venue_is(venue_of(venue), VENUE_ALL_INSTRUCTIONS))
        walk_drift(w, venue, DRIFT_INSTRUCTION, x->data, x->data_len);
    unsigned done = w->v->failed ? 0 : put_calls(w, i, l, venue);
    if (!done) done = put_lines(w, i, l, venue);
    if (w->v->failed || !l) return;
    if (venue_terms_of(l) && !(done & PUT_SWAP)) decode_swap_transfers(w, i, l, venue);
    if (!(done & PUT_POOL)) decode_pool_created(w, i, l, venue);
}

static void step_elsewhere(struct walk *w, const struct view_ix *x, enum address a, const char *why)
{
    const struct layout *l = layout_find_at(a, x->data, x->data_len);
    if (venue_terms_of(l) && !w->v->failed) w->sink->left_out(w->sink->to, DECODE_ELSEWHERE, why);
}

/* ---- plain transfers ---- */

static void put_transfer(struct walk *w, const struct key *mint, const struct key *from,
                         const struct key *to, uint64_t amount)
{
    struct decoded d;
    if (!from || !to || amount == 0 || key_equal(from, to) || address_is_tip(to)) return;
    memset(&d, 0, sizeof d);
    d.id = REC_transfer;
    d.u.transfer = (struct rec_transfer){.ts_ns = w->v->ts_ns,
                                         .slot = w->v->slot,
                                         .mint = walk_quote(mint),
                                         .from = *from,
                                         .to = *to,
                                         .amount_raw = amount,
                                         .tx_index = w->v->index,
                                         .signature = w->v->signature};
    walk_put(w, &d, to, 0, 0);
}

/* The wallet in place of its token account. */
static const struct key *holder(const struct walk *w, unsigned account)
{
    return account < w->accounts && w->owner[account] ? w->owner[account] : view_key(w->v, account);
}

static void step_system(struct walk *w, const struct view_ix *x)
{
    uint32_t tag = x->data_len >= 12 ? load_u32(x->data) : 0;
    if (tag == 2)
        put_transfer(w, NULL, view_key(w->v, view_account(x, 0)), holder(w, view_account(x, 1)),
                     load_u64(x->data + 4));
    else if (tag == 11)
        put_transfer(w, NULL, view_key(w->v, view_account(x, 0)), holder(w, view_account(x, 2)),
                     load_u64(x->data + 4));
}

static void step_token(struct walk *w, const struct view_ix *x, bool plain)
{
    struct moved m;
    if (!walk_transfer(w, x, &m)) return;
    w->amount[m.from] = sub_sat_u64(w->amount[m.from], m.amount);
    w->amount[m.to] = add_sat_u64(w->amount[m.to], m.amount - m.fee);
    const struct key *mint = walk_mint(w, m.from) ? walk_mint(w, m.from) : walk_mint(w, m.to);
    if (plain && mint) put_transfer(w, mint, holder(w, m.from), holder(w, m.to), m.amount);
}

/* ---- the walk ---- */

static bool in_venue(const struct walk *w, const struct view_ix *x)
{
    return w->venue_outer[x->outer / 64] >> (x->outer % 64) & 1;
}

static void start(struct walk *w, const struct tx_view *v, struct drift *drift,
                  const struct decode_sink *sink)
{
    unsigned n = w->accounts = view_accounts(v);
    w->v = v;
    w->drift = drift;
    w->sink = sink;
    memset(w->who, 0, n);
    memset(w->mint, 0, n * sizeof *w->mint);
    memset(w->owner, 0, n * sizeof *w->owner);
    memset(w->amount, 0, n * sizeof *w->amount);
    memset(w->venue_outer, 0, sizeof w->venue_outer);
    w->lines_count = w->swaps = 0;
    w->last_ix = UINT32_MAX;
    w->creates = w->batches = false;
    w->pool_base = w->pool_quote = 0;
    memset(&w->made_mint, 0, sizeof w->made_mint);
    memset(&w->pool, 0, sizeof w->pool);
    w->priority = view_priority(v);
    w->tip = view_tip(v);
    note_tokens(w, v->post_tokens, v->post_tokens_count, false);
    note_tokens(w, v->pre_tokens, v->pre_tokens_count, true);
}

/* Look at every instruction once. True when venues ran; *logs: their log has to be read. */
static bool look(struct walk *w, bool *logs)
{
    const struct view_ix *ix = w->v->ix;
    bool any = false;
    unsigned asked = VIEW_IX_MAX; /* the instruction whose event has not appeared */
    *logs = false;
    for (unsigned i = 0; i < w->v->ix_count; i++) {
        enum address a = walk_who(w, ix[i].program);
        if (walk_is_token(a) && ix[i].data_len) {
            uint8_t tag = ix[i].data[0];
            w->batches |= tag == TOKEN_BATCH;
            if (tag == 1 || tag == 16 || tag == 18)
                note_opened(w, &ix[i]);
            else
                w->creates |= tag == 0 || tag == 20;
        }
        if (!venue_at(a) && !venue_elsewhere(a)) continue;
        any = true;
        w->venue_outer[ix[i].outer / 64] |= UINT64_C(1) << (ix[i].outer % 64);
        if (walk_is_self_call(&ix[i])) {
            if (asked < i && ix[asked].program == ix[i].program) asked = VIEW_IX_MAX;
            continue;
        }
        *logs |= asked != VIEW_IX_MAX;
        asked = i;
    }
    *logs |= asked != VIEW_IX_MAX;
    return any;
}

static void step(struct walk *w, unsigned i)
{
    const struct view_ix *x = &w->v->ix[i];
    enum address a = walk_who(w, x->program);
    uint8_t venue = venue_at(a);
    const char *other = venue ? NULL : venue_elsewhere(a);
    if (venue)
        step_venue(w, i, a, venue);
    else if (w->v->failed)
        return;
    else if (other)
        step_elsewhere(w, x, a, other);
    else if (a == address_system && !in_venue(w, x))
        step_system(w, x);
    else if (walk_is_token(a))
        step_token(w, x, !in_venue(w, x));
}

/* SPL Token packs instructions into one (batch, tag 255): for each the counts of accounts and
 * bytes, then the bytes. Unpack them in its place. */
static unsigned unpack(const struct view_ix *x, struct view_ix *room, unsigned cap)
{
    unsigned n = 0, accounts = 0;
    for (size_t at = 1; at + 2 <= x->data_len && n < cap; n++) {
        unsigned take = x->data[at], len = x->data[at + 1];
        if (at + 2 + len > x->data_len || accounts + take > x->accounts_count) break;
        room[n] = *x;
        room[n].accounts = x->accounts + accounts;
        room[n].accounts_count = (uint8_t)take;
        room[n].data = x->data + at + 2;
        room[n].data_len = (uint16_t)len;
        accounts += take;
        at += 2 + len;
    }
    return n;
}

static void walk_all(struct walk *w, bool venues, bool logs)
{
    if (w->v->failed && !venues) return;
    if (w->creates && !w->v->failed) decode_tokens(w);
    if (venues && logs) read_logs(w);
    for (unsigned i = 0; i < w->v->ix_count; i++) step(w, i);
}

static __attribute__((noinline)) void decode_batches(struct walk *w)
{
    struct view_ix room[VIEW_IX_MAX];
    struct tx_view v = *w->v;
    unsigned n = 0;
    bool logs;
    for (unsigned i = 0; i < w->v->ix_count && n < VIEW_IX_MAX; i++) {
        const struct view_ix *x = &w->v->ix[i];
        unsigned parts =
            walk_is_token(walk_who(w, x->program)) && x->data_len && x->data[0] == TOKEN_BATCH
                ? unpack(x, room + n, VIEW_IX_MAX - n)
                : 0;
        if (parts)
            n += parts;
        else
            room[n++] = *x;
    }
    v.ix = room;
    v.ix_count = (uint16_t)n;
    start(w, &v, w->drift, w->sink);
    bool venues = look(w, &logs);
    walk_all(w, venues, logs);
}

void decode(const struct tx_view *v, struct drift *drift, const struct decode_sink *sink)
{
    struct walk w;
    bool logs;
    start(&w, v, drift, sink);
    bool venues = look(&w, &logs);
    if (w.batches)
        decode_batches(&w);
    else
        walk_all(&w, venues, logs);
}
