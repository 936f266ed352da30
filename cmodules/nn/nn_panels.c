#include "nn_panels.h"

#include <string.h>

size_t nn_panels_size(const nn_layer_t *layer, size_t inputs) {
    const size_t panels = (layer->out_c + NN_PANEL_CHANNELS - 1) / NN_PANEL_CHANNELS;
    return panels * nn_panel_size(inputs);
}

static void pack_weights(const int8_t *weights, size_t inputs, size_t channel, int8_t *blocks) {
    for (size_t i = 0; i < inputs; ++i) {
        const size_t block = i / NN_PANEL_BLOCK, pair = i % NN_PANEL_BLOCK / 2;
        blocks[block * 64 + channel / 4 * 32 + pair * 8 + channel % 4 * 2 + i % 2] = weights[i];
    }
}

static void pack_parameters(const nn_layer_t *layer, size_t oc, int32_t *bias, int32_t *multiplier, int32_t *shift) {
    *bias = layer->bias[oc];
    *multiplier = layer->multiplier[oc];
    *shift = -(int32_t)layer->shift[oc];
}

void nn_panels_pack(const nn_layer_t *layer, size_t inputs, int8_t *panels) {
    const size_t size = nn_panel_size(inputs);
    memset(panels, 0, nn_panels_size(layer, inputs));
    for (size_t oc = 0; oc < (size_t)layer->out_c; ++oc) {
        const size_t channel = oc % NN_PANEL_CHANNELS;
        int8_t *panel = panels + oc / NN_PANEL_CHANNELS * size;
        int32_t *bias = (int32_t *)panel, *scales = (int32_t *)(panel + size - 64);
        pack_weights(layer->weights + oc * inputs, inputs, channel, panel + 32);
        pack_parameters(layer, oc, &bias[channel], &scales[channel], &scales[8 + channel]);
    }
}
