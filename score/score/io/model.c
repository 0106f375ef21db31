/* model.c - see model.h. Every index is checked before it is stored: a forest that loads cannot be
 * walked out of bounds, and each child lies after its parent, so a walk ends. */
#include "score/score/io/model.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/sys.h"
#include "common/io/json.h"
#include "common/rec/form.h"

#define MODEL_BYTES_MAX (256u << 20)

struct loading {
    struct forest *f;
    uint16_t map[4096];
    size_t map_count;
    struct err *e;
};

static enum error bad(struct loading *l, const char *what)
{
    return err_set(l->e, E_FORMAT, "not an XGBoost model sluice can use: %s", what);
}

static enum error read_names(struct loading *l, json_t *learner)
{
    json_t *names = json_object_get(learner, "feature_names");
    l->map_count = json_array_size(names);
    if (l->map_count > COUNT_OF(l->map)) return bad(l, "too many features");
    for (size_t i = 0; i < l->map_count; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        uint16_t k = 0;
        while (name && k < FEATURE_SLOTS &&
               !(feature_names[k] && strcmp(feature_names[k], name) == 0))
            k++;
        if (!name || k == FEATURE_SLOTS)
            return err_set(
                l->e, E_FORMAT,
                "the model speaks of a feature '%.60s' that does not exist; see sluice-features(5)",
                name ? name : "?");
        l->map[i] = k;
    }
    return OK;
}

static bool map_feature(const struct loading *l, json_int_t index, uint16_t *out)
{
    if (index < 0 || index >= (json_int_t)(l->map_count ? l->map_count : FEATURE_SLOTS))
        return false;
    *out = l->map_count ? l->map[index] : (uint16_t)index;
    return true;
}

static enum error read_node(struct loading *l, json_t *tree, size_t i, size_t n, uint32_t base)
{
    struct forest_node *node = &l->f->node[base + i];
    json_int_t left = json_integer_value(json_array_get(json_object_get(tree, "left_children"), i)),
               right =
                   json_integer_value(json_array_get(json_object_get(tree, "right_children"), i));
    json_t *condition = json_array_get(json_object_get(tree, "split_conditions"), i),
           *def = json_array_get(json_object_get(tree, "default_left"), i);
    if (!json_is_number(condition) || !((float)json_number_value(condition) >= -FLT_MAX &&
                                        (float)json_number_value(condition) <= FLT_MAX))
        return bad(l, "a split or leaf is no finite number");
    *node = (struct forest_node){.split = (float)json_number_value(condition),
                                 .default_left = json_is_true(def) || json_integer_value(def) == 1};
    if (left < 0 && right < 0) return OK;
    if (left <= (json_int_t)i || right <= (json_int_t)i || left >= (json_int_t)n ||
        right >= (json_int_t)n)
        return bad(l, "a child lies outside its tree or before its parent");
    if (!map_feature(l,
                     json_integer_value(json_array_get(json_object_get(tree, "split_indices"), i)),
                     &node->feature))
        return bad(l, "a split uses a feature out of range");
    node->left = base + (uint32_t)left;
    node->right = base + (uint32_t)right;
    return OK;
}

static enum error read_tree(struct loading *l, json_t *tree)
{
    size_t n = json_array_size(json_object_get(tree, "left_children"));
    json_t *kinds = json_object_get(tree, "split_type");
    if (n == 0 || json_array_size(json_object_get(tree, "right_children")) != n ||
        json_array_size(json_object_get(tree, "split_conditions")) != n ||
        json_array_size(json_object_get(tree, "split_indices")) != n)
        return bad(l, "a tree's arrays differ in length");
    for (size_t i = 0; i < json_array_size(kinds); i++)
        if (json_integer_value(json_array_get(kinds, i)) != 0) return bad(l, "categorical splits");
    if (l->f->trees == FOREST_TREES_MAX || n > FOREST_NODES_MAX - l->f->nodes)
        return err_set(l->e, E_LIMIT, "the model has more than %u trees or %u nodes",
                       FOREST_TREES_MAX, FOREST_NODES_MAX);
    uint32_t base = l->f->nodes;
    for (size_t i = 0; i < n; i++) {
        enum error rc = read_node(l, tree, i, n, base);
        if (rc != OK) return rc;
    }
    l->f->root[l->f->trees++] = base;
    l->f->nodes += (uint32_t)n;
    return OK;
}

static enum error read_base(struct loading *l, json_t *learner)
{
    const char *objective =
        json_string_value(json_object_get(json_object_get(learner, "objective"), "name"));
    const char *text = json_string_value(
        json_object_get(json_object_get(learner, "learner_model_param"), "base_score"));
    char *end;
    if (!objective || !text) return bad(l, "no objective or base_score");
    double base = strtod(*text == '[' ? text + 1 : text, &end);
    const char *classes = json_string_value(
                   json_object_get(json_object_get(learner, "learner_model_param"), "num_class")),
               *targets = json_string_value(
                   json_object_get(json_object_get(learner, "learner_model_param"), "num_target"));
    if (*end && strcmp(end, "]") != 0) return bad(l, "base_score is not one number");
    if ((classes && strcmp(classes, "0") != 0) ||
        (targets && strcmp(targets, "1") != 0 && strcmp(targets, "0") != 0))
        return bad(l, "more than one class or target");
    l->f->logistic = strcmp(objective, "binary:logistic") == 0;
    if (!l->f->logistic && strcmp(objective, "reg:squarederror") != 0)
        return err_set(l->e, E_FORMAT,
                       "objective '%.60s' is not supported: binary:logistic or reg:squarederror",
                       objective);
    if (l->f->logistic && !(base > 0 && base < 1))
        return bad(l, "base_score of a logistic model must lie between 0 and 1");
    /* As XGBoost: base_score is a float32, and its margin -ln(1/p - 1) with the difference rounded
     * to float32. */
    float p = (float)base, odds = 1.0f / p - 1.0f;
    if (l->f->logistic ? !(odds > 0 && odds <= FLT_MAX) : !(p >= -FLT_MAX && p <= FLT_MAX))
        return bad(l, "base_score is out of range");
    l->f->base_margin = l->f->logistic ? -(float)forest_natural_log((double)odds) : p;
    return OK;
}

static enum error read_model(struct loading *l, json_t *root)
{
    json_t *learner = json_object_get(root, "learner"),
           *trees = json_object_get(
               json_object_get(json_object_get(learner, "gradient_booster"), "model"), "trees");
    if (!json_is_array(trees) || json_array_size(trees) == 0)
        return bad(l, "no learner.gradient_booster.model.trees");
    enum error rc = read_base(l, learner);
    if (rc == OK) rc = read_names(l, learner);
    for (size_t i = 0; i < json_array_size(trees) && rc == OK; i++)
        rc = read_tree(l, json_array_get(trees, i));
    return rc;
}

enum error model_parse(const char *text, size_t n, struct forest *f, struct err *e)
{
    struct loading *l = calloc(1, sizeof *l);
    json_error_t je;
    if (!l) return err_set(e, E_LIMIT, "out of memory");
    l->f = f;
    l->e = e;
    f->trees = f->nodes = 0;
    json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &je);
    enum error rc =
        root ? read_model(l, root) : err_set(e, E_FORMAT, "line %d: %s", je.line, je.text);
    json_decref(root);
    free(l);
    return rc;
}

enum error model_load(const char *path, struct forest *f, struct err *e)
{
    char *text;
    size_t n;
    struct err inner = {0};
    enum error rc = sys_file_read(path, MODEL_BYTES_MAX, &text, &n, e);
    if (rc != OK) return rc;
    rc = model_parse(text, n, f, &inner);
    free(text);
    return rc == OK ? OK : err_set(e, rc, "'%s': %.400s", path, inner.text);
}
