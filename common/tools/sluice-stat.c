/* sluice-stat - what is in a stream: records by kind, span of time, bytes, venues, tokens, gaps.
 * Must not: hold more than its counters. Distinct tokens are counted exactly up to TOKENS_MAX and
 * counted as "more" beyond. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/table.h"
#include "common/rec/form.h"
#include "common/run/moment.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
#include "common/run/stream.h"

#define TOKENS_MAX (1u << 20)

struct stat {
    uint64_t count[REC_LIMIT], bytes[REC_LIMIT], unknown, undecoded;
    uint64_t first_ns, last_ns, first_slot, last_slot;
    uint64_t venue[venue_count], side[side_count], failed, outliers, inferred, discontiguous;
    struct table *tokens;
    bool more_tokens;
    struct rec_head head;
    struct rec_eos eos;
    struct record record;
    char spec[240];
};

static void note_token(struct stat *s, const struct key *mint)
{
    bool added;
    if (key_is_none(mint)) return;
    if (table_add(s->tokens, mint->b, &added) == TABLE_NONE) s->more_tokens = true;
}

static void note_trade(struct stat *s, const struct rec_trade *t)
{
    s->venue[t->venue < venue_count ? t->venue : 0]++;
    s->side[t->side < side_count ? t->side : 0]++;
    s->failed += (t->flags & TRADE_FAILED) != 0;
    s->outliers += (t->flags & TRADE_OUTLIER) != 0;
    s->inferred += (t->flags & TRADE_INFERRED) != 0;
    s->discontiguous += (t->flags & TRADE_DISCONTIGUOUS) != 0;
    note_token(s, &t->mint);
}

static void note(struct stat *s, const struct record *r)
{
    uint64_t ts = r->u.any.ts_ns;
    if (ts && (!s->first_ns || ts < s->first_ns)) s->first_ns = ts;
    if (ts > s->last_ns) s->last_ns = ts;
    if (r->id == REC_trade) note_trade(s, &r->u.trade);
    if (r->id == REC_token) note_token(s, &r->u.token.mint);
    if (r->id != REC_slot) return;
    if (!s->first_slot) s->first_slot = r->u.slot.slot;
    s->last_slot = r->u.slot.slot;
}

static void page_print_text(const struct stat *s)
{
    char from[24], to[24];
    moment_format(s->first_ns, from);
    moment_format(s->last_ns, to);
    printf("written by  %s %s%s%s\n", s->head.tool, s->head.version,
           *s->head.origin ? ", from " : "", s->head.origin);
    printf("time        %s to %s\nslots       %llu to %llu\n", from, to,
           (unsigned long long)s->first_slot, (unsigned long long)s->last_slot);
    printf("tokens      %s%u\n", s->more_tokens ? "more than " : "", s->tokens->used);
    if (s->eos.rejected_count)
        printf("rejected    %llu input items\n", (unsigned long long)s->eos.rejected_count);
    if (s->undecoded || s->unknown)
        printf("undecoded   %llu, of unknown kind %llu\n", (unsigned long long)s->undecoded,
               (unsigned long long)s->unknown);
    printf("\n%-14s %12s %14s %8s\n", "record", "count", "bytes", "mean");
    for (unsigned id = 1; id < REC_LIMIT; id++)
        if (s->count[id])
            printf("%-14s %12llu %14llu %8llu\n", record_desc(id)->name,
                   (unsigned long long)s->count[id], (unsigned long long)s->bytes[id],
                   (unsigned long long)(s->bytes[id] / s->count[id]));
    if (!s->count[REC_trade]) return;
    printf("\ntrades: %llu buys, %llu sells, %llu failed, %llu outliers, %llu with inferred "
           "reserves, %llu after a break\n",
           (unsigned long long)s->side[side_buy], (unsigned long long)s->side[side_sell],
           (unsigned long long)s->failed, (unsigned long long)s->outliers,
           (unsigned long long)s->inferred, (unsigned long long)s->discontiguous);
    for (unsigned v = 0; v < venue_count; v++)
        if (s->venue[v])
            printf("  %-12s %12llu\n", enum_name("venue", v), (unsigned long long)s->venue[v]);
}

static void page_print_json(const struct stat *s)
{
    const char *comma = "";
    printf("{\"tool\":\"%s\",\"origin\":\"%s\",\"first_ts_ns\":%llu,\"last_ts_ns\":%llu,\"first_"
           "slot\":%llu,\"last_slot\":%llu,\"tokens\":%u,\"tokens_capped\":%s",
           s->head.tool, s->head.origin, (unsigned long long)s->first_ns,
           (unsigned long long)s->last_ns, (unsigned long long)s->first_slot,
           (unsigned long long)s->last_slot, s->tokens->used, s->more_tokens ? "true" : "false");
    printf(",\"rejected\":%llu,\"undecoded\":%llu,\"unknown\":%llu,\"failed_trades\":%llu,"
           "\"outliers\":%llu,\"records\":{",
           (unsigned long long)s->eos.rejected_count, (unsigned long long)s->undecoded,
           (unsigned long long)s->unknown, (unsigned long long)s->failed,
           (unsigned long long)s->outliers);
    for (unsigned id = 1; id < REC_LIMIT; id++) {
        if (!s->count[id]) continue;
        printf("%s\"%s\":%llu", comma, record_desc(id)->name, (unsigned long long)s->count[id]);
        comma = ",";
    }
    printf("}}\n");
}

static enum error stat_stream(void *self, struct reader *r, struct err *e)
{
    struct stat *s = self;
    struct record_view v;
    bool more;
    enum error rc;
    s->head = *reader_head(r);
    while ((rc = reader_next(r, &v, &more, e)) == OK && more) {
        if (!record_desc(v.id)) {
            s->unknown++;
            continue;
        }
        s->count[v.id]++;
        s->bytes[v.id] += v.wire_len;
        if (record_decode(&v, &s->record))
            note(s, &s->record);
        else
            s->undecoded++;
    }
    if (rc == OK) s->eos.rejected_count += reader_eos(r)->rejected_count;
    return rc;
}

static enum error stat_main(const struct settings *set, struct err *e)
{
    static struct stat s;
    s.tokens = malloc(table_size(TOKENS_MAX));
    if (!s.tokens) return err_set(e, E_LIMIT, "out of memory");
    table_init(s.tokens, TOKENS_MAX);
    enum error rc = operands_each(set, stat_stream, &s, e);
    bool show = rc == OK || rc == E_TRUNCATED || rc == E_CORRUPT;
    if (show && settings_bool(settings_own(set), "json"))
        page_print_json(&s);
    else if (show)
        page_print_text(&s);
    if (show && fflush(stdout)) rc = operands_stdout_failed(e);
    free(s.tokens);
    return rc;
}

static const struct tool tool = {.name = "sluice-stat",
                                 .section = "stat",
                                 .purpose = "count the contents of a stream",
                                 .operands = "[FILE...]",
                                 .run = stat_main};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
