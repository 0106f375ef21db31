/* countfile.h - the counters of the signer in their file: made, opened, checked, locked and mapped before the sandbox, written from inside
 * without a system call: stores outlive the process like any write, and one that finds no file beneath is caught.
 * Must not: open or allocate in countfile_save and countfile_ready, which run inside the sandbox. */
#ifndef SLUICE_COUNTFILE_H
#define SLUICE_COUNTFILE_H

#include "execute/counters.h"

struct countfile {
    int fd;                 /* -1: counted in memory only */
    uint8_t *map;           /* of COUNTERS_BYTES */
    bool sync;              /* every save reaches the disk before it returns */
    uint8_t boot[16];
    struct counters c;
};

/* Count from nothing, in memory only. */
void countfile_none(struct countfile *f, const struct key *wallet);
/* Make a file in which nothing is counted yet; E_OPEN when it exists. */
enum error countfile_make(const char *path, const struct key *wallet, struct err *e);
/* Open and lock it, take the counts over, and write all of it once, so that one that cannot be written is told now. It takes SIGBUS. E_OPEN: not there, used by
 * another signer, not writable. E_KEY: permissions, damaged, of another wallet. */
enum error countfile_open(struct countfile *f, const char *path, const struct key *wallet, bool sync, struct err *e);
/* The counts as they stand, without lock: for people. */
enum error countfile_look(struct countfile *f, const char *path, const struct key *wallet, struct err *e);
/* The time it is counted by. */
uint64_t countfile_now(const struct countfile *f);
/* Write the counts; false when they could not be written whole: the file was cut, or its disk has no room or fails. */
bool countfile_save(struct countfile *f, const struct policy_counts *counts) MUST_USE;
/* As countfile_save up to its end: what a save reads and writes is brought near, and its place made writable. The file stays as it is. */
void countfile_ready(struct countfile *f, const struct policy_counts *counts);
/* Another may use it. Not from inside the sandbox: there the process ends. */
void countfile_close(struct countfile *f);

#endif
