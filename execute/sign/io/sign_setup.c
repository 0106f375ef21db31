/* sign_setup.c - see sign_setup.h. */
#include "execute/sign/io/sign_setup.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/num.h"
#include "common/base/text.h"
#include "common/run/log.h"
#include "execute/sign/io/policy_view.h"

enum error sign_setup_policy(const struct section *own, struct policy *p, struct err *e)
{
    char list[4096], *rest = list;
    p->max_tx = settings_lamports(own, "max-transaction-sol");
    p->max_hour = settings_lamports(own, "max-hour-sol");
    p->max_day = settings_lamports(own, "max-day-sol");
    p->max_tip = settings_lamports(own, "max-tip-sol");
    p->max_priority = settings_lamports(own, "max-priority-sol");
    snprintf(list, sizeof list, "%s", settings_str(own, "destination"));
    for (char *item; (item = strsep(&rest, "\n,"));) {
        if (!*item) continue;
        if (p->destinations == POLICY_DESTINATIONS)
            return err_set(e, E_CONFIG, "%s: at most %u destinations",
                           settings_origin(own, "destination"), POLICY_DESTINATIONS);
        if (!base58_decode(item, strlen(item), p->destination[p->destinations++].b, 32))
            return err_set(e, E_CONFIG, "%s: '%.50s' is not an address",
                           settings_origin(own, "destination"), item);
    }
    return policy_choose(p, settings_str(own, "allow"), settings_str(own, "deny"), e);
}

void sign_setup_announce(const struct sign_server *s, const char *socket)
{
    char text[66], amount[5][48];
    uint64_t now = counter_file_now(&s->counters);
    const uint64_t value[5] = {
        s->policy.max_tx, s->policy.max_hour, s->policy.max_day,
        sub_sat_u64(s->policy.max_hour, policy_spent(&s->state, now, 60)),
        sub_sat_u64(s->policy.max_day, policy_spent(&s->state, now, POLICY_MINUTES))};
    base58_encode(s->policy.wallet.b, 32, text);
    for (size_t i = 0; i < COUNT_OF(value); i++)
        format_decimal(clamp_i64_from_u64(value[i]), 9, amount[i]);
    fprintf(stderr,
            "sluice-sign: wallet %s\nsluice-sign: at most %s SOL a transaction, %s SOL an hour, %s "
            "SOL a day\n",
            text, amount[0], amount[1], amount[2]);
    if (s->counters.fd < 0)
        log_line(LOG_WARNING, "no counters file is named: a restart of the signer forgets what it "
                              "signed in this hour and day; set counters in [sign]");
    else
        fprintf(stderr, "sluice-sign: %s SOL are left of this hour, %s SOL of this day\n",
                amount[3], amount[4]);
    fprintf(stderr, "sluice-sign: answering at %s\n", socket);
}

static enum error open_counters(const struct section *own, struct sign_server *s, struct err *e)
{
    const char *path = settings_str(own, "counters");
    bool fresh = settings_bool(own, "counters-new");
    policy_init(&s->state, &s->policy);
    counter_file_none(&s->counters, &s->policy.wallet);
    if (!*path)
        return fresh || settings_bool(own, "counters-sync")
                   ? err_set(
                         e, E_CONFIG,
                         "counters-new and counters-sync require a file: set counters in [sign], "
                         "or --counters")
                   : OK;
    enum error rc = fresh ? counter_file_make(path, &s->policy.wallet, e) : OK;
    if (rc == OK)
        rc = counter_file_open(&s->counters, path, &s->policy.wallet,
                               settings_bool(own, "counters-sync"), e);
    if (rc == OK) s->state.counts = s->counters.c.counts;
    return rc;
}

static enum error unlock(const struct section *own, struct sign_server *s, struct err *e)
{
    struct secret p = {0};
    enum error rc =
        password_read(settings_str(own, "password-fd"), settings_str(own, "password-credential"),
                      "password", false, &p, e);
    if (rc == OK) rc = key_file_unlock(settings_str(own, "key"), &p, &s->pair, e);
    key_file_secret_free(&p);
    sodium_stackzero(SIGN_SERVER_STACK);
    if (rc == OK && sodium_memcmp(s->pair.bytes + 32, s->policy.wallet.b, 32) != 0)
        rc = err_set(e, E_KEY,
                     "'%s' was replaced by the key of another wallet during the start: start again",
                     settings_str(own, "key"));
    return rc;
}

enum error sign_setup_check(const struct section *own, struct sign_server *s, struct err *e)
{
    struct key_file_facts f;
    const char *counters = settings_str(own, "counters"), *key = settings_str(own, "key");
    bool counted = *counters && *key;
    enum error rc = *key ? key_file_show(key, &f, e) : OK;
    if (rc == OK && *key) s->policy.wallet = f.wallet;
    policy_init(&s->state, &s->policy);
    if (rc == OK && counted) rc = counter_file_look(&s->counters, counters, &s->policy.wallet, e);
    if (rc != OK) return rc;
    if (counted) s->state.counts = s->counters.c.counts;
    policy_view_print(stdout, &s->policy, counted ? &s->state : NULL,
                      counted ? counter_file_now(&s->counters) : 0, counters);
    return OK;
}

enum error sign_setup_open(const struct section *own, struct sign_server *s, struct err *e)
{
    struct key_file_facts f;
    const char *socket = settings_str(own, "socket");
    if (!*settings_str(own, "key"))
        return err_set(e, E_CONFIG, "no key file: set key in [sign], or --key");
    if (!*socket) return err_set(e, E_CONFIG, "no socket: set socket in [sign], or --socket");
    enum error rc = key_file_show(settings_str(own, "key"), &f, e);
    if (rc != OK) return rc;
    s->policy.wallet = f.wallet;
    rc = open_counters(own, s, e);
    if (rc == OK) rc = sign_server_listen(socket, &s->listener, e);
    if (rc != OK) return rc;
    rc = unlock(own, s, e);
    if (rc != OK) unlink(socket);
    return rc;
}
