/* block_fetch.c - see block_fetch.h. */
#include "ingest/chain/io/block_fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/endpoint.h"
#include "common/run/log.h"
#include "common/run/stage.h"

#define TIP_MS 2000u /* how often the newest slot is asked for */
#define WAIT_FIRST_MS \
    3000u /* how long all nodes are waited for at the start, once one has answered */
#define RETRY_MS     200u /* before the second try; doubles */
#define RETRY_MAX_MS 4000u

enum error block_fetch_open(struct block_fetch *b, const struct block_fetch_rules *rules,
                            struct err *e)
{
    memset(b, 0, sizeof *b);
    b->rules = *rules;
    return node_pool_open(rules->nodes, rules->commitment, rules->parallel, rules->timeout_ms,
                          &b->nodes, e);
}

static void drop_text(struct want *w)
{
    free(w->text);
    w->text = NULL;
    w->n = 0;
}

static void forget_all(struct block_fetch *b)
{
    for (struct want *w; (w = block_order_at(&b->f, 0)); block_order_pop(&b->f)) drop_text(w);
}

void block_fetch_close(struct block_fetch *b)
{
    forget_all(b);
    node_pool_close(b->nodes);
}

void block_fetch_go_on(struct block_fetch *b, uint64_t covered, const struct block_name *last)
{
    forget_all(b);
    block_order_init(&b->f, covered, last);
}

enum error block_fetch_find_tip(struct block_fetch *b, uint64_t *tip, struct err *e)
{
    uint32_t answered = 0; /* a bit a node */
    uint64_t start = node_pool_clock_ms();
    char why[300] = "no answer";
    *tip = 0;
    while (!endpoint_stop) {
        struct node_answer a;
        uint64_t now = node_pool_clock_ms();
        node_pool_ask_tip(b->nodes, now, b->rules.poll_ms);
        if (node_pool_wait(b->nodes, 20, &a)) {
            if (a.says == NODE_GOOD)
                answered |= 1u << a.node;
            else {
                snprintf(why, sizeof why, "%.120s: %.150s", node_pool_name(b->nodes, a.node),
                         a.why);
                log_line(LOG_INFO, "%s", why);
            }
        }
        *tip = node_pool_tip(b->nodes);
        if (*tip &&
            (answered + 1 == 1u << node_pool_count(b->nodes) || now - start > WAIT_FIRST_MS))
            return OK;
        if (!*tip && node_pool_failing(b->nodes) >= b->rules.tries)
            return err_set(e, E_PEER, "no node answers: %s", why);
    }
    return OK;
}

/* ---- trying again ---- */

static void try_again(struct block_fetch *b, struct want *w, bool counts, const char *why)
{
    drop_text(w);
    b->retried++;
    w->state = WANT_WAITING;
    w->tries += counts;
    w->heard = node_pool_heard(b->nodes);
    w->next_ms =
        node_pool_clock_ms() +
        (w->tries < 5 ? (uint64_t)RETRY_MS << (w->tries ? w->tries - 1 : 0) : RETRY_MAX_MS);
    snprintf(w->why, sizeof w->why, "%.99s", why);
    log_line(w->tries > 1 ? LOG_INFO : LOG_DEBUG, "slot %llu: %s: %s (try %u of %u)",
             (unsigned long long)w->slot, node_pool_name(b->nodes, w->node), why, w->tries,
             b->rules.tries);
    w->node = (w->node + 1) % node_pool_count(b->nodes);
    if (w->tries >= b->rules.tries) w->state = WANT_LOST;
}

void block_fetch_refuse(struct block_fetch *b, struct want *w, const char *why)
{
    try_again(b, w, true, why);
}

static enum error on_block(struct block_fetch *b, const struct node_answer *a, struct err *e)
{
    struct want *w = block_order_find(&b->f, a->from);
    if (!w || w->state != WANT_ASKED) return OK;
    w->node = a->node;
    if (a->says == NODE_SKIPPED && !w->proven)
        w->state = WANT_SKIPPED;
    else if (a->says == NODE_DOWN)
        try_again(b, w, node_pool_heard(b->nodes) != w->heard,
                  a->why); /* while no node answers, nothing is given up */
    else if (a->says != NODE_GOOD)
        try_again(b, w, true, a->why);
    else if (!(w->text = malloc(a->n + 1)))
        return err_set(e, E_LIMIT, "out of memory for a block of %zu bytes", a->n);
    else {
        memcpy(w->text, a->text, a->n);
        w->text[a->n] = 0;
        w->n = a->n;
        w->state = WANT_HELD;
    }
    return OK;
}

/* ---- serving ---- */

static void ask_due(struct block_fetch *b, uint64_t now)
{
    struct want *w;
    uint64_t from = b->f.planned + 1, to = b->f.planned + block_order_room(&b->f);
    node_pool_ask_tip(b->nodes, now, TIP_MS);
    if (to > b->rules.until) to = b->rules.until;
    /* Far behind, the next slots are asked for at once. */
    if (from <= to)
        node_pool_ask_slots(b->nodes, from, to, now,
                            node_pool_tip(b->nodes) > to ? 0 : b->rules.poll_ms);
    for (uint32_t i = 0; i < b->rules.parallel && (w = block_order_at(&b->f, i)); i++) {
        if (w->state != WANT_WAITING || w->next_ms > now) continue;
        if (!node_pool_ask_block(b->nodes, w->slot, now, &w->node)) return;
        w->state = WANT_ASKED;
    }
}

static void on_slots(struct block_fetch *b, const struct node_answer *a)
{
    /* Slots that were planned meanwhile are passed over; those between belong to an answer that is
     * complete or to a later one. */
    if (a->n) block_order_plan(&b->f, a->slots, a->n, a->slots[a->n - 1], a->node);
    if (a->whole && block_order_room(&b->f)) block_order_plan(&b->f, NULL, 0, a->to, a->node);
}

enum error block_fetch_serve(struct block_fetch *b, uint64_t wait_ms, struct err *e)
{
    struct node_answer a;
    ask_due(b, node_pool_clock_ms());
    if (!node_pool_wait(b->nodes, wait_ms, &a)) return OK;
    if (a.ask == NODE_BLOCK) return on_block(b, &a, e);
    if (a.says != NODE_GOOD)
        log_line(LOG_INFO, "%s: %s", node_pool_name(b->nodes, a.node), a.why);
    else if (a.ask == NODE_SLOTS)
        on_slots(b, &a);
    return OK;
}

struct want *block_fetch_next(struct block_fetch *b)
{
    struct want *w;
    while ((w = block_order_at(&b->f, 0)) && w->state == WANT_SKIPPED) block_fetch_done(b, w);
    return w && (w->state == WANT_HELD || w->state == WANT_LOST) ? w : NULL;
}

void block_fetch_done(struct block_fetch *b, struct want *w)
{
    drop_text(w);
    block_order_pop(&b->f);
}

/* Parents found missing push blocks beyond the number that may be held: the last of them is asked
 * for again later. */
static void hold_less(struct block_fetch *b)
{
    struct want *w;
    for (uint32_t i = b->rules.parallel; (w = block_order_at(&b->f, i)); i++)
        if (w->state == WANT_HELD) {
            drop_text(w);
            w->state = WANT_WAITING;
        }
}

bool block_fetch_want_parent(struct block_fetch *b, const struct want *w, uint64_t parent)
{
    log_line(LOG_INFO, "slot %llu: its parent %llu was passed over as empty: asking for it",
             (unsigned long long)w->slot, (unsigned long long)parent);
    if (!block_order_insert(&b->f, parent, (w->node + 1) % node_pool_count(b->nodes))) return false;
    hold_less(b);
    return true;
}

bool block_fetch_ended(const struct block_fetch *b)
{
    return b->f.count == 0 && b->f.planned >= b->rules.until;
}
