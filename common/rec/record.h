/* record.h - the C structs of records.def and what describes them.
 * Must not: hold a second list of records or fields anywhere; everything here is expanded from the
 * table. */
#ifndef SLUICE_RECORD_H
#define SLUICE_RECORD_H

#include <stdint.h>

#include "common/base/base.h"

#define RECORD_MAX    65536 /* largest record on the wire, 4 bytes of head included */
#define FEATURE_SLOTS 512   /* floats in a VEC */
#define STREAM_FORMAT 2     /* head.format */

/* Bits of trade.flags, token.flags and pool.flags: TRADE_FAILED and so on. */
enum record_flag {
#define FLAG(record, name, bit, doc) name = (bit),
#include "common/rec/flags.def"
#undef FLAG
};

struct key {
    uint8_t b[32];
};
struct sig {
    uint8_t b[64];
};
struct hash32 {
    uint8_t b[32];
};
struct vec512 {
    uint16_t n;
    float v[FEATURE_SLOTS];
}; /* v[n..] are zero */

/* Enumerations: enum venue { VENUE_none, VENUE_pump, ... } spelled venue_pump. */
#define ENUM_BEGIN(e)                     enum e {
#define ENUM_VALUE(e, value, number, doc) e##_##value = number,
#define ENUM_END(e) \
    e##_count       \
    }               \
    ;
#include "common/rec/enums.def"
#undef ENUM_BEGIN
#undef ENUM_VALUE
#undef ENUM_END

/* Record ids: REC_trade and so on. */
enum record_id {
#define RECORD(name, id, doc) REC_##name = id,
#define FIELD(rec, kind, name, unit, doc)
#define END(name)
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END
    REC_LIMIT = 64
};
#define REC_BIT(name) (UINT64_C(1) << REC_##name)

/* Storage of a field by kind; UNIT is used by STR only. Text is NUL-terminated and bounded by UNIT.
 */
#define STORE_U8(name, unit)   uint8_t name;
#define STORE_U16(name, unit)  uint16_t name;
#define STORE_U32(name, unit)  uint32_t name;
#define STORE_U64(name, unit)  uint64_t name;
#define STORE_I64(name, unit)  int64_t name;
#define STORE_ENUM(name, unit) uint8_t name;
#define STORE_KEY(name, unit)  struct key name;
#define STORE_SIG(name, unit)  struct sig name;
#define STORE_HASH(name, unit) struct hash32 name;
#define STORE_STR(name, unit)  char name[(unit) + 1];
#define STORE_VEC(name, unit)  struct vec512 name;

/* The structs: struct rec_trade and so on. */
#define RECORD(name, id, doc)             struct rec_##name {
#define FIELD(rec, kind, name, unit, doc) STORE_##kind(name, unit)
#define END(name) \
    }             \
    ;
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END

/* Any record, decoded. */
struct record {
    enum record_id id;
    union {
        struct {
            uint64_t ts_ns;
            uint32_t src;
            uint64_t seq;
        } any; /* common first fields */
#define RECORD(name, id, doc) struct rec_##name name;
#define FIELD(rec, kind, name, unit, doc)
#define END(name)
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END
    } u;
};

/* Descriptions, for text forms, SQL, help and documents. Not for the hot path. */
enum field_kind {
    KIND_U8,
    KIND_U16,
    KIND_U32,
    KIND_U64,
    KIND_I64,
    KIND_ENUM,
    KIND_KEY,
    KIND_SIG,
    KIND_HASH,
    KIND_STR,
    KIND_VEC
};

struct field_desc {
    const char *name;
    enum field_kind kind;
    const char *unit; /* for ENUM the enum's name */
    const char *doc;
    uint32_t offset;   /* in the record's struct */
    uint32_t capacity; /* bytes of storage (STR: without the NUL) */
};

struct record_desc {
    const char *name; /* NULL for an unused id */
    enum record_id id;
    const char *doc;
    const struct field_desc *fields;
    uint32_t field_count;
    uint32_t struct_size;
};

struct enum_value {
    const char *name;
    uint8_t number;
    const char *doc;
};
struct enum_desc {
    const char *name;
    const struct enum_value *values;
    uint32_t value_count;
};

/* Descriptor of an id; NULL when no such record. */
const struct record_desc *record_desc(unsigned id);
/* Id of a name, 0 when unknown. */
unsigned record_id_of(const char *name);
/* Descriptor of an enum by name; NULL when unknown. */
const struct enum_desc *enum_desc(const char *name);
/* Name of a value ("buy"); "?" when out of range. */
const char *enum_name(const char *enum_type, unsigned number);
/* Hash of the whole table (names, ids, kinds, units, order): equal hashes mean equal vocabularies.
 */
uint64_t schema_hash(void);

static inline bool key_is_none(const struct key *k)
{
    uint64_t w[4];
    __builtin_memcpy(w, k->b, 32);
    return (w[0] | w[1] | w[2] | w[3]) == 0;
}
static inline bool key_equal(const struct key *a, const struct key *b)
{
    return __builtin_memcmp(a->b, b->b, 32) == 0;
}

#endif
