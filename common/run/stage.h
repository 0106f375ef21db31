/* stage.h - the contract of a stage and of a plain tool, and the one loop that runs stages.
 *
 * A stage passes on every record it reads, unchanged and in order, and adds its own right after the
 * record that caused them. Its state is one flat block without pointers. It gets its settings once,
 * in init; after that it sees only records. step() must be pure: no clock, no I/O, no randomness
 * but a seeded struct rng kept in the state. */
#ifndef SLUICE_STAGE_H
#define SLUICE_STAGE_H

#include "common/base/base.h"
#include "common/rec/out.h"
#include "common/rec/record.h"
#include "common/run/settings.h"

/* Source ids that sluice's own writers stamp on records (src). Sources of recorded data take --src,
 * from 100 up. */
enum source_id {
    SRC_IMPORT = 1,
    SRC_SIM = 2,
    SRC_GEYSER = 3,
    SRC_RPC = 4,
    SRC_SOCIAL = 5,
    SRC_INTEL = 6,
    SRC_TOOL = 9,
    SRC_SAFETY = 10,
    SRC_GRAPH = 11,
    SRC_MEV = 12,
    SRC_FEATURES = 13,
    SRC_SCORE = 14,
    SRC_ARB = 15,
    SRC_RISK = 16,
    SRC_EXECUTE = 17,
    SRC_LEDGER = 18
};

/* What a stage reads and writes: REC_BIT sets. */
struct stage_records {
    uint64_t reads;    /* decoded and given to step(); others pass by undecoded */
    uint64_t consumes; /* not passed on, unless --keep names them */
    uint64_t writes;   /* what it makes */
};

/* A sink has no output stream: its I/O replaces the pure step and may fail. With REC_head and
 * REC_eos in `reads`, step() is given these two as well. No eos before finish() means that the
 * input was truncated. */
struct stage_sink {
    enum error (*step)(void *state, const struct record *r, struct err *e);
    /* The input has run dry for now: a good moment to flush. May be NULL. */
    enum error (*idle)(void *state, struct err *e);
    enum error (*finish)(void *state, struct err *e);
};

/* The optional I/O of a stage: another world besides its input (live execution), or no output
 * stream (the ledger). */
struct stage_io {
    /* It writes the back channel (--reports); a stage with awaits() reads it. */
    bool reports;
    /* Called whenever the input runs dry: do what is due, then wait until input_fd is readable (-1:
     * the input has ended), another descriptor is ready, or a moment has passed. *readable:
     * continue reading. What it puts is written at once. May be NULL. */
    enum error (*serve)(void *state, struct out *out, int input_fd, bool *readable, struct err *e);
    /* Is work under way that the end of input must wait for? Required with serve. */
    bool (*pending)(const void *state);
    /* NULL for a filter. */
    const struct stage_sink *sink;
    /* Check the settings as init() does, but open nothing: for --check-config. Required when init()
     * of a filter opens anything. */
    enum error (*check)(const struct settings *s, struct err *e);
    /* The process ends, in whatever way: release what init() acquired. May be NULL. */
    void (*release)(void *state);
};

/* The contract of a stage. All functions are pure but for those of `io`. */
struct stage {
    const char
        *name; /* "sluice-risk"; the text behind "sluice-" names its section in options.def */
    const char *purpose;  /* one line for --help */
    const char *sections; /* a repeated section whose keys it also takes ("strategy"); NULL: none */
    uint32_t src;         /* enum source_id of the records it makes */
    struct stage_records records;
    /* Bytes of the state block under these settings; the block is zeroed, 64-byte aligned. */
    size_t (*state_size)(const struct settings *s);
    /* Prepare the block. A wrong setting is E_CONFIG with its origin in the text. */
    enum error (*init)(void *state, const struct settings *s, struct err *e);
    /* One record that `reads` names. r is valid during the call only. */
    void (*step)(void *state, const struct record *r, struct out *out);
    /* End of input (after the last step, before eos). May be NULL. */
    void (*finish)(void *state, struct out *out);
    /* After a `slot` record was stepped and passed on: must the loop now read the back channel
     * until `done`? Each record of the back channel is then given to step(). NULL: the stage does
     * not read the back channel. */
    bool (*awaits)(const void *state);
    const struct stage_io *io; /* NULL: none */
};

/* Run a stage: parse options, open ends, loop, close. Returns the process exit code. */
int stage_main(const struct stage *stage, int argc, char **argv);

/* A tool that is not a stage. run() returns OK or the error it has put into e, which is then
 * printed in one line. */
struct tool {
    const char *name, *section, *purpose;
    const char *operands; /* "[FILE...]" for the usage line, "" for none */
    enum error (*run)(const struct settings *s, struct err *e);
};
int tool_main(const struct tool *tool, int argc, char **argv);

#endif
