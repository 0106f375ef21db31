/* sluice-key - keys at rest: make, import, export, show, rotate. Must not: take a password from
 * arguments or the environment. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
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
    return fflush(stdout) != 0 ? operand_stdout_failed(e) : OK;
}

/* Seal a pair that is at hand into a new file, and print its address. */
static enum error keep(const struct section *own, struct secret *pair, const char *path,
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

static enum error make(const struct section *own, const char *path, const char *unused,
                       struct err *e)
{
    struct secret pair = {0};
    (void)unused;
    enum error rc = key_file_new(&pair, e);
    if (rc == OK) rc = keep(own, &pair, path, e);
    key_file_secret_free(&pair);
    return rc;
}

static enum error import(const struct section *own, const char *from, const char *path,
                         struct err *e)
{
    struct secret pair = {0};
    enum error rc = key_file_import(from, &pair, e);
    if (rc == OK) rc = keep(own, &pair, path, e);
    key_file_secret_free(&pair);
    return rc;
}

static enum error unlock(const struct section *own, const char *path, struct secret *pair,
                         struct err *e)
{
    struct secret p = {0};
    struct key_file_facts f;
    enum error rc =
        key_file_show(path, &f, e); /* a wrong file is told before a password is asked for */
    if (rc == OK) rc = password(own, "password", false, &p, e);
    if (rc == OK) rc = key_file_unlock(path, &p, pair, e);
    key_file_secret_free(&p);
    return rc;
}

static enum error export(const struct section *own, const char *path, const char *to,
                         struct err *e) {
    struct secret pair = {0}; bool terminal = strcmp(to, "-") == 0 && isatty(STDOUT_FILENO);
    if (!settings_bool(own, "yes")){
        if (!isatty(STDIN_FILENO)) return err_set(
            e, E_USAGE, "export writes the secret in the clear: say --yes");
        fprintf(stderr,
                "This writes the secret key in the clear%s. Who reads it owns the wallet. Type yes "
                "to go on: ",
                terminal ? " on this terminal" : "");
        char answer[8] = "";
        if (!fgets(answer, sizeof answer, stdin) ||
            strcmp(answer, "yes\n") != 0) return err_set(e, E_USAGE, "nothing was written");}
enum error rc = unlock(own, path, &pair, e);
if (rc == OK) rc = key_file_export(to, &pair, e);
key_file_secret_free(&pair);
return rc;
}

static enum error show(const struct section *own, const char *path, const char *unused,
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
    return fflush(stdout) != 0 ? operand_stdout_failed(e) : OK;
}

static enum error rotate(const struct section *own, const char *path, const char *unused,
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

static enum error run(const struct settings *s, struct err *e)
{
    static const struct {
        const char *verb;
        size_t operands;
        const char *usage;
        enum error (*run)(const struct section *, const char *, const char *, struct err *);
    } verbs[] = {{"new", 2, "FILE", make},
                 {"import", 3, "KEYPAIR.json FILE", import},
                 {"export", 3, "FILE KEYPAIR.json", export},
                 {"show", 2, "FILE", show},
                 {"rotate", 2, "FILE", rotate}};
    size_t n = settings_operand_count(s);
    key_file_harden();
    for (size_t i = 0; n && i < COUNT_OF(verbs); i++) {
        if (strcmp(settings_operand(s, 0), verbs[i].verb) != 0) continue;
        if (n != verbs[i].operands)
            return err_set(e, E_USAGE, "usage: sluice-key %s %s", verbs[i].verb, verbs[i].usage);
        return verbs[i].run(settings_own(s), settings_operand(s, 1),
                            n > 2 ? settings_operand(s, 2) : NULL, e);
    }
    return err_set(e, E_USAGE,
                   n ? "'%s' is not one of new, import, export, show, rotate"
                     : "wants new, import, export, show or rotate",
                   n ? settings_operand(s, 0) : "");
}

static const struct tool tool = {.name = "sluice-key",
                                 .section = "key",
                                 .purpose = "keep a wallet's key in an encrypted file",
                                 .operands = "new|import|export|show|rotate FILE...",
                                 .run = run};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
