/* token.c - see token.h. */
#include "common/sol/token.h"

#include <string.h>

#include "common/base/num.h"

/* COption<Pubkey>: a tag of 4 bytes, then the key. False for another tag than 0 or 1. */
static bool option_key(const uint8_t *p, struct key *k)
{
    uint32_t tag = load_u32(p);
    if (tag == 1) memcpy(k->b, p + 4, 32);
    return tag <= 1;
}

static void account_extension(struct token_account *a, uint16_t type, const uint8_t *v, size_t n)
{
    if (type == TOKEN_EXT_TRANSFER_FEE_AMOUNT && n >= 8) a->withheld_raw = load_u64(v);
    if (type == TOKEN_EXT_MEMO && n >= 1) a->memo_required = v[0];
    if (type == TOKEN_EXT_CPI_GUARD && n >= 1) a->cpi_guard = v[0];
}

static void fee_from(const uint8_t *p, struct transfer_fee *f)
{
    f->epoch = load_u64(p);
    f->max_raw = load_u64(p + 8);
    f->bps = load_u16(p + 16);
}

static void mint_extension(struct token_mint *m, uint16_t type, const uint8_t *v, size_t n)
{
    if (type == TOKEN_EXT_TRANSFER_FEE && n >= 108) {
        memcpy(m->fee_authority.b, v, 32);
        fee_from(v + 72, &m->older_fee);
        fee_from(v + 90, &m->newer_fee);
    }
    if (type == TOKEN_EXT_CLOSE_AUTHORITY && n >= 32) memcpy(m->close_authority.b, v, 32);
    if (type == TOKEN_EXT_DEFAULT_STATE && n >= 1) m->default_state = v[0];
    if (type == TOKEN_EXT_PERMANENT_DELEGATE && n >= 32) memcpy(m->permanent_delegate.b, v, 32);
    if (type == TOKEN_EXT_HOOK && n >= 64) memcpy(m->hook_program.b, v + 32, 32);
    if (type == TOKEN_EXT_PAUSABLE && n >= 33) {
        memcpy(m->pause_authority.b, v, 32);
        m->paused = v[32];
    }
}

/* Token-2022: after 165 bytes the kind of account, then type, length, value until type 0 or the
 * end. */
static const char *read_extensions(const uint8_t *data, size_t n, uint8_t kind,
                                   struct token_account *a, struct token_mint *m)
{
    uint64_t *bits = a ? &a->extensions : &m->extensions;
    if (n == TOKEN_ACCOUNT_BYTES && a) return NULL;
    if (n <= TOKEN_ACCOUNT_BYTES) return "the account has a size that no token account has";
    if (data[165] != kind) return a ? "not a token account" : "not a mint";
    for (size_t at = 166; at + 4 <= n;) {
        uint16_t type = load_u16(data + at), len = load_u16(data + at + 2);
        if (type == 0) break;
        if (len > n - at - 4) return "an extension is longer than the account";
        if (type < 64) *bits |= UINT64_C(1) << type;
        if (a)
            account_extension(a, type, data + at + 4, len);
        else
            mint_extension(m, type, data + at + 4, len);
        at += 4u + len;
    }
    return NULL;
}

const char *token_account_read(const uint8_t *data, size_t n, struct token_account *a)
{
    memset(a, 0, sizeof *a);
    if (n < TOKEN_ACCOUNT_BYTES || n == 355) return "not a token account"; /* 355: a multisig */
    if (data[108] == 0 || data[108] > 2) return "the token account is not initialized";
    memcpy(a->mint.b, data, 32);
    memcpy(a->owner.b, data + 32, 32);
    a->amount_raw = load_u64(data + 64);
    a->frozen = data[108] == 2;
    a->native = load_u32(data + 109) == 1;
    if (a->native) a->native_rent_lamports = load_u64(data + 113);
    a->delegated_raw = load_u64(data + 121);
    if (!option_key(data + 72, &a->delegate) || !option_key(data + 129, &a->close_authority) ||
        load_u32(data + 109) > 1)
        return "not a token account";
    return read_extensions(data, n, 2, a, NULL);
}

const char *token_mint_read(const uint8_t *data, size_t n, struct token_mint *m)
{
    memset(m, 0, sizeof *m);
    if (n < TOKEN_MINT_BYTES || n == 355) return "not a mint";
    m->supply_raw = load_u64(data + 36);
    m->decimals = data[44];
    m->initialized = data[45] == 1;
    if (!m->initialized) return "the mint is not initialized";
    if (!option_key(data, &m->mint_authority) || !option_key(data + 46, &m->freeze_authority))
        return "not a mint";
    return n == TOKEN_MINT_BYTES ? NULL : read_extensions(data, n, 1, NULL, m);
}

uint64_t token_transfer_fee(const struct token_mint *m, uint64_t epoch, uint64_t amount_raw)
{
    const struct transfer_fee *f = epoch >= m->newer_fee.epoch ? &m->newer_fee : &m->older_fee;
    uint64_t fee;
    if (!(m->extensions >> TOKEN_EXT_TRANSFER_FEE & 1)) return 0;
    if (!muldiv_ceil(amount_raw, f->bps, BPS_ONE, &fee)) return f->max_raw;
    return fee < f->max_raw ? fee : f->max_raw;
}
