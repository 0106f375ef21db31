/* route_view.h - a Jupiter route as JSON and as text.
 * Must not: change, judge or send anything. */
#ifndef SLUICE_ROUTE_VIEW_H
#define SLUICE_ROUTE_VIEW_H

#include <stdio.h>

#include "common/io/json.h"
#include "common/sol/route.h"

/* Its amounts and limits, into the arguments of an instruction. */
void route_view_amounts(const struct swap_route *r, json_t *arguments);
/* {"mode", "limit" (when it fits), "steps": [{"venue", "share_bps", "input", "output", "with":
 * {field: value}}], "unread_steps", "warning"}: a new object; the caller owns it. data: what was
 * read into r. */
json_t *route_view_json(const struct swap_route *r, const uint8_t *data, size_t n);
/* One line a step, and the warning. */
void route_view_text(json_t *view, FILE *f);

#endif
