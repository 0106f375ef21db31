/* record.c - the descriptors of records.def and enums.def, and the schema hash. */
#include "common/rec/record.h"

#include <string.h>

#include "common/base/hash.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "VEC travels as the host lays it out: little endian");

#define CAPACITY_U8(unit)   1
#define CAPACITY_U16(unit)  2
#define CAPACITY_U32(unit)  4
#define CAPACITY_U64(unit)  8
#define CAPACITY_I64(unit)  8
#define CAPACITY_ENUM(unit) 1
#define CAPACITY_KEY(unit)  32
#define CAPACITY_SIG(unit)  64
#define CAPACITY_HASH(unit) 32
#define CAPACITY_STR(unit)  (unit)
#define CAPACITY_VEC(unit)  (4 * FEATURE_SLOTS)

#define RECORD(name, id, doc) static const struct field_desc fields_##name[] = {
#define FIELD(rec, kind, name, unit, doc) \
    {#name, KIND_##kind, #unit, doc, offsetof(struct rec_##rec, name), CAPACITY_##kind(unit)},
#define END(name) \
    }             \
    ;
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END

static const struct record_desc records[REC_LIMIT] = {
#define RECORD(name, id, doc)        \
    [id] = {#name,                   \
            REC_##name,              \
            doc,                     \
            fields_##name,           \
            COUNT_OF(fields_##name), \
            sizeof(struct rec_##name)},
#define FIELD(rec, kind, name, unit, doc)
#define END(name)
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END
};

#define ENUM_BEGIN(e)                     static const struct enum_value values_##e[] = {
#define ENUM_VALUE(e, value, number, doc) {#value, number, doc},
#define ENUM_END(e) \
    }               \
    ;
#include "common/rec/enums.def"
#undef ENUM_BEGIN
#undef ENUM_VALUE
#undef ENUM_END

static const struct enum_desc enums[] = {
#define ENUM_BEGIN(e) {#e, values_##e, COUNT_OF(values_##e)},
#define ENUM_VALUE(e, value, number, doc)
#define ENUM_END(e)
#include "common/rec/enums.def"
#undef ENUM_BEGIN
#undef ENUM_VALUE
#undef ENUM_END
};

const struct record_desc *record_desc(unsigned id)
{
    return id < REC_LIMIT && records[id].name ? &records[id] : NULL;
}

unsigned record_id_of(const char *name)
{
    for (unsigned i = 0; i < REC_LIMIT; i++)
        if (records[i].name && strcmp(records[i].name, name) == 0) return i;
    return 0;
}

const struct enum_desc *enum_desc(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(enums); i++)
        if (strcmp(enums[i].name, name) == 0) return &enums[i];
    return NULL;
}

const char *enum_name(const char *enum_type, unsigned number)
{
    const struct enum_desc *e = enum_desc(enum_type);
    for (size_t i = 0; e && i < e->value_count; i++)
        if (e->values[i].number == number) return e->values[i].name;
    return "?";
}

/* The table's own text, without the prose: names, ids, kinds, units in order. */
static const char schema_text[] =
#define RECORD(name, id, doc)             "R " #name " " #id "\n"
#define FIELD(rec, kind, name, unit, doc) "F " #name " " #kind " " #unit "\n"
#define END(name)
#include "common/rec/records.def"
#undef RECORD
#undef FIELD
#undef END
#define ENUM_BEGIN(e)                     "E " #e "\n"
#define ENUM_VALUE(e, value, number, doc) "V " #value " " #number "\n"
#define ENUM_END(e)
#include "common/rec/enums.def"
#undef ENUM_BEGIN
#undef ENUM_VALUE
#undef ENUM_END
    ;

uint64_t schema_hash(void) { return blake_u64(schema_text, sizeof schema_text - 1); }
