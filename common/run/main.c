/* main.c - what every main function shares; see main.h. */
#include "common/run/main.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/hash.h"
#include "common/io/endpoint.h"
#include "common/run/log.h"
#include "common/run/operands.h"

extern char **environ;

static void on_signal(int sig)
{
    (void)sig;
    endpoint_stop = 1;
}

void main_signals(void)
{
    struct sigaction stop = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore,
              NULL); /* a file at its limit is an error of the write, not a death */
}

/* Print words folded at 100 columns, the second column beginning at 31. */
static void help_words(const char *text, int *column)
{
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, " ");
        if (*column + (int)n > 99) *column = printf("\n%30s", "") - 1;
        *column += printf(" %.*s", (int)n, p);
        p += n + (p[n] == ' ');
    }
}

/* "from 64 to 65536, default 4096" in brackets. */
static void help_limits(const struct option_desc *o, char *out, size_t cap)
{
    bool shown = *o->fallback && !(o->kind == OPTION_BOOL && strcmp(o->fallback, "no") == 0);
    char range[80] = "";
    if (o->limit == LIMIT_RANGE && o->max)
        snprintf(range, sizeof range, "from %s to %s", o->min, o->max);
    else if (o->limit == LIMIT_RANGE)
        snprintf(range, sizeof range, "at least %s", o->min);
    const char *joint = *range && shown ? ", default " : shown ? "default " : "";
    out[0] = 0;
    if (*range || shown) snprintf(out, cap, "[%s%s%s]", range, joint, shown ? o->fallback : "");
}

/* One option in two columns; a key of a repeated section is no flag. */
static void help_option(const struct option_desc *o)
{
    char left[160], argument[100], limits[240];
    char letter = option_letter(o->key);
    char dash[8] = "";
    bool flag = !section_is_repeated(o->section), alone = flag && o->kind == OPTION_BOOL;
    if (letter) snprintf(dash, sizeof dash, "-%c, ", letter);
    option_argument(o, argument, sizeof argument);
    snprintf(left, sizeof left, "  %s%s%s%s%s", dash, flag ? "--" : "", o->key, alone ? "" : " ",
             alone ? "" : argument);
    int column = printf("%-30s", left);
    if (column > 30) column = printf("\n%30s", "") - 1;
    help_words(o->doc, &column);
    help_limits(o, limits, sizeof limits);
    help_words(limits, &column);
    putchar('\n');
}

static void help_section(const char *section, const char *title)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(o[i].section, section) != 0) continue;
        if (!any) printf("\n%s\n", title);
        any = true;
        help_option(&o[i]);
    }
}

static void help_records(const char *title, uint64_t set)
{
    if (!set) return;
    printf("%s", title);
    for (unsigned id = 0; id < REC_LIMIT; id++)
        if (set >> id & 1 && record_desc(id)) printf(" %s", record_desc(id)->name);
    putchar('\n');
}

static void help(const struct settings_request *want, const char *purpose, const char *usage,
                 const struct stage *stage)
{
    printf("%s: %s\n\nusage: %s [OPTION...]%s%s\n", want->tool, purpose, want->tool,
           usage && *usage ? " " : "", usage ? usage : "");
    if (stage) {
        putchar('\n');
        help_records("reads:   ", stage->records.reads);
        help_records("writes:  ", stage->records.writes);
        help_records("consumes:", stage->records.consumes);
    }
    if (want->section) help_section(want->section, "options:");
    if (want->allowed)
        help_section(want->allowed, "keys of a [strategy NAME] section in the configuration file:");
    if (want->stage) help_section("stage", "options of every stage:");
    help_section("any", "options of every tool:");
    printf("\nMore: man %s\n", want->tool);
}

enum error main_settings(const struct settings_request *want, const char *purpose,
                         const char *usage, const struct stage *stage, int argc, char **argv,
                         struct settings **out, bool *finished, struct err *e)
{
    *finished = false;
    log_setup(want->tool, "warning");
    if (hash_setup() != OK) return err_set(e, E_LIMIT, "libsodium does not start");
    enum error rc = settings_load(want, argc, argv, environ, out, e);
    if (rc != OK) return rc;
    const struct section *own = settings_own(*out);
    log_setup(want->tool, settings_str(own, "log-level"));
    if (settings_bool(own, "help")) {
        help(want, purpose, usage, stage);
        *finished = true;
    } else if (settings_bool(own, "version")) {
        printf("%s %s\n", want->tool, SLUICE_VERSION);
        *finished = true;
    }
    return OK;
}

int main_leave(const char *tool, enum error rc, const struct err *e)
{
    if (rc != OK)
        fprintf(stderr, "%s: %s: %s\n", tool, rc == E_TRUNCATED ? "warning" : "error",
                e->text[0] ? e->text : err_doc(rc));
    if ((fflush(stdout) != 0 || ferror(stdout)) && rc == OK) {
        struct err failed = {0};
        rc = operands_stdout_failed(&failed);
        fprintf(stderr, "%s: error: %s\n", tool, failed.text);
    }
    if (nng_in_use) _exit(err_exit_code(rc));
    return err_exit_code(rc);
}
