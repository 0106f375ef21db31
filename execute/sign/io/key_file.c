/* key_file.c - see key_file.h. */
#include "execute/sign/io/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/io/json.h"
#include "common/io/sys.h"
#include "common/run/log.h"
#include "common/run/stage.h"
#include "execute/sign/io/owner_file.h"

#define SALT       crypto_pwhash_SALTBYTES
#define NONCE      crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEALED     (32u + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define CLEAR      (KEY_FILE_BYTES - SEALED) /* authenticated, not encrypted */
#define OPS_MAX    16u
#define MEMORY_MAX (UINT64_C(1) << 30) /* a hostile file must not exhaust memory */
static const uint8_t magic[8] = {'S', 'L', 'K', 'E', 'Y', 0, 0, 1};

bool key_file_secret_open(struct secret *s, size_t n)
{
    s->n = n;
    return sodium_init() >= 0 && (s->bytes = sodium_malloc(n)) != NULL;
}

void key_file_secret_free(struct secret *s)
{
    sodium_free(s->bytes); /* wipes */
    s->bytes = NULL;
    s->n = 0;
}

void key_file_harden(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

enum error key_file_new(struct secret *pair, struct err *e)
{
    uint8_t public[32];
    if (!key_file_secret_open(pair, 64)) return err_set(e, E_INTERNAL, "no locked memory");
    crypto_sign_keypair(public, pair->bytes);
    return OK;
}

/* ---- Solana CLI files ---- */

static enum error pair_from_json(json_t *list, struct secret *pair, struct err *e)
{
    if (!json_is_array(list) || json_array_size(list) != 64)
        return err_set(e, E_FORMAT, "not a Solana keypair: it must be a JSON list of 64 numbers");
    uint8_t public[32];
    struct secret again = {0};
    if (!key_file_secret_open(pair, 64) || !key_file_secret_open(&again, 64))
        return err_set(e, E_INTERNAL, "no locked memory");
    bool good = true;
    for (size_t i = 0; i < 64; i++) {
        json_t *v = json_array_get(list, i);
        good = good && json_is_integer(v) && json_integer_value(v) >= 0 &&
               json_integer_value(v) <= 255;
        pair->bytes[i] = good ? (uint8_t)json_integer_value(v) : 0;
    }
    if (good) crypto_sign_seed_keypair(public, again.bytes, pair->bytes);
    bool match = good && sodium_memcmp(public, pair->bytes + 32, 32) == 0;
    key_file_secret_free(&again);
    if (!good) return err_set(e, E_FORMAT, "not a Solana keypair: a number is not a byte");
    return match ? OK
                 : err_set(e, E_FORMAT,
                           "the public half of the keypair does not belong to its secret half");
}

/* Read all of fd into text; *n bytes came. false: errno holds the reason. More than fits is read as
 * text->n bytes. */
static bool read_all(int fd, struct secret *text, size_t *n)
{
    ssize_t got = 0;
    *n = 0;
    while (*n < text->n &&
           ((got = read(fd, text->bytes + *n, text->n - *n)) > 0 || (got < 0 && errno == EINTR)))
        if (got > 0) *n += (size_t)got;
    return got >= 0;
}

/* Parse the text. A key file of sluice, given by mistake, is recognised by its first bytes. */
static enum error pair_from_text(const char *path, const struct secret *text, size_t n,
                                 struct secret *pair, struct err *e)
{
    json_error_t je;
    if (n == 0) return err_set(e, E_FORMAT, "'%s' is empty", path);
    if (n >= 5 && memcmp(text->bytes, magic, 5) == 0)
        return err_set(e, E_FORMAT,
                       "'%s' is a key file of sluice already: copy it, or see `sluice-key show`",
                       path);
    json_t *list =
        n < text->n ? json_loadb((const char *)text->bytes, n, JSON_REJECT_DUPLICATES, &je) : NULL;
    enum error rc =
        list ? pair_from_json(list, pair, e)
             : err_set(e, E_FORMAT, "'%s' is not a Solana keypair: no JSON list of at most 4 KiB",
                       path);
    json_decref(list);
    return rc;
}

enum error key_file_import(const char *path, struct secret *pair, struct err *e)
{
    struct secret text = {0};
    struct stat st;
    size_t n;
    if (!key_file_secret_open(&text, 4096)) return err_set(e, E_INTERNAL, "no locked memory");
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        key_file_secret_free(&text);
        return err_set(e, E_OPEN, "unable to open '%s': %s", path, strerror(errno));
    }
    if (!standard && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & 077)
        log_line(LOG_WARNING,
                 "other users can read '%s', and with it control the wallet: move its funds to a "
                 "new key",
                 path);
    enum error rc = read_all(fd, &text, &n)
                        ? pair_from_text(path, &text, n, pair, e)
                        : err_set(e, E_READ, "unable to read '%s': %s", path, strerror(errno));
    if (!standard) close(fd);
    key_file_secret_free(&text);
    return rc;
}

/* ---- writing ---- */

static bool kdf_of(const char *name, uint32_t *ops, uint64_t *memory)
{
    static const struct {
        const char *name;
        uint32_t ops;
        uint64_t memory;
    } kdfs[] = {
        {"interactive", crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE},
        {"moderate", crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE},
        {"sensitive", crypto_pwhash_OPSLIMIT_SENSITIVE, crypto_pwhash_MEMLIMIT_SENSITIVE}};
    for (size_t i = 0; i < COUNT_OF(kdfs); i++)
        if (strcmp(name, kdfs[i].name) == 0) {
            *ops = kdfs[i].ops;
            *memory = kdfs[i].memory;
            return true;
        }
    return false;
}

static enum error derive(const uint8_t *file, const struct secret *password, struct secret *key,
                         struct err *e)
{
    uint32_t ops;
    uint64_t memory;
    memcpy(&ops, file + 8, 4);
    memcpy(&memory, file + 12, 8);
    if (!key_file_secret_open(key, 32)) return err_set(e, E_INTERNAL, "no locked memory");
    if (crypto_pwhash(key->bytes, 32, (const char *)password->bytes, password->n, file + 20, ops,
                      (size_t)memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(e, E_LIMIT, "not enough memory to derive the key: %llu MiB are needed",
                       (unsigned long long)memory >> 20);
    return OK;
}

enum error key_file_write(const char *path, const struct secret *pair,
                          const struct secret *password, const char *kdf, bool replace,
                          struct err *e)
{
    uint8_t f[KEY_FILE_BYTES];
    uint32_t ops;
    uint64_t memory;
    struct secret key = {0};
    if (!kdf_of(kdf, &ops, &memory)) return err_set(e, E_USAGE, "unknown kdf '%.40s'", kdf);
    memcpy(f, magic, 8);
    memcpy(f + 8, &ops, 4);
    memcpy(f + 12, &memory, 8);
    randombytes_buf(f + 20, SALT + NONCE);
    memcpy(f + 20 + SALT + NONCE, pair->bytes + 32, 32);
    enum error rc = derive(f, password, &key, e);
    if (rc == OK) {
        crypto_aead_xchacha20poly1305_ietf_encrypt(f + CLEAR, NULL, pair->bytes, 32, f, CLEAR, NULL,
                                                   f + 20 + SALT, key.bytes);
        rc = owner_file_write(path, f, sizeof f, replace, e);
    }
    key_file_secret_free(&key);
    return rc;
}

/* ---- reading ---- */

static enum error read_file(const char *path, uint8_t f[KEY_FILE_BYTES], struct err *e)
{
    int fd;
    enum error rc = owner_file_open(path, false, "a key file of sluice", KEY_FILE_BYTES, &fd, e);
    if (rc == E_OPEN && access(path, F_OK) != 0 && errno == ENOENT)
        return err_set(e, E_OPEN, "no key file '%s': `sluice-key new` creates one", path);
    if (rc != OK) return rc;
    if (read(fd, f, KEY_FILE_BYTES) != (ssize_t)KEY_FILE_BYTES)
        rc = err_set(e, E_READ, "unable to read '%s'", path);
    close(fd);
    if (rc != OK) return rc;
    uint32_t ops = load_u32(f + 8);
    uint64_t memory = load_u64(f + 12);
    if (memcmp(f, magic, 7) != 0)
        return err_set(e, E_KEY, "'%s' is not a key file of sluice", path);
    if (f[7] != magic[7])
        return err_set(e, E_KEY,
                       "'%s' has version %u of the key file format, this sluice reads version %u",
                       path, f[7], magic[7]);
    if (ops < crypto_pwhash_OPSLIMIT_MIN || ops > OPS_MAX || memory < crypto_pwhash_MEMLIMIT_MIN ||
        memory > MEMORY_MAX)
        return err_set(e, E_KEY, "'%s' is damaged: its parameters are out of bounds", path);
    return OK;
}

enum error key_file_show(const char *path, struct key_file_facts *facts, struct err *e)
{
    uint8_t f[KEY_FILE_BYTES];
    enum error rc = read_file(path, f, e);
    if (rc != OK) return rc;
    memcpy(&facts->ops, f + 8, 4);
    memcpy(&facts->memory_bytes, f + 12, 8);
    memcpy(facts->wallet.b, f + 20 + SALT + NONCE, 32);
    return OK;
}

enum error key_file_unlock(const char *path, const struct secret *password, struct secret *pair,
                           struct err *e)
{
    uint8_t f[KEY_FILE_BYTES], public[32];
    struct secret key = {0}, seed = {0};
    enum error rc = read_file(path, f, e);
    if (rc == OK) rc = derive(f, password, &key, e);
    if (rc == OK && (!key_file_secret_open(&seed, 32) || !key_file_secret_open(pair, 64)))
        rc = err_set(e, E_INTERNAL, "no locked memory");
    if (rc == OK &&
        crypto_aead_xchacha20poly1305_ietf_decrypt(seed.bytes, NULL, NULL, f + CLEAR, SEALED, f,
                                                   CLEAR, f + 20 + SALT, key.bytes) != 0)
        rc = err_set(e, E_KEY, "wrong password, or '%s' was changed", path);
    if (rc == OK) crypto_sign_seed_keypair(public, pair->bytes, seed.bytes);
    if (rc == OK && sodium_memcmp(public, f + 20 + SALT + NONCE, 32) != 0)
        rc = err_set(e, E_KEY, "'%s' contains a public key that does not match its secret", path);
    key_file_secret_free(&key);
    key_file_secret_free(&seed);
    if (rc != OK) key_file_secret_free(pair);
    return rc;
}

enum error key_file_export(const char *path, const struct secret *pair, struct err *e)
{
    struct secret text = {0};
    size_t n = 0;
    if (!key_file_secret_open(&text, 512)) return err_set(e, E_INTERNAL, "no locked memory");
    for (size_t i = 0; i < 64; i++)
        n += (size_t)snprintf((char *)text.bytes + n, text.n - n, "%c%u", i ? ',' : '[',
                              pair->bytes[i]);
    n += (size_t)snprintf((char *)text.bytes + n, text.n - n, "]");
    enum error rc = OK;
    if (strcmp(path, "-") != 0)
        rc = owner_file_write(path, text.bytes, n, false, e);
    else if (!sys_write_all(STDOUT_FILENO, text.bytes, n) ||
             !sys_write_all(STDOUT_FILENO, (const uint8_t *)"\n", 1))
        rc = err_set(e, errno == EPIPE ? E_PIPE : E_WRITE, "unable to write to standard output: %s",
                     strerror(errno));
    key_file_secret_free(&text);
    return rc;
}
