/* back_channel.h - the back channel from execute to risk: records without head or eos, ended by
 * `done` once a slot. The reader buffers bytes whenever it waits, so that two full pipes cannot
 * deadlock. It steps them only at the barrier, so that no decision depends on which process ran
 * first. */
#ifndef SLUICE_BACK_CHANNEL_H
#define SLUICE_BACK_CHANNEL_H

#include "common/io/endpoint.h"
#include "common/rec/codec.h"

#define BACK_CHANNEL_BYTES (8u << 20)

struct back_channel {
    struct endpoint_idle idle; /* first member: a blocked write serves it */
    struct endpoint *ep;
    uint8_t *buf;
    size_t start, end;
    bool eof;
    bool log; /* the writer never blocks on us: the buffer may stay full */
};

enum error back_channel_open(struct back_channel *b, const char *spec, bool write, struct err *e);
/* Next record of the channel; waits for it. out_fd (or -1) is watched meanwhile: E_PIPE when its
 * reader goes away, E_PEER when the channel's writer does. */
enum error back_channel_next(struct back_channel *b, int out_fd, struct record_view *v,
                             struct err *e);
/* A record that has arrived, without waiting; *got is false without one. In replay none arrives
 * outside of the barrier; live execution sends reports at any time. */
enum error back_channel_poll(struct back_channel *b, struct record_view *v, bool *got,
                             struct err *e);
/* Write records made with report_NAME(). */
enum error back_channel_write(struct back_channel *b, struct out *o, struct err *e);
void back_channel_close(struct back_channel *b);

#endif
