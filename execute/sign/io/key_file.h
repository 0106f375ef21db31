/* key_file.h - a Solana key at rest: Argon2id of a password, XChaCha20-Poly1305 over the seed,
 * everything else authenticated. Secrets are in locked, guarded memory and are wiped.
 * Form, little endian: "SLKEY" 0 0 version(1) | ops u32 | memory u64 | salt 16 | nonce 24 |
 * public key 32 | sealed seed 32 + 16.
 * Must not: accept a file that others may read; write a secret in the clear, except in
 * key_file_export; overwrite a file. */
#ifndef SLUICE_KEY_FILE_H
#define SLUICE_KEY_FILE_H

#include "common/rec/record.h"

#define KEY_FILE_BYTES 140u
#define PASSWORD_MAX   1024u

/* Secret bytes in locked, guarded memory (sodium_malloc). The caller that opened it frees it;
 * key_file_secret_free wipes. */
struct secret {
    uint8_t *bytes;
    size_t n;
};
bool key_file_secret_open(struct secret *s, size_t n) MUST_USE;
void key_file_secret_free(struct secret *s);

struct key_file_facts {
    struct key wallet;
    uint32_t ops;
    uint64_t memory_bytes;
};

/* Forbid core dumps and tracing of this process. Call it before any secret is read. */
void key_file_harden(void);
/* A new random key / the key of a Solana CLI keypair file (JSON array of 64 numbers, seed then
 * public key, which must match). pair gets 64 bytes. */
enum error key_file_new(struct secret *pair, struct err *e);
enum error key_file_import(const char *path, struct secret *pair, struct err *e);
/* Write the pair sealed under the password. E_OPEN when the path exists (unless replace), E_WRITE
 * when it cannot be written whole. */
enum error key_file_write(const char *path, const struct secret *pair,
                          const struct secret *password, const char *kdf, bool replace,
                          struct err *e);
/* The facts in the clear; checks owner, mode, size and form. E_KEY. */
enum error key_file_show(const char *path, struct key_file_facts *f, struct err *e);
/* Unlock into pair. E_KEY: wrong password or changed file; the two cannot be distinguished. */
enum error key_file_unlock(const char *path, const struct secret *password, struct secret *pair,
                           struct err *e);
/* Write the Solana CLI form, mode 0600, never over an existing file; "-" is standard output. */
enum error key_file_export(const char *path, const struct secret *pair, struct err *e);
/* One line of a password into a secret: from the descriptor named by fd ("3"), a systemd
 * credential, or the terminal with echo off; asked twice when confirm. label: "password". E_KEY
 * when empty or too long. */
enum error password_read(const char *fd, const char *credential, const char *label, bool confirm,
                         struct secret *password, struct err *e);

#endif
