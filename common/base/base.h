/* base.h - the types and the one error form that every room uses.
 * Must not: do I/O, allocate, read the clock or the environment. */
#ifndef SLUICE_BASE_H
#define SLUICE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 u128;
__extension__ typedef __int128 i128;

#define COUNT_OF(a)       (sizeof(a) / sizeof((a)[0]))
#define MUST_USE          __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define LIKELY(x)         __builtin_expect(!!(x), 1)
#define UNLIKELY(x)       __builtin_expect(!!(x), 0)

#define NS_PER_S         UINT64_C(1000000000)
#define NS_PER_MS        UINT64_C(1000000)
#define LAMPORTS_PER_SOL UINT64_C(1000000000)
#define BPS_ONE          10000u              /* one whole in basis points */
#define PPM_ONE          1000000u            /* one whole in parts per million */
#define SLOT_NS          UINT64_C(400000000) /* nominal length of a Solana slot */

/* Error codes; errors.def is their table. A function that can fail returns one of these. */
enum error {
#define ERROR(name, exit_code, doc) name,
#include "common/base/errors.def"
#undef ERROR
    ERROR_COUNT
};

/* What went wrong, as one line a person can act on. Owned by the caller, reused freely. */
struct err {
    enum error code;
    char text[480];
};

/* Messages quote their input: control characters become question marks, so that a message stays one
 * line and cannot steer a terminal. */
void text_one_line(char *text);
/* Record a failure in e (may be NULL) and return its code. The text has no capital and no final
 * stop. */
enum error err_set(struct err *e, enum error code, const char *fmt, ...) PRINTF_LIKE(3, 4);
int err_exit_code(enum error code);
const char *err_doc(enum error code);

#endif
