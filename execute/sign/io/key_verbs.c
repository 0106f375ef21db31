/* key_verbs.c - see key_verbs.h. */
#include "execute/sign/io/key_verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/run/operands.h"
#include "execute/sign/io/key_file.h"

static enum error password(const struct section *own, const char *label, bool confirm,
                           struct secret *p, struct err *e)
{
    return password_read(settings_str(own, "password-fd"), settings_str(own, "password-credential"),
                         label, confirm, p, e);
}

static enum error print_wallet(const struct key *k, struct err *e)
{
    char text[66];
    base58_encode(k->b, 32, text);
    printf("%s\n", text);
    return fflush(stdout) != 0 ? operands_stdout_failed(e) : OK;
}

/* Seal a pair into a new file and print its address. */
static enum error seal(const struct section *own, struct secret *pair, const char *path,
                       struct err *e)
{
    struct secret p = {0};
    struct key wallet;
    if (access(path, F_OK) == 0)
        return err_set(e, E_OPEN, "'%s' exists: nothing is overwritten", path);
    enum error rc = password(own, "new password", true, &p, e);
    if (rc == OK) rc = key_file_write(path, pair, &p, settings_str(own, "kdf"), false, e);
    key_file_secret_free(&p);
    memcpy(wallet.b, pair->bytes + 32, 32);
    return rc == OK ? print_wallet(&wallet, e) : rc;
}

enum error key_verb_new(const struct section *own, const char *path, const char *unused,
                        struct err *e)
{
    struct secret pair = {0};
    (void)unused;
    enum error rc = key_file_new(&pair, e);
    if (rc == OK) rc = seal(own, &pair, path, e);
    key_file_secret_free(&pair);
    return rc;
}

enum error key_verb_import(const struct section *own, const char *from, const char *path,
                           struct err *e)
{
    struct secret pair = {0};
    enum error rc = key_file_import(from, &pair, e);
    if (rc == OK) rc = seal(own, &pair, path, e);
    key_file_secret_free(&pair);
    return rc;
}

static enum error unlock(const struct section *own, const char *path, struct secret *pair,
                         struct err *e)
{
    struct secret p = {0};
    struct key_file_facts f;
    enum error rc =
        key_file_show(path, &f, e); /* reject a wrong file before the password is read */
    if (rc == OK) rc = password(own, "password", false, &p, e);
    if (rc == OK) rc = key_file_unlock(path, &p, pair, e);
    key_file_secret_free(&p);
    return rc;
}

/* Ask for consent on a terminal; elsewhere --yes must be given. */
static enum error consent_to_export(const struct section *own, const char *to, struct err *e)
{
    char answer[8] = "";
    bool terminal = strcmp(to, "-") == 0 && isatty(STDOUT_FILENO);
    if (settings_bool(own, "yes")) return OK;
    if (!isatty(STDIN_FILENO))
        return err_set(e, E_USAGE, "export writes the secret in the clear: add --yes to consent");
    fprintf(stderr,
            "This writes the secret key in the clear%s. Whoever reads it controls the wallet. Type "
            "yes to continue: ",
            terminal ? " on this terminal" : "");
    if (fgets(answer, sizeof answer, stdin) && strcmp(answer, "yes\n") == 0) return OK;
    return err_set(e, E_USAGE, "no consent: nothing was written");
}

enum error key_verb_export(const struct section *own, const char *path, const char *to,
                           struct err *e)
{
    struct secret pair = {0};
    enum error rc = consent_to_export(own, to, e);
    if (rc == OK) rc = unlock(own, path, &pair, e);
    if (rc == OK) rc = key_file_export(to, &pair, e);
    key_file_secret_free(&pair);
    return rc;
}

enum error key_verb_show(const struct section *own, const char *path, const char *unused,
                         struct err *e)
{
    struct key_file_facts f;
    struct secret pair = {0};
    char text[66];
    (void)unused;
    enum error rc = key_file_show(path, &f, e);
    if (rc == OK && settings_bool(own, "verify")) rc = unlock(own, path, &pair, e);
    key_file_secret_free(&pair);
    if (rc != OK) return rc;
    base58_encode(f.wallet.b, 32, text);
    printf("wallet   %s%s\nkdf      Argon2id, %u passes, %llu MiB\nseal     XChaCha20-Poly1305\n",
           text, settings_bool(own, "verify") ? "  (unlocks)" : "", f.ops,
           (unsigned long long)f.memory_bytes >> 20);
    return fflush(stdout) != 0 ? operands_stdout_failed(e) : OK;
}

enum error key_verb_rotate(const struct section *own, const char *path, const char *unused,
                           struct err *e)
{
    struct secret pair = {0}, fresh = {0};
    (void)unused;
    enum error rc = unlock(own, path, &pair, e);
    if (rc == OK)
        rc = password_read(settings_str(own, "new-password-fd"), "", "new password", true, &fresh,
                           e);
    if (rc == OK) rc = key_file_write(path, &pair, &fresh, settings_str(own, "kdf"), true, e);
    key_file_secret_free(&pair);
    key_file_secret_free(&fresh);
    return rc;
}
