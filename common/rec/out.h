/* out.h - where a step puts the records it makes. Pure: it fills bounded memory that the stage loop
 * writes out. Usage: struct rec_signal s = {0}; CAUSED_BY(&s, out); s.ts_ns = ...; put_signal(out,
 * &s); Must not: do I/O. */
#ifndef SLUICE_OUT_H
#define SLUICE_OUT_H

#include "common/rec/record.h"

struct out {
    uint8_t *buf; /* encoded records, in order */
    size_t len,
        cap; /* cap leaves room for at least one largest record between two checks of the loop */
    uint8_t *report_buf; /* the same for the back channel */
    size_t report_len, report_cap;
    uint32_t src;        /* source id stamped on what this stage makes */
    uint64_t next_seq;   /* sequence number for the next record it makes */
    uint64_t made_count; /* records put so far, back channel not counted */
    uint32_t cause_src;  /* name of the record that step() is looking at */
    uint64_t cause_seq;
    bool overflow; /* a put did not fit: the loop stops with E_LIMIT */
};

/* A derived record names the record that caused it. */
#define CAUSED_BY(r, o) ((r)->cause_src = (o)->cause_src, (r)->cause_seq = (o)->cause_seq)

/* put_NAME(out, r): stamp src and seq, encode, append. report_NAME: the same bytes to the back
 * channel as well, under the same name (src, seq); call it right after put_NAME with the same
 * struct. */
#define RECORD(name, id, doc)                             \
    void put_##name(struct out *o, struct rec_##name *r); \
    void report_##name(struct out *o, const struct rec_##name *r);
#define FIELD(rec, kind, name, unit, doc)
#define END(name)
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END

#endif
