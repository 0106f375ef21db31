/* sluice-sim - write the embedded market as a stream, and its ground truth beside it. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/io/endpoint.h"
#include "common/run/log.h"
#include "common/run/operands.h"
#include "common/run/stage.h"
#include "common/run/stream.h"
#include "ingest/sim/sim.h"

_Static_assert(SIM_SRC == SRC_SIM, "the truth names trades by the source id of the market");

static void read_config(const struct section *own, struct sim_config *c)
{
    static const char *const names[SIM_PROFILES] = {"calm", "mania", "attack"};
    c->seed = settings_u64(own, "seed");
    c->slots = settings_micro(own, "hours") * 9000 / 1000000; /* 2.5 slots a second */
    if (c->slots == 0) c->slots = 1;
    c->launches = settings_u32(own, "launches");
    c->start_ns = settings_time(own, "start");
    while (strcmp(settings_str(own, "profile"), names[c->profile]) != 0) c->profile++;
}

static enum error run(struct sim *sim, struct writer *market, struct writer *truth, struct err *e)
{
    enum error rc = OK;
    while (rc == OK && !endpoint_stop &&
           sim_slot(sim, writer_out(market), truth ? writer_out(truth) : NULL)) {
        rc = writer_pump(market, e);
        if (rc == OK && truth) rc = writer_pump(truth, e);
    }
    return rc;
}

static enum error finish(struct writer *w, const struct sim *s, enum error so_far, struct err *e)
{
    if (!w) return so_far;
    if (so_far == OK) return writer_finish(w, s->ts_ns, 0, endpoint_stop != 0, e);
    writer_abandon(w);
    return so_far;
}

static enum error simulate(const struct settings *set, struct err *e)
{
    const struct section *own = settings_own(set);
    struct sim_config c = {0};
    if (settings_operand_count(set))
        return err_set(e, E_USAGE, "takes no operand '%.60s'", settings_operand(set, 0));
    read_config(own, &c);
    struct sim *sim =
        mmap(NULL, sizeof *sim, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sim == MAP_FAILED) return err_set(e, E_LIMIT, "out of memory");
    sim_init(sim, &c);
    struct writer_info info = {.tool = "sluice-sim",
                               .src = SRC_SIM,
                               .config = settings_hash(set),
                               .seed = c.seed,
                               .origin = "synthetic"};
    struct writer *market = NULL, *truth = NULL;
    enum error rc = writer_open(settings_str(own, "output"), &info, &market, e);
    if (rc == OK && *settings_str(own, "truth"))
        rc = writer_open(settings_str(own, "truth"), &info, &truth, e);
    if (rc == OK) rc = run(sim, market, truth, e);
    if (sim->skipped_launches)
        log_line(LOG_WARNING, "%llu launches were left out: more than %u tokens were alive",
                 (unsigned long long)sim->skipped_launches, SIM_LIVE_MAX);
    log_line(LOG_INFO, "%llu trades, %llu graduated, %llu rugged, %llu sandwiches",
             (unsigned long long)sim->trades, (unsigned long long)sim->graduated,
             (unsigned long long)sim->rugged, (unsigned long long)sim->sandwiches);
    rc = finish(market, sim, rc, e);
    rc = finish(truth, sim, rc, e);
    munmap(sim, sizeof *sim);
    return rc == OK && endpoint_stop
               ? err_set(e, E_TRUNCATED, "stopped by a signal; the output is marked truncated")
               : rc;
}

static const struct tool tool = {.name = "sluice-sim",
                                 .section = "sim",
                                 .purpose = "write a simulated launch market with exact mechanics",
                                 .operands = "",
                                 .run = simulate};

int main(int argc, char **argv) { return tool_main(&tool, argc, argv); }
