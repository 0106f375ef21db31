/* address.h - programs, sysvars and other well-known accounts by name, without decoding text. Must
 * not: hold an address that is not in address.def or in the table of a venue. */
#ifndef SLUICE_ADDRESS_H
#define SLUICE_ADDRESS_H

#include "common/rec/record.h"

enum address {
#define ADDRESS(name, text, doc, ...) address_##name,
#include "common/sol/address.def"
    ADDRESS_COUNT
};

#define JITO_TIP_ACCOUNTS 8u

/* The key, its base58 text, its name ("pump_swap"), and what it is. Static. */
const struct key *address_key(enum address a);
const char *address_text(enum address a);
const char *address_name(enum address a);
const char *address_doc(enum address a);
/* Find the well-known address of a key; ADDRESS_COUNT when it is not one. */
enum address address_of(const struct key *k);
static inline bool address_is(const struct key *k, enum address a)
{
    return key_equal(k, address_key(a));
}
/* Is it one of Jito's eight tip accounts? */
static inline bool address_is_tip(const struct key *k)
{
    enum address a = address_of(k);
    return a >= address_jito_tip_0 && a <= address_jito_tip_7;
}

#endif
