#include "nn_kernels.h"
#include "nn_pairs.h"

static bool accepts(const nn_layer_t *layer) {
    return nn_pairs_fit(layer, layer->in_c);
}

static size_t packed_size(const nn_layer_t *layer) {
    return nn_pairs_size(layer, layer->in_c);
}

static void pack(nn_layer_t *layer) {
    nn_pairs_pack(layer, layer->in_c);
}

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    int8_t *to = output;
    for (int32_t left = layer->in_h * layer->in_w; left > 0; left -= NN_SCALE_PIXELS) {
        const int32_t pixels = left < NN_SCALE_PIXELS ? left : NN_SCALE_PIXELS;
        nn_pairs_run(layer, layer->in_c, input, pixels, to);
        input += pixels * layer->in_c;
        to += pixels * layer->out_c;
    }
    nn_scale_clamp(layer, output);
}

const nn_kernel_t pointwise_s8_pairs__c = {
    .run = run, .accepts = accepts, .packed_size = packed_size, .pack = pack,
};
