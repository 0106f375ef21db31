/* counter_file.h - the counters of the signer in their file: created, opened, checked and locked
 * before the sandbox, written from inside it by one pwrite (and fdatasync) on the descriptor that
 * stays open. Must not: open, allocate or print in counter_file_save, which runs in the sandbox. */
#ifndef SLUICE_COUNTER_FILE_H
#define SLUICE_COUNTER_FILE_H

#include "execute/sign/counters.h"

struct counter_file {
    int fd;    /* -1: counted in memory only */
    bool sync; /* every save is durable before it returns */
    uint8_t boot[16];
    struct counters c; /* also the buffer of the next write */
};

/* Start from zero counts, in memory only. */
void counter_file_none(struct counter_file *f, const struct key *wallet);
/* Create a file with zero counts; E_OPEN when it exists. */
enum error counter_file_make(const char *path, const struct key *wallet, struct err *e);
/* Open and lock the file, load its counts, and write all of it once, so that a file that cannot be
 * written fails here and not at the first signature. E_OPEN: missing, in use by another signer, not
 * writable. E_KEY: wrong permissions, damaged, or of another wallet. */
enum error counter_file_open(struct counter_file *f, const char *path, const struct key *wallet,
                             bool sync, struct err *e);
/* Load the counts as they stand, without the lock: for `--check`. */
enum error counter_file_look(struct counter_file *f, const char *path, const struct key *wallet,
                             struct err *e);
/* The time that the counts go by, in seconds; see counters_now. */
uint64_t counter_file_now(const struct counter_file *f);
/* Write the counts. 0, or the errno of the write that failed: the counts are then not in the file,
 * and the caller must not sign. */
int counter_file_save(struct counter_file *f, const struct policy_counts *counts) MUST_USE;
/* Close and unlock. */
void counter_file_close(struct counter_file *f);

#endif
