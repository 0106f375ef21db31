/* import_csv.c - the public pump.fun trades CSV: 24 columns, lamports and raw units, reserves after
 * each trade. */
#include <string.h>

#include "common/amm/amm.h"
#include "common/base/num.h"
#include "common/base/text.h"
#include "ingest/import/import_lines.h"

#define COLUMNS 24
enum column {
    C_TIME,
    C_SIG,
    C_SLOT,
    C_PROGRAM,
    C_TYPE,
    C_WALLET,
    C_MINT,
    C_IS_BUY,
    C_SOL,
    C_TOKENS,
    C_VSOL = 13,
    C_VTOKENS,
    C_RSOL,
    C_RTOKENS,
    C_FEE = 19,
    C_CREATOR = 20,
    C_CREATOR_FEE = 22
};

struct cell {
    const char *p;
    size_t n;
};

static unsigned split(const char *line, size_t n, struct cell cell[COLUMNS])
{
    unsigned k = 0;
    const char *p = line, *end = line + n;
    while (k < COLUMNS) {
        const char *comma = memchr(p, ',', (size_t)(end - p)), *stop = comma ? comma : end;
        cell[k++] = (struct cell){p, (size_t)(stop - p)};
        if (!comma) return k;
        p = comma + 1;
    }
    return COLUMNS + 1;
}

bool import_csv_header(const char *line, size_t n)
{
    static const char start[] = "block_time,transaction_signature,block_num";
    return n >= sizeof start - 1 && memcmp(line, start, sizeof start - 1) == 0;
}

static bool number(const struct cell *c, uint64_t *out) { return parse_u64(c->p, c->n, out); }

/* The amounts of a row; false when one is no whole number. */
static bool amounts(const struct cell c[COLUMNS], struct rec_trade *t)
{
    uint64_t seconds;
    if (!number(&c[C_TIME], &seconds) || !mul_u64(seconds, NS_PER_S, &t->ts_ns)) return false;
    return number(&c[C_SLOT], &t->slot) && number(&c[C_SOL], &t->quote_raw) &&
           number(&c[C_TOKENS], &t->base_raw) && number(&c[C_VSOL], &t->quote_reserve_raw) &&
           number(&c[C_VTOKENS], &t->base_reserve_raw) && number(&c[C_RSOL], &t->quote_real_raw) &&
           number(&c[C_RTOKENS], &t->base_real_raw) && number(&c[C_FEE], &t->protocol_fee_raw) &&
           number(&c[C_CREATOR_FEE], &t->creator_fee_raw);
}

static const char *read_row(const struct cell c[COLUMNS], struct rec_trade *t)
{
    if (!amounts(c, t)) return "a number is not a whole number in range";
    if (t->slot == 0 || t->slot > UINT64_C(1) << 40 || t->ts_ns > UINT64_C(4102444800) * NS_PER_S)
        return "slot or time out of range";
    if (!base58_decode(c[C_MINT].p, c[C_MINT].n, t->mint.b, 32) ||
        !base58_decode(c[C_WALLET].p, c[C_WALLET].n, t->trader.b, 32))
        return "an address is not base58 of 32 bytes";
    if (!base58_decode(c[C_SIG].p, c[C_SIG].n, t->signature.b, 64))
        return "the signature is not base58 of 64 bytes";
    bool buy = c[C_IS_BUY].n == 4 && memcmp(c[C_IS_BUY].p, "true", 4) == 0;
    if (!buy && !(c[C_IS_BUY].n == 5 && memcmp(c[C_IS_BUY].p, "false", 5) == 0))
        return "is_buy is neither true nor false";
    t->side = buy ? side_buy : side_sell;
    t->venue = venue_pump;
    struct amm_pool before;
    return amm_before(t, &before) ? NULL : "the amounts do not fit the reserves";
}

void import_csv_line(struct rows *m, const char *line, size_t n)
{
    struct cell c[COLUMNS + 1];
    struct rec_trade t;
    while (n && (line[n - 1] == '\r' || line[n - 1] == '\n')) n--;
    if (n == 0 || import_csv_header(line, n)) return;
    m->items++;
    memset(&t, 0, sizeof t);
    const char *why = split(line, n, c) != COLUMNS ? "not 24 columns" : read_row(c, &t);
    struct rec_trade *row = why ? NULL : rows_add_trade(m);
    if (why)
        rows_reject(m, why);
    else if (row)
        *row = t;
}
