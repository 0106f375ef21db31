/* tables.c - expand the markers of a manual source into mdoc that is printed from the tables.
 * A build tool, not installed: tables SOURCE >PAGE
 *
 * A marker stands alone on a line; mdoc reads it as a comment:
 *   .\" @options SECTION          options of SECTION; then where the common options are described
 *   .\" @keys SECTION             the same options as keys of the configuration file
 *   .\" @environment SECTION      environment variables that set options of SECTION
 *   .\" @aliases, .\" @variables  second names of settings; variables of the scripts
 *   .\" @settings                 every section of the configuration
 *   .\" @records, .\" @enums      record types with their fields; enumerations with their numbers
 *   .\" @flags                    bits of the fields named flags
 *   .\" @features                 feature vector by index
 *   .\" @gates                    gates of sluice-risk
 *   .\" @exit                     every exit code
 * A note adds hand-written text to an entry of such a list. It ends at the line .\" @end and may
 * stand anywhere in the source:
 *   .\" @option SECTION KEY       printed below the option in @options and @keys
 *   .\" @section NAME             printed below the heading of the section in @settings, instead of
 *                                 the sentence that names the tool's page
 *   .\" @gate NAME                what the gate checks, in @gates
 *   .\" @code N                   printed instead of the general meaning of exit code N in @exit
 * An unknown marker, an unknown section, and a note that no list prints are errors. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/base.h"
#include "common/rec/record.h"
#include "common/run/settings_load.h"

#define LINES_MAX 4096
#define NOTES_MAX 256
#define EXIT_MAX  255
#define MARKER    ".\\\" @"

/* A note: the words of its marker, and the lines between marker and end. */
struct note {
    const char *name; /* "option risk max-token-sol" */
    size_t from, to;  /* lines [from, to) */
    bool used;
};

static struct source {
    const char *path;
    char *line[LINES_MAX];
    size_t line_count;
    struct note note[NOTES_MAX];
    size_t note_count;
} source;

static struct {
    unsigned index;
    const char *name, *unit, *window, *doc;
} const features[] = {
#define FEATURE(index, name, unit, window, doc) {index, #name, #unit, window, doc},
#include "common/rec/features.def"
#undef FEATURE
};

static const struct {
    const char *record, *name;
    unsigned bit;
    const char *doc;
} flags[] = {
#define FLAG(record, name, bit, doc) {#record, #name, bit, doc},
#include "common/rec/flags.def"
#undef FLAG
};

/* Gates and limits of entries: name, unit of threshold and value. */
static const struct {
    const char *name, *unit;
} gates[] = {
#define GATE(name, unit, holds, value, threshold)      {#name, unit},
#define LIMIT(name, lamports)                          {#name, "lamports"},
#define SIZE_GATE(name, unit, holds, value, threshold) {#name, unit},
#include "risk/risk/rules.def"
};

static const char *const enum_types[] = {
#define ENUM_BEGIN(e) #e,
#define ENUM_VALUE(e, value, number, doc)
#define ENUM_END(e)
#include "common/rec/enums.def"
#undef ENUM_BEGIN
#undef ENUM_VALUE
#undef ENUM_END
};

/* Report a defect of the source and exit; line counts from 0. */
static void PRINTF_LIKE(2, 3) fail(size_t line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%zu: ", source.path, line + 1);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

/* ---- text of a table as mdoc ---- */

/* Print one character; a hyphen stays the ASCII hyphen that a reader can copy. */
static void put_char(char c)
{
    if (c == '\\')
        fputs("\\e", stdout);
    else if (c == '-')
        fputs("\\-", stdout);
    else
        putchar(c);
}

static void put_text(const char *text)
{
    for (; *text; text++) put_char(*text);
}

/* Does the first word read as an ordinary word, not as a name or value that must keep its case? */
static bool starts_with_word(const char *doc)
{
    size_t n = strspn(doc, "abcdefghijklmnopqrstuvwxyz-");
    if (n == 1) return strncmp(doc, "a ", 2) == 0;
    return n > 1 && (doc[n] == ' ' || doc[n] == ':' || doc[n] == ',' || doc[n] == 0);
}

/* Print a doc string as sentences, one a line, with a capital and a final stop. */
static void put_sentences(const char *doc, bool capital)
{
    size_t n = strlen(doc);
    printf("\\&");
    for (size_t i = 0; i < n; i++) {
        char c = doc[i];
        if (i == 0 && capital && starts_with_word(doc)) c = (char)toupper((unsigned char)c);
        put_char(c);
        if (c == '.' && doc[i + 1] == ' ' && isupper((unsigned char)doc[i + 2])) {
            printf("\n\\&");
            i++;
        }
    }
    puts(n && (doc[n - 1] == '.' || doc[n - 1] == '?') ? "" : ".");
}

static void list_begin(bool compact)
{
    printf(".Bl -tag -width Ds%s\n", compact ? " -compact" : "");
}
static void list_end(void) { puts(".El"); }

/* ---- notes ---- */

/* Words behind "@" when line i is a marker; NULL when it is not. */
static const char *marker_at(size_t i)
{
    const char *line = source.line[i];
    return strncmp(line, MARKER, sizeof MARKER - 1) == 0 ? line + sizeof MARKER - 1 : NULL;
}

static bool is_note(const char *words)
{
    return strncmp(words, "option ", 7) == 0 || strncmp(words, "section ", 8) == 0 ||
           strncmp(words, "code ", 5) == 0 || strncmp(words, "gate ", 5) == 0;
}

/* Read the note that begins at line i; returns the line of its end. */
static size_t read_note(size_t i)
{
    struct note *n = &source.note[source.note_count];
    if (source.note_count++ == NOTES_MAX) fail(i, "more than %d notes", NOTES_MAX);
    *n = (struct note){.name = marker_at(i), .from = i + 1};
    for (n->to = n->from; n->to < source.line_count; n->to++) {
        const char *words = marker_at(n->to);
        if (words && strcmp(words, "end") == 0) return n->to;
        if (words) fail(n->to, "a marker inside of the note '%s'", n->name);
    }
    fail(i, "the note '%s' has no end", n->name);
    return i;
}

static void read_notes(void)
{
    for (size_t i = 0; i < source.line_count; i++)
        if (marker_at(i) && is_note(marker_at(i))) i = read_note(i);
}

/* Print the note of this name; false when the source has none. */
static bool PRINTF_LIKE(1, 2) put_note(const char *format, ...)
{
    char name[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < source.note_count; i++) {
        struct note *n = &source.note[i];
        if (strcmp(n->name, name) != 0) continue;
        for (size_t k = n->from; k < n->to; k++) puts(source.line[k]);
        n->used = true;
        return true;
    }
    return false;
}

static void check_notes_used(void)
{
    for (size_t i = 0; i < source.note_count; i++)
        if (!source.note[i].used)
            fail(source.note[i].from - 1, "no list prints the note '%s'", source.note[i].name);
}

/* ---- options and settings ---- */

static void put_placeholder(const struct option_desc *o)
{
    char argument[100];
    option_argument(o, argument, sizeof argument);
    for (const char *p = argument; *p; p++)
        put_char(o->kind == OPTION_SOL ? *p : (char)tolower((unsigned char)*p));
}

/* A value as a reader types it; quoted where a full stop behind it could be taken for a part. */
static void put_default(const char *value)
{
    size_t n = strlen(value);
    bool plain = isalnum((unsigned char)*value) && isalnum((unsigned char)value[n - 1]) &&
                 !strchr(value, '/');
    printf(plain ? "Default: " : "Default:\n.Ql \\&");
    put_text(value);
    puts(plain ? "." : " .");
}

static void put_limits(const struct option_desc *o)
{
    char words[400];
    if (o->limit == LIMIT_ENUM_OF) {
        option_wanted(o, words, sizeof words);
        printf("One of ");
        put_text(words);
        puts(".");
    }
    if (o->limit == LIMIT_LATER_ADDS || o->limit == LIMIT_LATER_CHANGES)
        puts(o->limit == LIMIT_LATER_ADDS ? "Not built yet; without effect when set."
                                          : "Not built yet; an error when set.");
    if (o->limit != LIMIT_RANGE) return;
    printf(o->max ? "From " : "At least ");
    put_text(o->min);
    if (o->max) printf(" to ");
    if (o->max) put_text(o->max);
    puts(".");
}

/* Does the doc begin with one of the values, which must keep its case? */
static bool starts_with_choice(const struct option_desc *o)
{
    char word[48];
    for (size_t i = 0; option_word(o, i, word); i++) {
        size_t n = strlen(word);
        if (strncmp(o->doc, word, n) == 0 && !isalnum((unsigned char)o->doc[n])) return true;
    }
    return false;
}

/* What is known of an option: meaning, limits, default, alias in the environment. */
static void put_option_facts(const struct option_desc *o)
{
    put_sentences(o->doc, !starts_with_choice(o));
    put_limits(o);
    bool is_no = o->kind == OPTION_BOOL && strcmp(o->fallback, "no") == 0;
    if (*o->fallback && !is_no) put_default(o->fallback);
    if (*o->env) printf("Environment:\n.Ev %s .\n", o->env);
}

static void put_flag(const struct option_desc *o)
{
    char letter = option_letter(o->key);
    printf(".It ");
    if (letter) printf("Fl %c , ", letter);
    printf("Fl \\-");
    put_text(o->key);
    if (o->kind != OPTION_BOOL) {
        printf(" Ar ");
        put_placeholder(o);
    }
    putchar('\n');
    put_option_facts(o);
    put_note("option %s %s", o->section, o->key);
}

static void put_setting(const struct option_desc *o)
{
    printf(".It Cm ");
    put_text(o->key);
    printf(" No = Ar ");
    put_placeholder(o);
    putchar('\n');
    put_option_facts(o);
    put_note("option %s %s", o->section, o->key);
}

/* Print every option of a section as a list; returns how many there are. */
static size_t put_section(const char *section, void (*put)(const struct option_desc *))
{
    size_t n, found = 0;
    const struct option_desc *o = option_table(&n);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(o[i].section, section) != 0) continue;
        if (found++ == 0) list_begin(false);
        put(&o[i]);
    }
    if (found) list_end();
    return found;
}

/* ".Fl \-input , Fl \-output ," for a paragraph that points to another page. */
static void put_flag_names(const char *section)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(o[i].section, section) != 0) continue;
        printf(".Fl \\-");
        put_text(o[i].key);
        puts(" ,");
    }
}

static void put_options(const char *section)
{
    enum section_kind kind = section_find(section)->kind;
    size_t own = put_section(section, put_flag);
    if (kind == SECTION_SHARED) return;
    if (own) puts(".Pp");
    if (kind == SECTION_STAGE) {
        puts("The options of every stage,");
        put_flag_names("stage");
        puts("are described in\n.Xr sluice\\-stream 5 .");
    }
    puts("The options of every tool,");
    put_flag_names("any");
    puts("are described in\n.Xr sluice.conf 5 .");
}

static void put_aliases(const char *section)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(o[i].section, section) != 0 || !*o[i].env) continue;
        printf(".It Ev %s\n.Fl \\-", o[i].env);
        put_text(o[i].key);
        putchar('\n');
    }
}

static void put_upper(const char *text)
{
    for (; *text; text++) putchar(*text == '-' ? '_' : toupper((unsigned char)*text));
}

static void put_environment(const char *section)
{
    printf("Each option is also read from\n.Ev SLUICE_");
    put_upper(section);
    puts("_ Ns Ar OPTION ,\nin capitals and with underscores for hyphens.\n"
         "These options have a second name:");
    list_begin(true);
    put_aliases(section);
    put_aliases("any");
    list_end();
}

static void put_all_aliases(void)
{
    size_t n;
    const struct option_desc *o = option_table(&n);
    list_begin(true);
    for (size_t i = 0; i < n; i++) {
        if (!*o[i].env) continue;
        bool any = strcmp(o[i].section, "any") == 0;
        printf(".It Ev %s\n.%s", o[i].env, any ? "Fl \\-" : "Cm ");
        put_text(o[i].key);
        if (!any) printf(" No in [%s]", o[i].section);
        putchar('\n');
    }
    list_end();
}

static void put_variables(void)
{
    size_t n;
    const struct variable_desc *v = variable_table(&n);
    list_begin(true);
    for (size_t i = 0; i < n; i++) {
        printf(".It Ev %s\n", v[i].name);
        put_sentences(v[i].doc, true);
    }
    list_end();
}

static void put_settings_section(const char *name)
{
    printf(".Ss [%s%s]\n", name, section_is_repeated(name) ? " NAME" : "");
    if (!put_note("section %s", name)) printf("The options of\n.Xr sluice\\-%s 1 .\n", name);
    put_section(name, put_setting);
}

static void put_settings(void)
{
    size_t n;
    const struct section_desc *d = section_table(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(d[i].name, "any") != 0 && strcmp(d[i].name, "stage") != 0)
            put_settings_section(d[i].name);
}

/* ---- records, enumerations, features, exit codes ---- */

static void put_field(const struct field_desc *f)
{
    static const char *const kinds[] = {"U8",  "U16", "U32",  "U64", "I64", "ENUM",
                                        "KEY", "SIG", "HASH", "STR", "VEC"};
    printf(".It \\&%s Pq %s%s%s\n", f->name, kinds[f->kind], strcmp(f->unit, "none") ? " \\&" : "",
           strcmp(f->unit, "none") ? f->unit : "");
    put_sentences(f->doc, true);
}

static void put_records(void)
{
    for (unsigned id = 0; id < REC_LIMIT; id++) {
        const struct record_desc *r = record_desc(id);
        if (!r) continue;
        printf(".Ss %s (%u)\n", r->name, id);
        put_sentences(r->doc, true);
        list_begin(true);
        for (uint32_t i = 0; i < r->field_count; i++) put_field(&r->fields[i]);
        list_end();
    }
}

static void put_enums(void)
{
    for (size_t i = 0; i < COUNT_OF(enum_types); i++) {
        const struct enum_desc *e = enum_desc(enum_types[i]);
        printf(".Ss %s\n", e->name);
        list_begin(true);
        for (uint32_t k = 0; k < e->value_count; k++) {
            printf(".It %u Cm \\&%s\n", e->values[k].number, e->values[k].name);
            put_sentences(e->values[k].doc, true);
        }
        list_end();
    }
}

static void put_flags(void)
{
    for (size_t i = 0; i < COUNT_OF(flags); i++) {
        bool first = i == 0 || strcmp(flags[i].record, flags[i - 1].record) != 0;
        if (first && i) list_end();
        if (first) printf(".Ss %s.flags\n", flags[i].record);
        if (first) list_begin(true);
        printf(".It %u Cm %s\n", flags[i].bit, flags[i].name);
        put_sentences(flags[i].doc, true);
    }
    list_end();
}

static void put_gates(void)
{
    list_begin(true);
    for (size_t i = 0; i < COUNT_OF(gates); i++) {
        printf(".It Cm %s Pq %s\n", gates[i].name, gates[i].unit);
        put_note("gate %s", gates[i].name);
    }
    list_end();
}

static void put_features(void)
{
    list_begin(false);
    for (size_t i = 0; i < COUNT_OF(features); i++) {
        printf(".It %u Cm %s Pq %s%s%s\n", features[i].index, features[i].name, features[i].unit,
               *features[i].window ? ", " : "", features[i].window);
        put_sentences(features[i].doc, true);
    }
    list_end();
}

/* The meanings of one exit code, each as a sentence. */
static void put_exit_code(int code)
{
    bool found = false;
    for (int i = 0; i < ERROR_COUNT; i++) {
        if (err_exit_code((enum error)i) != code) continue;
        if (!found) printf(".It %d\n", code);
        if (!found && put_note("code %d", code)) return;
        found = true;
        put_sentences(err_doc((enum error)i), true);
    }
}

static void put_exit(void)
{
    list_begin(false);
    for (int code = 0; code <= EXIT_MAX; code++) put_exit_code(code);
    list_end();
}

/* ---- the source ---- */

static void read_source(const char *path)
{
    size_t room = 0;
    char *line = NULL;
    FILE *f = fopen(path, "re");
    source.path = path;
    if (!f) fail(0, "unable to open");
    for (ssize_t n; (n = getline(&line, &room, f)) >= 0; line = NULL, room = 0) {
        if (source.line_count == LINES_MAX) fail(LINES_MAX, "more than %d lines", LINES_MAX);
        if (n > 0 && line[n - 1] == '\n') line[n - 1] = 0;
        source.line[source.line_count++] = line;
    }
    free(line);
    fclose(f);
}

/* Expand a marker that takes no argument; false when it is not one. */
static bool expand_plain(const char *words)
{
    static const struct {
        const char *words;
        void (*put)(void);
    } lists[] = {
        {"settings", put_settings}, {"aliases", put_all_aliases}, {"variables", put_variables},
        {"records", put_records},   {"enums", put_enums},         {"flags", put_flags},
        {"gates", put_gates},       {"features", put_features},   {"exit", put_exit}};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        if (strcmp(words, lists[i].words) != 0) continue;
        lists[i].put();
        return true;
    }
    return false;
}

/* Expand a marker that names a section, at line i. */
static void expand_section(size_t i, const char *words)
{
    char list[16], section[32], extra[2];
    if (sscanf(words, "%15s %31s %1s", list, section, extra) != 2)
        fail(i, "unknown marker '%s'", words);
    if (!section_find(section)) fail(i, "options.def has no section '%s'", section);
    if (strcmp(list, "options") == 0)
        put_options(section);
    else if (strcmp(list, "keys") == 0)
        put_section(section, put_setting);
    else if (strcmp(list, "environment") == 0)
        put_environment(section);
    else
        fail(i, "unknown marker '%s'", words);
}

/* Print line i or what it stands for; returns the last line that was handled. */
static size_t expand_line(size_t i)
{
    const char *words = marker_at(i);
    if (!words) {
        puts(source.line[i]);
    } else if (is_note(words)) {
        while (strcmp(source.line[i], MARKER "end") != 0) i++;
    } else if (!expand_plain(words)) {
        expand_section(i, words);
    }
    return i;
}

static void release(void)
{
    for (size_t i = 0; i < source.line_count; i++) free(source.line[i]);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: tables SOURCE >PAGE\n");
        return 2;
    }
    read_source(argv[1]);
    read_notes();
    for (size_t i = 0; i < source.line_count; i++) i = expand_line(i);
    check_notes_used();
    release();
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
