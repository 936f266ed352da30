#include "nn_kernels.h"

#ifdef __ARM_NEON

#include "nn_product__neon.h"

// Panels, then room for one padded pixel.
static size_t packed_size(const nn_layer_t *layer) {
    return nn_panels_size(layer, layer->in_c) + nn_panel_blocks(layer->in_c) * NN_PANEL_BLOCK;
}

static void pack(nn_layer_t *layer) {
    nn_panels_pack(layer, layer->in_c, layer->packed);
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    int8_t *padded = (int8_t *)layer->packed + nn_panels_size(layer, layer->in_c);
    const nn_product_t product = nn_product_of(layer, layer->in_c, layer->in_c, padded);
    nn_product(&product, (size_t)layer->in_h * layer->in_w, input, output);
}

const nn_kernel_t pointwise_s8__neon = {.run = run, .packed_size = packed_size, .pack = pack};

#endif
