#include "nn_kernels.h"

#ifdef __ARM_NEON

#include <string.h>

#include "nn_product__neon.h"
#include "nn_taps.h"

#define GATHERED (8) // windows that are multiplied at a time

static size_t step(const nn_layer_t *layer) {
    return nn_panel_blocks(9 * (size_t)layer->in_c) * NN_PANEL_BLOCK;
}

// Panels, then room for the gathered windows.
static size_t packed_size(const nn_layer_t *layer) {
    return nn_panels_size(layer, 9 * (size_t)layer->in_c) + GATHERED * step(layer);
}

static void pack(nn_layer_t *layer) {
    nn_panels_pack(layer, 9 * (size_t)layer->in_c, layer->packed);
}

// The window's nine pixels one behind the other, input_zero where they lie outside.
static void gather(const nn_layer_t *layer, const int8_t *input, int32_t y, int32_t x, int8_t *window) {
    const nn_taps_t down = nn_taps(y, layer->stride, layer->in_h), across = nn_taps(x, layer->stride, layer->in_w);
    const size_t channels = layer->in_c, skip = across.first * channels;
    const size_t count = (across.end - across.first) * channels;
    if (!nn_taps_inside(down) || !nn_taps_inside(across)) {
        memset(window, layer->input_zero, 9 * channels);
    }
    for (int32_t ky = down.first; ky < down.end; ++ky) {
        const size_t row = (size_t)(down.start + ky) * layer->in_w + (across.start + across.first);
        memcpy(window + ky * 3 * channels + skip, input + row * channels, count);
    }
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const size_t inputs = 9 * (size_t)layer->in_c, size = step(layer);
    int8_t *windows = (int8_t *)layer->packed + nn_panels_size(layer, inputs);
    const nn_product_t product = nn_product_of(layer, inputs, size, NULL);
    for (int32_t y = 0; y < layer->out_h; ++y) {
        for (int32_t x = 0; x < layer->out_w; x += GATHERED) {
            const int32_t count = layer->out_w - x < GATHERED ? layer->out_w - x : GATHERED;
            for (int32_t i = 0; i < count; ++i) {
                gather(layer, input, y, x + i, windows + i * size);
            }
            nn_product(&product, count, windows, output);
            output += count * layer->out_c;
        }
    }
}

const nn_kernel_t conv2d_s8_3x3__neon = {.run = run, .packed_size = packed_size, .pack = pack};

#endif
