/* sim.h - the embedded market: launches, traders and attackers on the exact mechanics of pump.fun
 * and PumpSwap. Pure: a state block, one call a slot, records out. The same seed gives the same
 * bytes for ever. Must not: use floating point, the clock, or anything but its own generator. Model
 * and calibration: sluice-sim(1). */
#ifndef SLUICE_SIM_H
#define SLUICE_SIM_H

#include "common/amm/amm.h"
#include "common/base/rng.h"
#include "common/rec/out.h"

#define SIM_LIVE_MAX     8192u /* tokens alive at once */
#define SIM_HOLDERS      160u  /* holders kept a token */
#define SIM_WHEEL        4096u /* slots ahead that an action can lie */
#define SIM_START_SLOT   UINT64_C(393000000)
#define SIM_LAUNCHES_MAX 1000000u
#define SIM_SRC          2u /* SRC_SIM of common/run/stage.h */

enum sim_profile { SIM_CALM, SIM_MANIA, SIM_ATTACK, SIM_PROFILES };

struct sim_config {
    uint64_t seed, slots, start_ns;
    uint32_t launches;
    enum sim_profile profile;
};

enum sim_class { SIM_DUD, SIM_TREND, SIM_WINNER, SIM_RUG, SIM_CLASSES };

struct sim_holder {
    uint32_t wallet;
    uint32_t role;
    uint64_t tokens;
};

struct sim_token {
    struct amm_pool pool;
    struct key mint, pool_key, creator;
    uint64_t born_slot, turn_slot, rug_slot, migrate_slot, last_slot;
    uint32_t heat_ppm; /* expected actions a slot, in ppm */
    uint32_t buy_ppm;  /* share of buys while rising */
    uint32_t class, holders, number;
    uint32_t next;   /* chain of the wheel */
    uint32_t copies; /* copiers waiting to follow a smart buy */
    struct sim_holder holder[SIM_HOLDERS];
};

struct sim {
    struct sim_config conf;
    struct rng rng;
    uint64_t slot, ts_ns; /* being written */
    uint32_t launched, tx_index, slot_failed;
    uint32_t wheel[SIM_WHEEL]; /* heads of chains, SIM_LIVE_MAX = none */
    uint32_t free_head, live;
    uint64_t skipped_launches, trades, graduated, rugged, sandwiches;
    uint8_t want_truth;
    uint64_t launch_slot[SIM_LAUNCHES_MAX]; /* sorted */
    struct sim_token token[SIM_LIVE_MAX];
};

/* Prepare a zeroed block. conf.slots from 1 to 10^9, conf.launches from 1 to SIM_LAUNCHES_MAX. */
void sim_init(struct sim *s, const struct sim_config *conf);
/* Write the next slot: its slot record and all that happens in it. truth may be NULL. False when
 * the last was written. */
bool sim_slot(struct sim *s, struct out *market, struct out *truth);

#endif
