/* layout.h - instructions as tables: their bytes, their accounts, and one writer for all of them.
 * Must not: quote, decide, sign. The tables are roles.def, layouts.def and those of the venues. */
#ifndef SLUICE_LAYOUT_H
#define SLUICE_LAYOUT_H

#include "common/sol/ix.h"
#include "common/sol/keyset.h"

/* Conditions of a pool that change the account list of its instructions. POOL_many: the account may
 * appear more than once (always once in what sluice builds). */
enum pool_is {
    POOL_ALWAYS = 0,
    POOL_cashback = 1,
    POOL_has_creator = 2,
    POOL_target_orders = 4,
    POOL_referrer = 8,
    POOL_discount = 16,
    POOL_authority = 32,
    POOL_quoted = 64,
    POOL_many = 128
};

enum layout_id {
#define LAYOUT(id, program, name, disc, args) layout_##id,
#include "common/sol/layouts.def"
    LAYOUT_COUNT
};

struct layout_account {
    uint8_t role, flags, condition;
};

struct layout {
    const char *name, *args;
    uint8_t program;  /* enum address */
    uint8_t disc_len; /* 0, 1, 4, 5 or 8 */
    uint8_t disc[8];
    const struct layout_account *account;
    uint8_t accounts_count, always_count; /* always_count: those without a condition */
};

const struct layout *layout_of(enum layout_id id);
/* Find the layout of an instruction by program and first bytes; NULL when no row matches. */
const struct layout *layout_find(const struct key *program, const uint8_t *data, size_t n);
/* The same by the well-known address of the program. */
const struct layout *layout_find_at(enum address program, const uint8_t *data, size_t n);
/* Position of the account that plays this role in an instruction with count accounts. Returns -1
 * when it has no such account, or when conditional accounts before it leave the position open. */
int layout_position(const struct layout *l, size_t count, enum account_role role);

/* One argument at a time: *rest starts as layout->args. */
struct layout_arg {
    char name[32], type[8];
    bool spends, optional;
};
bool layout_next_arg(const char **rest, struct layout_arg *a);
/* Value of an argument of type u8..u64, i32 (its 32 bits), i64, bool, opt_i32 (0 when there is
 * none) at *at in data; *at moves over it, also over other types (then *value = 0). False when the
 * data ends before it. */
bool layout_read_arg(const struct layout_arg *a, const uint8_t *data, size_t n, size_t *at,
                     uint64_t *value) MUST_USE;

/* Is this account part of the instruction for a pool with these conditions? */
static inline bool layout_has(const struct layout_account *a, uint8_t pool_is)
{
    return !a->condition || a->condition == POOL_many || (pool_is & a->condition);
}
/* Write the instruction of this layout with two 64-bit arguments (and a trailing `true` where the
 * layout has a third one of type bool?). Returns NULL, or the name of the role whose key is
 * missing. */
const char *layout_write(enum layout_id id, struct keyset *s, uint8_t side, uint64_t first,
                         uint64_t second, struct ix *out);
/* For instructions with other arguments: program and discriminator; then the arguments, by the
 * caller; then the accounts. */
void layout_begin(enum layout_id id, struct ix *out);
const char *layout_accounts(enum layout_id id, struct keyset *s, uint8_t side, struct ix *out);

#endif
