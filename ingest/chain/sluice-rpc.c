/* sluice-rpc - follow the chain through JSON-RPC nodes and write what happens as a stream: the
 * source of a live pipeline. A record is named by its slot and its place in it (seq = slot << 20 |
 * place), so that reading again gives the same names. Must not: write a slot twice, out of order or
 * in part; pass over one in silence. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/io/endpoint.h"
#include "common/io/sys.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "common/run/stream.h"
#include "ingest/rows.h"
#include "ingest/block_records.h"
#include "ingest/chain/io/block_fetch.h"
#include "ingest/chain/fee_levels.h"

#define SEQ_BITS     20u
#define SEQ_LAST     ((UINT64_C(1) << SEQ_BITS) - 1) /* of a slot: a gap that ends with it */
#define ROWS_MAX     262144u                         /* records of one block */
#define FORK_TRIES   3u /* answers that leave out what was written, before it is taken for a fork */
#define WAIT_MS      20u
#define STATE_MS     1000u /* how often the state is written while catching up */
#define TELL_MS      10000u
#define QUIET_MS     30000u /* without a block for this long: a warning */
#define BEHIND_SLOTS 150u   /* a warning: orders made from these records expire within as many */

struct job {
    struct block_fetch b;
    struct rows m;
    struct fee_levels levels;
    struct tx_json store; /* what the view of one transaction points into */
    uint64_t fee_levels_every;
    struct writer *w;
    uint64_t ts_ns, written, records, stop_after, max_behind;
    bool votes, behind; /* blocks with votes were seen; the lag was reported */
    const char *state;
    uint64_t saved_covered, saved_ms, told_ms, told_written, block_ms;
    uint64_t gaps;
};

/* ---- the state file ---- */

static enum error state_save(struct job *j, struct err *e)
{
    const struct block_order *f = &j->b.f;
    char text[256], hash[66] = "-";
    if (!*j->state || f->covered == j->saved_covered) return OK;
    if (f->known) base58_encode(f->last.hash.b, 32, hash);
    int n = snprintf(text, sizeof text,
                     "sluice-rpc 1\ncovered %llu\nslot %llu\nblockhash %s\nts_ns %llu\n",
                     (unsigned long long)f->covered, (unsigned long long)f->last.slot, hash,
                     (unsigned long long)j->ts_ns);
    enum error rc = sys_file_replace(j->state, text, (size_t)n, e);
    j->saved_covered = f->covered;
    j->saved_ms = node_pool_clock_ms();
    return rc;
}

/* *there = false when there is no such file. */
static enum error state_load(struct job *j, bool *there, uint64_t *covered, struct block_name *last,
                             bool *known, struct err *e)
{
    char *text, hash[66];
    unsigned long long c, slot, ts;
    size_t n;
    int end = 0;
    *there = *j->state && (access(j->state, F_OK) == 0 || errno != ENOENT);
    if (!*there) return OK;
    enum error rc = sys_file_read(j->state, 4096, &text, &n, e);
    if (rc != OK) return rc;
    int got = sscanf(text, "sluice-rpc 1\ncovered %llu\nslot %llu\nblockhash %60s\nts_ns %llu\n%n",
                     &c, &slot, hash, &ts, &end);
    bool good = got == 4 && (size_t)end == n && c < BLOCK_ORDER_SLOT_MAX && slot <= c;
    *known = good && strcmp(hash, "-") != 0;
    if (*known) good = base58_decode(hash, strlen(hash), last->hash.b, 32);
    free(text);
    if (!good)
        return err_set(e, E_FORMAT, "'%s' is no state of sluice-rpc; remove it to begin at --from",
                       j->state);
    *covered = c;
    last->slot = slot;
    j->ts_ns = ts;
    return OK;
}

/* ---- writing ---- */

static struct out *out_at(struct job *j, uint64_t slot, uint64_t place)
{
    struct out *o = writer_out(j->w);
    o->next_seq = slot << SEQ_BITS | place;
    return o;
}

/* Slots from..to of this source are missing, or dead; the record takes the place (slot, place). */
static void put_missing(struct job *j, uint64_t slot, uint64_t place, uint64_t from, uint64_t to,
                        const char *what, const char *why)
{
    struct rec_gap g = {.ts_ns = j->ts_ns,
                        .missing_src = SRC_RPC,
                        .from_seq = from << SEQ_BITS,
                        .to_seq = to << SEQ_BITS | SEQ_LAST};
    snprintf(g.reason, sizeof g.reason, "%s%s%.50s", what, *why ? ": " : "", why);
    put_gap(out_at(j, slot, place), &g);
    j->gaps++;
    log_line(LOG_WARNING, "slots %llu to %llu: %s%s%s: a gap is written", (unsigned long long)from,
             (unsigned long long)to, what, *why ? ": " : "", why);
}

static void put_lost(struct job *j, uint64_t to, const char *why)
{
    put_missing(j, to, SEQ_LAST, j->b.f.covered + 1, to, "missing", why);
    j->b.f.covered = to;
}

/* What fees and tips were up to here; the same for a slot whenever it is read, and so not before
 * the window is full. */
static void put_levels(struct job *j, struct out *o, uint64_t slot, const struct block_facts *facts)
{
    struct rec_fee_level fee = {.ts_ns = j->ts_ns, .slot = slot};
    struct rec_tip_level tip = {.ts_ns = j->ts_ns, .slot = slot};
    if (!j->fee_levels_every) return;
    for (uint32_t i = 0; i < facts->fees_count; i++)
        fee_levels_add(&j->levels, facts->fees[i].priority_lamports, facts->fees[i].units,
                       facts->fees[i].tip_lamports);
    j->levels.left_out += facts->fees_left_out;
    fee_levels_close(&j->levels);
    if (slot % j->fee_levels_every || !fee_levels_full(&j->levels)) return;
    if (fee_levels_fee(&j->levels, &fee)) put_fee_level(o, &fee);
    if (fee_levels_tip(&j->levels, &tip)) put_tip_level(o, &tip);
}

/* The block's records; the first is the slot record that opens it. */
static enum error put_block(struct job *j, uint64_t slot, const struct block_json_head *h,
                            const struct block_facts *facts, struct err *e)
{
    if (h->timed && h->time_s * NS_PER_S > j->ts_ns) j->ts_ns = h->time_s * NS_PER_S;
    for (uint32_t i = 0; i < j->m.count; i++) { /* the reader takes it for its parent's successor */
        struct row *r = &j->m.rows[i];
        r->slot = slot;
        if (r->d.id == REC_trade) r->d.u.trade.slot = slot;
    }
    struct out *o = out_at(j, slot, 1);
    uint32_t n = rows_sort(&j->m, UINT64_MAX);
    enum error rc = OK;
    for (uint32_t i = 0; i < n && rc == OK; i++) {
        rows_put(o, &j->m.rows[j->m.order[i]], j->ts_ns);
        rc = writer_pump(j->w, e);
    }
    rows_drop(&j->m, n);
    if (rc == OK && j->fee_levels_every)
        rc = writer_flush(j->w, e); /* levels are slow to compute: flush first */
    put_levels(j, o, slot, facts);
    j->written++;
    j->records += n - 1; /* without the slot record */
    j->votes |= facts->votes > 0;
    j->block_ms = node_pool_clock_ms();
    return rc;
}

/* ---- a block whose turn it is ---- */

/* Decode it into the rows; NULL, or why it cannot be one. */
static const char *read_block(struct job *j, struct block_json *b, struct block_facts *facts,
                              char why[100])
{
    struct err inner = {0};
    j->m.full = false;
    if (block_records_read(&j->m, b, &j->store, facts, &inner) != OK) {
        snprintf(why, 100, "%.99s", inner.text);
        return why;
    }
    if (j->m.full) return "the block holds more records than can be kept";
    /* On the main net every block has votes. */
    return facts->txs == 0 && j->votes ? "the block is empty" : NULL;
}

/* Ask again before what was written is called dead? */
static bool doubt_fork(const struct job *j, struct want *w)
{
    return w->forks++ < FORK_TRIES && w->tries + 1 < j->b.rules.tries;
}

static void put_fork(struct job *j, uint64_t slot, const struct block_json_head *h)
{
    uint64_t from = h->parent < j->b.f.last.slot ? h->parent + 1 : h->parent;
    put_missing(j, slot, 0, from, j->b.f.last.slot, "fork", "");
}

static enum error take_block(struct job *j, struct want *w, struct err *e)
{
    static struct block_facts facts;
    struct block_json b;
    char text[100];
    struct err inner = {0};
    const char *why =
        block_json_open(w->text, w->n, &b, &inner) == OK ? block_order_check(&b) : inner.text;
    enum block_order_fit fit = why ? FIT_WRONG : block_order_judge(&j->b.f, w->slot, &b.head);
    if (!why && fit == FIT_WRONG) why = "the answer is not that slot's block";
    if (fit == FIT_MISSING) {
        if (block_fetch_want_parent(&j->b, w, b.head.parent)) return OK;
        put_lost(j, b.head.parent,
                 "too many blocks that no node lists"); /* judged again with that reported */
        return OK;
    }
    if (!why && fit == FIT_FORK && doubt_fork(j, w))
        why = "the block leaves out blocks that were written";
    /* Of the first block nothing is known to compare with: a second answer has to agree when slots
     * seem to be skipped before it. */
    if (!why && !j->b.f.known && b.head.parent + 1 != w->slot && w->forks++ == 0)
        why = "the first block does not follow the slot before it";
    if (!why) why = read_block(j, &b, &facts, text);
    if (why) {
        j->m.count = 0;
        block_fetch_refuse(&j->b, w, why);
        return OK;
    }
    if (fit == FIT_FORK) put_fork(j, w->slot, &b.head);
    enum error rc = put_block(j, w->slot, &b.head, &facts, e);
    block_order_wrote(&j->b.f, w->slot, &b.head.hash);
    block_fetch_done(&j->b, w);
    return rc;
}

static bool ended(const struct job *j)
{
    return endpoint_stop || (j->stop_after && j->written >= j->stop_after) ||
           block_fetch_ended(&j->b);
}

/* Write all whose turn has come, and flush. */
static enum error pour(struct job *j, struct err *e)
{
    struct want *w;
    enum error rc = OK;
    bool any = false;
    while (rc == OK && !ended(j) && (w = block_fetch_next(&j->b))) {
        any = true;
        if (w->state == WANT_HELD)
            rc = take_block(j, w, e);
        else {
            put_lost(j, w->slot, w->why);
            block_fetch_done(&j->b, w);
        }
        if (rc == OK && node_pool_clock_ms() - j->saved_ms > STATE_MS &&
            (rc = writer_flush(j->w, e)) == OK)
            rc = state_save(j, e);
    }
    if (rc == OK && any && (rc = writer_flush(j->w, e)) == OK) rc = state_save(j, e);
    return rc;
}

/* ---- telling ---- */

static uint64_t slots_behind(const struct job *j)
{
    uint64_t tip = node_pool_tip(j->b.nodes);
    return tip > j->b.f.covered ? tip - j->b.f.covered : 0;
}

static void tell(struct job *j, uint64_t now)
{
    uint64_t behind = slots_behind(j), rate = (j->written - j->told_written) * 1000 /
                                              (now - j->told_ms ? now - j->told_ms : 1);
    unsigned long long at = j->b.f.covered;
    if (behind > BEHIND_SLOTS && !j->behind)
        log_line(LOG_WARNING,
                 "%llu slots behind the nodes' newest at slot %llu, reading %llu slots a second; "
                 "orders made from old records come late",
                 (unsigned long long)behind, at, (unsigned long long)rate);
    else if (behind < BEHIND_SLOTS / 10 && j->behind)
        log_line(LOG_WARNING, "caught up at slot %llu", at);
    else
        log_line(LOG_INFO,
                 "slot %llu, %llu behind; %llu blocks and %llu records written, %llu gaps, %llu "
                 "requests made again",
                 at, (unsigned long long)behind, (unsigned long long)j->written,
                 (unsigned long long)j->records, (unsigned long long)j->gaps,
                 (unsigned long long)j->b.retried);
    if (behind > BEHIND_SLOTS) j->behind = true;
    if (behind < BEHIND_SLOTS / 10) j->behind = false;
    if (now - j->block_ms > QUIET_MS && behind == 0)
        log_line(LOG_WARNING,
                 "no node has had a block beyond slot %llu for %llu s; their newest is %llu", at,
                 (unsigned long long)((now - j->block_ms) / 1000),
                 (unsigned long long)node_pool_tip(j->b.nodes));
    if (now - j->block_ms > QUIET_MS && behind)
        log_line(LOG_WARNING, "no block for %llu s: slot %llu is asked for, %llu behind the newest",
                 (unsigned long long)((now - j->block_ms) / 1000), at + 1,
                 (unsigned long long)behind);
    j->told_ms = now;
    j->told_written = j->written;
}

static void tell_rejects(const struct rows *m)
{
    for (int i = 0; i < ROWS_REASONS && m->reason[i].text; i++)
        log_line(LOG_WARNING, "left out %llu: %s", (unsigned long long)m->reason[i].count,
                 m->reason[i].text);
}

/* ---- following ---- */

/* Too far behind: what is old is left out, and reported. */
static void skip_old(struct job *j)
{
    uint64_t tip = node_pool_tip(j->b.nodes);
    if (!j->max_behind || slots_behind(j) <= j->max_behind || tip > j->b.rules.until) return;
    struct block_name last = j->b.f.last;
    bool known = j->b.f.known;
    put_lost(j, tip - 1, "too far behind, see --max-behind");
    block_fetch_go_on(&j->b, tip - 1, known ? &last : NULL);
}

static enum error follow(struct job *j, struct err *e)
{
    enum error rc = OK;
    j->told_ms = j->saved_ms = j->block_ms = node_pool_clock_ms();
    skip_old(j);
    while (rc == OK && !ended(j)) {
        rc = block_fetch_serve(&j->b, WAIT_MS, e);
        if (rc == OK) rc = pour(j, e);
        uint64_t now = node_pool_clock_ms();
        if (now - j->told_ms < TELL_MS &&
            (j->behind || slots_behind(j) <= BEHIND_SLOTS || now - j->told_ms < 1000))
            continue;
        skip_old(j);
        tell(j, now);
    }
    return rc;
}

static enum error first_slot(struct job *j, const struct section *own, struct err *e)
{
    const char *from = settings_str(own, "from");
    struct block_name last;
    uint64_t covered = 0, tip, first = 0;
    bool there, known = false, latest = strcmp(from, "latest") == 0;
    if (!latest &&
        (!parse_u64(from, strlen(from), &first) || first == 0 || first >= BLOCK_ORDER_SLOT_MAX))
        return err_set(e, E_USAGE, "--from must be a slot number or latest, not '%.40s'", from);
    if (!latest && first > j->b.rules.until)
        return err_set(e, E_USAGE, "--until lies before --from");
    enum error rc = state_load(j, &there, &covered, &last, &known, e);
    if (rc == OK) rc = block_fetch_find_tip(&j->b, &tip, e);
    if (rc != OK) return rc;
    if (!there) covered = (latest ? tip : first) - (tip || !latest);
    block_fetch_go_on(&j->b, covered, known ? &last : NULL);
    j->saved_covered = there ? covered : UINT64_MAX;
    log_line(LOG_INFO, "%s slot %llu, the newest is %llu (%s); nodes:",
             there ? "going on behind the state's, from" : "from", (unsigned long long)covered + 1,
             (unsigned long long)tip, j->b.rules.commitment);
    for (size_t i = 0; i < node_pool_count(j->b.nodes); i++)
        log_line(LOG_INFO, "  %s", node_pool_name(j->b.nodes, i));
    if (covered > tip + BEHIND_SLOTS)
        log_line(LOG_WARNING,
                 "slot %llu lies %llu beyond the newest of the nodes: is it the right chain?",
                 (unsigned long long)covered + 1, (unsigned long long)(covered + 1 - tip));
    return OK;
}

static void read_rules(const struct settings *s, struct block_fetch_rules *r)
{
    const struct section *own = settings_own(s);
    uint64_t until = settings_u64(own, "until");
    *r = (struct block_fetch_rules){.nodes = settings_str(own, "rpc"),
                                    .commitment = settings_str(own, "commitment"),
                                    .poll_ms = settings_ns(own, "poll") / NS_PER_MS,
                                    .timeout_ms = settings_ns(own, "timeout") / NS_PER_MS,
                                    .parallel = settings_u32(own, "parallel"),
                                    .tries = settings_u32(own, "tries"),
                                    .until = until ? until : UINT64_MAX};
    if (!*r->nodes) r->nodes = settings_str(settings_section(s, "sluice"), "solana-rpc-url");
}

static enum error run_job(struct job *j, const struct settings *s, struct err *e)
{
    struct writer_info info = {
        .tool = "sluice-rpc", .src = SRC_RPC, .config = settings_hash(s), .origin = "solana-rpc"};
    enum error rc = first_slot(j, settings_own(s), e);
    if (rc == OK) rc = writer_open(settings_str(settings_own(s), "output"), &info, &j->w, e);
    if (rc == OK) rc = state_save(j, e); /* a file that cannot be written is reported now */
    if (rc == OK) rc = follow(j, e);
    if (!j->w) return rc;
    tell_rejects(&j->m);
    if (rc != OK) {
        writer_abandon(j->w);
        return rc;
    }
    rc = writer_finish(j->w, j->ts_ns, j->m.rejected, false, e);
    return rc == OK ? state_save(j, e) : rc;
}

static enum error rpc(const struct settings *s, struct err *e)
{
    static struct job j;
    const struct section *own = settings_own(s);
    struct block_fetch_rules rules;
    if (settings_operand_count(s))
        return err_set(e, E_USAGE, "'%.60s' is no option; a node is named with --rpc",
                       settings_operand(s, 0));
    read_rules(s, &rules);
    j.state = settings_str(own, "state");
    j.stop_after = settings_u64(own, "slots");
    j.max_behind = settings_u64(own, "max-behind");
    j.fee_levels_every = settings_u64(own, "levels-every");
    size_t bytes = rows_size(ROWS_MAX);
    void *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mem == MAP_FAILED) return err_set(e, E_LIMIT, "out of memory");
    rows_init(&j.m, mem, ROWS_MAX);
    enum error rc = block_fetch_open(&j.b, &rules, e);
    if (rc == OK) rc = run_job(&j, s, e);
    block_fetch_close(&j.b);
    munmap(mem, bytes);
    return rc;
}

static const struct tool tool = {.name = "sluice-rpc",
                                 .section = "rpc",
                                 .purpose = "read the chain from JSON-RPC nodes and write a stream",
                                 .operands = "",
                                 .run = rpc};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
