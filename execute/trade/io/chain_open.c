/* chain_open.c - opens live execution: signer, journal, host, first lines; and closes it. Must not:
 * send anything. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/io/realtime.h"
#include "common/io/signer.h"
#include "common/run/log.h"
#include "execute/trade/io/trade_internal.h"

#define SPARE_REQUESTS 24u        /* besides one an order */
#define ANSWER_MAX     (1u << 20) /* bytes */

/* Split a list at commas and newlines into at most max words of 255 bytes. */
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
        fprintf(stderr, "sluice-execute: orders avoid %u validators\n", r->mev.leaders);
    if (c->s->open || c->kept.ends)
        fprintf(stderr,
                "sluice-execute: from the journal: %u orders in flight, %llu settled, %u positions "
                "open\n",
                c->s->open, (unsigned long long)c->kept.ends, c->kept.positions);
    if (c->kept.lost)
        log_line(LOG_WARNING,
                 "the journal holds more than %u open positions: %llu were left out; sell them by "
                 "hand, or with --sell-all",
                 JOURNAL_STATE_POSITIONS, (unsigned long long)c->kept.lost);
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
            "--live needs a signer: set signer in [execute] to the socket of sluice-sign");
    if (!*want->journal)
        return err_set(e, E_CONFIG, "--live needs a journal: set journal in [execute] to a file");
    if (!c->nodes)
        return err_set(e, E_CONFIG, "--live needs a node: set rpc in [execute], or SOLANA_RPC_URL");
    if (rules->route != route_plain && !c->engines)
        return err_set(e, E_CONFIG, "the route %s needs a block engine: set jito in [execute]",
                       enum_name("route", rules->route));
    if (rules->route == route_plain && rules->protect)
        return err_set(e, E_CONFIG,
                       "the plain route is public: set enable-mev-protection = no in [sluice] for "
                       "it, or route = bundle in [execute]");
    return OK;
}

/* An order without an intent was not sent, as its entry was torn off: it may come again. */
static void drop_unsigned(struct live_state *s)
{
    for (size_t i = 0; i < LIVE_ORDERS; i++) {
        if (s->order[i].stage != LIVE_MARKET) continue;
        live_forget(s, s->order[i].order.order_id);
        live_free(s, &s->order[i]);
    }
}

/* Memory that is present and stays, cores that stay awake. Where the host refuses, orders are as
 * good, only later. */
static void prepare_host(struct chain *c)
{
    struct err why;
    realtime_prefault(c, sizeof *c);
    realtime_prefault(c->s, sizeof *c->s);
    if (realtime_lock_memory(&why) != OK) log_line(LOG_WARNING, "%s", why.text);
    if (realtime_hold_latency(&c->latency_fd, &why) != OK) log_line(LOG_INFO, "%s", why.text);
}

static void configure(struct chain *c, const struct chain_config *want)
{
    c->nodes = split(want->nodes, c->node, CHAIN_NODES);
    c->engines = split(want->engines, c->engine, CHAIN_ENGINES);
    c->capital_lamports = want->capital_lamports;
    c->equity_every_ns = want->equity_every_ns;
    halt_init(&c->halt, want->halt_file);
    snprintf(c->tip_floor, sizeof c->tip_floor, "%s", want->tip_floor);
    snprintf(c->journal_path, sizeof c->journal_path, "%s", want->journal);
    if (*want->uuid) snprintf(c->header, sizeof c->header, "x-jito-auth: %.100s", want->uuid);
}

static struct chain *allocate(struct live_state *s)
{
    struct chain *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->s = s;
    c->signer = c->latency_fd = c->journal.fd = -1;
    c->pool = http_pool_open(LIVE_ORDERS + SPARE_REQUESTS, ANSWER_MAX);
    if (c->pool) return c;
    free(c);
    return NULL;
}

enum error chain_open(const struct chain_config *want, const struct live_rules *rules,
                      struct live_state *s, struct chain **out, struct err *e)
{
    struct chain *c = allocate(s);
    struct signer_facts f;
    if (!c) return err_set(e, E_LIMIT, "out of memory");
    *out = c;
    configure(c, want);
    enum error rc = check_config(c, want, rules, e);
    if (rc == OK) rc = signer_connect(want->signer, &c->signer, e);
    if (rc == OK) rc = signer_status(c->signer, &f, SIGN_MS, e);
    if (rc == OK) live_init(s, &f.wallet, rules);
    if (rc == OK) rc = journal_open(&c->journal, want->journal, recovery_load, c, e);
    if (rc == OK) rc = write_pid(want->pid_file, e);
    if (rc != OK) return rc;
    snprintf(c->pid_file, sizeof c->pid_file, "%s", want->pid_file);
    drop_unsigned(s);
    announce(c, &f);
    prepare_host(c);
    return OK;
}

/* The pid file is removed while the journal's lock is held: afterwards it may be another process's.
 */
void chain_close(struct chain *c)
{
    if (!c) return;
    http_pool_close(c->pool);
    if (*c->pid_file) unlink(c->pid_file);
    journal_close(&c->journal);
    if (c->signer >= 0) close(c->signer);
    if (c->latency_fd >= 0) close(c->latency_fd);
    free(c);
}
