/* chain_open.c - opening live execution: the signer, the journal and what it remembers, the first
 * lines; and telling again what the journal holds. Must not: send anything. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "execute/trade/io/trade_internal.h"
#include "common/io/signer.h"

#define SIGN_MS 1000u

/* ---- the journal ---- */

static struct live_order *in_flight(struct live_state *s, uint64_t id)
{
    for (size_t i = 0; i < LIVE_ORDERS; i++)
        if (s->order[i].stage != LIVE_FREE && s->order[i].order.order_id == id) return &s->order[i];
    return NULL;
}

static void take_intent(struct live_order *o, const struct rec_intent *n)
{
    o->signature = n->signature;
    o->last_valid_height = n->last_valid_height;
    o->stage = LIVE_SENT;
    o->in_raw = n->amount_raw;
    o->limit_raw = n->limit_raw;
    o->tip_lamports = n->tip_lamports;
    o->priority_lamports = n->priority_fee_lamports;
    o->route = n->route;
}

/* Record by record: orders without an end are still in flight. */
static void remember(void *self, const struct record *r)
{
    struct chain *c = self;
    struct live_state *s = c->s;
    struct live_order *o;
    enum failure why;
    if (r->id == REC_order) live_take(s, &r->u.order, r->u.order.src, r->u.order.seq, &why);
    if (r->id == REC_intent && (o = in_flight(s, r->u.intent.order_id)))
        take_intent(o, &r->u.intent);
    if (r->id == REC_fill && (o = in_flight(s, r->u.fill.order_id))) live_free(s, o);
    if (r->id == REC_report && (o = in_flight(s, r->u.report.order_id))) live_free(s, o);
    journal_state_take(&c->recall, r);
}

struct telling {
    struct chain *c;
    struct out *out;
    uint64_t index, only;
    bool found;
};

static void tell_one(void *self, const struct record *r)
{
    struct telling *t = self;
    bool end = r->id == REC_fill || r->id == REC_report;
    uint64_t id = r->id == REC_fill     ? r->u.fill.order_id
                  : r->id == REC_report ? r->u.report.order_id
                                        : 0;
    if (!end || (t->only ? id != t->only : !journal_state_wanted(&t->c->recall, r, t->index++)))
        return;
    t->found = true;
    struct rec_fill fill = r->u.fill;
    struct rec_report report = r->u.report;
    if (r->id == REC_fill) {
        put_fill(t->out, &fill);
        report_fill(t->out, &fill);
    } else {
        put_report(t->out, &report);
        report_report(t->out, &report);
    }
}

/* Fills of what is open, the latest ends, and the orders in flight; then risk may go on. */
enum error chain_repeat(struct chain *c, struct out *out, struct err *e)
{
    struct telling t = {.c = c, .out = out};
    enum error rc = journal_read(&c->journal, c->journal_path, tell_one, &t, e);
    for (size_t i = 0; i < LIVE_ORDERS && rc == OK; i++) {
        const struct live_order *o = &c->s->order[i];
        if (o->stage != LIVE_FREE) report_order(out, &o->order);
    }
    struct rec_equity q = {
        .ts_ns = c->s->now_ns,
        .slot = c->s->slot,
        .cash_lamports = clamp_i64_from_u64(c->capital_lamports) + c->recall.cash_delta_lamports,
        .rent_lamports = c->recall.positions * RENT_LAMPORTS(TOKEN_ACCOUNT_BYTES)};
    report_equity(out, &q);
    c->told = true;
    return rc;
}

enum error chain_tell_end(struct chain *c, const struct rec_order *o, struct out *out,
                          struct err *e)
{
    struct telling t = {.c = c, .out = out, .only = o->order_id};
    if (o->order_id && in_flight(c->s, o->order_id)) return OK;
    enum error rc = o->order_id ? journal_read(&c->journal, c->journal_path, tell_one, &t, e) : OK;
    if (rc != OK) return rc;
    if (t.found) return OK;
    struct rec_report r = {.ts_ns = c->s->now_ns,
                           .cause_src = o->src,
                           .cause_seq = o->seq,
                           .slot = c->s->slot,
                           .order_id = o->order_id,
                           .position_id = o->position_id,
                           .mint = o->mint,
                           .status = order_status_refused,
                           .failure = failure_duplicate};
    put_report(out, &r);
    report_report(out, &r);
    return OK;
}

/* ---- opening ---- */

static size_t split(const char *list, char (*out)[256], size_t max)
{
    size_t n = 0;
    while (*list && n < max) {
        size_t len = strcspn(list, "\n,");
        if (len && len < 256) {
            memcpy(out[n], list, len);
            out[n][len] = 0;
            n++;
        }
        list += len + (list[len] != 0);
    }
    return n;
}

static void announce(const struct chain *c, const struct signer_facts *f)
{
    const struct live_rules *r = &c->s->rules;
    char wallet[66], tx[48], hour[48], day[48];
    base58_encode(f->wallet.b, 32, wallet);
    format_decimal((int64_t)f->max_tx, 9, tx);
    format_decimal((int64_t)f->hour_left, 9, hour);
    format_decimal((int64_t)f->day_left, 9, day);
    fprintf(stderr,
            "sluice-execute: LIVE, real money: wallet %s\nsluice-execute: the signer allows %s SOL "
            "a transaction, %s SOL more this hour, %s SOL more today\n",
            wallet, tx, hour, day);
    fprintf(stderr, "sluice-execute: route %s%s\n", enum_name("route", r->route),
            r->protect ? ", protected: nothing goes to a node in the open" : "");
    for (size_t i = 0; i < c->nodes; i++) fprintf(stderr, "sluice-execute: node %s\n", c->node[i]);
    for (size_t i = 0; i < c->engines && r->route != route_plain; i++)
        fprintf(stderr, "sluice-execute: block engine %s\n", c->engine[i]);
    if (r->mev.leaders)
        fprintf(stderr, "sluice-execute: %u validators are waited out\n", r->mev.leaders);
    if (c->s->open || c->recall.ends)
        fprintf(stderr,
                "sluice-execute: from the journal: %u orders in flight, %llu settled, %u positions "
                "open\n",
                c->s->open, (unsigned long long)c->recall.ends, c->recall.positions);
    if (c->recall.lost)
        fprintf(
            stderr,
            "sluice-execute: warning: more than %u positions are open: %llu were not taken up\n",
            JOURNAL_STATE_POSITIONS, (unsigned long long)c->recall.lost);
}

static enum error write_pid(const char *path, struct err *e)
{
    char text[32];
    if (!*path) return OK;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644),
        n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    bool good = fd >= 0 && write(fd, text, (size_t)n) == n;
    if (fd >= 0) close(fd);
    return good ? OK : err_set(e, E_OPEN, "unable to write the pid file '%s'", path);
}

static enum error check_config(const struct chain *c, const struct chain_config *want,
                               const struct live_rules *rules, struct err *e)
{
    if (!*want->signer)
        return err_set(
            e, E_CONFIG,
            "--live wants a signer: set signer in [execute] to the socket of sluice-sign");
    if (!*want->journal)
        return err_set(e, E_CONFIG, "--live wants a journal: set journal in [execute]");
    if (!c->nodes)
        return err_set(e, E_CONFIG, "--live wants a node: set rpc in [execute], or SOLANA_RPC_URL");
    if (rules->route != route_plain && !c->engines)
        return err_set(e, E_CONFIG, "the route %s wants a block engine: set jito in [execute]",
                       enum_name("route", rules->route));
    if (rules->route == route_plain && rules->protect)
        return err_set(e, E_CONFIG,
                       "the plain route is public: set enable-mev-protection = no in [sluice] for "
                       "it, or route = bundle in [execute]");
    return OK;
}

enum error chain_open(const struct chain_config *want, const struct live_rules *rules,
                      struct live_state *s, struct chain **out, struct err *e)
{
    struct chain *c = calloc(1, sizeof *c);
    struct signer_facts f;
    if (!c || !(c->pool = http_pool_open(LIVE_ORDERS + 24, 1u << 20))) {
        free(c);
        return err_set(e, E_LIMIT, "out of memory");
    }
    *out = c;
    c->s = s;
    c->signer = c->cores.fd = -1;
    c->journal.fd = c->journal.awake_fd = -1;
    c->nodes = split(want->nodes, c->node, CHAIN_NODES);
    c->engines = split(want->engines, c->engine, CHAIN_ENGINES);
    c->capital_lamports = want->capital_lamports;
    c->equity_every_ns = want->equity_every_ns;
    halt_init(&c->halt, want->halt_file);
    snprintf(c->tip_floor, sizeof c->tip_floor, "%s", want->tip_floor);
    snprintf(c->journal_path, sizeof c->journal_path, "%s", want->journal);
    if (*want->uuid) snprintf(c->header, sizeof c->header, "x-jito-auth: %.100s", want->uuid);
    enum error rc = check_config(c, want, rules, e);
    if (rc == OK) rc = signer_connect(want->signer, &c->signer, e);
    if (rc == OK) rc = signer_status(c->signer, &f, SIGN_MS, e);
    if (rc == OK) live_init(s, &f.wallet, rules);
    if (rc == OK) rc = journal_open(&c->journal, want->journal, remember, c, e);
    if (rc == OK) rc = write_pid(want->pid_file, e);
    if (rc != OK) return rc;
    snprintf(c->pid_file, sizeof c->pid_file, "%s", want->pid_file);
    for (size_t i = 0; i < LIVE_ORDERS; i++)
        if (s->order[i].stage == LIVE_MARKET) {
            live_forget(s, s->order[i].order.order_id);
            live_free(s, &s->order[i]);
        } /* its intent was torn off: it was not sent */
    announce(c, &f);
    near_find(&c->near);
    cores_open(&c->cores);
    if (c->cores.fd < 0)
        log_line(LOG_INFO,
                 "the processor's cores may sleep while an order is on its way: "
                 "/dev/cpu_dma_latency: %s",
                 strerror(errno));
    return OK;
}

void chain_close(struct chain *c)
{
    if (!c) return;
    http_pool_close(c->pool);
    if (*c->pid_file)
        unlink(c->pid_file); /* while the journal is ours: afterwards it may be another's */
    journal_close(&c->journal);
    if (c->signer >= 0) close(c->signer);
    cores_close(&c->cores);
    free(c);
}
