/* back.h - the back channel from execute to risk: records without head or eos, ended by `done` once a slot.
 * The reading side takes bytes in whenever it waits, so that two full pipes can never hold each other; it gives them
 * to the stage only at the barrier, so that no decision depends on which process ran first. */
#ifndef SLUICE_BACK_H
#define SLUICE_BACK_H

#include "common/io/endpoint.h"
#include "common/rec/codec.h"

#define BACK_BYTES (8u << 20)

struct back {
    struct endpoint_idle idle;  /* first: what a waiting write serves */
    struct endpoint *ep;
    uint8_t *buf;
    size_t start, end;
    bool eof;
    bool log;                   /* the writer never waits for us: a full buffer may stay full */
};

enum error back_open(struct back *b, const char *spec, bool write, struct err *e);
/* Next record of the channel; waits for it. out_fd (or -1) is watched meanwhile: E_PIPE when its reader goes away,
 * E_PEER when the channel's writer does. */
enum error back_next(struct back *b, int out_fd, struct record_view *v, struct err *e);
/* A record of the channel that is there already, without waiting: *got tells. In replay there is none outside of the barrier; live
 * execution tells what it has when it has it. */
enum error back_poll(struct back *b, struct record_view *v, bool *got, struct err *e);
/* Write records made with report_NAME(). */
enum error back_write(struct back *b, struct out *o, struct err *e);
void back_close(struct back *b);

#endif
