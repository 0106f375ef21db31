/* sluice - the umbrella: `sluice VERB` runs sluice-VERB, `sluice help` lists the verbs, `sluice
 * completion bash` prints a completion script. Must not: contain anything about a tool but its
 * name; help prints the first line of its --help. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/run/main.h"
#include "common/base/text.h"
#include "common/run/completion.h"

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

/* Flush standard output; the exit code. */
static int finish(void)
{
    struct err e = {0};
    return main_leave("sluice", OK, &e);
}

static int by_name(const void *a, const void *b) { return strcmp(a, b); }

/* The folder of this program; the tools are in the same folder. */
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
           "print this list; `sluice help VERB` shows the manual page", "completion",
           "print a completion script for bash");
    printf("\nA whole backtest: sluice-replay TAPE | sluice-features | sluice-score | sluice-risk "
           "| sluice-execute --paper | sluice-ledger RUN.db\n"
           "pipelines/backtest.sh runs it. More: man sluice\n");
    return finish();
}

static int completion(const char *shell)
{
    const char *names[VERBS_MAX];
    if (!shell || strcmp(shell, "bash") != 0) {
        fprintf(stderr,
                "sluice: error: completion is available for bash only: use `sluice completion "
                "bash`\n");
        return 2;
    }
    find_verbs();
    for (size_t i = 0; i < verb_count; i++) names[i] = verbs[i];
    completion_bash(names, verb_count);
    return finish();
}

static int unknown(const char *verb)
{
    const char *names[VERBS_MAX];
    find_verbs();
    for (size_t i = 0; i < verb_count; i++) names[i] = verbs[i];
    const char *near = nearest_name(verb, names, verb_count);
    fprintf(stderr, "sluice: error: unknown verb '%.60s'%s%s%s; see sluice help\n", verb,
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
