/* countfile.h - the counters of the signer in their file: made, opened, checked and locked before the sandbox, written from inside.
 * Must not: open or allocate in countfile_save, which runs inside the sandbox. */
#ifndef SLUICE_COUNTFILE_H
#define SLUICE_COUNTFILE_H

#include "execute/counters.h"

struct countfile {
    int fd;                 /* -1: counted in memory only */
    bool sync;              /* every save reaches the disk before it returns */
    uint8_t boot[16];
    struct counters c;
};

/* Count from nothing, in memory only. */
void countfile_none(struct countfile *f, const struct key *wallet);
/* Make a file in which nothing is counted yet; E_OPEN when it exists. */
enum error countfile_make(const char *path, const struct key *wallet, struct err *e);
/* Open and lock it, take the counts over, and write it once, so that one that cannot be written is told now. E_OPEN: not there, used by
 * another signer, not writable. E_KEY: permissions, damaged, of another wallet. */
enum error countfile_open(struct countfile *f, const char *path, const struct key *wallet, bool sync, struct err *e);
/* The counts as they stand, without lock: for people. */
enum error countfile_look(struct countfile *f, const char *path, const struct key *wallet, struct err *e);
/* The time it is counted by. */
uint64_t countfile_now(const struct countfile *f);
/* Write the counts; false when they could not be written whole. */
bool countfile_save(struct countfile *f, const struct policy_counts *counts) MUST_USE;

#endif
