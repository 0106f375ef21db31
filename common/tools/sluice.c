/* sluice - the umbrella: `sluice VERB` runs sluice-VERB, `sluice help` lists the verbs, `sluice
 * completion bash` prints a completion made from the option table. Must not: know more of a tool
 * than its name and what it says of itself. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/run/main.h"
#include "common/base/text.h"
#include "common/run/settings_load.h"

#define VERBS_MAX  128
#define VERB_BYTES 40

static char verbs[VERBS_MAX][VERB_BYTES];
static size_t verb_count;

static void add_verb(const char *name)
{
    for (size_t i = 0; i < verb_count; i++)
        if (strcmp(verbs[i], name) == 0) return;
    if (verb_count < VERBS_MAX && strlen(name) < VERB_BYTES)
        snprintf(verbs[verb_count++], VERB_BYTES, "%.*s", VERB_BYTES - 1, name);
}

static void scan(const char *dir)
{
    DIR *d = opendir(dir);
    char path[1024];
    for (struct dirent *f; d && (f = readdir(d));) {
        if (strncmp(f->d_name, "sluice-", 7) != 0 || strchr(f->d_name, '.')) continue;
        snprintf(path, sizeof path, "%s/%s", dir, f->d_name);
        if (access(path, X_OK) == 0) add_verb(f->d_name + 7);
    }
    if (d) closedir(d);
}

/* What was printed must have arrived. */
static int finish(void)
{
    struct err e = {0};
    return main_leave("sluice", OK, &e);
}

static int by_name(const void *a, const void *b) { return strcmp(a, b); }

/* Where this program lies; the tools lie beside it. */
static const char *own_dir(void)
{
    static char dir[1024];
    ssize_t n = readlink("/proc/self/exe", dir, sizeof dir - 1);
    dir[n > 0 ? n : 0] = 0;
    char *slash = strrchr(dir, '/');
    if (slash) *slash = 0;
    return dir;
}

static void find_verbs(void)
{
    scan(own_dir());
    qsort(verbs, verb_count, VERB_BYTES, by_name);
}

/* First line of `sluice-VERB --help` is "sluice-VERB: purpose". */
static void print_purpose(const char *verb)
{
    char command[1200], line[240] = "";
    snprintf(command, sizeof command, "'%s/sluice-%s' --help 2>/dev/null </dev/null", own_dir(),
             verb);
    FILE *f = popen(command, "r");
    if (f && !fgets(line, sizeof line, f)) line[0] = 0;
    while (f && fgetc(f) != EOF) {
    }
    if (f) pclose(f);
    char *colon = strstr(line, ": ");
    printf("  %-10s %s", verb, colon ? colon + 2 : "\n");
}

static int help(void)
{
    printf("sluice: a Solana memecoin trading system made of small processes\n\nusage: sluice VERB "
           "[OPTION...] [FILE...]\n\nverbs:\n");
    find_verbs();
    for (size_t i = 0; i < verb_count; i++) print_purpose(verbs[i]);
    printf("  %-10s %s\n  %-10s %s\n", "help",
           "this list; `sluice help VERB` shows the manual page", "completion",
           "bash: print a completion script");
    printf("\nA whole backtest: sluice-replay TAPE | sluice-features | sluice-score | sluice-risk "
           "| sluice-execute --paper | sluice-ledger RUN.db\n"
           "pipelines/backtest.sh does just that. More: man sluice\n");
    return finish();
}

static void completion_of(const char *verb)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    static const char *const stages[] = {"features", "score", "risk", "execute", "ledger"};
    bool stage = false;
    for (size_t i = 0; i < COUNT_OF(stages); i++) stage = stage || strcmp(stages[i], verb) == 0;
    printf("    %s) words=\"", verb);
    for (size_t i = 0; i < n; i++)
        if (strcmp(o[i].section, verb) == 0 || strcmp(o[i].section, "any") == 0 ||
            (stage && strcmp(o[i].section, "stage") == 0))
            printf("--%s ", o[i].key);
    printf("\" ;;\n");
}

static int completion(const char *shell)
{
    if (!shell || strcmp(shell, "bash") != 0) {
        fprintf(stderr, "sluice: error: completion is made for bash: sluice completion bash\n");
        return 2;
    }
    find_verbs();
    printf(
        "# bash completion of sluice, made by `sluice completion bash` from the option "
        "table\n_sluice() {\n    local verb words cur=${COMP_WORDS[COMP_CWORD]}\n"
        "    verb=${COMP_WORDS[0]##*/}; verb=${verb#sluice-}\n    if [ \"$verb\" = sluice ]; "
        "then\n        if [ \"$COMP_CWORD\" = 1 ]; then\n            COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; i < verb_count; i++) printf("%s ", verbs[i]);
    printf("help completion\" -- \"$cur\")); return\n        fi\n        verb=${COMP_WORDS[1]}\n   "
           " fi\n    case $verb in\n");
    for (size_t i = 0; i < verb_count; i++) completion_of(verbs[i]);
    printf("    *) words= ;;\n    esac\n    case $cur in\n    -*) COMPREPLY=($(compgen -W "
           "\"$words\" -- \"$cur\")) ;;\n    *) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n    "
           "esac\n}\ncomplete -F _sluice sluice");
    for (size_t i = 0; i < verb_count; i++) printf(" sluice-%s", verbs[i]);
    printf("\n");
    return finish();
}

static int unknown(const char *verb)
{
    const char *names[VERBS_MAX];
    find_verbs();
    for (size_t i = 0; i < verb_count; i++) names[i] = verbs[i];
    const char *near = nearest_name(verb, names, verb_count);
    fprintf(stderr, "sluice: error: there is no verb '%.60s'%s%s%s; see sluice help\n", verb,
            near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
    return 2;
}

/* Run DIR/sluice-VERB, or the one on PATH. */
static int run_verb(const char *verb, char **argv)
{
    char path[1200], name[128];
    if (strlen(verb) > 60 || strchr(verb, '/')) return unknown(verb);
    snprintf(name, sizeof name, "sluice-%s", verb);
    snprintf(path, sizeof path, "%s/%s", own_dir(), name);
    argv[0] = name;
    signal(SIGPIPE, SIG_DFL);
    execv(path, argv);
    if (errno == ENOENT) execvp(name, argv);
    if (errno == ENOENT) return unknown(verb);
    fprintf(stderr, "sluice: error: unable to run %s: %s\n", name, strerror(errno));
    return 3;
}

/* The page of the build tree that this program lies in, of whatever section; false when installed.
 */
static bool built_page(const char *page, char *path, size_t cap)
{
    for (const char *section = "157"; *section; section++) {
        snprintf(path, cap, "%s/../man/%s.%c", own_dir(), page, *section);
        if (access(path, R_OK) == 0) return true;
    }
    return false;
}

static int manual(const char *verb)
{
    char page[80], path[1200];
    snprintf(page, sizeof page, "sluice%s%.60s", strncmp(verb, "sluice", 6) == 0 ? "" : "-",
             strncmp(verb, "sluice", 6) == 0 ? verb + 6 : verb);
    if (built_page(page, path, sizeof path)) execlp("man", "man", "-l", path, (char *)NULL);
    execlp("man", "man", page, (char *)NULL);
    char *argv[] = {NULL, (char *)"--help", NULL};
    return run_verb(verb, argv);
}

int main(int argc, char **argv)
{
    main_signals();
    const char *verb = argc > 1 ? argv[1] : "help";
    if (strcmp(verb, "--version") == 0 || strcmp(verb, "-V") == 0) {
        printf("sluice %s\n", SLUICE_VERSION);
        return finish();
    }
    if (strcmp(verb, "help") == 0 && argc > 2) return manual(argv[2]);
    if (strcmp(verb, "help") == 0 || strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0)
        return help();
    if (strcmp(verb, "completion") == 0) return completion(argc > 2 ? argv[2] : NULL);
    return run_verb(verb, argv + 1);
}
