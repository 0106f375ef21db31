/* account.h - fields of the venues' accounts by name, from the ACCOUNT and ACCOUNT_FIELD rows of
 * their tables. Offsets are compile-time constants; a wrong kind, or a field beyond its account,
 * does not compile. Callers check the length of the account first. Must not: name a venue. */
#ifndef SLUICE_ACCOUNT_H
#define SLUICE_ACCOUNT_H

#include "common/base/wide.h"
#include "common/base/num.h"

/* ACCOUNT_BYTES_TYPE: length of an account of this type, or of the part that is read. */
enum account_bytes {
#define ACCOUNT(type, name, bytes) ACCOUNT_BYTES_##type = bytes,
#include "venues.def"
};

enum account_kind {
    KIND_u8 = 1,
    KIND_u16,
    KIND_u32,
    KIND_i32,
    KIND_u64,
    KIND_u128,
    KIND_key,
    KIND_list
};
/* Bytes of a field; the length of a list is its owner's. */
enum account_width {
    WIDTH_u8 = 1,
    WIDTH_u16 = 2,
    WIDTH_u32 = 4,
    WIDTH_i32 = 4,
    WIDTH_u64 = 8,
    WIDTH_u128 = 16,
    WIDTH_key = 32,
    WIDTH_list = 0
};

enum account_offset {
#define ACCOUNT_FIELD(type, name, offset, kind) AT_##type##_##name = offset,
#include "venues.def"
};
enum account_field_kind {
#define ACCOUNT_FIELD(type, name, offset, kind) IS_##type##_##name = KIND_##kind,
#include "venues.def"
};
#define ACCOUNT_FIELD(type, name, offset, kind) \
    _Static_assert(offset + WIDTH_##kind <= ACCOUNT_BYTES_##type, #type " holds " #name);
#include "venues.def"

/* Where a field of this kind starts in the bytes of an account: FIELD_AT(data, dlmm_pair_oracle,
 * key). */
#define FIELD_AT(data, field, kind) \
    ((data) + AT_##field + 0 * sizeof(char[IS_##field == (int)KIND_##kind ? 1 : -1]))
/* Its value. */
#define FIELD_u8(data, field)   (*FIELD_AT(data, field, u8))
#define FIELD_u16(data, field)  load_u16(FIELD_AT(data, field, u16))
#define FIELD_u32(data, field)  load_u32(FIELD_AT(data, field, u32))
#define FIELD_i32(data, field)  ((int32_t)load_u32(FIELD_AT(data, field, i32)))
#define FIELD_u64(data, field)  load_u64(FIELD_AT(data, field, u64))
#define FIELD_u128(data, field) load_u128(FIELD_AT(data, field, u128))
/* A key, or the first byte of a list. */
#define FIELD_key(data, field)  FIELD_AT(data, field, key)
#define FIELD_list(data, field) FIELD_AT(data, field, list)

#endif
