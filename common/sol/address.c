/* address.c - see address.h. */
#include "common/sol/address.h"

#include <string.h>

static const struct key keys[ADDRESS_COUNT] = {
#define ADDRESS(name, text, doc, ...) {{__VA_ARGS__}},
#include "common/sol/address.def"
};
static const char *const texts[ADDRESS_COUNT] = {
#define ADDRESS(name, text, doc, ...) text,
#include "common/sol/address.def"
};
static const char *const names[ADDRESS_COUNT] = {
#define ADDRESS(name, text, doc, ...) #name,
#include "common/sol/address.def"
};
static const char *const docs[ADDRESS_COUNT] = {
#define ADDRESS(name, text, doc, ...) doc,
#include "common/sol/address.def"
};

const struct key *address_key(enum address a) { return &keys[a]; }
const char *address_text(enum address a) { return texts[a]; }
const char *address_name(enum address a) { return names[a]; }
const char *address_doc(enum address a) { return docs[a]; }

/* First byte of each address in an array: one memchr() rules out most keys. */
static const uint8_t firsts[ADDRESS_COUNT] = {
#define ADDRESS(name, text, doc, first, ...) first,
#include "common/sol/address.def"
};

enum address address_of(const struct key *k)
{
    const uint8_t *at = firsts, *end = firsts + ADDRESS_COUNT;
    for (; (at = memchr(at, k->b[0], (size_t)(end - at))) != NULL; at++)
        if (key_equal(&keys[at - firsts], k)) return (enum address)(at - firsts);
    return ADDRESS_COUNT;
}
