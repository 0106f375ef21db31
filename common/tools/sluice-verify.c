/* sluice-verify - is a stream whole and untouched: head, every frame, count, hash, eos; and does
 * each record decode? Must not: stop at the first file that is bad; every operand gets its line. */
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
#include "common/run/stream.h"

struct verdict {
    uint64_t records, undecoded, backwards, gaps, rejected;
    bool truncated;
    char hash[65];
};

static enum error walk(struct reader *r, struct verdict *w, struct err *e)
{
    static struct record record;
    struct record_view v;
    bool more;
    uint64_t ts_ns = 0;
    enum error rc;
    while ((rc = reader_next(r, &v, &more, e)) == OK && more) {
        w->records++;
        if (!record_decode(&v, &record)) {
            w->undecoded++;
            continue;
        }
        w->gaps += v.id == REC_gap;
        if (v.id != REC_slot) continue;
        w->backwards += record.u.any.ts_ns < ts_ns;
        ts_ns = record.u.any.ts_ns;
    }
    if (rc != OK) return rc;
    const struct rec_eos *eos = reader_eos(r);
    w->rejected = eos->rejected_count;
    w->truncated = eos->truncated;
    static const struct hash32 none;
    if (memcmp(&eos->hash, &none, sizeof none) == 0)
        snprintf(w->hash, sizeof w->hash, "not computed");
    else
        hex_encode(eos->hash.b, 32, w->hash);
    if (w->undecoded)
        return err_set(e, E_CORRUPT, "%llu records do not decode",
                       (unsigned long long)w->undecoded);
    return OK;
}

static enum error verify_one(const char *spec, bool quiet, bool chain, struct hash32 *last,
                             struct err *e)
{
    struct reader *r;
    struct verdict w = {0};
    enum error rc = reader_open(spec, &r, e);
    if (rc != OK) {
        if (!quiet) printf("%s: BAD: %s\n", spec, e->text);
        return rc;
    }
    rc = walk(r, &w, e);
    if (rc == OK && chain) {
        static const struct hash32 none;
        if (memcmp(last, &none, 32) != 0 && memcmp(last, &reader_eos(r)->upstream_hash, 32) != 0)
            rc = err_set(e, E_MISMATCH, "'%s' was not made from the stream before it", spec);
        *last = reader_eos(r)->hash;
    }
    if (!quiet && rc == OK)
        printf("%s: ok, %llu records%s, hash %s%s\n", spec, (unsigned long long)w.records + 1,
               w.backwards ? ", time goes back" : "", w.hash,
               w.truncated ? ", made from a truncated input" : "");
    if (!quiet && rc == OK && (w.gaps || w.rejected))
        printf("%s: %llu gaps, %llu rejected input items\n", spec, (unsigned long long)w.gaps,
               (unsigned long long)w.rejected);
    if (!quiet && rc != OK) printf("%s: BAD: %s\n", spec, e->text);
    reader_close(r);
    return rc;
}

static enum error verify(const struct settings *s, struct err *e)
{
    const struct section *own = settings_own(s);
    bool quiet = settings_bool(own, "quiet"), chain = settings_bool(own, "chain");
    struct hash32 last = {{0}};
    size_t n = settings_operand_count(s);
    struct err first = {0};
    for (size_t i = 0; i < (n ? n : 1); i++) {
        struct err one = {0};
        if (verify_one(n ? settings_operand(s, i) : "-", quiet, chain, &last, &one) != OK &&
            first.code == OK)
            first = one;
    }
    *e = first;
    return first.code;
}

static const struct tool tool = {.name = "sluice-verify",
                                 .section = "verify",
                                 .purpose = "check that streams are complete and unchanged",
                                 .operands = "[FILE...]",
                                 .run = verify};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
