#ifndef NN_KERNELS_H
#define NN_KERNELS_H

#include "nn.h"

// Input and output do not overlap; shapes, lengths and ranges were checked by nn_net_add().
typedef void nn_kernel_t(const nn_layer_t *layer, const int8_t *input, int8_t *output);

#define NN_KERNEL(op, isa, function) nn_kernel_t function;
#include "nn_kernels.inc"
#undef NN_KERNEL

#endif
