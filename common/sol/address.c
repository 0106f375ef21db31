/* address.c - see address.h. */
#include "common/sol/address.h"

#include <string.h>

static const struct key keys[ADDRESS_COUNT] = {
#define ADDRESS(name, text, doc, ...) {{__VA_ARGS__}},
#include "common/sol/address.def"
#undef ADDRESS
};
static const char *const texts[ADDRESS_COUNT] = {
#define ADDRESS(name, text, doc, ...) text,
#include "common/sol/address.def"
#undef ADDRESS
};
static const char *const names[ADDRESS_COUNT] = {
#define ADDRESS(name, text, doc, ...) #name,
#include "common/sol/address.def"
#undef ADDRESS
};
static const char *const docs[ADDRESS_COUNT] = {
#define ADDRESS(name, text, doc, ...) doc,
#include "common/sol/address.def"
#undef ADDRESS
};

const struct key *address_key(enum address a) { return &keys[a]; }
const char *address_text(enum address a) { return texts[a]; }
const char *address_name(enum address a) { return names[a]; }
const char *address_doc(enum address a) { return docs[a]; }

enum address address_of(const struct key *k)
{
    unsigned a = 0;
    while (a < ADDRESS_COUNT && memcmp(keys[a].b, k->b, 32) != 0) a++; /* the first bytes differ: a few ns each */
    return (enum address)a;
}
