// Weights of a matrix product arranged for the NEON kernels of pointwise, dense and 3x3 layers.
//
// Eight output channels are a panel; channels and inputs beyond the layer's have weight 0. A panel holds, in this
// order: bias int32[8]; for every block of eight inputs 64 weights; multiplier int32[8]; -shift int32[8]. The weights of
// a block: for the first four channels, then for the last four, four groups of eight bytes; group j has inputs 2j and
// 2j+1 of channel 0, of channel 1, of channel 2, of channel 3.
#ifndef NN_PANELS_H
#define NN_PANELS_H

#include "nn.h"

#define NN_PANEL_CHANNELS (8)
#define NN_PANEL_BLOCK (8)           // inputs
#define NN_PANEL_PARAMETERS (3 * 32) // bytes

static inline size_t nn_panel_blocks(size_t inputs) {
    return (inputs + NN_PANEL_BLOCK - 1) / NN_PANEL_BLOCK;
}

static inline size_t nn_panel_size(size_t inputs) {
    return NN_PANEL_PARAMETERS + nn_panel_blocks(inputs) * NN_PANEL_BLOCK * NN_PANEL_CHANNELS;
}

size_t nn_panels_size(const nn_layer_t *layer, size_t inputs);

// weights [out_channels, inputs]; fills nn_panels_size() bytes at `panels`, aligned to 16.
void nn_panels_pack(const nn_layer_t *layer, size_t inputs, int8_t *panels);

#endif
