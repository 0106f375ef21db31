/* model.h - read an XGBoost model in its JSON form into a forest. The only file of score that reads
 * files. */
#ifndef SLUICE_MODEL_H
#define SLUICE_MODEL_H

#include "score/score/forest.h"

/* E_OPEN, E_READ, E_FORMAT (not such a model, out of bounds, cyclic), E_LIMIT (too large). Feature
 * names in the model are matched with features.def; a model without names uses the indexes
 * themselves. */
enum error model_load(const char *path, struct forest *f, struct err *e);
/* The same from memory. */
enum error model_parse(const char *text, size_t n, struct forest *f, struct err *e);

#endif
