/* tool.c - the main of every tool that is not a stage. */
#include "common/run/main.h"

int tool_main(const struct tool *tool, int argc, char **argv)
{
    struct settings_request want = {
        .tool = tool->name, .section = tool->section, .errors = ERRORS_MAX};
    struct settings *s = NULL;
    struct err e = {0};
    bool finished;
    main_signals();
    enum error rc =
        main_settings(&want, tool->purpose, tool->operands, NULL, argc, argv, &s, &finished, &e);
    if (rc == OK && !finished) rc = tool->run(s, &e);
    settings_free(s);
    return main_leave(tool->name, rc, &e);
}
