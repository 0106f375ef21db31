/* counter_file.h - the counters of the signer in their file: made, opened, checked, locked and
 * mapped before the sandbox, written from inside without a system call: stores outlive the process
 * like any write, and one that finds no file beneath is caught. Must not: open or allocate in
 * counter_file_save and counter_file_ready, which run inside the sandbox. */
#ifndef SLUICE_COUNTER_FILE_H
#define SLUICE_COUNTER_FILE_H

#include "execute/sign/counters.h"

struct counter_file {
    int fd;       /* -1: counted in memory only */
    uint8_t *map; /* of COUNTERS_BYTES */
    bool sync;    /* every save reaches the disk before it returns */
    uint8_t boot[16];
    struct counters c;
};

/* Count from nothing, in memory only. */
void counter_file_none(struct counter_file *f, const struct key *wallet);
/* Make a file in which nothing is counted yet; E_OPEN when it exists. */
enum error counter_file_make(const char *path, const struct key *wallet, struct err *e);
/* Open and lock it, take the counts over, and write all of it once, so that one that cannot be
 * written is told now. It takes SIGBUS. E_OPEN: not there, used by another signer, not writable.
 * E_KEY: permissions, damaged, of another wallet. */
enum error counter_file_open(struct counter_file *f, const char *path, const struct key *wallet,
                             bool sync, struct err *e);
/* The counts as they stand, without lock: for people. */
enum error counter_file_look(struct counter_file *f, const char *path, const struct key *wallet,
                             struct err *e);
/* The time it is counted by. */
uint64_t counter_file_now(const struct counter_file *f);
/* Write the counts; false when they could not be written whole: the file was cut, or its disk has
 * no room or fails. */
bool counter_file_save(struct counter_file *f, const struct policy_counts *counts) MUST_USE;
/* As counter_file_save up to its end: what a save reads and writes is brought near, and its place
 * made writable. The file stays as it is. */
void counter_file_ready(struct counter_file *f, const struct policy_counts *counts);
/* Another may use it. Not from inside the sandbox: there the process ends. */
void counter_file_close(struct counter_file *f);

#endif
