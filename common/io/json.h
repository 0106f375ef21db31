/* json.h - the one place where jansson enters. */
#ifndef SLUICE_JSON_H
#define SLUICE_JSON_H

#include <jansson.h>

#endif
