/* message.h - a Solana transaction, read in place: legacy, version 0 and version 1. Nothing is
 * copied or allocated; the views point into the bytes of the caller. All input is hostile: a
 * message that the chain would reject is rejected with the reason. Must not: verify signatures,
 * name programs, do I/O. Source: Solana wire format as parsed by Agave and Firedancer (compact-u16
 * must be minimal; 64 locks; program id not key 0). */
#ifndef SLUICE_MESSAGE_H
#define SLUICE_MESSAGE_H

#include "common/rec/record.h"

#define TX_BYTES_MAX        1232u /* legacy and v0, signatures included */
#define TX_V1_BYTES_MAX     4096u
#define TX_SIGNATURES_MAX   12u
#define TX_INSTRUCTIONS_MAX 64u
#define TX_LOCKS_MAX        64u /* accounts a transaction may name, looked-up ones included */
#define TX_TABLES_MAX       16u
#define TX_COMPUTE_MAX      1400000u

enum tx_version { TX_LEGACY, TX_V0, TX_V1 };

struct tx_ix {
    uint8_t program; /* index into the accounts */
    uint8_t accounts_count;
    uint16_t data_len;
    const uint8_t *accounts; /* indexes */
    const uint8_t *data;
};

struct tx_table {
    const struct key *address;
    const uint8_t *writable, *readonly;
    uint8_t writable_count, readonly_count;
};

/* Version 1 carries its budget inline; unset values are 0 (and has_* false). */
struct tx_budget {
    uint64_t priority_lamports;
    uint32_t compute_units, loaded_bytes, heap_bytes;
    bool has_priority, has_units, has_loaded, has_heap;
};

struct tx_message {
    enum tx_version version;
    uint8_t signers, readonly_signed, readonly_unsigned;
    uint8_t keys_count; /* static keys */
    uint8_t ix_count, tables_count;
    uint8_t loaded_writable, loaded_readonly; /* keys that lookup tables add */
    const struct key *keys;
    const struct key *blockhash;
    const uint8_t *bytes; /* what is signed */
    size_t n;
    struct tx_budget budget;
    struct tx_ix ix[TX_INSTRUCTIONS_MAX];
    struct tx_table table[TX_TABLES_MAX];
};

struct tx {
    uint8_t signatures_count;
    const struct sig *signatures;
    struct tx_message message;
};

/* Read exactly n bytes. Returns NULL when they are well formed, else a static text with the reason;
 * then *m must not be used. */
const char *message_read(const uint8_t *bytes, size_t n, struct tx_message *m);
/* A whole transaction, signatures included (at the end for version 1). */
const char *message_tx_read(const uint8_t *bytes, size_t n, struct tx *t);

/* Role of account index i (static, then loaded writable, then loaded readonly). */
static inline unsigned message_accounts(const struct tx_message *m)
{
    return (unsigned)m->keys_count + m->loaded_writable + m->loaded_readonly;
}
static inline bool message_is_signer(const struct tx_message *m, unsigned i)
{
    return i < m->signers;
}
bool message_is_writable(const struct tx_message *m, unsigned i);
/* The key of account i, where loaded holds the looked-up keys in order (writable, then readonly),
 * or NULL for one that is looked up while loaded is NULL. */
const struct key *message_key(const struct tx_message *m, const struct key *loaded, unsigned i);

/* Read a compact-u16 at *at and move *at behind it; false when it is truncated, not minimal or
 * beyond 65535. Write one: 1 to 3 bytes into out, whose number is returned. */
bool message_u16_read(const uint8_t *bytes, size_t n, size_t *at, uint16_t *v) MUST_USE;
size_t message_u16_write(uint16_t v, uint8_t out[3]);

#endif
