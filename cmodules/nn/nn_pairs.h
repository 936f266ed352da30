// Products of one row of inputs with the weights of all output channels, two channels in one multiplication.
//
// Two weights w0, w1 share an int32 as w0 + w1 * 2^24, and their sums of products share an int64 in the same way: one
// multiplication serves both. The lower sum fits its 24 bits if 128 * sum|w0| < 2^23.
#ifndef NN_PAIRS_H
#define NN_PAIRS_H

#include "nn_scale.h"

// Whether weights, biases and shifts are small enough; `count` weights a channel.
bool nn_pairs_fit(const nn_layer_t *layer, int32_t count);

// Bytes of layer->packed that nn_pairs_pack() fills from the start.
size_t nn_pairs_size(const nn_layer_t *layer, int32_t count);

void nn_pairs_pack(const nn_layer_t *layer, int32_t count);

// Up to NN_SCALE_PIXELS pixels of output: out_c values each, saturated but not clamped, from `count` inputs each.
void nn_pairs_run(const nn_layer_t *layer, int32_t count, const int8_t *input, int32_t pixels, int8_t *output);

#endif
