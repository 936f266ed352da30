// The panels of nn_panels.h times any number of pixels.
#ifndef NN_PRODUCT__NEON_H
#define NN_PRODUCT__NEON_H

#ifdef __ARM_NEON

#include "nn_panels.h"
#include "nn_requantize__neon.h"

typedef struct {
    size_t inputs;  // of a pixel
    size_t step;    // from pixel to pixel, bytes; at least `inputs`
    size_t outputs; // of a pixel; output pixels are tightly packed
    size_t blocks;
    size_t panel_size;
    const int8_t *panels;
    int8_t *padded; // room for one pixel of whole blocks
    nn_range_t range;
    bool clamps;
} nn_product_t;

// The layer's packed memory starts with its panels. `padded` may be NULL if `step` is a whole number of blocks.
static inline nn_product_t nn_product_of(const nn_layer_t *layer, size_t inputs, size_t step, int8_t *padded) {
    return (nn_product_t) {.inputs = inputs, .step = step, .outputs = layer->out_c, .blocks = nn_panel_blocks(inputs),
        .panel_size = nn_panel_size(inputs), .panels = layer->packed, .padded = padded, .range = nn_range(layer),
        .clamps = nn_range_clamps(layer)};
}

// Reads no byte behind the last pixel's step.
void nn_product(const nn_product_t *product, size_t pixels, const int8_t *input, int8_t *output);

#endif

#endif
