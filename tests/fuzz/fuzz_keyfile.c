/* fuzz_keyfile.c - hostile key files and keypairs. The first byte chooses: 'x' the rest is xored
 * over a good key file, 'k' the rest is one, 'j' the rest is the JSON of a Solana keypair. Judge: a
 * changed key file never unlocks; what unlocks or is imported is a pair whose halves belong
 * together. The good file is written here from the description in sluice-key(1), not by keyfile.c,
 * and with the cheapest Argon2id. */
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/run/log.h"
#include "common/run/main.h"
#include "execute/sign/io/key_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char path[256];
static uint8_t good[KEY_FILE_BYTES], pair[64];
static struct secret password;

static void leave(void) { unlink(path); }

static void setup(void)
{
    static const uint8_t seed[32] = {7};
    uint8_t public[32], key[32];
    uint32_t ops = 1;
    uint64_t memory = 8192;
    log_setup("fuzz", "error");
    if (sodium_init() < 0 || !key_file_secret_open(&password, 4)) abort();
    memcpy(password.bytes, "word", 4);
    crypto_sign_seed_keypair(public, pair, seed);
    memcpy(good, "SLKEY\0\0\1", 8);
    memcpy(good + 8, &ops, 4);
    memcpy(good + 12, &memory, 8);
    memset(good + 20, 0x55, 16 + 24);
    memcpy(good + 60, public, 32);
    if (crypto_pwhash(key, 32, "word", 4, good + 20, ops, memory, crypto_pwhash_ALG_ARGON2ID13) !=
        0)
        abort();
    crypto_aead_xchacha20poly1305_ietf_encrypt(good + 92, NULL, seed, 32, good, 92, NULL, good + 36,
                                               key);
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/sluice-fuzz-key.XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0) abort();
    atexit(leave);
}

static void put(const uint8_t *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_NOFOLLOW);
    if (fd < 0 || write(fd, p, n) != (ssize_t)n) abort();
    close(fd);
}

static void halves(const struct secret *s)
{
    uint8_t public[32], again[64];
    if (s->n != 64) abort();
    crypto_sign_seed_keypair(public, again, s->bytes);
    if (memcmp(again, s->bytes, 64) != 0) abort();
}

static void unlock(const uint8_t *f, size_t n)
{
    struct key_file_facts facts;
    struct secret got = {0};
    struct err e;
    put(f, n);
    enum error rc = key_file_show(path, &facts, &e);
    if (rc != OK && rc != E_KEY) abort();
    if (rc == OK && n != KEY_FILE_BYTES) abort();
    if (rc == OK && (facts.ops > 3 || facts.memory_bytes > 1 << 20)) return; /* allowed, but slow */
    rc = key_file_unlock(path, &password, &got, &e);
    if ((rc == OK) != (n == KEY_FILE_BYTES && memcmp(f, good, n) == 0)) abort();
    if (rc == OK) halves(&got);
    if (rc != OK && (rc != E_KEY || got.bytes)) abort();
    key_file_secret_free(&got);
}

static void import(const uint8_t *text, size_t n)
{
    struct secret got = {0};
    struct err e;
    put(text, n);
    enum error rc = key_file_import(path, &got, &e);
    if (rc == OK) halves(&got);
    if (rc != OK && rc != E_FORMAT) abort();
    key_file_secret_free(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static bool ready;
    uint8_t f[KEY_FILE_BYTES];
    if (!ready) {
        setup();
        ready = true;
    }
    if (n < 1) return 0;
    if (data[0] == 'j') import(data + 1, n - 1);
    if (data[0] == 'k') unlock(data + 1, n - 1);
    if (data[0] == 'x') {
        memcpy(f, good, sizeof f);
        for (size_t i = 0; i + 1 < n && i < sizeof f; i++) f[i] ^= data[i + 1];
        unlock(f, sizeof f);
    }
    return 0;
}
