/* sluice-key - keeps a wallet's key in an encrypted file: new, import, export, show, rotate. */
#include <string.h>

#include "common/run/stage.h"
#include "execute/sign/io/key_file.h"
#include "execute/sign/io/key_verbs.h"

static enum error run(const struct settings *s, struct err *e)
{
    static const struct {
        const char *verb;
        size_t operands;
        const char *usage;
        enum error (*run)(const struct section *, const char *, const char *, struct err *);
    } verbs[] = {{"new", 2, "FILE", key_verb_new},
                 {"import", 3, "KEYPAIR.json FILE", key_verb_import},
                 {"export", 3, "FILE KEYPAIR.json", key_verb_export},
                 {"show", 2, "FILE", key_verb_show},
                 {"rotate", 2, "FILE", key_verb_rotate}};
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
                     : "name a verb: new, import, export, show or rotate",
                   n ? settings_operand(s, 0) : "");
}

static const struct tool tool = {.name = "sluice-key",
                                 .section = "key",
                                 .purpose = "manage a wallet's encrypted key file",
                                 .operands = "new|import|export|show|rotate FILE...",
                                 .run = run};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
