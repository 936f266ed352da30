#include "nn_kernels.h"

#ifdef __ARM_NEON

#include <string.h>

#include "nn_layer.h"
#include "nn_product__neon.h"

static size_t padded_inputs(const nn_layer_t *layer) {
    return nn_panel_blocks(nn_input_count(layer)) * NN_PANEL_BLOCK;
}

// Panels, then room for the padded input.
static size_t packed_size(const nn_layer_t *layer) {
    return nn_panels_size(layer, nn_input_count(layer)) + padded_inputs(layer);
}

static void pack(nn_layer_t *layer) {
    nn_panels_pack(layer, nn_input_count(layer), layer->packed);
}

// One pixel with all inputs, padded once for all panels.
static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const size_t inputs = nn_input_count(layer), step = padded_inputs(layer);
    if (step != inputs) {
        int8_t *padded = (int8_t *)layer->packed + nn_panels_size(layer, inputs);
        input = memcpy(padded, input, inputs);
    }
    const nn_product_t product = nn_product_of(layer, inputs, step, NULL);
    nn_product(&product, 1, input, output);
}

const nn_kernel_t dense_s8__neon = {.run = run, .packed_size = packed_size, .pack = pack};

#endif
