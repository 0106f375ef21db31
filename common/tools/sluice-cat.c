/* sluice-cat - print records of any stream as text, JSON or CSV. For people and for shell
 * pipelines. Must not: change what it shows, or hold more than one record. */
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/rec/form.h"
#include "common/run/log.h"
#include "common/run/operands.h"
#include "common/run/options.h"
#include "common/run/stage.h"
#include "common/run/stream.h"

struct cat {
    enum form form;
    uint64_t only;               /* REC_BIT set */
    field_set fields[REC_LIMIT]; /* per record; 0 = the record is left out */
    bool by_mint;
    struct key mint;
    struct record record;
    char line[FORM_LINE_MAX];
    uint64_t undecoded;
};

static void parse_only(struct cat *c, const char *list)
{
    char item[64];
    while (option_item(&list, item)) c->only |= UINT64_C(1) << record_id_of(item);
    if (!c->only) c->only = ~UINT64_C(0);
}

/* Add the field to every record that has one of that name. */
static bool add_field(struct cat *c, const char *name)
{
    bool any = false;
    for (unsigned id = 0; id < REC_LIMIT; id++) {
        const struct record_desc *d = record_desc(id);
        for (unsigned i = 0; d && i < d->field_count; i++)
            if (strcmp(d->fields[i].name, name) == 0) {
                c->fields[id] |= UINT64_C(1) << i;
                any = true;
            }
    }
    return any;
}

static enum error parse_fields(struct cat *c, const char *list, struct err *e)
{
    char item[64];
    bool any = false;
    for (; option_item(&list, item); any = true)
        if (!add_field(c, item))
            return err_set(e, E_USAGE,
                           "--fields: no record has a field '%s'; see sluice-records(5)", item);
    for (unsigned id = 0; id < REC_LIMIT && !any; id++) c->fields[id] = FIELDS_ALL;
    return OK;
}

static enum error parse_options(struct cat *c, const struct section *own, struct err *e)
{
    if (settings_bool(own, "json") && settings_bool(own, "csv"))
        return err_set(e, E_USAGE, "--json and --csv exclude each other");
    c->form = settings_bool(own, "json")  ? FORM_JSON
              : settings_bool(own, "csv") ? FORM_CSV
                                          : FORM_TEXT;
    const char *mint = settings_str(own, "mint");
    c->by_mint = *mint != 0;
    if (c->by_mint && !base58_decode(mint, strlen(mint), c->mint.b, 32))
        return err_set(e, E_USAGE, "--mint must be a base58 address, not '%.60s'", mint);
    parse_only(c, settings_str(own, "only"));
    enum error rc = parse_fields(c, settings_str(own, "fields"), e);
    if (rc == OK && c->form == FORM_CSV && (c->only & (c->only - 1)))
        return err_set(
            e, E_USAGE,
            "--csv prints one kind of record: name it with --only, such as --only trade");
    return rc;
}

static bool is_about(const struct record *r, const struct key *mint)
{
    const struct record_desc *d = record_desc(r->id);
    for (unsigned i = 0; i < d->field_count; i++)
        if (d->fields[i].kind == KIND_KEY && strcmp(d->fields[i].name, "mint") == 0)
            return key_equal(field_of(r, &d->fields[i]), mint);
    return false;
}

static enum error put_line(size_t n, const char *line, struct err *e)
{
    if (fwrite(line, 1, n, stdout) == n) return OK;
    return operands_stdout_failed(e);
}

static enum error show(struct cat *c, const struct record *r, struct err *e)
{
    if (!(c->only >> r->id & 1) || !c->fields[r->id] || (c->by_mint && !is_about(r, &c->mint)))
        return OK;
    return put_line(form_line(r, c->form, c->fields[r->id], c->line), c->line, e);
}

static enum error cat_stream(void *self, struct reader *rd, struct err *e)
{
    struct cat *c = self;
    struct record_view v;
    bool more;
    c->record.id = REC_head;
    c->record.u.head = *reader_head(rd);
    enum error rc = show(c, &c->record, e);
    while (rc == OK && (rc = reader_next(rd, &v, &more, e)) == OK && more) {
        if (v.id >= REC_LIMIT || !(c->only >> v.id & 1)) continue;
        if (record_decode(&v, &c->record))
            rc = show(c, &c->record, e);
        else
            c->undecoded++;
    }
    if (!reader_ended(rd)) return rc;
    c->record.id = REC_eos;
    c->record.u.eos = *reader_eos(rd);
    enum error shown = show(c, &c->record, e);
    return rc == OK ? shown : rc;
}

static enum error cat(const struct settings *s, struct err *e)
{
    static struct cat c;
    static char buffer[1 << 16];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    enum error rc = parse_options(&c, settings_own(s), e);
    if (rc == OK && c.form == FORM_CSV)
        for (unsigned id = 1; id < REC_LIMIT && rc == OK; id++)
            if (c.only == UINT64_C(1) << id)
                rc = put_line(form_csv_header(id, c.fields[id], c.line), c.line, e);
    if (rc == OK) rc = operands_each(s, cat_stream, &c, e);
    if (c.undecoded)
        log_line(LOG_WARNING, "%llu records did not decode and were left out",
                 (unsigned long long)c.undecoded);
    return rc == OK || rc == E_TRUNCATED || rc == E_CORRUPT
               ? (fflush(stdout) ? operands_stdout_failed(e) : rc)
               : rc;
}

static const struct tool tool = {.name = "sluice-cat",
                                 .section = "cat",
                                 .purpose = "print records as text, JSON or CSV",
                                 .operands = "[FILE...]",
                                 .run = cat};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
