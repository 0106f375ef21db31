/* bench_sign.c - a message to the signer and its signature back, over the socket, as sluice-execute
 * asks: sluice-sign of the PATH in a process of its own, with counters in a file. Distinct
 * messages: the first buy of a new coin each, the dearest that trading sends. Then the parts of it,
 * measured here with the same messages. Prints one line a figure: name, median, 99th percentile.
 * Must not: touch the network. */
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/sol/core.h"
#include "common/sol/layout.h"
#include "execute/sign/io/counter_file.h"
#include "execute/sign/io/key_file.h"
#include "common/io/signer.h"
#include "tests/bench/bench.h"
#include "tests/unit/default_policy.h"

#define ROUNDS 4000u

static struct {
    uint8_t bytes[TX_BYTES_MAX];
    size_t n;
} message[ROUNDS];
static double took[ROUNDS], part[4][ROUNDS];
static char folder[] = "/tmp/sluice-bench-sign.XXXXXX";

static void print(const char *name, double *us)
{
    qsort(us, ROUNDS, sizeof *us, by_value);
    printf("%-32s %8.2f us  (99%%: %.2f us)\n", name, us[ROUNDS / 2], us[ROUNDS * 99 / 100]);
}

static struct key numbered(uint32_t n)
{
    struct key k;
    crypto_generichash(k.b, 32, (const uint8_t *)&n, 4, NULL, 0);
    return k;
}

/* Budget, token account, exact-SOL buy on the curve, tip. */
static bool build(const struct key *wallet, uint32_t i)
{
    static struct plan p;
    static struct keyset keys;
    struct key mint = numbered(100 + i), any = numbered(1);
    memset(&p, 0, sizeof p);
    memset(&keys, 0, sizeof keys);
    p.payer = *wallet;
    p.blockhash = numbered(2);
    static const enum account_role given[] = {acct_creator, acct_fee_recipient,
                                              acct_buyback_recipient};
    for (size_t k = 0; k < COUNT_OF(given); k++) keyset_set(&keys, given[k], &any);
    keyset_set(&keys, acct_user, wallet);
    keyset_set(&keys, acct_base_mint, &mint);
    keyset_set(&keys, acct_base_program, address_key(address_token_2022));
    const struct key *own = keyset_get(&keys, acct_user_base, side_buy);
    core_compute_limit(&p, 120000);
    core_compute_price(&p, 50000);
    core_create_token_account(&p, wallet, own, wallet, &mint, address_key(address_token_2022));
    if (layout_write(layout_pump_buy_in, &keys, side_buy, 100000000 + i, 1, &p.ix[p.count++]))
        return false;
    core_transfer(&p, wallet, address_key(address_jito_tip_3), 10000);
    return !plan_build(&p, BUILD_LEGACY, NULL, 0, message[i].bytes, &message[i].n);
}

static bool make_key(const char *path, struct secret *pair)
{
    struct secret word = {0};
    struct err e;
    bool good = key_file_secret_open(&word, 9) && memcpy(word.bytes, "benchmark", 9) &&
                key_file_new(pair, &e) == OK &&
                key_file_write(path, pair, &word, "interactive", false, &e) == OK;
    key_file_secret_free(&word);
    return good;
}

static pid_t start(const char *key, const char *socket, const char *counters)
{
    int word[2];
    if (pipe(word) != 0 || write(word[1], "benchmark\n", 10) != 10) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(word[0], 0);
        dup2(null, 2);
        execlp("sluice-sign", "sluice-sign", "--key", key, "--socket", socket, "--counters",
               counters, "--counters-new", "--password-fd", "0", "--max-hour-sol", "1000000",
               "--max-day-sol", "1000000", (char *)NULL);
        _exit(127);
    }
    close(word[0]);
    close(word[1]);
    return pid;
}

static bool over_socket(const char *socket)
{
    int fd = -1;
    struct err e;
    struct sig sig;
    struct signer_facts facts;
    for (unsigned i = 0; i < 500 && signer_connect(socket, &fd, &e) != OK; i++) usleep(10000);
    if (fd < 0 || signer_status(fd, &facts, 10000, &e) != OK)
        return false; /* it answers once the key is unlocked */
    for (unsigned i = 0; i < ROUNDS; i++) {
        double t = now_us();
        if (signer_sign(fd, message[i].bytes, message[i].n, &sig, 1000, &e) != OK) {
            fprintf(stderr, "%s\n", e.text);
            return false;
        }
        took[i] = now_us() - t;
        if (crypto_sign_verify_detached(sig.b, message[i].bytes, message[i].n, facts.wallet.b) != 0)
            return false;
    }
    print("message to signature, socket", took);
    for (unsigned i = 0; i < ROUNDS; i++) {
        double t = now_us();
        if (signer_status(fd, &facts, 1000, &e) != OK) return false;
        took[i] = now_us() - t;
    }
    print("  of which socket (status)", took);
    return true;
}

static bool parts(const struct secret *pair, const char *counters, bool sync, const char *name)
{
    static struct policy p;
    static struct policy_state s;
    static struct counter_file f;
    static struct tx_message m;
    struct err e;
    char why[200];
    uint8_t sig[64];
    memcpy(p.wallet.b, pair->bytes + 32, 32);
    p.max_tx = p.max_hour = p.max_day = p.max_tip = p.max_priority = UINT64_MAX;
    policy_defaults(&p);
    policy_init(&s, &p);
    if (counter_file_open(&f, counters, &p.wallet, sync, &e) != OK) return false;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t worth, now = counter_file_now(&f);
        double t = now_us();
        if (message_read(message[i].bytes, message[i].n, &m) ||
            !policy_check(&p, &s, &m, now, &worth, why))
            return false;
        double checked = now_us();
        policy_count(&s, &m, now, worth);
        if (counter_file_save(&f, &s.counts) != 0) return false;
        double saved = now_us();
        crypto_sign_detached(sig, NULL, message[i].bytes, message[i].n, pair->bytes);
        part[0][i] = checked - t;
        part[1][i] = saved - checked;
        part[2][i] = now_us() - saved;
    }
    counter_file_close(&f);
    if (!sync) print("  of which read and policy", part[0]);
    print(name, part[1]);
    if (!sync) print("  of which Ed25519", part[2]);
    return true;
}

int main(void)
{
    char key[80], socket[80], counters[80];
    struct secret pair = {0};
    struct key wallet;
    int status;
    if (sodium_init() < 0 || !mkdtemp(folder)) return 1;
    snprintf(key, sizeof key, "%s/key", folder);
    snprintf(socket, sizeof socket, "%s/socket", folder);
    snprintf(counters, sizeof counters, "%s/counters", folder);
    bool good = make_key(key, &pair);
    if (good) memcpy(wallet.b, pair.bytes + 32, 32);
    for (uint32_t i = 0; i < ROUNDS && good; i++) good = build(&wallet, i);
    pid_t pid = good ? start(key, socket, counters) : -1;
    good = pid > 0 && over_socket(socket);
    if (pid > 0) kill(pid, good ? SIGTERM : SIGKILL);
    if (pid > 0) waitpid(pid, &status, 0);
    good = good && parts(&pair, counters, false, "  of which counting, to the file") &&
           parts(&pair, counters, true, "counting, to the disk (sync)");
    if (!good) fprintf(stderr, "bench_sign: no figures (sluice-sign of the PATH is needed)\n");
    key_file_secret_free(&pair);
    unlink(key);
    unlink(socket);
    unlink(counters);
    rmdir(folder);
    return !good;
}
