/* form.h - records as text a person or another program reads: one line of text, JSON or CSV a
 * record. Expanded from the record table, so a new field appears by itself. Pure. Must not: do I/O;
 * print amounts as anything but whole numbers. */
#ifndef SLUICE_FORM_H
#define SLUICE_FORM_H

#include "common/rec/record.h"

#define FORM_LINE_MAX \
    (96u << 10) /* longest line: a full vector with names, or text that is all escapes */

enum form { FORM_TEXT, FORM_JSON, FORM_CSV };

/* Which fields to write, as a set of bits by position in the record's description; all ones = every
 * field. */
typedef uint64_t field_set;
#define FIELDS_ALL (~UINT64_C(0))

/* Write one record as one line with a newline into buf, which holds FORM_LINE_MAX bytes. Returns
 * its length. text  name, then field=value; fields that are zero or none are left out, keys are
 * shortened JSON  one object, "rec" first; zero keys are null, 64-bit numbers are plain integers,
 * vectors are objects by feature name CSV   record name, then the values in table order; quoted as
 * RFC 4180 requires */
size_t form_line(const struct record *r, enum form form, field_set fields, char *buf);
/* The header line of a CSV for one kind of record. */
size_t form_csv_header(unsigned id, field_set fields, char *buf);
/* Address of a field's storage in r. */
const void *field_of(const struct record *r, const struct field_desc *f);
/* Whole-number value of an integer or ENUM field; false for other kinds. */
bool field_u64(const struct record *r, const struct field_desc *f, uint64_t *out);

/* Features by name and index, from features.def. */
extern const char
    *const feature_units[FEATURE_SLOTS]; /* ppm, lamports, count, ...; NULL as below */
extern const char *const feature_names[FEATURE_SLOTS]; /* NULL where no feature is defined yet */

#endif
