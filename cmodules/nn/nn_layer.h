// Checking a layer before it joins a network.
#ifndef NN_LAYER_H
#define NN_LAYER_H

#include "nn.h"

typedef struct {
    size_t weights, bias, multiplier, shift; // bytes
} nn_sizes_t;

// Fills in the output's height and width and checks everything that a kernel relies on.
nn_status_t nn_layer_check(nn_layer_t *layer, nn_sizes_t sizes);

// The same for NN_ADD, whose second input is the output of `source`.
nn_status_t nn_layer_check_add(nn_layer_t *layer, const nn_layer_t *source);

static inline uint64_t nn_input_count(const nn_layer_t *layer) {
    return (uint64_t)layer->in_h * layer->in_w * layer->in_c;
}

static inline uint64_t nn_output_count(const nn_layer_t *layer) {
    return (uint64_t)layer->out_h * layer->out_w * layer->out_c;
}

#endif
