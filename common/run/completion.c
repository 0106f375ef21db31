/* completion.c - see completion.h. */
#include "common/run/completion.h"

#include <stdio.h>
#include <string.h>

#include "common/run/options.h"

/* What follows an option that is not a switch. */
enum follow { FOLLOW_WORDS, FOLLOW_PATH, FOLLOW_OTHER };

static enum follow follow_of(const struct option_desc *o)
{
    char word[48];
    if (option_word(o, 0, word)) return FOLLOW_WORDS;
    bool path = o->limit == LIMIT_READS || o->limit == LIMIT_WRITES || o->limit == LIMIT_FOLDER ||
                o->limit == LIMIT_STREAM;
    return path ? FOLLOW_PATH : FOLLOW_OTHER;
}

/* Does `sluice VERB` take this option? */
static bool takes(const char *verb, const struct option_desc *o)
{
    const struct section_desc *d = section_find(verb);
    bool stage = d && d->kind == SECTION_STAGE;
    return strcmp(o->section, verb) == 0 || strcmp(o->section, "any") == 0 ||
           (stage && strcmp(o->section, "stage") == 0);
}

static void print_option(const struct option_desc *o, const char *between)
{
    char letter = option_letter(o->key);
    if (letter) printf("-%c%s", letter, between);
    printf("--%s", o->key);
}

static void print_words(const struct option_desc *o)
{
    char word[48];
    printf("        ");
    print_option(o, "|");
    printf(") values=\"");
    for (size_t i = 0; option_word(o, i, word); i++) printf("%s%s", i ? " " : "", word);
    printf("\" ;;\n");
}

/* One line for all options of a verb that the same thing follows. */
static void print_group(const char *verb, enum follow follow, const char *value)
{
    size_t n, found = 0;
    const struct option_desc *o = option_table(&n);
    for (size_t i = 0; i < n; i++) {
        if (!takes(verb, &o[i]) || o[i].kind == OPTION_BOOL || follow_of(&o[i]) != follow) continue;
        printf(found++ ? "|" : "        ");
        print_option(&o[i], "|");
    }
    if (found) printf(") values=%s ;;\n", value);
}

static void print_verb(const char *verb)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    printf("    %s)\n        words=\"", verb);
    for (size_t i = 0; i < n; i++) {
        if (!takes(verb, &o[i])) continue;
        print_option(&o[i], " ");
        putchar(' ');
    }
    printf("\"\n        case $prev in\n");
    for (size_t i = 0; i < n; i++)
        if (takes(verb, &o[i]) && o[i].kind != OPTION_BOOL && follow_of(&o[i]) == FOLLOW_WORDS)
            print_words(&o[i]);
    print_group(verb, FOLLOW_PATH, "PATH");
    print_group(verb, FOLLOW_OTHER, "NONE");
    printf("        esac ;;\n");
}

/* "--key=value" is three words to bash: the equals sign is one of them. */
void completion_bash(const char *const *verbs, size_t count)
{
    printf("# bash completion of sluice, printed by `sluice completion bash` from the option "
           "table\n"
           "_sluice() {\n"
           "    local verb words='' values='' cur=${COMP_WORDS[COMP_CWORD]} "
           "prev=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    [ \"$cur\" != = ] || cur=''\n"
           "    [ \"$prev\" != = ] || prev=${COMP_WORDS[COMP_CWORD-2]}\n"
           "    verb=${COMP_WORDS[0]##*/}; verb=${verb#sluice-}\n"
           "    if [ \"$verb\" = sluice ]; then\n"
           "        if [ \"$COMP_CWORD\" = 1 ]; then\n"
           "            COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; i < count; i++) printf("%s ", verbs[i]);
    printf("help completion\" -- \"$cur\"))\n"
           "            return\n"
           "        fi\n"
           "        verb=${COMP_WORDS[1]}\n"
           "    fi\n"
           "    case $verb in\n");
    for (size_t i = 0; i < count; i++) print_verb(verbs[i]);
    printf("    esac\n"
           "    case $values in\n"
           "    NONE) COMPREPLY=(); return ;;\n"
           "    PATH) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
           "    ?*) COMPREPLY=($(compgen -W \"$values\" -- \"$cur\")); return ;;\n"
           "    esac\n"
           "    case $cur in\n"
           "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
           "    *) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
           "    esac\n"
           "}\n"
           "complete -F _sluice sluice");
    for (size_t i = 0; i < count; i++) printf(" sluice-%s", verbs[i]);
    putchar('\n');
}
