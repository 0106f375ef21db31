/* test_codec.c - every record survives a round trip, equals msgpack-c's own encoding, and hostile
 * bytes are refused. */
#include "tests/unit/tap.h"

#include <msgpack.h>

#include "common/base/rng.h"
#include "common/rec/codec.h"
#include "common/rec/wire.h"

static uint8_t buf[RECORD_MAX + 4], again[RECORD_MAX + 4];

static uint64_t odd_u64(struct rng *g, unsigned bits)
{
    static const unsigned edge[] = {0, 1, 4, 5, 7, 8, 15, 16, 31, 32, 63};
    unsigned e = edge[rng_below(g, COUNT_OF(edge))];
    uint64_t v = (UINT64_C(1) << e) + rng_below(g, 3) - 1;
    if (rng_chance(g, 200000)) v = rng_u64(g);
    return bits == 64 ? v : v & ((UINT64_C(1) << bits) - 1);
}

/* Fill every field with edge values. */
static void fill(struct rng *g, const struct record_desc *d, struct record *r)
{
    memset(r, 0, sizeof *r);
    r->id = d->id;
    for (uint32_t i = 0; i < d->field_count; i++) {
        const struct field_desc *f = &d->fields[i];
        uint8_t *at = (uint8_t *)&r->u + f->offset;
        switch (f->kind) {
        case KIND_U8: *at = (uint8_t)odd_u64(g, 8); break;
        case KIND_ENUM: *at = (uint8_t)rng_below(g, enum_desc(f->unit)->value_count); break;
        case KIND_U16: {
            uint16_t v = (uint16_t)odd_u64(g, 16);
            memcpy(at, &v, 2);
            break;
        }
        case KIND_U32: {
            uint32_t v = (uint32_t)odd_u64(g, 32);
            memcpy(at, &v, 4);
            break;
        }
        case KIND_U64: {
            uint64_t v = odd_u64(g, 64);
            memcpy(at, &v, 8);
            break;
        }
        case KIND_I64: {
            uint64_t v = odd_u64(g, 64);
            if (rng_chance(g, 500000)) v = ~v;
            memcpy(at, &v, 8);
            break;
        }
        case KIND_KEY:
        case KIND_SIG:
        case KIND_HASH:
            if (rng_chance(g, 700000))
                for (uint32_t k = 0; k < f->capacity; k++) at[k] = (uint8_t)rng_u64(g);
            break;
        case KIND_STR: {
            size_t n = rng_below(g, f->capacity + 1);
            for (size_t k = 0; k < n; k++) at[k] = (uint8_t)(1 + rng_below(g, 255));
            break;
        }
        case KIND_VEC: {
            struct vec512 *v = (struct vec512 *)at;
            v->n = (uint16_t)rng_below(g, FEATURE_SLOTS + 1);
            for (uint16_t k = 0; k < v->n; k++) v->v[k] = (float)(int)rng_below(g, 1000) + 1.0f;
            break;
        }
        }
    }
}

static void oracle_field(msgpack_packer *pk, const struct field_desc *f, const uint8_t *at)
{
    uint64_t v = 0;
    switch (f->kind) {
    case KIND_U8:
    case KIND_ENUM:
    case KIND_U16:
    case KIND_U32:
    case KIND_U64:
        memcpy(&v, at, f->capacity);
        msgpack_pack_uint64(pk, v);
        break;
    case KIND_I64: {
        int64_t s;
        memcpy(&s, at, 8);
        msgpack_pack_int64(pk, s);
        break;
    }
    case KIND_KEY:
    case KIND_SIG:
        if (wire_all_zero(at, f->capacity)) {
            msgpack_pack_nil(pk);
            break;
        } /* fall through */
    case KIND_HASH:
        msgpack_pack_bin(pk, f->capacity);
        msgpack_pack_bin_body(pk, at, f->capacity);
        break;
    case KIND_STR: {
        size_t n = strlen((const char *)at);
        msgpack_pack_str(pk, n);
        msgpack_pack_str_body(pk, at, n);
        break;
    }
    case KIND_VEC: {
        const struct vec512 *x = (const struct vec512 *)at;
        msgpack_pack_bin(pk, x->n * 4u);
        msgpack_pack_bin_body(pk, x->v, x->n * 4u);
        break;
    }
    }
}

/* The same record packed by msgpack-c. */
static bool equals_oracle(const struct record_desc *d, const struct record *r, size_t n)
{
    msgpack_sbuffer body;
    msgpack_packer pk;
    msgpack_sbuffer_init(&body);
    msgpack_packer_init(&pk, &body, msgpack_sbuffer_write);
    for (uint32_t i = 0; i < d->field_count; i++)
        oracle_field(&pk, &d->fields[i], (const uint8_t *)&r->u + d->fields[i].offset);
    bool same = body.size == n - WIRE_HEAD && memcmp(body.data, buf + WIRE_HEAD, body.size) == 0;
    msgpack_sbuffer_destroy(&body);
    return same;
}

static void test_round_trips(uint64_t seed)
{
    struct rng g;
    static struct record r, back;
    rng_seed(&g, seed);
    for (unsigned id = 0; id < REC_LIMIT; id++) {
        const struct record_desc *d = record_desc(id);
        if (!d) continue;
        bool same = true, oracle = true, short_ok = true;
        for (int i = 0; i < 200; i++) {
            fill(&g, d, &r);
            size_t n = record_encode(buf, &r);
            struct record_view v;
            same &=
                frame_next(buf, n, &v) == FRAME_OK && v.wire_len == n && record_decode(&v, &back);
            same &= record_encode(again, &back) == n && memcmp(buf, again, n) == 0;
            oracle &= equals_oracle(d, &r, n);
            for (uint32_t cut = 0; cut < v.payload_len;
                 cut += 1 + cut / 8) { /* never reads past the end: ASan watches */
                uint8_t *copy = malloc(cut ? cut : 1);
                memcpy(copy, v.payload, cut);
                if (record_decode_payload((uint8_t)id, copy, cut, &back))
                    record_encode(again, &back);
                free(copy);
            }
            short_ok &= frame_next(buf, n - 1, &v) == FRAME_SHORT;
        }
        ok(same, "%s: encode, decode, encode gives the same bytes", d->name);
        ok(oracle, "%s: the bytes are msgpack-c's", d->name);
        ok(short_ok, "%s: one byte less is a short frame", d->name);
    }
}

static void test_hostile(uint64_t seed)
{
    struct rng g;
    static struct record r;
    rng_seed(&g, seed);
    unsigned decoded = 0;
    for (int i = 0; i < 200000; i++) {
        size_t n = rng_below(&g, 64);
        uint8_t *p = malloc(n ? n : 1);
        for (size_t k = 0; k < n; k++) p[k] = (uint8_t)rng_u64(&g);
        struct record_view v;
        if (n >= 4 && rng_chance(&g, 800000)) {
            p[0] = 0xc8;
            p[1] = 0;
            p[2] = (uint8_t)(n - 4);
            p[3] = (uint8_t)rng_below(&g, 40);
        }
        if (frame_next(p, n, &v) == FRAME_OK && record_decode(&v, &r)) decoded++;
        free(p);
    }
    ok(decoded < 200000, "200,000 random frames: %u decoded, none crashed", decoded);
    static const uint8_t bomb[] = {0xdf, 0x0a, 0x0a, 0x0a, 0x0a};
    struct record_view v;
    ok(frame_next(bomb, sizeof bomb, &v) == FRAME_BAD, "the 5-byte map bomb is no record");
    static const uint8_t inner[] = {0xc8, 0, 5, REC_trade, 0xdf, 0x0a, 0x0a, 0x0a, 0x0a};
    ok(frame_next(inner, sizeof inner, &v) == FRAME_OK && !record_decode(&v, &r),
       "a bomb inside a record does not decode");
    static const uint8_t negative[] = {0xc8, 0, 1, REC_tick, 0xff};
    ok(frame_next(negative, sizeof negative, &v) == FRAME_OK && !record_decode(&v, &r),
       "a negative time does not decode");
    static const uint8_t wide[] = {0xc8, 0, 7, REC_tick, 0, 0xce, 0xff, 0xff, 0xff, 0xff, 0};
    ok(frame_next(wide, sizeof wide, &v) == FRAME_OK && record_decode(&v, &r) &&
           r.u.tick.src == UINT32_MAX,
       "the widest src decodes");
    static const uint8_t too_wide[] = {0xc8, 0, 11, REC_tick, 0, 0xcf, 0, 0, 0, 1, 0, 0, 0, 0, 0};
    ok(frame_next(too_wide, sizeof too_wide, &v) == FRAME_OK && !record_decode(&v, &r),
       "a src of 33 bits does not");
}

static void test_compatible(void)
{
    static struct record r;
    static const uint8_t newer[] = {0xc8, 0, 5, REC_tick, 1, 2, 3, 0xa1, 'x'},
                         older[] = {0xc8, 0, 1, REC_tick, 7};
    struct record_view v;
    ok(frame_next(newer, sizeof newer, &v) == FRAME_OK && record_decode(&v, &r) &&
           r.u.tick.seq == 3,
       "extra trailing fields are ignored");
    ok(frame_next(older, sizeof older, &v) == FRAME_OK && record_decode(&v, &r) &&
           r.u.tick.ts_ns == 7 && r.u.tick.seq == 0,
       "missing ones are zero");
    ok(schema_hash() != 0 && schema_hash() == schema_hash(), "the schema has a hash");
    is_u64(record_id_of("trade"), REC_trade, "a record is found by name");
    is_u64(record_id_of("nonsense"), 0, "an unknown one is not");
    is_str(enum_name("side", side_sell), "sell", "an enum value has a name");
    is_str(enum_name("side", 77), "?", "a value out of range has none");
}

/* A vector tells how many values its writer knew, also when the last of them are 0. */
static void test_vector_length(void)
{
    static struct record r, back;
    struct record_view v;
    memset(&r, 0, sizeof r);
    r.id = REC_fvec;
    r.u.fvec.values.n = 219;
    r.u.fvec.values.v[0] = 1;
    size_t n = record_encode(buf, &r);
    ok(frame_next(buf, n, &v) == FRAME_OK && record_decode(&v, &back),
       "a vector of 219 values, all but the first 0");
    is_u64(back.u.fvec.values.n, 219, "comes back with 219");
}

int main(void)
{
    printf("# seed 20261122\n");
    test_round_trips(20261122);
    test_hostile(20261122);
    test_compatible();
    test_vector_length();
    return done();
}
