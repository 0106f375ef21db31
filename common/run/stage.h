/* stage.h - the contract of a stage and of a plain tool, and the one loop that runs stages.
 *
 * A stage passes on every record it reads, unchanged and in order, and adds its own right after the record that
 * caused them. Its state is one flat block without pointers. It gets its settings once, in init; after that it sees
 * only records. step() must be pure: no clock, no I/O, no randomness but a seeded struct rng kept in the state. */
#ifndef SLUICE_STAGE_H
#define SLUICE_STAGE_H

#include "common/base/base.h"
#include "common/rec/out.h"
#include "common/rec/record.h"
#include "common/run/settings.h"

/* Source ids that sluice's own writers stamp on records (src). Sources of recorded data take --src, from 100 up. */
enum source_id {
    SRC_IMPORT = 1, SRC_SIM = 2, SRC_GEYSER = 3, SRC_RPC = 4, SRC_SOCIAL = 5, SRC_INTEL = 6, SRC_TOOL = 9,
    SRC_SAFETY = 10, SRC_GRAPH = 11, SRC_MEV = 12, SRC_FEATURES = 13, SRC_SCORE = 14, SRC_ARB = 15, SRC_RISK = 16,
    SRC_EXECUTE = 17, SRC_LEDGER = 18
};

struct stage {
    const char *name;      /* "sluice-risk" */
    const char *section;   /* "risk": its section in options.def */
    const char *purpose;   /* one line for --help */
    uint32_t src;          /* source id of what it makes */
    uint64_t reads;        /* REC_BIT set of the records step() wants to see; others pass by undecoded */
    uint64_t consumes;     /* REC_BIT set of the records it does not pass on (unless --keep) */
    uint64_t writes;       /* REC_BIT set of the records it makes */
    bool sink;             /* it writes no stream at all (the ledger) */
    /* Bytes of the state block under these settings; the block is zeroed, 64-byte aligned. */
    size_t (*state_size)(const struct settings *s);
    /* Prepare the block. A wrong setting is E_CONFIG with the origin in the text. */
    enum error (*init)(void *state, const struct settings *s, struct err *e);
    /* One record that `reads` names. r is valid during the call only. */
    void (*step)(void *state, const struct record *r, struct out *out);
    /* End of input (after the last step, before eos), may be NULL. */
    void (*finish)(void *state, struct out *out);
    /* After a `slot` record was stepped and passed on: must the loop now read the back channel until `done`? Each
     * record of the back channel is then given to step(). May be NULL (no back channel read). */
    bool (*awaits)(const void *state);
    /* True when the stage writes the back channel (execute). */
    bool reports;
    /* A stage with a world of its own besides its input (live execution). Called whenever the input runs dry: do what is due, wait until
     * input_fd (-1: the input has ended) is readable, something ended, or a moment has passed. *readable: go on reading. What it puts
     * is written at once. May be NULL. */
    enum error (*serve)(void *state, struct out *out, int input_fd, bool *readable, struct err *e);
    /* Is something under way that the end of input must wait for? Goes with serve. */
    bool (*pending)(const void *state);
    /* A sink's I/O: called instead of the pure step when set, may fail. Only the ledger has it. With REC_head and REC_eos
     * in `reads` it is given these two as well; no eos before sink_finish means that the input was truncated. */
    enum error (*sink_step)(void *state, const struct record *r, struct err *e);
    /* Input has run dry for now: a good moment to flush. May be NULL. */
    enum error (*sink_idle)(void *state, struct err *e);
    enum error (*sink_finish)(void *state, struct err *e);
    /* The process leaves, whatever happened: let go of what init() took. Only sinks have it. May be NULL. */
    void (*release)(void *state);
};

/* Run a stage: parse options, open ends, loop, close. Returns the process exit code. */
int stage_main(const struct stage *stage, int argc, char **argv);

/* A tool that is not a stage. run() returns OK or the error it has put into e, which is then printed in one line. */
struct tool {
    const char *name, *section, *purpose;
    const char *operands;    /* "[FILE...]" for the usage line, "" for none */
    enum error (*run)(const struct settings *s, struct err *e);
};
int tool_main(const struct tool *tool, int argc, char **argv);

/* Print to standard error as "sluice-risk: warning: ...", when the log level lets it. */
enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
