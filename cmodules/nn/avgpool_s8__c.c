#include "nn_kernels.h"
#include "nn_requantize.h"

static void run(const nn_layer_t *layer, const int8_t *input, int8_t *output) {
    const int32_t channels = layer->in_c;
    const int32_t end = layer->in_h * layer->in_w * channels;
    for (int32_t c = 0; c < channels; ++c) {
        int32_t acc = layer->bias[0];
        for (int32_t i = c; i < end; i += channels) {
            acc += input[i];
        }
        output[c] = nn_requantize(acc, layer->multiplier[0], layer->shift[0], layer->output_zero, layer->low,
            layer->high);
    }
}

const nn_kernel_t avgpool_s8__c = {.run = run};
