/* codec.c - the msgpack codec, one encoder and one decoder a record, expanded from records.def.
 * Must not: allocate; trust a byte of its input. */
#include "common/rec/codec.h"

#include "common/rec/wire.h"

#define PUT_U8(f, unit)   p = wire_put_uint(p, r->f);
#define PUT_U16(f, unit)  p = wire_put_uint(p, r->f);
#define PUT_U32(f, unit)  p = wire_put_uint(p, r->f);
#define PUT_U64(f, unit)  p = wire_put_uint(p, r->f);
#define PUT_I64(f, unit)  p = wire_put_int(p, r->f);
#define PUT_ENUM(f, unit) p = wire_put_uint(p, r->f);
#define PUT_KEY(f, unit)  p = wire_put_address(p, r->f.b, 32);
#define PUT_SIG(f, unit)  p = wire_put_address(p, r->f.b, 64);
#define PUT_HASH(f, unit) p = wire_put_bin(p, r->f.b, 32);
#define PUT_STR(f, unit)  p = wire_put_str(p, r->f, unit);
#define PUT_VEC(f, unit)  p = wire_put_vec(p, &r->f);

#define MAX_U8(unit)   2
#define MAX_U16(unit)  3
#define MAX_U32(unit)  5
#define MAX_U64(unit)  9
#define MAX_I64(unit)  9
#define MAX_ENUM(unit) 2
#define MAX_KEY(unit)  34
#define MAX_SIG(unit)  66
#define MAX_HASH(unit) 34
#define MAX_STR(unit)  (3 + (unit))
#define MAX_VEC(unit)  (3 + 4 * FEATURE_SLOTS)

/* Largest encoding of each record, head included. */
enum {
#define RECORD(name, id, doc)             max_##name = WIRE_HEAD
#define FIELD(rec, kind, name, unit, doc) +MAX_##kind(unit)
#define END(name)                         ,
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END
};
#define RECORD(name, id, doc) _Static_assert(max_##name <= RECORD_MAX, "record too large: " #name);
#define FIELD(rec, kind, name, unit, doc)
#define END(name)
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END

static void seal(uint8_t *start, uint8_t *end, uint8_t id)
{
    start[0] = WIRE_EXT16;
    put_be16(start + 1, (uint16_t)(end - start - WIRE_HEAD));
    start[3] = id;
}

#define RECORD(name, id, doc)                                             \
    static size_t encode_##name(uint8_t *buf, const struct rec_##name *r) \
    {                                                                     \
        uint8_t *p = buf + WIRE_HEAD;
#define FIELD(rec, kind, name, unit, doc) PUT_##kind(name, unit)
#define END(name)             \
    seal(buf, p, REC_##name); \
    return (size_t)(p - buf); \
    }
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END

#define RECORD(name, id, doc)                                             \
    void put_##name(struct out *o, struct rec_##name *r)                  \
    {                                                                     \
        r->src = o->src;                                                  \
        r->seq = o->next_seq++;                                           \
        if (UNLIKELY(o->cap - o->len < max_##name)) {                     \
            o->overflow = true;                                           \
            return;                                                       \
        }                                                                 \
        o->len += encode_##name(o->buf + o->len, r);                      \
        o->made_count++;                                                  \
    }                                                                     \
    void report_##name(struct out *o, const struct rec_##name *r)         \
    {                                                                     \
        if (!o->report_buf) return;                                       \
        if (UNLIKELY(o->report_cap - o->report_len < max_##name)) {       \
            o->overflow = true;                                           \
            return;                                                       \
        }                                                                 \
        o->report_len += encode_##name(o->report_buf + o->report_len, r); \
    }
#define FIELD(rec, kind, name, unit, doc)
#define END(name)
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END

/* An enum value this build does not define reads as 0, "unknown". */
static inline uint8_t get_enum(struct cursor *c, unsigned count)
{
    uint64_t v = wire_get_uint(c, UINT8_MAX);
    return v < count ? (uint8_t)v : 0;
}

#define GET_U8(f, unit)   r->f = (uint8_t)wire_get_uint(&c, UINT8_MAX);
#define GET_U16(f, unit)  r->f = (uint16_t)wire_get_uint(&c, UINT16_MAX);
#define GET_U32(f, unit)  r->f = (uint32_t)wire_get_uint(&c, UINT32_MAX);
#define GET_U64(f, unit)  r->f = wire_get_uint(&c, UINT64_MAX);
#define GET_I64(f, unit)  r->f = wire_get_int(&c);
#define GET_ENUM(f, unit) r->f = get_enum(&c, unit##_count);
#define GET_KEY(f, unit)  wire_get_address(&c, r->f.b, 32);
#define GET_SIG(f, unit)  wire_get_address(&c, r->f.b, 64);
#define GET_HASH(f, unit) wire_get_address(&c, r->f.b, 32);
#define GET_STR(f, unit)  wire_get_str(&c, r->f, unit);
#define GET_VEC(f, unit)  wire_get_vec(&c, &r->f);

#define RECORD(name, id, doc)                                                   \
    static bool decode_##name(const uint8_t *p, size_t n, struct rec_##name *r) \
    {                                                                           \
        struct cursor c = {p, p + n, false};
#define FIELD(rec, kind, name, unit, doc) GET_##kind(name, unit) if (UNLIKELY(c.bad)) return false;
#define END(name) \
    return true;  \
    }
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END

bool record_decode_payload(uint8_t id, const uint8_t *payload, size_t n, struct record *r)
{
    r->id = id;
    switch (id) {
#define RECORD(name, id_, doc) \
    case REC_##name:           \
        return decode_##name(payload, n, &r->u.name);
#define FIELD(rec, kind, name, unit, doc)
#define END(name)
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END
    default: return false;
    }
}

bool record_decode(const struct record_view *v, struct record *r)
{
    return record_decode_payload(v->id, v->payload, v->payload_len, r);
}

bool record_name(const struct record_view *v, uint64_t *ts_ns, uint32_t *src, uint64_t *seq)
{
    struct cursor c = {v->payload, v->payload + v->payload_len, false};
    *ts_ns = wire_get_uint(&c, UINT64_MAX);
    if (c.bad) return false;
    *src = (uint32_t)wire_get_uint(&c, UINT32_MAX);
    if (c.bad) return false;
    *seq = wire_get_uint(&c, UINT64_MAX);
    return !c.bad;
}

size_t record_encode(uint8_t *buf, const struct record *r)
{
    switch (r->id) {
#define RECORD(name, id_, doc) \
    case REC_##name:           \
        return encode_##name(buf, &r->u.name);
#define FIELD(rec, kind, name, unit, doc)
#define END(name)
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END
    default: return 0;
    }
}

enum frame_result frame_next(const uint8_t *p, size_t n, struct record_view *v)
{
    if (n < WIRE_HEAD) return n && p[0] != WIRE_EXT16 ? FRAME_BAD : FRAME_SHORT;
    if (p[0] != WIRE_EXT16) return FRAME_BAD;
    size_t len = get_be16(p + 1);
    if (n - WIRE_HEAD < len) return FRAME_SHORT;
    v->id = p[3];
    v->wire = p;
    v->wire_len = (uint32_t)(len + WIRE_HEAD);
    v->payload = p + WIRE_HEAD;
    v->payload_len = (uint32_t)len;
    return FRAME_OK;
}
