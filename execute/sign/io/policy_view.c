/* policy_view.c - see policy_view.h. */
#include "execute/sign/io/policy_view.h"

#include <string.h>

#include "common/base/num.h"
#include "common/base/text.h"

static void print_limit(FILE *f, const char *what, uint64_t limit, const struct policy_state *s,
                        uint64_t now_s, unsigned minutes)
{
    char text[48], left[48];
    format_decimal(clamp_i64_from_u64(limit), 9, text);
    fprintf(f, "  %-20s %s SOL", what, text);
    if (s && minutes) {
        format_decimal(clamp_i64_from_u64(sub_sat_u64(limit, policy_spent(s, now_s, minutes))), 9,
                       left);
        fprintf(f, ", of which %s are left", left);
    }
    fputc('\n', f);
}

/* Print the kinds of one program that are allowed (or that are not, and could be), folded at 120.
 */
static void print_program(FILE *f, const struct policy *p, enum layout_id first, bool allowed)
{
    int column = 0;
    const char *program = policy_program_name(first), *before = "";
    for (unsigned i = first; i < LAYOUT_COUNT; i++) {
        const char *kind = policy_kind_name((enum layout_id)i);
        if (strcmp(policy_program_name((enum layout_id)i), program) != 0 ||
            !policy_can_allow((enum layout_id)i) || !!p->allowed[i] != allowed ||
            strcmp(before, kind) == 0)
            continue;
        before = kind;
        kind += strlen(program) + 1;
        if (!column)
            column = fprintf(f, "  %-20s %s", program, kind);
        else if (column + 2 + (int)strlen(kind) > 120)
            column = fprintf(f, ",\n  %-20s %s", "", kind) - 2;
        else
            column += fprintf(f, ", %s", kind);
    }
    if (column) fputc('\n', f);
}

static void print_kinds(FILE *f, const struct policy *p, bool allowed)
{
    for (unsigned i = 0; i < LAYOUT_COUNT; i++) {
        unsigned k = 0;
        while (strcmp(policy_program_name((enum layout_id)k),
                      policy_program_name((enum layout_id)i)) != 0)
            k++;
        if (k == i) print_program(f, p, (enum layout_id)i, allowed);
    }
}

void policy_view_print(FILE *f, const struct policy *p, const struct policy_state *s,
                       uint64_t now_s, const char *counters)
{
    char text[66] = "any: no key is named";
    if (!key_is_none(&p->wallet)) base58_encode(p->wallet.b, 32, text);
    fprintf(f, "wallet\n  %s\nmost that may leave\n", text);
    print_limit(f, "by a transaction", p->max_tx, s, now_s, 0);
    print_limit(f, "in 60 minutes", p->max_hour, s, now_s, 60);
    print_limit(f, "in 24 hours", p->max_day, s, now_s, POLICY_MINUTES);
    print_limit(f, "as tip", p->max_tip, s, now_s, 0);
    print_limit(f, "as priority fee", p->max_priority, s, now_s, 0);
    fprintf(f,
            "counted\n  %s\nSOL may go to\n  the wallet's own wrapped SOL account\n  Jito's 8 tip "
            "accounts\n",
            counters && *counters ? counters : "in memory only: forgotten when the signer ends");
    for (uint32_t i = 0; i < p->destinations; i++) {
        base58_encode(p->destination[i].b, 32, text);
        fprintf(f, "  %s\n", text);
    }
    fprintf(f, "signed\n");
    print_kinds(f, p, true);
    fprintf(f, "not signed, but could be allowed\n");
    print_kinds(f, p, false);
    fprintf(f, "everything else is refused\n");
}
