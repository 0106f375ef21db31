/* codec.h - records to bytes and back. Pure; every byte read is checked. */
#ifndef SLUICE_CODEC_H
#define SLUICE_CODEC_H

#include "common/rec/out.h"
#include "common/rec/record.h"

/* One record as it lies in a buffer; valid as long as the buffer is. */
struct record_view {
    uint8_t id;          /* enum record_id, or an id this build does not define */
    const uint8_t *wire; /* the whole record, head included */
    uint32_t wire_len;
    const uint8_t *payload; /* its fields */
    uint32_t payload_len;
};

enum frame_result {
    FRAME_OK,    /* v describes a whole record */
    FRAME_SHORT, /* more bytes are needed */
    FRAME_BAD    /* these bytes are no record */
};

/* Look at the record at p, of which n bytes are there. */
enum frame_result frame_next(const uint8_t *p, size_t n, struct record_view *v);

/* Decode a view. False (and nothing usable in r) when a field has the wrong type or is out of
 * range, or the id is unknown. Missing trailing fields become zero, extra ones are ignored, unknown
 * enum values become 0. */
bool record_decode(const struct record_view *v, struct record *r) MUST_USE;
bool record_decode_payload(uint8_t id, const uint8_t *payload, size_t n, struct record *r) MUST_USE;
/* ts_ns, src and seq only; cheap. */
bool record_name(const struct record_view *v, uint64_t *ts_ns, uint32_t *src,
                 uint64_t *seq) MUST_USE;
/* Encode into buf (RECORD_MAX + 4 bytes of room); returns the length, 0 for an unknown id. src and
 * seq as they stand. */
size_t record_encode(uint8_t *buf, const struct record *r);

#endif
