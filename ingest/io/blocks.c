/* blocks.c - see blocks.h. */
#include "ingest/io/blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/endpoint.h"
#include "common/run/stage.h"

#define TIP_MS 2000u        /* how often the newest slot is asked for */
#define WAIT_FIRST_MS 3000u /* how long all nodes are waited for at the start, once one has answered */
#define RETRY_MS 200u       /* before the second try; doubles */
#define RETRY_MAX_MS 4000u

enum error blocks_open(struct blocks *b, const struct blocks_rules *rules, struct err *e)
{
    memset(b, 0, sizeof *b);
    b->rules = *rules;
    return nodes_open(rules->nodes, rules->commitment, rules->parallel, rules->timeout_ms, &b->nodes, e);
}

static void drop_text(struct want *w)
{
    free(w->text);
    w->text = NULL;
    w->n = 0;
}

static void forget_all(struct blocks *b)
{
    for (struct want *w; (w = follow_at(&b->f, 0)); follow_pop(&b->f)) drop_text(w);
}

void blocks_close(struct blocks *b)
{
    forget_all(b);
    nodes_close(b->nodes);
}

void blocks_go_on(struct blocks *b, uint64_t covered, const struct block_name *last)
{
    forget_all(b);
    follow_init(&b->f, covered, last);
}

enum error blocks_find_tip(struct blocks *b, uint64_t *tip, struct err *e)
{
    uint32_t answered = 0; /* a bit a node */
    uint64_t start = nodes_clock_ms();
    char why[300] = "no answer";
    *tip = 0;
    while (!endpoint_stop) {
        struct node_answer a;
        uint64_t now = nodes_clock_ms();
        nodes_ask_tip(b->nodes, now, b->rules.poll_ms);
        if (nodes_wait(b->nodes, 20, &a)) {
            if (a.says == NODE_GOOD) answered |= 1u << a.node;
            else snprintf(why, sizeof why, "%.120s: %.150s", nodes_name(b->nodes, a.node), a.why), log_line(LOG_INFO, "%s", why);
        }
        *tip = nodes_tip(b->nodes);
        if (*tip && (answered + 1 == 1u << nodes_count(b->nodes) || now - start > WAIT_FIRST_MS)) return OK;
        if (!*tip && nodes_failing(b->nodes) >= b->rules.tries) return err_set(e, E_PEER, "no node answers: %s", why);
    }
    return OK;
}

/* ---- trying again ---- */

static void try_again(struct blocks *b, struct want *w, bool counts, const char *why)
{
    drop_text(w);
    b->retried++;
    w->state = WANT_WAITING;
    w->tries += counts;
    w->heard = nodes_heard(b->nodes);
    w->next_ms = nodes_clock_ms() + (w->tries < 5 ? (uint64_t)RETRY_MS << (w->tries ? w->tries - 1 : 0) : RETRY_MAX_MS);
    snprintf(w->why, sizeof w->why, "%.99s", why);
    log_line(w->tries > 1 ? LOG_INFO : LOG_DEBUG, "slot %llu: %s: %s (try %u of %u)", (unsigned long long)w->slot, nodes_name(b->nodes, w->node), why, w->tries, b->rules.tries);
    w->node = (w->node + 1) % nodes_count(b->nodes);
    if (w->tries >= b->rules.tries) w->state = WANT_LOST;
}

void blocks_refuse(struct blocks *b, struct want *w, const char *why) { try_again(b, w, true, why); }

static enum error on_block(struct blocks *b, const struct node_answer *a, struct err *e)
{
    struct want *w = follow_find(&b->f, a->from);
    if (!w || w->state != WANT_ASKED) return OK;
    w->node = a->node;
    if (a->says == NODE_SKIPPED && !w->proven) w->state = WANT_SKIPPED;
    else if (a->says == NODE_DOWN) try_again(b, w, nodes_heard(b->nodes) != w->heard, a->why); /* while no node answers, nothing is given up */
    else if (a->says != NODE_GOOD) try_again(b, w, true, a->why);
    else if (!(w->text = malloc(a->n + 1))) return err_set(e, E_LIMIT, "out of memory for a block of %zu bytes", a->n);
    else {
        memcpy(w->text, a->text, a->n);
        w->text[a->n] = 0;
        w->n = a->n;
        w->state = WANT_HELD;
    }
    return OK;
}

/* ---- serving ---- */

static void ask_due(struct blocks *b, uint64_t now)
{
    struct want *w;
    uint64_t from = b->f.planned + 1, to = b->f.planned + follow_room(&b->f);
    nodes_ask_tip(b->nodes, now, TIP_MS);
    if (to > b->rules.until) to = b->rules.until;
    /* Far behind, the next slots are asked for at once. */
    if (from <= to) nodes_ask_slots(b->nodes, from, to, now, nodes_tip(b->nodes) > to ? 0 : b->rules.poll_ms);
    for (uint32_t i = 0; i < b->rules.parallel && (w = follow_at(&b->f, i)); i++) {
        if (w->state != WANT_WAITING || w->next_ms > now) continue;
        if (!nodes_ask_block(b->nodes, w->slot, now, &w->node)) return;
        w->state = WANT_ASKED;
    }
}

static void on_slots(struct blocks *b, const struct node_answer *a)
{
    /* Slots that were planned meanwhile are passed over; those between belong to an answer that is complete or to a later one. */
    if (a->n) follow_plan(&b->f, a->slots, a->n, a->slots[a->n - 1], a->node);
    if (a->whole && follow_room(&b->f)) follow_plan(&b->f, NULL, 0, a->to, a->node);
}

enum error blocks_serve(struct blocks *b, uint64_t wait_ms, struct err *e)
{
    struct node_answer a;
    ask_due(b, nodes_clock_ms());
    if (!nodes_wait(b->nodes, wait_ms, &a)) return OK;
    if (a.ask == NODE_BLOCK) return on_block(b, &a, e);
    if (a.says != NODE_GOOD) log_line(LOG_INFO, "%s: %s", nodes_name(b->nodes, a.node), a.why);
    else if (a.ask == NODE_SLOTS) on_slots(b, &a);
    return OK;
}

struct want *blocks_next(struct blocks *b)
{
    struct want *w;
    while ((w = follow_at(&b->f, 0)) && w->state == WANT_SKIPPED) blocks_done(b, w);
    return w && (w->state == WANT_HELD || w->state == WANT_LOST) ? w : NULL;
}

void blocks_done(struct blocks *b, struct want *w)
{
    drop_text(w);
    follow_pop(&b->f);
}

/* Parents found missing push blocks beyond the number that may be held: the last of them is asked for again later. */
static void hold_less(struct blocks *b)
{
    struct want *w;
    for (uint32_t i = b->rules.parallel; (w = follow_at(&b->f, i)); i++)
        if (w->state == WANT_HELD) drop_text(w), w->state = WANT_WAITING;
}

bool blocks_want_parent(struct blocks *b, const struct want *w, uint64_t parent)
{
    log_line(LOG_INFO, "slot %llu: its parent %llu was passed over as empty: asking for it", (unsigned long long)w->slot, (unsigned long long)parent);
    if (!follow_insert(&b->f, parent, (w->node + 1) % nodes_count(b->nodes))) return false;
    hold_less(b);
    return true;
}

bool blocks_ended(const struct blocks *b) { return b->f.count == 0 && b->f.planned >= b->rules.until; }
